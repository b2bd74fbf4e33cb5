"""A shell in which nothing of this machine shows: `speccast` of this checkout on the path, a home and a git of its own.

In: a scratch folder. Out: the environment for `subprocess`. Names, dates, locale and width are fixed, so that what is
printed is the same everywhere.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
_GIT = "[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n[commit]\n\tgpgSign = false\n"
_WHO = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
_MAIL = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")
_WHEN = ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")


def shell_environment(scratch: Path) -> dict[str, str]:
    """Make `scratch/bin` and `scratch/home`, and give the variables that name them."""
    programs, home = scratch / "bin", scratch / "home"
    programs.mkdir(parents=True)
    home.mkdir()
    write_program(programs / "speccast", f'exec {shlex.quote(sys.executable)} -P -m codegen "$@"', PYTHONPATH=str(ROOT))
    (home / ".gitconfig").write_text(_GIT, encoding="utf-8", newline="\n")
    path = (str(programs), str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
    fixed = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "100", "PYTHONUNBUFFERED": "1", "GIT_CONFIG_NOSYSTEM": "1"}
    git = {
        **dict.fromkeys(_WHO, "Ada"),
        **dict.fromkeys(_MAIL, "ada@example.com"),
        **dict.fromkeys(_WHEN, "2025-01-01T00:00:00Z"),
    }
    return {"PATH": ":".join(path), "HOME": str(home), **fixed, **git}


def write_program(path: Path, script: str, **settings: str) -> None:
    """Write a bash script that can be called by name, with variables of its own."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    lines: list[str] = ["#!/usr/bin/env bash", *exports, script, ""]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    path.chmod(0o755)


def with_settings(environment: Mapping[str, str], **settings: object) -> dict[str, str]:
    """Add variables to an environment; paths and numbers become text."""
    return {**environment, **{name: str(value) for name, value in settings.items()}}
