"""What a connection answers when there is no request that an application could answer.

In: status, code and message. Out: bytes, in the same form as every other error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from codegen.sandbox.requests import new_request_id


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    code: str
    message: str


class Refused(Exception):
    """Raised while parsing; ends the connection."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


MALFORMED = Refusal(400, "MalformedHttpRequest", "The request is not well-formed HTTP/1.1.")
TOO_LARGE = Refusal(431, "MalformedHttpRequest", "The headers are too many or too large.")
TOO_SLOW = Refusal(408, "RequestTimeout", "The request took too long to arrive.")


def refusal_bytes(refusal: Refusal, more: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Write a whole response that ends its connection; `more` are headers of the server."""
    body = json.dumps({"__type": refusal.code, "message": refusal.message}).encode()
    headers = (
        *((name.decode(), value.decode()) for name, value in more),
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
        ("x-amzn-requestid", new_request_id()),
        ("x-amzn-errortype", refusal.code),
        ("connection", "close"),
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}\r\n{lines}\r\n".encode() + body
