"""Values without members or items: whether JSON is of the type at all.

In: a shape of the spec and a JSON value. Out: nothing, or `NotOfType`. The protocol's malformed-request tests set the
line: no number for a string, no `1.001` for an integer, no offset in a timestamp, no bad padding in base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from codegen.spec import ir
from codegen.spec.ir import Json

Scalar = ir.Enum | ir.IntEnum | ir.Text | ir.Number | ir.Boolean | ir.Blob | ir.Timestamp | ir.Document


class NotOfType(ValueError):
    """Says what a value must be; it quotes nothing of it."""


_BITS = {
    ir.NumberType.BYTE: 8,
    ir.NumberType.SHORT: 16,
    ir.NumberType.INTEGER: 32,
    ir.NumberType.LONG: 64,
    ir.NumberType.BIG_INTEGER: None,
}
_LARGEST = {ir.NumberType.FLOAT: 3.4028235677973366e38, ir.NumberType.DOUBLE: 1.7976931348623157e308}
_SPELLED = frozenset({"NaN", "Infinity", "-Infinity"})
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_HTTP_DATE = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})? GMT"
)
_FIRST, _LAST = -62135596800, 253402300799
"""Seconds of the years 1 and 9999."""


def check_scalar(member: ir.Member, shape: Scalar, value: Json) -> None:
    """Refuse what is not of the type; `True` is no integer and `"12"` no number."""
    match shape:
        case ir.Enum() | ir.Text():
            _demand(isinstance(value, str), "a string")
        case ir.IntEnum():
            _check_integer(value, 32)
        case ir.Number():
            _check_number(shape.type, value)
        case ir.Boolean():
            _demand(isinstance(value, bool), "a boolean")
        case ir.Blob():
            blob_bytes(value)
        case ir.Timestamp():
            _TIMESTAMPS[timestamp_format(member, shape)](value)
        case ir.Document():
            pass


def timestamp_format(member: ir.Member, shape: ir.Timestamp) -> ir.TimestampFormat:
    """The member's, else the shape's, else that of awsJson."""
    return member.timestamp_format or shape.format or ir.TimestampFormat.EPOCH_SECONDS


def blob_bytes(value: Json) -> bytes:
    """Decode base64 as it is written: full padding, and not the alphabet of URLs."""
    try:
        content = base64.b64decode(value.encode("ascii") if isinstance(value, str) else b"?", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NotOfType("a string in base64") from None
    _demand(base64.b64encode(content).decode("ascii") == value, "a string in base64")
    return content


def _demand(right: bool, wanted: str) -> None:
    if not right:
        raise NotOfType(wanted)


def _check_number(kind: ir.NumberType, value: Json) -> None:
    if kind in _BITS:
        _check_integer(value, _BITS[kind])
    elif kind in _LARGEST and isinstance(value, str):
        _demand(value in _SPELLED, "a number")
    else:
        _demand(isinstance(value, int | float) and not isinstance(value, bool), "a number")
        largest = _LARGEST.get(kind)
        fits = largest is None or not isinstance(value, int | float) or abs(value) <= largest
        _demand(fits, f"a number that fits a {kind.value}")


def _check_integer(value: Json, bits: int | None) -> None:
    _demand(isinstance(value, int) and not isinstance(value, bool), "an integer")
    if bits is not None and isinstance(value, int):
        _demand(-(2 ** (bits - 1)) <= value < 2 ** (bits - 1), f"an integer of {bits} bits")


def _check_epoch(value: Json) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    _demand(number and isinstance(value, int | float) and _FIRST <= value <= _LAST, "seconds since 1970, as a number")


def _check_date_time(value: Json) -> None:
    wanted = "a time such as 2024-12-15T19:58:11.520Z"
    _demand(isinstance(value, str) and _DATE_TIME.fullmatch(value) is not None, wanted)
    _demand(isinstance(value, str) and _is_moment(value[:19], "%Y-%m-%dT%H:%M:%S"), wanted)


def _check_http_date(value: Json) -> None:
    wanted = "a time such as Sun, 15 Dec 2024 19:58:11 GMT"
    _demand(isinstance(value, str) and _HTTP_DATE.fullmatch(value) is not None, wanted)
    _demand(isinstance(value, str) and _is_moment(value[5:25], "%d %b %Y %H:%M:%S"), wanted)


def _is_moment(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


_TIMESTAMPS: Mapping[ir.TimestampFormat, Callable[[Json], None]] = {
    ir.TimestampFormat.EPOCH_SECONDS: _check_epoch,
    ir.TimestampFormat.DATE_TIME: _check_date_time,
    ir.TimestampFormat.HTTP_DATE: _check_http_date,
}
