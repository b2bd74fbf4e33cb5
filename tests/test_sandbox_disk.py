"""Databases that fail a sandbox while it runs, and ones that it must not begin with (S41).

Full disks are real here: a file system in memory of a few hundred KiB where one may be mounted, and a limit on the size
of files everywhere else. Whoever calls is told InternalServerException; what was answered before is there afterwards.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from packages import NEW, ROOT, errors_of, package_of
from sandbox_callers import FIRST, opened
from sandbox_tools import KEYS, REGION

from codegen.diagnostics import Diagnostics
from codegen.sandbox.calling import Fault
from codegen.sandbox.store.opening import open_database

MEMBERS = {"catalog": "Sandbox", "title": "Migration", "description": "x" * 250}
NOBODY = 65534


@contextmanager
def process(database: Path, limited: Callable[[], None] | None = None) -> Iterator[str]:
    """Run the command; gives its URL."""
    command = [sys.executable, "-m", "codegen", "sandbox", "--port", "0", "--database", f"sqlite:///{database}"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limited
    ) as running:
        assert running.stdout is not None
        ready = running.stdout.readline().strip()
        assert ready.startswith("speccast sandbox ready at "), (ready, running.communicate())
        try:
            yield ready.rpartition(" ")[2]
        finally:
            running.terminate()


@contextmanager
def client(url: str) -> Iterator[Any]:
    keys = package_of(NEW).Credentials(*KEYS["first"])
    with package_of(NEW).Client(region=REGION, endpoint_url=url, credentials=keys, retries=1) as made:
        yield made


def written_until_full(url: str) -> dict[str, str]:
    """Write until the sandbox cannot, then once more, and read; gives what was acknowledged, by its token."""
    written: dict[str, str] = {}
    with client(url) as calling:
        for _ in range(5000):
            token = f"token-{len(written)}"
            try:
                written[token] = calling.create_engagement(client_token=token, **MEMBERS).id
            except errors_of(NEW).ServiceError as error:
                assert (error.code, error.http_status) == ("InternalServerException", 500)
                assert error.message == "The request could not be stored. Nothing was changed; try again."
                break
        else:
            raise AssertionError("the disk is never full")
        with pytest.raises(errors_of(NEW).ServiceError):
            calling.create_engagement(client_token="another", **MEMBERS)
    return written


def check_afterwards(url: str, written: dict[str, str]) -> None:
    """Everything that was acknowledged is there, once, and what was refused can be done."""
    with client(url) as calling:
        again = {token: calling.create_engagement(client_token=token, **MEMBERS).id for token in written}
        assert again == written
        assert calling.create_engagement(client_token="another", **MEMBERS).id not in written.values()
        listed = {each.id for each in calling.list_engagements(catalog="Sandbox").engagement_summary_list}
    assert len(listed) == len(written) + 1 and listed > set(written.values())


def check_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def _limited() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400 * 1024, 400 * 1024))


def test_s41_a_file_that_may_not_grow_is_an_internal_error_and_nothing_is_half_done(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    with process(path, _limited) as url:
        written = written_until_full(url)
    assert len(written) > 5
    with process(path) as url:
        check_afterwards(url, written)
    check_file(path)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system in memory of a MiB."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "sandbox-full", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def test_s41_a_full_disk_is_an_internal_error_and_nothing_is_half_done(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "sandbox.db"
    with process(path) as url:
        written = written_until_full(url)
    assert len(written) > 5
    for each in small_disk.iterdir():
        shutil.copy(each, tmp_path)
    with process(tmp_path / "sandbox.db") as url:
        check_afterwards(url, written)
    check_file(tmp_path / "sandbox.db")


# ------------------------------------------------------------------------------------------------------------ the start


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may not write what is not theirs; root may write anything."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder with a database that everybody may read and nobody write."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-readable-"))
    sandbox = opened(f"sqlite:///{folder / 'sandbox.db'}")
    sandbox.engagement()
    sandbox.engine.close()
    (folder / "sandbox.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def refusal(path: Path) -> str:
    with pytest.raises(Diagnostics) as caught, nobody():
        open_database(f"sqlite:///{path}")
    return caught.value.text()


def test_s41_a_file_that_cannot_be_written_is_refused_at_the_start_and_left_alone(readable: Path) -> None:
    path = readable / "sandbox.db"
    before = path.read_bytes()
    wanted = f"{path}: error: cannot use the database: attempt to write a readonly database [sandbox-database]"
    assert refusal(path) == wanted
    assert path.read_bytes() == before and [each.name for each in readable.iterdir()] == ["sandbox.db"]


def test_s41_a_folder_that_cannot_be_written_is_refused_at_the_start(readable: Path) -> None:
    path = readable / "new.db"
    assert refusal(path) == (
        f"{path}: error: cannot open the database: unable to open database file [sandbox-database]"
    )


def test_s41_a_file_that_is_damaged_is_refused_or_answers_with_an_internal_error(tmp_path: Path) -> None:
    """Whatever page is lost: a refusal by name, or an answer, and never a traceback to the caller."""
    path = tmp_path / "sandbox.db"
    sandbox = opened(f"sqlite:///{path}")
    for _ in range(50):
        sandbox.engagement(Description="x" * 250)
    sandbox.engine.close()
    whole = path.read_bytes()
    for page in range(len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        try:
            damaged = opened(f"sqlite:///{path}")
        except Diagnostics as fault:
            assert re.fullmatch(r".*: error: cannot use the database: [a-z, ]+ \[sandbox-database\]", fault.text())
            continue
        _ask(damaged)
        damaged.engine.close()


def _ask(damaged: Any) -> None:
    for operation, input in (("ListEngagements", {}), ("CreateEngagement", {"Title": "T", "Description": ""})):
        try:
            damaged(FIRST, operation, **input)
        except Fault as fault:
            assert fault.code == "InternalServerException"
