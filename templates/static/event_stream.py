"""Event streams (`application/vnd.amazon.eventstream`): bytes in, frames out; frames in, events in JSON form out.

A frame is a prelude (its own length, that of its headers, a CRC-32 of both), headers, a payload, and a CRC-32 of all
before it. `Frames` takes bytes as they come and holds no more than one unfinished frame; a whole body is one piece.
What is no such stream ends in `ResponseError`, before memory is taken for a length that a frame only declares.
"""

from __future__ import annotations

from base64 import b64encode
from binascii import crc32
from collections.abc import Callable, Iterator, Mapping
from struct import Struct
from typing import Any, NamedTuple, TypeAlias, cast
from uuid import UUID

from .bindings import Member, Shape
from .errors import ResponseError

CONTENT_TYPE = "application/vnd.amazon.eventstream"
LONGEST_HEADERS = 128 * 1024
LONGEST_PAYLOAD = 24 * 1024 * 1024
"""Bytes; what AWS allows in one frame."""

HeaderValue: TypeAlias = bool | int | float | str
"""In JSON form: bytes as base64, times as seconds since 1970, UUIDs as text."""

_PRELUDE = Struct("!III")
_CHECKSUM = Struct("!I")
_SIZE = Struct("!H")
_LEAST = _PRELUDE.size + _CHECKSUM.size
_FIXED = {2: Struct("!b"), 3: Struct("!h"), 4: Struct("!i"), 5: Struct("!q"), 8: Struct("!q"), 9: Struct("!16s")}
_BYTES, _TEXT, _TIME, _UUID = 6, 7, 8, 9


class Frame(NamedTuple):
    """One message of a stream."""

    headers: Mapping[str, HeaderValue]
    payload: bytes

    def __repr__(self) -> str:
        return f"Frame(<{len(self.headers)} headers>, <{len(self.payload)} bytes>)"


class Frames:
    """Reads frames out of bytes that come in pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take bytes, and give every frame that is whole by then."""
        self._held += data
        while (length := _length(self._held)) is not None and len(self._held) >= length:
            frame = bytes(self._held[:length])
            del self._held[:length]
            yield _frame(frame)

    def end(self) -> None:
        """Say that there are no more bytes. Raises ResponseError where they end within a frame."""
        if self._held:
            raise ResponseError("the stream of events ends within an event")


def frames_of(content: bytes) -> Iterator[Frame]:
    """Read the frames of a whole body."""
    frames = Frames()
    yield from frames.feed(content)
    frames.end()


def _length(held: bytearray) -> int | None:
    """Give the length of the frame that begins here, None while its prelude is not whole."""
    if len(held) < _PRELUDE.size:
        return None
    total, headers, checksum = _PRELUDE.unpack_from(held)
    if crc32(held[: _PRELUDE.size - _CHECKSUM.size]) != checksum:
        raise ResponseError("the answer is no stream of events, or one that was damaged on the way")
    if headers > LONGEST_HEADERS or not 0 <= total - headers - _LEAST <= LONGEST_PAYLOAD:
        raise ResponseError("an event of the stream has a length that none may have")
    return int(total)


def _frame(data: bytes) -> Frame:
    """Read one whole frame, whose prelude is known to be right."""
    end = len(data) - _CHECKSUM.size
    if crc32(data[:end]) != _CHECKSUM.unpack_from(data, end)[0]:
        raise ResponseError("an event of the stream was damaged on the way")
    start = _PRELUDE.size + _PRELUDE.unpack_from(data)[1]
    return Frame(_headers(data[_PRELUDE.size : start]), data[start:end])


# ------------------------------------------------------------------------------------------------------------- headers


def _headers(data: bytes) -> Mapping[str, HeaderValue]:
    found: dict[str, HeaderValue] = {}
    rest = _Rest(data)
    while rest.more():
        name = rest.text(rest.byte())
        if name in found:
            raise ResponseError("an event of the stream has a header twice")
        found[name] = _value(rest.byte(), rest)
    return found


