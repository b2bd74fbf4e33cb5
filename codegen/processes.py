"""The same work for many items: in this process or by others, where what goes wrong with one stops none of the rest.

In: a function, its items, and who does it: nobody else, processes of our own, or an engine that has the interface of
`concurrent.futures`. Out: for each item, as it is done, what the function gave, or `Broken`.

A worker stops at once when it is told to, in the middle of its work if need be.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from types import FrameType
from typing import TypeVar

from codegen.diagnostics import Diagnostic, Note, internal_error

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Broken:
    """Why an item has no result, as text: an exception need not survive the way between two processes.

    `is_ours` tells a bug from what the machine did to a worker.
    """

    reason: str
    is_ours: bool = True

    def fault(self, failed: str, remedy: str) -> Diagnostic:
        """Say what failed: `"specs/notes" was not made`; a bug has another remedy than the want of memory."""
        if self.is_ours:
            note = Note("with SPECCAST_DEBUG=1 in the environment, the same command for this spec alone tells where")
            return Diagnostic("internal", f"{failed}: {self.reason}", notes=(note,))
        return Diagnostic("worker-killed", f"{failed}: {self.reason}; {remedy}")


_KILLED = Broken("a worker was killed, perhaps for want of memory", is_ours=False)
_LOST = "distributed"
"""The package whose exceptions tell that a worker of a cluster is gone: our own never leave one."""


def each(
    work: Callable[[Item], Result], items: Sequence[Item], executor: Executor | None
) -> Iterator[tuple[int, Result | Broken]]:
    """Do the work for every item, here in turn where there is no executor; give position and outcome as each is done.

    The pool of a worker that was killed gives up all that was waiting.
    """
    if executor is None:
        yield from ((position, attempt(work, item)) for position, item in enumerate(items))
        return
    waiting = {executor.submit(attempt, work, item): position for position, item in enumerate(items)}
    try:
        yield from ((waiting[done], _outcome(done)) for done in as_completed(waiting))
    finally:
        for future in waiting:
            future.cancel()


def _outcome(done: Future[Result | Broken]) -> Result | Broken:
    """`attempt` raises nothing: an exception here is that of whoever was to carry it out."""
    fault = None if done.cancelled() else done.exception()
    if done.cancelled() or isinstance(fault, BrokenExecutor) or type(fault).__module__.partition(".")[0] == _LOST:
        return _KILLED
    return Broken(internal_error(fault)) if fault else done.result()


def attempt(work: Callable[[Item], Result], item: Item) -> Result | Broken:
    """Do the work for one item, in a worker or here; whatever it raises is the item's own."""
    try:
        if _told_to_stop:
            raise SystemExit
        return work(item)
    except MemoryError:
        return Broken("there was not enough memory", is_ours=False)
    except Exception as fault:  # the one place below `cli`: a bug that one spec meets is none of another's
        return Broken(internal_error(fault))
    finally:
        if _told_to_stop:
            os._exit(1)  # the pool takes SystemExit for a result, and would have this worker wait for more for ever
        gc.collect()  # the next one may be large


# -------------------------------------------------------------------------------------------------------- our own


_told_to_stop: list[bool] = []
"""Holds something once a worker was told to: it gets what was queued for it all the same."""


@contextmanager
def processes(count: int) -> Generator[Executor]:
    """Start workers, spawned: the only way to start a process that is alike on every system."""
    others = {child.pid for child in active_children()}
    count = min(count, 61) if sys.platform == "win32" else count  # Windows waits for no more
    done = False
    with _held_back(), apart():
        pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_heed)
        for _ in range(count):  # a pool that spawns starts a worker with each call for which none is idle
            pool.submit(_heed)
    try:
        yield pool
        done = True
    finally:
        for child in () if done else (child for child in active_children() if child.pid not in others):
            child.terminate()
        pool.shutdown(cancel_futures=True)


@contextmanager
def apart() -> Generator[None]:
    """Start processes that take no module from the current folder, where a project has what names it likes.

    Before a process that is spawned hears where this one looks for modules, it looks there first.
    """
    before = os.environ.get(_SAFE)
    os.environ[_SAFE] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE)
        if before is not None:
            os.environ[_SAFE] = before


_SAFE = "PYTHONSAFEPATH"


@contextmanager
def _held_back() -> Generator[None]:
    """Have Ctrl-C wait, for processes started meanwhile too: before `_heed` one prints a traceback."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _heed() -> None:
    """Leave Ctrl-C to the process that started this one, and stop when that says so: in the middle, if need be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    _told_to_stop.append(True)
    raise SystemExit
