"""SQLite: a file in WAL mode, or memory.

`synchronous` is FULL, so that an answered call survives a power cut, or NORMAL (`fast`), which survives only a crash
of the process. BEGIN IMMEDIATE makes a transaction the only writer; another process waits up to `BUSY` seconds for
its turn.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from codegen.sandbox.store.database import Cursor, Value

BUSY = 5.0
"""Arbitrary: longer than any batch takes, shorter than clients wait."""

_PAGE = 1024
"""Bytes of a page in a new file: a commit writes whole pages, for each id that nobody can guess one of an index."""
_CACHE = 8 * 1024
"""KiB of pages that are kept: ids that nobody can guess are all over the indexes. Arbitrary; SQLite's own is 2 MiB."""
_CHECKPOINT = 32 * 1024
"""KiB that the log may have before they go to where they belong, which waits for the disk; SQLite's own is 4 MiB."""

_PARAMETER = re.compile(r":(\w+)")
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


@dataclass(slots=True)
class SqliteDatabase:
    name: str
    connection: sqlite3.Connection
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    near: bool = True

    def execute(self, sql: str, values: Mapping[str, Value]) -> Cursor:
        text, given = _by_place(sql)
        return self.connection.execute(text, given(values))

    def define(self, statement: str) -> None:
        """A number that SQLite itself knows a row by needs no index."""
        self.connection.execute(statement.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY"))

    def tables(self) -> frozenset[str]:
        return frozenset(name for (name,) in self.connection.execute(_TABLES))

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def abandon(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.rollback()

    def close(self) -> None:
        self.connection.close()


@lru_cache(maxsize=256)
def _by_place(sql: str) -> tuple[str, Callable[[Mapping[str, Value]], Sequence[Value]]]:
    """Find out once in which order a statement names its values: SQLite would look for each by its name, each time."""
    names = _PARAMETER.findall(sql)
    return _PARAMETER.sub("?", sql), itemgetter(*names) if len(names) > 1 else lambda given: [given[n] for n in names]


def connect_sqlite(path: str, *, busy: float = BUSY) -> SqliteDatabase:
    """Open a file (made where there is none) or `:memory:`; changes nothing in it yet."""
    connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA page_size = {_PAGE}")  # a file that is there keeps its own
    return SqliteDatabase(path, connection)


def tune(database: SqliteDatabase, *, fast: bool, busy: float = BUSY) -> None:
    """Set what holds for our own files only: a foreign one is refused before this."""
    _switch_to_wal(database.connection, time.monotonic() + busy)
    database.connection.execute(f"PRAGMA synchronous = {'NORMAL' if fast else 'FULL'}")
    database.connection.execute("PRAGMA temp_store = MEMORY")  # what a savepoint keeps to go back to
    database.connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    (page,) = database.connection.execute("PRAGMA page_size").fetchone()
    database.connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT * 1024 // page}")


def _switch_to_wal(connection: sqlite3.Connection, end: float) -> None:
    """Other workers may be about it at this moment, and for that alone SQLite does not wait by itself."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
