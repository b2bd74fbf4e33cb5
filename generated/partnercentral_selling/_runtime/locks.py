"""Locks that a forked process gets open, and the one place that notices a fork for all that must not be shared.

A process forks with the one thread that forks. A lock that another thread held then would stay shut in the child for
ever, and a call would wait for it past every deadline; a connection would be the child's and its parent's at once, and
each would read answers of the other. What starts anew in a child asks for no lock but those of this module: all others
may be held.
"""

from __future__ import annotations

import os
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:  # what a hook for forks can reach, Python takes apart last and slowest: `Protocol` reaches `typing`
    from typing import Protocol

    class Forked(Protocol):
        """What a forked process must not share with its parent."""

        def start_anew(self) -> None:
            """Leave to the parent what is held; called in the child, before anything else runs there."""
            ...


_ALL: WeakSet[Forked] = WeakSet()


def note_forks(holder: Forked) -> None:
    """Have `holder` start anew in every forked process, for as long as it lives."""
    _ALL.add(holder)


class ForkedLock:
    """A lock, which its holder may take again; `with` takes and releases it."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = RLock()
        note_forks(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def start_anew(self) -> None:
        """Forget who holds it."""
        self._lock = RLock()


def _start_all_anew() -> None:
    for holder in list(_ALL):
        holder.start_anew()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_start_all_anew)
