"""Work of a thread that an event loop does for it, between its own.

In: a loop and a function. Out: what the function gives or raises. A thread beside a busy loop gets the interpreter for
a moment at a time, and pays for each: twenty statements of SQLite, which take 7 us each, took 170 us each so. What the
loop does itself, it does at once. It goes a few turns first: the calls that it reads on the way come along, and have
their share of what a commit costs. Where the loop does not come to it (it waits for this thread, has ended, or has much
to do), the thread takes its work back.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import TypeVar

PATIENCE = 0.1
"""Seconds that the loop has to begin; arbitrary, far more than a call takes."""
TURNS = 3
"""Of the loop before an errand: what has come by now is read in the first, and put in line in the second."""
HURRY = 0.01
"""Seconds after which turns are skipped; arbitrary, those of a few calls are over by then."""

Result = TypeVar("Result")


def on_loop(loop: AbstractEventLoop, function: Callable[[], Result], patience: float = PATIENCE) -> Result:
    """Have the loop of another thread call a function; here, where it does not begin in time."""
    errand: Future[Result] = Future()
    if not called(loop, partial(_later, loop, TURNS, loop.time() + HURRY, partial(_do, errand, function))):
        return function()
    try:
        return errand.result(patience)
    except TimeoutError:
        return function() if errand.cancel() else errand.result()


def called(loop: AbstractEventLoop, function: Callable[[], object]) -> bool:
    """Let a loop call a function soon; False where the loop has ended."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return False
    return True


def _later(loop: AbstractEventLoop, turns: int, end: float, function: Callable[[], None]) -> None:
    if turns and loop.time() < end:
        loop.call_soon(_later, loop, turns - 1, end, function)
    else:
        function()


def _do(errand: Future[Result], function: Callable[[], Result]) -> None:
    if errand.set_running_or_notify_cancel():
        with _Told(errand):
            errand.set_result(function())


class _Told(AbstractContextManager[None]):
    """Hands whatever is raised, a bug as well, to the thread that waits."""

    def __init__(self, errand: Future[Result]) -> None:
        self._errand = errand

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._errand.set_exception(error)
        return error is not None
