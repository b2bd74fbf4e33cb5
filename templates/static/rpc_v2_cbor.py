"""Smithy RPC v2 CBOR: `POST /service/{Service}/operation/{Operation}`, and a body of CBOR each way.

Requests are written by the table of shapes: bytes as byte strings, times as tag 1. Answers say the type of each value
themselves and are read without it. Whatever an answer holds that JSON form has no place for ends in `ResponseError`:
references to other parts of it (tags 25, 28, 29, 256), keys that are no text, a key twice, nesting deeper than `DEPTH`.
Other tags say nothing here, and what they stand before is taken (the protocol's own rule for tags it does not use).
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, cast

from cbor2 import CBORDecodeEOF, CBORDecodeError, CBORDecoder, CBORTag, dumps, undefined

from .answers import refuse_missing, request_id_of
from .bindings import Fault, Member, Message, Shape, Table
from .errors import ConfigurationError, ResponseError, find_message, sanitized
from .moments import plain, read_moment, write_moment
from .operations import Operation
from .transport import HttpResponse
from .wire import DEPTH, TOO_DEEP, LongFloat

MEDIA_TYPE = "application/cbor"
_HEADERS = {"smithy-protocol": "rpc-v2-cbor", "Accept": MEDIA_TYPE}
_TIME = 1
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def codec_of(table: Table) -> RpcV2Cbor:
    return RpcV2Cbor(table)


class RpcV2Cbor:
    """The codec of one service; `bindings.Codec` says what its methods do."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._writer = Writer(table.shapes)
        self._headers = {**_HEADERS, "x-amzn-query-mode": "true"} if table.query_compatible else _HEADERS

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        """Write a request. One without input has no body; one whose input is empty has the body `{}`."""
        shape = self._table.operations[operation.name].input
        path = f"/service/{self._table.name}/operation/{operation.name}"
        if shape is None:
            return Message("POST", path, "", dict(self._headers), b"")
        body = dumps(self._writer.written(shape, wire))
        return Message("POST", path, "", {**self._headers, "Content-Type": MEDIA_TYPE}, body)

    def answer(self, operation: Operation, response: HttpResponse) -> Any:
        """Read an answer; one without a body is one whose output has no members."""
        output = self._table.operations[operation.name].output
        if output is not None and self._table.shapes[output].members:
            refuse_missing(response)
        found: object = load_cbor(response.body) if response.body else {}
        if not isinstance(found, dict):
            raise ResponseError("expected an object")
        return cast("dict[str, Any]", found)

    def structure(self, target: str, content: bytes) -> Any:
        """Read an event of a stream."""
        return load_cbor(content)

    def fault(self, response: HttpResponse) -> Fault:
        """Read an error: its code is what `__type` says."""
        request_id = request_id_of(response.headers)
        try:
            body = load_cbor(response.body)
        except ResponseError:
            return Fault(None, None, {}, request_id)
        if not isinstance(body, dict):
            return Fault(None, None, {}, request_id)
        members = cast("dict[str, Any]", body)
        code = members.get("__type")
        name = sanitized(code) if isinstance(code, str) else ""
        return Fault(name or None, find_message(members), members, request_id)


# ------------------------------------------------------------------------------------------------------------- writing


class Writer:
    """JSON form -> what cbor2 writes. How a shape is written is settled once."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes
        self._members: dict[str, dict[str, Member]] = {}

    def written(self, target: str, value: Any) -> Any:
        """Turn a value of a shape into one for cbor2; null stays, where a list or map is sparse."""
        if value is None:
            return None
        shape = self._shapes[target]
        match shape.type:
            case "structure" | "union":
                return self._structure(target, value)
            case "list":
                return [self.written(shape.members[0].target, item) for item in value]
            case "map":
                return {key: self.written(shape.members[1].target, item) for key, item in value.items()}
            case _:
                scalar = self._scalars.get(shape.type)
                return scalar(value) if scalar else value

    def _structure(self, target: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Write the members that are set; those that this release does not know go as they came."""
        members = self._members.get(target)
        if members is None:
            members = {member.name: member for member in self._shapes[target].members}
            self._members[target] = members
        return {
            members[name].wire if name in members else name: (
                self.written(members[name].target, item) if name in members else item
            )
            for name, item in value.items()
            if item is not None
        }

    @cached_property
    def _scalars(self) -> Mapping[str, Callable[[Any], Any]]:
        return {
            "blob": b64decode,
            "timestamp": _time,
            "float": _real,
            "double": _real,
            "bigDecimal": _decimal,
            "document": _refuse_document,
        }


