"""A served sandbox on the wire: what is no HTTP, sizes, deadlines, connections, boto3, workers, signals."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore import UNSIGNED  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from commands import speccast
from sandbox_stub import (
    CONTENT_TYPE,
    INPUT,
    KEY,
    OTHER_KEY,
    OUTPUT,
    SERVICE,
    StubEngine,
    connect,
    exchange,
    fresh,
    plain,
    post,
    served,
    signed_by_botocore,
    until_closed,
    with_header,
)
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from codegen.cli.main import run
from codegen.cli.sandbox import _spec
from codegen.collecting import swept
from codegen.diagnostics import Diagnostics
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.exchange import Exchange
from codegen.sandbox.limits import MIB, Limits
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.serving import bind, is_only_here, url_of

SHORT = Limits(header_seconds=0.5, body_seconds=0.5, idle_seconds=1, linger_seconds=0.2)
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def short() -> Iterator[str]:
    """Give a server that does not wait long."""
    with served(limits=SHORT) as found:
        yield found


def wire(url: str, request: HttpRequest | None = None, *more: str, length: bool = True) -> bytes:
    """Write a signed request as bytes."""
    request = signed_by_botocore(url, request or fresh())
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    lines += [*more, *([f"content-length: {len(request.body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode() + request.body


def answers(content: bytes) -> list[tuple[int, str]]:
    """Split what a connection answered: status and error code of each."""
    found: list[tuple[int, str]] = []
    while content:
        head, _, rest = content.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 "), content
        length = re.search(rb"content-length: (\d+)", head)
        assert length and b"x-amzn-requestid: " in head, head
        body, content = rest[: int(length[1])], rest[int(length[1]) :]
        code = str(json.loads(body).get("__type", "")).rpartition("#")[2] if body else ""
        found.append((int(head[9:12]), code))
    return found


OK = (200, "")
MALFORMED = (400, "MalformedHttpRequest")
HEAD = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"

# ----------------------------------------------------------------------------------------------------------- S25 to S29

NO_HTTP: Mapping[str, str] = {
    "S25 a length and chunks": HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "S25 chunks and a length": HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "S25 chunks in HTTP/1.0": "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "S25 another coding": HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "S25 a coding nearly like it": HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "S25 two codings": HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "S26 two lengths": HEAD + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    "S26 the same length twice": HEAD + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "S26 a list of lengths": HEAD + "Content-Length: 2, 2\r\n\r\n{}",
    "S27 a folded header": HEAD + "X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "S27 a folded first header": "POST / HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n",
    "S28 bare line feeds": "POST / HTTP/1.1\nHost: 127.0.0.1\n\n",
    "S28 one bare line feed": "POST / HTTP/1.1\r\nHost: 127.0.0.1\nContent-Length: 0\r\n\r\n",
    "S28 a bare line feed at the end": HEAD + "Content-Length: 0\r\n\n",
    "S28 a bare carriage return": HEAD + "X-A: b\rContent-Length: 0\r\n\r\n",
    "S28 bare line feeds between chunks": HEAD + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "S29 a length with a sign": HEAD + "Content-Length: +2\r\n\r\n{}",
    "S29 a length in hexadecimal": HEAD + "Content-Length: 0x2\r\n\r\n{}",
    "S29 a negative length": HEAD + "Content-Length: -2\r\n\r\n{}",
    "S29 no length": HEAD + "Content-Length: \r\n\r\n{}",
    "S29 a length beyond counting": HEAD + f"Content-Length: {'9' * 30}\r\n\r\n{{}}",
    "S29 a chunk with a sign": HEAD + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n",
    "S29 a chunk of 0x": HEAD + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "S29 a space before the colon": HEAD + "Content-Length : 2\r\n\r\n{}",
    "S29 a tab before the colon": HEAD + "X-A\t: b\r\n\r\n",
    "a header without a colon": HEAD + "X-A\r\n\r\n",
    "a header without a name": HEAD + ": b\r\n\r\n",
    "a null": HEAD + "X-A: b\0c\r\n\r\n",
    "an absolute target": "POST http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an upgrade": HEAD + "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}",
    "a websocket": "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "a tunnel": "CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/2 by name": "POST / HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n",
    "HTTP/0.9": "GET /\r\n\r\n",
    "a version that is none": "POST / HTTP/1.2\r\nHost: 127.0.0.1\r\n\r\n",
    "a method that is none": "EXPLODE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no HTTP at all": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_two_readers_could_read_differently_is_refused_and_the_connection_closed(short: str, name: str) -> None:
    smuggled = "GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    content = exchange(short, (NO_HTTP[name] + smuggled).encode("latin-1"))
    assert answers(content) == [MALFORMED]
    assert b"connection: close" in content


def test_s29_a_megabyte_of_chunk_extensions_is_refused(short: str) -> None:
    content = exchange_slowly(short, HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n2;", b"a" * MIB)
    assert answers(content) == [MALFORMED]


def test_s29_a_megabyte_of_extensions_over_many_chunks_is_refused(short: str) -> None:
    chunks = (b"1;" + b"a" * 1000 + b"\r\nx\r\n") * 1000
    content = exchange_slowly(short, HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n", chunks)
    assert answers(content) == [MALFORMED]


def exchange_slowly(url: str, head: bytes, rest: bytes) -> bytes:
    """Send in pieces, as far as the server listens."""
    with connect(url) as sock:
        sock.sendall(head)
        try:
            for start in range(0, len(rest), 8192):
                sock.sendall(rest[start : start + 8192])
        except OSError:
            pass
        return until_closed(sock).removesuffix(b"<reset>")


@pytest.mark.parametrize("extension", ["", ";a=b", ";a"])
def test_chunks_are_read(url: str, extension: str) -> None:
    body = fresh().body
    request = plain(body)
    head = wire(url, request, "transfer-encoding: chunked", "connection: close", length=False)[: -len(body)]
    half = len(body) // 2
    chunks = b"".join(
        f"{len(part):x}{extension}\r\n".encode() + part + b"\r\n" for part in (body[:half], body[half:], b"")
    )
    assert answers(exchange(url, head + chunks)) == [OK]


def test_chunks_of_one_byte_and_trailers_are_read_and_trailers_dropped(url: str) -> None:
    body = json.dumps({**INPUT, "Unknown": "x" * 20_000}).encode()
    head = wire(url, plain(body), "transfer-encoding: chunked", "connection: close", length=False)[: -len(body)]
    chunks = b"".join(b"1\r\n" + bytes([one]) + b"\r\n" for one in body) + b"0\r\nHost: evil.example\r\n\r\n"
    assert answers(exchange(url, head + chunks)) == [OK]


# ----------------------------------------------------------------------------------------------------------- S30 to S33

TOO_MANY = (431, "MalformedHttpRequest")


def test_s30_a_header_section_may_have_16_kib(short: str) -> None:
    assert answers(exchange(short, f"{HEAD}X-A: {'a' * 17_000}\r\n\r\n".encode())) == [TOO_MANY]
    many = "".join(f"X-{number}: {'a' * 1000}\r\n" for number in range(17))
    assert answers(exchange(short, f"{HEAD}{many}\r\n".encode())) == [TOO_MANY]
    assert answers(exchange(short, f"POST /{'a' * 17_000} HTTP/1.1\r\n\r\n".encode())) == [TOO_MANY]


def test_s30_a_header_that_never_ends_is_refused(short: str) -> None:
    assert answers(exchange_slowly(short, f"{HEAD}X-A: ".encode(), b"a" * MIB)) == [TOO_MANY]
    assert answers(exchange_slowly(short, f"{HEAD}".encode(), b"a" * MIB)) == [TOO_MANY]


def test_s30_15_kib_of_headers_are_read(url: str) -> None:
    assert answers(exchange(url, wire(url, None, f"a: {'a' * 15_000}", "connection: close"))) == [OK]


def test_s31_more_than_100_headers_are_refused(short: str) -> None:
    for count, wanted in ((99, (404, "UnknownOperationException")), (100, TOO_MANY)):
        many = "".join(f"X-{number}: a\r\n" for number in range(count - 1))
        assert answers(exchange(short, f"{HEAD}Connection: close\r\n{many}\r\n".encode()))[0] == wanted


TOO_LARGE = (413, "RequestEntityTooLarge")


def test_s32_a_body_that_is_too_long_by_its_length_is_refused_unread(short: str) -> None:
    content = exchange(short, f"{HEAD}Content-Length: {MIB + 1}\r\n\r\n".encode())
    assert answers(content) == [TOO_LARGE]
    assert b"connection: close" in content


def test_s32_whoever_asks_before_sending_is_not_told_to_go_on(short: str) -> None:
    head = f"{HEAD}Expect: 100-continue\r\nContent-Length: {MIB + 1}\r\n\r\n"
    assert answers(exchange(short, head.encode())) == [TOO_LARGE]


def test_s35_a_refusal_does_not_wait_for_a_body_that_does_not_come(url: str) -> None:
    content = exchange(url, f"{HEAD}Origin: null\r\nContent-Length: 100\r\n\r\n".encode())
    assert answers(content) == [(403, "AccessDenied")]
    assert b"connection: close" in content


def test_s35_whoever_asks_before_sending_is_refused_at_once(short: str) -> None:
    head = f"{HEAD}Origin: null\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n"
    content = exchange(short, head.encode())
    assert answers(content) == [(403, "AccessDenied")]
    assert b"connection: close" in content


def test_whoever_asks_before_sending_is_told_to_go_on(url: str) -> None:
    body = fresh().body
    with connect(url) as sock:
        sock.sendall(wire(url, plain(body), "expect: 100-continue", "connection: close")[: -len(body)])
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert answers(until_closed(sock)) == [OK]


def test_s32_a_body_that_is_too_long_by_its_chunks_is_refused(short: str) -> None:
    head = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert answers(exchange_slowly(short, head, chunk * 40)) == [TOO_LARGE]


def test_s32_a_body_of_a_megabyte_is_read_and_one_byte_more_is_not(url: str) -> None:
    body = fresh().body
    for size, status in ((MIB, 200), (MIB + 1, 413)):
        request = signed_by_botocore(url, plain(body + b" " * (size - len(body))))
        assert post(url, request).status == status


def test_s32_many_large_bodies_at_once_do_not_fill_the_memory() -> None:
    few = Limits(held=3 * MIB, linger_seconds=0.2)
    with served(limits=few) as url:
        waiting = [connect(url) for _ in range(4)]
        for sock in waiting:
            sock.sendall(f"{HEAD}Content-Length: {MIB}\r\n\r\n".encode() + b" " * (MIB - 1))
        try:
            await_status(url, 503)
        finally:
            for sock in waiting:
                sock.close()
        await_status(url, 200)


def await_status(url: str, status: int) -> None:
    """Ask until the answer is that; what was sent before may still be on its way."""
    for _ in range(200):
        if post(url, signed_by_botocore(url, fresh())).status == status:
            return
        time.sleep(0.05)
    raise AssertionError(f"never a {status}")


# ---------------------------------------------------------------------------------------------------------- S34 and S35


def test_s34_a_head_that_does_not_come_is_not_waited_for(short: str) -> None:
    assert exchange(short, b"") == b""
    assert answers(exchange(short, HEAD.encode())) == [(408, "RequestTimeout")]


def test_s34_a_byte_now_and_then_does_not_help(short: str) -> None:
    began = time.monotonic()
    content = trickled(short, b"", HEAD.encode() * 10)
    assert answers(content) == [(408, "RequestTimeout")]
    assert time.monotonic() - began < 5
    assert trickled(short, b"", b"\r\n" * 100) == b""


def trickled(url: str, head: bytes, rest: bytes) -> bytes:
    with connect(url) as sock:
        sock.sendall(head)
        sock.settimeout(0.05)
        parts = b""
        for start in range(len(rest)):
            try:
                sock.sendall(rest[start : start + 1])
                part = sock.recv(65536)
                parts += part
                if not part:
                    return parts
            except TimeoutError:
                continue
            except OSError:
                return parts
        raise AssertionError("the server waits for ever")


def test_s34_a_body_that_does_not_come_is_not_waited_for(short: str) -> None:
    head = HEAD.encode() + b"Content-Length: 100\r\n\r\n"
    assert answers(exchange(short, head + b"{")) == [(408, "RequestTimeout")]
    assert answers(trickled(short, head, b" " * 99)) == [(408, "RequestTimeout")]


def test_s34_a_connection_without_a_request_is_closed_after_a_while(short: str) -> None:
    assert answers(exchange(short, wire(short))) == [OK]


def test_s34_a_thousand_slow_callers_disturb_nobody(url: str) -> None:
    try:
        sockets = [connect(url) for _ in range(1000)]
    except OSError:  # a machine that allows fewer files
        pytest.skip("not enough sockets")
    try:
        for sock in sockets:
            sock.sendall(b"P")
        for _ in range(5):
            for sock in sockets[::100]:
                sock.sendall(b"O")
            assert post(url, signed_by_botocore(url, fresh())).status == 200
    finally:
        for sock in sockets:
            sock.close()


def test_s35_after_an_early_refusal_the_next_request_is_read_where_it_begins(url: str) -> None:
    refused = wire(url, with_header(fresh(), "origin", "http://evil.example"))
    unsigned = f"{HEAD}Content-Type: {CONTENT_TYPE}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    content = exchange(url, refused + unsigned + refused + wire(url, None, "connection: close"))
    assert answers(content) == [
        (403, "AccessDenied"),
        (404, "UnknownOperationException"),
        (403, "AccessDenied"),
        OK,
    ]


def test_s35_a_refused_body_is_drained_or_the_connection_closed(short: str) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = f"{HEAD}Origin: http://evil.example\r\nContent-Length: "
    small = exchange(short, f"{head}{60_000}\r\n\r\n".encode() + b" " * 60_000 + smuggled)
    assert answers(small) == [(403, "AccessDenied"), (404, "UnknownOperationException")]
    large = exchange_slowly(short, f"{head}{500_000}\r\n\r\n".encode(), smuggled * 12_000)
    assert answers(large) == [(403, "AccessDenied")]


def test_pipelined_requests_are_answered_in_order_and_a_bad_one_ends_them(url: str) -> None:
    content = exchange(
        url, wire(url) + wire(url, with_header(fresh(), "origin", "null")) + wire(url) + b"nonsense\r\n\r\n"
    )
    assert answers(content) == [OK, (403, "AccessDenied"), OK]


def test_requests_behind_one_that_waits_are_answered_in_order_whole_or_in_parts() -> None:
    """A whole request is answered at once, one behind it waits, and a broken one never takes an answer's place."""
    waiting = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    last = (b"0\r\n\r\n", b"+1\r\n", b"GET")
    with served() as url:
        content = wire(url) * 2 + waiting
        found = [answers(exchange(url, content + rest + wire(url, None, "connection: close"))) for rest in last]
    assert found[0] == [OK, OK, (404, "UnknownOperationException"), OK]
    assert [each[:2] in ([OK, OK], [OK], []) and len(each) <= 3 for each in found[1:]] == [True, True]


