"""Ways through a model that several rules take, and the `Finding` that every rule gives.

In: a model. Out: its members, names, citations and constraints, each with the path a user knows it by
(`CreateEngagementRequest.Title`) and its place in the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from codegen.diagnostics import Note, Place, quoted
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.wording import nearest_name


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about one place; the table of rules adds id and level.

    `meant` looks for what may have been meant instead: asked for the first few findings of a rule only, for it takes
    longer than all the rest.
    """

    message: str
    place: Place
    notes: tuple[Note, ...] = ()
    meant: Callable[[], tuple[Note, ...]] = tuple


class Placed(Protocol):
    """Whatever stands somewhere in a spec."""

    @property
    def at(self) -> Place: ...


def kind_of(shape: ir.Shape) -> str:
    """Give the word for a shape's kind, as the spec's `type` spells it."""
    match shape:
        case ir.Number():
            return str(shape.type)
        case _:
            return _KINDS[type(shape)]


_KINDS: Mapping[type[ir.Shape], str] = {
    ir.Structure: "structure",
    ir.UnionOf: "union",
    ir.Enum: "enum",
    ir.IntEnum: "intEnum",
    ir.Text: "string",
    ir.Boolean: "boolean",
    ir.Blob: "blob",
    ir.Timestamp: "timestamp",
    ir.Document: "document",
    ir.ListOf: "list",
    ir.MapOf: "map",
}


def undefined(name: SpecText, defined: Mapping[SpecText, Placed], what: str, place: Place) -> Iterator[Finding]:
    """Report a name that is not defined, with the nearest that is."""
    if name in defined:
        return

    def meant() -> tuple[Note, ...]:
        nearest = nearest_name(name.raw, [each.raw for each in defined])
        return (Note(f"did you mean {quoted(nearest)}?", defined[SpecText(nearest)].at.key()),) if nearest else ()

    yield Finding(f"{what} {quoted(name.raw)} is not defined", place, meant=meant)


def absent(name: str, present: Collection[str], message: str, place: Place) -> Iterator[Finding]:
    """Report a name that is not among those present, with the nearest that is."""
    if name in present:
        return

    def meant() -> tuple[Note, ...]:
        nearest = nearest_name(name, present)
        return (Note(f"did you mean {quoted(nearest)}?", place),) if nearest else ()

    yield Finding(message, place, meant=meant)


def errors(model: ir.Model) -> Iterator[ir.Error]:
    """Give the modelled errors, then those common to all operations."""
    return chain(model.errors.values(), model.service.common_errors)


def members(model: ir.Model) -> Iterator[tuple[str, ir.Member]]:
    """Give every member of every structure, union and error, and the edges of lists and maps."""
    for owner, name in _owners(model):
        yield from ((f"{name.raw}.{member.name.raw}", member) for member in ir.members_of(owner))


def _owners(model: ir.Model) -> Iterator[tuple[ir.Shape | ir.Error, SpecText]]:
    """Give what has members, and its name."""
    yield from ((shape, shape.id) for shape in model.shapes.values())
    yield from ((error, error.name) for error in errors(model))


def inner_entries(model: ir.Model) -> Iterator[tuple[ir.Entry, str, ir.Entry]]:
    """Give entries that stand inside an entry: the outer one, and path and entry of the inner one."""
    for shape in model.shapes.values():
        for name, value in enum_values(shape):
            yield shape, f"{shape.id.raw}.{name}", value
    for owner, owner_name in _owners(model):
        for member in ir.members_of(owner):
            yield owner, f"{owner_name.raw}.{member.name.raw}", member


def enum_values(shape: ir.Shape) -> tuple[tuple[str, ir.EnumValue | ir.IntEnumValue], ...]:
    """Give the values of an enum by what the spec calls them."""
    match shape:
        case ir.Enum():
            return tuple((value.value.raw, value) for value in shape.values)
        case ir.IntEnum():
            return tuple((value.name.raw, value) for value in shape.values)
        case _:
            return ()


