"""Connections through a proxy, made by aiohttp: forwarding, tunnels, TLS within TLS."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from aiohttp import ClientError, ClientRequest, ClientTimeout, TCPConnector  # type: ignore[import-not-found, unused-ignore]
from yarl import URL  # type: ignore[import-not-found, unused-ignore]

from .async_connections import Line
from .framing import Target
from .routes import Proxy

ERRORS = (OSError, ClientError, ValueError)
"""What tells that no connection was made."""


def connector() -> TCPConnector:
    """Make what makes connections in the running loop."""
    return TCPConnector(limit=0)


async def proxied(connector: TCPConnector, target: Target, proxy: Proxy, context: ssl.SSLContext | None) -> Line:
    """Connect to a proxy, through it by a tunnel where the target wants TLS. Raises what ERRORS has.

    aiohttp is asked with a request that is never sent: it names host, proxy and trust. context: None where neither of
    the two speaks TLS.
    """
    url = URL.build(scheme=target.scheme, host=target.host, port=target.port)
    through: dict[str, Any] = {"proxy": URL(proxy.url), "proxy_headers": proxy.headers, "ssl": context or True}
    request = ClientRequest("GET", url, loop=asyncio.get_running_loop(), **through)
    return _Lent(await connector.connect(request, [], ClientTimeout()))


class _Lent(Line):
    """A connection taken over from aiohttp as soon as it stands; aiohttp is told of its end, for which it waits."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._connection = connection
        self._spoken = connection.protocol.should_close
        transport: asyncio.Transport | None = connection.transport
        if transport is not None:
            self._aiohttp: Any = transport.get_protocol()
            transport.set_protocol(self)
            self.connection_made(transport)

    def abort(self) -> None:
        super().abort()
        self._connection.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._aiohttp.connection_lost(exc)
        self._connection.close()
