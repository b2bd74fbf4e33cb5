"""A sandbox that is killed while it is written to: what it has acknowledged is there when it comes back, and once.

Each round writes with several callers until the process is killed with SIGKILL. What was under way then is repeated
with its own token, as clients do. In the end every token has one engagement: none is lost, none is there twice.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from packages import NEW, ROOT, errors_of, package_of
from sandbox_tools import KEYS, REGION
from sizes import FULL

from codegen.sandbox.behaviour.engine import open_engine
from codegen.sandbox.clock import Clock
from codegen.sandbox.store.engagements import newest_engagements

pytest_plugins = ["sandbox_databases"]

ROUNDS = 200 if FULL else 10
CALLERS = 4
EACH = (20, 60)
"""Writes that are acknowledged before the kill: any number between these, so that it comes at any point of a commit."""
MEMBERS = {"catalog": "Sandbox", "title": "Migration", "description": "Move to the cloud"}


@contextmanager
def process(database: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the command; gives its URL once it is ready."""
    command = [sys.executable, "-m", "codegen", "sandbox", "--port", "0", "--database", database]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        ready = running.stdout.readline().strip()
        assert ready.startswith("speccast sandbox ready at http://127.0.0.1:"), ready
        try:
            yield ready.rpartition(" ")[2], running
        finally:
            running.kill()


@contextmanager
def client(url: str) -> Iterator[Any]:
    """Open our own client, which sends each request once."""
    keys = package_of(NEW).Credentials(*KEYS["first"])
    with package_of(NEW).Client(region=REGION, endpoint_url=url, credentials=keys, retries=1) as made:
        yield made


def write_until_killed(url: str, running: subprocess.Popen[str], enough: int) -> Mapping[str, str | None]:
    """Write with several callers; gives the identifier of each token, None where there was no answer."""
    written: dict[str, str | None] = {}
    acknowledged = itertools.count(1)
    numbers = itertools.count()

    def write() -> None:
        with client(url) as calling:
            while True:
                token = f"{running.pid}-{next(numbers)}"
                written[token] = None
                try:
                    written[token] = calling.create_engagement(client_token=token, **MEMBERS).id
                except errors_of(NEW).TransportError:
                    return
                if next(acknowledged) == enough:
                    os.kill(running.pid, signal.SIGKILL)

    callers = [threading.Thread(target=write) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return written


def repeat(url: str, written: Mapping[str, str | None]) -> dict[str, str]:
    """Send everything again, each with its own token; who was answered before is answered the same."""
    with client(url) as calling:
        found = {token: calling.create_engagement(client_token=token, **MEMBERS).id for token in written}
    assert {token: id for token, id in found.items() if written[token] is not None} == {
        token: id for token, id in written.items() if id is not None
    }
    return found


def stored(database: str) -> list[str]:
    engine = open_engine(database, Clock())
    try:
        return [
            each.id
            for each in engine.writer.submit(lambda transaction: newest_engagements(transaction, 10**6)).result()
        ]
    finally:
        engine.close()


def test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed(lasting: str) -> None:
    numbers = random.Random(6)
    last: Mapping[str, str | None] = {}
    everything: dict[str, str] = {}
    for _ in range(ROUNDS):
        with process(lasting) as (url, running):
            everything |= repeat(url, last)
            last = write_until_killed(url, running, numbers.randint(*EACH))
        assert sum(id is not None for id in last.values()) >= EACH[0]
    with process(lasting) as (url, _):
        everything |= repeat(url, last)
    assert len(everything) > ROUNDS * EACH[0]
    assert sorted(stored(lasting)) == sorted(everything.values())
    if lasting.startswith("sqlite:///"):
        with sqlite3.connect(lasting.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


def test_callers_who_come_at_once_with_one_token_get_one_engagement(lasting: str) -> None:
    together = threading.Barrier(32)

    def call(token: str) -> str:
        with client(url) as calling:
            together.wait()
            return str(calling.create_engagement(client_token=token, **MEMBERS).id)

    with process(lasting) as (url, _), ThreadPoolExecutor(32) as pool:
        ids = [set(pool.map(call, [f"token-{number}"] * 32)) for number in range(20 if FULL else 4)]
    assert [len(found) for found in ids] == [1] * len(ids)
    assert sorted(stored(lasting)) == sorted(set().union(*ids))
