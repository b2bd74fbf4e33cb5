"""What lies between a client and its service: proxies of the environment, certificates that are trusted, and the names
of what can go wrong on the way."""

import os
import select
import socket
import sys
from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from .errors import ConfigurationError, TransportError
from .framing import Target, Written, request_bytes
from .transport import Headers, HttpRequest

if TYPE_CHECKING:
    import ssl

BROKEN = "the connection broke"
TOO_LATE = "no answer in time"
NO_CONNECTION_IN_TIME = "no connection in time"


class Proxy(NamedTuple):
    """`http`, `proxy.example`, 3128, and what its Proxy-Authorization says, or None."""

    scheme: str
    host: str
    port: int
    authorization: str | None

    def __repr__(self) -> str:
        return f"Proxy({self.scheme!r}, {self.host!r}, {self.port!r})"

    @property
    def headers(self) -> Headers:
        return Headers({"Proxy-Authorization": self.authorization} if self.authorization else {})

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class Proxies:
    """HTTPS_PROXY, HTTP_PROXY and NO_PROXY as they are when this is made. Raises ConfigurationError for a bad one."""

    def __init__(self) -> None:
        self._direct, proxies = _from_environment()
        self._proxies: dict[str, Proxy] = {}
        for scheme, proxy in proxies.items():
            if proxy is None:  # raised here, where no variable holds a password as text
                raise ConfigurationError(f"{scheme.upper()}_PROXY is not of the form http://host:port")
            self._proxies[scheme] = proxy

    def __bool__(self) -> bool:
        return bool(self._proxies)

    def of(self, target: Target) -> Proxy | None:
        """Give the proxy for a target, None where it is reached directly."""
        proxy = self._proxies.get(target.scheme)
        return None if proxy is None or self._is_direct(target) else proxy

    def _is_direct(self, target: Target) -> bool:
        """NO_PROXY has `*`, hosts and domains, either with a port or without."""
        for entry in self._direct:
            for name in (target.host, f"{target.host}:{target.port}"):
                if entry == "*" or name == entry or name.endswith(f".{entry}"):
                    return True
        return False


def _from_environment() -> tuple[list[str], dict[str, Proxy | None]]:
    """Read what NO_PROXY lists, and the proxy for each scheme that has one: None for a bad one."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return [], {}  # without urllib.request, which takes longer to import than all of this package's transport
    found: dict[str, str] = import_module("urllib.request").getproxies_environment()
    direct = [entry.strip().lower().lstrip(".") for entry in found.get("no", "").split(",") if entry.strip()]
    return direct, {scheme: _proxy(found[scheme]) for scheme in ("http", "https") if found.get(scheme)}


def _proxy(url: str) -> Proxy | None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = f"Basic {b64encode(pair.encode()).decode()}"
    return Proxy(parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme], authorization)


def written(request: HttpRequest, target: Target, proxy: Proxy | None) -> Written:
    """Write a request for its service, or for a proxy that is to forward it: TLS goes through a tunnel instead."""
    if proxy is None or target.scheme == "https":
        return request_bytes(request, target, target.path, {})
    return request_bytes(request, target, f"http://{target.authority}{target.path}", proxy.headers)


def trust(ca_bundle: str | None) -> "ssl.SSLContext":
    """Make what checks certificates: against a file or folder, AWS_CA_BUNDLE, or what the system trusts.

    Raises ConfigurationError when the file cannot be read.
    """
    path = ca_bundle or os.environ.get("AWS_CA_BUNDLE") or None
    folder = path is not None and os.path.isdir(path)  # noqa: PTH112 - a path as users give it
    make = import_module("ssl").create_default_context  # which takes as long to import as all else here
    try:
        context: ssl.SSLContext = make(capath=path) if folder else make(cafile=path)
    except OSError:  # ssl.SSLError is one
        raise ConfigurationError("the CA bundle cannot be read: see ca_bundle and AWS_CA_BUNDLE") from None
    context.set_alpn_protocols(["http/1.1"])
    return context


def unreached(error: BaseException) -> TransportError:
    """Name what kept a connection from being made, by the first cause that tells.

    urllib3 has an error of its own for a certificate of another host: it is known by its name.
    """
    for cause in causes(error):
        if _is_of_tls(cause, "SSLCertVerificationError") or type(cause).__name__ == "CertificateError":
            return TransportError("the certificate was refused", sent=False, retryable=False)
        if _is_of_tls(cause, "SSLError") and not _is_of_tls(cause, "SSLEOFError", "SSLZeroReturnError"):
            return TransportError("no TLS connection could be agreed on", sent=False, retryable=False)
        if isinstance(cause, TimeoutError):
            return TransportError(NO_CONNECTION_IN_TIME, sent=False, timed_out=True)
        if isinstance(cause, ConnectionRefusedError):
            return TransportError("connection refused", sent=False)
        if type(cause) in (ConnectionResetError, ConnectionAbortedError):  # as when it breaks a moment later
            return TransportError(BROKEN, sent=False)
        if isinstance(cause, socket.gaierror):
            return TransportError("the host name was not found", sent=False)
    return TransportError("no connection could be made", sent=False)


def tls_has_to_wait(error: OSError) -> bool:
    """Say whether TLS, which has messages of its own, has none to send or to give just now."""
    return _is_of_tls(error, "SSLWantReadError")


def _is_of_tls(error: BaseException, *kinds: str) -> bool:
    """Say whether an error is of one of some classes of `ssl`; none is while nothing has imported that."""
    tls: Any = sys.modules.get("ssl")
    return tls is not None and isinstance(error, tuple(getattr(tls, kind) for kind in kinds))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what lies beneath, as aiohttp and botocore wrap it."""
    for _ in range(8):
        if error is None:
            return
        yield error
        beneath = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
        error = beneath if isinstance(beneath, BaseException) else error.__cause__ or error.__context__


def is_readable(descriptor: int, seconds: float = 0, or_writable: bool = False) -> bool:
    """Wait until a socket has bytes or its end to read, or can be written to if that will do; say whether it has."""
    if not hasattr(select, "poll"):  # Windows
        readable, _, _ = select.select([descriptor], [descriptor] if or_writable else [], [], seconds)
        return bool(readable)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLOUT if or_writable else select.POLLIN)
    return any(event != select.POLLOUT for _, event in poll.poll(seconds * 1000))
