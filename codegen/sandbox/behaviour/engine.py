"""The door to the behaviour: calls in, answers out; and what who runs the sandbox can see and set.

In: `Call`s that are signed, within limits and as the spec says. Out: the members of the output by their wire names,
as JSON values (moments are text), or a `Fault`. All state is in the database, so several engines, in as many
processes, may share one. `perform` waits for the commit that makes the answer true; the other methods block until
they are done, which takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from codegen.sandbox.behaviour import quotas, realistic
from codegen.sandbox.behaviour import settings as switches
from codegen.sandbox.behaviour.events import Recorded, recorded
from codegen.sandbox.behaviour.forwarding import Forwarder, sender
from codegen.sandbox.behaviour.operations import OPERATIONS
from codegen.sandbox.behaviour.overview import overview
from codegen.sandbox.behaviour.settings import Settings
from codegen.sandbox.behaviour.tasks import REASONS
from codegen.sandbox.behaviour.upkeep import catch_up, catch_up_all, work
from codegen.sandbox.calling import Call
from codegen.sandbox.clock import Clock
from codegen.sandbox.store.bookkeeping import write_setting
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opening import identity, open_database, refusal
from codegen.sandbox.store.outbox import list_events
from codegen.sandbox.store.records import moment
from codegen.sandbox.store.sqlite import BUSY
from codegen.sandbox.store.tasks import order_fault
from codegen.sandbox.store.writer import Unanswered, Work, Writer
from codegen.spec import ir
from codegen.spec.ir import Json

_A_YEAR = timedelta(days=366)
"""What is left of the calendar at least when the clock is moved, so that an invitation's end can be written."""


@dataclass(slots=True)
class Engine:
    """A sandbox on its database; the clock is its own, and moved on with `advance`."""

    writer: Writer
    clock: Clock
    forwarder: Forwarder | None = None
    settings: Settings = field(default_factory=Settings)
    model: ir.Model | None = None

    async def perform(self, call: Call) -> Mapping[str, Json]:
        """Do what a call asks and give the members of its output, once that is stored; raises Fault."""
        seen = self.settings.ahead
        answer: Mapping[str, Json] = await self.writer.perform(
            lambda transaction: self._answer(transaction, call, seen)
        )
        self._wake()
        return answer

    def _answer(self, transaction: Transaction, call: Call, seen: float) -> Mapping[str, Json]:
        """Count and catch up, which stands whatever comes of the call; then do it, or leave no trace of it."""
        operation = OPERATIONS[call.operation]
        if call.model is not self.model:
            call = replace(call, model=self.model)
        if self.settings.ahead != seen:  # another worker has moved the clock since the call came in
            call = replace(call, now=call.now + timedelta(seconds=self.settings.ahead - seen))
        if self.settings.rates and operation.quota:
            quotas.count(transaction, call.account, call.now, operation.quota)
        if operation.timely:
            catch_up(transaction, call.account, call.now, self.model)
        with transaction.attempt():
            output = operation.function(transaction, call)
        return realistic.disguise(call.operation, call.catalog, output) if self.settings.realistic else output

    def events(self, account: str | None = None, after: int = 0, limit: int = 100) -> tuple[Recorded, ...]:
        """Read events back in order: those of an account, or all, with numbers above `after`."""
        return tuple(self._done(lambda transaction: self._events(transaction, account, after, limit)))

    def _events(self, transaction: Transaction, account: str | None, after: int, limit: int) -> tuple[Recorded, ...]:
        catch_up_all(transaction, self.clock.now(), self.model)
        key = identity(transaction.database, "key")
        return tuple(recorded(key, each) for each in list_events(transaction, account, after, limit))

    def switch(self, **changes: Json) -> Settings:
        """Set switches, such as `tasks="in-steps"`, and give all of them; ValueError says what is accepted."""
        switches.check(changes)
        self._done(lambda transaction: switches.write(transaction, changes))
        self.catch_up()  # begins by reading what was set
        return self.settings

    def fail_next_task(self, account: str, reason: str) -> None:
        """Let the next task of an account fail with a ReasonCode of the service."""
        if reason not in REASONS:
            raise ValueError(f"there is no reason code {reason}; there are {', '.join(REASONS)}")
        self._done(lambda transaction: order_fault(transaction, account, reason))

    def catch_up(self) -> None:
        """Let happen what the time has brought since somebody looked."""
        self._done(lambda transaction: catch_up_all(transaction, self.clock.now(), self.model))

    def work(self) -> int:
        """Get all tasks done that are in progress; gives how many there were."""
        return int(self._done(lambda transaction: work(transaction, self.clock.now(), self.model)))

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on, for every worker and for good, and let happen what happens meanwhile; gives the time."""
        if by < timedelta():
            raise ValueError("the clock moves on, not back")
        try:
            moment(self.clock.now() + by + _A_YEAR)
        except OverflowError:
            raise ValueError("that is further than any calendar goes") from None
        self._done(lambda transaction: self._advance(transaction, by))
        return self.clock.now()

    def _advance(self, transaction: Transaction, by: timedelta) -> None:
        write_setting(transaction, "ahead", self.settings.ahead + by.total_seconds())
        self.adopt(transaction)
        catch_up_all(transaction, self.clock.now(), self.model)

    def overview(self) -> Mapping[str, Json]:
        """Give what a console shows, of all accounts."""
        shown: Mapping[str, Json] = self._done(self._overview)
        return shown

    def _overview(self, transaction: Transaction) -> Mapping[str, Json]:
        catch_up_all(transaction, self.clock.now(), self.model)
        return overview(transaction, self.clock.now(), self.settings)

    def close(self) -> None:
        """Finish what waits and leave the database."""
        if self.forwarder:
            self.forwarder.close()
        self.writer.close()

    def _done(self, work: Work) -> Any:
        result = self.writer.submit(work).result()
        self._wake()
        return result

    def _wake(self) -> None:
        if self.forwarder:
            self.forwarder.wake()

    def adopt(self, transaction: Transaction) -> None:
        """Take over switches, and the time, from whichever worker has set them."""
        settings = switches.read(transaction)
        if settings.ahead != self.settings.ahead:
            self.clock.advance(timedelta(seconds=settings.ahead - self.settings.ahead))
        self.settings = settings


def open_engine(
    database: str,
    clock: Clock,
    *,
    model: ir.Model | None = None,
    events: str | None = None,
    fast: bool = False,
    busy: float = BUSY,
) -> Engine:
    """Open a sandbox on the database that a URL names; Diagnostics where that cannot be.

    Without the model an engagement takes over from an opportunity whatever that says.
    """
    send = sender(events) if events else None
    writer = Writer(open_database(database, fast=fast, busy=busy))
    engine = Engine(writer, clock, model=model)
    writer.begun = engine.adopt
    if events and send:
        engine.forwarder = Forwarder(
            writer, events, send, lambda transaction: catch_up_all(transaction, clock.now(), model)
        )
        engine.forwarder.start()
    try:
        engine.catch_up()
    except Unanswered:
        engine.close()
        message = "cannot use the database: it failed when it was first used, and is damaged, full or locked"
        raise refusal(message, writer.database.name) from None
    return engine
