"""Products -> disk: compare a package folder with what belongs there, or replace it as a whole.

In: a package folder and the map {path: text} of all its products, `MANIFEST.json` among them. Out: what differs
(`compare`), or the paths that changed (`write`), or `Diagnostics`.

Nothing is ever written into the folder itself. A complete new one is staged beside it, and the two are exchanged in one
system call: a kill at any moment leaves the old tree or the new one, and the next run removes what lies about. Where
the kernel or file system has no exchange, the old folder is moved aside first; a kill between the two renames is healed
by the next run. A kernel lock, which dies with its process, keeps two runs apart.

A user's own files in the folder are carried over as they are. Links are carried as links, and never followed.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.manifest import MANIFEST, Manifest, digest, path_fault, read_manifest
from codegen.spec.source import shown_path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_SECONDS = 60.0
_CACHE = "__pycache__"
_IN_THE_WAY = "in the way"
"""Stands for the digest of what is no regular file, or lies behind a link."""
_DISCARD = "move the change into the spec or a template, or run again with --force to discard it"


class State(StrEnum):
    STALE = "stale"
    EDITED = "edited"
    MISSING = "missing"
    ORPHANED = "orphaned"


@dataclass(frozen=True, order=True)
class Change:
    """A file that is not as it should be; `path` is relative to the package folder."""

    path: str
    state: State


# ------------------------------------------------------------------------------------------------------------ compare


def compare(folder: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """Name every file that differs from its product, and every file of an earlier run that is no product any more."""
    try:
        return _changes(folder, files, read_manifest(folder))
    except Diagnostics:
        return _changes(folder, files, None)
    except OSError as fault:
        _refuse("unreadable", f"cannot be read: {_reason(fault)}", folder)


def _changes(folder: Path, files: Mapping[str, str], manifest: Manifest | None) -> tuple[Change, ...]:
    """With no manifest to believe, whatever stands where a product belongs counts as edited."""
    listed: Mapping[str, str] = manifest.files if manifest else {}
    states = {path: _product_state(folder, path, text, manifest) for path, text in files.items()}
    states |= {path: _orphan_state(folder, path, listed[path]) for path in listed if path not in files}
    return tuple(sorted(Change(path, state) for path, state in states.items() if state))


def _product_state(folder: Path, path: str, text: str, manifest: Manifest | None) -> State | None:
    found = _digest_on_disk(folder, path)
    if found is None:
        return State.MISSING
    if found == digest(text):
        return None
    ours = manifest is not None and found != _IN_THE_WAY and (path == MANIFEST or manifest.files.get(path) == found)
    return State.STALE if ours else State.EDITED


def _orphan_state(folder: Path, path: str, listed: str) -> State | None:
    """A folder that a user put there instead, or a link further up, is the user's and stays."""
    found = _digest_on_disk(folder, path)
    if found is None or _is_folder(folder / path) or _blocked_parent(folder, path):
        return None
    return State.ORPHANED if found == listed else State.EDITED


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _digest_on_disk(folder: Path, path: str) -> str | None:
    if _blocked_parent(folder, path):
        return _IN_THE_WAY
    try:
        if not stat.S_ISREG(os.lstat(folder / path).st_mode):
            return _IN_THE_WAY
        with open(_open_plain(folder / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _blocked_parent(folder: Path, path: str) -> Path | None:
    """Find what is no folder, or a link to one, between the package folder and a product."""
    for parent in reversed(PurePosixPath(path).parents):
        with suppress(FileNotFoundError):
            if not stat.S_ISDIR(os.lstat(folder / parent).st_mode):
                return folder / parent
    return None


def _open_plain(path: Path, flags: int, mode: int = 0o644) -> int:
    """Open a file itself: never what a link points to, never with Windows' line ends."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), mode)


# -------------------------------------------------------------------------------------------------------------- write


def write(folder: Path, files: Mapping[str, str], *, force: bool = False) -> tuple[str, ...]:
    """Make the folder hold exactly these products beside a user's own files; give the paths that changed on disk."""
    _check_products(files)
    folder = folder.absolute()
    try:
        _refuse_unless_folder(folder)
        _make_parent(folder)
        if not _leftovers(folder.parent, folder.name) and not compare(folder, files):
            return ()
        with _lock(folder):
            return _write_locked(folder, files, force)
    except OSError as fault:
        _refuse("write", f"cannot be written: {_reason(fault)}", folder)


def _make_parent(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except (NotADirectoryError, FileExistsError):
        _refuse("not-a-folder", "a file stands where a folder belongs; remove it", folder.parent)


def _write_locked(folder: Path, files: Mapping[str, str], force: bool) -> tuple[str, ...]:
    clean_leftovers(folder.parent, folder.name)
    _refuse_unless_folder(folder)
    _refuse_obstacles(folder, files)
    manifest = _believed_manifest(folder, force)
    changes = _changes(folder, files, manifest)
    if not force:
        _refuse_edited(folder, changes)
    if changes:
        _replace(folder, files, {*files, *(manifest.files if manifest else ())})
    return tuple(change.path for change in changes)


def _check_products(files: Mapping[str, str]) -> None:
    """Names are made by `codegen.spec.names`: one that fails here is a bug of ours."""
    faults = [f"{path!r} {fault}" for path in files if (fault := path_fault(path))]
    parents = {str(parent) for path in files for parent in PurePosixPath(path).parents}
    faults += [f"{path!r} is a file and a folder" for path in files if path in parents]
    if len({path.casefold() for path in files}) != len(files):
        faults.append("two paths differ in case only")
    if MANIFEST not in files:
        faults.append(f"{MANIFEST} is missing")
    if faults:
        raise ValueError(f"products that cannot be written: {'; '.join(faults)}")


def _refuse_unless_folder(folder: Path) -> None:
    if folder.is_symlink():
        _refuse("symlink", "a symbolic link stands where the package folder belongs; remove it", folder)
    if folder.exists() and not folder.is_dir():
        _refuse("not-a-folder", "a file stands where the package folder belongs; remove it", folder)


def _believed_manifest(folder: Path, force: bool) -> Manifest | None:
    try:
        return read_manifest(folder)
    except Diagnostics:
        if force:
            return None
        raise


def _refuse_obstacles(folder: Path, files: Mapping[str, str]) -> None:
    """Links, folders and pipes where a product belongs are nobody's edit; force does not remove them either."""
    folders = {folder / parent for path in files for parent in PurePosixPath(path).parents}
    targets = {_blocked_parent(folder, path) or folder / path for path in files}
    found = [fault for path in targets if (fault := _obstacle(path, path in folders))]
    if found:
        raise Diagnostics(found)


def _obstacle(path: Path, is_parent: bool) -> Diagnostic | None:
    wanted = "folder" if is_parent else "file"
    place = Location(shown_path(path))
    if path.is_symlink():
        return Diagnostic("symlink", f"a symbolic link stands where a generated {wanted} belongs; remove it", place)
    if not path.exists() or (path.is_file() and not is_parent):
        return None
    kind = "file" if path.is_file() else "folder" if path.is_dir() else "pipe or device"
    return Diagnostic(f"not-a-{wanted}", f"a {kind} stands where a generated {wanted} belongs; move it away", place)


def _refuse_edited(folder: Path, changes: tuple[Change, ...]) -> None:
    edited = [change.path for change in changes if change.state is State.EDITED]
    if edited:
        message = f"edited by hand; {_DISCARD}"
        raise Diagnostics([Diagnostic("edited", message, Location(shown_path(folder / path))) for path in edited])


# ----------------------------------------------------------------------------------------------------- stage and swap


def _replace(folder: Path, files: Mapping[str, str], ours: AbstractSet[str]) -> None:
    staged = folder.with_name(f".{folder.name}.speccast-{os.urandom(8).hex()}")
    try:
        staged.mkdir()
        _stage(staged, files)
        _carry(folder, staged, ours)
        _sync_folders(staged)
        old = _swap(staged, folder)
        _carry(old, folder, ours)
        _sync_folder(folder.parent)
    finally:
        clean_leftovers(folder.parent, folder.name)


def _stage(staged: Path, files: Mapping[str, str]) -> None:
    for path in sorted(files):
        target = staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(_open_plain(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
            stream.write(files[path].encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        target.chmod(0o644)


def _carry(old: Path, new: Path, ours: AbstractSet[str]) -> None:
    """Bring a user's files along. Called again after the swap, for what came into the old folder in the meantime."""
    for path in _leaves(old):
        if path not in ours and not os.path.lexists(new / path):
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            _carry_one(old / path, new / path)


def _leaves(folder: Path, below: str = "") -> Iterator[str]:
    """Walk everything that is no folder, and folders that are empty; links are leaves, caches are left out."""
    if not folder.is_dir():
        return
    with os.scandir(folder / below) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    if below and not found:
        yield below
    for name, is_folder in found:
        path = f"{below}/{name}" if below else name
        if not is_folder:
            yield path
        elif name != _CACHE:
            yield from _leaves(folder, path)


def _carry_one(source: Path, target: Path) -> None:
    """A hard link keeps everything about a file, and costs nothing; some file systems have none."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir()
    else:
        try:
            os.link(source, target)
        except OSError:
            if not source.is_file():
                raise
            shutil.copy2(source, target, follow_symlinks=False)


def _swap(staged: Path, folder: Path) -> Path:
    """Put the staged folder in place; give the path where the old one is now."""
    if folder.exists():
        staged.chmod(stat.S_IMODE(folder.stat().st_mode))
        if _exchange(staged, folder):
            return staged
    aside = _aside(folder.parent, folder.name)
    with suppress(FileNotFoundError):
        folder.rename(aside)
    staged.rename(folder)
    return aside


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the kernel, libc or file system cannot."""
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    if sys.platform != "linux":
        return None
    found = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if found is not None:
        found.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return found


def _sync_folders(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        _sync_folder(Path(path))


def _sync_folder(folder: Path) -> None:
    """Make names durable; Windows has no such call for folders."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ------------------------------------------------------------------------------------------------ leftovers and lock


def clean_leftovers(parent: Path, name: str) -> None:
    """Heal what a killed run left beside the folder: the old tree comes back if there is none. Hold the lock."""
    aside = _aside(parent, name)
    if _is_folder(aside) and not os.path.lexists(parent / name):
        aside.rename(parent / name)
    for path in _leftovers(parent, name):
        if _is_folder(path):
            shutil.rmtree(path, ignore_errors=True)


def _leftovers(parent: Path, name: str) -> tuple[Path, ...]:
    ours = re.compile(re.escape(f".{name}.speccast-") + "(lock|old|[0-9a-f]{16})")
    with suppress(FileNotFoundError, NotADirectoryError):
        return tuple(parent / entry for entry in sorted(os.listdir(parent)) if ours.fullmatch(entry))
    return ()


def _aside(parent: Path, name: str) -> Path:
    return parent / f".{name}.speccast-old"


@contextmanager
def _lock(folder: Path) -> Generator[None]:
    """Hold the folder's lock; the file goes when done, so that the output folder holds nothing but output."""
    path = folder.with_name(f".{folder.name}.speccast-lock")
    handle = _acquire(path, folder)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _acquire(path: Path, folder: Path) -> int:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        handle = _open_plain(path, os.O_RDWR | os.O_CREAT)
        if _try_lock(handle) and _is_still(handle, path):
            return handle
        os.close(handle)
        if time.monotonic() > deadline:
            _refuse("locked", f"another run has been writing for {LOCK_SECONDS:g} seconds; wait for it to end", folder)
        time.sleep(0.01)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if fault.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            raise
        return False
    return True


def _is_still(handle: int, path: Path) -> bool:
    """Whoever held the lock before has removed its file; a lock on that would lock out nobody."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    return False


def _reason(fault: OSError) -> str:
    return (fault.strerror or str(fault)).lower()


def _refuse(rule: str, message: str, path: Path) -> NoReturn:
    raise Diagnostics([Diagnostic(rule, message, Location(shown_path(path)))])
