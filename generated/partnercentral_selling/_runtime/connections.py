"""Connections straight to a host, made with the standard library: addresses in turn, TLS, one limit for all of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import ssl

SocketT = TypeVar("SocketT", bound=socket.socket)


def connected(host: str, port: int, limit: float, make: Callable[[int, int, int], SocketT]) -> SocketT:
    """Connect by `limit`, on the clock of `time.monotonic`, whatever number of addresses a host has.

    Each gets an equal share of what is left. Raises OSError for the last one, ValueError for what is no host's name.
    """
    name = host.encode() if host.isascii() else host  # text goes through a codec that takes milliseconds to import
    addresses = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = make(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(seconds_until(limit) / (len(addresses) - index))
            sock.connect(address)
            sock.settimeout(seconds_until(limit))
            return sock
        except OSError:
            sock.close()
            if index == len(addresses) - 1:
                raise
        except BaseException:
            sock.close()
            raise
    raise OSError("the host has no address")


def seconds_until(limit: float) -> float:
    """Give the seconds that are left, and a moment where none are: 0 would mean not to wait at all."""
    return max(limit - time.monotonic(), 0.001)


def secured(sock: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Agree on TLS with a host, in the time that the socket has; the socket is closed where that fails."""
    try:
        return context.wrap_socket(sock, server_hostname=certified(host))
    except BaseException:
        sock.close()
        raise


def certified(host: str) -> str:
    """Give a host as certificates name it: without the dot that ends it, or the zone of an IPv6 address."""
    return host.rstrip(".").partition("%")[0]
