"""For the action: what the project's specs change, compared with a commit, as Markdown on stdout.

In: the project around the current folder, `SPECCAST_COMPARE` (the commit), `SPECCAST_FAIL_ON`. Out: one report per spec
of `[tool.speccast]`, then and now; the greatest exit code of `speccast diff`. A spec is known by the service in it,
however it is named, so a release that is pinned anew is compared with the one before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from codegen.diagnostics import Diagnostics
from codegen.load import Found, carried, find
from codegen.load.loaded import load_lazily
from codegen.project import FILE, Project, read_project


@dataclass(frozen=True, slots=True)
class Pin:
    """A release of the project, and the package it gives where the project names one; `spec` is for `speccast diff`."""

    spec: str
    service: str
    release: str
    package: str | None

    def __str__(self) -> str:
        return f"`{self.service}`" + (f" as `{self.package}`" if self.package else "")


KEYS: tuple[Callable[[Pin], object], ...] = (
    lambda pin: pin.package and (pin.package, pin.service),
    lambda pin: (pin.service, pin.release),
    lambda pin: pin.service,
)
"""What makes a release of then and one of now the same, the surest first; beyond that their order counts."""


def git(*arguments: str) -> str | None:
    """Give what git prints; None when it fails."""
    done = subprocess.run(("git", *arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return None if done.returncode else done.stdout.decode()


# ------------------------------------------------------------------------------------------------------ then and now


def pins(project: Project, found: Callable[[str], Sequence[Found]]) -> list[Pin]:
    """Look up what the project names; botocore's models come and go with botocore, not with a commit."""
    entries = [(entry.spec, entry.settings.package) for entry in project.entries] or [("all", None)]
    named = [(spec, package) for spec, package in entries if not spec.startswith("botocore:")]
    return [_pin(one, package) for spec, package in named for one in found(spec)]


def _pin(found: Found, package: str | None) -> Pin:
    """A spec that cannot be read is known by its folders; `speccast diff` will tell what is wrong with it."""
    try:
        service = load_lazily(found).model.service
        return Pin(_spec(found), service.name.raw, service.release.raw, package)
    except Diagnostics:
        path = PurePosixPath(found.shown)
        return Pin(_spec(found), path.parent.name, path.name, package)


def _spec(found: Found) -> str:
    """What comes with speccast is named as the project names it, not by its place on this machine."""
    if found.origin is None or not found.origin.is_relative_to(carried()):
        return found.shown
    step = found.origin.relative_to(carried())
    return found.shown if Path("specs", step).exists() else step.as_posix().replace("/", "@")


def pins_now(project: Project) -> list[Pin]:
    return pins(project, lambda spec: _found_now(spec, project))


def _found_now(spec: str, project: Project) -> Sequence[Found]:
    """Without a table and without specs/ there is nothing to compare, whatever comes with speccast."""
    if spec == "all" and not project.file and not (project.root / "specs").is_dir():
        return ()
    return find([spec], project, base=project.root)


def pins_then(commit: str) -> list[Pin]:
    with TemporaryDirectory() as folder:
        project = _project_then(commit, Path(folder).resolve())
        return pins(project, lambda spec: _found_then(spec, commit, project))


def _project_then(commit: str, folder: Path) -> Project:
    """Read the table of the commit, in a folder without specs: what is not in the commit comes with speccast."""
    (folder / FILE).write_text(git("show", f"{commit}:./{FILE}") or "", encoding="utf-8")
    project = read_project(folder)
    return project if project.file == folder / FILE else Project(root=folder, settings=project.settings)


def _found_then(spec: str, commit: str, project: Project) -> Sequence[Found]:
    """`specs/notes` is a path in the commit, `notes@2025-01-01` a folder under specs/ there or comes with speccast."""
    places = ["specs"] if spec == "all" else [spec, f"specs/{spec.replace('@', '/')}"]
    for place in places:
        if git("cat-file", "-e", f"{commit}:./{place}") is not None:
            return find([f"{commit}:./{place}"], project, base=Path.cwd())
    return _found_now(spec, project)


# -------------------------------------------------------------------------------------------------------- comparing


def paired(then: Sequence[Pin], now: Sequence[Pin]) -> tuple[dict[Pin, Pin], list[Pin]]:
    """Give for each release of now the one to compare it with, if there is one, and those that nothing goes on from."""
    left, pairs = list(then), dict[Pin, Pin]()
    for key in KEYS:
        for pin in now:
            old = next((one for one in left if key(one) and key(one) == key(pin)), None)
            if old and pin not in pairs:
                pairs[pin] = old
                left.remove(old)
    return pairs, left


def compare(old: str, new: str) -> int:
    options = ("--format", "markdown", "--fail-on", os.environ.get("SPECCAST_FAIL_ON") or "breaking")
    done = subprocess.run(("speccast", "diff", old, new, *options), stdout=subprocess.PIPE)
    print(done.stdout.decode() or f"`{new}` cannot be compared with `{old}`: see the log\n", flush=True)
    return done.returncode


def report(then: Sequence[Pin], now: Sequence[Pin]) -> int:
    pairs, left = paired(then, now)
    gone = [(str(pin), "no spec of the project any more") for pin in left]
    for name, said in sorted([*((str(pin), "new") for pin in now if pin not in pairs), *gone]):
        print(f"{name} is {said}.\n", flush=True)
    return max((compare(pairs[pin].spec, pin.spec) for pin in now if pin in pairs), default=0)


def main() -> int:
    commit = git("rev-parse", "--verify", "--end-of-options", os.environ["SPECCAST_COMPARE"] + "^{commit}")
    if commit is None:
        print("The commit to compare with is not there: check out with `fetch-depth: 0`.")
        return 2
    try:
        project = read_project(Path.cwd())
        os.chdir(project.root)
        now = pins_now(project)
    except Diagnostics as fault:
        return refused("The specs of the project", fault)
    try:
        then = pins_then(commit.strip())
    except Diagnostics as fault:
        return refused("The specs of the commit to compare with", fault)
    return report(then, now)


def refused(what: str, fault: Diagnostics) -> int:
    """Name the place by its file's name: the table of the commit was read in a folder of its own."""
    first = fault.found[0]
    place = fault.location(first.place)
    where = f"{PurePosixPath(place.path).name}:{place.line}: " if place and place.line else ""
    print(f"{what} cannot be read: {where}{first.message}")
    return 2


if __name__ == "__main__":
    sys.exit(main())
