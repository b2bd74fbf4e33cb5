"""What servers and networks do to a client, row by row, and what the call has to come to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from chaos_clients import ARGUMENTS, PACKAGE, echoed
from hostile_server import Close, Drip, Hang, Read, ReadSome, Request, Reset, Respond, Send, StayDeaf, Step, answer

REQUEST_ID = "r-fault"
AMPLE = PACKAGE.Timeout(total=10, attempt=5, connect=3)
BRIEF = PACKAGE.Timeout(total=3, attempt=3, connect=3)
IMPATIENT = PACKAGE.Timeout(total=5, attempt=0.5, connect=0.5)
DRIPPING = PACKAGE.Timeout(total=10, attempt=0.7, connect=0.5)
ENDING = PACKAGE.Timeout(total=1, attempt=20, connect=20)
TOO_LATE = "no answer in time"
LONG, UNCHECKED = {"description": "x" * 6_000_000}, {"checks": {"length": "off"}}
"""More than the buffers of two sockets take."""
ACCEPT = "start_engagement_by_accepting_invitation_task"
HEAD = b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: r-fault\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class Fault(NamedTuple):
    """One fault. The first `faulty` turns of the server are bad, those after it good; a call is to be tried `tries`
    times and to end in `error`, or in an answer that reads `wire`."""

    row: int
    name: str
    turn: tuple[Step, ...]
    tries: int = 1
    faulty: int = 1
    error: str | None = None
    message: str = ""
    code: str | None = None
    status: int | None = 200
    request_id: str | None = REQUEST_ID
    path: str | None = None
    wire: Any = None
    method: str = "create_engagement"
    arguments: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}

    @property
    def id(self) -> str:
        return f"{self.row}-{self.name}"

    @property
    def timeout(self) -> Any:
        return self.options.get("timeout", AMPLE)

    @property
    def is_noted(self) -> bool:
        """Say whether the server reads whole requests before it does what it does."""
        return any(isinstance(step, Read) for step in self.turn)


def lost(
    row: int, name: str, *turn: Step, timeout: Any = AMPLE, options: Mapping[str, Any] = {}, **more: Any
) -> Iterator[Fault]:
    """A fault that leaves no answer: got over where it comes once, and typed where it stays."""
    more["options"] = {"timeout": timeout, **options}
    asked = ARGUMENTS["title"]
    once = Fault(row, f"{name}, once", turn, tries=2, request_id=f"r-{asked}", wire=echoed(asked), **more)
    error: dict[str, Any] = {"error": "TransportError", "status": None, "request_id": None}
    yield once
    yield Fault(row, f"{name}, for ever", turn, tries=3, faulty=3, message=r"\(3 attempts\)", **more, **error)


def dripped(row: int, name: str, *turn: Step) -> Iterator[Fault]:
    """A fault that would keep a client busy for ever: it ends with the time of its attempts, and with the call's."""
    error: dict[str, Any] = {"error": "TransportError", "status": None, "request_id": None, "message": TOO_LATE}
    yield Fault(row, f"{name}, attempts", turn, tries=2, faulty=2, options={"timeout": DRIPPING, "retries": 2}, **error)
    yield Fault(row, f"{name}, call", turn, options={"timeout": ENDING}, **error)


