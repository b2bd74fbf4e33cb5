"""HTTP/1.1 as far as a client of one request after the other needs it: bytes of a request out, bytes of an answer in.

Nothing here sends or waits. The transports over urllib3 and aiohttp read answers with this rather than with their
library, whose parsers disagree on what is whole, what is refused and what is bounded; RFC 9112 is what it follows.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from .bodies import Chunked, Sized, Unsized, refusal, too_large
from .errors import ConfigurationError, ResponseError, TransportError
from .transport import LONGEST_HEADER, MOST_HEADERS, MOST_INTERIM, HttpRequest, HttpResponse, shown_path

PIECE = 65536
"""Bytes that are read at once."""
_PORTS = {"http": 80, "https": 443}
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: [^\r\n\0]*)?")
_START = b"HTTP/1."
_FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\0]*)")
_LONGEST_LENGTH = 15
"""Digits of a length that is still read as a number."""

CUT = "the connection closed before the answer was whole"
NO_HTTP = "what came is no HTTP answer"


class Target(NamedTuple):
    """Where a request goes: `https`, `api.aws`, 443, the `Host` header, and path with query."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    def __repr__(self) -> str:
        return f"Target({self.scheme!r}, {self.host!r}, {self.port!r}, {shown_path(self.path)!r})"


@lru_cache(maxsize=256)
def target_of(url: str) -> Target:
    """Read the URL of a request. Raises ConfigurationError for one that cannot be sent to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigurationError("the URL of the request cannot be read") from None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or " " in url:
        raise ConfigurationError("the URL of the request is not of the form https://host/path")
    default = _PORTS[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if port in (None, default) else f"{host}:{port}"
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(parts.scheme, parts.hostname, port or default, authority, path)


class Written(bytes):
    """A request as it is sent. It holds what signs it, hence a `repr` that shows nothing."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


def request_bytes(request: HttpRequest, target: Target, path: str, more: Mapping[str, str]) -> Written:
    """Write a request. `path`: what stands in its first line; `more`: further headers.

    Raises ConfigurationError for what would break out of its line.
    """
    written = _write(request, target, path, more)
    if written is None:  # raised here, where no variable holds a header as text
        raise ConfigurationError("the request's URL or a header has a character that cannot be sent")
    return written


def _write(request: HttpRequest, target: Target, path: str, more: Mapping[str, str]) -> Written | None:
    headers = request.headers
    lines = [f"{request.method} {path} HTTP/1.1", *map(": ".join, headers.items()), *map(": ".join, more.items())]
    block = "\n".join(lines)
    if block.count("\n") != len(lines) - 1 or "\r" in block or "\0" in block:
        return None
    host = "" if "Host" in headers else f"Host: {target.authority}\r\n"
    head = block.replace("\n", "\r\n") + f"\r\n{host}Content-Length: {len(request.body)}\r\n\r\n"
    try:
        return Written(head.encode("latin-1") + request.body)
    except UnicodeEncodeError:
        return None


