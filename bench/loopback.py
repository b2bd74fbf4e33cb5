"""A service on this machine that gives every request the same answer, in a process and on a processor of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

_BODY = (
    b'{"Arn": "arn:aws:partnercentral:us-east-1:111122223333:catalog/Sandbox/engagement/eng-0123456789abcd", '
    b'"Id": "eng-0123456789abcd"}'
)
_XML = b'<DescribeInstancesResponse xmlns="x"><requestId>r</requestId><reservationSet/></DescribeInstancesResponse>'
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nDate: Sat, 21 Nov 2026 05:00:00 GMT\r\n"
    b"x-amzn-RequestId: 0b1c2d3e-1111-4222-8333-444455556666\r\nContent-Length: %d\r\n\r\n%b"
)
ANSWER = _HEAD % (b"application/x-amz-json-1.0", len(_BODY), _BODY)
EC2_ANSWER = _HEAD % (b"text/xml;charset=UTF-8", len(_XML), _XML)


@contextlib.contextmanager
def serving(answer: bytes = ANSWER) -> Iterator[str]:
    """Run the service; give its URL."""
    command = [sys.executable, "-I", __file__, answer.hex()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


class _Connection(asyncio.Protocol):
    """Takes as much of a request as is needed to see its end: `Content-Length` is all that is read of its head."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._held = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, end, body = self._held.partition(b"\r\n\r\n")
        if not end:
            return
        _, _, length = head.lower().partition(b"content-length:")
        if len(body) >= int(length.partition(b"\r\n")[0] or 0):
            self._held = b""  # no client here sends a request before it has the answer to the last one
            assert self._transport is not None
            self._transport.write(self._answer)


def pin(last: bool) -> None:
    """Stay on the first or last processor, where the system has more than one and lets a process choose."""
    if hasattr(os, "sched_setaffinity") and len(processors := sorted(os.sched_getaffinity(0))) > 1:
        os.sched_setaffinity(0, {processors[-1 if last else 0]})


async def _serve(answer: bytes) -> None:
    server = await asyncio.get_running_loop().create_server(partial(_Connection, answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    pin(last=True)
    asyncio.run(_serve(bytes.fromhex(sys.argv[1])))
