"""Readers of what a service answers: JSON, XML, CBOR, event streams, HTTP itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import cbor2
import runtime
from runtime import Everything, errors, load
from test_event_stream import event
from test_xml_form import HOSTILE, SCALARS, structure

from fuzz.target import Target

if TYPE_CHECKING:
    from templates.static import bindings, event_stream, framing, rpc_v2_cbor, wire, xml_form, xml_tree
else:
    bindings, event_stream, framing = load("bindings"), load("event_stream"), load("framing")
    rpc_v2_cbor, wire, xml_form, xml_tree = load("rpc_v2_cbor"), load("wire"), load("xml_form"), load("xml_tree")

Member, Shape = bindings.Member, bindings.Shape
_MOST = 1024 * 1024
_SHAPES: Any = {
    **SCALARS,
    "In": structure(
        *(Member(kind, f"#{kind}", kind) for kind in ("string", "boolean", "integer", "double", "blob", "timestamp")),
        *(Member("list", "List", "list"), Member("map", "Map", "map"), Member("again", "In", "again")),
        Member("flat", "List", "flat", flattened=True),
        Member("attribute", "#string", "attribute", attribute=True),
    ),
    "List": Shape("list", (Member("", "#integer", "member"),)),
    "Map": Shape("map", (Member("", "#string", "key"), Member("", "In", "value"))),
}


def read_json(data: bytes) -> None:
    """Read an answer as a model; what was read can be written, and is then the same."""
    value = wire.load_json(data)
    wire.dump_json(value)
    read = Everything.from_wire(value if isinstance(value, dict) else {})
    read.to_wire()


def read_xml(data: bytes) -> None:
    """Read an answer in XML as a shape with every kind of member."""
    root = xml_tree.parse_xml(data)
    json.dumps(xml_form.read_shape(_SHAPES, "In", root), default=str)
    xml_form.untyped(root)


def read_cbor(data: bytes) -> None:
    """Read an answer in CBOR; it comes in JSON form."""
    json.dumps(rpc_v2_cbor.load_cbor(data))


def read_events(data: bytes) -> None:
    """Read a stream of events, whole and byte by byte; both must say the same."""
    whole = [(dict(frame.headers), frame.payload) for frame in event_stream.frames_of(data)]
    frames = event_stream.Frames()
    parts = [frame for at in range(len(data)) for frame in frames.feed(data[at : at + 1])]
    assert whole == [(dict(frame.headers), frame.payload) for frame in parts]


def read_http(data: bytes) -> None:
    """Read an answer of HTTP/1.1, in one piece and in pieces of seven bytes; both must say the same."""
    assert _fed(data, len(data) or 1) == _fed(data, 7)


def _fed(data: bytes, size: int) -> object:
    """Give what was read, or the kind of error: how much of a broken answer is seen depends on the pieces."""
    answer = framing.Answer("POST", _MOST)
    try:
        for at in range(0, len(data), size):
            if answer.feed(data[at : at + size]):
                return answer.response
        answer.end()
    except (errors.TransportError, errors.ResponseError):
        return None
    return answer.response


# --------------------------------------------------------------------------------------------------------------- seeds


def _json_seeds() -> Iterator[bytes]:
    full = {
        "Text": "a",
        "Word": "ab",
        "Odd": "x",
        "Whole": 1,
        "Real": 1.5,
        "Exact": 1,
        "Flag": True,
        "Blob": "YQ==",
        "Epoch": 1.5,
        "Time": "2024-01-01T00:00:00Z",
        "Date": "Mon, 01 Jan 2024 00:00:00 GMT",
        "Document": [{}],
        "Packed": '{"a": 1}',
        "Colour": "red",
        "Size": 10,
        "Inner": {"Name": "a"},
        "Choice": {"Inner": {}},
        "Words": ["a"],
        "Gaps": [None, 1],
        "Inners": [{"Name": "a"}],
        "Rows": [["red"]],
        "Counts": {"a": 1},
        "Holes": {"a": None},
        "Secret": "a",
        "Hidden": {"a": "b"},
        "Again": {"Again": {}},
    }
    yield json.dumps(full).encode()
    yield from (json.dumps({key: value}).encode() for key, value in full.items())
    yield from (b"[]", b'"x"', b"NaN", b"[" * 200, b'{"a": 1e999}', b"\xef\xbb\xbf{}", b'{"a":1,"a":2}', b"\xff")


def _xml_seeds() -> Iterator[bytes]:
    yield from (body for body, _ in HOSTILE.values() if len(body) < 5000)
    yield b'<In attribute="x" xmlns="urn:x"><string>a</string><integer>1</integer><double>NaN</double></In>'
    yield b"<In><boolean>true</boolean><blob>YQ==</blob><timestamp>2024-01-01T00:00:00Z</timestamp></In>"
    yield b"<In><list><member>1</member></list><flat>1</flat><flat>2</flat><again><again/></again></In>"
    yield b"<In><map><entry><key>a</key><value><string>x</string></value></entry></map></In>"


def _cbor_seeds() -> Iterator[bytes]:
    values: list[Any] = [{"a": 1}, [1.5, None, True], b"x", 2**70, -(2**70), {"a": {"b": [{}]}}, "é", float("inf")]
    yield from map(cbor2.dumps, values)
    yield from (cbor2.dumps(cbor2.CBORTag(number, 1.5)) for number in (1, 2, 4, 28, 258))
    yield from (b"\xbf\x61a\x01\xff", b"\x9f\x01\xff", b"\xc4\x82\x20\x01", b"\x9b" + b"\xff" * 8, b"\x81" * 300)


def _event_seeds() -> Iterator[bytes]:
    yield event("A", b"{}")
    yield event("A", b"{}") * 2 + b"\x00"
    yield event("A", b"x", flag=(0, b""), byte=(2, 1), short=(3, 1), int=(4, 1), long=(5, 1), raw=(6, b"x"))
    yield event("A", time=(8, 1), id=(9, b"0123456789abcdef"))


def _http_seeds() -> Iterator[bytes]:
    head = b"HTTP/1.1 200 OK\r\n"
    yield head + b"Content-Length: 2\r\nX-A: b\r\n\r\n{}"
    yield head + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n"
    yield b"HTTP/1.1 100 Continue\r\n\r\n" + head + b"Content-Length: 0\r\n\r\n"
    yield from (
        b"HTTP/1.0 204 No\r\n\r\n",
        head + b"\r\nbody",
        head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    )


_ERRORS = (errors.ResponseError,)
TARGETS = (
    Target("json", read_json, (errors.ResponseError, errors.ValidationError), _json_seeds, is_json=True),
    Target("xml", read_xml, _ERRORS, _xml_seeds),
    Target("cbor", read_cbor, _ERRORS, _cbor_seeds),
    Target("events", read_events, _ERRORS, _event_seeds),
    Target("http", read_http, (), _http_seeds),
)
_ = runtime
