"""Frames of event streams, against botocore's own reader, and events out of frames."""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import crc32
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from struct import pack
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import runtime
from botocore.eventstream import EventStreamBuffer  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from templates.static import bindings, event_stream
else:
    bindings, event_stream = runtime.load("bindings"), runtime.load("event_stream")

Header = tuple[int, Any]
"""The number of a header's type, and its value."""


def written(headers: Mapping[str, Header], payload: bytes = b"") -> bytes:
    """Write a frame, as a service does."""
    head = b"".join(_header(name, *header) for name, header in headers.items())
    prelude = pack("!II", len(head) + len(payload) + 16, len(head))
    return _checked(_checked(prelude) + head + payload)


def _checked(data: bytes) -> bytes:
    return data + pack("!I", crc32(data))


_FIXED = {2: "!b", 3: "!h", 4: "!i", 5: "!q", 8: "!q"}


def _header(name: str, kind: int, value: Any) -> bytes:
    encoded = name.encode()
    content = value.encode() if isinstance(value, str) else value
    if kind in _FIXED:
        content = pack(_FIXED[kind], value)
    elif kind in (6, 7):
        content = pack("!H", len(content)) + content
    elif kind in (0, 1):
        content = b""
    return bytes([len(encoded)]) + encoded + bytes([kind]) + content


def event(name: str, payload: bytes = b"", **more: Header) -> bytes:
    return written({":message-type": (7, "event"), ":event-type": (7, name), **more}, payload)


# -------------------------------------------------------------------------------------------------------------- frames

_VALUES: Sequence[st.SearchStrategy[Header]] = (
    st.tuples(st.sampled_from([0, 1]), st.none()),
    st.tuples(st.just(2), st.integers(-(2**7), 2**7 - 1)),
    st.tuples(st.just(3), st.integers(-(2**15), 2**15 - 1)),
    st.tuples(st.just(4), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.sampled_from([5, 8]), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(6), st.binary(max_size=40)),
    st.tuples(st.just(7), st.text(max_size=20)),
    st.tuples(st.just(9), st.binary(min_size=16, max_size=16)),
)
_NAMES = st.text(min_size=1, max_size=20).filter(lambda name: len(name.encode()) < 256)
_FRAMES = st.lists(
    st.tuples(st.dictionaries(_NAMES, st.one_of(_VALUES), max_size=5), st.binary(max_size=60)), max_size=4
)


def _as_we_tell(header: Header) -> Any:
    kind, value = header
    told: Mapping[int, Callable[[], Any]] = {
        0: lambda: True,
        1: lambda: False,
        6: lambda: b64encode(value).decode(),
        8: lambda: value / 1000,
        9: lambda: str(UUID(bytes=value)),
    }
    return told.get(kind, lambda: value)()


def _as_botocore_tells(header: Header) -> Any:
    return {0: True, 1: False}.get(header[0], header[1])


