"""Transports that stay in the process: a function stands in for the service, in tests and examples."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import cast

from .errors import ConfigurationError, ResponseError, TransportError
from .transport import HttpRequest, HttpResponse, Limits


class InProcessTransport:
    """Hands each request to a function, which may raise TransportError and ResponseError to play a fault."""

    def __init__(self, handler: Callable[[HttpRequest], HttpResponse]) -> None:
        self.handler = handler

    def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Give what the function gives.

        Raises TransportError when that comes after the deadline, ResponseError for a body above `limits.max_bytes`.
        """
        return _taken(self.handler(request), limits)

    def close(self) -> None:
        """Nothing is open."""


class AsyncInProcessTransport:
    """The same for an `AsyncClient`; the function may be asynchronous, and is cancelled at the deadline then."""

    def __init__(self, handler: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]) -> None:
        self.handler = handler

    async def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Give what the function gives.

        Raises TransportError when that comes after the deadline, ResponseError for a body above `limits.max_bytes`.
        """
        found = self.handler(request)
        return _taken(await _in_time(found, limits) if isawaitable(found) else found, limits)

    async def close(self) -> None:
        """Nothing is open."""


async def _in_time(found: Awaitable[HttpResponse], limits: Limits) -> HttpResponse:
    limit = asyncio.timeout(max(limits.deadline - time.monotonic(), 0))
    try:
        async with limit:
            return await found
    except TimeoutError:
        if not limit.expired():
            raise  # the function's own
    raise _too_late()


def _taken(response: HttpResponse, limits: Limits) -> HttpResponse:
    if not isinstance(cast(object, response), HttpResponse):
        raise ConfigurationError("the function that stands in for the service gave no transports.HttpResponse")
    if time.monotonic() > limits.deadline:
        raise _too_late()
    if len(response.body) > limits.max_bytes:
        raise ResponseError(f"the answer is larger than {limits.max_bytes} bytes", http_status=response.status)
    return response


def _too_late() -> TransportError:
    return TransportError("no answer in time", timed_out=True)
