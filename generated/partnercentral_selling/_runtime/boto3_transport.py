"""Carries requests over a session of boto3 or botocore: its proxies, its certificates, its HTTP library.

Weaker than the transports over urllib3 and aiohttp where botocore is: of a host's addresses each is given the whole
time for connecting; nothing is read before a request is sent in full; an interim answer other than 100 ends the
attempt; an answer that ends with its connection counts as cut short, since headers cut short look the same here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected
from importlib import import_module
from typing import Any

from urllib3.exceptions import HTTPError, InvalidHeader  # type: ignore[import-not-found, unused-ignore]
from urllib3.exceptions import ReadTimeoutError as BodyTimeoutError  # type: ignore[import-not-found, unused-ignore]

from .bodies import too_large
from .boto3_connections import NOW, timed_session
from .errors import ConfigurationError, ResponseError, TransportError
from .framing import CUT, NO_HTTP, PIECE, check_framing, target_of
from .locks import ForkedLock, note_forks
from .routes import BROKEN, TOO_LATE, causes, unreached
from .transport import HttpRequest, HttpResponse, Limits

# botocore has no types: imported so, nothing of it is checked, whether or not stubs are installed
awsrequest: Any = import_module("botocore.awsrequest")
exceptions: Any = import_module("botocore.exceptions")
utils: Any = import_module("botocore.utils")

_MOST_SESSIONS = 16
_MOST_THREADS = 32
_LEFT: list[Any] = []
"""Sessions of parents, never destroyed in a child: that takes locks which another thread may have held."""
_UNSENT = (
    exceptions.ConnectTimeoutError,
    exceptions.EndpointConnectionError,
    exceptions.ProxyConnectionError,
    exceptions.SSLError,
)


class Boto3Transport:
    """Sends over botocore with what `session` says: ca_bundle, client certificate, proxies of its default client
    configuration, else those of the environment. Raises ConfigurationError for what is no session."""

    def __init__(self, session: Any) -> None:
        core = getattr(session, "_session", session)  # boto3 keeps botocore's session there and names it nowhere else
        if not hasattr(core, "get_config_variable"):
            raise ConfigurationError("session: pass a Session of boto3 or botocore")
        config = core.get_default_client_config()
        self._settings = {
            "verify": core.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True,
            "client_cert": getattr(config, "client_cert", None),
            "proxies_config": getattr(config, "proxies_config", None),
            "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # else a request waits 40 ms for its body
            "max_pool_connections": max(getattr(config, "max_pool_connections", 0), _MOST_THREADS),
        }
        self._proxies: Mapping[str, str] | None = getattr(config, "proxies", None)
        self._sessions: dict[str, Any] = {}
        self._lock = ForkedLock()
        note_forks(self)

    def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        if limits.deadline <= time.monotonic():
            raise TransportError(TOO_LATE, sent=False, timed_out=True)
        NOW.limits = limits
        raw = _ask(self._session(request.url), request)
        try:
            return _read(raw, request.method, limits)
        finally:
            raw.close()  # a connection whose answer was read whole has gone back by now

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            session.close()

    def start_anew(self) -> None:
        """Leave its sessions to the parent: their connections close themselves, and closing more asks for locks."""
        _LEFT.append(self._sessions)
        self._sessions = {}

    def _session(self, url: str) -> Any:
        """Give the session for an origin: botocore takes proxies when a session is made."""
        target = target_of(url)
        origin = f"{target.scheme}://{target.authority}"
        with self._lock:
            if origin not in self._sessions:
                if len(self._sessions) >= _MOST_SESSIONS:
                    self._sessions.pop(next(iter(self._sessions))).close()
                proxies = utils.get_environ_proxies(url) if self._proxies is None else self._proxies
                self._sessions[origin] = timed_session(proxies=proxies, **self._settings)
            return self._sessions[origin]


class AsyncBoto3Transport:
    """The same for an `AsyncClient`, in threads: a task that is cancelled leaves its request to end by itself."""

    def __init__(self, session: Any) -> None:
        self._transport = Boto3Transport(session)
        self._threads: ThreadPoolExecutor | None = None
        note_forks(self)

    async def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_MOST_THREADS, "boto3-transport")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transport.send, request, limits)

    async def close(self) -> None:
        """Close every connection."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)
        self._transport.close()

    def start_anew(self) -> None:
        """Leave its threads to the parent: none of them lives on in a forked process."""
        self._threads = None


def _ask(session: Any, request: HttpRequest) -> Any:
    """Send a request; give urllib3's answer, its body still to be read.

    What is raised is raised outside the handler: frames of what lies beneath hold the request.
    """
    asked = awsrequest.AWSRequest(request.method, request.url, request.headers, request.body, stream_output=True)
    failure: TransportError | ResponseError
    try:
        return session.send(asked.prepare()).raw
    except exceptions.ReadTimeoutError:
        failure = TransportError(TOO_LATE, timed_out=True)
    except exceptions.BotoCoreError as error:
        failure = unreached(error) if isinstance(error, _UNSENT) else _unanswered(error)
    raise failure


def _unanswered(error: Exception) -> TransportError | ResponseError:
    for cause in causes(error):
        if isinstance(cause, LineTooLong) or type(cause) is HTTPException:
            return ResponseError("the answer has too many headers, or one that is too long")
        if isinstance(cause, InvalidHeader):
            return ResponseError("the answer has no readable Content-Length, or several")
        if isinstance(cause, TimeoutError):
            return TransportError(TOO_LATE, timed_out=True)
        if isinstance(cause, RemoteDisconnected):
            return TransportError(CUT)
        if isinstance(cause, BadStatusLine):
            return TransportError(NO_HTTP)
    return TransportError(BROKEN)


def _read(raw: Any, method: str, limits: Limits) -> HttpResponse:
    """Read what an answer holds, as strictly as `framing` does where botocore has not hidden what came."""
    if raw.status < 200:
        raise TransportError("interim answers came in place of one")
    headers = {name.lower(): ", ".join(text.strip() for text in raw.headers.getlist(name)) for name in raw.headers}
    check_framing(raw.status, headers, limits.max_bytes)
    bodiless = method == "HEAD" or raw.status in (204, 304)
    length = 0 if bodiless else int(headers.get("content-length", -1))
    if length < 0 and "transfer-encoding" not in headers:
        raise TransportError(CUT)
    failure: TransportError
    try:
        body = b"" if bodiless else _body(raw, headers, limits)
        if len(body) == length or length < 0:
            return HttpResponse(raw.status, headers, body)
        failure = TransportError(CUT)
    except BodyTimeoutError:
        failure = TransportError(TOO_LATE, timed_out=True)
    except (HTTPError, OSError):
        failure = TransportError(CUT)
    raise failure


def _body(raw: Any, headers: Mapping[str, str], limits: Limits) -> bytes:
    """Read a body in the pieces that it comes in."""
    taken = bytearray()
    while piece := raw.read1(PIECE, decode_content=False):
        taken += piece
        if len(taken) > limits.max_bytes:
            raise too_large(limits.max_bytes, raw.status, headers)
    return bytes(taken)