def outer_entries(model: ir.Model) -> Iterator[tuple[str, str, ir.Entry]]:
    """Give the entries directly under a top-level key: what each is, its name, itself."""
    yield from (("shape", name.raw, shape) for name, shape in model.shapes.items())
    yield from (("operation", name.raw, operation) for name, operation in model.operations.items())
    yield from (("error", error.name.raw, error) for error in errors(model))
    yield from (("event", name.raw, event) for name, event in model.events.items())
    yield from (("parameter", each.name.raw, each) for each in model.service.common_parameters)
    yield from (("paginator", name.raw, paginator) for name, paginator in model.paginators.items())
    yield from (("waiter", name.raw, waiter) for name, waiter in model.waiters.items())
    yield from (("example", example.title.raw, example) for example in model.examples)


def entries(model: ir.Model) -> Iterator[ir.Entry]:
    yield model.service
    yield from (entry for _, _, entry in outer_entries(model))
    yield from (entry for _, _, entry in inner_entries(model))


# ------------------------------------------------------------------------------------------------------- constraints

Constraint = ir.Length | ir.Range | ir.Pattern


@dataclass(frozen=True, slots=True)
class Site:
    """A shape or member that states constraints; `shape` is the kind of value they hold for.

    `others` are what a member's target states besides: a value meets both.
    """

    path: str
    entry: ir.Entry
    constraints: ir.Constraints
    shape: ir.Shape
    others: ir.Constraints = ir.NO_CONSTRAINTS
    known_values: tuple[SpecText, ...] = ()


def sites(model: ir.Model) -> Iterator[Site]:
    """Give every shape and member with constraints or known values; members with a dangling target are skipped."""
    for shape in model.shapes.values():
        known = shape.known_values if isinstance(shape, ir.Text) else ()
        if (stated := constraints_of(shape)) != ir.NO_CONSTRAINTS or known:
            yield Site(shape.id.raw, shape, stated, shape, known_values=known)
    for owner, owner_name in _owners(model):
        for member in ir.members_of(owner):
            stated = member.constraints
            if stated is ir.NO_CONSTRAINTS and not member.known_values:  # as most: neither path nor target is needed
                continue
            target = model.shapes.get(member.target)
            if target and (stated != ir.NO_CONSTRAINTS or member.known_values):
                path = f"{owner_name.raw}.{member.name.raw}"
                yield Site(path, member, stated, target, constraints_of(target), member.known_values)


def constraints_of(shape: ir.Shape) -> ir.Constraints:
    match shape:
        case ir.Enum() | ir.Text() | ir.Number() | ir.Blob() | ir.ListOf() | ir.MapOf():
            return shape.constraints
        case _:
            return ir.NO_CONSTRAINTS


def each_constraint(constraints: ir.Constraints) -> Iterator[tuple[str, Constraint]]:
    """Give those stated, with their word in the spec."""
    stated = (("length", constraints.length), ("range", constraints.range), ("pattern", constraints.pattern))
    yield from ((word, constraint) for word, constraint in stated if constraint)


def all_constraints(model: ir.Model) -> Iterator[tuple[Site, str, Constraint]]:
    for site in sites(model):
        yield from ((site, word, constraint) for word, constraint in each_constraint(site.constraints))


# --------------------------------------------------------------------------------------------------------- citations


def citations(model: ir.Model) -> Iterator[ir.Citation]:
    """Give every citation of every entry, constraint and task; inherited ones come again and again."""
    yield from chain.from_iterable(entry.citations for entry in entries(model))
    yield from chain.from_iterable(constraint.citations for _, _, constraint in all_constraints(model))
    tasks = (operation.asynchronous for operation in model.operations.values())
    yield from chain.from_iterable(task.citations for task in tasks if task)


def repeated(values: Iterable[tuple[str, Place]]) -> Iterator[tuple[str, Place, Place]]:
    """Give each value that was there before, with where it stands now and where it stood first."""
    first: dict[str, Place] = {}
    for value, place in values:
        if value in first:
            yield value, place, first[value]
        first.setdefault(value, place)
