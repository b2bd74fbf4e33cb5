"""Statements about events: written in the transaction of what happened, numbered in the order in which it did.

Numbers have no gaps and never go back, since only one transaction writes at a time; who reads on from a number misses
nothing. `forwarding` remembers how far a target has been served, and which process serves it until when.
"""

from __future__ import annotations

from dataclasses import dataclass

from codegen.sandbox.store.database import Row, Transaction

_COLUMNS = "sequence, account, time, type, resources, detail"

INSERT_EVENT = (
    f"INSERT INTO events ({_COLUMNS}) VALUES ("
    "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM events), :account, :time, :type, :resources, :detail)"
)
LIST_EVENTS = f"SELECT {_COLUMNS} FROM events WHERE account = :account AND sequence > :after"
ALL_EVENTS = f"SELECT {_COLUMNS} FROM events WHERE sequence > :after"
"""Across accounts: the forwarder and the console, both of who runs the sandbox."""
LAST_EVENT = "SELECT COALESCE(MAX(sequence), 0) FROM events"
"""Across accounts: how many events there are."""

ADD_TARGET = (
    "INSERT INTO forwarding (target, sequence, holder, lease) VALUES (:target, 0, '', 0)"
    " ON CONFLICT (target) DO NOTHING"
)
TAKE_LEASE = (
    "UPDATE forwarding SET holder = :holder, lease = :lease"
    " WHERE target = :target AND (holder = :holder OR lease < :now)"
)
DROP_LEASE = "UPDATE forwarding SET lease = 0 WHERE target = :target AND holder = :holder"
GET_POSITION = "SELECT sequence FROM forwarding WHERE target = :target"
SET_POSITION = "UPDATE forwarding SET sequence = :sequence WHERE target = :target"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    sequence: int
    account: str
    time: str
    type: str
    resources: str
    detail: str


def add_event(transaction: Transaction, account: str, time: str, type: str, resources: str, detail: str) -> None:
    """Store an event; its number is the next one."""
    transaction.run(INSERT_EVENT, account=account, time=time, type=type, resources=resources, detail=detail)


def list_events(transaction: Transaction, account: str | None, after: int, limit: int) -> tuple[StoredEvent, ...]:
    """Read events with numbers above `after`; of all accounts where none is named."""
    end = " ORDER BY sequence LIMIT :limit"
    return tuple(StoredEvent(*row) for row in _rows(transaction, account, after, limit, end))


def _rows(transaction: Transaction, account: str | None, after: int, limit: int, end: str) -> list[Row]:
    if account is None:
        return transaction.all(ALL_EVENTS + end, after=after, limit=limit)
    return transaction.all(LIST_EVENTS + end, account=account, after=after, limit=limit)


def last_event(transaction: Transaction) -> int:
    row = transaction.one(LAST_EVENT)
    return int(row[0]) if row else 0


def take_lease(transaction: Transaction, target: str, holder: str, now: int, lease: int) -> bool:
    """Become who serves a target, unless another process does and has shown itself lately (seconds since 1970)."""
    transaction.run(ADD_TARGET, target=target)
    return transaction.run(TAKE_LEASE, target=target, holder=holder, now=now, lease=lease) == 1


def drop_lease(transaction: Transaction, target: str, holder: str) -> None:
    """Leave a target to the next process at once."""
    transaction.run(DROP_LEASE, target=target, holder=holder)


def position(transaction: Transaction, target: str) -> int:
    row = transaction.one(GET_POSITION, target=target)
    return int(row[0]) if row else 0


def set_position(transaction: Transaction, target: str, sequence: int) -> None:
    transaction.run(SET_POSITION, target=target, sequence=sequence)
