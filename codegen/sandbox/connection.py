"""One connection: HTTP/1.1 as uvicorn and llhttp read it, within limits of size and time.

In: bytes. Out: requests for the application, or a refusal and the end of the connection. llhttp refuses what two
readers could understand differently (two lengths, a length and chunks, folded lines, bare line feeds, signs and spaces
where none belong); here are the limits that it leaves to its user, the encodings that it only skips, and upgrades.

A request that has come whole in one reading, as nearly all do, goes to the sandbox as it is (`exchange`). Any other is
uvicorn's, which reads its body piece by piece: a large one, one that is asked for, one behind another, a mounted page.

A connection that ends while its caller still sends is closed for writing first: closed at once, the system would throw
the answer away with what was not read.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from codegen.sandbox.exchange import Answering, Exchange, Parting
from codegen.sandbox.limits import LIMITS, Limits
from codegen.sandbox.refusals import MALFORMED, TOO_LARGE, TOO_SLOW, Refusal, Refused, refusal_bytes
from codegen.sandbox.requests import HttpRequest, http_request

State = Literal["head", "body", "answering"]
_BUFFER = 16 * 1024
"""Bytes that are read at once; arbitrary, more than most requests have."""
_TINY = 8
"""Bytes around each byte of content that are no attack: chunks of one byte have five."""


class Connection(HttpToolsProtocol, asyncio.BufferedProtocol):
    """What uvicorn does, and limits; `connection_class` gives it those of a test.

    Bytes come into a buffer that is kept: asyncio would else take 256 KiB for each reading and give all but a few back,
    between which other things settle, and the heap has ever more holes.
    """

    limits: Limits = LIMITS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.reading: Literal["nothing", "head", "body"] = "nothing"
        self._section = 0
        self._count = 0
        self._around = 0
        self._content = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited: State = "answering"
        self._messages = 0
        self._parted = False
        self._drained = 0
        self.cycle: Any = None
        self._refusal = MALFORMED
        self._buffer = bytearray(_BUFFER)
        app: Any = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        self._answering = app if isinstance(app, Answering) else None
        self._unasked = False
        self._url: Any = None
        self._keeps = False
        self._parts: list[bytes] = []
        self._running: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._idle_since = 0.0

    # ------------------------------------------------------------------------------------------------------ the server

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await("head")

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._idle):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(memoryview(self._buffer)[:nbytes]))

    def data_received(self, data: bytes) -> None:
        if self._parted:
            self._drained += len(data)
            if self._drained > self.limits.drained:
                self.transport.abort()
            return
        before = self.reading, self._messages
        parser: Any = self.parser  # None once the connection is lost, which is not here
        try:
            parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(self._refusal)
        if self._parted or self.transport.is_closing():
            return
        self._hand_over()
        if before == (self.reading, self._messages) and self.reading != "nothing":
            self._count_unparsed(len(data))
        if self.reading == "body":
            self.cycle.transport = Parting(self)
        self._await(self._state())

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection until what has come whole is answered: who sends no more may still read."""
        if self.reading == "body" or not self._is_answering():
            return False
        self.cycle.keep_alive = False
        self._parted = True
        self._await("answering")
        self.flow.pause_reading()
        return True

    def on_response_complete(self) -> None:
        """Go on with what was sent behind the request, or wait for the next one."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.limits.idle_seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        """Close, unless there was a request meanwhile: one timer for all of them is set anew when it is over."""
        left = self._idle_since + self.limits.idle_seconds - self.loop.time()
        waiting = self.reading == "nothing" and not self._is_answering()
        if waiting and left <= 0:
            self.transport.close()
        else:
            self._idle = self.loop.call_later(max(left, 0) or self.limits.idle_seconds, self._end_if_idle)

    # ------------------------------------------------------------------------------------------------------ the parser

    def on_message_begin(self) -> None:
        self.reading = "head"
        self._messages += 1
        self._section = self._count = self._around = 0
        self.url, self.headers, self._parts = b"", [], []
        self.expect_100_continue = False

    def on_url(self, url: bytes) -> None:
        self._count_section(len(url))
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Trailers count, and are dropped: nobody has signed them."""
        self._count += 1
        self._count_section(len(name) + len(value) + 4)  # ": " and the end of the line
        if self.reading == "head":
            name = name.lower()
            self.headers.append((name, value))
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        parser: Any = self.parser
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        version = parser.get_http_version()
        chunked = codings == [b"chunked"] and version == "1.1"
        ours = version in ("1.0", "1.1") and self.url.startswith(b"/") and not parser.should_upgrade()
        if not ours or (codings and not chunked):
            self._stop(MALFORMED)
        self.expect_100_continue &= version == "1.1"  # RFC 9110, 10.1.1
        self._url = httptools.parse_url(self.url)
        self._keeps = version != "1.0" and parser.should_keep_alive()
        self.reading, self._around, self._content, self._unasked = "body", 0, 0, True

    def on_body(self, body: bytes) -> None:
        self._content += len(body)
        if self._unasked:
            self._parts.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self.reading = "nothing"
        if self._unasked and not self._answer():
            self._hand_over()
        if not isinstance(self.cycle, Exchange):
            super().on_message_complete()

    # ------------------------------------------------------------------------------------------------- the application

    def _answer(self) -> bool:
        """Have the application answer a whole request; False where that is uvicorn's to do."""
        app = self._answering
        if app is None or self.expect_100_continue or self._content > self.limits.body or self._is_answering():
            return False
        request = self._request()
        if not app.takes(request):
            return False
        self._unasked = False
        self.cycle = exchange = Exchange(self._keeps)
        way = self.transport, self.flow
        running = exchange.run(app, request, self.server_state.default_headers, way, self.on_response_complete)
        self._running = self.loop.create_task(running)
        return True

    def _request(self) -> HttpRequest:
        parser: Any = self.parser
        url = self._url.path, self._url.query or b""
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return http_request(parser.get_method(), url, self.headers, body, self.client[0] if self.client else "")

    def _hand_over(self) -> None:
        """Let uvicorn go on with what was read of a request, unless it is answered, or uvicorn's already."""
        if not self._unasked:
            return
        self._unasked = False
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()
        self.cycle.keep_alive = self._keeps
        for part in self._parts:
            super().on_body(part)
        self._parts = []

    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _stop(self, refusal: Refusal) -> None:
        """Make the parser give up; uvicorn then asks for the answer."""
        self._refusal = refusal
        raise Refused(refusal)

    # ------------------------------------------------------------------------------------------------------ the limits

    def _count_section(self, size: int) -> None:
        self._section += size
        if self._section > self.limits.header_section or self._count > self.limits.headers:
            self._stop(TOO_LARGE)

    def _count_unparsed(self, size: int) -> None:
        """Count what came in the middle of something: a header that never ends, chunks that hold next to nothing."""
        self._around += size
        if self.reading == "head" and self._around > self.limits.header_section:
            self._refuse(TOO_LARGE)
        elif self._around > self.limits.chunking + (1 + _TINY) * self._content:
            self._refuse(MALFORMED)

    def _state(self) -> State:
        if self.reading != "nothing":
            return self.reading
        return "answering" if self._is_answering() else "head"

    def _await(self, state: State) -> None:
        """Set the deadline of what is to come; it stands until that has come whole."""
        if state == self._awaited:
            return
        self._awaited = state
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if state != "answering":
            seconds = self.limits.header_seconds if state == "head" else self.limits.body_seconds
            self._deadline = self.loop.call_later(seconds, self._come_too_late)

    def _come_too_late(self) -> None:
        if self.reading == "nothing":
            self.transport.close()
        else:
            self._refuse(TOO_SLOW)

    # --------------------------------------------------------------------------------------------------------- the end

    def _refuse(self, refusal: Refusal) -> None:
        """Answer in the place of the application; never in that of an answer that is still to come."""
        self._hand_over()
        if self.eof_received():  # or as good as that
            return
        if self.reading == "body" and (not self._is_answering() or self.cycle.response_started or self.pipeline):
            self.transport.abort()
            return
        if self._is_answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(refusal_bytes(refusal, self.server_state.default_headers))
        self.part()

    def part(self) -> None:
        """Say that nothing more comes, and hear the caller out for a moment."""
        if self._parted or self.transport.is_closing():
            return
        self._parted = True
        self._await("answering")
        self.flow.resume_reading()
        self.transport.write_eof()
        self._deadline = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)


def connection_class(limits: Limits) -> type[Connection]:
    """Make the protocol of a server with other limits."""
    return type("Connection", (Connection,), {"limits": limits})
