"""Carries requests over aiohttp, whose connector makes the connections: names, addresses, TLS, proxies, tunnels.

What goes over them is written and read by `framing`, as in the synchronous transport, so that both take every answer
alike; it also takes less time than aiohttp's requests and answers do.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from asyncio import AbstractEventLoop, Future
from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import ClientError, ClientRequest, ClientTimeout, TCPConnector  # type: ignore[import-not-found, unused-ignore]
from yarl import URL  # type: ignore[import-not-found, unused-ignore]

from .errors import Error, TransportError
from .framing import NO_HTTP, PIECE, Answer, Target, target_of
from .routes import BROKEN, NO_CONNECTION_IN_TIME, TOO_LATE, Proxies, Proxy, is_readable, trust, unreached, written
from .transport import HttpRequest, HttpResponse, Limits

MOST_AT_ONCE = 100
"""Requests that are under way at one time, as many as aiohttp itself allows: a thousand tasks take turns. A thousand
connections would be more files than many systems let a process open."""


class AiohttpTransport:
    """Keeps connections open between requests; for any number of tasks, in one event loop or several.

    ca_bundle: file or folder of the certificates to trust; without it AWS_CA_BUNDLE, then what the system trusts.
    Proxies are those of the environment at this moment. Raises ConfigurationError for a proxy that cannot be read.
    """

    def __init__(self, *, ca_bundle: str | None = None) -> None:
        self._ca_bundle = ca_bundle
        self._proxies = Proxies()
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
        pool = self._pools[loop] = _Pool(self._lives(loop))
        await anext(pool.life)
        return pool

    async def _lives(self, loop: AbstractEventLoop) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await self._pools.pop(loop).close()

    async def _connect(self, pool: _Pool, target: Target, proxy: Proxy | None, limits: Limits) -> _Line:
        """Make a connection. aiohttp is asked with a request that is never sent: it names host, proxy and trust."""
        seconds = min(limits.connect, limits.deadline - time.monotonic())
        through: dict[str, Any] = {"proxy": URL(proxy.url), "proxy_headers": proxy.headers} if proxy else {}
        url = URL.build(scheme=target.scheme, host=target.host, port=target.port)
        request = ClientRequest(
            "GET", url, loop=asyncio.get_running_loop(), ssl=self._context(target, proxy), **through
        )
        try:
            async with asyncio.timeout(seconds):
                connection = await pool.connector.connect(request, [], ClientTimeout())
        except (ClientError, OSError, ValueError) as error:
            failure = unreached(error)
        else:
            return _Line(connection)
        raise failure

    def _context(self, target: Target, proxy: Proxy | None) -> ssl.SSLContext | bool:
        if "https" not in (target.scheme, proxy and proxy.scheme):
            return True
        if self._trusted is None:
            self._trusted = trust(self._ca_bundle)
        return self._trusted


class _Pool:
    """The connections of one event loop; idle ones by host, the last one used first."""

    def __init__(self, life: AsyncGenerator[None, None]) -> None:
        self.life = life
        self.turns = asyncio.Semaphore(MOST_AT_ONCE)
        self.connector = TCPConnector(limit=0)
        self._idle: dict[Target, list[_Line]] = {}
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

    def take(self, target: Target) -> _Line | None:
        """Give a connection that is still open, or None."""
        idle = self._idle.get(target)
        while idle:
            line = idle.pop()
            if line.is_idle():
                return line
            line.abort()
        return None

    def give(self, target: Target, line: _Line, kept: bool) -> None:
        if not kept or self._closed:
            line.abort()
        else:
            self._idle.setdefault(target, []).append(line)

    async def close(self) -> None:
        self._closed = True
        for idle in self._idle.values():
            for line in idle:
                line.abort()
        await self.connector.close()


class _Line(asyncio.Protocol):
    """One connection, taken over from aiohttp as soon as it stands; carries one request at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._transport: asyncio.Transport | None = connection.transport
        self._answer: Answer | None = None
        self._done: Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._spoken = connection.protocol.should_close
        self._tls = False
        if self._transport is not None:
            self._aiohttp = self._transport.get_protocol()
            self._tls = self._transport.get_extra_info("sslcontext") is not None
            self._descriptor = self._transport.get_extra_info("socket").fileno()
            self._transport.set_protocol(self)

    def is_idle(self) -> bool:
        """Say whether the connection is open and silent: there is neither an end nor bytes that nobody asked for."""
        transport = self._transport
        return transport is not None and not transport.is_closing() and not is_readable(self._descriptor)

    async def exchange(self, data: bytes, answer: Answer, deadline: float) -> None:
        """Send a request and read its answer. Raises TransportError and ResponseError."""
        transport = self._transport
        if transport is None or transport.is_closing():
            raise TransportError(BROKEN)
        if self._spoken:
            raise TransportError(NO_HTTP)
        self._answer = answer
        self._done = asyncio.get_running_loop().create_future()
        self._watch(deadline)
        try:
            transport.write(data)
            await self._done
            if len(data) > PIECE and (transport.get_write_buffer_size() or self._tls):
                answer.kept = False  # it may have answered before it took everything; TLS does not show what is left
        finally:
            self._answer = self._done = None

    def _watch(self, deadline: float) -> None:
        """Have the exchange fail at its deadline. The timer of one that is over serves the next, which ends later: to
        set one for each takes as long as to read an answer."""
        self._deadline = deadline
        if self._timer is None or deadline < self._due:
            self._stop_timer()
            self._due = deadline
            self._timer = asyncio.get_running_loop().call_later(deadline - time.monotonic(), self._expire)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def abort(self) -> None:
        """Close at once: closing in peace would first send what is left of a request."""
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()
        self._connection.close()

    # -------------------------------------------------------------------------------------------- what asyncio calls

    def data_received(self, data: bytes) -> None:
        answer, done = self._answer, self._done
        if answer is None or done is None or done.done():
            self.abort()  # nobody asked for it
            return
        try:
            if answer.feed(data):
                done.set_result(None)
        except Error as error:
            self._fail(error)

    def eof_received(self) -> None:
        if self._answer is None:
            return
        try:
            self._answer.end()
        except Error as error:
            self._fail(error)
        else:
            self._succeed()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._stop_timer()
        self._fail(TransportError(BROKEN))
        self._aiohttp.connection_lost(exc)  # which aiohttp waits for when it closes
        self._connection.close()

    def _expire(self) -> None:
        self._timer = None
        if self._done is None:
            return
        if time.monotonic() < self._deadline:
            self._watch(self._deadline)
        else:
            self._fail(TransportError(TOO_LATE, timed_out=True))

    def _succeed(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _fail(self, error: Error) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)
