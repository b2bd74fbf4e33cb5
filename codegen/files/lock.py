"""One run at a time: a kernel lock beside the package folder, which dies with its process.

In: the package folder. Out: a context in which no other run writes there, or `Diagnostics` after a minute of waiting.
No process id stands in the file: what a killed run leaves locks out nobody.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from codegen.files.manifest import open_itself
from codegen.files.places import refuse

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_SECONDS = 60.0


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold the folder's lock; the file goes when done, so that the output folder holds nothing but output."""
    path = folder.with_name(f".{folder.name}.speccast-lock")
    handle = _acquire(path, folder)
    try:
        yield
    finally:
        _release(handle, path)


def _release(handle: int, path: Path) -> None:
    """Windows removes no file that is open, and none that the next run has opened by then."""
    if sys.platform == "win32":
        os.close(handle)
    with suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        os.close(handle)


def _acquire(path: Path, folder: Path) -> int:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        _refuse_unless_file(path)
        handle = open_itself(path, os.O_RDWR | os.O_CREAT)
        if _try_lock(handle) and _is_still(handle, path):
            return handle
        os.close(handle)
        if time.monotonic() > deadline:
            refuse("locked", f"another run has been writing for {LOCK_SECONDS:g} seconds; wait for it to end", folder)
        time.sleep(0.01)


def _refuse_unless_file(path: Path) -> None:
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            refuse("lock", "no file stands where the lock file of a run belongs; remove it", path)


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
    """Whoever held the lock before has removed its file, but on Windows; a lock on that would lock out nobody."""
    if sys.platform == "win32":
        return True
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    return False
