"""What a request takes, and leaves behind: nothing that only the garbage collector can take away.

Cycles pile up between its runs, which come seldom in a process of this size; a sandbox under load grows by them.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import tracemalloc
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sandbox_stub import Answer, asked, connect, fresh, served, signed_by_botocore, written
from sandbox_worlds import World, make, sandbox_of

from codegen.sandbox.app import Sandbox
from codegen.sandbox.calling import Fault
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.store.bookkeeping import write_setting
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opening import open_database
from codegen.sandbox.store.writer import Writer

REFUSED = ("InvalidSignatureException", "ResourceNotFoundException", "SerializationException", "ValidationException")
"""Refusals by each step."""


@contextmanager
def kept_garbage() -> Iterator[list[object]]:
    """Keep what is garbage in the end of the block, of all that was made in it."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found += gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def requests(number: int) -> tuple[HttpRequest, ...]:
    world = World(number)
    return tuple(make(world).request for _ in range(300))


async def whole(sandbox: Sandbox, request: HttpRequest) -> Answer:
    """Ask without ASGI, as a connection does."""
    if not sandbox.takes(request):
        return await asked(sandbox, request)
    response = await sandbox.answer(request)
    return Answer(response.status, dict(response.headers), response.body)


@pytest.mark.parametrize("ask", [asked, whole])
@pytest.mark.parametrize("at_once", [1, 16])
def test_no_answer_leaves_anything_to_the_garbage_collector(
    ask: Callable[[Sandbox, HttpRequest], Coroutine[Any, Any, Answer]], at_once: int
) -> None:
    sandbox, engine = sandbox_of()
    codes: Counter[str] = Counter()

    async def send(these: tuple[HttpRequest, ...]) -> list[Answer]:
        return await asyncio.gather(*(ask(sandbox, request) for request in these))

    async def everything() -> list[str]:
        for request in requests(7):
            await send((request,))
        waiting = requests(8)
        with kept_garbage() as found:
            for at in range(0, len(waiting), at_once):
                codes.update(
                    answer.code or "200" for answer in await send(waiting[at : at + at_once]) if answer.content
                )
            await asyncio.sleep(0)
        return [type(each).__name__ for each in found]

    left = asyncio.run(everything())
    engine.close()
    assert Counter(left) == Counter()
    assert {"200", *REFUSED} <= codes.keys()


def test_a_call_that_is_undone_leaves_nothing_to_the_garbage_collector() -> None:
    writer = Writer(open_database("sqlite://"))

    def work(transaction: Transaction) -> None:
        with transaction.attempt():
            write_setting(transaction, "half", True)
            raise Fault("ConflictException", "no")

    async def refused() -> None:
        with pytest.raises(Fault):
            await writer.perform(work)

    async def everything() -> list[str]:
        await refused()
        with kept_garbage() as found:
            for _ in range(10):
                await asyncio.gather(*(refused() for _ in range(4)))
            await asyncio.sleep(0)
        return [type(each).__name__ for each in found]

    left = asyncio.run(everything())
    writer.close()
    assert Counter(left) == Counter()


def test_reading_a_request_takes_no_more_than_a_request_has() -> None:
    """asyncio alone takes 256 KiB for whatever comes, and leaves holes in the heap."""
    with served() as url, connect(url) as sock:
        request = signed_by_botocore(url, fresh())
        tracemalloc.start()
        try:
            peaks = [_peak_of(sock, request) for _ in range(3)]
        finally:
            tracemalloc.stop()
    assert min(peaks) < 100_000


def _peak_of(sock: socket.socket, request: HttpRequest) -> int:
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    sock.sendall(written(request))
    answer = b""
    while not answer.endswith(b"}"):
        answer += sock.recv(4096)
    assert answer[:12] == b"HTTP/1.1 200"
    return tracemalloc.get_traced_memory()[1] - before
