"""What every transport does with every answer, good and bad: one table over all of them, synchronous and not."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import pickle
import socket
import ssl
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]
import pytest
import runtime
from hostile_server import (
    Close,
    Drip,
    Hang,
    HostileServer,
    Pause,
    Read,
    ReadSome,
    Request,
    Reset,
    Respond,
    Send,
    StartTls,
    StayDeaf,
    Step,
    answer,
)
from runtime import errors

if TYPE_CHECKING:
    from templates.static import (
        aiohttp_transport,
        boto3_transport,
        framing,
        in_process,
        routes,
        transport,
        transports,
        urllib3_transport,
    )
else:
    aiohttp_transport, boto3_transport, framing, in_process, routes, transport, transports, urllib3_transport = (
        runtime.load(name)
        for name in (
            "aiohttp_transport",
            "boto3_transport",
            "framing",
            "in_process",
            "routes",
            "transport",
            "transports",
            "urllib3_transport",
        )
    )

DATA = Path(__file__).parent / "data"
CAP = 1000
WIRED = ("urllib3", "aiohttp", "boto3", "async boto3")
OWN = ("urllib3", "aiohttp")
KINDS = (*WIRED, "in process", "async in process")
READ = Read()
PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)


@dataclass(frozen=True)
class Outcome:
    """What became of a request: the status and body of an answer, or what the error says."""

    status: int | None = None
    body: bytes = b""
    error: str = ""
    message: str = ""
    sent: bool | None = None
    timed_out: bool | None = None
    retryable: bool | None = None


def answered(status: int = 200, body: bytes = b"{}") -> Outcome:
    return Outcome(status, body)


def lost(message: str, *, sent: bool = True, timed_out: bool = False, retryable: bool = True) -> Outcome:
    return Outcome(None, b"", "TransportError", message, sent, timed_out, retryable)


def refused(message: str) -> Outcome:
    return Outcome(None, b"", "ResponseError", message)


CUT = lost("the connection closed before the answer was whole")
BROKEN = lost("the connection broke")
TOO_LATE = lost("no answer in time", timed_out=True)
UNCONNECTED = lost("no connection in time", sent=False, timed_out=True)
NO_HTTP = lost("what came is no HTTP answer")
TOO_LARGE = refused(f"the answer is larger than {CAP} bytes")
TWO_WAYS = refused("the answer is framed in two ways, or in an unknown one")
NO_LENGTH = refused("the answer has no readable Content-Length, or several")
MANY_HEADERS = refused(f"the answer has more than {transport.MOST_HEADERS} headers")
LONG_HEADER = refused(f"a header of the answer is longer than {transport.LONGEST_HEADER} bytes")
INTERIM = lost("interim answers came in place of one")
BAD_HEADER = refused("a header of the answer cannot be read")
CERTIFICATE = lost("the certificate was refused", sent=False, retryable=False)


def asked(url: str, body: bytes = b'{"A": 1}', method: str = "POST", **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return transport.HttpRequest(method, url, transport.Headers({"X-Amz-Target": "S.Put", **given}), body)


def limits(seconds: float = 20, connect: float = 5, max_bytes: int = CAP) -> Any:
    return transport.Limits(connect, time.monotonic() + seconds, max_bytes)


class Sync:
    """A transport of either kind, used from code that is not asynchronous: an event loop of its own runs the others."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.runner = asyncio.Runner() if kind in ("aiohttp", "async boto3", "async in process") else None
        self.transport = make(kind, **options)

    def __enter__(self) -> Sync:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish(self.transport.close())
        if self.runner is not None:
            self.runner.close()

    def finish(self, found: Any) -> Any:
        return found if self.runner is None else self.runner.run(found)

    def send(self, request: Any, limit: Any) -> Any:
        return self.finish(self.transport.send(request, limit))

    def outcome(self, request: Any, limit: Any) -> Outcome:
        try:
            found = self.send(request, limit)
        except errors.TransportError as error:
            assert error.__cause__ is None and error.__context__ is None, "the library's own error is shown"
            return lost(str(error), sent=error.sent, timed_out=error.timed_out, retryable=error.retryable)
        except errors.ResponseError as error:
            assert error.__cause__ is None and error.__context__ is None, "the library's own error is shown"
            return refused(error.message)
        return answered(found.status, found.body)


def make(kind: str, **options: Any) -> Any:
    if "boto3" in kind:
        session = boto3.Session(region_name="us-east-1")
        return (boto3_transport.Boto3Transport if kind == "boto3" else boto3_transport.AsyncBoto3Transport)(session)
    if "in process" in kind:
        handler = options["handler"]
        made = in_process.InProcessTransport if kind == "in process" else in_process.AsyncInProcessTransport
        return made(handler)
    return (urllib3_transport.Urllib3Transport if kind == "urllib3" else aiohttp_transport.AiohttpTransport)(**options)


