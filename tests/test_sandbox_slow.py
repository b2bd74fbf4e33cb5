"""Callers that are slow, idle or gone by half (S34, S35): a sandbox lets go of each of them and answers the others.

Deadlines are set short here, so nothing is asserted on how long anything takes; the time of ordinary calls meanwhile is
printed. Every end of a connection that the server had is closed when the last caller has left.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sandbox_stub import (
    CONTENT_TYPE,
    connect,
    exchange,
    fresh,
    post,
    served,
    signed_by_botocore,
    until_closed,
    written,
)
from sizes import FULL

from codegen.sandbox.limits import LIMITS, Limits

SLOW = LIMITS if FULL else Limits(header_seconds=2, body_seconds=3, idle_seconds=1, linger_seconds=0.2)
"""The whole deadlines on demand."""
PAUSE = 1 if FULL else 0.25
CALLERS = 1000
HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 1000
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000
FILES = Path("/proc/self/fd")


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """See that the server closes what its callers have left."""
    before = len(os.listdir(FILES))
    yield
    for _ in range(500):
        if len(os.listdir(FILES)) <= before:
            return
        time.sleep(0.02)
    raise AssertionError("connections are left open")


def raw(url: str, *more: str) -> bytes:
    """Write a right request, signed now."""
    return written(signed_by_botocore(url, fresh()), *more)


async def trickle(url: str, content: bytes, begun: int) -> bytes:
    """Send a byte now and then until the server has had enough; gives what it says."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(content[:begun])
    told = asyncio.ensure_future(_until_closed(reader))
    for at in range(begun, len(content)):
        done, _ = await asyncio.wait([told], timeout=PAUSE)
        if done:
            break
        writer.write(content[at : at + 1])
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    assert told.done(), "the server waits for ever"
    return await told


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    with suppress(ConnectionError):
        while part := await reader.read(65536):
            parts.append(part)
    return b"".join(parts)


async def beside(url: str, slow: Sequence[Coroutine[Any, Any, bytes]]) -> tuple[list[bytes], list[float]]:
    """Call the sandbox in the ordinary way as long as the others go on; gives what they are told, and the times."""
    waiting = asyncio.gather(*slow)
    times: list[float] = []
    while not waiting.done():
        begun = time.perf_counter()
        answer = await asyncio.to_thread(post, url, signed_by_botocore(url, fresh()))
        times.append(time.perf_counter() - begun)
        assert answer.status == 200
        await asyncio.sleep(0.02)
    return await waiting, times


def test_s34_a_thousand_callers_of_a_byte_a_second_are_let_go_and_the_others_answered() -> None:
    with served(limits=replace(SLOW, idle_seconds=60)) as url:  # a busy machine may leave the first bytes lying
        try:
            found, times = asyncio.run(
                beside(url, [trickle(url, *((HEAD, 30), (BODY, 70))[number % 2]) for number in range(CALLERS)])
            )
        except OSError as fault:
            pytest.skip(f"not enough sockets: {fault.strerror}")
        assert post(url, signed_by_botocore(url, fresh())).status == 200
    times.sort()
    print(f"{len(times)} calls beside {CALLERS} slow ones: p99 {times[int(len(times) * 0.99)] * 1e3:.1f} ms")
    assert len(found) == CALLERS and len(times) > 5
    assert {told[:12] for told in found} == {b"HTTP/1.1 408"}


def test_s34_callers_who_keep_a_connection_and_say_nothing_more_are_let_go() -> None:
    """After an answer, and before any request."""
    with served(limits=SLOW) as url, nothing_left_open():
        with ExitStack() as opened:
            sockets = [opened.enter_context(connect(url, 10 + SLOW.idle_seconds)) for _ in range(200)]
            for one in sockets[:100]:
                one.sendall(raw(url))
            told = [until_closed(one) for one in sockets]
        assert [each[:12] for each in told] == [b"HTTP/1.1 200"] * 100 + [b""] * 100
        assert exchange(url, raw(url, "connection: close"))[:12] == b"HTTP/1.1 200"


def test_s34_a_connection_that_is_half_closed_gets_its_answer_and_no_more() -> None:
    with served(limits=SLOW) as url, nothing_left_open():
        whole, half, nothing = (connect(url) for _ in range(3))
        whole.sendall(raw(url))
        half.sendall(raw(url)[:-5])
        for one in (whole, half, nothing):
            one.shutdown(socket.SHUT_WR)
        told = [until_closed(one)[:12] for one in (whole, half, nothing)]
        assert told[1:] == [b"", b""] and told[0] in (b"HTTP/1.1 200", b"")
        for one in (whole, half, nothing):
            one.close()
        assert post(url, signed_by_botocore(url, fresh())).status == 200


@pytest.mark.parametrize("sent", [0, 20, -5, None], ids=["nothing", "half a head", "half a body", "a whole request"])
def test_s34_callers_who_vanish_leave_nothing_behind(sent: int | None) -> None:
    with served(limits=SLOW) as url, nothing_left_open():
        for _ in range(50):
            with connect(url) as sock:
                sock.sendall(raw(url)[:sent])
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no goodbye
        assert post(url, signed_by_botocore(url, fresh())).status == 200


# ------------------------------------------------------------------------------------------------------------------ S35

_REFUSED = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {CONTENT_TYPE}\r\n".encode()
EARLY = {
    "another origin": (b"Origin: http://evil.example\r\n", 403),
    "another host": (b"X-Amz-Target: a\r\n", 403),
    "a method": (b"X-Amz-Target: a\r\n", 404),
    "no signature": (b"X-Amz-Target: AWSPartnerCentralSelling.ListEngagements\r\n", 403),
    "no operation": (b"X-Amz-Target: nothing\r\n", 404),
}


@pytest.mark.parametrize("chunked", [False, True], ids=["by length", "in chunks"])
@pytest.mark.parametrize("size", [2, 60_000, 300_000])
@pytest.mark.parametrize("name", EARLY)
def test_s35_the_request_after_a_refusal_is_read_where_it_begins_or_not_at_all(
    name: str, size: int, chunked: bool
) -> None:
    """What is sent as a body is never taken for a request, whatever the refusal."""
    header, status = EARLY[name]
    head = _REFUSED.replace(b"POST", b"PUT") if name == "a method" else _REFUSED
    head = head.replace(b"Host: 127.0.0.1", b"Host: evil.example") if name == "another host" else head
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    body = (b'{"a":"' + smuggled * (size // len(smuggled) + 1))[: size - 2] + b'"}' if size > 2 else b"{}"
    sized = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (size, body)
    content = head + header + (sized if chunked else b"Content-Length: %d\r\n\r\n%s" % (size, body))
    with served() as url:
        told = exchange(url, content + raw(url, "connection: close"))
    statuses = [int(each[:3]) for each in told.split(b"HTTP/1.1 ")[1:]]
    wanted = status if size == 2 or name in ("another origin", "another host") else statuses[0]
    assert statuses[0] == wanted and statuses[1:] in ([200], []), told
