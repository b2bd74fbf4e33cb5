"""A sandbox in this process: a server in a thread for a whole session, behind it a new engine for each test.

In: nothing. Out: `RunningSandbox`. A database in memory takes a millisecond to open, a server a fifth of a second to
end: so each test has a database of its own, which no other test has seen, while port and server stay. The clock is the
machine's, and moved on by a test for itself alone. Without a test, calls are refused: a thread that a test has left
behind changes nothing of the next one before it begins.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.load import find
from codegen.load.loaded import load_sound
from codegen.project import read_project
from codegen.sandbox.accounts import TEST_KEYS, Key
from codegen.sandbox.admin.mounting import mounted
from codegen.sandbox.app import Engine as Performing
from codegen.sandbox.app import Sandbox, Settings
from codegen.sandbox.behaviour.engine import Engine, open_engine
from codegen.sandbox.behaviour.events import envelope
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.clock import Clock, parse_duration
from codegen.sandbox.serving import bind, server, url_of
from codegen.spec import ir
from codegen.spec.ir import Json

SPEC = "partnercentral-selling@2024-12-05"
REGION = "us-east-1"
_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """What a test has of a sandbox; `accounts` have `account`, `key` and `secret`."""

    endpoint_url: str
    engine: Engine
    accounts: tuple[Key, ...]
    region: str = REGION

    def advance(self, by: str) -> datetime:
        """Move the clock on: after `advance("+15d")`, invitations have lapsed; gives the time."""
        return self.engine.advance(parse_duration(by))

    def events(self, account: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Give the events so far, of an account or of all, as EventBridge delivers them."""
        return [envelope(each) for each in self.engine.events(account, 0, _ALL)]

    def fail_next_task(self, reason: str, account: str | None = None) -> None:
        """Let the next task of an account, or of each, fail: `fail_next_task("OpportunityConflict")`."""
        for each in [account] if account else [key.account for key in self.accounts]:
            self.engine.fail_next_task(each, reason)

    def switch(self, **changes: Json) -> None:
        """Set switches, such as `tasks="in-steps"` or `rates=True`."""
        self.engine.switch(**changes)

    def environment(self, index: int = 0) -> Mapping[str, str]:
        """Give what lets a program that knows nothing of this call here: its endpoint, region and keys.

        A session token that the machine's own environment has would belong to another key: an empty one is none.
        """
        return {
            "AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING": self.endpoint_url,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.accounts[index].key,
            "AWS_SECRET_ACCESS_KEY": self.accounts[index].secret,
            "AWS_SESSION_TOKEN": "",
        }

    def client(self, index: int = 0) -> Any:
        """Make a boto3 client of the first account, or of the second (1)."""
        key = self.accounts[index]
        return _boto_session().client(
            "partnercentral-selling",
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=key.key,
            aws_secret_access_key=key.secret,
        )


@cache
def _boto_session() -> Any:
    """A session of our own: it reads the service's model once, and the default one stays the tested program's."""
    if find_spec("boto3") is None:
        raise Diagnostics([Diagnostic("sandbox", "boto3 is not installed, and `client` makes a client of boto3")])
    return import_module("boto3").Session()


class Nobody:
    """The engine while no test runs."""

    async def perform(self, call: Call) -> Mapping[str, Json]:
        raise Fault("ServiceUnavailable", "No test is running that has a sandbox.")


@dataclass(frozen=True, slots=True)
class Shared:
    """An engine without its end: a test may end while calls are under way, and the server goes on."""

    engine: Engine

    async def perform(self, call: Call) -> Mapping[str, Json]:
        return await self.engine.perform(call)


@dataclass(frozen=True, slots=True)
class Stage:
    """A server, on which one sandbox after the other appears."""

    app: Sandbox
    url: str

    @contextmanager
    def sandbox(self) -> Generator[RunningSandbox, None, None]:
        """Open a sandbox; when the block ends nothing is left of it."""
        engine = open_engine("sqlite://", Clock(), model=self.app.model)
        self._play(Shared(engine), engine.clock, engine)
        try:
            yield RunningSandbox(self.url, engine, tuple(TEST_KEYS.values()))
        finally:
            self._play(Nobody(), Clock(), None)
            engine.close()

    def _play(self, performing: Performing, clock: Clock, engine: Engine | None) -> None:
        self.app.clock = clock
        self.app.mount = mounted(engine, TEST_KEYS) if engine else {}
        self.app.engine = performing


@contextmanager
def staged() -> Generator[Stage, None, None]:
    """Serve on a free port of this machine until the block ends."""
    sockets = bind("127.0.0.1", 0)
    settings = Settings(regions=frozenset({REGION}))
    app = Sandbox(model=_model(), engine=Nobody(), accounts=TEST_KEYS, clock=Clock(), settings=settings)
    started = threading.Event()
    made = server(app, started.set)
    thread = threading.Thread(target=made.run, args=(list(sockets),), name="speccast-sandbox", daemon=True)
    thread.start()
    try:
        while not started.wait(0.1):
            if not thread.is_alive():
                raise Diagnostics([Diagnostic("sandbox", "the server ended before it was ready")])
        yield Stage(app, url_of(sockets))
    finally:
        made.should_exit = True
        thread.join()


def _model() -> ir.Model:
    (found,) = find((SPEC,), read_project(Path.cwd()))
    return load_sound(found).model
