"""The body of a request, taken from the server piece by piece: no more of it than the limits allow.

In: ASGI's `receive`. Out: bytes, or a `Fault`; `Gone` where the caller hung up or was too slow. What all requests hold
together is limited too, or a few hundred slow callers could fill the memory with a megabyte each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from codegen.sandbox.calling import Fault
from codegen.sandbox.limits import Limits
from codegen.sandbox.requests import HttpRequest

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Gone(Exception):
    """Nobody waits for an answer any more."""


@dataclass(slots=True)
class Held:
    """Bytes of bodies that are being read, over all requests."""

    size: int = 0


@dataclass(slots=True)
class Body:
    """One body; `finished` tells that nothing of it is left on the connection."""

    receive: Receive
    limits: Limits
    held: Held
    finished: bool = False
    taken: int = 0

    async def read(self, request: HttpRequest) -> bytes:
        """Read the whole; a length that is too large is refused before anything is read."""
        if _stated_length(request) > self.limits.body:
            raise _too_large(self.limits)
        parts: list[bytes] = []
        try:
            while not self.finished:
                parts.append(await self._next())
                self.held.size += len(parts[-1])
                if self.taken > self.limits.body:
                    raise _too_large(self.limits)
                check_room(self.held.size, self.limits)
            return b"".join(parts)
        finally:
            self.held.size -= sum(map(len, parts))

    async def drain(self, request: HttpRequest) -> None:
        """Read what is left of a refused body, where it is little enough, and comes, for the connection to be kept."""
        if self.finished or request.all("expect"):  # whoever asks before sending is told by the answer
            return
        if max(_stated_length(request) - self.taken, 0) > self.limits.drained:
            return
        most = self.taken + self.limits.drained
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.linger_seconds):
                while not self.finished and self.taken <= most:
                    await self._next()

    async def _next(self) -> bytes:
        message = await self.receive()
        if message["type"] != "http.request":
            raise Gone
        self.finished = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        self.taken += len(part)
        return part


def _stated_length(request: HttpRequest) -> int:
    """Chunked bodies state none; what a server has not refused is a number."""
    stated = request.one("content-length") or ""
    return int(stated) if stated.isdecimal() and len(stated) < 20 else 0


def check_room(held: int, limits: Limits) -> None:
    """Refuse a request whose body and those of others together are more than there is room for."""
    if held > limits.held:
        raise Fault("ServiceUnavailable", "Too many large requests at once; try again later.")


def _too_large(limits: Limits) -> Fault:
    return Fault("RequestEntityTooLarge", f"A body may have {limits.body} bytes.")
