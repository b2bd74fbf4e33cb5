"""Locks that a forked process gets open.

A process forks with the one thread that forks. A lock that another thread held then would stay shut in the child for
ever, and a call would wait for it past every deadline.
"""

from __future__ import annotations

import os
from threading import RLock
from types import TracebackType
from weakref import WeakSet


class ForkedLock:
    """A lock, which its holder may take again; `with` takes and releases it."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = RLock()
        _ALL.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def open_anew(self) -> None:
        """Forget who holds it."""
        self._lock = RLock()


_ALL: WeakSet[ForkedLock] = WeakSet()


def _open_all() -> None:
    for lock in list(_ALL):
        lock.open_anew()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_open_all)
