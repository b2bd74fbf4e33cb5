"""What a client asks of whatever carries its requests, and what it promises.

A transport sends one request once. It follows no redirect, decodes no body, keeps no cookie and retries nothing: all
of that is the client's to decide. Whatever goes wrong ends in one of two errors:

- TransportError: no complete answer came. `sent` says whether the service may have seen the request, `timed_out`
  whether time ran out, `retryable` whether trying again can help (not so where a certificate is refused).
- ResponseError: an answer came, and cannot be taken: larger than `max_bytes`, or framed in two ways at once.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from .errors import REDACTED

SECRET_HEADERS = frozenset({"authorization", "x-amz-security-token", "proxy-authorization"})
MOST_INTERIM = 16
"""How many interim answers (1xx) are skipped before the connection is given up."""
MOST_HEADERS = 100
LONGEST_HEADER = 65536
"""Bytes of one line. More, or more lines than `MOST_HEADERS`, is a ResponseError."""


class Secret(str):
    """A value that `repr` hides wherever it is copied to: that of a header whose member is sensitive."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(REDACTED)


class Headers(dict[str, str]):
    """Headers whose `repr` hides what signs a request, and every `Secret`: tracebacks may show local variables."""

    def __repr__(self) -> str:
        return repr({name: REDACTED if name.lower() in SECRET_HEADERS else value for name, value in self.items()})


def shown_path(path: str) -> str:
    """Show a path, or what of a URL follows its host: nothing of it, for members stand there that may be sensitive."""
    return path if path in ("", "/") else f"/{REDACTED}"


class HttpRequest(NamedTuple):
    """One request: `url` is absolute, `headers` hold everything but Content-Length and Connection."""

    method: str
    url: str
    headers: Headers
    body: bytes

    def __repr__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        url = f"{scheme}://{host.partition('?')[0]}{shown_path(slash + path)}"
        return f"HttpRequest({self.method!r}, {url!r}, {self.headers!r}, <{len(self.body)} bytes>)"


class HttpResponse(NamedTuple):
    """One answer: repeated `headers` joined with a comma, their names in any case; `body` as it came.

    Clients read the names in lower case, and lower those that are not.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"HttpResponse({self.status!r}, <{len(self.headers)} headers>, <{len(self.body)} bytes>)"


class Limits(NamedTuple):
    """connect: seconds for making a connection. deadline: when the answer is to be there whole, on the clock of
    `time.monotonic`. max_bytes: of the answer's body."""

    connect: float
    deadline: float
    max_bytes: int


class Transport(Protocol):
    """Sends requests for a `Client`, from any number of threads."""

    def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class AsyncTransport(Protocol):
    """Sends requests for an `AsyncClient`; what `Transport` says holds."""

    async def send(self, request: HttpRequest, limits: Limits) -> HttpResponse:
        """Send a request once and give the whole answer.

        Raises TransportError when none came complete by the deadline, ResponseError for one that cannot be taken.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
