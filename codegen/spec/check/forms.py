"""Rules about how shapes are put together: a value of each can be built, and no member says what its kind cannot mean.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding, kind_of, members
from codegen.spec.ir import ShapeId


def find_empty_unions(model: ir.Model) -> Iterator[Finding]:
    for shape in model.shapes.values():
        if isinstance(shape, ir.UnionOf) and not shape.members:
            yield Finding(f"union {quoted(shape.id.raw)} has no members, so it has no values", shape.at.key())


def find_required_arms(model: ir.Model) -> Iterator[Finding]:
    for shape in model.shapes.values():
        for member in shape.members if isinstance(shape, ir.UnionOf) else ():
            if member.required:
                message = f"{quoted(member.name.raw)} cannot be required: one member of a union is set, any one"
                yield Finding(message, member.at.child("required"))


def find_bad_tokens(model: ir.Model) -> Iterator[Finding]:
    for path, member in members(model):
        target = model.shapes.get(member.target)
        if member.idempotency_token and target is not None and not isinstance(target, ir.Text):
            message = f"idempotency token {quoted(path)} has to be a string; it is of type {kind_of(target)}"
            yield Finding(message, member.at.child("idempotencyToken"))


def find_misplaced_formats(model: ir.Model) -> Iterator[Finding]:
    for path, member in members(model):
        target = model.shapes.get(member.target)
        if member.timestamp_format and target is not None and not isinstance(target, ir.Timestamp):
            message = f"timestampFormat is for timestamps; {quoted(path)} is of type {kind_of(target)}"
            yield Finding(message, member.at.child("timestampFormat"))


# --------------------------------------------------------------------------------------------------------- recursion


def find_endless_shapes(model: ir.Model) -> Iterator[Finding]:
    """Find lists and maps of themselves: a name for such a type could never be written out."""
    edges = {
        name: [shape.member if isinstance(shape, ir.ListOf) else shape.value]
        for name, shape in model.shapes.items()
        if isinstance(shape, ir.ListOf | ir.MapOf)
    }
    for cycle in _cycles(edges):
        message = f"{quoted(cycle[0].raw)} contains itself ({_chain(cycle)}); put a structure in between"
        yield Finding(message, edges[cycle[0]][0].at.child("target"))


def find_recursive_required(model: ir.Model) -> Iterator[Finding]:
    """Find shapes that no finite value fits, because each value needs another within."""
    buildable = _buildable(model)
    edges = {
        name: [member for member in _needed(shape) if member.target in model.shapes and member.target not in buildable]
        for name, shape in model.shapes.items()
        if name not in buildable and isinstance(shape, ir.Structure | ir.UnionOf | ir.ListOf | ir.MapOf)
    }
    for cycle in _cycles({name: needed[:1] for name, needed in edges.items()}):
        message = f"no value of {quoted(cycle[0].raw)} can be built: it needs itself ({_chain(cycle)})"
        yield Finding(message, edges[cycle[0]][0].at.child("target"))


def _needed(shape: ir.Shape) -> tuple[ir.Member, ...]:
    """Give the members without which no value exists; of a union any one, of a list those of a non-empty one."""
    match shape:
        case ir.Structure():
            return tuple(member for member in shape.members if member.required)
        case ir.UnionOf():
            return shape.members
        case ir.ListOf() | ir.MapOf():
            length = shape.constraints.length
            return ir.members_of(shape) if length and length.enforced and (length.min or 0) > 0 else ()
        case _:
            return ()


def _buildable(model: ir.Model) -> set[ShapeId]:
    """Find the shapes that some finite value fits; each that is found may settle those that need it."""
    needing: dict[ShapeId, list[ShapeId]] = {}
    for name, shape in model.shapes.items():
        for member in _needed(shape):
            needing.setdefault(member.target, []).append(name)
    buildable: set[ShapeId] = set()
    waiting = list(model.shapes)
    while waiting:
        name = waiting.pop()
        if name not in buildable and _can_build(model, model.shapes[name], buildable):
            buildable.add(name)
            waiting.extend(needing.get(name, ()))
    return buildable


def _can_build(model: ir.Model, shape: ir.Shape, buildable: set[ShapeId]) -> bool:
    ready = [member.target in buildable or member.target not in model.shapes for member in _needed(shape)]
    return any(ready) or not ready if isinstance(shape, ir.UnionOf) else all(ready)


def _cycles(edges: dict[ShapeId, list[ir.Member]]) -> Iterator[list[ShapeId]]:
    """Follow the one edge of each shape; give each cycle once, from its first shape in the spec."""
    order = {name: index for index, name in enumerate(edges)}
    done: set[ShapeId] = set()
    for start in edges:
        trail: dict[ShapeId, None] = {}
        name: ShapeId | None = start
        while name is not None and name in edges and name not in done and name not in trail:
            trail[name] = None
            name = edges[name][0].target if edges[name] else None
        if name is not None and name in trail:
            names = list(trail)
            cycle = names[names.index(name) :]
            first = cycle.index(min(cycle, key=order.__getitem__))
            yield cycle[first:] + cycle[:first]
        done.update(trail)


def _chain(cycle: list[ShapeId]) -> str:
    """`[A, B]` gives `"A" -> "B" -> "A"`."""
    return " -> ".join(quoted(name.raw) for name in (*cycle, cycle[0]))
