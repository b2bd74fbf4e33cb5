"""Carries requests of threads: straight to a host over the standard library's sockets, through a proxy over urllib3.

What goes over them is written and read by `framing`: http.client, below urllib3, starts its time limit anew with every
few bytes, takes a 103 for the answer, and headers cut short for whole ones. That leaves to urllib3 what it alone does,
tunnels and TLS within TLS; it takes as long to import as half of all else here, so it is where there is a proxy.
"""

from __future__ import annotations

import socket
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any
from weakref import finalize

from .connections import connected, secured
from .errors import TransportError
from .framing import PIECE, Answer, Target, target_of
from .locks import ForkedLock, note_forks
from .routes import BROKEN, TOO_LATE, Proxies, Proxy, is_readable, tls_has_to_wait, trust, unreached, written
from .transport import HttpRequest, HttpResponse, Limits

if TYPE_CHECKING:
    import ssl

MOST_IDLE = 64
"""Connections that are kept for each host. Any number may be in use."""


class Urllib3Transport:
    """Keeps connections open between requests; for any number of threads, and in forked processes.

    ca_bundle: file or folder of the certificates to trust; without it AWS_CA_BUNDLE, then what the system trusts.
    Proxies are those of the environment at this moment. The one thing no limit holds for is looking up a host's name:
    the system's resolver cannot be interrupted. Raises ConfigurationError for a proxy that cannot be read, ImportError
    where there is one and urllib3 is not installed.
    """

    def __init__(self, *, ca_bundle: str | None = None) -> None:
        self._ca_bundle = ca_bundle
        self._proxies = Proxies()
        self._through: Any = import_module(".urllib3_connections", __package__) if self._proxies else None
        self._errors: tuple[type[Exception], ...] = self._through.ERRORS if self._through else (OSError, ValueError)
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
        sock = pool.take(target) or self._connect(target, proxy, limits)
        answer = Answer(request.method, limits.max_bytes)
        try:
            _exchange(sock, data, answer, limits.deadline)
        except BaseException:
            sock.close()
            raise
        if answer.kept:
            pool.give(target, sock)
        else:
            sock.close()
        return answer.response

    def close(self) -> None:
        """Close every connection. Sending opens new ones."""
        pool, self._pool = self._pool, _Pool()
        pool.close()

    def _connect(self, target: Target, proxy: Proxy | None, limits: Limits) -> Any:
        """Make a connection: directly, or through a proxy, by a tunnel where the target wants TLS."""
        limit = min(time.monotonic() + limits.connect, limits.deadline)
        context = self._context() if "https" in (target.scheme, proxy and proxy.scheme) else None
        try:
            if proxy is not None:
                return self._through.proxied(target, proxy, context, limit)
            sock = connected(target.host, target.port, limit, socket.socket)
            return secured(sock, target.host, context) if context else sock
        except self._errors as error:
            failure = unreached(error)
        raise failure

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._trusted is None:
                self._trusted = trust(self._ca_bundle)
            return self._trusted


class _Pool:
    """Idle connections by host, the last one used first. Lists alone, whose `append` and `pop` need no lock.

    One that nobody closed closes its connections when it is gone, without a warning.
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
                sock = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if not is_readable(sock.fileno()):  # neither an end nor bytes that nobody asked for
                return sock
            sock.close()
        return None

    def give(self, target: Target, sock: Any) -> None:
        idle = self._idle.setdefault(target, [])
        idle.append(sock)
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
        except BlockingIOError:
            continue
        except ConnectionResetError:  # perhaps after an answer
            sock.settimeout(0)
            early = bytes(sock.recv(PIECE))
            if not early:
                raise
            return early
        except ConnectionError:
            return b""
        except OSError as error:
            if not tls_has_to_wait(error):
                raise
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
