"""What the passing of time does: invitations lapse, tasks that are due get done.

It is caught up on when somebody looks: for the account that calls, or for all when the clock is moved, events are
read or the worker runs. What lapsed is told with the time at which that was noticed, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from codegen.sandbox.behaviour import accepting, starting
from codegen.sandbox.behaviour.invitations import lapse
from codegen.sandbox.behaviour.tasks import ACCEPTING, STARTING, Steps, run
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.invitations import all_lapsed, lapsed_of
from codegen.sandbox.store.records import Invitation, Task, moment
from codegen.sandbox.store.tasks import all_due, due_of
from codegen.spec import ir

STEPS: Mapping[str, Steps] = {ACCEPTING: accepting.steps, STARTING: starting.steps}
_EVER = "9999-12-31"


def catch_up(transaction: Transaction, account: str, now: datetime, model: ir.Model | None) -> None:
    """Catch up for one account."""
    time = moment(now)
    _do(transaction, now, model, lapsed_of(transaction, account, time), due_of(transaction, account, time))


def catch_up_all(transaction: Transaction, now: datetime, model: ir.Model | None) -> None:
    """Catch up for everybody."""
    _do(transaction, now, model, all_lapsed(transaction, moment(now)), all_due(transaction, moment(now)))


def work(transaction: Transaction, now: datetime, model: ir.Model | None) -> int:
    """Get every task done that is in progress, due or not; gives how many there were."""
    waiting = all_due(transaction, _EVER)
    _do(transaction, now, model, all_lapsed(transaction, moment(now)), waiting)
    return len(waiting)


def _do(
    transaction: Transaction,
    now: datetime,
    model: ir.Model | None,
    lapsed: Sequence[Invitation],
    due: Sequence[Task],
) -> None:
    for invitation in lapsed:
        lapse(transaction, now, invitation)
    for task in due:
        run(transaction, task, now, STEPS[task.operation], model)
