"""Carries requests over urllib3, which makes the connections: TLS, proxies, tunnels.

What goes over them is written and read by `framing`: http.client, below urllib3, starts its time limit anew with every
few bytes, takes a 103 for the answer, and headers cut short for whole ones.
"""

from __future__ import annotations

import socket
import ssl
import time
from http.client import HTTPException
from typing import Any
from weakref import finalize

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig  # type: ignore[import-not-found, unused-ignore]
from urllib3.exceptions import HTTPError  # type: ignore[import-not-found, unused-ignore]
from urllib3.util import parse_url  # type: ignore[import-not-found, unused-ignore]

from .errors import TransportError
from .framing import PIECE, Answer, Target, target_of
from .locks import ForkedLock, note_forks
from .routes import BROKEN, TOO_LATE, Proxies, Proxy, is_readable, trust, unreached, written
from .transport import HttpRequest, HttpResponse, Limits

MOST_IDLE = 64
"""Connections that are kept for each host. Any number may be in use."""


class Urllib3Transport:
    """Keeps connections open between requests; for any number of threads, and in forked processes.

    ca_bundle: file or folder of the certificates to trust; without it AWS_CA_BUNDLE, then what the system trusts.
    Proxies are those of the environment at this moment. The one thing no limit holds for is looking up a host's name:
    the system's resolver cannot be interrupted. Raises ConfigurationError for a proxy that cannot be read.
    """

    def __init__(self, *, ca_bundle: str | None = None) -> None:
        self._ca_bundle = ca_bundle
        self._proxies = Proxies()
        self._trusted: ssl.SSLContext | None = None
        self._lock = ForkedLock()
        self._pool = _Pool()

    def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        _left(limits.deadline, sent=False)
        target = target_of(request.url)
        proxy = self._proxies.of(target)
        data = written(request, target, proxy)
        pool = self._pool
        connection = pool.take(target) or self._connect(target, proxy, limits)
        answer = Answer(request.method, limits.max_bytes)
        try:
            _exchange(connection.sock, data, answer, limits.deadline)
        except BaseException:
            connection.close()
            raise
        if answer.kept:
            pool.give(target, connection)
        else:
            connection.close()
        return answer.response

    def close(self) -> None:
        """Close every connection. Sending opens new ones."""
        pool, self._pool = self._pool, _Pool()
        pool.close()

    def _connect(self, target: Target, proxy: Proxy | None, limits: Limits) -> Any:
        connection = self._connection(target, proxy)
        connection.limit = min(time.monotonic() + limits.connect, limits.deadline)
        try:
            connection.connect()
            return connection
        except (OSError, HTTPError, HTTPException, UnicodeError) as error:
            failure = unreached(error)
        except BaseException:
            connection.close()
            raise
        connection.close()
        raise failure

    def _connection(self, target: Target, proxy: Proxy | None) -> Any:
        """Make what connects to a target: directly, or through a proxy, by a tunnel where the target wants TLS."""
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        if target.scheme == "http" and (proxy is None or proxy.scheme == "http"):
            return _PlainConnection(host, port)
        if proxy is None:
            return _TlsConnection(host, port, ssl_context=self._context())
        config = ProxyConfig(self._context(), False, None, None)
        through: dict[str, Any] = {"proxy": parse_url(proxy.url), "proxy_config": config}
        connection = _TlsConnection(host, port, ssl_context=self._context(), **through)
        if target.scheme == "https":
            connection.set_tunnel(target.host, target.port, proxy.headers, proxy.scheme)
        return connection

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._trusted is None:
                self._trusted = trust(self._ca_bundle)
            return self._trusted


