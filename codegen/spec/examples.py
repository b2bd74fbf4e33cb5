"""Values of a model's shapes, as JSON on the wire, that satisfy every enforced constraint.

In: a model. Out: `least` (required members only), `filled` (every member of its own, each at its least) and `full`
(everything, every structure once, so that recursion ends and nothing grows beyond the model). The same every time.
A shape that has no finite value, or whose pattern nothing was found for, raises NoExample.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import islice
from typing import assert_never

from codegen.spec import ir, texts
from codegen.spec.ir import Json, ShapeId

MOMENTS: dict[ir.TimestampFormat, Json] = {
    ir.TimestampFormat.DATE_TIME: "2024-12-05T10:20:30Z",
    ir.TimestampFormat.EPOCH_SECONDS: 1733394030,
    ir.TimestampFormat.HTTP_DATE: "Thu, 05 Dec 2024 10:20:30 GMT",
}
"""One moment, in each form it has on the wire."""

MOST_ITEMS = 10_000  # arbitrary: no longer list or map is made up, so a bound beyond it has no example

MOST_PARTS = 20_000
"""Arbitrary: a larger value is none that anybody reads; what nests can be of more parts than memory has room for."""
MOST_PARTS_OF_ITEMS = 1_000_000
"""Of a list that is as long as its bound: written as an item and how often."""

_INTEGERS = {ir.NumberType.BYTE: 8, ir.NumberType.SHORT: 16, ir.NumberType.INTEGER: 32, ir.NumberType.LONG: 64}


class NoExample(Exception):
    """No value could be made up."""


def constraints_of(member: ir.Member, target: ir.Shape) -> ir.Constraints:
    """Give what holds for a member: its own pattern, else that of its target; the narrower of both their bounds."""
    own = member.constraints
    match target:
        case ir.Text() | ir.Number() | ir.Blob() | ir.ListOf() | ir.MapOf():
            shared = target.constraints
            return ir.Constraints(
                length=ir.tighter(own.length, shared.length),
                range=ir.tighter(own.range, shared.range),
                pattern=own.pattern or shared.pattern,
                unique_items=own.unique_items or shared.unique_items,
            )
        case _:
            return own


def length_of(constraints: ir.Constraints) -> tuple[int, int | None]:
    """Give the enforced bounds of a length."""
    length = constraints.length
    return (length.min or 0, length.max) if length and length.enforced else (0, None)


def range_of(number: ir.Number, constraints: ir.Constraints) -> tuple[int | float | None, int | float | None]:
    """Give the enforced bounds of a number, those of its type on the wire included."""
    stated = constraints.range if constraints.range and constraints.range.enforced else None
    least, most = (stated.min, stated.max) if stated else (None, None)
    if number.type not in _INTEGERS:
        return least, most
    limit = 2 ** (_INTEGERS[number.type] - 1)
    return -limit if least is None else max(least, -limit), limit - 1 if most is None else min(most, limit - 1)


def timestamp_format(member: ir.Member, target: ir.Timestamp) -> ir.TimestampFormat:
    """Give the form of a timestamp; JSON protocols count seconds where nothing is said."""
    return member.timestamp_format or target.format or ir.TimestampFormat.EPOCH_SECONDS


def is_json_text(member: ir.Member, target: ir.Shape) -> bool:
    """Say whether a string carries JSON."""
    return isinstance(target, ir.Text) and (target.json_value or member.json_value)


class TooLarge(NoExample):
    """A value would have too many parts."""

    def __init__(self) -> None:
        super().__init__(f"more than {MOST_PARTS} parts")


class Examples:
    """Makes up values for the shapes of one model, each once."""

    def __init__(self, model: ir.Model) -> None:
        self.model = model
        self._least: dict[ShapeId, Json] = {}
        self._parts: dict[ShapeId, int] = {}
        self._too_large: set[ShapeId] = set()
        self._made = 0
        """Parts made up so far, those of a value that is used again counted again."""

    def least(self, shape: ShapeId) -> dict[str, Json]:
        """Make up a structure or union with what is required."""
        return self._members(self._aggregate(shape), None, ())

    def filled(self, shape: ShapeId) -> dict[str, Json]:
        """Make up a structure with every member of its own; of a union, the first arm."""
        found = self._aggregate(shape)
        if isinstance(found, ir.UnionOf):
            return self.least(shape)
        before = self._made
        values = {member.wire.raw: value for member in found.members for value in self._if_any(member)}
        self._refuse_beyond(before)
        return values

    def full(self, shape: ShapeId) -> dict[str, Json]:
        """Make up a structure or union with everything in it; every structure is filled once."""
        return self._members(self._aggregate(shape), set(), ())

    def value(self, member: ir.Member) -> Json:
        """Make up the least value of one member."""
        return self._value(member, None, ())

    def rich(self, member: ir.Member) -> Json:
        """Make up a value of one member with everything in it."""
        return self._value(member, set(), ())

    def items(self, member: ir.Member, number: int, *, unique: bool) -> list[Json]:
        """Make up exactly `number` values of a list's item or a map's key."""
        before = self._made
        found = self._items(member, number, unique, None, ())
        if self._made - before > MOST_PARTS_OF_ITEMS:
            raise TooLarge
        return found

    def _aggregate(self, shape: ShapeId) -> ir.Structure | ir.UnionOf:
        found = self.model.shapes[shape]
        if not isinstance(found, ir.Structure | ir.UnionOf):
            raise NoExample(f"{shape.raw} has no members")
        return found

    def _if_any(self, member: ir.Member) -> Iterator[Json]:
        made = self._made
        try:
            yield self.value(member)
        except NoExample:
            if member.required:
                raise
            self._made = made

    def _value(self, member: ir.Member, done: set[ShapeId] | None, active: tuple[ShapeId, ...]) -> Json:
        """Make up a value; `done`: the structures filled so far, None for the least; `active`: those being made."""
        target = self.model.shapes[member.target]
        match target:
            case ir.Structure() | ir.UnionOf():
                return self._nested(target, done, active)
            case ir.ListOf():
                return self._list(member, target, done, active)
            case ir.MapOf():
                return self._map(member, target, done, active)
            case _:
                self._made += 1
                return scalar(member, target)

    def _nested(self, shape: ir.Structure | ir.UnionOf, done: set[ShapeId] | None, active: tuple[ShapeId, ...]) -> Json:
        if done is not None and shape.id not in done:
            return self._members(shape, done, active)
        if shape.id not in self._least:
            return self._least_of(shape, active if done is None else ())
        self._made += self._parts[shape.id]
        return self._least[shape.id]

    def _least_of(self, shape: ir.Structure | ir.UnionOf, active: tuple[ShapeId, ...]) -> Json:
        """Make up a least value that is kept, with the number of its parts; or remember that it has too many."""
        before = self._made
        if shape.id in self._too_large:
            raise TooLarge
        try:
            self._least[shape.id] = self._members(shape, None, active)
        except TooLarge:
            self._too_large.add(shape.id)
            raise
        self._parts[shape.id] = self._made - before
        return self._least[shape.id]

    def _members(
        self, shape: ir.Structure | ir.UnionOf, done: set[ShapeId] | None, active: tuple[ShapeId, ...]
    ) -> dict[str, Json]:
        if done is None and shape.id in active:
            raise NoExample(f"{shape.id.raw} within itself")
        if done is not None:
            done.add(shape.id)
        found: dict[str, Json] = {}
        before = self._made
        for member in shape.members:
            self._refuse_beyond(before)
            wanted = isinstance(shape, ir.UnionOf) or member.required
            if not wanted and done is None:
                continue
            made = self._made
            try:
                found[member.wire.raw] = self._value(member, done, (*active, shape.id))
            except NoExample:
                if member.required:
                    raise
                self._made = made
            if found and isinstance(shape, ir.UnionOf):
                break
        if isinstance(shape, ir.UnionOf) and not found:
            raise NoExample(f"no arm of {shape.id.raw} has a value")
        self._refuse_beyond(before)
        return found

    def _refuse_beyond(self, before: int) -> None:
        if self._made - before > MOST_PARTS:
            raise TooLarge

    def _list(
        self, member: ir.Member, target: ir.ListOf, done: set[ShapeId] | None, active: tuple[ShapeId, ...]
    ) -> Json:
        constraints = constraints_of(member, target)
        number = self._number(constraints, done)
        before = self._made
        found = list(self._items(target.member, number, constraints.unique_items, done, active))
        self._refuse_beyond(before)
        return found

    def _map(self, member: ir.Member, target: ir.MapOf, done: set[ShapeId] | None, active: tuple[ShapeId, ...]) -> Json:
        number = self._number(constraints_of(member, target), done)
        keys = self._items(target.key, number, True, None, active)
        before = self._made
        values = self._items(target.value, number, False, done, active)
        self._refuse_beyond(before)
        return {str(key): value for key, value in zip(keys, values, strict=True)}

    @staticmethod
    def _number(constraints: ir.Constraints, done: set[ShapeId] | None) -> int:
        least, most = length_of(constraints)
        return least if done is None or most == 0 else max(least, 1)

    def _items(
        self, member: ir.Member, number: int, unique: bool, done: set[ShapeId] | None, active: tuple[ShapeId, ...]
    ) -> list[Json]:
        if number > MOST_ITEMS:
            raise NoExample(f"more than {MOST_ITEMS} items")
        if number and not (unique and number > 1):
            first = self._value(member, done, active)
            before = self._made
            others = [self._value(member, None, active if done is None else ())] if number > 1 else []
            self._made += (self._made - before) * max(number - 2, 0)
            return [first, *others * (number - 1)]
        found = list(islice(distinct(member, self.model.shapes[member.target], number), number)) if number else []
        if len(found) < number:
            raise NoExample(f"no {number} different values of {member.target.raw}")
        return found


def scalar(member: ir.Member, target: ir.Shape) -> Json:
    """Make up a value that has no members and no items."""
    constraints = constraints_of(member, target)
    match target:
        case ir.Enum():
            return target.values[0].value.raw
        case ir.IntEnum():
            return target.values[0].value
        case ir.Text():
            return '{"key":["value",1,true]}' if is_json_text(member, target) else _text(member, target, constraints)
        case ir.Number():
            return _number(range_of(target, constraints))
        case ir.Boolean():
            return True
        case ir.Blob():
            return encoded(max(length_of(constraints)[0], 0 if length_of(constraints)[1] == 0 else 1))
        case ir.Timestamp():
            return MOMENTS[timestamp_format(member, target)]
        case ir.Document():
            return {"key": ["value", 1, True]}
        case ir.Structure() | ir.UnionOf() | ir.ListOf() | ir.MapOf():
            raise TypeError(f"{target.id.raw} is no scalar")
        case _:
            assert_never(target)


def _text(member: ir.Member, target: ir.Text, constraints: ir.Constraints) -> str:
    """Take a value that the documents name, else one made up."""
    rule = texts.rule_of(constraints)
    known = [value.raw for value in (*member.known_values, *target.known_values) if rule.accepts(value.raw)]
    found = next(iter([*known[:1], *texts.good(rule)]), None)
    if found is None:
        raise NoExample(f"nothing found that {target.id.raw} accepts")
    return found


def _number(bounds: tuple[int | float | None, int | float | None]) -> Json:
    least, most = bounds
    if (least is None or least <= 1) and (most is None or most >= 1):
        return 1
    return least if least is not None and least > 1 else most


def encoded(length: int) -> str:
    """Write `length` bytes as base64."""
    if length > texts.LONGEST:
        raise NoExample(f"more than {texts.LONGEST} bytes")
    return base64.b64encode(b"a" * length).decode("ascii")


def distinct(member: ir.Member, target: ir.Shape, number: int) -> Iterator[Json]:
    """Make up values that all differ, as far as they go."""
    match target:
        case ir.Enum():
            yield from (value.value.raw for value in target.values)
        case ir.IntEnum():
            yield from (value.value for value in target.values)
        case ir.Text() if not is_json_text(member, target):
            yield from texts.distinct(texts.rule_of(constraints_of(member, target)), number)
        case ir.Number():
            least, most = range_of(target, constraints_of(member, target))
            first = int(least) if least is not None and least > 0 else 1
            yield from range(first, first + number if most is None else min(first + number, int(most) + 1))
        case ir.Boolean():
            yield from (True, False)
        case _:
            return
