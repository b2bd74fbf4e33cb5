"""The three ways in which HTTP/1.1 says where the body of an answer ends, each read as its bytes come.

`feed` takes bytes, and gives what follows the body, None while it lasts. None holds more than the cap allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .answers import request_id_of
from .errors import ResponseError, TransportError
from .transport import LONGEST_HEADER, MOST_HEADERS

_CHUNK_SIZE = rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?"


def too_large(max_bytes: int, status: int, headers: Mapping[str, str]) -> ResponseError:
    return refusal(f"the answer is larger than {max_bytes} bytes", status, headers)


def refusal(message: str, status: int, headers: Mapping[str, str]) -> ResponseError:
    return ResponseError(message, http_status=status, request_id=request_id_of(headers))


class Sized:
    """A body of a known length. One that comes at once is not copied twice."""

    __slots__ = ("_missing", "_taken", "_whole")

    def __init__(self, length: int) -> None:
        self._missing = length
        self._taken = bytearray()
        self._whole = b""

    def feed(self, data: bytes) -> bytes | None:
        missing = self._missing
        if len(data) < missing:
            self._taken += data
            self._missing = missing - len(data)
            return None
        if self._taken:
            self._taken += data[:missing]
        else:
            self._whole = data[:missing]
        return data[missing:]

    def content(self) -> bytes:
        return bytes(self._taken) if self._taken else self._whole


class _Growing:
    """A body whose length shows only when it ends."""

    __slots__ = ("_headers", "_max_bytes", "_status", "_taken")

    def __init__(self, max_bytes: int, status: int, headers: Mapping[str, str]) -> None:
        self._max_bytes = max_bytes
        self._status = status
        self._headers = headers
        self._taken = bytearray()

    def take(self, data: bytes) -> None:
        if len(self._taken) + len(data) > self._max_bytes:
            raise too_large(self._max_bytes, self._status, self._headers)
        self._taken += data

    def content(self) -> bytes:
        return bytes(self._taken)


class Unsized(_Growing):
    """A body that lasts until the connection closes."""

    __slots__ = ()

    def feed(self, data: bytes) -> bytes | None:
        self.take(data)
        return None


class Chunked(_Growing):
    """A body in chunks: `5`, `hello`, `0`, trailers (which are dropped), an empty line."""

    __slots__ = ("_held", "_missing", "_trailers", "_within")

    def __init__(self, max_bytes: int, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(max_bytes, status, headers)
        self._held = b""
        self._missing = 0
        self._within = False
        self._trailers = -1

    def feed(self, data: bytes) -> bytes | None:
        data, at = self._held + data if self._held else data, 0
        while True:
            if self._missing:
                piece = data[at : at + self._missing]
                self.take(piece)
                self._missing -= len(piece)
                at += len(piece)
            end = data.find(b"\r\n", at) if not self._missing else -1
            if end < 0:
                self._hold(data[at:])
                return None
            line, at = data[at:end], end + 2
            if self._trailers >= 0 and not line:
                return data[at:]
            self._take_line(line)

    def _hold(self, data: bytes) -> None:
        self._held = data
        if len(data) > LONGEST_HEADER:
            raise refusal(f"a line of the answer is longer than {LONGEST_HEADER} bytes", self._status, self._headers)

    def _take_line(self, line: bytes) -> None:
        """Take a chunk's size, the empty line behind its bytes, or a trailer."""
        if self._trailers >= 0:
            self._trailers += 1
            if self._trailers > MOST_HEADERS:
                raise refusal(f"the answer has more than {MOST_HEADERS} trailers", self._status, self._headers)
        elif self._within:
            if line:
                raise TransportError("a chunk of the answer is not as long as it says")
            self._within = False
        else:
            self._start_chunk(line)

    def _start_chunk(self, line: bytes) -> None:
        found = re.fullmatch(_CHUNK_SIZE, line)
        if found is None:
            raise TransportError("a chunk of the answer has no readable size")
        self._missing = int(found[1], 16)
        if self._missing > self._max_bytes - len(self._taken):
            raise too_large(self._max_bytes, self._status, self._headers)
        if self._missing:
            self._within = True
        else:
            self._trailers = 0
