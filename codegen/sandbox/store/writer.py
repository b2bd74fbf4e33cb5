"""Calls from everywhere -> one thread, one transaction for all that wait, answers after the commit.

A commit costs a write to the disk, whatever it holds. So all calls that have come in while the last one was written
run in turn in one transaction, and their answers go out when it is committed; a single caller waits for one commit,
thirty-two callers for one as well. A `Fault` is an answer like any other; work that must leave no trace of one runs
in `Transaction.attempt`. When the database fails, what was begun is undone and the callers get
InternalServerException; where it was one call that it could not take, the others run again, each alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from codegen.sandbox.calling import Fault
from codegen.sandbox.store.database import Database, Transaction

_LOG = logging.getLogger(__name__)

BATCH = 256
"""How many calls share a commit at most; arbitrary, it bounds how long the first of them waits."""

Work = Callable[[Transaction], Any]
Outcome = tuple[Any, Fault | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    work: Work
    future: Future[Any]


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
        with self._lock:
            if self._closed or not self._awake():
                future.set_exception(Unanswered())
            else:
                self._waiting.append(Waiting(work, future))
        return future

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
        taken = [each for each in batch if each.future.set_running_or_notify_cancel()]
        outcomes: list[Outcome] | None = None
        try:
            outcomes = self._transact(taken)
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

    def _transact(self, taken: list[Waiting]) -> list[Outcome]:
        """Run and commit; a database that fails while it works may mind one call only, so each runs again alone."""
        working = False
        try:
            self.database.begin()
            working = True
            self.begun(Transaction(self.database))
            outcomes = [_outcome(Transaction(self.database), each.work) for each in taken]
            working = False
            self.database.commit()
        except self.database.errors as error:
            _LOG.error("the database failed: %s", error)
            self.database.abandon()
            if working and len(taken) > 1:
                return [outcome for each in taken for outcome in self._transact([each])]
            return [(None, Unanswered())] * len(taken)
        return outcomes

    def _settle(self, taken: list[Waiting], outcomes: list[Outcome]) -> None:
        for each, (result, fault) in zip(taken, outcomes, strict=True):
            if fault is None:
                each.future.set_result(result)
            else:
                each.future.set_exception(fault)


def _outcome(transaction: Transaction, work: Work) -> Outcome:
    try:
        return work(transaction), None
    except Fault as fault:
        return None, fault