def _time(value: str | int | float) -> CBORTag:
    """Write seconds since 1970, whatever form the model gives the member: this protocol has this one."""
    seconds = write_moment(plain(read_moment(value)), "epoch-seconds") if isinstance(value, str) else value
    return CBORTag(_TIME, seconds)


def _real(value: str | float) -> float:
    return _WORDS[value] if isinstance(value, str) else float(value)


def _decimal(value: int | float) -> int | Decimal:
    if isinstance(value, int):
        return value
    return Decimal(value.text if isinstance(value, LongFloat) else str(value))


def _refuse_document(value: object) -> Any:
    raise ConfigurationError("a document has no form in RPC v2 CBOR")


# ------------------------------------------------------------------------------------------------------------- reading


def load_cbor(content: bytes) -> Any:
    """Read one item of CBOR in JSON form; raises ResponseError with what is wrong.

    Memory is taken for what is there, never for a length that is declared.
    """
    stream = BytesIO(content)
    try:
        value = CBORDecoder(
            stream,
            tag_hook=_untagged,
            semantic_decoders=_TAGS,
            max_depth=DEPTH,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
        ).decode()
    except CBORDecodeEOF:
        raise ResponseError("the answer is not CBOR: it ends within an item") from None
    except CBORDecodeError as error:
        raise ResponseError(_reason(error)) from None
    if stream.tell() != len(content):
        raise ResponseError("the answer is not CBOR: it goes on after its end")
    return _in_json_form(value)


def _reason(error: CBORDecodeError) -> str:
    """Say what is wrong without a word of the answer, which cbor2 may quote."""
    text = str(error)
    if "nesting depth" in text:
        return TOO_DEEP
    if isinstance(error.__cause__, _Refused):
        return str(error.__cause__)
    known = ("Duplicate map key", "the answer has a key twice"), ("map key must be", _NO_TEXT)
    return next((reason for found, reason in known if found in text), "the answer is not CBOR")


_NO_TEXT = "the answer has a key that is no text"


class _Refused(ValueError):
    """What a tag stands before cannot be read."""


def _untagged(tag: CBORTag, immutable: bool) -> Any:
    return tag.value


def _taken(value: Any, immutable: bool) -> Any:
    return value


def _refuse_reference(value: Any, immutable: bool) -> Any:
    raise _Refused("the answer refers to other parts of itself")


_TOO_LARGE = "the answer has a number that is too large"
_DIGITS = 4000
"""Of an exact number: Python turns no more than 4,300 digits into text and back."""


def _whole(value: Any, immutable: bool) -> int:
    if not isinstance(value, bytes) or len(value) * 2.41 > _DIGITS:
        raise _Refused(_TOO_LARGE)
    return int.from_bytes(value, "big")


def _negative(value: Any, immutable: bool) -> int:
    return -1 - _whole(value, immutable)


def _fraction(value: Any, immutable: bool) -> LongFloat:
    """Read a decimal fraction, `[-2, 125]` for 1.25, exactly."""
    parts = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
    exponent, digits = parts if len(parts) == 2 else (None, None)
    if isinstance(exponent, int) and isinstance(digits, int) and abs(exponent) + digits.bit_length() <= _DIGITS:
        found = LongFloat.of(f"{digits}E{exponent}")
        if math.isfinite(found):
            return found
    raise _Refused(_TOO_LARGE)


_TAGS: Mapping[int, Callable[[Any, bool], Any]] = {
    **dict.fromkeys((0, _TIME, 5, 30, 35, 36, 37, 52, 54, 100, 258, 260, 261, 1004, 43000, 55799), _taken),
    **dict.fromkeys((25, 28, 29, 256), _refuse_reference),
    2: _whole,
    3: _negative,
    4: _fraction,
}
"""Every tag that cbor2 would make an object of its own out of, and what is made of it instead."""


_AS_THEY_ARE = frozenset((str, int, bool, type(None), LongFloat))


def _in_json_form(value: Any) -> Any:
    """Turn what cbor2 read into JSON form. Behind a tag it reads containers that cannot change."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, dict | Mapping):
        return {_key(key): _in_json_form(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_in_json_form(item) for item in cast("list[object]", value)]
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, float):
        return value if math.isfinite(value) else _spelled(value)
    if value is undefined:
        return None
    raise ResponseError("the answer has a value that is none of this protocol's")


def _spelled(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ResponseError(_NO_TEXT)
    return key
