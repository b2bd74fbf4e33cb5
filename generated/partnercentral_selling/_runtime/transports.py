"""Makes the transport that a client uses unless it is given one; a library is imported here, at the first call."""

from __future__ import annotations

from .errors import ConfigurationError
from .transport import AsyncTransport, Transport


def sync_transport() -> Transport:
    """Make a transport over sockets. Raises ConfigurationError where a proxy needs urllib3 and it is not installed."""
    from .urllib3_transport import Urllib3Transport

    try:
        return Urllib3Transport()
    except ImportError as error:
        raise _missing(error, "urllib3", "Client behind a proxy") from None


def async_transport() -> AsyncTransport:
    """Make a transport over asyncio. Raises ConfigurationError where a proxy needs aiohttp and it is not installed."""
    from .aiohttp_transport import AiohttpTransport

    try:
        return AiohttpTransport()
    except ImportError as error:
        raise _missing(error, "aiohttp", "AsyncClient behind a proxy") from None


def _missing(error: ImportError, package: str, client: str) -> ImportError | ConfigurationError:
    if (error.name or "").partition(".")[0] != package:
        return error
    return ConfigurationError(f"{client} needs {package}: pip install {package}, or pass transport=...")
