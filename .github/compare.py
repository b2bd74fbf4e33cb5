"""For the action: what the project's specs change, compared with a commit, as Markdown on stdout.

In: the project around the current folder, `SPECCAST_COMPARE` (the commit), `SPECCAST_FAIL_ON`. Out: one report per spec
of `[tool.speccast]`, then and now; the greatest exit code of `speccast diff`. A spec is known by its name without the
release, so a release that is pinned anew is compared with the one before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path


def pinned(text: str) -> dict[str, str]:
    """`specs = ["notes@2025-01-01"]` gives `{"notes": "notes@2025-01-01"}`."""
    entries = tomllib.loads(text).get("tool", {}).get("speccast", {}).get("specs", [])
    names = [entry if isinstance(entry, str) else entry["spec"] for entry in entries]
    return {name.partition("@")[0]: name for name in names if not name.startswith("botocore:")}


def git(*arguments: str) -> str | None:
    """Give what git prints; None when it fails."""
    done = subprocess.run(("git", *arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return None if done.returncode else done.stdout.decode()


def specs_then(commit: str) -> dict[str, str]:
    project = pinned(git("show", f"{commit}:./pyproject.toml") or "")
    found = git("ls-tree", "-z", "--name-only", commit, "specs/") or ""
    return project or {path: path for path in found.split("\0") if path}


def specs_now() -> dict[str, str]:
    project = Path("pyproject.toml")
    found = pinned(project.read_text(encoding="utf-8") if project.is_file() else "")
    return found or {path.as_posix(): path.as_posix() for path in sorted(Path("specs").glob("[!.]*/"))}


def at(commit: str, spec: str) -> str:
    """`specs/notes` is a path from here, `notes@2025-01-01` a name."""
    return f"{commit}:./{spec}" if "/" in spec else f"{commit}:{spec}"


def compare(old: str, new: str) -> int:
    options = ("--format", "markdown", "--fail-on", os.environ.get("SPECCAST_FAIL_ON") or "breaking")
    done = subprocess.run(("speccast", "diff", old, new, *options), stdout=subprocess.PIPE)
    print(done.stdout.decode() or f"`{new}` cannot be compared with `{old}`: see the log\n")
    return done.returncode


def main() -> int:
    commit = git("rev-parse", "--verify", "--end-of-options", os.environ["SPECCAST_COMPARE"] + "^{commit}")
    if commit is None:
        print("The commit to compare with is not there: check out with `fetch-depth: 0`.")
        return 2
    then, now = specs_then(commit.strip()), specs_now()
    for name in sorted(then.keys() ^ now.keys()):
        print(f"`{name}` is {'new' if name in now else 'no spec of the project any more'}.\n")
    codes = [compare(at(commit.strip(), then[name]), now[name]) for name in now if name in then]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