@pytest.mark.parametrize("method", ["HEAD", "GET", "OPTIONS", "DELETE"])
def test_a_method_that_is_not_served_is_refused_and_the_connection_kept(url: str, method: str) -> None:
    head = f"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    content = exchange(url, head + wire(url, None, "connection: close"))
    first, _, rest = content.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: ([0-9]+)", first)
    assert first.startswith(b"HTTP/1.1 404 Not Found\r\n") and length and int(length[1]) > 50
    assert answers(rest if method == "HEAD" else rest[int(length[1]) :]) == [OK]


def test_http_1_0_is_answered_and_the_connection_closed(url: str) -> None:
    content = exchange(url, wire(url).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1))
    assert answers(content) == [OK]
    assert b"\r\nconnection: close\r\n" in content


def test_http_1_0_knows_no_asking_before_sending(url: str) -> None:
    asking = wire(url, None, "expect: 100-continue").replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1)
    assert answers(exchange(url, asking)) == [OK]


class SlowEngine(StubEngine):
    async def perform(self, call: Call) -> Mapping[str, Any]:
        await asyncio.sleep(0.01)
        return await super().perform(call)


@pytest.mark.parametrize("rest", [b"", b"POST / HT"])
def test_who_sends_no_more_is_answered_all_the_same(rest: bytes) -> None:
    with served(SlowEngine()) as url:
        for count in (1, 50):
            with connect(url) as sock:
                sock.sendall(b"".join(wire(url) for _ in range(count)) + rest)
                sock.shutdown(socket.SHUT_WR)
                assert answers(until_closed(sock)) == [OK] * count


