"""Carries requests of tasks: straight to a host over asyncio's own connections, through a proxy over aiohttp.

What goes over them is written and read by `framing`, as in the synchronous transport, so that both take every answer
alike; it also takes less time than aiohttp's requests and answers do. aiohttp is imported where there is a proxy: that
takes longer than all else before a first answer.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from asyncio import AbstractEventLoop
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any

from .async_connections import Line, connected
from .errors import TransportError
from .framing import Answer, Target, target_of
from .routes import NO_CONNECTION_IN_TIME, TOO_LATE, Proxies, Proxy, trust, unreached, written
from .transport import HttpRequest, HttpResponse, Limits

MOST_AT_ONCE = 100
"""Requests that are under way at one time, as many as aiohttp itself allows: a thousand tasks take turns. A thousand
connections would be more files than many systems let a process open."""


class AiohttpTransport:
    """Keeps connections open between requests; for any number of tasks, in one event loop or several.

    ca_bundle: file or folder of the certificates to trust; without it AWS_CA_BUNDLE, then what the system trusts.
    Proxies are those of the environment at this moment. Raises ConfigurationError for a proxy that cannot be read,
    ImportError where there is one and aiohttp is not installed.
    """

    def __init__(self, *, ca_bundle: str | None = None) -> None:
        self._ca_bundle = ca_bundle
        self._proxies = Proxies()
        self._through: Any = import_module(".aiohttp_connections", __package__) if self._proxies else None
        self._errors: tuple[type[Exception], ...] = self._through.ERRORS if self._through else (OSError, ValueError)
        self._trusted: ssl.SSLContext | None = None
        self._pools: dict[AbstractEventLoop, _Pool] = {}

    async def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        if limits.deadline <= time.monotonic():
            raise TransportError(TOO_LATE, sent=False, timed_out=True)
        target = target_of(request.url)
        proxy = self._proxies.of(target)
        data = written(request, target, proxy)
        pool = self._pools.get(asyncio.get_running_loop()) or await self._open_pool()
        answer = Answer(request.method, limits.max_bytes)
        await pool.wait_for_turn(limits)
        try:
            line = pool.take(target) or await self._connect(pool, target, proxy, limits)
            try:
                await line.exchange(data, answer, limits.deadline)
            except BaseException:
                line.abort()
                raise
            pool.give(target, line, answer.kept)
        finally:
            pool.turns.release()
        return answer.response

    async def close(self) -> None:
        """Close every connection that was made in this event loop. Sending opens new ones."""
        pool = self._pools.get(asyncio.get_running_loop())
        if pool is not None:
            await pool.life.aclose()

    async def _open_pool(self) -> _Pool:
        """Open a pool in the running loop.

        An asynchronous generator closes it, since a loop closes those that are left before it ends: connections of a
        client that nobody closed go with their loop, without a warning.
        """
        loop = asyncio.get_running_loop()
        for ended in [known for known in list(self._pools) if known.is_closed()]:
            self._pools.pop(ended, None)
        pool = self._pools[loop] = _Pool(self._lives(loop), self._through.connector() if self._through else None)
        await anext(pool.life)
        return pool

    async def _lives(self, loop: AbstractEventLoop) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await self._pools.pop(loop).close()

    async def _connect(self, pool: _Pool, target: Target, proxy: Proxy | None, limits: Limits) -> Line:
        """Make a connection: directly, or through a proxy, by a tunnel where the target wants TLS."""
        seconds = min(limits.connect, limits.deadline - time.monotonic())
        context = self._context() if "https" in (target.scheme, proxy and proxy.scheme) else None
        try:
            async with asyncio.timeout(seconds):
                if proxy is None:
                    return await connected(target, context, time.monotonic() + seconds)
                line: Line = await self._through.proxied(pool.connector, target, proxy, context)
                return line
        except self._errors as error:
            failure = unreached(error)
        raise failure

    def _context(self) -> ssl.SSLContext:
        if self._trusted is None:
            self._trusted = trust(self._ca_bundle)
        return self._trusted


class _Pool:
    """The connections of one event loop; idle ones by host, the last one used first."""

    def __init__(self, life: AsyncGenerator[None, None], connector: Any) -> None:
        self.life = life
        self.turns = asyncio.Semaphore(MOST_AT_ONCE)
        self.connector = connector
        self._idle: dict[Target, list[Line]] = {}
        self._closed = False

    async def wait_for_turn(self, limits: Limits) -> None:
        if not self.turns.locked():
            await self.turns.acquire()
            return
        try:
            async with asyncio.timeout(limits.deadline - time.monotonic()):
                await self.turns.acquire()
            return
        except TimeoutError:
            failure = TransportError(NO_CONNECTION_IN_TIME, sent=False, timed_out=True)
        raise failure

    def take(self, target: Target) -> Line | None:
        """Give a connection that is still open, or None."""
        idle = self._idle.get(target)
        while idle:
            line = idle.pop()
            if line.is_idle():
                return line
            line.abort()
        return None

    def give(self, target: Target, line: Line, kept: bool) -> None:
        if not kept or self._closed:
            line.abort()
        else:
            self._idle.setdefault(target, []).append(line)

    async def close(self) -> None:
        self._closed = True
        for idle in self._idle.values():
            for line in idle:
                line.abort()
        if self.connector is not None:
            await self.connector.close()