def shown(error: BaseException) -> str:
    """Show an error as tools do that print every variable on the way."""
    # a test's own frame, which holds what is looked for, is the first
    whole = error.__traceback__
    found = traceback.TracebackException(type(error), error, whole.tb_next if whole else None, capture_locals=True)
    return "".join(found.format())


# ------------------------------------------------------------------------------------------------------ one connection


@dataclass(frozen=True)
class Row:
    """One behaviour: what the server does, and what that comes to.

    played: what a function does in process to the same end; None where that takes a wire. seconds: until the deadline.
    requests: how many follow each other; the last one counts. connections: how many that takes.
    """

    name: str
    outcome: Outcome
    turns: tuple[Sequence[Step], ...]
    played: Callable[[Any], Any] | None = None
    seconds: float = 20
    body: bytes = b'{"A": 1}'
    requests: int = 1
    connections: int | None = None
    method: str = "POST"


def turn(*data: bytes) -> tuple[Sequence[Step], ...]:
    """Read a request, send these bytes, close."""
    return ([READ, *map(Send, data), Close()],)


def head(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in ("HTTP/1.1 200 OK", *lines)).encode() + b"\r\n"


def raising(error: Exception) -> Callable[[Any], Any]:
    def handler(request: Any) -> Any:
        raise error

    return handler


def giving(body: bytes, status: int = 200) -> Callable[[Any], Any]:
    return lambda _: transport.HttpResponse(status, {}, body)


def late(request: Any) -> Any:
    time.sleep(0.4)
    return transport.HttpResponse(200, {}, b"")


GOOD = answer(b"{}")
CHUNKED = head("Transfer-Encoding: chunked")
INTERIM_ANSWER = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
DRIPPED = answer(b"x" * 20)
BIG = b"x" * 8_000_000

