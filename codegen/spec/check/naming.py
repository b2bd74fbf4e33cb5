"""The rule about names that Python cannot tell apart: each that gets a suffix is noted, with its rivals' places.

In: a model. Out: findings. `codegen.spec.names` decides what becomes of a name; this says so to whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.diagnostics import Note, quoted
from codegen.spec import ir, names
from codegen.spec.check.walk import Finding, errors
from codegen.spec.ir import SpecText


def find_renamed(model: ir.Model) -> Iterator[Finding]:
    yield from _renamed(model.shapes, names.collisions(model.shapes, names.classes))
    yield from _renamed(model.operations, names.collisions(model.operations, names.methods))
    by_name = {error.name: error for error in errors(model)}
    yield from _renamed(by_name, names.collisions(by_name, names.error_classes))
    for owner in (*model.shapes.values(), *errors(model)):
        yield from _renamed_inside(owner)


def _renamed_inside(owner: ir.Shape | ir.Error) -> Iterator[Finding]:
    """Judge the names that live together in one class."""
    match owner:
        case ir.Structure() | ir.Error():
            members = {member.name: member for member in owner.members}
            yield from _renamed(members, names.collisions(members, names.attributes))
        case ir.UnionOf():
            members = {member.name: member for member in owner.members}
            yield from _renamed(members, names.collisions(members, names.arms))
        case ir.Enum():
            values = {value.value: value for value in owner.values}
            constants = {value.value: value.name for value in owner.values}
            yield from _renamed(values, _constant_collisions(constants))
        case ir.IntEnum():
            numbers = {value.name: value for value in owner.values}
            yield from _renamed(numbers, _constant_collisions(dict.fromkeys(numbers)))
        case _:
            return


def _constant_collisions(constants: Mapping[SpecText, SpecText | None]) -> tuple[names.Renamed, ...]:
    def resolve(values: Iterable[SpecText]) -> Mapping[SpecText, str]:
        return names.constants((value, constants[value]) for value in values)

    return names.collisions(constants, resolve)


def _renamed(entries: Mapping[SpecText, ir.Entry], renamed: Iterable[names.Renamed]) -> Iterator[Finding]:
    for each in renamed:
        rivals = ((rival, entries[rival].at.key()) for rival in each.rivals)
        notes = tuple(Note(f"its rival {quoted(rival.raw)} is here", place) for rival, place in rivals)
        by = f" by {each.more + len(notes)} others" if each.more else ""
        message = f"in Python, {quoted(each.wire.raw)} gets a suffix: its plain name is taken{by}"
        yield Finding(message, entries[each.wire].at.key(), notes)
