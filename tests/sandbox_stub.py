"""A sandbox without behaviour, for tests of what stands before it: an engine that does as it is told, and servers."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from suites import model_of

from codegen.sandbox.accounts import TEST_KEYS
from codegen.sandbox.app import Sandbox, Settings
from codegen.sandbox.calling import Call
from codegen.sandbox.canonical import ALGORITHM, canonical_request, signature, signing_key, string_to_sign
from codegen.sandbox.clock import Clock
from codegen.sandbox.limits import LIMITS, Limits
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.serving import bind, server
from codegen.spec import ir
from codegen.spec.ir import Json

MODEL = model_of("2024-12-05")
NOW = datetime(2024, 12, 15, 12, 30, tzinfo=UTC)
KEY = TEST_KEYS["SANDBOXKEY1111222233"]
OTHER_KEY = TEST_KEYS["SANDBOXKEY4444555566"]
SERVICE = "partnercentral-selling"
TARGET = "AWSPartnerCentralSelling.CreateEngagement"
CONTENT_TYPE = "application/x-amz-json-1.0"
INPUT: Mapping[str, Json] = {
    "Catalog": "Sandbox",
    "ClientToken": "token-1",
    "Title": "Migration",
    "Description": "Move to the cloud",
}
OUTPUT: Mapping[str, Json] = {
    "Id": "eng-0123456789abcd",
    "Arn": "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-0123456789abcd",
}


@dataclass
class StubEngine:
    """Answers what it is told to, and remembers what it was asked."""

    answer: Callable[[Call], Mapping[str, Any]] = lambda call: OUTPUT
    calls: list[Call] = field(default_factory=list)
    closed: bool = False

    async def perform(self, call: Call) -> Mapping[str, Any]:
        self.calls.append(call)
        return self.answer(call)

    def close(self) -> None:
        self.closed = True


def sandbox(engine: StubEngine | None = None, *, model: ir.Model = MODEL, **more: Any) -> Sandbox:
    """Make an application whose signatures are checked at NOW."""
    more.setdefault("clock", Clock(machine=lambda: NOW))
    more.setdefault("accounts", TEST_KEYS)
    return Sandbox(model=model, engine=engine or StubEngine(), **more)


# ------------------------------------------------------------------------------------------------------------- requests


def plain(body: bytes | Mapping[str, Json] = INPUT, **changes: Any) -> HttpRequest:
    """Make a request that is not signed."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("host", "127.0.0.1:8999"), ("content-type", CONTENT_TYPE), ("x-amz-target", TARGET))
    return replace(HttpRequest("POST", "/", "", headers, content, "127.0.0.1"), **changes)


def signed(
    request: HttpRequest | None = None,
    *,
    key: str = KEY.key,
    secret: str = KEY.secret,
    token: str | None = None,
    at: datetime = NOW,
    scope: str = "",
    also: tuple[str, ...] = (),
) -> HttpRequest:
    """Sign with what the sandbox itself computes; `test_sandbox_signing` holds that against botocore."""
    request = request or plain()
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = scope or f"{stamp[:8]}/us-east-1/{SERVICE}/aws4_request"
    more = [("x-amz-date", stamp), *([("x-amz-security-token", token)] if token else [])]
    request = replace(request, headers=(*request.headers, *more))
    names = sorted({name for name, _ in request.headers if name.startswith("x-amz-")} | {"host", "content-type", *also})
    canonical = canonical_request(request, names, sha256(request.body).hexdigest())
    proof = signature(signing_key(secret, scope), string_to_sign(stamp, scope, canonical))
    value = f"{ALGORITHM} Credential={key}/{scope}, SignedHeaders={';'.join(names)}, Signature={proof}"
    return replace(request, headers=(*request.headers, ("authorization", value)))


def signed_by_botocore(url: str, request: HttpRequest, key: str = KEY.key, secret: str = KEY.secret) -> HttpRequest:
    """Sign for this very moment, as boto3 does."""
    headers = {name: value for name, value in request.headers if name != "host"}
    theirs = AWSRequest(request.method, url + request.path, headers, request.body)
    SigV4Auth(Credentials(key, secret), SERVICE, "us-east-1").add_auth(theirs)
    host = url.removeprefix("http://")
    made = tuple((name.lower(), value) for name, value in theirs.headers.items())
    return replace(request, headers=(("host", host), *made))


def with_header(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    """Replace a header, or drop it."""
    kept = tuple(pair for pair in request.headers if pair[0] != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The error's name."""
        return str(self.body.get("__type", "")).rpartition("#")[2]


def ask(app: Any, request: HttpRequest, parts: int = 1) -> Answer:
    """Call an application without a server."""
    return asyncio.run(asked(app, request, parts))


async def asked(app: Any, request: HttpRequest, parts: int = 1) -> Answer:
    size = max(1, -(-len(request.body) // parts))
    pieces = [request.body[start : start + size] for start in range(0, len(request.body), size)] or [b""]
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope_of(request), receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, sent[1]["body"])


def scope_of(request: HttpRequest) -> dict[str, Any]:
    return {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode("utf-8", "surrogateescape"),
        "query_string": request.query.encode(),
        "headers": [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in request.headers],
        "client": (request.client, 1) if request.client else None,
    }


# -------------------------------------------------------------------------------------------------------------- servers


@contextmanager
def serving(app: Any, limits: Limits = LIMITS) -> Iterator[str]:
    """Serve an application on a free port; gives its URL."""
    sockets = bind("127.0.0.1", 0)
    started = threading.Event()
    made = server(app, started.set, limits)
    thread = threading.Thread(target=made.run, args=(list(sockets),), daemon=True)
    thread.start()
    try:
        assert started.wait(10)
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        made.should_exit = True
        thread.join(10)
        for one in sockets:
            one.close()


def served(engine: StubEngine | None = None, limits: Limits = LIMITS, **more: Any) -> Any:
    """Serve a sandbox whose signatures are checked now, with the same limits throughout."""
    settings = Settings(limits=limits)
    return serving(sandbox(engine, clock=Clock(), settings=settings, **more), limits)


def written(request: HttpRequest, *more: str) -> bytes:
    """Write a request as it travels; `more` are whole headers."""
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    return "\r\n".join([*lines, *more, f"content-length: {len(request.body)}", "", ""]).encode() + request.body


def connect(url: str, timeout: float = 10) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=timeout)


def exchange(url: str, content: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    with connect(url) as sock:
        sock.sendall(content)
        return until_closed(sock)


def until_closed(sock: socket.socket) -> bytes:
    parts: list[bytes] = []
    try:
        while part := sock.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        parts.append(b"<reset>")
    return b"".join(parts)


def post(url: str, request: HttpRequest) -> Answer:
    """Send a request with the standard library."""
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        headers = {name: value for name, value in request.headers if name != "host"}
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def fresh(body: Mapping[str, Json] = INPUT) -> HttpRequest:
    """Make a request with a token of its own."""
    return plain({**body, "ClientToken": str(uuid4())})
