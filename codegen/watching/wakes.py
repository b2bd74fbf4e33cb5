"""Waits until the system tells of a change, and never longer than a second.

In: folders. Out: a wake. Each folder is watched for its own entries alone, not for what is beneath. The first event is
told when 50 ms pass without another one, the next not before a second is over: a storm gives a wake a second. What the
system does not tell (a network's file system, too many watches, a link's target) is found by looking once a second.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch
from watchfiles.main import FileChange

SECONDS = 1.0
"""The longest sleep without an event."""
PAUSE = 1.0
"""The shortest time from one event's wake to that of the next."""


@dataclass(slots=True)
class Wakes:
    """A source of wakes; `armed` are the folders that are watched, as they were when that began."""

    armed: tuple[tuple[Path, tuple[int, int] | None], ...] = ()
    changes: Generator[set[FileChange]] | None = None
    last: float = -PAUSE

    def __call__(self, folders: Sequence[Path]) -> bool:
        """Sleep; there is always another wake."""
        wanted = tuple((folder, _identity(folder)) for folder in folders)
        if wanted != self.armed or self.changes is None:
            self._disarm()
            self.armed, self.changes = wanted, _changes(folders)
        try:
            changes = next(self.changes)
        except (OSError, RuntimeError):  # too many watches, for one
            self._disarm()
            time.sleep(SECONDS)
            return True
        if any(kind is Change.deleted for kind, _ in changes):
            self._disarm()  # a folder that went and came may look the same, and is watched no more
        if changes:
            time.sleep(max(0.0, self.last + PAUSE - time.monotonic()))
            self.last = time.monotonic()
        return True

    def _disarm(self) -> None:
        if self.changes is not None:
            self.changes.close()
        self.changes = None


def _changes(folders: Sequence[Path]) -> Generator[set[FileChange]]:
    return watch(
        *folders,
        watch_filter=None,
        debounce=round(PAUSE * 1000),
        step=50,
        rust_timeout=round(SECONDS * 1000),
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
