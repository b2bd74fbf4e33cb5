"""The databases that the sandbox is tested on: a plugin (`pytest_plugins`) of the tests that need them.

`database` gives the URL of an empty database of each kind in turn. PostgreSQL is a cluster of our own, started once
in a temporary folder; where the server's programs are missing its tests are skipped, by name.
"""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sandbox_callers import Sandbox, opened

_SCHEMAS = itertools.count()


@pytest.fixture(params=["memory", "file", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "memory":
        return "sqlite://"
    return empty_database(request, tmp_path)


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database that outlives whoever opens it."""
    return empty_database(request, tmp_path)


def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'sandbox.db'}"
    cluster: str = request.getfixturevalue("postgresql")
    return schema_of(cluster)


def schema_of(cluster: str) -> str:
    """Make an empty schema in a cluster; its URL finds nothing else."""
    psycopg = pytest.importorskip("psycopg")
    name = f"sandbox_{os.getpid()}_{next(_SCHEMAS)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{cluster}&options={quote(f'-c search_path={name}')}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL cluster of our own."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    pytest.importorskip("psycopg", reason="psycopg is not installed here")
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="sandbox-pg-", dir=memory if os.access(memory, os.W_OK) else None))
    user = "postgres" if os.getuid() == 0 else getpass.getuser()
    if os.getuid() == 0:
        shutil.chown(folder, user)
    control = [str(programs / "pg_ctl"), "-s", "-w", "-D", str(folder / "data")]
    _run(
        user, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"
    )
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=50 -c fsync=off"
    _run(user, *control, "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
    finally:
        _run(user, *control, "-m", "fast", "stop")
        shutil.rmtree(folder)


def _programs() -> Path | None:
    found = shutil.which("pg_ctl")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((each for each in reversed(folders) if (each / "initdb").exists()), None)


def _run(user: str, *command: str) -> None:
    other = None if user == getpass.getuser() else user
    done = subprocess.run(command, user=other, cwd="/", capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def sandbox(database: str) -> Iterator[Sandbox]:
    """A sandbox on each kind of database in turn."""
    opening = opened(database, fast=True)
    yield opening
    opening.engine.close()


@pytest.fixture
def quick() -> Iterator[Sandbox]:
    """A sandbox in memory, for what no database has a part in."""
    opening = opened("sqlite://")
    yield opening
    opening.engine.close()


@pytest.fixture
def postgresql_schema(postgresql: str) -> str:
    """The URL of an empty schema in PostgreSQL, for what only PostgreSQL can show."""
    return schema_of(postgresql)
