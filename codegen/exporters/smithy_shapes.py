"""`ir.Shape`s and `ir.Error`s -> shapes of a Smithy syntax tree; one small function per kind.

In: shapes, and what each is called. Out: their entries in the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from codegen.exporters.smithy_names import Ids, identifiers, named
from codegen.exporters.smithy_traits import (
    Traits,
    constraint_traits,
    entry_traits,
    flags,
    member_traits,
    words,
    xml_traits,
)
from codegen.importers.smithy_ast import PRELUDE
from codegen.importers.smithy_shapes import UNNAMED
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

Tree = dict[str, Json]
EMPTY: Json = {}


@dataclass(frozen=True, slots=True)
class Frame:
    """What shapes are written against: everybody's id, and how the service speaks."""

    ids: Ids
    protocol: ir.Protocol
    query_errors: bool

    @property
    def rest(self) -> bool:
        """Whether bindings to HTTP count."""
        return self.protocol in (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)


def shape_entry(shape: ir.Shape, frame: Frame) -> Tree:
    """Write one shape."""
    typed = _typed(shape, frame)
    own: Traits = {**entry_traits(shape, frame.rest), **flags(sensitive=shape.sensitive), **_kind_traits(shape)}
    return with_traits(typed, {**own, **named(frame.ids.shapes[shape.id], shape.id)})


def with_traits(entry: Tree, traits: Mapping[str, Json]) -> Tree:
    return {**entry, "traits": dict(traits)} if traits else entry


def _typed(shape: ir.Shape, frame: Frame) -> Tree:
    match shape:
        case ir.Structure():
            return {"type": "structure", "members": members(shape.members, frame)}
        case ir.UnionOf():
            return {"type": "union", "members": members(shape.members, frame)}
        case ir.Enum():
            return {"type": "enum", "members": _values(shape)}
        case ir.IntEnum():
            return {"type": "intEnum", "members": _int_values(shape)}
        case ir.ListOf():
            return {"type": "list", "member": _member(shape.member, frame)}
        case ir.MapOf():
            return {"type": "map", "key": _member(shape.key, frame), "value": _member(shape.value, frame)}
        case ir.Number():
            return {"type": shape.type.value}
        case ir.Text():
            return {"type": "string"}
        case ir.Boolean() | ir.Blob() | ir.Timestamp() | ir.Document():
            return {"type": type(shape).__name__.lower()}
        case _:
            assert_never(shape)


def _kind_traits(shape: ir.Shape) -> Traits:
    """Say what only this kind of shape has."""
    match shape:
        case ir.Structure():
            return xml_traits(shape.xml)
        case ir.UnionOf():
            return flags(streaming=shape.event_stream)
        case ir.Enum():
            unnamed: Traits = {UNNAMED: {}} if shape.values and all(one.name is None for one in shape.values) else {}
            return {**constraint_traits(shape.constraints), **unnamed}
        case ir.Text():
            return {**constraint_traits(shape.constraints), **words(mediaType=shape.media_type)}
        case ir.Number():
            return {**constraint_traits(shape.constraints), **flags(box=shape.box)}
        case ir.Boolean():
            return flags(box=shape.box)
        case ir.Blob():
            streaming = flags(streaming=shape.streaming, requiresLength=shape.requires_length)
            return {**constraint_traits(shape.constraints), **streaming, **words(mediaType=shape.media_type)}
        case ir.Timestamp():
            return words(timestampFormat=shape.format)
        case ir.ListOf() | ir.MapOf():
            return {**constraint_traits(shape.constraints), **flags(sparse=shape.sparse)}
        case ir.IntEnum() | ir.Document():
            return {}
        case _:
            assert_never(shape)


# ------------------------------------------------------------------------------------------------------------- members


def members(listed: Iterable[ir.Member], frame: Frame) -> Tree:
    """Write the members of a structure, each under a name that Smithy takes."""
    by_name = {member.name: member for member in listed}
    chosen = identifiers((name.raw, name.raw) for name in by_name)
    return {chosen[name.raw]: _member(member, frame, chosen[name.raw]) for name, member in by_name.items()}


def _member(member: ir.Member, frame: Frame, identifier: str | None = None) -> Tree:
    target: Tree = {"target": frame.ids.shapes[member.target]}
    name = named(identifier, member.name) if identifier else {}
    return with_traits(target, {**member_traits(member, frame.protocol), **name})


def _values(shape: ir.Enum) -> Tree:
    """A value without a name is called by what it says; what is no identifier is made one."""
    wanted = ((number, (one.name or one.value).raw) for number, one in enumerate(shape.values))
    chosen = identifiers(wanted)
    return {
        chosen[number]: _value({PRELUDE + "enumValue": one.value.raw}, one) for number, one in enumerate(shape.values)
    }


def _int_values(shape: ir.IntEnum) -> Tree:
    chosen = identifiers((one.name, one.name.raw) for one in shape.values)
    return {chosen[one.name]: _value({PRELUDE + "enumValue": one.value}, one) for one in shape.values}


def _value(own: Traits, entry: ir.Entry) -> Json:
    traits: Json = {**own, **entry_traits(entry, False)}
    return {"target": f"{PRELUDE}Unit", "traits": traits}


# -------------------------------------------------------------------------------------------------------------- errors


def error_entry(error: ir.Error, frame: Frame) -> Tree:
    """Write one error; of several statuses, the one that the release goes by."""
    status = error.http_errors[0].status if error.http_errors else None
    code: SpecText | None = error.code or (error.name if frame.query_errors and status is not None else None)
    query: Json = {**({"code": code.raw} if code else {}), "httpResponseCode": status or _usual(error)}
    retry: Json = {"throttling": True} if error.throttling else {}
    traits: Traits = {
        **entry_traits(error, frame.rest),
        PRELUDE + "error": error.fault.value,
        **({PRELUDE + "httpError": status} if status is not None and not frame.query_errors else {}),
        **({"aws.protocols#awsQueryError": query} if frame.query_errors and code else {}),
        **({PRELUDE + "retryable": retry} if error.retryable or error.throttling else {}),
        **named(frame.ids.errors[error.name], error.name),
    }
    return with_traits({"type": "structure", "members": members(error.members, frame)}, traits)


def _usual(error: ir.Error) -> int:
    """Smithy's own status where none is said."""
    return 400 if error.fault is ir.Fault.CLIENT else 500
