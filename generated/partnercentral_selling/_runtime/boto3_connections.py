"""botocore's connections, kept to the time of a call.

In: the limits of the call that a thread is at. Out: a session of botocore's whose connections set what is left of the
time before each step: botocore's own limit is one for each read, and starts anew with every few bytes of an answer.
"""

from __future__ import annotations

import socket
import time
from http.client import HTTPResponse
from importlib import import_module
from io import BufferedReader, RawIOBase
from threading import local
from typing import Any, cast

from .locks import note_forks
from .transport import Limits

awsrequest: Any = import_module("botocore.awsrequest")
httpsession: Any = import_module("botocore.httpsession")

_RECORD = 16384


class _Now(local):
    """What a thread is at: the limits of its one call under way, of which its connections can be told no other way."""

    limits: Limits


NOW = _Now()


def _left() -> float:
    """Give the seconds that are left. Raises TimeoutError when there are none, as a socket does."""
    left = NOW.limits.deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Reader(RawIOBase):
    """Reads from a socket, each time with what is left of the call's time."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(_left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def makefile(self, _: str) -> BufferedReader:
        """Pass for a socket, of which an answer of http.client's wants nothing else."""
        return BufferedReader(self)


def _answer(sock: Any, *options: Any, **more: Any) -> HTTPResponse:
    passing: Any = _Reader(sock)
    return HTTPResponse(passing, *options, **more)


class _Timed:
    """Has a connection of botocore's keep to the limits of the call that its thread is at, a proxy's answer included,
    and close itself in a forked process."""

    response_class = staticmethod(_answer)

    def _new_conn(self: Any) -> Any:
        note_forks(self)
        until = time.monotonic() + min(NOW.limits.connect, _left())
        self.timeout = until - time.monotonic()
        sock = cast(Any, super()._new_conn())  # type: ignore[misc]
        sock.settimeout(max(until - time.monotonic(), 0.001))  # TLS takes it for the whole of its handshake
        return sock

    def send(self: Any, data: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(_left())
        super().send(data)  # type: ignore[misc]

    def start_anew(self: Any) -> None:
        """Leave the connection to the parent: its descriptor alone is closed, for who reads from it has a lock."""
        sock = getattr(self.sock, "socket", self.sock)  # that of TLS within TLS
        self.sock = None
        if sock is not None:
            socket.close(sock.detach())


class _PlainConnection(_Timed, awsrequest.AWSHTTPConnection):  # type: ignore[misc, unused-ignore]
    """A connection without TLS."""


class _TlsConnection(_Timed, awsrequest.AWSHTTPSConnection):  # type: ignore[misc, unused-ignore]
    """A connection with TLS, or through a proxy that wants it."""

    def send(self, data: Any) -> None:
        """Send record by record: in TLS a limit is one for each of them, without it one for all that is sent."""
        for at in range(0, len(data), _RECORD):
            super().send(data[at : at + _RECORD])


class _PlainPool(awsrequest.AWSHTTPConnectionPool):  # type: ignore[misc, unused-ignore]
    ConnectionCls = _PlainConnection


class _TlsPool(awsrequest.AWSHTTPSConnectionPool):  # type: ignore[misc, unused-ignore]
    ConnectionCls = _TlsConnection


def timed_session(**settings: Any) -> Any:
    """Make an HTTP session of botocore's whose connections keep to what `NOW` says."""
    session = httpsession.URLLib3Session(**settings)
    session._pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}  # proxies are given these later
    session._manager.pool_classes_by_scheme = session._pool_classes_by_scheme
    return session
