"""What a spec states of an operation, in the words of pages: one `Stated` per sentence that a page could have.

In: a model and the name of one of its operations. Out: `Stated`s in the order of the spec, each with the place in the
spec, the citations that it rests on and the decisions that cover it.

A shape that several members share is stated once for each path that leads to it, and a shape that holds itself is not
entered twice: where it comes again it is `ELIDED`, as pages have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from codegen.diagnostics import Place
from codegen.documents.covering import Cover, Decided, decided
from codegen.documents.facts import Aspect
from codegen.documents.places import is_edge
from codegen.spec import ir
from codegen.spec.ir import Citation, Json, SpecText


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """`path`, `aspect` and `value` as a `Fact` has them; `place` is where the spec says it.

    `decisions` are those that cover it: that the entry names, or whose `facts` name its shape, member or error;
    `decision` is the one that a bound or a pattern names itself.
    """

    operation: str
    path: str
    aspect: Aspect
    value: Json = field(hash=False)
    place: Place
    citations: tuple[Citation, ...] = ()
    decisions: tuple[Cover, ...] = ()
    decision: str | None = None


def stated(model: ir.Model, operation: str) -> Iterator[Stated]:
    """Walk an operation: itself, its request, its response, its errors."""
    found = model.operations[SpecText(operation)]
    walk = _Walk(model, operation, decided(model))
    at = _Spot(path="", entry=found, names=(operation,), decisions=found.decisions)
    yield walk.say(at, Aspect.LISTED, True, found.at.key())
    yield from _top(walk, "request", found.input)
    yield from _top(walk, "response", found.output)
    if found.http and found.http.response_code is not None:
        place = found.at.child("http", "responseCode")
        yield walk.say(_Spot("response", found, (operation,)), Aspect.STATUS, found.http.response_code, place)
    yield from _errors(walk, found)


def stated_shape(model: ir.Model, shape: str) -> Iterator[Stated]:
    """Walk one shape as a page about it does: at `Shape` and `Shape.Member`, of no operation."""
    yield from _top(_Walk(model, "", decided(model)), shape, SpecText(shape))


# ------------------------------------------------------------------------------------------------------------- walking


@dataclass(frozen=True, slots=True)
class _Spot:
    """A path, the entry of the spec that stands for it, and what `facts` of decisions call it."""

    path: str
    entry: ir.Entry
    names: tuple[str, ...]
    decisions: tuple[SpecText, ...] = ()
    within: tuple[SpecText, ...] = ()


@dataclass(frozen=True, slots=True)
class _Walk:
    model: ir.Model
    operation: str
    decided: Decided

    def say(
        self,
        spot: _Spot,
        aspect: Aspect,
        value: Json,
        place: Place,
        *,
        citations: tuple[Citation, ...] | None = None,
        decision: SpecText | None = None,
    ) -> Stated:
        own = (each.raw for each in (*spot.decisions, *((decision,) if decision else ())))
        return Stated(
            operation=self.operation,
            path=spot.path,
            aspect=aspect,
            value=value,
            place=place,
            citations=spot.entry.citations if citations is None else citations,
            decisions=self.decided.covers(own, spot.names),
            decision=decision.raw if decision else None,
        )


def _top(walk: _Walk, path: str, target: SpecText | None) -> Iterator[Stated]:
    shape = walk.model.shapes.get(target) if target is not None else None
    if shape is not None:
        yield from _content(walk, _Spot(path, shape, (shape.id.raw,), shape.decisions), shape)


def _member(walk: _Walk, path: str, owner: str, member: ir.Member, within: tuple[SpecText, ...]) -> Iterator[Stated]:
    """State a member: that there is one, what it says itself, and what its shape says."""
    shape = walk.model.shapes.get(member.target)
    target = (shape.id.raw,) if shape else ()
    names = (f"{owner}.{member.name.raw}", *target)
    decided = (*member.decisions, *(shape.decisions if shape else ()))
    spot = _Spot(path, member, names, decided, within)
    if not is_edge(path):
        yield walk.say(spot, Aspect.LISTED, True, member.at.key())
        yield walk.say(spot, Aspect.REQUIRED, member.required, _child(member, "required", member.required))
    yield from _marks(walk, spot, member)
    if shape is None:
        return
    inner = _Spot(path, shape, names, decided, within)
    yield from _constraints(walk, spot, member.constraints, shape)
    if member.timestamp_format is not None:
        yield walk.say(spot, Aspect.TIMESTAMP_FORMAT, member.timestamp_format.value, _child(member, "timestampFormat"))
    elif isinstance(shape, ir.Timestamp) and shape.format is not None:
        yield walk.say(inner, Aspect.TIMESTAMP_FORMAT, shape.format.value, _child(shape, "timestampFormat"))
    yield from _content(walk, inner, shape)


def _marks(walk: _Walk, spot: _Spot, member: ir.Member) -> Iterator[Stated]:
    if member.idempotency_token:
        yield walk.say(spot, Aspect.IDEMPOTENCY_TOKEN, True, _child(member, "idempotencyToken"))
    if member.has_default:
        yield walk.say(spot, Aspect.DEFAULT, member.default, _child(member, "default"))
    if member.known_values:
        yield walk.say(spot, Aspect.NAMED_VALUES, _texts(member.known_values), _child(member, "knownValues"))


def _child(entry: ir.Entry, key: str, there: bool = True) -> Place:
    return entry.at.child(key) if there else entry.at.key()


def _texts(texts: Iterable[SpecText]) -> list[Json]:
    return [text.raw for text in texts]


# -------------------------------------------------------------------------------------------------------------- shapes


def _content(walk: _Walk, spot: _Spot, shape: ir.Shape) -> Iterator[Stated]:
    """State what a shape says: its type, its name, its constraints, and what is in it."""
    yield walk.say(spot, Aspect.TYPE, _type(shape), shape.at.child("type"))
    yield walk.say(spot, Aspect.TARGET, shape.id.raw, shape.at.key())
    match shape:
        case ir.Enum():
            yield walk.say(spot, Aspect.VALUES, [value.value.raw for value in shape.values], shape.at.child("values"))
        case ir.Text() if shape.known_values:
            yield walk.say(spot, Aspect.NAMED_VALUES, _texts(shape.known_values), shape.at.child("knownValues"))
        case ir.UnionOf():
            arms = _texts(member.name for member in shape.members)
            yield walk.say(spot, Aspect.UNION, arms, shape.at.child("members"))
        case _:
            pass
    match shape:
        case ir.Enum() | ir.Text() | ir.Number() | ir.Blob() | ir.ListOf() | ir.MapOf():
            yield from _constraints(walk, spot, shape.constraints, shape)
        case _:
            pass
    yield from _inside(walk, spot, shape)


def _type(shape: ir.Shape) -> str:
    match shape:
        case ir.Structure() | ir.UnionOf():
            return "structure"
        case ir.Enum() | ir.Text():
            return "string"
        case ir.IntEnum():
            return "integer"
        case ir.Number():
            return _NUMBERS[shape.type]
        case ir.Boolean():
            return "boolean"
        case ir.Blob():
            return "blob"
        case ir.Timestamp():
            return "timestamp"
        case ir.Document():
            return "document"
        case ir.ListOf():
            return "list"
        case ir.MapOf():
            return "map"
        case _:
            assert_never(shape)


_NUMBERS = {
    ir.NumberType.BYTE: "integer",
    ir.NumberType.SHORT: "integer",
    ir.NumberType.INTEGER: "integer",
    ir.NumberType.LONG: "long",
    ir.NumberType.BIG_INTEGER: "long",
    ir.NumberType.FLOAT: "float",
    ir.NumberType.DOUBLE: "double",
    ir.NumberType.BIG_DECIMAL: "double",
}


def _inside(walk: _Walk, spot: _Spot, shape: ir.Shape) -> Iterator[Stated]:
    """Go into a shape; one that is around already is left out."""
    if not isinstance(shape, ir.Structure | ir.UnionOf | ir.ListOf | ir.MapOf):
        return
    if shape.id in spot.within:
        yield walk.say(spot, Aspect.ELIDED, True, shape.at.key())
        return
    within, owner = (*spot.within, shape.id), shape.id.raw
    match shape:
        case ir.ListOf():
            yield from _member(walk, f"{spot.path}[]", owner, shape.member, within)
        case ir.MapOf():
            yield from _member(walk, f"{spot.path}{{key}}", owner, shape.key, within)
            yield from _member(walk, f"{spot.path}{{}}", owner, shape.value, within)
        case _:
            order = _texts(member.name for member in shape.members)
            yield walk.say(spot, Aspect.ORDER, order, shape.at.child("members"))
            for member in shape.members:
                yield from _member(walk, f"{spot.path}.{member.name.raw}", owner, member, within)


def _constraints(walk: _Walk, spot: _Spot, constraints: ir.Constraints, shape: ir.Shape) -> Iterator[Stated]:
    """State the bounds and the pattern of a shape, or those that a member adds."""
    several = isinstance(shape, ir.ListOf | ir.MapOf)
    length = (Aspect.MIN_ITEMS, Aspect.MAX_ITEMS) if several else (Aspect.MIN_LENGTH, Aspect.MAX_LENGTH)
    for bounds, (low, high) in (
        (constraints.length, length),
        (constraints.range, (Aspect.MIN_VALUE, Aspect.MAX_VALUE)),
    ):
        if bounds is None:
            continue
        given = {"citations": bounds.citations, "decision": bounds.decision}
        if bounds.min is not None:
            yield walk.say(spot, low, bounds.min, bounds.at.child("min"), **given)  # type: ignore[arg-type]
        if bounds.max is not None:
            yield walk.say(spot, high, bounds.max, bounds.at.child("max"), **given)  # type: ignore[arg-type]
    if (pattern := constraints.pattern) is not None:
        yield walk.say(
            spot,
            Aspect.PATTERN,
            pattern.text.raw,
            pattern.at,
            citations=pattern.citations,
            decision=pattern.decision,
        )


# -------------------------------------------------------------------------------------------------------------- errors


def _errors(walk: _Walk, operation: ir.Operation) -> Iterator[Stated]:
    if operation.errors:
        spot = _Spot("errors", operation, (walk.operation,), operation.decisions)
        yield walk.say(spot, Aspect.ERRORS, _texts(operation.errors), operation.at.child("errors"))
    for name in operation.errors:
        if error := walk.model.errors.get(name):
            yield from _error(walk, error)


def _error(walk: _Walk, error: ir.Error) -> Iterator[Stated]:
    spot = _Spot(f"errors.{error.name.raw}", error, (error.name.raw,), error.decisions)
    yield walk.say(spot, Aspect.LISTED, True, error.at.key())
    for status in error.http_errors:
        cited = tuple(each for each in error.citations if each.source == status.source)
        citations = cited or (Citation(source=status.source, place=None, at=status.at),)
        yield walk.say(spot, Aspect.STATUS, status.status, status.at, citations=citations)
    if error.suggested_action:
        action, place = error.suggested_action.raw, error.at.child("suggestedAction")
        yield walk.say(spot, Aspect.SUGGESTED_ACTION, action, place)
    for member in error.members:
        yield from _member(walk, f"{spot.path}.{member.name.raw}", error.name.raw, member, ())
