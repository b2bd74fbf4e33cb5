"""A hundred thousand requests that were made up: no 5xx, and no answer that breaks the contract of the spec.

They reach the application without sockets, but for a few; a hundred worlds of three accounts each, the same in every
run, and a few of which the seed is the day. SPECCAST_FULL=1 asks a million.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sandbox_bodies import DAMAGES, OPERATIONS
from sandbox_fronts import SPOILED, WRONG
from sandbox_opinions import FRONT_END
from sandbox_stub import Answer, asked, serving, written
from sandbox_worlds import World, play, sandbox_of
from sizes import FULL

from codegen.sandbox import app
from codegen.sandbox.accounts import Accounts, Key
from codegen.sandbox.requests import HttpRequest

EACH = 1000
"""Requests of one world."""
SHARES = 8
WORLDS = 1000 if FULL else 100
ON_SOCKETS = 20_000 if FULL else 1000
SERVED_CODES = frozenset(
    {
        "200",
        "AccessDeniedException",
        "ConflictException",
        "ResourceNotFoundException",
        "SerializationException",
        "ValidationException",
    }
)
"""Every answer of an operation that is to be had without switches."""


def seeds(share: int) -> range:
    return range(share, WORLDS, SHARES)


def played(numbers: Iterable[int]) -> Counter[str]:
    """Play worlds in process; gives how often what was sent and answered, and fails with what was found wrong."""
    counts: Counter[str] = Counter()
    for number in numbers:
        sandbox, engine = sandbox_of()
        world = World(number)
        found = asyncio.run(play(world, partial(asked, sandbox), engine, EACH))
        engine.close()
        assert found == [], "\n".join(found[:5])
        counts += world.counts
    return counts


def test_there_are_a_hundred_thousand_in_a_run_and_a_million_on_demand() -> None:
    assert sum(len(seeds(share)) for share in range(SHARES)) * EACH == (1_000_000 if FULL else 100_000)


@pytest.mark.parametrize("share", range(SHARES))
def test_s43_no_request_is_answered_by_a_5xx_or_against_the_contract(share: int) -> None:
    counts = played(seeds(share))
    print(f"{counts['sent']} requests")
    assert counts["sent"] >= len(seeds(share)) * EACH
    assert [kind for kind in ("right", "a replay", *DAMAGES, *SPOILED, *WRONG) if not counts[kind]] == []
    assert [name for name in OPERATIONS if not counts[f"{name} 200"]] == []
    assert {code for code in FRONT_END if counts[f"front {code}"]} == FRONT_END.keys() - {"SerializationException"}
    answered = {key.partition(" ")[2] for key in counts if key.partition(" ")[0] in OPERATIONS}
    assert answered == SERVED_CODES


def test_s43_requests_of_the_day_are_answered_as_well() -> None:
    """Another day, other requests; whoever sees one fail finds its seed in the message."""
    today = int(f"{datetime.now(UTC):%Y%m%d}") * 1000
    assert played(range(today, today + (50 if FULL else 5)))["sent"] >= 5 * EACH


# -------------------------------------------------------------------------------------------------------------- sockets


@dataclass(slots=True)
class Streams:
    """Connections to a server that are used again, as long as it keeps them."""

    url: str
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list[Any])

    async def ask(self, request: HttpRequest) -> Answer:
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection(host, int(port))
        writer.write(written(request))
        head = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
        answer = Answer(int(head[9:12]), headers, await reader.readexactly(int(headers["content-length"])))
        if "connection" in headers:
            assert await reader.read() == b""
            writer.close()
        else:
            self.idle.append((reader, writer))
        return answer

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()


def test_s43_on_connections_that_are_kept_the_answers_are_the_same() -> None:
    sandbox, engine = sandbox_of()
    world = World(43)

    async def over(url: str) -> list[str]:
        streams = Streams(url)
        try:
            return await play(world, streams.ask, engine, ON_SOCKETS)
        finally:
            streams.close()

    with serving(sandbox) as url:
        found = asyncio.run(over(url))
    assert found == [], "\n".join(found[:5])
    assert world.counts["sent"] >= ON_SOCKETS


# ------------------------------------------------------------------------------------------ whether it would be noticed


def _takes_anything(model: Any, operation: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    return body


def _leaves_out(*arguments: Any) -> Any:
    raise KeyError("Id")


def _looks_at_nothing(request: HttpRequest, accounts: Accounts, *others: Any) -> Key:
    return next(iter(accounts.values()))


BROKEN: Mapping[str, tuple[str, Callable[..., Any], str]] = {
    "whatever is sent is taken": ("check", _takes_anything, r"accepted: |instead of|status 500"),
    "an answer cannot be written": ("success", _leaves_out, r"status 500"),
    "a signature is not looked at": (
        "verify",
        lambda request, accounts, *rest: accounts["SANDBOXKEY1111222233"],
        "inst",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_sandbox_that_is_broken_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attribute, other, told = BROKEN[name]
    monkeypatch.setattr(app, attribute, other)
    sandbox, engine = sandbox_of()
    found = asyncio.run(play(World(1), partial(asked, sandbox), engine, 200))
    engine.close()
    assert any(re.search(told, each) for each in found)
