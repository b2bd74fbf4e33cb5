"""Load for a server on this machine: requests signed beforehand, over so many connections, each one at a time.

In: a URL, requests as bytes. Out: seconds, once every request has its answer, or those that each took at a given rate.
All servers get the same load: what a connection costs whose server closes it after each answer is the server's doing.
Any answer but a 200 ends the run.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]

REGION = "us-east-1"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def signed(url: str, service: str, headers: Mapping[str, str], body: object, keys: tuple[str, str]) -> bytes:
    """Write a request as AWS's clients send it."""
    content = json.dumps(body).encode()
    request = AWSRequest("POST", f"{url}/", dict(headers), content)
    SigV4Auth(Credentials(*keys), service, REGION).add_auth(request)
    named = {"Host": urlsplit(url).netloc, **dict(request.headers.items()), "Content-Length": str(len(content))}
    return "".join(
        ["POST / HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in named.items()), "\r\n"]
    ).encode() + (content)


def seconds(url: str, requests: Sequence[bytes], connections: int) -> float:
    """Send all of them, and tell how long it took."""
    return asyncio.run(_spread(url, requests, connections))


def latencies(url: str, requests: Sequence[bytes], connections: int, rate: float) -> list[float]:
    """Send so many a second, whatever the answers take, and tell how long each waited, from when it was due."""
    return asyncio.run(_pace(url, requests, connections, rate))


async def _pace(url: str, requests: Sequence[bytes], connections: int, rate: float) -> list[float]:
    begin = time.perf_counter()
    due = iter([(begin + number / rate, request) for number, request in enumerate(requests)])
    found = await asyncio.gather(*(_send_when_due(url, due) for _ in range(connections)))
    return sorted(each for times in found for each in times)


async def _send_when_due(url: str, waiting: Iterator[tuple[float, bytes]]) -> list[float]:
    times: list[float] = []
    reader, writer = await _open(url)
    for due, request in waiting:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        writer.write(request)
        await _answered(reader)
        times.append(time.perf_counter() - due)
    writer.close()
    return times


async def _spread(url: str, requests: Sequence[bytes], connections: int) -> float:
    waiting = iter(requests)
    begin = time.perf_counter()
    await asyncio.gather(*(_send(url, waiting) for _ in range(connections)))
    return time.perf_counter() - begin


async def _send(url: str, waiting: Iterator[bytes]) -> None:
    stream: Stream | None = None
    for request in waiting:
        stream = stream or await _open(url)
        stream[1].write(request)
        if not await _answered(stream[0]):
            stream[1].close()
            stream = None
    if stream:
        stream[1].close()


async def _open(url: str) -> Stream:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    return await asyncio.open_connection(parts.hostname, parts.port)


async def _answered(reader: asyncio.StreamReader) -> bool:
    """Read an answer; say whether the connection can be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    body = await reader.readexactly(int(length.partition(b"\r\n")[0] or 0))
    version, status = head.split(None, 2)[:2]
    if status != b"200":
        raise SystemExit(f"{head.decode()}{body.decode()}")
    return version == b"http/1.1" and b"\r\nconnection: close\r\n" not in head
