"""Streams of events, told as lists: a client gives the events of an answer that came whole.

In: a model. Out: the same, but that a member which is a stream refers to a list of the stream's union. Classes,
examples and tables then take it for what it is in JSON form, and need not know of streams.
"""

from __future__ import annotations

from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import ShapeId, SpecText


def with_streams_listed(model: ir.Model) -> ir.Model:
    """Put a list in the place of each stream of events; a model without one is given back as it is."""
    lists = {union.id: _list_of(union) for union in model.shapes.values() if is_stream(union)}
    if not lists:
        return model
    owners = {shape.id: shape for shape in model.shapes.values() if isinstance(shape, ir.Structure)}
    listed = {name: _listed(shape, lists) for name, shape in owners.items()}
    return replace(model, shapes={**model.shapes, **listed, **{one.id: one for one in lists.values()}})


def is_stream(shape: ir.Shape) -> bool:
    """Say whether a shape is a stream of events."""
    return isinstance(shape, ir.UnionOf) and shape.event_stream


def events_in(model: ir.Model, end: ShapeId | None) -> SpecText | None:
    """Name the member of an input or output that is a stream of events, as JSON form has it."""
    members = ir.members_of(model.shapes[end]) if end is not None else ()
    return next((one.wire for one in members if _events(model, model.shapes[one.target])), None)


def streamed_bytes(model: ir.Model, end: ShapeId | None) -> SpecText | None:
    """Name the member of an input or output that is a stream of bytes, as JSON form has it."""
    members = ir.members_of(model.shapes[end]) if end is not None else ()
    return next((one.wire for one in members if is_streamed_blob(one, model.shapes[one.target])), None)


def is_streamed_blob(member: ir.Member, target: ir.Shape) -> bool:
    """Say whether a member is a stream of bytes: botocore says so of some members, of others' targets."""
    return isinstance(target, ir.Blob) and (target.streaming or member.streaming)


def _events(model: ir.Model, shape: ir.Shape) -> bool:
    """Say whether a shape is a stream, or the list in the place of one."""
    return is_stream(model.shapes[shape.member.target]) if isinstance(shape, ir.ListOf) else is_stream(shape)


def _list_of(union: ir.Shape) -> ir.ListOf:
    """Make the list of a stream's events; no shape of a spec can have its name."""
    member = ir.Member(name=SpecText("member"), target=union.id, at=union.at)
    return ir.ListOf(id=SpecText(f"list of events of {union.id.raw}"), member=member, at=union.at)


def _listed(shape: ir.Structure, lists: dict[ShapeId, ir.ListOf]) -> ir.Structure:
    if not any(member.target in lists for member in shape.members):
        return shape
    members = (replace(one, target=lists[one.target].id) if one.target in lists else one for one in shape.members)
    return replace(shape, members=tuple(members))
