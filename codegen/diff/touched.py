"""Two models -> the part of them that may look different in Python; the rest need not be worked out.

In: two models, and what findings ask of Python. Out: a `Part` of each, which may hold more than what differs, never
less. Something looks different if it differs itself; if what its type names does, through lists and maps; or if a rival
for its name comes or goes. What comes or goes as a whole, and has no rival, is told by a finding of its own: what comes
is left out, what goes is offered by name alone, unless a finding asks for what it holds. Of what is changed, what both
models have alike may be left out, and values that come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from codegen.diff.changes import Key
from codegen.diff.offer import Part, narrowed_in
from codegen.diff.rivals import Groups, Rivals, bare, method_group, methods_of, rivals_of
from codegen.emit.views import facts
from codegen.emit.views.operations import whole_operations
from codegen.emit.views.protocols import has_client
from codegen.emit.views.symbols import error_body
from codegen.records import dataclass, replace
from codegen.spec import ir, names
from codegen.spec.ir import ShapeId, SpecText
from codegen.spec.lazily import (
    Call,
    Differences,
    anything_streams,
    apart_of,
    calls_of,
    checked_of,
    differences,
    outline_of,
    users_of,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What findings ask of Python: what is said of some keys, and of all that has its type from some shapes."""

    keys: Collection[Key]
    types: Collection[ShapeId]


@dataclass(frozen=True, slots=True)
class Touched:
    """The part of each model to compare, and the names of both by what collides."""

    old: Part
    new: Part
    rivals: Rivals


def touched(old: ir.Model, new: ir.Model, asked: Asked | None) -> Touched:
    """Find the part to compare; without a word of what is asked, with all that comes or goes."""
    rivals = rivals_of(old, new)
    apart = differences(old.shapes, new.shapes)
    before, after = _as_far_as_apart(old, new, apart)
    fresh = (checked_of(new.shapes, name) for name in apart.fresh)
    renamed = _perhaps_renamed((old, new), rivals.classes, apart, (before.values(), (*after.values(), *fresh)))
    retyped = renamed | {name for name in apart.changed if _type_of(before[name]) != _type_of(after[name])}
    retyped |= _dangling(old, apart.fresh) | _dangling(new, apart.gone)
    whole = renamed | _users(old, retyped) | _users(new, retyped)
    whole |= {*apart} if asked is None else _asked_for(old, new, asked, apart)
    before |= {name: old.shapes[name] for name in whole if name in old.shapes}
    after |= {name: new.shapes[name] for name in whole if name in new.shapes}
    parts = _operations(old, new, {*before, *after}, whole, rivals.methods, asked)
    return Touched(Part(before, *parts), Part(after, *parts), rivals)


def _as_far_as_apart(old: ir.Model, new: ir.Model, apart: Differences) -> tuple[dict[ShapeId, ir.Shape], ...]:
    """Give of both models the shapes that stay or go, with no more in them than has to be compared."""
    before = {name: checked_of(old.shapes, name) for name in apart.gone}
    after = dict[ShapeId, ir.Shape]()
    for name in apart.changed:
        before[name], after[name] = _values_apart(*apart_of(old.shapes, new.shapes, name))
    return before, after


def _values_apart(old: ir.Shape, new: ir.Shape) -> tuple[ir.Shape, ir.Shape]:
    """Leave of two enums the values that go, where no two of all values may share a constant."""
    if not (isinstance(old, ir.Enum) and isinstance(new, ir.Enum)):
        return old, new
    was, now = ({one.value.raw: one for one in enum.values} for enum in (old, new))
    if any(one.name for one in (*old.values, *new.values)) or not names.never_share({**was, **now}):
        return old, new
    gone = tuple(one for name, one in was.items() if name not in now)
    return replace(old, values=gone), replace(new, values=())


def _asked_for(old: ir.Model, new: ir.Model, asked: Asked, apart: Differences) -> set[ShapeId]:
    """Find the shapes to be looked at as a whole because findings ask for what they hold."""
    owners = {SpecText(key[1]) for key in asked.keys if key[0] in ("field", "value")}
    types = {*asked.types}
    return owners.intersection((*apart.gone, *apart.fresh)) | _users(old, types) | _users(new, types)


