"""How often an account may call: the service's published quotas, counted in the database by the sandbox's clock.

In: the calls of an account, while the switch `rates` is on. Out: nothing, or a ThrottlingException. A call counts
whatever its answer is, except when it is throttled. Operations that the quota page does not list have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codegen.sandbox.behaviour import faults
from codegen.sandbox.store.bookkeeping import count_call, counted_calls
from codegen.sandbox.store.database import Transaction

DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in a second, and in any 24 hours; one count for all operations that share the name."""

    name: str
    per_second: int
    per_day: int | None = None


READS = Quota("reads", 10, 100_000)
WRITES = Quota("writes", 1, 10_000)
CREATE_ENGAGEMENT = Quota("CreateEngagement", 15)


def count(transaction: Transaction, account: str, now: datetime, quota: Quota) -> None:
    """Count a call, or throttle it."""
    second = int(now.timestamp())
    in_second, in_day = counted_calls(transaction, account, quota.name, second, DAY)
    if in_second >= quota.per_second:
        raise faults.throttled(f"At most {quota.per_second} such calls a second; wait, and try again.")
    if quota.per_day is not None and in_day >= quota.per_day:
        raise faults.throttled(f"At most {quota.per_day} such calls in 24 hours; try again later.")
    count_call(transaction, account, quota.name, second, DAY)