ROWS = (
    Row("an answer", answered(), ([READ, Send(GOOD)],), giving(b"{}")),
    Row("an error", answered(400, b"no"), turn(answer(b"no", "400 Bad Request")), giving(b"no", 400)),
    Row("status 999", answered(999), turn(answer(b"{}", "999 ?")), giving(b"{}", 999)),
    Row("a status without reason", answered(), turn(GOOD.replace(b"200 OK", b"200"))),
    Row(
        "a redirect",
        answered(307),
        turn(answer(b"{}", "307 Away", "Location: http://127.0.0.1:1/")),
        giving(b"{}", 307),
    ),
    Row("an encoded body", answered(200, b"\x1f\x8b"), turn(answer(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip"))),
    Row("an answer in chunks", answered(200, b"ab"), turn(CHUNKED + b"1;x=y\r\na\r\n1\r\nb\r\n0\r\nX: y\r\n\r\n")),
    Row("an answer that ends with its connection", answered(200, b"ab"), turn(answer(b"ab", length=False))),
    Row("an answer of HTTP/1.0", answered(), turn(GOOD.replace(b"/1.1", b"/1.0"))),
    Row("status 204 with a length", answered(204, b""), turn(answer(b"{}", "204 No Content")[:-2])),
    Row("an answer to HEAD", answered(200, b""), turn(GOOD[:-2]), method="HEAD"),
    Row("an empty answer", answered(200, b""), turn(answer(b"")), giving(b"")),
    Row(
        "reset within the request",
        BROKEN,
        ([ReadSome(1), Reset()],),
        raising(errors.TransportError("the connection broke")),
    ),
    Row("closed before a status", CUT, turn(b"")),
    Row("closed within the status line", CUT, turn(b"HTTP/1.1 2")),
    Row("closed after the status line", CUT, turn(b"HTTP/1.1 200 OK\r\n")),
    Row("closed within the headers", CUT, turn(b"HTTP/1.1 200 OK\r\nContent-Ty")),
    Row("closed before the headers end", CUT, turn(b"HTTP/1.1 200 OK\r\nContent-Type: x\r\n")),
    Row("a body cut short", CUT, turn(head("Content-Length: 900") + b"0123456789")),
    Row("a body reset", BROKEN, ([READ, Send(head("Content-Length: 900") + b"01"), Pause(0.05), Reset()],)),
    Row("chunks cut short", CUT, turn(CHUNKED + b"5\r\nhel")),
    Row("chunks without an end", CUT, turn(CHUNKED + b"5\r\nhello\r\n")),
    Row(
        "a bad chunk size",
        lost("a chunk of the answer has no readable size"),
        turn(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    ),
    Row(
        "a chunk that is too long",
        lost("a chunk of the answer is not as long as it says"),
        turn(CHUNKED + b"5\r\nhello!\r\n0\r\n\r\n"),
    ),
    Row("headers in drops", TOO_LATE, ([READ, Drip(DRIPPED, 0.03)],), seconds=0.5),
    Row("a body in drops", TOO_LATE, ([READ, Send(DRIPPED[:-19]), Drip(DRIPPED[-19:], 0.05)],), seconds=0.3),
    Row("chunks in drops", TOO_LATE, ([READ, Send(CHUNKED), Drip(b"1\r\nx\r\n" * 9, 0.05)],), seconds=0.3),
    Row("no answer at all", TOO_LATE, ([READ, Hang()],), late, seconds=0.3),
    Row("a large body to a server that does not read", TOO_LATE, ([StayDeaf()],), seconds=0.3, body=BIG),
    Row("a length above the cap", TOO_LARGE, turn(head("Content-Length: 1001")), giving(b"x" * 1001)),
    Row("a length beyond all numbers", TOO_LARGE, turn(head(f"Content-Length: {'9' * 5000}"))),
    Row("a body of the cap's length", answered(200, b"x" * CAP), turn(answer(b"x" * CAP)), giving(b"x" * CAP)),
    Row("a chunk above the cap", TOO_LARGE, turn(CHUNKED + b"3e9\r\n" + b"x" * 1001)),
    Row("chunks above the cap", TOO_LARGE, turn(CHUNKED + b"1f4\r\n%b\r\n" % (b"x" * 500) * 3)),
    Row("an endless body", TOO_LARGE, turn(answer(b"x" * 1001, length=False))),
    Row("an interim answer", answered(), turn(INTERIM_ANSWER, GOOD)),
    Row("most interim answers", answered(), turn(INTERIM_ANSWER * transport.MOST_INTERIM + GOOD)),
    Row("too many interim answers", INTERIM, turn(INTERIM_ANSWER * (transport.MOST_INTERIM + 1) + GOOD)),
    Row("interim answers without end", INTERIM, turn(INTERIM_ANSWER * 5000)),
    Row("a switch of protocols", INTERIM, turn(b"HTTP/1.1 101 Away\r\n\r\n")),
    Row("most headers", answered(), turn(answer(b"{}", "200 OK", *["X: y"] * 98))),
    Row("too many headers", MANY_HEADERS, turn(answer(b"{}", "200 OK", *["X: y"] * 100))),
    Row("20,000 headers", MANY_HEADERS, turn(answer(b"{}", "200 OK", *["X: y"] * 20_000))),
    Row("a long header", answered(), turn(answer(b"{}", "200 OK", f"X: {'y' * 60_000}"))),
    Row("a header that is too long", LONG_HEADER, turn(answer(b"{}", "200 OK", f"X: {'y' * 70_000}"))),
    Row("a header of 2 MB", LONG_HEADER, turn(answer(b"{}", "200 OK", f"X: {'y' * 2_000_000}"))),
    Row("two lengths", NO_LENGTH, turn(answer(b"{}", "200 OK", "Content-Length: 3"))),
    Row("one length twice", NO_LENGTH, turn(answer(b"{}", "200 OK", "Content-Length: 2"))),
    Row("a length with a sign", NO_LENGTH, turn(head("Content-Length: +2") + b"{}")),
    Row("a length and chunks", TWO_WAYS, turn(answer(b"2\r\n{}\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked"))),
    Row("an unknown coding", TWO_WAYS, turn(head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n")),
    Row("a header without colon", BAD_HEADER, turn(answer(b"{}", "200 OK", "no colon"))),
    Row("a name with a space behind it", BAD_HEADER, turn(answer(b"{}", "200 OK", "X : y"))),
    Row("a folded header", BAD_HEADER, turn(answer(b"{}", "200 OK", "X: y", " z"))),
    Row("a banner", NO_HTTP, ([READ, Send(b"SSH-2.0-OpenSSH_9.2\r\n"), Hang()],)),
    Row("a banner before the request", NO_HTTP, ([Send(b"SSH-2.0-OpenSSH_9.2\r\n"), Hang()],)),
    Row("an answer of HTTP/0.9", NO_HTTP, turn(b"<html>hello</html>")),
    Row("a bad status", NO_HTTP, turn(b"HTTP/1.1 OK\r\n\r\n")),
    Row("an early answer", answered(413), ([ReadSome(1000), Send(answer(b"{}", "413 Large")), Close()],), body=BIG),
    Row(
        "an early answer and silence",
        answered(413),
        ([ReadSome(1), Send(answer(b"{}", "413 L")), StayDeaf()],),
        body=BIG,
        seconds=2,
    ),
    Row("a large body", answered(), ([READ, Send(GOOD)],), body=BIG),
    Row(
        "two requests",
        answered(200, b"2"),
        ([READ, Send(answer(b"1"))], [READ, Send(answer(b"2"))]),
        requests=2,
        connections=1,
    ),
    Row(
        "bytes after the body",
        answered(),
        ([READ, Send(GOOD + b"HTTP/1.1 500 Stale\r\n\r\n")], [READ, Send(GOOD)]),
        requests=2,
        connections=2,
    ),
    Row(
        "bytes after chunks",
        answered(),
        ([READ, Send(CHUNKED + b"0\r\n\r\nx")], [READ, Send(GOOD)]),
        requests=2,
        connections=2,
    ),
    Row("an idle connection that was closed", answered(), ([READ, Send(GOOD), Close()],), requests=3, connections=3),
    Row(
        "Connection: close",
        answered(),
        ([READ, Send(answer(b"{}", "200 OK", "Connection: close"))],),
        requests=2,
        connections=2,
    ),
    Row(
        "a refused answer",
        answered(),
        ([READ, Send(head("Content-Length: 2000"))], [READ, Send(GOOD)]),
        requests=2,
        connections=2,
    ),
)
"""A server's turns, and what comes of them in the transports over urllib3 and aiohttp: the same, and in the others
unless said below."""

NO_END = "botocore does not tell an answer that ends with its connection from headers that were cut"
NO_INTERIM = "http.client takes any interim answer but 100 for the answer"
LOOSE = "http.client is less strict with headers"
NO_EARLY = "urllib3 reads nothing before it has sent everything"
BOTO3 = {
    "an answer that ends with its connection": (NO_END, CUT),
    "an endless body": (NO_END, CUT),
    "an interim answer": (NO_INTERIM, INTERIM),
    "most interim answers": (NO_INTERIM, INTERIM),
    "a header without colon": (LOOSE, CUT),
    "a name with a space behind it": (LOOSE, CUT),
    "a folded header": (LOOSE, answered()),
    "an early answer and silence": (NO_EARLY, TOO_LATE),
}
"""Where boto3's transports do otherwise: why, and what."""

CASES = [(kind, row) for kind in KINDS for row in ROWS if "in process" not in kind or row.played]


def run(kind: str, row: Row) -> Outcome:
    if "in process" in kind:
        with Sync(kind, handler=row.played) as sender:
            return sender.outcome(asked("http://s.example/", row.body, row.method), limits(row.seconds))
    with HostileServer(*row.turns) as server, Sync(kind) as sender:
        for _ in range(row.requests):
            found = sender.outcome(asked(server.url, row.body, row.method), limits(row.seconds, connect=1))
            time.sleep(0.05 if row.requests > 1 else 0)  # what the server does after its answer is to arrive
        assert kind not in OWN or row.connections in (None, server.connections)
    return found


@pytest.mark.parametrize(("kind", "row"), CASES, ids=[f"{kind}-{row.name}" for kind, row in CASES])
def test_every_transport_takes_an_answer_as_the_table_says(kind: str, row: Row) -> None:
    found = run(kind, row)
    if "boto3" not in kind:
        assert found == row.outcome
        return
    expected = BOTO3[row.name][1] if row.name in BOTO3 else row.outcome
    assert replace(found, message="") == replace(expected, message="")


def test_what_is_said_to_differ_over_boto3_differs() -> None:
    rows = {row.name: row.outcome for row in ROWS}
    assert len(rows) == len(ROWS)
    assert [
        name for name, (_, outcome) in BOTO3.items() if replace(rows[name], message="") == replace(outcome, message="")
    ] == []


# ------------------------------------------------------------------------------------------------------- connecting


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue is full: Linux drops further attempts to connect."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.parametrize("kind", WIRED)
def test_a_refused_connection_was_not_sent_to(kind: str) -> None:
    with Sync(kind) as sender:
        found = sender.outcome(asked(f"http://127.0.0.1:{unused_port()}/"), limits())
    assert found == lost("connection refused", sent=False)


@pytest.mark.parametrize("kind", WIRED)
def test_a_host_without_address_was_not_sent_to(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with Sync(kind) as sender:
        found = sender.outcome(asked("http://nowhere.example/"), limits())
    assert found == lost("the host name was not found", sent=False)


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("end", [Close(), Reset()])
def test_a_connection_that_ends_at_once_is_worth_another_attempt(kind: str, end: Step) -> None:
    with HostileServer([end]) as server, Sync(kind) as sender:
        for _ in range(5):
            found = sender.outcome(asked(server.url), limits())
            # whether anything was sent by then, the two ends race for
            assert replace(found, message="", sent=True) == lost("")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer when a queue is full")
@pytest.mark.parametrize("kind", WIRED)
def test_a_connection_that_is_not_taken_up_runs_out_of_time(kind: str, full_port: int) -> None:
    with Sync(kind) as sender:
        assert sender.outcome(asked(f"http://127.0.0.1:{full_port}/"), limits(connect=0.3)) == UNCONNECTED


@pytest.mark.parametrize("kind", OWN)
def test_a_tls_handshake_counts_as_connecting(kind: str) -> None:
    with HostileServer([Hang()]) as server, Sync(kind) as sender:
        url = server.url.replace("http:", "https:")
        assert sender.outcome(asked(url), limits(connect=0.3)) == UNCONNECTED


@pytest.mark.parametrize("kind", OWN)
def test_nothing_is_sent_after_the_deadline(kind: str) -> None:
    with HostileServer([READ, Send(GOOD)]) as server, Sync(kind) as sender:
        found = sender.outcome(asked(server.url), limits(seconds=-1))
    assert (found.sent, found.timed_out, server.requests) == (False, True, [])


# --------------------------------------------------------------------------------------------------------------- TLS


def speaking(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / name)
    return context


def trusting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / name))


@pytest.mark.parametrize("kind", WIRED)
def test_a_trusted_certificate_is_taken_and_its_connection_kept(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting(monkeypatch, "loopback.pem")
    with HostileServer([READ, Send(GOOD)], context=speaking("loopback.pem")) as server, Sync(kind) as sender:
        for _ in range(3):
            assert sender.outcome(asked(server.url), limits()) == answered()
        assert server.connections == 1
        assert sender.outcome(asked(server.url, BIG), limits()) == answered()
    assert server.requests[-1].body == BIG


@pytest.mark.parametrize("kind", WIRED)
@pytest.mark.parametrize(
    ("certificate", "bundle", "host"),
    [
        ("loopback.pem", "expired.pem", "127.0.0.1"),
        ("expired.pem", "expired.pem", "127.0.0.1"),
        ("loopback.pem", "loopback.pem", "localhost"),
    ],
    ids=["unknown", "expired", "another host's"],
)
def test_a_bad_certificate_is_refused_for_good(
    kind: str, certificate: str, bundle: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(monkeypatch, bundle)
    with HostileServer([READ, Send(GOOD)], context=speaking(certificate)) as server, Sync(kind) as sender:
        assert sender.outcome(asked(server.url.replace("127.0.0.1", host)), limits()) == CERTIFICATE
    assert server.requests == []


@pytest.mark.parametrize("kind", OWN)
def test_no_old_tls_is_agreed_on(kind: str) -> None:
    alert = b"\x15\x03\x01\x00\x02\x02\x46"  # fatal: protocol version
    with HostileServer([ReadSome(1), Send(alert), Close()]) as server, Sync(kind) as sender:
        found = sender.outcome(asked(server.url.replace("http:", "https:")), limits())
    assert found == lost("no TLS connection could be agreed on", sent=False, retryable=False)


@pytest.mark.parametrize("kind", OWN)
def test_a_bundle_can_be_passed_in(kind: str) -> None:
    bundle = str(DATA / "loopback.pem")
    with (
        HostileServer([READ, Send(GOOD)], context=speaking("loopback.pem")) as server,
        Sync(kind, ca_bundle=bundle) as sender,
    ):
        assert sender.outcome(asked(server.url), limits()) == answered()


@pytest.mark.parametrize("kind", OWN)
def test_a_bundle_that_is_not_there_is_a_fault_of_the_configuration(kind: str) -> None:
    told = pytest.raises(errors.ConfigurationError, match="the CA bundle cannot be read")
    with Sync(kind, ca_bundle=str(DATA / "absent.pem")) as sender, told:
        sender.send(asked("https://127.0.0.1:1/"), limits())


@pytest.mark.parametrize("kind", OWN)
def test_early_answers_and_cuts_are_told_in_tls_as_well(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting(monkeypatch, "loopback.pem")
    turns: list[list[Step]] = [
        [ReadSome(1000), Send(answer(b"{}", "413 Large")), StayDeaf()],
        [READ, Send(GOOD[:-1]), Close()],
    ]
    with HostileServer(*turns, context=speaking("loopback.pem")) as server, Sync(kind) as sender:
        assert sender.outcome(asked(server.url, BIG), limits()) == answered(413)
        assert sender.outcome(asked(server.url), limits()) == CUT


# ---------------------------------------------------------------------------------------------------- what is sent


@pytest.mark.parametrize("kind", OWN)
def test_nothing_is_added_to_a_request_but_host_and_length(kind: str) -> None:
    with HostileServer([READ, Send(answer(b"{}", "200 OK", "Set-Cookie: a=b"))]) as server, Sync(kind) as sender:
        for _ in range(2):
            sender.send(asked(f"{server.url}a%2Fb?c=d", User_Agent="x/1"), limits())
    expected = {"x-amz-target": "S.Put", "user-agent": "x/1", "host": f"127.0.0.1:{server.port}", "content-length": "8"}
    assert server.requests == [Request("POST /a%2Fb?c=d HTTP/1.1", expected, b'{"A": 1}', 0)] * 2


@pytest.mark.parametrize("kind", WIRED)
def test_headers_of_an_answer_are_joined_under_lower_case_names(kind: str) -> None:
    lines = ("X-Amzn-RequestId: r1", "X-A: 1", "x-a:2", "X-Empty:", "X-Wide: \xe9 ")
    with HostileServer([READ, Send(answer(b"{}", "200 OK", *lines))]) as server, Sync(kind) as sender:
        found = dict(sender.send(asked(server.url), limits()).headers)
    expected = {"x-amzn-requestid": "r1", "x-a": "1, 2", "x-empty": "", "x-wide": "\xe9", "content-length": "2"}
    assert found == expected


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "\u0394"])
def test_a_header_that_would_break_out_of_its_line_is_refused_before_anything_is_sent(kind: str, value: str) -> None:
    with HostileServer([READ, Send(GOOD)]) as server, Sync(kind) as sender:
        with pytest.raises(errors.ConfigurationError, match="a character that cannot be sent"):
            sender.send(asked(server.url, X=value), limits())
        assert server.connections == 0


@pytest.mark.parametrize("url", ["ftp://a/", "http://", "http://u:p@a/", "http://a:x/", "http://a/b c", "/a"])
def test_a_url_that_cannot_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="the URL of the request"):
        framing.target_of(url)


def test_an_address_of_version_6_keeps_its_brackets_where_they_belong() -> None:
    assert framing.target_of("https://[::1]:8443") == ("https", "::1", 8443, "[::1]:8443", "/")


# --------------------------------------------------------------------------------------------------------- proxies


def tunnel(*steps: Step) -> list[Step]:
    return [READ, Send(b"HTTP/1.1 200 Connected\r\n\r\n"), StartTls(speaking("loopback.pem")), *steps]


@pytest.mark.parametrize("kind", WIRED)
def test_a_proxy_forwards_what_needs_no_tls(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer([READ, Send(GOOD)]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://user:s%65cret@127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            for _ in range(2):
                assert sender.outcome(asked("http://api.example/a"), limits()) == answered()
    line, headers = proxy.requests[-1].line, proxy.requests[-1].headers
    assert (line, headers["host"]) == ("POST http://api.example/a HTTP/1.1", "api.example")
    assert headers["proxy-authorization"] == "Basic dXNlcjpzZWNyZXQ="


@pytest.mark.parametrize("kind", WIRED)
def test_a_proxy_carries_tls_in_a_tunnel(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting(monkeypatch, "loopback.pem")
    with HostileServer(tunnel(READ, Send(GOOD)), [READ, Send(GOOD)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"user:secret@127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            for _ in range(2):
                assert sender.outcome(asked("https://api.example/a"), limits()) == answered()
    opened, first, second = proxy.requests
    assert opened.line.startswith("CONNECT api.example:443 HTTP/1.")
    assert opened.headers["proxy-authorization"] == "Basic dXNlcjpzZWNyZXQ="
    assert "x-amz-target" not in opened.headers and "proxy-authorization" not in first.headers
    assert (first.line, second.line, second.connection) == ("POST /a HTTP/1.1", "POST /a HTTP/1.1", 0)


@pytest.mark.parametrize("kind", OWN)
def test_a_proxy_that_wants_tls_itself_gets_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting(monkeypatch, "loopback.pem")
    with HostileServer([READ, Send(GOOD)], context=speaking("loopback.pem")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"https://127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            assert sender.outcome(asked("http://api.example/a"), limits()) == answered()
    assert proxy.requests[0].line == "POST http://api.example/a HTTP/1.1"


PROXY_FAULTS: dict[str, Sequence[Step]] = {
    "407": [READ, Send(answer(b"no", "407 Proxy Authentication Required"))],
    "closed": [READ, Close()],
    "garbage": [READ, Send(b"garbage\r\n"), Close()],
}


@pytest.mark.parametrize("kind", WIRED)
@pytest.mark.parametrize("fault", PROXY_FAULTS)
def test_a_proxy_that_fails_was_not_sent_the_request(kind: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer(PROXY_FAULTS[fault]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            found = sender.outcome(asked("https://api.example/a"), limits())
    hidden = "boto3" in kind and fault != "407"  # botocore does not say that it was the proxy
    assert replace(found, message="") == lost("", sent=hidden)
    assert hidden or found.message == "no connection could be made"


@pytest.mark.parametrize("kind", OWN)
def test_a_proxy_in_drops_runs_out_of_the_time_for_connecting(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer([READ, Drip(b"HTTP/1.1 200 Connected\r\nX: " + b"y" * 1000, 0.05)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            assert sender.outcome(asked("https://api.example/a"), limits(connect=0.4)) == UNCONNECTED


@pytest.mark.parametrize("kind", ["boto3", "async boto3"])
def test_a_proxy_in_drops_runs_out_of_the_time_of_the_call_over_boto3(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HostileServer([READ, Drip(b"HTTP/1.1 200 Connected\r\nX: " + b"y" * 1000, 0.05)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with Sync(kind) as sender:
            assert sender.outcome(asked("https://api.example/a"), limits(0.4)) == TOO_LATE


@pytest.mark.parametrize(
    ("exceptions", "direct"),
    [
        ("*", True),
        ("api.example", True),
        ("example", True),
        (".example", True),
        ("api.example:443", True),
        ("other, EXAMPLE ", True),
        ("api.example:80", False),
        ("pi.example", False),
        ("", False),
    ],
)
def test_hosts_of_no_proxy_are_reached_directly(exceptions: str, direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    found = routes.Proxies().of(framing.target_of("https://api.example/"))
    assert (found is None) == direct
    assert "secret" not in repr(found) and "Basic" not in repr(found)


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("url", ["socks5://user:secret@p:1", "http://user:secret@p:x", "http://"])
def test_a_proxy_that_is_none_is_a_fault_of_the_configuration(
    kind: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(errors.ConfigurationError, match=r"^HTTPS_PROXY ") as caught:
        make(kind)
    assert "secret" not in shown(caught.value)


# ----------------------------------------------------------------------------------------- threads, tasks, processes


def named(request: Request) -> bytes:
    """Answer with the request's own body, so that a crossed answer shows."""
    return answer(request.body)


@pytest.mark.parametrize("kind", ["urllib3", "boto3"])
def test_64_threads_get_their_own_answers(kind: str) -> None:
    cut: list[Step] = [READ, Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), Close()]
    turns: list[list[Step]] = [cut if index % 7 == 3 else [READ, Respond(named)] for index in range(700)]
    with (
        HostileServer(*turns, [READ, Respond(named)]) as server,
        Sync(kind) as sender,
        ThreadPoolExecutor(64) as threads,
    ):
        bodies = [f"{index}".encode() for index in range(1600)]
        found = list(threads.map(lambda body: sender.outcome(asked(server.url, body), limits()), bodies))
    crossed = [got for body, got in zip(bodies, found, strict=True) if got not in (answered(200, body), CUT)]
    assert crossed == []
    assert found.count(CUT) == 100


def test_a_thousand_tasks_take_turns_and_get_their_own_answers() -> None:
    async def ask() -> list[Any]:
        sender = aiohttp_transport.AiohttpTransport()
        asking = (sender.send(asked(server.url, f"{index}".encode()), limits()) for index in range(1000))
        found = await asyncio.gather(*asking, return_exceptions=True)
        await sender.close()
        return found

    turns: list[list[Step]] = [[READ, Close()] if index % 10 == 3 else [READ, Respond(named)] for index in range(1000)]
    with HostileServer(*turns) as server:
        found = asyncio.run(ask())
        assert server.connections <= aiohttp_transport.MOST_AT_ONCE + 100
    bodies = [getattr(got, "body", b"") for got in found]
    assert [(index, body) for index, body in enumerate(bodies) if body not in (b"", f"{index}".encode())] == []
    assert bodies.count(b"") == 100


def test_waiting_for_a_turn_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> Any:
        sender = aiohttp_transport.AiohttpTransport()
        hung = asyncio.create_task(sender.send(asked(server.url), limits()))
        await asyncio.sleep(0.05)
        with pytest.raises(errors.TransportError) as caught:
            await sender.send(asked(server.url), limits(0.1))
        hung.cancel()
        await asyncio.gather(hung, return_exceptions=True)
        await sender.close()
        return caught.value

    monkeypatch.setattr(aiohttp_transport, "MOST_AT_ONCE", 1)
    with HostileServer([READ, Hang()]) as server:
        error = asyncio.run(ask())
    assert (error.sent, error.timed_out) == (False, True)


def test_a_task_cancelled_at_any_point_leaves_no_half_read_connection() -> None:
    """Cancelled ever later: while it connects, sends, and reads an answer in pieces; the next answer is its own."""

    async def ask() -> None:
        sender = aiohttp_transport.AiohttpTransport()
        for index in range(50):
            task = asyncio.create_task(sender.send(asked(server.url, f"c{index}".encode()), limits()))
            for _ in range(index // 5):
                await asyncio.sleep(0)
            await asyncio.sleep(0.0005 * (index % 25))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            found = await sender.send(asked(server.url, f"n{index}".encode()), limits())
            assert found.body == f"n{index}".encode()
        await sender.close()

    with HostileServer([READ, Pause(0.004), Respond(named)]) as server:
        asyncio.run(ask())


def test_one_transport_serves_event_loops_one_after_the_other() -> None:
    async def ask(close: bool) -> Any:
        found = await sender.send(asked(server.url), limits())
        if close:
            await sender.close()
        return found.status

    sender = aiohttp_transport.AiohttpTransport()
    with HostileServer([READ, Send(GOOD)]) as server:
        assert [asyncio.run(ask(close)) for close in (False, True, False)] == [200, 200, 200]
        assert server.connections == 3
    gc.collect()  # an unclosed connection would warn now


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize(
    ("first", "pause", "second", "outcome"),
    [(5, 3600, 0.2, TOO_LATE), (0.2, 0.4, 5, answered())],
    ids=["sooner", "later"],
)
def test_each_request_on_one_connection_has_a_deadline_of_its_own(
    kind: str, first: float, pause: float, second: float, outcome: Outcome
) -> None:
    turn: list[Step] = [READ, Send(GOOD), READ, Pause(pause), Send(GOOD)]
    with HostileServer(turn) as server, Sync(kind) as sender:
        assert sender.outcome(asked(server.url), limits(first)) == answered()
        assert sender.outcome(asked(server.url), limits(second)) == outcome
    assert server.connections == 1


@pytest.mark.parametrize("kind", WIRED)
def test_a_transport_that_was_closed_opens_anew(kind: str) -> None:
    with HostileServer([READ, Send(GOOD)]) as server, Sync(kind) as sender:
        for _ in range(2):
            assert sender.outcome(asked(server.url), limits()) == answered()
            sender.finish(sender.transport.close())
            sender.finish(sender.transport.close())
    assert server.connections == 2


def test_a_transport_that_nobody_closed_closes_its_connections_when_it_is_gone() -> None:
    with HostileServer([READ, Send(GOOD)]) as server:
        sender = runtime.load("urllib3_transport").Urllib3Transport()
        assert sender.send(asked(server.url), limits()).status == 200
        del sender
        gc.collect()  # an unclosed connection would warn now


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_makes_connections_of_its_own() -> None:
    with HostileServer([READ, Respond(named)]) as server, Sync("urllib3") as sender:
        assert sender.send(asked(server.url, b"1"), limits()).body == b"1"
        child = os.fork()
        if child == 0:
            os._exit(0 if sender.send(asked(server.url, b"2"), limits()).body == b"2" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert sender.send(asked(server.url, b"3"), limits()).body == b"3"
    assert [(request.body, request.connection) for request in server.requests] == [(b"1", 0), (b"2", 1), (b"3", 0)]


# ---------------------------------------------------------------------------------------- in process, and what shows


@pytest.mark.parametrize("made", [giving(b"{}"), lambda request: asyncio.sleep(0, giving(b"{}")(request))])
def test_a_function_in_process_may_be_asynchronous(made: Any) -> None:
    with Sync("async in process", handler=made) as sender:
        assert sender.outcome(asked("http://s.example/"), limits()) == answered()


def test_an_asynchronous_function_is_cancelled_at_the_deadline() -> None:
    with Sync("async in process", handler=lambda _: asyncio.sleep(3600)) as sender:
        assert sender.outcome(asked("http://s.example/"), limits(0.05)) == TOO_LATE


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("turn", [[READ, Close()], [READ, Send(head("Content-Length: 9999"))]], ids=["cut", "refused"])
def test_nothing_secret_shows_in_what_is_raised(kind: str, turn: Sequence[Step]) -> None:
    with HostileServer(turn) as server, Sync(kind) as sender:
        request = asked(server.url, b"{}", Authorization="canary-1", X_Amz_Security_Token="canary-2")
        with pytest.raises(errors.Error) as caught:
            sender.send(request, limits())
    assert "canary" not in shown(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("make_one", "package", "client"),
    [
        ("sync_transport", "urllib3", "Client behind a proxy"),
        ("async_transport", "aiohttp", "AsyncClient behind a proxy"),
    ],
)
def test_a_library_that_is_missing_is_named(
    make_one: str, package: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.delitem(sys.modules, f"{runtime.NAME}.{package}_connections", raising=False)
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(errors.ConfigurationError) as caught:
        getattr(transports, make_one)()
    assert str(caught.value) == f"{client} needs {package}: pip install {package}, or pass transport=..."


@pytest.mark.parametrize("package", OWN)
def test_libraries_are_needed_for_proxies_alone(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"{runtime.NAME}.{package}_connections", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with HostileServer([READ, Send(GOOD)]) as server, Sync(package) as sender:
        assert sender.outcome(asked(server.url), limits()) == answered()


def test_the_transport_of_a_client_is_the_one_over_its_library() -> None:
    made = transports.sync_transport()
    assert isinstance(made, urllib3_transport.Urllib3Transport)
    assert isinstance(transports.async_transport(), aiohttp_transport.AiohttpTransport)


@pytest.mark.parametrize("session", [None, object()])
def test_only_sessions_are_taken_for_one(session: object) -> None:
    with pytest.raises(errors.ConfigurationError, match="pass a Session of boto3 or botocore"):
        boto3_transport.Boto3Transport(session)
