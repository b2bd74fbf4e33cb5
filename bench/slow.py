"""Callers who send a byte a second, for ever: `python -m bench.slow URL COUNT`, until its input ends.

Half of them never end a header, half never a body. Whoever is let go comes again at once. It says `ready` once all
have come, and works in a process of its own, so that who measures beside it is not held up.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from urllib.parse import urlsplit

HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 1000
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000
BEGUN = 60
"""Bytes that come at once: a whole head of those who send a body."""


async def main(url: str, count: int) -> None:
    came = asyncio.Semaphore(0)
    callers = [asyncio.create_task(_call(url, (HEAD, BODY)[number % 2], came)) for number in range(count)]
    for _ in range(count):
        await came.acquire()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for each in callers:
        each.cancel()


async def _call(url: str, content: bytes, came: asyncio.Semaphore) -> None:
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
            writer.write(content[:BEGUN])
            came.release()
            await _trickle(reader, writer, content[BEGUN:])
            writer.close()


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> None:
    """Go on until the server says something, or closes."""
    told = asyncio.create_task(reader.read(4096))
    for byte in content:
        done, _ = await asyncio.wait([told], timeout=1)
        if done:
            return
        writer.write(bytes([byte]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