def _value(kind: int, rest: _Rest) -> HeaderValue:
    if kind in (0, 1):
        return kind == 0
    if kind == _TEXT:
        return rest.text(rest.size())
    if kind == _BYTES:
        return b64encode(rest.take(rest.size())).decode("ascii")
    if kind not in _FIXED:
        raise ResponseError("an event of the stream has a header of an unknown type")
    (value,) = _FIXED[kind].unpack(rest.take(_FIXED[kind].size))
    if kind == _TIME:
        return int(value) // 1000 if value % 1000 == 0 else int(value) / 1000
    return str(UUID(bytes=value)) if kind == _UUID else int(value)


class _Rest:
    """What of a frame's headers is yet to be read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) < count:
            raise ResponseError("an event of the stream has headers that end too soon")
        self._at += count
        return found

    def byte(self) -> int:
        return self.take(1)[0]

    def size(self) -> int:
        return int(_SIZE.unpack(self.take(_SIZE.size))[0])

    def text(self, count: int) -> str:
        try:
            return self.take(count).decode()
        except UnicodeDecodeError:
            raise ResponseError("an event of the stream has a header that is not UTF-8") from None


# -------------------------------------------------------------------------------------------------------------- events


class Event(NamedTuple):
    """What a frame tells. name: the member of the stream's union, or the code of an error.

    kind: event, exception (an error that the service's model knows) or error (one that it does not). value: in JSON
    form, of an error as `errors.from_wire` takes it.
    """

    kind: str
    name: str
    value: Any


INITIAL = "initial-response"
"""Name of the event that carries the members of an answer beside its stream, in protocols without bindings."""

ReadStructure: TypeAlias = Callable[[str, bytes], Any]
"""Reads the structure of a key of the table from what a payload holds, in JSON form; "" is one that is not known."""


def events_of(content: bytes, union: Shape | None, shapes: Mapping[str, Shape], read: ReadStructure) -> Iterator[Event]:
    """Read the events of a whole body. `union` is what the stream is of; None where the payload says it all."""
    members = {member.wire: member for member in union.members} if union else {}
    return (_event(frame, members, shapes, read) for frame in frames_of(content))


def _event(frame: Frame, members: Mapping[str, Member], shapes: Mapping[str, Shape], read: ReadStructure) -> Event:
    kind = frame.headers.get(":message-type", "event")
    if kind == "error":
        code, message = (str(frame.headers.get(f":error-{part}", "")) for part in ("code", "message"))
        return Event("error", code, {"__type": code, "message": message})
    if kind not in ("event", "exception"):
        raise ResponseError("an event of the stream is of no type that there is")
    name = frame.headers.get(f":{kind}-type")
    if not isinstance(name, str):
        raise ResponseError("an event of the stream has no name")
    member = members.get(name)
    value = _of_payload(frame, member.target, shapes, read) if member else _object("", frame.payload, read)
    if kind == "exception":
        code = member.target if member else name  # what the union calls it is no more than that
        return Event(kind, code, {**value, "__type": code})
    return Event(kind, member.name if member else name, value)


def _object(target: str, payload: bytes, read: ReadStructure) -> dict[str, Any]:
    """Read the structure in a payload; without a target, one that this release does not know or that says it all."""
    value: object = read(target, payload) if payload else {}
    if not isinstance(value, dict):
        raise ResponseError("an event of the stream holds no object")
    return cast("dict[str, Any]", value)


def _of_payload(frame: Frame, target: str, shapes: Mapping[str, Shape], read: ReadStructure) -> dict[str, Any]:
    """Read an event's members: from headers, and from the payload as one of them or as all that are left."""
    members = shapes[target].members
    found = {
        one.name: frame.headers[one.wire] for one in members if one.event == "header" and one.wire in frame.headers
    }
    bound = next((one for one in members if one.event == "payload"), None)
    if bound is not None:
        return {**found, bound.name: _bound(frame.payload, bound.target, shapes, read)}
    left = any(one.event is None for one in members)
    return {**(_object(target, frame.payload, read) if left else {}), **found}


def _bound(payload: bytes, target: str, shapes: Mapping[str, Shape], read: ReadStructure) -> Any:
    """Read the one member that is the payload: bytes and text as they are, anything else as the protocol has it."""
    if shapes[target].type == "blob":
        return b64encode(payload).decode("ascii")
    if shapes[target].type != "string":
        return _object(target, payload, read)
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise ResponseError("an event of the stream has text that is not UTF-8") from None
