"""URL -> a database that is ours and of this version, or Diagnostics: one clear line.

`sqlite:///sandbox.db` is a file in the working folder, `sqlite:////var/sandbox.db` one by its whole path, `sqlite://`
memory, `postgresql://user:password@host/name` what psycopg takes.
"""

from __future__ import annotations

import importlib
import secrets
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.sandbox.store.database import Database
from codegen.sandbox.store.schema import (
    CREATE_IDENTITY,
    GET_IDENTITY,
    IDENTITY,
    INSERT_IDENTITY,
    MIGRATIONS,
    UPDATE_IDENTITY,
    VERSION,
)
from codegen.sandbox.store.sqlite import BUSY, connect_sqlite, tune


def open_database(url: str, *, fast: bool = False, busy: float = BUSY) -> Database:
    """Open what a URL names and bring it to this version; `fast` trades safety in a power cut for speed."""
    if url in ("sqlite://", "sqlite:///:memory:"):
        return _open_sqlite(":memory:", fast, busy)
    if url.startswith("sqlite:///") and url != "sqlite:///":
        return _open_sqlite(url.removeprefix("sqlite:///"), fast, busy)
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgres(url, fast)
    raise refusal(
        f"database {quoted(_without_password(url))} is none that the sandbox knows;"
        " write sqlite:///FILE, sqlite:// or postgresql://USER@HOST/NAME"
    )


def identity(database: Database, name: str) -> str:
    """Read `version` or `key` of a database that is ours; `""` where it has none."""
    row = database.execute(GET_IDENTITY, {"name": name}).fetchone()
    return str(row[0]) if row else ""


def refusal(message: str, path: str | None = None) -> Diagnostics:
    return Diagnostics([Diagnostic("sandbox-database", message, Location(path) if path else None)])


def _open_sqlite(path: str, fast: bool, busy: float) -> Database:
    try:
        database = connect_sqlite(path, busy=busy)
    except sqlite3.Error as error:
        raise refusal(f"cannot open the database: {_first_line(error)}", path) from None
    with _closed_on_failure(database):
        migrate(database)
        tune(database, fast=fast, busy=busy)
    return database


def _open_postgres(url: str, fast: bool) -> Database:
    """The driver is imported here by name, so that who keeps a file does not need it."""
    try:
        module = importlib.import_module("codegen.sandbox.store.postgres")
    except ModuleNotFoundError:
        raise refusal("a PostgreSQL database needs psycopg; install psycopg[binary]") from None
    try:
        database = cast(Database, module.connect_postgres(url, fast=fast))
    except module.psycopg.Error as error:
        raise refusal(f"cannot connect to {_without_password(url)}: {_first_line(error)}") from None
    with _closed_on_failure(database):
        migrate(database)
    return database


@contextmanager
def _closed_on_failure(database: Database) -> Generator[None]:
    opened = False
    try:
        yield
        opened = True
    except database.errors as error:
        raise refusal(f"cannot use the database: {_first_line(error)}", database.name) from None
    finally:
        if not opened:
            database.close()


def migrate(database: Database) -> None:
    """Bring a database that is empty or ours to this version, in one transaction."""
    database.begin()
    migrated = False
    try:
        _define(database, _version(database))
        database.commit()
        migrated = True
    finally:
        if not migrated:
            database.abandon()


def _define(database: Database, version: int) -> None:
    for statement in (each for migration in MIGRATIONS[version:] for each in migration):
        database.define(statement)
    if version != VERSION:
        database.execute(UPDATE_IDENTITY, {"name": "version", "value": str(VERSION)})


def _version(database: Database) -> int:
    """Read the version; an empty database gets its identity and is of version 0."""
    tables = database.tables()
    if IDENTITY not in tables:
        return _adopt(database, tables)
    version = int(identity(database, "version") or "0")
    if version > VERSION:
        raise refusal(
            f"the database is of version {version}, and this speccast knows up to {VERSION}; use a newer speccast",
            database.name,
        )
    return version


def _adopt(database: Database, tables: frozenset[str]) -> int:
    if tables:
        raise refusal(
            f"the database belongs to something else: it has a table {quoted(min(tables))} and none of the sandbox",
            database.name,
        )
    database.define(CREATE_IDENTITY)
    database.execute(INSERT_IDENTITY, {"name": "version", "value": "0"})
    database.execute(INSERT_IDENTITY, {"name": "key", "value": secrets.token_hex(32)})
    return 0


def _without_password(url: str) -> str:
    """`postgresql://me:secret@host/db` gives `postgresql://host/db`."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + rest.rpartition("@")[2]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
