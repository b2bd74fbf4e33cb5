"""Both clients of the generated package before a hostile server: one scenario for the two of them, and what came of it.

A synchronous client is called within the event loop, which it holds up: nothing else runs there.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from inspect import isawaitable
from typing import Any, NamedTuple

import boto3  # type: ignore[import-untyped]
from hostile_server import HostileServer, Read, Request, Respond, Step, answer
from packages import NEW, package_of

PACKAGE: Any = package_of(NEW)
errors = PACKAGE.errors
CLIENTS = ("Client", "AsyncClient")
OVER_BOTO3 = {
    "Client over boto3": ("Client", "Boto3Transport"),
    "AsyncClient over boto3": ("AsyncClient", "AsyncBoto3Transport"),
}
"""Clients that send over a session of boto3's, which is weaker on some rows."""
EVERY = (*CLIENTS, *OVER_BOTO3)
KEY, SECRET, TOKEN = "AKIDCHAOSEXAMPLE", "canary-secret-0123456789abcdefghij", "canary-token-0123456789abcdefghijklm"
ARGUMENTS = {"catalog": "Sandbox", "title": "Asked", "description": "Move to the cloud"}
TASK = {"catalog": "Sandbox", "identifier": "engi-0123456789abc"}
METHODS: Mapping[str, Mapping[str, str]] = {
    "create_engagement": ARGUMENTS,
    "start_engagement_by_accepting_invitation_task": TASK,
}
CALM = "Calm"
"""Title of the call that follows a fault."""


def echo(request: Request) -> bytes:
    """Answer with what only the asker can expect: identifier and request id are made of the title."""
    title = json.loads(request.body).get("Title", "Task")
    return answer(json.dumps(echoed(title)).encode(), "200 OK", f"x-amzn-RequestId: r-{title}")


def echoed(title: str) -> dict[str, str]:
    return {"Arn": f"arn:aws:{title}", "Id": f"eng-{title}"}


GOOD: tuple[Step, ...] = (Read(), Respond(echo))


class Outcome(NamedTuple):
    """What a call came to. `error`: the class that was raised; `attempts`: None for errors that do not count them."""

    error: str | None = None
    message: str | None = None
    code: str | None = None
    status: int | None = None
    request_id: str | None = None
    path: str | None = None
    excerpt: str | None = None
    attempts: int | None = None
    wire: Any = None


class Seen(NamedTuple):
    """One call as it was seen from outside: what it came to, how many seconds it took, and what it would show."""

    outcome: Outcome
    seconds: float
    shown: str


class Ticking:
    """A clock that goes a minute each time it is read: no two requests are signed with one date."""

    def __init__(self) -> None:
        self.time = time.time()

    def __call__(self) -> float:
        self.time += 60
        return self.time


def make(name: str, url: str, **options: Any) -> Any:
    """Make a client: `Client` or `AsyncClient`, or one of them over boto3."""
    if name in OVER_BOTO3:
        name, transport = OVER_BOTO3[name]
        session = options.pop("session", None) or boto3_session()
        options = {**options, "transport": getattr(PACKAGE.transports, transport)(session)}
    given = {"region": "us-east-1", "endpoint_url": url, "retries": 3, **options}
    if "session" not in given:
        given["credentials"] = PACKAGE.Credentials(KEY, SECRET, TOKEN)
    return getattr(PACKAGE, name)(**given)


@cache
def boto3_session() -> Any:
    return boto3.Session(region_name="us-east-1")


def tick(client: Any) -> None:
    client._driving().core.clock.now = Ticking()


async def settled(found: Any) -> Any:
    """Wait where there is something to wait for."""
    return await found if isawaitable(found) else found


async def see(call: Callable[[], Any]) -> Seen:
    """Make a call. Whatever it raises is looked at, be it one of `errors` or not."""
    start = time.monotonic()
    try:
        made = await settled(call())
    except BaseException as error:  # what is no error of the package fails the test, with its name
        seconds = time.monotonic() - start
        return Seen(_failed(error), seconds, _shown(error))
    metadata = made.response_metadata
    outcome = Outcome(None, None, None, metadata.http_status, metadata.request_id)
    return Seen(
        outcome._replace(attempts=metadata.attempts, wire=made.to_wire()),
        time.monotonic() - start,
        repr(made) + repr(metadata),
    )


def _failed(error: BaseException) -> Outcome:
    name = type(error).__name__ if isinstance(error, errors.Error) else f"foreign {type(error).__name__}"
    names = {"status": "http_status"}
    found = {name: getattr(error, names.get(name, name), None) for name in Outcome._fields}
    return Outcome(**found | {"error": name, "message": str(error), "wire": None})


def _shown(error: BaseException) -> str:
    return "".join(text for one in causes(error) for text in shown(one))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk an error and all that it was raised from, hidden or not."""
    seen = list[BaseException]()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
            yield one


def shown(error: BaseException) -> Iterator[str]:
    """Give what may be made of one error: text, a traceback with every variable, a pickle."""
    yield from traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True).format()
    yield from (repr(error), str(error), repr(vars(error)))
    if isinstance(error, errors.Error):
        yield repr(pickle.dumps(error))
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


class Scene(NamedTuple):
    """A faulty call and the calm one after it, with the requests of either as they came."""

    faulty: Seen
    requests: Sequence[Request]
    calm: Seen
    later: Sequence[Request]
    client: str

    def secrets(self) -> Iterator[str]:
        yield from (SECRET, TOKEN)
        for request in (*self.requests, *self.later):
            yield request.headers["authorization"].rpartition("=")[2]


def play(name: str, server: HostileServer, method: str, **options: Any) -> Scene:
    """Make a call that meets a fault, then one that does not."""
    return asyncio.run(_play(name, server, method, options))


async def _play(name: str, server: HostileServer, method: str, options: dict[str, Any]) -> Scene:
    arguments = {**METHODS[method], **options.pop("arguments", {})}
    client = make(name, server.url, **options)
    tick(client)
    first = await see(lambda: getattr(client, method)(**arguments))
    count, shown = len(server.requests), repr(client) + repr(vars(client))
    second = await see(lambda: client.create_engagement(**{**ARGUMENTS, "title": CALM}))
    await settled(client.close())
    return Scene(first, server.requests[:count], second, server.requests[count:], shown)
