"""Which values of a JSON input a program holds in another type than JSON's: bytes, moments, JSON within text.

A strict constructor takes those as the language has them; the vectors say where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.cases.case import Steps
from codegen.spec import ir
from codegen.spec.examples import is_json_text, timestamp_format
from codegen.spec.ir import Json, ShapeId


def held(model: ir.Model, shape: ShapeId, value: Json) -> list[Json]:
    """List them as pairs of steps and form: `[["Payload", "Data"], "blob"]`."""
    return [[list(steps), form] for steps, form in _members(model, model.shapes[shape], value, ())]


def _members(model: ir.Model, shape: ir.Shape, value: Json, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, dict):
        given = [member for member in ir.members_of(shape) if member.wire.raw in value] if value else []
        for member in given:
            if (item := value[member.wire.raw]) is not None:
                yield from _held(model, member, item, (*steps, member.wire.raw))


def _held(model: ir.Model, member: ir.Member, value: Json, steps: Steps) -> Iterator[tuple[Steps, str]]:
    target = model.shapes[member.target]
    if isinstance(target, ir.Structure | ir.UnionOf):
        yield from _members(model, target, value, steps)
    elif isinstance(target, ir.ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _held(model, target.member, item, (*steps, index))
    elif isinstance(target, ir.MapOf) and isinstance(value, dict):
        for key, item in value.items():
            yield from _held(model, target.value, item, (*steps, key))
    elif form := _form(member, target, value):
        yield steps, form


def _form(member: ir.Member, target: ir.Shape, value: Json) -> str | None:
    if isinstance(target, ir.Blob) and isinstance(value, str):
        return "blob"
    if isinstance(value, str) and is_json_text(member, target):
        return "json"
    if isinstance(target, ir.Timestamp) and isinstance(value, int | float | str) and not isinstance(value, bool):
        form = timestamp_format(member, target)
        return str(form) if isinstance(value, str) is not (form is ir.TimestampFormat.EPOCH_SECONDS) else None
    return None
