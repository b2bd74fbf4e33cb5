"""What the store asks of a database, and a transaction as the behaviour sees it.

In: SQL with named parameters (`:account`), which both databases take. Out: rows as tuples. Columns hold text and
whole numbers only, so that both databases mean the same by them; moments are text that sorts as time does
(`records.moment`).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

Value = str | int | None
Row = tuple[Any, ...]
"""The columns of a row in the order of the SELECT; a record's constructor gives them their types."""


class Cursor(Protocol):
    """What DB-API drivers hand back; only what is used here."""

    def fetchone(self) -> Row | None: ...

    def fetchall(self) -> list[Row]: ...

    @property
    def rowcount(self) -> int: ...


class Database(Protocol):
    """One connection, used by one thread at a time."""

    @property
    def name(self) -> str:
        """The database as a message names it."""
        ...

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises when a statement, or the connection, fails."""
        ...

    @property
    def near(self) -> bool:
        """Tell whether a statement takes microseconds, as one does that crosses no network."""
        ...

    def execute(self, sql: str, values: Mapping[str, Value]) -> Cursor: ...

    def define(self, statement: str) -> None:
        """Run a statement of a migration; `TEXT` sorts by code point in every database."""
        ...

    def tables(self) -> frozenset[str]:
        """Name the tables that are there."""
        ...

    def begin(self) -> None:
        """Open a transaction that no other writer of the database shares; connects anew where that is needed."""
        ...

    def commit(self) -> None: ...

    def abandon(self) -> None:
        """Undo what was begun; never raises, since it runs when something else has failed."""
        ...

    def close(self) -> None: ...


class Spoiled(Exception):
    """Raised where something has to be undone that was not set apart from the rest."""


@dataclass(slots=True)
class Transaction:
    """Statements of one call, within the transaction that all waiting calls share."""

    database: Database

    def one(self, sql: str, **values: Value) -> Row | None:
        return self.database.execute(sql, values).fetchone()

    def all(self, sql: str, **values: Value) -> list[Row]:
        return self.database.execute(sql, values).fetchall()

    def run(self, sql: str, **values: Value) -> int:
        """Run a statement that changes something; gives the number of rows it changed."""
        return self.database.execute(sql, values).rowcount

    def attempt(self) -> AbstractContextManager[None]:
        """Undo what the block did when it raises, and nothing else of the transaction."""
        return self._savepoint()

    @contextmanager
    def _savepoint(self) -> Generator[None, None, None]:
        done = False
        self.run("SAVEPOINT attempt")
        try:
            yield
            done = True
        finally:
            if not done:
                self.run("ROLLBACK TO SAVEPOINT attempt")
            self.run("RELEASE SAVEPOINT attempt")


@dataclass(slots=True)
class HopefulTransaction(Transaction):
    """Sets nothing apart, which costs a call a fifth of its time: one that fails has seldom changed anything before.

    Where it has, `Spoiled` says that all of the transaction is to be undone, and done again in a careful one.
    """

    changes: int = 0

    def run(self, sql: str, **values: Value) -> int:
        self.changes += 1
        return self.database.execute(sql, values).rowcount

    def attempt(self) -> AbstractContextManager[None]:
        return _Hope(self)


class _Hope(AbstractContextManager[None]):
    """What `contextmanager` would make, at a quarter of the time: each call has one."""

    def __init__(self, transaction: HopefulTransaction) -> None:
        self._transaction = transaction
        self._before = transaction.changes

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._transaction.changes > self._before:
            raise Spoiled