@given(_FRAMES, st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_frames_are_read_as_botocore_reads_them(frames: Any, size: int) -> None:
    content = b"".join(written(headers, payload) for headers, payload in frames)
    theirs = EventStreamBuffer()
    theirs.add_data(content)
    assert [(one.headers, one.payload) for one in theirs] == [
        ({name: _as_botocore_tells(header) for name, header in headers.items()}, payload) for headers, payload in frames
    ]
    ours = [
        event_stream.Frame({name: _as_we_tell(header) for name, header in headers.items()}, payload)
        for headers, payload in frames
    ]
    assert list(event_stream.frames_of(content)) == ours
    reader = event_stream.Frames()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert [frame for piece in pieces for frame in reader.feed(piece)] == ours
    reader.end()


def test_a_whole_second_is_a_whole_number() -> None:
    moment = int(datetime(2026, 1, 2, tzinfo=UTC).timestamp())
    (frame,) = event_stream.frames_of(written({"t": (8, moment * 1000)}))
    assert frame.headers == {"t": moment} and type(frame.headers["t"]) is int


GOOD = event("Chunk", b"payload", n=(4, 7))
TWICE = _header("a", 4, 1) * 2
UNREADABLE = {
    "a page": (
        b"<html>not a stream of events</html>",
        "the answer is no stream of events, or one that was damaged on the way",
    ),
    "damaged prelude": (b"\x01" + GOOD[1:], "the answer is no stream of events, or one that was damaged on the way"),
    "damaged payload": (GOOD[:-5] + b"\x00" + GOOD[-4:], "an event of the stream was damaged on the way"),
    "damaged checksum": (GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "an event of the stream was damaged on the way"),
    "cut": (GOOD[:-1], "the stream of events ends within an event"),
    "cut in the prelude": (GOOD + GOOD[:5], "the stream of events ends within an event"),
    "too short": (_checked(pack("!II", 15, 0)), "an event of the stream has a length that none may have"),
    "too long": (
        _checked(pack("!II", 16 + 24 * 1024 * 1024 + 1, 0)),
        "an event of the stream has a length that none may have",
    ),
    "longest there is": (_checked(pack("!II", 2**32 - 1, 0)), "an event of the stream has a length that none may have"),
    "too many headers": (
        _checked(pack("!II", 2**20, 128 * 1024 + 1)),
        "an event of the stream has a length that none may have",
    ),
    "headers beyond the end": (_checked(pack("!II", 20, 5)), "an event of the stream has a length that none may have"),
    "header twice": (
        _checked(_checked(pack("!II", len(TWICE) + 16, len(TWICE))) + TWICE),
        "an event of the stream has a header twice",
    ),
    "header cut": (
        _checked(_checked(pack("!II", 19, 3)) + b"\x01a\x04"),
        "an event of the stream has headers that end too soon",
    ),
    "header without a value": (
        _checked(_checked(pack("!II", 18, 2)) + b"\x01a"),
        "an event of the stream has headers that end too soon",
    ),
    "text cut": (
        _checked(_checked(pack("!II", 22, 6)) + b"\x01a\x07\x00\x05h"),
        "an event of the stream has headers that end too soon",
    ),
    "unknown type": (
        _checked(_checked(pack("!II", 19, 3)) + b"\x01a\x0a"),
        "an event of the stream has a header of an unknown type",
    ),
    "text that is none": (written({"a": (7, b"\xff")}), "an event of the stream has a header that is not UTF-8"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_stream_is_refused(case: str) -> None:
    content, message = UNREADABLE[case]
    with pytest.raises(runtime.errors.ResponseError) as refused:
        list(event_stream.frames_of(content))
    assert refused.value.message == message


def test_frames_before_a_damaged_one_are_given() -> None:
    found: Iterator[Any] = event_stream.Frames().feed(GOOD + b"\xff" * 20)
    assert next(found).payload == b"payload"
    with pytest.raises(runtime.errors.ResponseError):
        next(found)


def test_no_frame_shows_what_it_holds() -> None:
    (frame,) = event_stream.frames_of(GOOD)
    assert repr(frame) == "Frame(<3 headers>, <7 bytes>)"


# -------------------------------------------------------------------------------------------------------------- events

_Member, _Shape = bindings.Member, bindings.Shape
SHAPES = {
    "Stream": _Shape(
        "union",
        (_Member("Chunk", "Chunk", "Chunk"), _Member("Words", "Words", "Words"), _Member("Done", "Done", "Done"),
         _Member("Inner", "Inner", "Inner"), _Member("failed", "Failed", "failed")),
        streaming=True,
    ),
    "Chunk": _Shape(
        "structure",
        (_Member("Data", "#blob", "Data", event="payload"), _Member("N", "#integer", "n", event="header")),
    ),
    "Words": _Shape("structure", (_Member("Text", "#string", "Text", event="payload"),)),
    "Done": _Shape("structure", (_Member("At", "#integer", "at", event="header"),)),
    "Inner": _Shape("structure", (_Member("Body", "Plain", "Body", event="payload"),)),
    "Plain": _Shape("structure", (_Member("Count", "#integer", "Count"),)),
    "Failed": _Shape("structure", (_Member("Message", "#string", "message"),)),
    "#blob": _Shape("blob"),
    "#string": _Shape("string"),
    "#integer": _Shape("integer"),
}  # fmt: skip


def _read(target: str, payload: bytes) -> Any:
    return {f"{target}:{name}": value for name, value in json.loads(payload).items()}


EVENTS: Mapping[str, tuple[bytes, tuple[str, str, Any]]] = {
    "bytes and a header": (event("Chunk", b"\x00\xff", n=(4, 7)), ("event", "Chunk", {"Data": "AP8=", "N": 7})),
    "a header that is missing": (event("Chunk", b""), ("event", "Chunk", {"Data": ""})),
    "text": (event("Words", "ä".encode()), ("event", "Words", {"Text": "ä"})),
    "headers alone": (event("Done", b"ignored", at=(5, 9)), ("event", "Done", {"At": 9})),
    "a structure as payload": (event("Inner", b'{"Count": 1}'), ("event", "Inner", {"Body": {"Plain:Count": 1}})),
    "no payload": (event("Inner"), ("event", "Inner", {"Body": {}})),
    "an event of a later release": (event("New", b'{"a": 1}'), ("event", "New", {":a": 1})),
    "an empty one": (event("New"), ("event", "New", {})),
    "an exception": (
        written({":message-type": (7, "exception"), ":exception-type": (7, "failed")}, b'{"message": "no"}'),
        ("exception", "Failed", {"__type": "Failed", "Failed:message": "no"}),
    ),
    "an exception that is not known": (
        written({":message-type": (7, "exception"), ":exception-type": (7, "Other")}),
        ("exception", "Other", {"__type": "Other"}),
    ),
    "an error": (
        written({":message-type": (7, "error"), ":error-code": (7, "Oops"), ":error-message": (7, "text")}),
        ("error", "Oops", {"__type": "Oops", "message": "text"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EVENTS)
def test_events_are_read_in_json_form(case: str) -> None:
    content, expected = EVENTS[case]
    assert list(event_stream.events_of(content, SHAPES["Stream"], SHAPES, _read)) == [expected]


def test_without_a_table_the_payload_says_it_all() -> None:
    content = event("Chunk", b'{"a": 1}') + event("Words", b'{"b": 2}')
    found = event_stream.events_of(content, None, {}, lambda _, payload: json.loads(payload))
    assert list(found) == [("event", "Chunk", {"a": 1}), ("event", "Words", {"b": 2})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (written({":message-type": (7, "event")}), "an event of the stream has no name"),
        (written({":message-type": (7, "other")}), "an event of the stream is of no type that there is"),
        (event("Words", b"\xff"), "an event of the stream has text that is not UTF-8"),
    ],
)
def test_events_that_cannot_be_read_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(runtime.errors.ResponseError) as refused:
        list(event_stream.events_of(content, SHAPES["Stream"], SHAPES, _read))
    assert refused.value.message == message


@pytest.mark.parametrize(
    "content",
    [
        event("Later", b"[1]"),
        event(event_stream.INITIAL, b"1"),
        written({":message-type": (7, "exception"), ":exception-type": (7, "Other")}, b'"no"'),
    ],
)
def test_an_event_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(runtime.errors.ResponseError) as refused:
        list(event_stream.events_of(content, None, {}, lambda _, payload: json.loads(payload)))
    assert refused.value.message == "an event of the stream holds no object"
