"""The front end of the sandbox: bytes of a connection, and bodies of calls."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import uvicorn
from sandbox_stub import INPUT, MODEL, plain, sandbox, signed
from uvicorn.server import ServerState

from codegen.sandbox.calling import Fault
from codegen.sandbox.checking import check
from codegen.sandbox.connection import connection_class
from codegen.sandbox.fields import Fields
from codegen.sandbox.limits import LIMITS
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.strict_json import BadJson, read_json
from codegen.sandbox.wire import read_asked
from fuzz.target import Target, vectors

_STEPS = 20
"""Turns of the event loop after the last byte: an answer takes seven."""

FIELDS = Fields(MODEL)


class _Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.closed = bytearray(), False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default

    def write(self, data: Any) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def write_eof(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


_CONFIG = uvicorn.Config(
    sandbox(), http=connection_class(LIMITS), ws="none", lifespan="off", log_config=None, access_log=False
)
_CONFIG.load()
logging.getLogger("uvicorn.error").disabled = True


def serve(data: bytes) -> None:
    """Send bytes to a sandbox; whatever they are, it does not fail and answers with a refusal of the caller's."""
    asyncio.run(_serve(data))


async def _serve(data: bytes) -> None:
    failed: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(context))
    transport = _Transport()
    protocol: Any = connection_class(LIMITS)(config=_CONFIG, server_state=ServerState(), app_state={})
    protocol.connection_made(transport)
    for at in range(0, len(data), 4096):
        if not transport.closed:
            protocol.data_received(data[at : at + 4096])
    for _ in range(_STEPS):
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    await asyncio.sleep(0)
    assert not failed, failed
    assert b"HTTP/1.1 5" not in transport.written, bytes(transport.written)


def call(data: bytes) -> None:
    """Take bytes for the body of a call whose caller may speak."""
    with suppress(BadJson):
        read_json(data)
    asked = read_asked(MODEL, plain(data))
    check(FIELDS, asked.operation.name.raw, asked.body)


def _requests() -> Iterator[bytes]:
    for request in (plain(), signed(), plain(method="GET"), plain(path="/CreateEngagement"), plain(b"[")):
        yield _bytes(request)
    yield _bytes(signed()) * 2
    yield b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    yield b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    yield b"GET /?%ff HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"


def _bytes(request: HttpRequest) -> bytes:
    names = (*request.headers, ("content-length", str(len(request.body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in names)
    return f"{request.method} {request.path} HTTP/1.1\r\n{head}\r\n".encode() + request.body


def _bodies() -> Iterator[bytes]:
    yield json.dumps(INPUT).encode()
    yield from (json.dumps({**INPUT, name: None}).encode() for name in INPUT)
    for vector in vectors():
        if vector.get("form") is None and "value" in vector:
            yield json.dumps({**INPUT, "Title": vector["value"]}).encode()
    yield from (b"", b"null", b'{"a":1,"a":2}', b"[" * 100, b"1e999", b'"\\ud800"', b"\xff")


TARGETS = (
    Target("serving", serve, (), _requests),
    Target("call", call, (Fault,), _bodies, is_json=True),
)
