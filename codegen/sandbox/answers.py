"""Answers as they go out: what an operation gives, or the error that stands in its place.

In: an output, or a `Fault`; the model's fields. Out: `HttpResponse`. Members are written in the order of the spec, a
moment in the format that its member has, a null as it is: the service itself sends some. An output that does not fit
the model raises `Misfit`: a bug of ours, which the caller is told as InternalServerException.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import NamedTuple, TypeGuard

from codegen.sandbox.calling import Fault
from codegen.sandbox.fields import Fields
from codegen.sandbox.json_text import json_bytes
from codegen.sandbox.requests import Headers, HttpResponse
from codegen.sandbox.scalars import NotOfType, Scalar, check_scalar, timestamp_format
from codegen.spec import ir


class Head(NamedTuple):
    """What an answer carries whatever it is."""

    content_type: str
    request_id: str


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
"""For errors: the first answer of a server mostly is one, and would wait for the quicker writer to be imported."""


class Misfit(ValueError):
    """Says where an output does not fit the model."""


def success(
    fields: Fields, operation: ir.Operation, output: Mapping[str, object], head: Head, more: Headers = ()
) -> HttpResponse:
    """Write an output; without a modelled one the body is empty."""
    shape = fields.model.shapes[operation.output] if operation.output else None
    if not isinstance(shape, ir.Structure):
        return _response(200, b"", head, more)
    return _response(200, json_bytes(_structure(fields, shape, output, operation.name.raw)), head, more)


def error(status: int, kind: str, body: Mapping[str, object], head: Head) -> HttpResponse:
    """Write an error; `kind` goes into the header as it is, so it may end none."""
    if not kind.isprintable():
        raise Misfit("the name of an error that no header can hold")
    return _response(status, _ENCODER.encode(body).encode("utf-8"), head, (("x-amzn-errortype", kind),))


def error_body(fields: Fields, modelled: ir.Error | None, fault: Fault, kind: str) -> dict[str, object]:
    """Join type, message and members; the message is spelled as the error spells it."""
    if modelled is None:
        return {"__type": kind, "message": fault.message}
    names = [member.wire.raw for member in modelled.members]
    spelled = next((name for name in names if name.lower() == "message"), "message")
    given: dict[str, object] = {spelled: fault.message, **fault.members}
    known = ((member, given.get(member.wire.raw)) for member in modelled.members)
    written = {
        member.wire.raw: _member(fields, member, value, member.wire.raw) for member, value in known if value is not None
    }
    return {"__type": kind, spelled: fault.message, **written}


def _response(status: int, body: bytes, head: Head, more: Headers = ()) -> HttpResponse:
    length = str(len(body))
    fixed = (("content-type", head.content_type), ("content-length", length), ("x-amzn-requestid", head.request_id))
    return HttpResponse(status, (*fixed, *more), body)


# --------------------------------------------------------------------------------------------------------------- values


def _member(fields: Fields, member: ir.Member, value: object, path: str) -> object:
    return _value(fields, member, fields.model.shapes[member.target], value, path)


def _value(fields: Fields, member: ir.Member, shape: ir.Shape, value: object, path: str) -> object:
    match shape:
        case ir.Text() | ir.Enum():  # first: most values are
            return _scalar(member, shape, value, path)
        case ir.Structure():
            return _structure(fields, shape, value, path)
        case ir.UnionOf():
            return _union(fields, shape, value, path)
        case ir.ListOf():
            return _list(fields, shape, value, path)
        case ir.MapOf():
            entries = _mapping(value, path).items()
            return {key: _member(fields, shape.value, each, f"{path}.{key}") for key, each in entries}
        case ir.Document():
            return value
        case _:
            return _scalar(member, shape, value, path)


def _structure(fields: Fields, shape: ir.Structure, value: object, path: str) -> dict[str, object]:
    given, written = _mapping(value, path), dict[str, object]()
    for name, member, of, required, asked in fields.of(shape):
        if name in given:
            found = given[name]
            plain = found is None or (asked is not None and isinstance(found, str))  # as most members are
            written[name] = found if plain else _value(fields, member, of, found, f"{path}.{name}")
        elif required:
            raise Misfit(f"{path}.{name}: is required")
    if len(written) < len(given):
        raise Misfit(f"{path}: {shape.id.raw} has no member {min(given.keys() - written.keys())}")
    return written


def _union(fields: Fields, shape: ir.UnionOf, value: object, path: str) -> dict[str, object]:
    given = {name: arm for name, arm in _mapping(value, path).items() if arm is not None}
    found = [member for member in shape.members if member.wire.raw in given]
    if len(given) != 1 or len(found) != 1:
        raise Misfit(f"{path}: not exactly one member of {shape.id.raw}")
    name = found[0].wire.raw
    return {name: _member(fields, found[0], given[name], f"{path}.{name}")}


def _list(fields: Fields, shape: ir.ListOf, value: object, path: str) -> list[object]:
    if not _is_list(value):
        raise Misfit(f"{path}: no list")
    return [_member(fields, shape.member, each, f"{path}[{number}]") for number, each in enumerate(value)]


def _mapping(value: object, path: str) -> Mapping[str, object]:
    if not _is_mapping(value):
        raise Misfit(f"{path}: no mapping")
    return value


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 (a union is made anew at each call)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def _scalar(member: ir.Member, shape: Scalar, value: object, path: str) -> object:
    written = _plain(member, shape, value)
    if not isinstance(written, bool | int | float | str):
        raise Misfit(f"{path}: no value of {shape.id.raw}")
    try:
        check_scalar(member, shape, written)
    except NotOfType as wanted:
        raise Misfit(f"{path}: must be {wanted}") from None
    return written


def _plain(member: ir.Member, shape: ir.Shape, value: object) -> object:
    """Write what JSON has no word for."""
    match value:
        case str():  # first: most values are
            return value
        case datetime() if isinstance(shape, ir.Timestamp):
            return _moment(value.astimezone(UTC), timestamp_format(member, shape))
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return value


def _moment(moment: datetime, form: ir.TimestampFormat) -> str | float:
    """`2024-12-15T19:58:11.520Z`, 1734292691.52, or `Sun, 15 Dec 2024 19:58:11 GMT`."""
    match form:
        case ir.TimestampFormat.DATE_TIME:
            return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        case ir.TimestampFormat.EPOCH_SECONDS:
            return round(moment.timestamp(), 3)
        case ir.TimestampFormat.HTTP_DATE:
            return format_datetime(moment, usegmt=True)