class _Pool:
    """Idle connections by host, the last one used first. Lists alone, whose `append` and `pop` need no lock.

    One that nobody closed closes its connections when it is gone, without a warning, as urllib3's own pools do.
    """

    def __init__(self) -> None:
        self._idle: dict[Target, list[Any]] = {}
        self._closed = False
        finalize(self, _close_idle, self._idle)
        note_forks(self)

    def take(self, target: Target) -> Any:
        """Give a connection that is still open, or None."""
        idle = self._idle.get(target)
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if not is_readable(connection.sock.fileno()):  # neither an end nor bytes that nobody asked for
                return connection
            connection.close()
        return None

    def give(self, target: Target, connection: Any) -> None:
        idle = self._idle.setdefault(target, [])
        idle.append(connection)
        if self._closed or len(idle) > MOST_IDLE:
            _drop_one(idle)

    def close(self) -> None:
        self._closed = True
        self.start_anew()

    def start_anew(self) -> None:
        """Keep none of the connections: answers on those of a parent are not its child's."""
        _close_idle(self._idle)


def _close_idle(every: dict[Target, list[Any]]) -> None:
    for idle in list(every.values()):
        while idle:
            _drop_one(idle)


def _drop_one(idle: list[Any]) -> None:
    try:
        idle.pop(0).close()
    except IndexError:  # another thread was faster
        return


# ---------------------------------------------------------------------------------------------------------- connecting


class _TimedSocket(socket.socket):
    """A socket whose limit holds for connecting as a whole, not for each read of a proxy's answer.

    TLS takes over the time that is left when it wraps this socket, and bounds its whole handshake by it.
    """

    limit = 0.0

    def gettimeout(self) -> float:
        return max(self.limit - time.monotonic(), 0.001)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.gettimeout())
        return super().recv_into(*args, **kwargs)


class _Timed:
    """Has urllib3's connections connect by `limit`, on the clock of `time.monotonic`, whatever number of addresses a
    host has: each gets an equal share of what is left."""

    limit = 0.0

    def _new_conn(self: Any) -> socket.socket:
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = _TimedSocket(family, kind, protocol)
            sock.limit = self.limit
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(sock.gettimeout() / (len(addresses) - index))
                sock.connect(address)
                sock.settimeout(sock.gettimeout())
                return sock
            except OSError:
                sock.close()
                if index == len(addresses) - 1:
                    raise
        raise OSError("the host has no address")


class _PlainConnection(_Timed, HTTPConnection):  # type: ignore[misc, unused-ignore]
    """A connection without TLS."""


class _TlsConnection(_Timed, HTTPSConnection):  # type: ignore[misc, unused-ignore]
    """A connection with TLS, or through a proxy that wants it."""


# ---------------------------------------------------------------------------------------------------------- exchanging


def _left(deadline: float, sent: bool = True) -> float:
    """Give the seconds that are left. Raises TransportError when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TransportError(TOO_LATE, sent=sent, timed_out=True)
    return left


def _exchange(sock: Any, data: bytes, answer: Answer, deadline: float) -> None:
    """Send a request and read its answer. The time that is left is set before each step: one limit for all of them.

    What is raised is raised outside the handler: frames of what lies beneath hold the request.
    """
    try:
        early = _send(sock, data, deadline)
        _receive(sock, answer, deadline, early or b"")
        answer.kept = answer.kept and early is None
        return
    except TimeoutError:
        failure = TransportError(TOO_LATE, timed_out=True)
    except OSError:
        failure = TransportError(BROKEN)
    raise failure


def _send(sock: Any, data: bytes, deadline: float) -> bytes | None:
    """Send a request. Where the server answers or hangs up before it took all of it, give what came with that."""
    view = memoryview(data)
    while view:
        sock.settimeout(_left(deadline))
        try:
            view = view[sock.send(view[:PIECE]) :]
            if view and is_readable(sock.fileno(), _left(deadline), or_writable=True):
                sock.settimeout(0)
                return bytes(sock.recv(PIECE))
        except (ssl.SSLWantReadError, BlockingIOError):
            continue  # TLS has messages of its own
        except ConnectionResetError:  # perhaps after an answer
            sock.settimeout(0)
            early = bytes(sock.recv(PIECE))
            if not early:
                raise
            return early
        except ConnectionError:
            return b""
    return None


def _receive(sock: Any, answer: Answer, deadline: float, early: bytes) -> None:
    if early and answer.feed(early):
        return
    while True:
        sock.settimeout(_left(deadline))
        piece = sock.recv(PIECE)
        if not piece:
            return answer.end()
        if answer.feed(piece):
            return
