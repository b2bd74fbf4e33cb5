"""Where a value can stand in a structure: its members, and the items, keys and values of those."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.cases.case import Steps
from codegen.emit.views.models import is_sensitive
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json, ShapeId


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a value of `edge` within a shape.

    member: the member of the shape that it is, or that it stands in.
    label: `Title`; `Tags[]` for an item, `Tags[key]`, `Tags[value]`.
    path: how a violation names the place, for the value that stands there.
    steps: where the value stands in the shape's JSON; None for a key.
    wrap: puts a value there and gives the shape around it.
    sparse: whether the list or map that it stands in may hold null.
    """

    member: ir.Member
    edge: ir.Member
    label: str
    path: Callable[[Json], str]
    steps: Steps | None
    wrap: Callable[[Json], Json]
    sparse: bool = False

    @property
    def is_member(self) -> bool:
        return self.member is self.edge


def spots(examples: Examples, shape: ir.Structure | ir.UnionOf) -> Iterator[Spot]:
    """Walk the places in a shape whose other members are those it must have."""
    base: Mapping[str, Json] = {} if isinstance(shape, ir.UnionOf) else examples.least(shape.id)
    for member in shape.members:
        spot = _own(member, base)
        yield spot
        yield from _within(examples, spot, ())


def _own(member: ir.Member, base: Mapping[str, Json]) -> Spot:
    name = member.wire.raw
    return Spot(member, member, name, lambda value: name, (name,), lambda value: {**base, name: value})


def _within(examples: Examples, spot: Spot, seen: tuple[ShapeId, ...]) -> Iterator[Spot]:
    target = examples.model.shapes[spot.edge.target]
    if target.id in seen or not isinstance(target, ir.ListOf | ir.MapOf):
        return
    try:
        inner = list(
            _items(examples, spot, target) if isinstance(target, ir.ListOf) else _entries(examples, spot, target)
        )
    except NoExample:
        return
    for found in inner:
        yield found
        yield from _within(examples, found, (*seen, target.id))


def _items(examples: Examples, spot: Spot, target: ir.ListOf) -> Iterator[Spot]:
    """An item: the first, followed by as many others as the list must have."""
    found = examples.value(spot.edge)
    others = found[1:] if isinstance(found, list) else []
    yield Spot(
        member=spot.member,
        edge=target.member,
        label=f"{spot.label}[]",
        path=lambda value: f"{spot.path([value, *others])}[0]",
        steps=None if spot.steps is None else (*spot.steps, 0),
        wrap=lambda value: spot.wrap([value, *others]),
        sparse=target.sparse,
    )


def _entries(examples: Examples, spot: Spot, target: ir.MapOf) -> Iterator[Spot]:
    """A key and a value: of the first entry, followed by as many others as the map must have."""
    found = examples.value(spot.edge)
    entries = list(found.items()) if isinstance(found, dict) else []
    key = entries[0][0] if entries else str(examples.value(target.key))
    first = entries[0][1] if entries else examples.value(target.value)
    others = dict(entries[1:])
    hidden = is_sensitive(spot.member, examples.model)
    yield Spot(
        member=spot.member,
        edge=target.key,
        label=f"{spot.label}[key]",
        path=lambda value: f"{spot.path(None)}{_key(value, hidden)}",
        steps=None,
        wrap=lambda value: spot.wrap({str(value): first, **others}),
    )
    yield Spot(
        member=spot.member,
        edge=target.value,
        label=f"{spot.label}[value]",
        path=lambda value: f"{spot.path(None)}{_key(key, hidden)}",
        steps=None if spot.steps is None else (*spot.steps, key),
        wrap=lambda value: spot.wrap({key: value, **others}),
        sparse=target.sparse,
    )


def _key(key: Json, hidden: bool) -> str:
    return "[**redacted**]" if hidden else f"[{json.dumps(str(key))}]"


_QUOTED = re.compile(r'\["(?:[^"\\]|\\.)*"\]')


def without_keys(path: str) -> str:
    """`a["b"].c` gives `a[**redacted**].c`, for what stands in something sensitive."""
    return _QUOTED.sub("[**redacted**]", path)


@dataclass(frozen=True, slots=True)
class Place:
    """How a shape is reached from the input of an operation; `hidden` when something on the way is sensitive."""

    root: ShapeId
    prefix: str
    steps: Steps
    wrap: Callable[[Json], Json]
    hidden: bool = False


def places(examples: Examples, roots: tuple[ShapeId, ...]) -> dict[ShapeId, Place]:
    """Find the nearest place of every structure and union that the roots reach, themselves included."""
    found = {root: Place(root, "", (), lambda value: value) for root in dict.fromkeys(roots)}
    waiting = list(found)
    for name in waiting:
        for target, place in _reached(examples, name, found[name]):
            if target not in found:
                found[target] = place
                waiting.append(target)
    return found


def _reached(examples: Examples, name: ShapeId, place: Place) -> Iterator[tuple[ShapeId, Place]]:
    shape = examples.model.shapes[name]
    if not isinstance(shape, ir.Structure | ir.UnionOf):
        return
    try:
        for spot in spots(examples, shape):
            target = examples.model.shapes[spot.edge.target]
            if isinstance(target, ir.Structure | ir.UnionOf) and spot.steps is not None:
                yield target.id, _below(place, spot, is_sensitive(spot.member, examples.model))
    except NoExample:
        return


def _below(place: Place, spot: Spot, hidden: bool) -> Place:
    path = without_keys(spot.path(None)) if place.hidden else spot.path(None)
    return Place(
        root=place.root,
        prefix=f"{place.prefix}.{path}" if place.prefix else path,
        steps=(*place.steps, *(spot.steps or ())),
        wrap=lambda value: place.wrap(spot.wrap(value)),
        hidden=place.hidden or hidden,
    )
