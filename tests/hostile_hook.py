"""An ear on the interpreter: hears what a run opens, starts, writes and says, and keeps what it had no business with.

In: the folders that may be read, and those that may be written. Out: the list of what was heard beyond these, which
grows while the run goes on. A hook cannot be taken off again, so it belongs in a process of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NEVER = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "ctypes.dlopen")
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate")
_NAMED = {"os.rename": slice(2), "os.link": slice(2), "os.symlink": slice(1, 2)}
"""Which arguments name what is changed: both names of a file, but only where a link stands."""
_DEVICES = ("/dev/null", "/dev/urandom")


def listen(reading: Sequence[Path], writing: Sequence[Path]) -> list[str]:
    """Hear from now on; the interpreter's own files may always be read."""
    code = [Path(path) for path in (*sys.path, sys.prefix, sys.base_prefix) if path]
    readable = tuple(os.path.realpath(path) for path in (*reading, *writing, *code))
    writable = tuple(os.path.realpath(path) for path in writing)
    heard: list[str] = []
    asking = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal asking
        if asking:
            return
        asking = True  # finding a real path raises events as well
        try:
            fault = _fault(event, arguments, readable, writable)
            if fault:
                heard.append(fault)
        finally:
            asking = False

    sys.addaudithook(hook)
    return heard


def _fault(event: str, arguments: tuple[Any, ...], readable: Sequence[str], writable: Sequence[str]) -> str | None:
    if event.startswith(_NEVER):
        return event
    if event in _CHANGES:
        made = arguments[_NAMED.get(event, slice(1))]
        outside = [path for path in made if not isinstance(path, int) and not _within(path, writable, arguments[-1])]
        return f"{event} {outside[0]}" if outside else None
    if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
        return None
    path, mode, flags = arguments
    writes = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return None if _within(path, writable if writes else readable) else f"{'write' if writes else 'read'} {path!r}"


def _within(path: str | bytes | os.PathLike[str], folders: Sequence[str], folder: object = None) -> bool:
    """Say whether a path is below one of the folders; one that is relative to an open folder is judged by that."""
    text = os.fsdecode(path)
    if not os.path.isabs(text) and isinstance(folder, int) and folder > 2:
        text = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), text)
    real = os.path.realpath(text)
    return real in _DEVICES or any(real == one or real.startswith(one + os.sep) for one in folders)