class Answer:
    """One answer under way: fed with bytes as they come, until it is whole.

    max_bytes: of its body. `kept` says, once it is whole, whether the connection may carry another request.
    """

    __slots__ = ("_body", "_held", "_interim", "_lines", "_max_bytes", "_method", "headers", "kept", "status")

    def __init__(self, method: str, max_bytes: int) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.kept = False
        self._method = method
        self._max_bytes = max_bytes
        self._interim = 0
        self._held = b""
        self._lines: list[bytes] = []
        self._body: Sized | Chunked | Unsized | None = None

    def feed(self, data: bytes) -> bool:
        """Take what came; say whether the answer is whole. Raises TransportError and ResponseError."""
        if self._body is None:
            data = self._read_heads(data)
            if self._body is None:
                return False
        left = self._body.feed(data)
        if left is None:
            return False
        self.kept = self.kept and not left
        return True

    def end(self) -> None:
        """Take it that nothing more comes. Raises TransportError unless that makes the answer whole."""
        if not isinstance(self._body, Unsized):
            raise TransportError(CUT)

    @property
    def response(self) -> HttpResponse:
        assert self._body is not None
        return HttpResponse(self.status, self.headers, self._body.content())

    # ------------------------------------------------------------------------------------------------------------ head

    def _read_heads(self, data: bytes) -> bytes:
        """Read heads up to the one that is not interim; give what follows it."""
        data, at = self._held + data if self._held else data, self._take_head(data)
        if self._body is not None:
            return data[at:]
        while (end := data.find(b"\r\n", at)) >= 0:
            line, at = data[at:end], end + 2
            if line or not self._lines:
                self._take_line(line)
                continue
            self._read_head()
            if self._body is not None:
                return data[at:]
        self._held = data[at:]
        self._refuse_long(self._held)
        if not self._lines and self._held[:7] != _START[: len(self._held)]:
            raise TransportError(NO_HTTP)
        return b""

    def _take_head(self, data: bytes) -> int:
        """Read a head that comes whole, with no line that is refused: nearly every one. Say where it ends, else 0."""
        end = data.find(b"\r\n\r\n", 0, LONGEST_HEADER)
        if end < 0 or self._held or self._lines:
            return 0
        lines = data[:end].split(b"\r\n")
        if len(lines) > MOST_HEADERS + 1 or _STATUS_LINE.fullmatch(lines[0]) is None:
            return 0
        self._lines = lines
        self._read_head()
        return end + 4

    def _take_line(self, line: bytes) -> None:
        if not self._lines and _STATUS_LINE.fullmatch(line) is None:
            raise TransportError(NO_HTTP)
        self._refuse_long(line)
        if len(self._lines) > MOST_HEADERS:
            raise ResponseError(f"the answer has more than {MOST_HEADERS} headers", http_status=self._told_status())
        self._lines.append(line)

    def _refuse_long(self, line: bytes) -> None:
        if len(line) > LONGEST_HEADER:
            message = f"a header of the answer is longer than {LONGEST_HEADER} bytes"
            raise ResponseError(message, http_status=self._told_status())

    def _told_status(self) -> int | None:
        """Give the status of a head that is not whole yet."""
        found = _STATUS_LINE.fullmatch(self._lines[0]) if self._lines else None
        return int(found[2]) if found else None

    def _read_head(self) -> None:
        """Read the lines of a whole head, and start the body unless more heads follow."""
        first, *fields = self._lines
        self._lines = []
        found = _STATUS_LINE.fullmatch(first)
        assert found is not None
        self.status = int(found[2])
        if self.status >= 200:
            self.headers = _read_fields(fields, self.status)
            close = "close" in self.headers.get("connection", "").lower()
            self.kept = found[1] != b"0" and not close
            self._body = self._start_body()
            return
        self._interim += 1
        if self.status == 101 or self._interim > MOST_INTERIM:
            raise TransportError("interim answers came in place of one")

    def _start_body(self) -> Sized | Chunked | Unsized:
        """Choose by RFC 9112, section 6.3; refuse what two readers could take for two different bodies."""
        length, coding = self.headers.get("content-length"), self.headers.get("transfer-encoding")
        check_framing(self.status, self.headers, self._max_bytes)
        if self._method == "HEAD" or self.status in (204, 304):
            return Sized(0)
        if coding is not None:
            return Chunked(self._max_bytes, self.status, self.headers)
        if length is None:
            self.kept = False
            return Unsized(self._max_bytes, self.status, self.headers)
        return Sized(int(length))


def _read_fields(lines: list[bytes], status: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        found = _FIELD.fullmatch(line.decode("latin-1"))
        if found is None:
            raise ResponseError("a header of the answer cannot be read", http_status=status)
        name, value = found[1].lower(), found[2].rstrip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def check_framing(status: int, headers: Mapping[str, str], max_bytes: int) -> None:
    """Refuse an answer whose headers give it no length, two of them, or one above `max_bytes`.

    Two headers of one length are refused as well: joined with a comma they are no number.
    """
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None and (length is not None or coding.lower() != "chunked"):
        raise refusal("the answer is framed in two ways, or in an unknown one", status, headers)
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise refusal("the answer has no readable Content-Length, or several", status, headers)
    if len(length) > _LONGEST_LENGTH or int(length) > max_bytes:
        raise too_large(max_bytes, status, headers)
