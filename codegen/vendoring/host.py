"""The host project: whose packages they are, and what a vendored package is called in it.

In: the current folder, and DEST as a user writes it. Out: the project's root, and DEST as the lock file has it:
relative to the root, with forward slashes; or `Diagnostics` for a place that is no package's, or lies outside.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.files.lock import locked
from codegen.files.manifest import MANIFEST, path_fault
from codegen.files.places import blocked_parent, reading, reason, refuse, writing
from codegen.project import package_fault
from codegen.spec.source import shown_path
from codegen.vendoring.atomic import clean_temporary

LOCK = "speccast.lock"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_MARKS = (LOCK, "pyproject.toml", ".git")


@dataclass(frozen=True, slots=True)
class Host:
    """The project that vendors."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / LOCK

    def folder(self, key: str) -> Path:
        return self.root / key


def find_host(start: Path) -> Host:
    """Find the project around a folder: where a lock file is, else a pyproject.toml, else the repository.

    What lies above the repository is another project, even if it vendors as well.
    """
    folders = _in_repository(start)
    found = (folder for mark in _MARKS for folder in folders if os.path.lexists(folder / mark))
    return Host(next(found, start))


def _in_repository(start: Path) -> tuple[Path, ...]:
    above = (start, *start.parents)
    top = next((number for number, folder in enumerate(above) if os.path.lexists(folder / ".git")), len(above))
    return above[: top + 1]


def from_here(folder: Path) -> str:
    """Name a package as a shell takes it, seen from the current folder: `src/notes`, `'my src/notes'`."""
    return shlex.quote(Path(os.path.relpath(folder)).as_posix())


@contextmanager
def changing(host: Host) -> Generator[None]:
    """Keep other runs out of the project's lock file and archive, and clear away what a killed one left there."""
    with ExitStack() as held:
        with writing(host.root):
            held.enter_context(locked(host.lock))
            clean_temporary(host.lock)
        try:
            yield
        except BrokenPipeError:  # of whoever reads what is printed meanwhile
            raise
        except OSError as fault:  # whatever writes a file says so itself
            _refuse_fault(host, fault)


def _refuse_fault(host: Host, fault: OSError) -> NoReturn:
    if isinstance(fault.filename, str) and fault.errno not in _FULL:
        refuse("unreadable", f"cannot be read: {reason(fault)}", Path(fault.filename))
    named = Path(fault.filename) if isinstance(fault.filename, str) else host.root
    refuse("write", f"cannot be written: {reason(fault)}", named)


# ---------------------------------------------------------------------------------------------------------------- DEST


def key_of(host: Host, dest: str, here: Path) -> str:
    """Name a destination as the lock file does; `./src/../src/selling` gives `src/selling`."""
    path = Path(os.path.normpath(here / dest))
    if path == host.root or not path.is_relative_to(host.root):
        refuse("outside", "not a folder within the project; name one that is, it becomes the package", path)
    key = path.relative_to(host.root).as_posix()
    if unfit := key_fault(key):
        raise Diagnostics([Diagnostic("destination", f"{quoted(dest)} cannot be a package: {unfit}")])
    if fault := on_the_way(host, key):
        raise Diagnostics([fault])
    return key


def on_the_way(host: Host, key: str) -> Diagnostic | None:
    """Find what is no folder from the root to a package, itself included: nothing is read or written behind a link."""
    with reading(host.folder(key)):
        blocked = blocked_parent(host.root, f"{key}/{MANIFEST}")
    if blocked is None:
        return None
    kind = "symbolic link" if blocked.is_symlink() else "file"
    message = f"a {kind} stands on the way to the package; put a folder there, or the package elsewhere"
    return Diagnostic("destination", message, Location(shown_path(blocked)))


def key_fault(key: str) -> str | None:
    """Say what keeps a relative path from being a package's; `src/class` gives `"class" is a keyword of Python`."""
    if fault := path_fault(key):
        return f"the path {fault}"
    name = PurePosixPath(key).name
    fault = package_fault(name)
    return f"{quoted(name)} {fault}" if fault else None


def neighbour_fault(key: str, others: Iterable[str]) -> str | None:
    """Say which other package a path is in the way of: the same but for case, within it or around it."""
    for other in others:
        if key != other and key.casefold() == other.casefold():
            return f"differs from {quoted(other)} in case only"
        if PurePosixPath(key).is_relative_to(other) and key != other:
            return f"lies within {quoted(other)}"
        if PurePosixPath(other).is_relative_to(key) and key != other:
            return f"lies around {quoted(other)}"
    return None


def chosen(host: Host, dests: Iterable[str], here: Path, packages: Mapping[str, object]) -> tuple[str, ...]:
    """Choose packages of the lock file: those named, else all; what is not chosen is not looked at."""
    keys = tuple(dict.fromkeys(key_of(host, dest, here) for dest in dests))
    faults = [unlisted(key, packages) for key in keys if key not in packages]
    faults += [fault for key in keys or packages if (fault := on_the_way(host, key))]
    if faults:
        raise Diagnostics(faults)
    return keys or tuple(packages)


def unlisted(key: str, packages: Mapping[str, object]) -> Diagnostic:
    listed = ", ".join(map(quoted, packages)) or "nothing"
    return Diagnostic("not-vendored", f"{quoted(key)} is not in {LOCK}, which lists {listed}")
