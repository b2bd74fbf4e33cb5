"""Which values of a JSON input a program holds in another type than JSON's: bytes, moments, JSON within text.

A strict constructor takes those as the language has them; the vectors say where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.cases.case import Steps
from codegen.spec import ir
from codegen.spec.examples import is_json_text, timestamp_format
from codegen.spec.ir import Json, ShapeId


class Held:
    """Finds them in inputs of one model: what holds none is passed by, and members are looked up by name."""

    def __init__(self, model: ir.Model) -> None:
        self._shapes = model.shapes
        self._holding = _holding(model)
        self._members: dict[ShapeId, dict[str, tuple[int, ir.Member]]] = {}

    def within(self, shape: ShapeId, value: Json) -> list[Json]:
        """List them as pairs of steps and form: `[["Payload", "Data"], "blob"]`."""
        return [[list(steps), form] for steps, form in self._among(self._shapes[shape], value, ())]

    def _among(self, shape: ir.Shape, value: Json, steps: Steps) -> Iterator[tuple[Steps, str]]:
        """Walk the members that are given, in the order of the spec."""
        if not isinstance(value, dict) or shape.id not in self._holding:
            return
        members = self._named(shape)
        for _, member in sorted(members[name] for name in value.keys() & members.keys()):
            if (item := value[member.wire.raw]) is not None:
                yield from self._at(member, item, (*steps, member.wire.raw))

    def _named(self, shape: ir.Shape) -> dict[str, tuple[int, ir.Member]]:
        if shape.id not in self._members:
            members = enumerate(ir.members_of(shape))
            self._members[shape.id] = {member.wire.raw: (at, member) for at, member in members}
        return self._members[shape.id]

    def _at(self, member: ir.Member, value: Json, steps: Steps) -> Iterator[tuple[Steps, str]]:
        target = self._shapes[member.target]
        if isinstance(target, ir.Structure | ir.UnionOf):
            yield from self._among(target, value, steps)
        elif isinstance(target, ir.ListOf) and isinstance(value, list):
            for index, item in enumerate(value if target.id in self._holding else ()):
                yield from self._at(target.member, item, (*steps, index))
        elif isinstance(target, ir.MapOf) and isinstance(value, dict):
            for key, item in value.items() if target.id in self._holding else ():
                yield from self._at(target.value, item, (*steps, key))
        elif form := _form(member, target, value):
            yield steps, form


def _holding(model: ir.Model) -> set[ShapeId]:
    """Give the shapes in which such values can stand, at whatever depth."""
    owners: dict[ShapeId, list[ShapeId]] = {}
    waiting = [shape.id for shape in model.shapes.values() if isinstance(shape, ir.Blob | ir.Timestamp)]
    for shape in model.shapes.values():
        for member in ir.members_of(shape):
            owners.setdefault(member.target, []).append(shape.id)
            if is_json_text(member, model.shapes[member.target]):
                waiting.append(shape.id)
    found: set[ShapeId] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(owners.get(name, ()))
    return found


def _form(member: ir.Member, target: ir.Shape, value: Json) -> str | None:
    if isinstance(target, ir.Blob) and isinstance(value, str):
        return "blob"
    if isinstance(value, str) and is_json_text(member, target):
        return "json"
    if isinstance(target, ir.Timestamp) and isinstance(value, int | float | str) and not isinstance(value, bool):
        form = timestamp_format(member, target)
        return str(form) if isinstance(value, str) is not (form is ir.TimestampFormat.EPOCH_SECONDS) else None
    return None
