"""A request and a response, apart from the server that carries them.

In: what a server has parsed. Out: records that every step of the front end reads, and that a test writes by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

Headers = tuple[tuple[str, str], ...]
"""Names (lower case) and values as they came, repeated ones included; bytes that are no UTF-8 are surrogate escapes."""

RawHeaders = Sequence[tuple[bytes, bytes]]
"""Headers as bytes."""

_RANDOM = Random()
"""Our own: who seeds the one that all share, in the same process, is to get the same numbers whatever is called."""


@dataclass(slots=True, unsafe_hash=True)
class HttpRequest:
    """Nobody changes one, though nothing prevents it: there is one for each call, and that would cost a third of it.

    `path` and `query` are as they travelled, percent-encoded; `client` is an address, `""` where nobody can tell.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    client: str
    _named: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the headers by their names once: each is asked for by several steps."""
        named: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            named[name] = (*named[name], value) if name in named else (value,)
        self._named = named

    def all(self, name: str) -> tuple[str, ...]:
        return self._named.get(name, ())

    def one(self, name: str) -> str | None:
        """Give the value of a header that came exactly once."""
        values = self._named.get(name, ())
        return values[0] if len(values) == 1 else None


def http_request(method: bytes, url: tuple[bytes, bytes], headers: RawHeaders, body: bytes, client: str) -> HttpRequest:
    """Make a request of bytes: path and query, names in lower case; values stay as they travelled."""
    path, query = url
    texts = tuple([(_text(name), value.decode("utf-8", "surrogateescape").strip(" \t")) for name, value in headers])
    return HttpRequest(
        _text(method),
        path.decode("utf-8", "surrogateescape"),
        query.decode("utf-8", "surrogateescape"),
        texts,
        body,
        client,
    )


@lru_cache(maxsize=64)
def _text(travelled: bytes) -> str:
    """Read what is the same in most requests."""
    return travelled.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Headers
    body: bytes


def new_request_id() -> str:
    """Make a UUID of version 4; it is no secret."""
    digits = f"{_RANDOM.getrandbits(120):030x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-8{digits[15:18]}-{digits[18:]}"