def _dangling(model: ir.Model, missing: Collection[ShapeId]) -> set[ShapeId]:
    """Find what a model refers to and does not have; reading who refers to it will tell."""
    if not missing:
        return set()
    users = users_of(model.shapes)
    return {name for name in missing if users.get(name.raw)}


# --------------------------------------------------------------------------------------------------------------- names


def _perhaps_renamed(
    models: tuple[ir.Model, ir.Model],
    rivals: Groups,
    apart: Differences,
    sides: tuple[Iterable[ir.Shape], Iterable[ir.Shape]],
) -> set[ShapeId]:
    """Find what shares its name with something else that comes or goes, a private type included."""
    old, new = models
    come_or_gone = {error_body(name) for name in old.errors.keys() ^ new.errors.keys()}
    come_or_gone |= {*apart.gone, *apart.fresh}
    come_or_gone |= {*narrowed_in(sides[0])} ^ {*narrowed_in(sides[1])}
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name in come_or_gone:
        groups[bare(name)].add(name.raw)
    for group, sharing in groups.items():
        sharing.update(rivals.of(group))
    return {SpecText(name) for sharing in groups.values() if len(sharing) > 1 for name in sharing}


def _rival_methods(old: ir.Model, new: ir.Model, rivals: Groups) -> set[SpecText]:
    """Find the operations a method of which may be called otherwise: some rival for its name comes or goes."""
    before, after = methods_of(old), methods_of(new)
    sharing = map(rivals.of, {method_group(name) for name in before.keys() ^ after.keys()})
    several = [name for group in sharing if len(group) > 1 for name in group]
    return {SpecText(side[name]) for name in several for side in (before, after) if name in side}


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
                waiting += [owner] if isinstance(outline_of(model.shapes, owner), ir.ListOf | ir.MapOf) else []
    return found


# ---------------------------------------------------------------------------------------------------------- operations

Operations = set[SpecText]


def _operations(
    old: ir.Model,
    new: ir.Model,
    shapes: Collection[ShapeId],
    whole: Collection[ShapeId],
    rivals: Groups,
    asked: Asked | None,
) -> tuple[Operations, Operations]:
    """Find the operations whose methods may look different, and those of them whose arguments may.

    All of them where a client comes or goes. An argument may look different where its structure does, or where an
    operation has another one; those of an operation that comes or goes are looked at when a finding asks for them.
    """
    if has_client(old) != has_client(new):
        everything = {*old.operations, *new.operations}
        return everything, everything
    if not has_client(new):
        return set(), set()
    apart = differences(old.operations, new.operations)
    renamed = _rival_methods(old, new, rivals) | _come_to_stream(old, new)
    calls = [call for model in (old, new) for call in calls_of(model.operations)]
    touched = {*apart.gone, *apart.changed, *renamed, *_extended(old, new)}
    if asked is None:
        touched |= {*apart.fresh, *_taking(calls, shapes), *_giving(calls, shapes)}
        return touched, touched
    other = {name for name in apart.changed if old.operations[name].input != new.operations[name].input}
    named = {SpecText(key[1]) for key in asked.keys if key[0] == "argument"}
    there_and_here = _taking(calls, shapes).difference(apart.gone, apart.fresh)
    arguments = renamed | other | named | there_and_here | _taking(calls, whole)
    return touched | arguments | _giving(calls, whole), arguments


def _taking(calls: Iterable[Call], shapes: Iterable[ShapeId]) -> Operations:
    """Find the operations that take some shapes."""
    inputs = {shape.raw for shape in shapes}
    return {SpecText(call.operation) for call in calls if call.input in inputs}


def _giving(calls: Iterable[Call], shapes: Iterable[ShapeId]) -> Operations:
    """Find the operations that give some shapes."""
    outputs = {shape.raw for shape in shapes}
    return {SpecText(call.operation) for call in calls if call.output in outputs}


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
