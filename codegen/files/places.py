"""What stands where, looked at without following a link or waiting for a pipe, and refused where it is in the way.

In: a package folder and the paths of its products. Out: what a path holds (`standing`), or `Diagnostics` that name what
keeps a product from its place.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.manifest import file_digest
from codegen.spec.source import shown_path

IN_THE_WAY = "in the way"
"""Stands for the digest of what is no regular file, or lies behind a link."""


def standing(folder: Path, path: str) -> str | None:
    """Give the digest of what stands at a product's path, `IN_THE_WAY`, or None where nothing does."""
    if blocked_parent(folder, path):
        return IN_THE_WAY
    return file_digest(folder / path) or (IN_THE_WAY if os.path.lexists(folder / path) else None)


def blocked_parent(folder: Path, path: str) -> Path | None:
    """Find what is no folder, or a link to one, between the package folder and a product."""
    for step in _above(path):
        with suppress(FileNotFoundError):
            if not stat.S_ISDIR(os.lstat(f"{folder}{step}").st_mode):
                return Path(f"{folder}{step}")
    return None


def _above(path: str) -> Iterator[str]:
    """`a/b/c.py` gives "", `/a` and `/a/b`: texts, for there may be thousands of products."""
    yield ""
    yield from (f"/{path[: found.start()]}" for found in re.finditer("/", path))


def is_folder(path: Path) -> bool:
    """Tell a folder from everything else, a link to one included."""
    return path.is_dir() and not path.is_symlink()


def parents(paths: Iterable[str]) -> frozenset[str]:
    """`a/b/c.py` gives `a`, `a/b` and `.`, the package folder itself."""
    return frozenset(step.removeprefix("/") or "." for path in paths for step in _above(path))


# ----------------------------------------------------------------------------------------------------------- refusing


def refuse_unless_folder(folder: Path) -> None:
    """Let a package folder be a folder, or nothing yet."""
    if folder.is_symlink():
        refuse("symlink", "a symbolic link stands where the package folder belongs; remove it", folder)
    if os.path.lexists(folder) and not folder.is_dir():
        kind = _kind(folder)
        refuse("not-a-folder", f"a {kind} stands where the package folder belongs; remove it", folder)


def refuse_unless_reachable(folder: Path) -> None:
    """Let all that is above be folders, or nothing yet; what is none is named, not what would stand behind it."""
    above = next((parent for parent in folder.absolute().parents if os.path.lexists(parent)), None)
    if above and not above.is_dir():
        refuse("not-a-folder", "a file stands where a folder belongs; remove it", above)


def refuse_obstacles(folder: Path, paths: Iterable[str]) -> None:
    """Links, folders and pipes where a product belongs are nobody's edit; force does not remove them either."""
    paths = frozenset(paths)
    folders = {folder / parent for parent in parents(paths)}
    targets = {blocked_parent(folder, path) or folder / path for path in paths}
    found = [fault for path in targets if (fault := _obstacle(path, "folder" if path in folders else "file"))]
    if found:
        raise Diagnostics(found)


def _obstacle(path: Path, wanted: str) -> Diagnostic | None:
    if path.is_symlink():
        message = f"a symbolic link stands where a generated {wanted} belongs; remove it"
        return Diagnostic("symlink", message, Location(shown_path(path)))
    if not path.exists() or (path.is_file() and wanted == "file"):
        return None
    message = f"a {_kind(path)} stands where a generated {wanted} belongs; move it away"
    return Diagnostic(f"not-a-{wanted}", message, Location(shown_path(path)))


def _kind(path: Path) -> str:
    return "file" if path.is_file() else "folder" if path.is_dir() else "pipe or device"


def refuse_read_only(folder: Path, paths: Iterable[str]) -> None:
    """A folder that lets nobody write is to stay as it is: replacing it as a whole would get around that."""
    for step in sorted(parents(paths)):
        if is_folder(folder / step) and not os.access(folder / step, os.W_OK | os.X_OK):
            refuse("write", "cannot be written: this folder is read-only", folder / step)


@contextmanager
def reading(path: Path) -> Generator[None]:
    """Say what cannot be read: the path that the system names, else this one."""
    try:
        yield
    except OSError as fault:
        named = Path(fault.filename) if isinstance(fault.filename, str) else path
        refuse("unreadable", f"cannot be read: {reason(fault)}", named)


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Say what cannot be written, whatever it was called while it was."""
    try:
        yield
    except OSError as fault:
        refuse("write", f"cannot be written: {reason(fault)}", path)


def reason(fault: OSError) -> str:
    return (fault.strerror or str(fault)).lower()


def refuse(rule: str, message: str, path: Path) -> NoReturn:
    """Raise one finding about a path."""
    raise Diagnostics([Diagnostic(rule, message, Location(shown_path(path)))])
