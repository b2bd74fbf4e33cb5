"""Connections of an event loop straight to a host: addresses in turn, TLS, and one exchange at a time over each."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from asyncio import Future
from typing import Any

from .connections import certified, seconds_until
from .errors import Error, TransportError
from .framing import NO_HTTP, PIECE, Answer, Target
from .routes import BROKEN, TOO_LATE, is_readable


async def connected(target: Target, context: ssl.SSLContext | None, limit: float) -> Line:
    """Connect to a host by `limit`, on the clock of `time.monotonic`. Raises OSError, ValueError for a bad name."""
    sock, name = await _socket(target, limit), certified(target.host) if context else None
    try:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Line, sock=sock, ssl=context, server_hostname=name))[1]
    except BaseException:
        sock.close()
        raise


async def _socket(target: Target, limit: float) -> socket.socket:
    """Try the addresses of a host in turn, each for an equal share of what is left. Raises OSError for the last one."""
    loop = asyncio.get_running_loop()
    addresses = await _addresses(target)
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            async with asyncio.timeout(seconds_until(limit) / (len(addresses) - index)):
                await loop.sock_connect(sock, address)
            return sock
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError) or index == len(addresses) - 1:
                raise
    raise OSError("the host has no address")


async def _addresses(target: Target) -> list[Any]:
    """Look a host up; what is an address already needs no thread to wait for a resolver."""
    try:
        return socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        loop = asyncio.get_running_loop()
        return await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)


class Line(asyncio.Protocol):
    """One connection; carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None
        self._done: Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._spoken = False
        self._tls = False
        self._descriptor = -1

    def is_idle(self) -> bool:
        """Say whether the connection is open and silent: there is neither an end nor bytes that nobody asked for."""
        transport = self._transport
        return transport is not None and not transport.is_closing() and not is_readable(self._descriptor)

    async def exchange(self, data: bytes, answer: Answer, deadline: float) -> None:
        """Send a request and read its answer. Raises TransportError and ResponseError."""
        if self._spoken:
            raise TransportError(NO_HTTP)
        transport = self._transport
        if transport is None or transport.is_closing():
            raise TransportError(BROKEN)
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

    # -------------------------------------------------------------------------------------------- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._tls = transport.get_extra_info("sslcontext") is not None
        self._descriptor = transport.get_extra_info("socket").fileno()

    def data_received(self, data: bytes) -> None:
        answer, done = self._answer, self._done
        if answer is None or done is None or done.done():
            self._spoken = True  # nobody asked for it
            self.abort()
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
