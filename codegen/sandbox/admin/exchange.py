"""One request to an admin route or the console, and its answer.

In: ASGI's scope and messages. Out: `Asked`; an answer that no cache keeps and no other origin may hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from codegen.sandbox.app import Send
from codegen.sandbox.bodies import Gone, Message, Receive
from codegen.spec.ir import Json

LARGEST = 64 * 1024
"""Bytes that a body may have; arbitrary, the longest that makes sense has a few hundred."""

_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Refused(Exception):
    """A request that is answered with a status and one message."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`headers` have the last of each name, in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    content: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str]


def read_head(scope: Message) -> Asked:
    """Read everything but the body."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in scope["headers"]}
    query = scope.get("query_string", b"").decode("latin-1")
    return Asked(method=scope["method"], path=scope["path"], query=query, headers=headers)


async def read_body(receive: Receive) -> bytes:
    """Read a body of ordinary size."""
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        parts += message.get("body", b"")
        more = message.get("more_body", False)
        if len(parts) > LARGEST:
            raise Refused(413, f"the body is larger than {LARGEST} bytes", {"connection": "close"})
    return bytes(parts)


def json_answer(value: Mapping[str, Json]) -> Answer:
    return Answer(content=_json(value), headers={})


def refusal(refused: Refused) -> Answer:
    return Answer(status=refused.status, content=_json({"message": refused.message}), headers=refused.headers)


def _json(value: Mapping[str, Json]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer with the headers that all of them have."""
    length = {"content-type": answer.content_type, "content-length": str(len(answer.content))}
    headers = {**length, **_HEADERS, **answer.headers}
    written = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": written})
    await send({"type": "http.response.body", "body": answer.content})
