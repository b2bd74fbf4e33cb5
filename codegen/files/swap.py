"""A package folder replaced as a whole, or taken away as a whole.

In: the folder, the text of all its files, and which paths in it are ours. Out: the folder holds exactly those files
beside a user's own. Hold the lock.

A complete new folder is staged beside the old one, and the two are exchanged in one system call: a kill at any moment
leaves the old tree or the new one, and `clean_leftovers` removes what lies about. Where the kernel or file system has
no exchange, the old folder is moved aside under a fixed name first; a kill between the two renames is healed by
`clean_leftovers` too.

A user's own files are carried over as they are. Links are carried as links, and never followed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from codegen.files.manifest import open_itself
from codegen.files.places import is_folder, parents

_CACHE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Swap:
    """What to do: `ours` holds every path that is not carried over.

    `confirm` is called with the old tree once it has been swapped out, where no user can change it by its name any
    more; what it raises puts the old tree back.
    """

    folder: Path
    files: Mapping[str, str]
    ours: AbstractSet[str]
    confirm: Callable[[Path], object]


def replace(swap: Swap) -> None:
    """Put the files in place of the folder's own; with no files and nothing to carry the folder goes."""
    staged = _fresh(swap.folder)
    try:
        staged.mkdir()
        _stage(staged, swap.files)
        _carry(swap, swap.folder, staged)
        _sync_folders(staged)
        _settle(swap, _exchange_or_rename(staged, swap.folder) if any(staged.iterdir()) else _away(swap.folder))
        sync_folder(swap.folder.parent)
    finally:
        clean_leftovers(swap.folder.parent, swap.folder.name)


def _settle(swap: Swap, old: Path) -> None:
    """Make sure that nothing came into the old tree unseen; what did is carried over, or the old tree comes back."""
    with ExitStack() as undo:
        undo.callback(_put_back, old, swap.folder)
        swap.confirm(old)
        _carry(swap, old, swap.folder)
        undo.pop_all()


def _stage(staged: Path, files: Mapping[str, str]) -> None:
    """Write all files, then have each on disk: the first wait is for most of what the others would wait for."""
    targets = {staged / path: files[path] for path in sorted(files)}
    for target, text in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(open_itself(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as stream:
            stream.write(text.encode("utf-8"))
        target.chmod(0o644)
    for target in targets:
        with open(open_itself(target, os.O_RDWR), "rb") as stream:
            os.fsync(stream.fileno())


# -------------------------------------------------------------------------------------------------------------- carry


def _carry(swap: Swap, old: Path, new: Path) -> None:
    """Bring a user's files along. Called again after the swap, for what came into the old folder in the meantime."""
    ours, folders = swap.ours, parents(swap.ours)
    for path in _leaves(old):
        is_ours = path in (folders if is_folder(old / path) else ours)
        if not is_ours and not os.path.lexists(new / path):
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            _carry_one(old / path, new / path)
    _carry_modes(old, new)


def _leaves(folder: Path, below: str = "") -> Iterator[str]:
    """Walk everything that is no folder, and folders that are empty; links are leaves, caches are left out."""
    if not folder.is_dir():
        return
    with os.scandir(folder / below) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    if below and not found:
        yield below
    for name, is_dir in found:
        path = f"{below}/{name}" if below else name
        if not is_dir:
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


def _carry_modes(old: Path, new: Path) -> None:
    """A folder that others may not look into stays so; the deepest first, as one may be read-only."""
    for step, _, _ in os.walk(old, topdown=False):
        twin = new / Path(step).relative_to(old)
        if is_folder(twin) and (mode := stat.S_IMODE(Path(step).stat().st_mode)) != stat.S_IMODE(twin.stat().st_mode):
            twin.chmod(mode)


# -------------------------------------------------------------------------------------------------------------- swap


def _exchange_or_rename(staged: Path, folder: Path) -> Path:
    """Put the staged folder in place; give the path where the old one is now."""
    if folder.exists() and _exchange(staged, folder):
        return staged
    aside = _aside(folder.parent, folder.name)
    with suppress(FileNotFoundError):
        patiently(lambda: folder.rename(aside))
    patiently(lambda: staged.rename(folder))
    return aside


_PAUSES = (0.01, 0.03, 0.1, 0.3, 1.0)  # seconds; arbitrary


def patiently(rename: Callable[[], object]) -> None:
    """Rename; Windows refuses while anything within is open, as each new file is for what looks for viruses."""
    for pause in _PAUSES if sys.platform == "win32" else ():
        try:
            rename()
            return
        except PermissionError:
            time.sleep(pause)
    rename()


def _away(folder: Path) -> Path:
    """Take the folder away; never to the name from which a run that was killed gets its tree back."""
    gone = _fresh(folder)
    patiently(lambda: folder.rename(gone))
    return gone


def _put_back(old: Path, folder: Path) -> None:
    if not old.exists() or (folder.exists() and _exchange(old, folder)):
        return
    if folder.exists():
        _away(folder)
    patiently(lambda: old.rename(folder))


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
        sync_folder(Path(path))


def sync_folder(folder: Path) -> None:
    """Make names durable; Windows has no such call for folders."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ----------------------------------------------------------------------------------------------------------- leftovers


def clean_leftovers(parent: Path, name: str) -> None:
    """Heal what a killed run left beside the folder: the old tree comes back if there is none. Hold the lock."""
    folder, aside = parent / name, _aside(parent, name)
    if is_folder(aside):
        # Nothing is deleted under the name that trees come back from: half of one would come back.
        home = _fresh(folder) if os.path.lexists(folder) else folder
        patiently(lambda: aside.rename(home))
    for path in leftovers(parent, name):
        if is_folder(path):
            _delete(path)


def _delete(folder: Path) -> None:
    """Delete what the next run would delete otherwise; a user's folder that is read-only is no obstacle."""
    for step, _, _ in os.walk(folder):
        with suppress(OSError):
            Path(step).chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)


def leftovers(parent: Path, name: str) -> tuple[Path, ...]:
    """Name what a run that was killed, or is still at work, has beside the folder."""
    ours = re.compile(re.escape(f".{name}.speccast-") + "(lock|old|[0-9a-f]{16})")
    with suppress(FileNotFoundError, NotADirectoryError):
        return tuple(parent / entry for entry in sorted(os.listdir(parent)) if ours.fullmatch(entry))
    return ()


def _fresh(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.speccast-{os.urandom(8).hex()}")


def _aside(parent: Path, name: str) -> Path:
    return parent / f".{name}.speccast-old"
