"""Hypothesis strategies for shapes, worked out from their types: what a package's `strategies` is made of.

`Sampler.of` makes instances, through the class itself; `wire` what those are on the wire; `answers` what the service
may send in time: members missing, null or unheard of, texts and numbers beyond today's bounds.

A value nests so many structures that it stays small: optional members that would take it further are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, TypeVar, cast

from .base import Kind
from .containers import ListOf, MapOf, Nested, repeated
from .kinds import Enumerated
from .plans import Plan, kind_of, plans_of
from .recipes import (
    ANY_JSON,
    ANY_TEXT,
    Characters,
    Drawn,
    Recipe,
    Regex,
    Samples,
    SearchStrategy,
    holds,
    scalar,
    st,
    wire_scalar,
)
from .shapes import Shape, TaggedUnion
from .text import Text

ShapeT = TypeVar("ShapeT", bound=Shape)

_LEVELS = 6  # structures within structures; arbitrary, as the next two
_SIZE = 120  # values that a structure may be expected to hold
_MORE = 3  # items of a list beyond its lower bound


class Sampler:
    """Makes strategies; `texts` are the recipes for types that have patterns. Each strategy is made once."""

    def __init__(self, texts: Iterable[tuple[Any, Recipe]]) -> None:
        self._texts: Mapping[Kind, Recipe] = {kind_of(hint): recipe for hint, recipe in texts}
        self._made: dict[tuple[type, int], Drawn] = {}
        self._answers: dict[tuple[type, int], Drawn] = {}
        self._needs: dict[type, float] = {}

    def of(self, shape: type[ShapeT]) -> SearchStrategy[ShapeT]:
        """Make valid values of a structure or union; raises ValueError where none is known."""
        levels = self._levels(shape)
        return cast("SearchStrategy[ShapeT]", self._shape(shape, levels))

    def wire(self, shape: type[Shape]) -> SearchStrategy[dict[str, Any]]:
        """Make valid values of a structure or union as they travel: dicts of JSON values."""
        return self.of(shape).map(lambda made: made.to_wire())

    def answers(self, shape: type[Shape]) -> SearchStrategy[dict[str, Any]]:
        """Make what `from_wire` has to read: members missing, null and unheard of, values beyond the bounds."""
        return self._answer(shape, self._fitting(shape, 1))

    # ---------------------------------------------------------------------------------------------------- how deep

    def _levels(self, shape: type[Shape]) -> int:
        need = self._need(Nested(shape))
        if need == inf:
            raise ValueError(
                f"no value of {shape.__name__} is known: it holds itself, or a text that none is known for"
            )
        return self._fitting(shape, int(need))

    def _fitting(self, shape: type[Shape], need: int) -> int:
        """Choose the most levels with which values stay small, and at least those needed."""
        sizes: dict[tuple[Any, int], float] = {}
        fitting = (levels for levels in range(_LEVELS, need, -1) if _size(Nested(shape), levels, sizes) <= _SIZE)
        return next(fitting, need)

    def _need(self, kind: Kind) -> float:
        """Count the levels that the least value takes; infinitely many, where there is none."""
        match kind:
            case Nested():
                if kind.shape not in self._needs:
                    self._settle_needs(cast("type[Shape]", kind.shape))
                return self._needs[kind.shape]
            case ListOf():
                return self._need(kind.item) if kind.items.min else 0
            case MapOf():
                return max(self._need(kind.key), self._need(kind.item)) if kind.items.min else 0
            case Text():
                return inf if kind.patterns and kind not in self._texts else 0
            case _:
                return inf if isinstance(kind, Enumerated) and not kind.members else 0

    def _settle_needs(self, shape: type[Shape]) -> None:
        """Work out the needs of all that a shape reaches: from "never", down, until nothing changes."""
        reached = [found for found in _reached(shape) if found not in self._needs]
        self._needs.update(dict.fromkeys(reached, inf))
        changed = True
        while changed:
            found = {each: 1 + self._need_of_members(each) for each in reached}
            changed = any(self._needs[each] != need for each, need in found.items())
            self._needs.update(found)

    def _need_of_members(self, shape: type[Shape]) -> float:
        if issubclass(shape, TaggedUnion):
            return min((self._need(plan.kind) for plan in plans_of(shape)), default=inf)
        return max((self._need(plan.kind) for plan in plans_of(shape) if plan.required), default=0)

    # ------------------------------------------------------------------------------------------------ valid values

    def _shape(self, shape: type[Shape], levels: int) -> Drawn:
        key = (shape, levels)
        if key not in self._made:
            self._made[key] = st.deferred(lambda: self._built(shape, levels))
        return self._made[key]

    def _built(self, shape: type[Shape], levels: int) -> Drawn:
        plans = [plan for plan in plans_of(shape) if self._need(plan.kind) < levels]
        members = {plan.attribute: self._value(plan.kind, levels - 1) for plan in plans}
        if issubclass(shape, TaggedUnion):
            return _one_of_arms(members).map(lambda values: shape(**values))
        return _optional(plans, members).map(lambda values: shape(**values))

    def _value(self, kind: Kind, levels: int) -> Drawn:
        match kind:
            case Nested():
                return self._shape(cast("type[Shape]", kind.shape), levels)
            case ListOf():
                return self._list(kind, levels)
            case MapOf():
                return self._map(kind, levels)
            case _:
                recipe = self._texts.get(kind)
                return (recipe.strategy() if recipe else scalar(kind)).filter(holds(kind))

    def _list(self, kind: ListOf, levels: int) -> Drawn:
        if self._need(kind.item) > levels:
            return st.builds(list[Any])
        item, bounds = self._value(kind.item, levels), _sizes(kind.items.min, kind.items.max)
        item = st.none() | item if kind.items.sparse else item
        if not kind.items.unique:
            return st.lists(item, **bounds)
        unique = st.lists(item, **bounds, unique_by=lambda one: one if one is None else _written(kind.item, one))
        return cast("Drawn", unique).filter(lambda found: not repeated(found))

    def _map(self, kind: MapOf, levels: int) -> Drawn:
        if max(self._need(kind.key), self._need(kind.item)) > levels:
            return st.builds(dict[Any, Any])
        item = self._value(kind.item, levels)
        item = st.none() | item if kind.items.sparse else item
        return st.dictionaries(self._value(kind.key, levels), item, **_sizes(kind.items.min, kind.items.max))

    # ----------------------------------------------------------------------------------------------------- answers

    def _answer(self, shape: type[Shape], levels: int) -> Drawn:
        key = (shape, levels)
        if key not in self._answers:
            self._answers[key] = st.deferred(lambda: self._answered(shape, levels))
        return self._answers[key]

    def _answered(self, shape: type[Shape], levels: int) -> Drawn:
        members = {plan.wire: self._answer_value(plan.kind, levels - 1) for plan in plans_of(shape)}
        strange = ANY_TEXT.filter(lambda name: name not in members and name != "__type")
        if issubclass(shape, TaggedUnion):
            return st.one_of(_one_of_arms(members), st.dictionaries(strange, ANY_JSON, min_size=1, max_size=1))
        known = st.fixed_dictionaries({}, optional={name: st.none() | found for name, found in members.items()})
        return st.builds(_joined, known, st.dictionaries(strange, ANY_JSON, max_size=2))

    def _answer_value(self, kind: Kind, levels: int) -> Drawn:
        match kind:
            case Nested():
                return self._answer(cast("type[Shape]", kind.shape), levels) if levels else st.builds(dict[str, Any])
            case ListOf():
                return st.lists(st.none() | self._answer_value(kind.item, levels), max_size=_MORE)
            case MapOf():
                keys, values = self._answer_value(kind.key, 0), self._answer_value(kind.item, levels)
                return st.dictionaries(keys, st.none() | values, max_size=_MORE)
            case _:
                return wire_scalar(kind)


def _joined(known: dict[str, Any], strange: dict[str, Any]) -> dict[str, Any]:
    return {**known, **strange}


def _one_of_arms(arms: Mapping[str, Drawn]) -> Drawn:
    return st.one_of([st.fixed_dictionaries({name: found}) for name, found in arms.items()])


def _optional(plans: list[Plan], members: Mapping[str, Drawn]) -> Drawn:
    required = {plan.attribute for plan in plans if plan.required}
    return st.fixed_dictionaries(
        {name: found for name, found in members.items() if name in required},
        optional={name: found for name, found in members.items() if name not in required},
    )


def _sizes(least: int | None, most: int | None) -> dict[str, Any]:
    low = least or 0
    return {"min_size": low, "max_size": low + _MORE if most is None else min(most, low + _MORE)}


def _written(kind: Kind, value: Any) -> str:
    return json.dumps(kind.write(value), sort_keys=True)


def _reached(shape: type[Shape]) -> Iterator[type[Shape]]:
    """Walk the shapes within a shape, each once, it first."""
    seen, waiting = {shape}, [shape]
    while waiting:
        here = waiting.pop()
        yield here
        inner = {found for plan in plans_of(here) for found in _shapes_in(plan.kind)}
        waiting += inner - seen
        seen |= inner


def _shapes_in(kind: Kind) -> Iterator[type[Shape]]:
    match kind:
        case Nested():
            yield cast("type[Shape]", kind.shape)
        case ListOf():
            yield from _shapes_in(kind.item)
        case MapOf():
            yield from _shapes_in(kind.item)
        case _:
            return


def _size(kind: Kind, levels: int, known: dict[tuple[Any, int], float]) -> float:
    """Estimate how many values a value holds, if it may nest so many levels."""
    match kind:
        case Nested():
            key = (kind.shape, levels)
            if key not in known:
                known[key] = 1 + _size_of_members(cast("type[Shape]", kind.shape), levels, known)
            return known[key]
        case ListOf() | MapOf():
            return 1 + ((kind.items.min or 0) + _MORE / 2) * _size(kind.item, levels, known)
        case _:
            return 1


def _size_of_members(shape: type[Shape], levels: int, known: dict[tuple[Any, int], float]) -> float:
    if not levels:
        return 0
    plans = plans_of(shape)
    sizes = [(_size(plan.kind, levels - 1, known), plan.required) for plan in plans]
    if issubclass(shape, TaggedUnion):
        return max((size for size, _ in sizes), default=0)
    return sum(size if required else size / 2 for size, required in sizes)


__all__ = ["Characters", "Recipe", "Regex", "Sampler", "Samples", "SearchStrategy"]
