"""Rules about how much there may be of one thing: what nests, and what is counted.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`. Every walk through
shapes, here, in what is generated and in Python's own parser of types, takes room for each step: a spec of a few
kilobytes must not take all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding
from codegen.spec.ir import ShapeId
from codegen.spec.parse import MOST_SHAPES, too_many

DEEPEST = 100
"""Shapes on one way, those of a circle all counted. Arbitrary: in AWS's models there are 22 at most."""
DEEPEST_LIST = 32
"""Lists and maps right within each other. Arbitrary: in AWS's models there are 4 at most."""
MOST_MEMBERS = 2_000
"""Arbitrary: the largest structure of AWS's models has 575."""
MOST_VALUES = 20_000
"""Arbitrary: the largest enum of AWS's models has 1,437."""

_Edges = Mapping[ShapeId, tuple[ShapeId, ...]]


def find_too_many(model: ir.Model) -> Iterator[Finding]:
    """Find more than what is generated could be made of in seconds."""
    if len(model.shapes) > MOST_SHAPES:
        yield Finding(too_many("this spec", len(model.shapes), "shapes", MOST_SHAPES), model.service.at)
    for shape in model.shapes.values():
        what, held, most = _held(shape)
        if held > most:
            yield Finding(too_many(quoted(shape.id.raw), held, what, most), shape.at.key())


def _held(shape: ir.Shape) -> tuple[str, int, int]:
    match shape:
        case ir.Structure() | ir.UnionOf():
            return "members", len(shape.members), MOST_MEMBERS
        case ir.Enum() | ir.IntEnum():
            return "values", len(shape.values), MOST_VALUES
        case _:
            return "", 0, 0


def find_too_deep(model: ir.Model) -> Iterator[Finding]:
    """Find the shapes from which the way down is longer than anything that walks it can go."""
    holders = (ir.Structure, ir.UnionOf, ir.ListOf, ir.MapOf)
    yield from _deeper(model, holders, DEEPEST, "shapes nest")
    yield from _deeper(model, (ir.ListOf, ir.MapOf), DEEPEST_LIST, "lists and maps nest")


def _deeper(model: ir.Model, kinds: tuple[type[ir.Shape], ...], most: int, what: str) -> Iterator[Finding]:
    """Report the first that is too deep: all above it are as well."""
    chosen = {name: shape for name, shape in model.shapes.items() if isinstance(shape, kinds)}
    edges = {name: tuple(one.target for one in ir.members_of(shape)) for name, shape in chosen.items()}
    for name, depth in _depths(edges):
        if depth > most:
            message = f"{quoted(name.raw)} is too deep: {what} at most {most} deep, those of a circle all counted"
            yield Finding(message, chosen[name].at.key())
            return


def _depths(edges: _Edges) -> Iterator[tuple[ShapeId, int]]:
    """Give each shape with the length of the longest way down from it, what it leads to first."""
    depth: dict[ShapeId, int] = {}
    for circle in circles(edges):
        within = set(circle)
        below = (depth[one] for name in circle for one in edges[name] if one in depth and one not in within)
        depth.update(dict.fromkeys(circle, len(circle) + max(below, default=0)))
        yield circle[0], depth[circle[0]]


def circles(edges: _Edges) -> Iterator[list[ShapeId]]:
    """Part a graph into what leads back to itself (Tarjan, 1972), one node in most cases, and ends first."""
    number: dict[ShapeId, int] = {}
    lowest: dict[ShapeId, int] = {}
    open_: list[ShapeId] = []
    closed: set[ShapeId] = set()
    for root in edges:
        ways = [] if root in number else [(root, _entered(root, edges, number, lowest, open_))]
        while ways:
            name, targets = ways[-1]
            target = next(targets, None)
            if target is None:
                ways.pop()
                for above, _ in ways[-1:]:
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == number[name]:
                    circle = [*_closed(open_, name)]
                    closed.update(circle)
                    yield circle
            elif target not in number:
                ways.append((target, _entered(target, edges, number, lowest, open_)))
            elif target not in closed:
                lowest[name] = min(lowest[name], number[target])


def _entered(
    name: ShapeId, edges: _Edges, number: dict[ShapeId, int], lowest: dict[ShapeId, int], open_: list[ShapeId]
) -> Iterator[ShapeId]:
    number[name] = lowest[name] = len(number)
    open_.append(name)
    return iter([target for target in dict.fromkeys(edges[name]) if target in edges])


def _closed(open_: list[ShapeId], first: ShapeId) -> Iterator[ShapeId]:
    """Take what was entered last, back to `first`."""
    name = None
    while name != first:
        name = open_.pop()
        yield name
