"""A server on the loopback that does to its clients what a test tells it to: answers, cuts, drips, hangs, resets.

    with HostileServer([Read(), Send(answer())], [Read(), Send(b"HTTP/1.1 200"), Close()]) as server:
        ...  # server.url; afterwards server.requests has what came

Each list is one turn. A connection takes the next turn when it is accepted, and another whenever more bytes come on it
after a turn that did not close it; the last turn is taken again and again. A turn may speak before it reads.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self, assert_never


@dataclass(frozen=True)
class Request:
    """One request as it came. `connection` counts from 0; names of `headers` are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Read:
    """Read a whole request and note it down."""


@dataclass(frozen=True)
class ReadSome:
    """Read so many bytes and note nothing down."""

    count: int


@dataclass(frozen=True)
class Send:
    """Send bytes."""

    data: bytes


@dataclass(frozen=True)
class Respond:
    """Send what a function makes of the last request that was read."""

    respond: Callable[[Request], bytes]


@dataclass(frozen=True)
class Drip:
    """Send bytes one by one, so many seconds apart."""

    data: bytes
    every: float


@dataclass(frozen=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Hang:
    """Do nothing until the client hangs up; what it sends until then is dropped."""


@dataclass(frozen=True)
class StayDeaf:
    """Read nothing and do nothing until the server stops."""


@dataclass(frozen=True)
class StartTls:
    """Go on in TLS, as a proxy's tunnel does."""

    context: ssl.SSLContext


@dataclass(frozen=True)
class Close:
    """Close the connection. Where bytes of the client are left unread, that resets it."""


@dataclass(frozen=True)
class Reset:
    """Close the connection with a reset."""


Step = Read | ReadSome | Send | Respond | Drip | Pause | Hang | StayDeaf | StartTls | Close | Reset
GONE = (OSError, EOFError)


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str, length: bool = True) -> bytes:
    """Write a whole answer; `headers` are lines."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


@dataclass
class _Connection:
    """One connection under way, and what was read from it beyond what was asked for."""

    number: int
    sock: socket.socket
    unread: bytes = b""
    last: Request | None = None

    def read_until(self, enough: Callable[[bytes], bool]) -> None:
        while not enough(self.unread):
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.unread += data

    def take(self, count: int) -> bytes:
        self.read_until(lambda data: len(data) >= count)
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    def read_request(self) -> Request:
        self.read_until(lambda data: b"\r\n\r\n" in data)
        line, *lines = self.take(self.unread.index(b"\r\n\r\n") + 4).decode("latin-1").strip("\r\n").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.last = Request(line, headers, self.take(int(headers.get("content-length", "0"))), self.number)
        return self.last


class HostileServer:
    """Listens on a free port of 127.0.0.1 while it is entered. `context` makes it speak TLS from the start.

    requests: those that a turn read. connections: how many were accepted.
    """

    def __init__(self, *turns: Sequence[Step], context: ssl.SSLContext | None = None) -> None:
        self.turns = turns
        self.context = context
        self.requests: list[Request] = []
        self.connections = 0
        self._next = 0
        self._lock = Lock()
        self._stopped = Event()
        self._threads: list[Thread] = []
        self._open: dict[int, socket.socket] = {}

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self._listener.getsockname()[1]
        self._listener.settimeout(0.05)  # how soon it sees that it is to stop: closing wakes no `accept`
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with self._lock:
            open_now = list(self._open.values())
        for sock in open_now:
            _shut(sock)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            sock.settimeout(None)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                number = self.connections
                self.connections += 1
                self._open[number] = sock
            self._start(self._serve, number, sock)

    def _serve(self, number: int, sock: socket.socket) -> None:
        connection = _Connection(number, sock)
        try:
            if self.context is not None:
                self._start_tls(connection, self.context)
            while self._run(connection, self._take_turn()):
                connection.read_until(bool)
        except GONE:
            return  # the client left, or the server stops
        finally:
            with self._lock:
                self._open.pop(number, None)
            connection.sock.close()

    def _take_turn(self) -> Iterable[Step]:
        with self._lock:
            turn = self.turns[min(self._next, len(self.turns) - 1)]
            self._next += 1
        return turn

    def _start_tls(self, connection: _Connection, context: ssl.SSLContext) -> None:
        with self._lock:
            connection.sock = context.wrap_socket(connection.sock, server_side=True, do_handshake_on_connect=False)
            self._open[connection.number] = connection.sock
        connection.sock.do_handshake()

    def _run(self, connection: _Connection, turn: Iterable[Step]) -> bool:
        """Do what a turn says; say whether the connection goes on."""
        for step in turn:
            if isinstance(step, Close | Reset):
                if isinstance(step, Reset):
                    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            self._do(connection, step)
        return True

    def _do(self, connection: _Connection, step: Step) -> None:
        match step:
            case Read():
                self.requests.append(connection.read_request())
            case ReadSome(count):
                connection.take(count)
            case Send(data):
                connection.sock.sendall(data)
            case Respond(respond):
                assert connection.last is not None, "a turn answers before it reads"
                connection.sock.sendall(respond(connection.last))
            case Drip(data, every):
                for byte in data:
                    connection.sock.sendall(bytes([byte]))
                    self._wait(every)
            case Pause(seconds):
                self._wait(seconds)
            case Hang():
                while connection.sock.recv(65536):
                    continue
            case StayDeaf():
                self._wait(None)
            case StartTls(context):
                self._start_tls(connection, context)
            case Close() | Reset():
                return
            case _:
                assert_never(step)

    def _wait(self, seconds: float | None) -> None:
        if self._stopped.wait(seconds):
            raise EOFError


def _shut(sock: socket.socket) -> None:
    """Wake whoever reads from a socket; it may be closed already."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return
