"""PostgreSQL through psycopg, for a team: several workers and several machines on one database.

A lock that is held until the end of the transaction stands around each one, so writers take turns as they do in
SQLite and see all that was committed before. A connection that is gone is opened again when the next transaction
begins.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import psycopg

from codegen.sandbox.store.database import Cursor, Row, Value

WRITERS = 0x5BEEC457
"""Number of the advisory lock; any that no other program of the database uses."""

_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
_PARAMETER = re.compile(r":(\w+)")


@dataclass(slots=True)
class PostgresDatabase:
    url: str
    fast: bool
    connection: psycopg.Connection[Row]
    errors: tuple[type[Exception], ...] = (psycopg.Error,)
    near: bool = False

    @property
    def name(self) -> str:
        """The address without user and password."""
        parts = urlsplit(self.url)
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def execute(self, sql: str, values: Mapping[str, Value]) -> Cursor:
        return self.connection.execute(_translate(sql), values)

    def define(self, statement: str) -> None:
        self.connection.execute(re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement).encode())

    def tables(self) -> frozenset[str]:
        return frozenset(name for (name,) in self.connection.execute(_TABLES))

    def begin(self) -> None:
        if self.connection.closed:
            self.connection = _connect(self.url, fast=self.fast)
        self.connection.execute("BEGIN")
        self.connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def abandon(self) -> None:
        """A connection of which it is not known what it holds is closed, and the server undoes what was open on it."""
        try:
            self.connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self.connection.close()


def connect_postgres(url: str, *, fast: bool) -> PostgresDatabase:
    return PostgresDatabase(url, fast, _connect(url, fast=fast))


def _connect(url: str, *, fast: bool) -> psycopg.Connection[Row]:
    connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    connection.execute("SET synchronous_commit = off" if fast else "SET synchronous_commit = on")
    return connection


@cache
def _translate(sql: str) -> bytes:
    """`:account` gives `%(account)s`; the texts are few, so each is translated once."""
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%")).encode()
