"""Two models -> the part of them that may look different in Python; the rest need not be worked out.

In: two models. Out: their `Part`, which may hold more than what differs, never less. Something looks different if it
differs itself; if what its type names does, through lists and maps; or if a rival for its name comes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.offer import (
    Part,
    Rivals,
    bare,
    method_group,
    methods_of,
    narrowed_in,
    rival_methods,
    rivals_of,
)
from codegen.emit.views import facts
from codegen.emit.views.operations import whole_operations
from codegen.emit.views.protocols import has_client
from codegen.emit.views.symbols import error_body
from codegen.spec import ir, names
from codegen.spec.ir import ShapeId, SpecText
from codegen.spec.lazily import anything_streams, calls_of, differences, users_of


def touched(old: ir.Model, new: ir.Model) -> tuple[Part, Rivals, Rivals]:
    """Find the part to compare, and the names of both models by what collides."""
    old_rivals, new_rivals = rivals_of(old), rivals_of(new)
    differing = set(differences(old.shapes, new.shapes))
    renamed = _perhaps_renamed(old, new, old_rivals, new_rivals, differing)
    retyped = renamed | {name for name in differing if _type_of(old.shapes.get(name)) != _type_of(new.shapes.get(name))}
    shapes = differing | renamed | _users(old, retyped) | _users(new, retyped)
    return Part(shapes, _operations(old, new, shapes)), old_rivals, new_rivals


# --------------------------------------------------------------------------------------------------------------- names


def _perhaps_renamed(
    old: ir.Model, new: ir.Model, old_rivals: Rivals, new_rivals: Rivals, differing: set[ShapeId]
) -> set[ShapeId]:
    """Find what shares its name with something that comes or goes, a private type included."""
    come_or_gone = {error_body(name) for name in old.errors.keys() ^ new.errors.keys()}
    come_or_gone |= {name for name in differing if (name in old.shapes) != (name in new.shapes)}
    come_or_gone |= {*narrowed_in(old, differing)} ^ {*narrowed_in(new, differing)}
    groups = {bare(name) for name in come_or_gone}
    found = {name for group in groups for rivals in (old_rivals, new_rivals) for name in rivals.get(group, ())}
    return {*map(SpecText, found)}


def _renamed_methods(old: ir.Model, new: ir.Model) -> Iterator[SpecText]:
    """Walk the operations a method of which is called otherwise: some rival for its name comes or goes."""
    before, after = methods_of(old), methods_of(new)
    groups = {method_group(name) for name in before.keys() ^ after.keys()}
    old_names, new_names = (names.methods(rival_methods(side, groups)) for side in (before, after))
    yield from (after[name] for name, method in new_names.items() if old_names.get(name) != method)


# --------------------------------------------------------------------------------------------------------------- types


def _type_of(shape: ir.Shape | None) -> tuple[object, ...]:
    """What the annotation of a member takes from its target, but names."""
    match shape:
        case ir.ListOf():
            return ("list", shape.sparse, *_edges(shape))
        case ir.MapOf():
            return ("map", shape.sparse, *_edges(shape))
        case ir.Text() | ir.Number() | ir.Boolean() | ir.Blob() | ir.Timestamp() | ir.Document():
            return (facts.plain_type(shape, {}),)
        case _:
            return (type(shape),)


def _edges(shape: ir.ListOf | ir.MapOf) -> Iterator[object]:
    return ((edge.target, edge.json_value) for edge in ir.members_of(shape))


def _users(model: ir.Model, targets: set[ShapeId]) -> set[ShapeId]:
    """Find the shapes whose members name some targets, directly or through lists and maps."""
    if not targets:
        return set()
    users = users_of(model.shapes)
    found: set[ShapeId] = set()
    waiting = list(targets)
    while waiting:
        for owner in map(SpecText, users.get(waiting.pop().raw, ())):
            if owner not in found:
                found.add(owner)
                waiting += [owner] if isinstance(model.shapes[owner], ir.ListOf | ir.MapOf) else []
    return found


# ---------------------------------------------------------------------------------------------------------- operations


def _operations(old: ir.Model, new: ir.Model, shapes: set[ShapeId]) -> set[SpecText]:
    """Find the operations whose methods may look different; all of them where a client comes or goes."""
    if has_client(old) != has_client(new):
        return {*old.operations, *new.operations}
    if not has_client(new):
        return set()
    return {
        *differences(old.operations, new.operations),
        *(name for model in (old, new) for name in _taking(model, shapes)),
        *_extended(old, new),
        *_renamed_methods(old, new),
        *_come_to_stream(old, new),
    }


def _taking(model: ir.Model, shapes: set[ShapeId]) -> Iterator[SpecText]:
    """Walk the operations that take or give some shapes."""
    ends = {shape.raw for shape in shapes}
    yield from (
        SpecText(one.operation) for one in calls_of(model.operations) if one.input in ends or one.output in ends
    )


def _extended(old: ir.Model, new: ir.Model) -> Iterator[SpecText]:
    """Walk the operations of which a paginator or a waiter differs."""
    for before, after in ((old.paginators, new.paginators), (old.waiters, new.waiters)):
        for name in differences(before, after):
            yield from (side[name].operation for side in (before, after) if name in side)


def _come_to_stream(old: ir.Model, new: ir.Model) -> set[SpecText]:
    """Find the operations that a client has on one side only. Few services stream at all."""
    if not anything_streams(old.shapes) and not anything_streams(new.shapes):
        return set()
    before, after = ({name for name, _ in whole_operations(model)} for model in (old, new))
    return before ^ after
