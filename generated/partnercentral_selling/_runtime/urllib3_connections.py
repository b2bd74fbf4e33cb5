"""Connections through a proxy, made by urllib3: forwarding, tunnels, TLS within TLS."""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPException
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig  # type: ignore[import-not-found, unused-ignore]
from urllib3.exceptions import HTTPError  # type: ignore[import-not-found, unused-ignore]
from urllib3.util import parse_url  # type: ignore[import-not-found, unused-ignore]

from .connections import connected, seconds_until
from .framing import Target
from .routes import Proxy

ERRORS = (OSError, HTTPError, HTTPException, ValueError)
"""What tells that no connection was made."""


def proxied(target: Target, proxy: Proxy, context: ssl.SSLContext | None, limit: float) -> socket.socket:
    """Connect to a proxy, by `limit`; through it by a tunnel where the target wants TLS. Raises what ERRORS has.

    context: None where neither of the two speaks TLS.
    """
    connection = _connection(target, proxy, context)
    connection.limit = limit
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    found: socket.socket = connection.sock
    return found


def _connection(target: Target, proxy: Proxy, context: ssl.SSLContext | None) -> Any:
    if context is None:
        return _PlainConnection(proxy.host, proxy.port)
    through: dict[str, Any] = {"proxy": parse_url(proxy.url), "proxy_config": ProxyConfig(context, False, None, None)}
    connection = _TlsConnection(proxy.host, proxy.port, ssl_context=context, **through)
    if target.scheme == "https":
        connection.set_tunnel(target.host, target.port, proxy.headers, proxy.scheme)
    return connection


class _TimedSocket(socket.socket):
    """A socket whose limit holds for connecting as a whole, not for each read of a proxy's answer.

    TLS takes over the time that is left when it wraps this socket, and bounds its whole handshake by it.
    """

    limit = 0.0

    def gettimeout(self) -> float:
        return seconds_until(self.limit)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.gettimeout())
        return super().recv_into(*args, **kwargs)


class _Timed:
    """Has urllib3's connections connect by `limit`, on the clock of `time.monotonic`."""

    limit = 0.0

    def _new_conn(self: Any) -> _TimedSocket:
        made: _TimedSocket = connected(self.host, self.port, self.limit, self._timed_socket)
        return made

    def _timed_socket(self, family: int, kind: int, protocol: int) -> _TimedSocket:
        sock = _TimedSocket(family, kind, protocol)
        sock.limit = self.limit
        return sock


class _PlainConnection(_Timed, HTTPConnection):  # type: ignore[misc, unused-ignore]
    """A connection without TLS."""


class _TlsConnection(_Timed, HTTPSConnection):  # type: ignore[misc, unused-ignore]
    """A connection with TLS, or through a proxy that wants it."""