def test_a_connection_that_was_used_late_is_kept_as_long_as_another() -> None:
    with served(limits=Limits(idle_seconds=1)) as url, connect(url) as sock:
        for _ in range(3):
            time.sleep(0.6)
            sock.sendall(wire(url))
            assert sock.recv(4096).startswith(b"HTTP/1.1 200")
        assert until_closed(sock) == b""


def test_a_connection_serves_many_requests(url: str) -> None:
    assert answers(exchange(url, wire(url) * 20 + wire(url, None, "connection: close"))) == [OK] * 21


def test_an_exchange_goes_with_its_answer_and_waits_for_no_search_for_garbage(url: str) -> None:
    with swept() as sweep:
        sweep()
        exchange(url, wire(url) * 20 + wire(url, None, "connection: close"))
        left = [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle | Exchange)]
    assert len(left) < 5


def test_answers_tell_no_server_but_the_time(url: str) -> None:
    head = exchange(url, wire(url, None, "connection: close")).partition(b"\r\n\r\n")[0].decode()
    names = [line.partition(":")[0] for line in head.split("\r\n")[1:]]
    assert names == ["date", "content-type", "content-length", "x-amzn-requestid", "connection"]


def test_memory_stays_small_under_hostile_callers() -> None:
    """Large bodies, deep JSON and endless headers, all at once, against a process of its own."""
    with process("--port", "0") as (running, url):
        bodies = [b"[" * (MIB - 10), b"[" + b"{}," * 340_000 + b"{}]", b'{"a":"' + b"\\u0041" * 170_000 + b'"}']
        threads = [
            threading.Thread(target=post, args=(url, signed_by_botocore(url, plain(bodies[number % 3]))))
            for number in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        status = Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak and int(peak[1]) < 256 * 1024


# ---------------------------------------------------------------------------------------------------------------- boto3


def client(url: str, key: Any = KEY, **more: Any) -> Any:
    config = Config(retries={"total_max_attempts": 1}, **more)
    return boto3.client(
        SERVICE,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key.key,
        aws_secret_access_key=key.secret,
        config=config,
    )


def test_boto3_cannot_tell_it_from_the_service() -> None:
    engine = StubEngine()
    with served(engine) as url:
        answer = client(url).create_engagement(Catalog="Sandbox", Title="T", Description="D")
        client(url, OTHER_KEY).create_engagement(Catalog="Sandbox", Title="Ünïcode \N{GRINNING FACE}", Description="D")
    assert (answer["Id"], answer["Arn"]) == (OUTPUT["Id"], OUTPUT["Arn"])
    assert answer["ResponseMetadata"]["RequestId"] == engine.calls[0].request_id
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [call.account for call in engine.calls] == ["111122223333", "444455556666"]
    assert engine.calls[1].input["Title"] == "Ünïcode \N{GRINNING FACE}"
    assert engine.closed


def refused(url: str, call: Callable[[Any], Any], **more: Any) -> ClientError:
    with pytest.raises(ClientError) as found:
        call(client(url, **more))
    return found.value


def create(boto: Any, **members: Any) -> Any:
    return boto.create_engagement(**{"Catalog": "Sandbox", "Title": "T", "Description": "D", **members})


def test_boto3_raises_its_own_exceptions_with_code_members_status_and_request_id() -> None:
    def fail(call: Call) -> Mapping[str, Any]:
        raise Fault("ConflictException", "It is in use.")

    engine = StubEngine(fail)
    with served(engine) as url:
        boto = client(url)
        with pytest.raises(boto.exceptions.ConflictException) as conflict:
            create(boto)
        with pytest.raises(boto.exceptions.ValidationException) as invalid:
            create(boto, Title="x" * 41)
    response = conflict.value.response
    assert response["Error"] == {"Code": "ConflictException", "Message": "It is in use."}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["ResponseMetadata"]["RequestId"] == engine.calls[0].request_id
    assert invalid.value.response["Reason"] == "REQUEST_VALIDATION_FAILED"
    assert invalid.value.response["ErrorList"] == [
        {
            "FieldName": "Title",
            "Message": "Member must have length between 1 and 40, inclusive",
            "Code": "VALUE_OUT_OF_RANGE",
        }
    ]


def test_boto3_is_told_by_aws_s_codes_why_it_may_not_call(url: str) -> None:
    class Nobody:
        key, secret = "AKIDNOBODYKNOWSTHIS0", "x"

    class Forger:
        key, secret = KEY.key, "x"

    for who, code in ((Nobody, "UnrecognizedClientException"), (Forger, "InvalidSignatureException")):
        error = refused(url, create, key=who)
        assert error.response["Error"]["Code"] == code
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    unsigned = refused(url, create, signature_version=UNSIGNED)
    assert unsigned.response["Error"]["Code"] == "MissingAuthenticationTokenException"


def test_boto3_is_told_that_a_body_is_too_large(short: str) -> None:
    error = refused(short, lambda boto: create(boto, Description="x" * (MIB + 1)))
    assert error.response["Error"]["Code"] == "RequestEntityTooLarge"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 413


# ------------------------------------------------------------------------------------------------ sockets and processes


def test_s24_an_address_is_loopback_or_it_is_not() -> None:
    for host, expected in (("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False)):
        sockets = bind(host, 0)
        assert is_only_here(sockets) is expected
        assert len({one.getsockname()[1] for one in sockets}) == 1
        assert {one.proto for one in sockets} == {socket.IPPROTO_TCP}  # without it every answer waits 40 ms
        for one in sockets:
            one.close()


def test_a_port_that_is_taken_and_a_host_that_is_none_are_told() -> None:
    (taken,) = bind("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with pytest.raises(Diagnostics) as found:
        bind("127.0.0.1", port)
    taken.close()
    assert str(found.value) == (
        f"speccast: error: port {port} is taken; choose another with --port, or 0 for any that is free [port]"
    )
    with pytest.raises(Diagnostics) as found:
        bind("no such host", 0)
    assert str(found.value) == 'speccast: error: no such host: "no such host" [host]'


def test_a_url_has_brackets_around_ipv6() -> None:
    try:
        sockets = bind("::1", 0)
    except Diagnostics:
        pytest.skip("no IPv6 here")
    assert url_of(sockets) == f"http://[::1]:{sockets[0].getsockname()[1]}"
    for one in sockets:
        one.close()


class process:
    """The command in a process of its own, with an engine that is a stub."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def __enter__(self) -> tuple[subprocess.Popen[str], str]:
        self.running = command(*self.options)
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        ready = re.fullmatch(r"speccast sandbox ready at (http://127\.0\.0\.1:\d+)\n", line)
        assert ready, (line, self.running.communicate(timeout=10))
        return self.running, ready[1]

    def __exit__(self, *exception: object) -> None:
        if self.running.poll() is None:
            self.running.kill()
        self.running.communicate(timeout=10)


def command(*options: str) -> subprocess.Popen[str]:
    path = f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'generated'}"
    script = Path(__file__).with_name("sandbox_process.py")
    return subprocess.Popen(
        [sys.executable, str(script), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": path, "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_a_signal_comes(number: int) -> None:
    with process("--port", "0") as (running, url):
        assert post(url, signed_by_botocore(url, fresh())).status == 200
        running.send_signal(number)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out, err) == (0, "", "")


def test_workers_share_a_port_and_end_together() -> None:
    with process("--port", "0", "--workers", "2") as (running, url):
        assert {post(url, signed_by_botocore(url, fresh())).status for _ in range(20)} == {200}
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (0, "", "")
    with pytest.raises(OSError):
        connect(url).close()


def test_workers_end_when_their_parent_is_killed() -> None:
    with process("--port", "0", "--workers", "2") as (running, url):
        assert post(url, signed_by_botocore(url, fresh())).status == 200
        running.kill()
        running.wait(10)
        for _ in range(200):
            if not answered(url):
                return
            time.sleep(0.05)
    raise AssertionError("a worker goes on")


def answered(url: str) -> bool:
    try:
        connect(url).close()
    except OSError:
        return False
    return True


def test_a_worker_that_dies_is_started_again() -> None:
    with process("--port", "0", "--workers", "2") as (running, url):
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text(encoding="utf-8").split()
        names = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
        workers = [int(child) for child, name in names.items() if b"spawn_main" in name]
        assert len(workers) == 2
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert post(url, signed_by_botocore(url, fresh())).status == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def test_a_spec_with_errors_is_refused_as_generate_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert speccast("init", "--service", "notes").code == 0
    shapes = Path("specs/notes/2025-01-01/shapes.json")
    text = shapes.read_text(encoding="utf-8")
    shapes.write_text(text.replace('"max": 80', '"max": 0'), encoding="utf-8")
    refused = speccast("sandbox", "notes", "--port", "0")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == speccast("generate", "notes").err
    assert refused.err.startswith("specs/notes/2025-01-01/shapes.json:")


BUILT_IN = "the built-in keys are for this machine alone; another --host needs --credentials FILE [host]"
NO_DATABASE = "no such database [database]"


def test_what_cannot_be_served_is_one_line_and_a_2(tmp_path: Path) -> None:
    """Each in a process of its own: a sandbox that began to serve would not come back."""
    (taken,) = bind("127.0.0.1", 0)
    port = str(taken.getsockname()[1])
    faults = {
        ("--port", port): f"port {port} is taken; choose another with --port, or 0 for any that is free [port]",
        ("--port", "0", "--host", "0.0.0.0"): BUILT_IN,
        ("--port", "0", "--database", "oracle://x"): NO_DATABASE,
        ("--port", "0", "--database", "oracle://x", "--workers", "2"): NO_DATABASE,
    }
    running = {options: command(*options) for options in faults}
    for options, each in running.items():
        out, err = each.communicate(timeout=30)
        assert (each.returncode, out, err) == (2, "", f"speccast: error: {faults[options]}\n")
    taken.close()


def told(*options: str) -> str:
    """Run the command here; it has to give up before it serves."""
    out, err = io.StringIO(), io.StringIO()
    assert run(["sandbox", "--port", "0", *options], stdout=out, stderr=err) == 2
    assert out.getvalue() == ""
    return err.getvalue().splitlines()[-1]


def test_orders_that_nobody_could_carry_out_are_told_before_anything_is_opened(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text("{}", encoding="utf-8")
    lists = 'must be an object with "accounts", a list of at least one key [credentials]'
    assert told("--credentials", str(keys)) == f"{keys}: error: {lists}"
    assert (
        told("--credentials", str(tmp_path / "none")) == f"{tmp_path / 'none'}: error: no such file or folder [missing]"
    )
    assert told("--clock", "fixed:soon") == (
        "speccast: error: invalid value for '--clock': write the time as 2025-01-01T00:00:00Z [usage]"
    )
    assert told("--statuses", "own").startswith("speccast: error: invalid value for '--statuses': 'own' is not one of")
    known = '"partnercentral-selling", "partnercentral-selling@2024-11-15", "partnercentral-selling@2024-12-05"'
    assert told("no-such-service") == f"  speccast: note: known are {known}"
    assert told("--release", "2024-12-04") == '  speccast: note: did you mean "partnercentral-selling@2024-12-05"?'
    assert told("botocore:sts") == (
        "speccast: error: the sandbox speaks awsJson1_0 and awsJson1_1, not awsQuery [sandbox]"
    )


@pytest.mark.parametrize(
    ("spec", "release", "named"),
    [
        (None, None, "partnercentral-selling@2024-12-05"),
        (None, "2024-11-15", "partnercentral-selling@2024-11-15"),
        ("notes", None, "notes"),
        ("notes@2020-01-01", "2021-01-01", "notes@2021-01-01"),
    ],
)
def test_a_spec_is_what_was_named_or_what_is_pinned(spec: str | None, release: str | None, named: str) -> None:
    assert _spec(spec, release) == named


def test_without_a_project_the_release_of_the_documents_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _spec(None, None) == "partnercentral-selling@2024-12-05"
    (tmp_path / "notes").mkdir()
    assert _spec("notes", "2020-01-01") == "notes/2020-01-01"


def test_no_socket_is_left_open_by_a_refusal(short: str) -> None:
    with socket.create_connection(tuple(short.removeprefix("http://").split(":")), timeout=5) as sock:  # type: ignore[arg-type]
        sock.sendall(b"x")
        assert until_closed(sock)