def written(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    return answer(body, status, f"x-amzn-RequestId: {REQUEST_ID}", *headers)


def reply(body: bytes, status: str = "200 OK", *headers: str) -> tuple[Step, ...]:
    return Read(), Send(written(body, status, *headers))


def unreadable(row: int, name: str, body: bytes, message: str, path: str = "$", **more: Any) -> Fault:
    """A success whose body says nothing that can be relied on."""
    return Fault(row, name, reply(body), error="ResponseError", message=message, path=path, **more)


def untakable(row: int, name: str, *turn: Step, message: str, **more: Any) -> Fault:
    """An answer that is given up before it is whole."""
    return Fault(row, name, (Read(), *turn), error="ResponseError", message=message, path="$", **more)


def refused(row: int, name: str, body: bytes, status: str = "400 Bad Request", *headers: str, **more: Any) -> Fault:
    """An answer that tells of an error."""
    found = {"error": "ServiceError", "code": status[:3], "status": int(status[:3]), **more}
    return Fault(row, name, reply(body, status, *headers), **found)


def again(faults: int, fault: Fault) -> Fault:
    """The same fault so many times, then a good answer."""
    asked = ARGUMENTS["title"]
    return Fault(
        fault.row,
        f"{fault.name}, then good",
        fault.turn,
        faults + 1,
        faults,
        request_id=f"r-{asked}",
        wire=echoed(asked),
    )


def _error(code: object, **more: str) -> bytes:
    return json.dumps({"__type": code, "message": "no", **more}).encode()


def quoting(request: Request) -> bytes:
    """Refuse a signature as AWS does: with the request as it is signed."""
    signed = f"x-amz-security-token:{request.headers['x-amz-security-token']} {request.headers['authorization']} ends"
    body = {"__type": "InvalidSignatureException", "message": f"The canonical string should have been: {signed}"}
    return written(json.dumps(body).encode(), "403 Forbidden")


TASK_OF_TOMORROW = {"TaskStatus": "PAUSED", "TaskId": "task-1", "New": {"a": [1]}}
UNAVAILABLE = "503 Service Unavailable"
BOMB = gzip.compress(bytes(1 << 28), 9)
"""A quarter of a megabyte that unpacks to a thousand times as much."""
FAR = "Fri, 31 Dec 2999 23:59:59 GMT"

FAULTS: tuple[Fault, ...] = tuple(
    chain(
        lost(1, "reset on accept", Reset()),
        lost(2, "closed before the status", Read(), Close()),
        lost(2, "reset before the status", Read(), Reset()),
        lost(3, "status line only", Read(), Send(b"HTTP/1.1 200 OK\r\n"), Close()),
        lost(4, "headers cut", Read(), Send(HEAD + b"Content-Type: applic"), Close()),
        lost(5, "body cut", Read(), Send(HEAD + b"Content-Length: 1000\r\n\r\n" + b'{"Id":"x"}'), Close()),
        lost(5, "body cut by a reset", Read(), Send(HEAD + b"Content-Length: 1000\r\n\r\n" + b'{"Id":"x"}'), Reset()),
        lost(6, "chunks cut", Read(), Send(CHUNKED + b"2\r\n{}\r\n"), Close()),
        lost(6, "chunk cut", Read(), Send(CHUNKED + b"200\r\n{}"), Close()),
        lost(7, "bad chunk size", Read(), Send(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"), Hang()),
        dripped(8, "head byte by byte", Read(), Drip(answer(b"{}"), 0.5)),
        dripped(9, "body byte by byte", Read(), Send(HEAD + b"Content-Length: 99\r\n\r\n"), Drip(b" " * 99, 0.5)),
        dripped(9, "chunks byte by byte", Read(), Send(CHUNKED), Drip(b"1\r\n \r\n" * 20, 0.5)),
        lost(10, "no answer", Read(), Hang(), timeout=IMPATIENT),
        lost(10, "no answer to a long request", StayDeaf(), timeout=IMPATIENT, arguments=LONG, options=UNCHECKED),
        [again(2, refused(11, "500", b"", "500 Internal Server Error"))],
        [
            refused(12, "503", b"", UNAVAILABLE, tries=3, faulty=3),
            refused(
                12,
                "500 with a code",
                _error("InternalServerException"),
                "500 Internal Server Error",
                tries=3,
                faulty=3,
                error="InternalServerException",
                code="InternalServerException",
                message="no",
            ),
            again(2, refused(13, "throttling", _error("ThrottlingException"))),
            unreadable(15, "captive portal", b"<html><a href='https://portal'>Log in</a></html>", "not JSON"),
            unreadable(16, "empty", b"", "empty"),
            unreadable(17, "invalid JSON", b'{"Id": "eng-1"', "not JSON"),
            unreadable(18, "array", b"[1,2]", "expected an object"),
            unreadable(18, "null", b"null", "expected an object"),
            refused(19, "invalid JSON", b"{"),
            refused(19, "no type", b'{"message": "no"}', message="no"),
            refused(20, "array", b'["x"]'),
            refused(20, "type is a number", b'{"__type": 5}'),
            refused(
                21,
                "code with namespace and URL",
                _error("com.amazonaws.x#ValidationException:http://internal.amazon.com/"),
                error="ValidationException",
                code="ValidationException",
            ),
            refused(22, "unknown code", _error("UnheardOfException"), code="UnheardOfException"),
            Fault(
                23,
                "unknown enum and member",
                reply(json.dumps(TASK_OF_TOMORROW).encode()),
                wire=TASK_OF_TOMORROW,
                method=ACCEPT,
            ),
            unreadable(24, "wrong type", b'{"Arn": "arn:x", "Id": 5}', "expected a string", r"$.Id"),
            unreadable(24, "bad time", b'{"StartTime": "yesterday"}', "", "$.StartTime", method=ACCEPT),
            Fault(
                26,
                "gzip bomb",
                reply(BOMB, "200 OK", "Content-Encoding: gzip"),
                error="ResponseError",
                message="encoded",
                path="$",
            ),
        ],
        lost(27, "5000 interim answers", Read(), Send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 5000 + answer()), Hang()),
        [
            Fault(
                27,
                "16 interim answers",
                (Read(), Send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 16 + written(b'{"Id": "x"}'))),
                wire={"Id": "x"},
            ),
            untakable(
                29, "header of 2 MB", Send(HEAD + b"X: " + b"x" * 2_000_000), message="longer than", request_id=None
            ),
            untakable(29, "20,000 headers", Send(HEAD + b"X: x\r\n" * 20_000), message="headers", request_id=None),
            untakable(
                30,
                "two lengths",
                Send(HEAD + b"Content-Length: 2\r\nContent-Length: 11\r\n\r\n" + b'{}{"Id":"x"}'),
                message="Content-Length",
            ),
            untakable(
                31,
                "length and chunks",
                Send(HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                message="two ways",
            ),
            unreadable(34, "deep", b'{"Id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
            unreadable(
                34, "deep and unknown", b'{"New":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "nested too deeply"
            ),
            refused(34, "deep error", b'{"__type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
            unreadable(35, "NaN", b'{"Id": NaN}', "NaN"),
            unreadable(35, "1e999", b'{"New": 1e999}', "too large"),
            unreadable(35, "6000 digits", b'{"New": ' + b"1" * 6000 + b"}", "too large"),
            Fault(36, "duplicate keys", reply(b'{"Id": "first", "Id": "last"}'), wire={"Id": "last"}),
            unreadable(37, "no UTF-8", b'{"Id": "\xff\xfe"}', "not UTF-8"),
            refused(38, "Retry-After of 10^9", b"", UNAVAILABLE, "Retry-After: 1000000000", options={"timeout": BRIEF}),
            refused(38, "Retry-After far off", b"", UNAVAILABLE, f"Retry-After: {FAR}", options={"timeout": BRIEF}),
            refused(
                38,
                "x-amz-retry-after of 10^9",
                b"",
                UNAVAILABLE,
                "x-amz-retry-after: 1000000000",
                options={"timeout": BRIEF},
            ),
            refused(
                38,
                "Retry-After below 0",
                b"",
                UNAVAILABLE,
                "Retry-After: -5",
                options={"timeout": BRIEF},
                tries=3,
                faulty=3,
            ),
            refused(
                38,
                "Retry-After as text",
                b"",
                UNAVAILABLE,
                "Retry-After: soon",
                options={"timeout": BRIEF},
                tries=3,
                faulty=3,
            ),
        ],
        (
            refused(39, f"413 before the body, then {name}", b"", "413 Too Large")._replace(
                turn=(ReadSome(64), Send(written(b"", "413 Too Large")), step),
                arguments=LONG,
                options=UNCHECKED,
            )
            for name, step in (("closed", Close()), ("deaf", StayDeaf()))
        ),
        [
            refused(41, "quoted request", b"", "403 Forbidden")._replace(
                turn=(Read(), Respond(quoting)),
                error="InvalidSignatureException",
                code="InvalidSignatureException",
                message=r"x-amz-security-token:\*\*redacted\*\* .* Signature=\*\*redacted\*\* ends",
            )
        ],
        lost(40, "SSH banner", Read(), Send(b"SSH-2.0-OpenSSH_9.6\r\n"), Hang()),
        lost(40, "TLS alert", Read(), Send(b"\x15\x03\x01\x00\x02\x02\x46"), Close()),
        lost(40, "HTTP/2", Read(), Send(b"HTTP/2 200 OK\r\n\r\n"), Hang()),
        lost(40, "HTTP/0.9", Read(), Send(b"<html>hello</html>"), Close()),
        [
            Fault(
                40,
                "status 999",
                reply(b"{}", "999 What"),
                error="ResponseError",
                message="status",
                status=999,
                path="$",
            )
        ],
    )
)
