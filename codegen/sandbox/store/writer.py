"""Calls from everywhere -> one thread, one transaction for all that wait, answers after the commit.

A commit costs a write to the disk, whatever it holds. So all calls that have come in while the last one was written
run in turn in one transaction, and their answers go out when it is committed; a single caller waits for one commit,
thirty-two callers for one as well. A `Fault` is an answer like any other; work that must leave no trace of one runs
in `Transaction.attempt`. When the database fails, what was begun is undone and the callers get
InternalServerException; where it was one call that it could not take, the others run again, each alone. So they do,
all together, where one has to leave no trace that has left one.

The thread begins and commits, for that may take long. Statements of a database that is `near` are run by the event
loop whose calls they are (`errands` says why), while the thread waits: it is still one at a time.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from codegen.sandbox.calling import Fault
from codegen.sandbox.store.database import Database, HopefulTransaction, Spoiled, Transaction
from codegen.sandbox.store.errands import called, on_loop

_LOG = logging.getLogger(__name__)

BATCH = 256
"""How many calls share a commit at most; arbitrary, it bounds how long the first of them waits."""

Work = Callable[[Transaction], Any]
Outcome = tuple[Any, Fault | None]
Join = Callable[[list["Waiting"], AbstractEventLoop | None], None]


@dataclass(slots=True)
class Waiting:
    """`loop` has the future, and settles it; None where a thread waits."""

    work: Work
    future: Future[Any] | asyncio.Future[Any]
    loop: AbstractEventLoop | None = None

    def taken(self) -> bool:
        """Tell whether anybody still waits; from now on a thread cannot go back."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def settle(self, outcome: Outcome) -> None:
        result, fault = outcome
        if isinstance(self.future, asyncio.Future) and self.future.done():
            return  # cancelled meanwhile
        if fault is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(fault)


class Unanswered(Fault):
    """What a caller gets when the database failed: nothing was done."""

    def __init__(self) -> None:
        super().__init__("InternalServerException", "The request could not be stored. Nothing was changed; try again.")


@dataclass(slots=True)
class Writer:
    """The only user of a database; `begun` runs first in each transaction."""

    database: Database
    begun: Callable[[Transaction], None] = lambda transaction: None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "sandbox-writer"))
    _waiting: deque[Waiting] = field(default_factory=deque[Waiting])
    _lock: Lock = field(default_factory=Lock)
    _draining: bool = False
    _closed: bool = False

    def submit(self, work: Work) -> Future[Any]:
        """Put work in line; the future has its result, or its `Fault`, once that is committed."""
        future: Future[Any] = Future()
        self._line_up(Waiting(work, future))
        return future

    async def perform(self, work: Work) -> Any:
        """Put work in line and wait until it is committed; gives its result, or raises its `Fault`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._line_up(Waiting(work, future, loop))
        try:
            return await future
        finally:
            del future  # it has the fault, whose traceback has this frame: a cycle for each refusal

    def _line_up(self, waiting: Waiting) -> None:
        with self._lock:
            if self._closed or not self._awake():
                waiting.settle((None, Unanswered()))
            else:
                self._waiting.append(waiting)

    def _awake(self) -> bool:
        """Make sure that what is put in line will be drained; False when the interpreter is ending."""
        try:
            if not self._draining:
                self._thread.submit(self._drain)
        except RuntimeError:
            return False
        self._draining = True
        return True

    def close(self) -> None:
        """Finish what waits, take nothing more, and leave the database."""
        with self._lock:
            self._closed = True
        self._thread.shutdown(wait=True)
        self.database.close()

    def _drain(self) -> None:
        while batch := self._next_batch():
            self._run(batch)

    def _next_batch(self) -> list[Waiting]:
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._draining = bool(batch)
        return batch

    def _run(self, batch: list[Waiting]) -> None:
        taken = [each for each in batch if each.taken()]
        outcomes: list[Outcome] | None = None
        try:
            outcomes = self._transact(taken, lambda: self._outcomes(taken, self._join, HopefulTransaction))
        finally:
            self._settle(taken, outcomes or [(None, Unanswered())] * len(taken))
            if outcomes is None:  # a bug in some work: its traceback goes to the log, never to a caller
                _LOG.critical("the sandbox failed while it answered a call", exc_info=True)
                self.database.abandon()
                self._resume()

    def _resume(self) -> None:
        """Go on with what waits: the task that drained it is about to end with an exception."""
        with self._lock:
            if not self._closed:
                self._thread.submit(self._drain)
                return
            left = list(self._waiting)
            self._waiting.clear()
        self._settle(left, [(None, Unanswered())] * len(left))

    def _transact(self, taken: list[Waiting], work: Callable[[], list[Outcome] | None]) -> list[Outcome]:
        """Run and commit; a database that fails while it works may mind one call only, so each runs again alone."""
        working = False
        try:
            self.database.begin()
            working = True
            outcomes = work()
            working = False
            if outcomes is None:
                self.database.abandon()
                return self._carefully(taken)
            self.database.commit()
        except self.database.errors as error:
            _LOG.error("the database failed: %s", error)
            self.database.abandon()
            if working and len(taken) > 1:
                return [outcome for each in taken for outcome in self._carefully([each])]
            return [(None, Unanswered())] * len(taken)
        return outcomes

    def _carefully(self, taken: list[Waiting]) -> list[Outcome]:
        return self._transact(taken, lambda: self._outcomes(taken, lambda taken, loop: None, Transaction))

    def _outcomes(self, taken: list[Waiting], join: Join, kind: type[Transaction]) -> list[Outcome] | None:
        """Run the statements, here or where the calls have come from; None where all is to be undone."""
        loops = {each.loop for each in taken}
        loop = loops.pop() if self.database.near and len(loops) == 1 else None

        def run() -> list[Outcome] | None:
            join(taken, loop)
            transaction = kind(self.database)
            try:
                self.begun(transaction)
                return [_outcome(transaction, each.work) for each in taken]
            except Spoiled:
                return None

        return run() if loop is None else on_loop(loop, run)

    def _join(self, taken: list[Waiting], loop: AbstractEventLoop | None) -> None:
        """Take along what the same loop has put in line since: the first call of many alone is what began all this."""
        with self._lock:
            while self._waiting and self._waiting[0].loop is loop and len(taken) < BATCH:
                waiting = self._waiting.popleft()
                taken += [waiting] if waiting.taken() else []

    def _settle(self, taken: list[Waiting], outcomes: list[Outcome]) -> None:
        """Tell the threads that wait; each loop tells its own tasks, all in one step."""
        for loop in {each.loop for each in taken}:
            settled = [pair for pair in zip(taken, outcomes, strict=True) if pair[0].loop is loop]
            if loop is None:
                _settle_all(settled)
            else:
                called(loop, partial(_settle_all, settled))


def _settle_all(settled: list[tuple[Waiting, Outcome]]) -> None:
    for waiting, outcome in settled:
        waiting.settle(outcome)


def _outcome(transaction: Transaction, work: Work) -> Outcome:
    try:
        return work(transaction), None
    except Fault as fault:
        return None, _bare(fault)


def _bare(fault: Fault) -> Fault:
    """Part a fault from where it was raised: those frames hold the batch, which holds the fault, a cycle each time."""
    fault.__context__ = None
    return fault.with_traceback(None)
