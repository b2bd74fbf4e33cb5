"""One request that has come whole, and its answer: nothing of it has to be waited for but the sandbox.

In: what the parser has read. Out: one write of the whole response; every write is a call of the system. It stands in
the place of uvicorn's exchange, which takes a request and gives an answer message by message, and has the names by
which a connection asks how far that is.
"""

from __future__ import annotations

from asyncio import Transport
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, runtime_checkable

from uvicorn.protocols.http.flow_control import FlowControl

from codegen.sandbox.requests import HttpRequest, HttpResponse, RawHeaders

_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}


@runtime_checkable
class Answering(Protocol):
    """An application that need not be spoken to by ASGI."""

    def takes(self, request: HttpRequest) -> bool:
        """Tell whether `answer` is to be asked, and not ASGI."""
        ...

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer, whatever happens."""
        ...


def response_bytes(response: HttpResponse, more: RawHeaders, *, body: bool, close: bool) -> bytes:
    """Write a response; `more` are headers of the server."""
    theirs = b"".join([b"%b: %b\r\n" % field for field in more])
    ours = "".join([f"{name}: {value}\r\n" for name, value in response.headers]).encode()
    end = b"connection: close\r\n\r\n" if close else b"\r\n"
    return b"".join((_STATUS_LINES[response.status], theirs, ours, end, response.body if body else b""))


class _Unheard:
    """The event that the body goes on, for which nobody waits."""

    def set(self) -> None:
        pass


_UNHEARD = _Unheard()


@dataclass(slots=True)
class Exchange:
    """`keep_alive` is taken away by a server that ends, `disconnected` is set when nobody waits any more."""

    keep_alive: bool
    disconnected: bool = False
    response_started: bool = False
    response_complete: bool = False
    message_event: _Unheard = _UNHEARD

    async def run(
        self,
        app: Answering,
        request: HttpRequest,
        more: RawHeaders,
        way: tuple[Transport, FlowControl],
        done: Callable[[], None],
    ) -> None:
        """Answer a request; a bug closes the connection, and is told by the loop."""
        transport, flow = way
        try:
            response = await app.answer(request)
            if flow.write_paused and not self.disconnected:
                await flow.drain()
            if not self.disconnected:
                self.response_started = True
                transport.write(
                    response_bytes(response, more, body=request.method != "HEAD", close=not self.keep_alive)
                )
        finally:
            self.response_complete = True
            if not (self.response_started and self.keep_alive):
                transport.close()
            done()


class Leaving(Protocol):
    """A connection that can be left before all of a request has come."""

    transport: Transport

    @property
    def reading(self) -> str: ...

    def part(self) -> None: ...


class Parting:
    """The transport of a request whose body has not come whole: closing it is parting."""

    def __init__(self, connection: Leaving) -> None:
        self._connection = connection

    def write(self, data: bytes) -> None:
        self._connection.transport.write(data)

    def is_closing(self) -> bool:
        return self._connection.transport.is_closing()

    def close(self) -> None:
        """A body that came whole meanwhile leaves nothing to hear."""
        if self._connection.reading == "body":
            self._connection.part()
        else:
            self._connection.transport.close()
