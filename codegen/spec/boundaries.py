"""Values at the boundary of every constraint: just inside, and just outside.

In: a member and its model's examples. Out: samples, each named for the boundary it stands at (`length-max-outside`),
with the violation that an outside one is, and the citations of the constraint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codegen.spec import ir, texts
from codegen.spec.examples import (
    Examples,
    NoExample,
    constraints_of,
    encoded,
    is_json_text,
    length_of,
    range_of,
)
from codegen.spec.ir import Json

FACE = "\U0001f600"  # one character, two units of UTF-16, four bytes of UTF-8


@dataclass(frozen=True, slots=True)
class Sample:
    """`name` says which boundary; `violation` what is broken outside of it, "" inside."""

    name: str
    value: Json
    citations: tuple[ir.Citation, ...]
    violation: str = ""


def inside(examples: Examples, member: ir.Member) -> Iterator[Sample]:
    """Walk the values just inside each constraint of a member."""
    target = examples.model.shapes[member.target]
    constraints = constraints_of(member, target)
    match target:
        case ir.Text() if not is_json_text(member, target):
            yield from _texts_inside(constraints)
        case ir.Number():
            yield from _numbers_inside(target, constraints)
        case ir.Blob():
            yield from _sized(constraints, _bounds(constraints), "inside", encoded)
        case ir.ListOf() | ir.MapOf():
            make = _maker(examples, target, constraints)
            yield from _sized(constraints, _bounds(constraints), "inside", make)
        case _:
            pass


def outside(examples: Examples, member: ir.Member) -> Iterator[Sample]:
    """Walk the values just outside each constraint of a member."""
    target = examples.model.shapes[member.target]
    constraints = constraints_of(member, target)
    match target:
        case ir.Text() if not is_json_text(member, target):
            yield from _texts_outside(constraints)
        case ir.Number():
            yield from _numbers_outside(target, constraints)
        case ir.Blob():
            yield from _sized(constraints, _beyond(constraints), "outside", encoded)
        case ir.ListOf() | ir.MapOf():
            make = _maker(examples, target, constraints)
            yield from _sized(constraints, _beyond(constraints), "outside", make)
            if isinstance(target, ir.ListOf) and constraints.unique_items:
                yield from _twice(examples, target)
        case _:
            pass


# ---------------------------------------------------------------------------------------------------------------- texts


def _texts_inside(constraints: ir.Constraints) -> Iterator[Sample]:
    rule = texts.rule_of(constraints)
    cited = _cited(constraints.length, constraints.pattern)
    bounded = rule.least or (constraints.length is not None and constraints.length.enforced)
    if bounded and (short := texts.shortest(rule)) is not None:
        yield Sample("length-min-inside", short, cited)
    if (long := texts.longest(rule)) is not None:
        yield Sample("length-max-inside", long, cited)
        if rule.pattern is None and rule.most:
            yield Sample("length-code-points", FACE * rule.most, cited)
    if rule.pattern is not None:
        yield from (Sample("pattern-good", text, _cited(rule.pattern)) for text in _spread(texts.good(rule)))


def _spread(found: tuple[str, ...]) -> tuple[str, ...]:
    """Take the first, the middle and the last."""
    return tuple(dict.fromkeys(found[index] for index in (0, len(found) // 2, -1))) if found else ()


def _texts_outside(constraints: ir.Constraints) -> Iterator[Sample]:
    rule = texts.rule_of(constraints)
    cited = _cited(constraints.length, constraints.pattern)
    if (short := texts.too_short(rule)) is not None:
        yield Sample("length-min-outside", short, cited, "length")
    if (long := texts.too_long(rule)) is not None:
        yield Sample("length-max-outside", long, cited, "length")
    if rule.pattern is not None:
        for text in texts.bad(rule):
            name = "pattern-bad-newline" if text.endswith("\n") else "pattern-bad"
            yield Sample(name, text, _cited(rule.pattern), "pattern")


def _cited(*facts: ir.Length | ir.Pattern | ir.Range | None) -> tuple[ir.Citation, ...]:
    return next((fact.citations for fact in facts if fact and fact.enforced and fact.citations), ())


# -------------------------------------------------------------------------------------------------------------- numbers


def _numbers_inside(number: ir.Number, constraints: ir.Constraints) -> Iterator[Sample]:
    least, most = range_of(number, constraints)
    cited = _cited(constraints.range)
    if least is not None:
        yield Sample("range-min-inside", least, cited)
    if most is not None:
        yield Sample("range-max-inside", most, cited)


def _numbers_outside(number: ir.Number, constraints: ir.Constraints) -> Iterator[Sample]:
    least, most = range_of(number, constraints)
    cited = _cited(constraints.range)
    if least is not None:
        yield Sample("range-min-outside", least - _step(least), cited, "range")
    if most is not None:
        yield Sample("range-max-outside", most + _step(most), cited, "range")


def _step(bound: int | float) -> int | float:
    """One, or what still makes a difference to a large floating-point number."""
    return 1 if isinstance(bound, int) else max(1.0, abs(bound) * 1e-6)


# --------------------------------------------------------------------------------------------------- bytes, lists, maps


def _maker(examples: Examples, target: ir.ListOf | ir.MapOf, constraints: ir.Constraints) -> Callable[[int], Json]:
    """Give what makes up a list or map of a given size."""

    def items(size: int) -> Json:
        assert isinstance(target, ir.ListOf)
        return examples.items(target.member, size, unique=constraints.unique_items)

    def entries(size: int) -> Json:
        assert isinstance(target, ir.MapOf)
        keys = examples.items(target.key, size, unique=True)
        values = examples.items(target.value, size, unique=False)
        return {str(key): value for key, value in zip(keys, values, strict=True)}

    return items if isinstance(target, ir.ListOf) else entries


def _bounds(constraints: ir.Constraints) -> dict[str, int]:
    least, most = length_of(constraints)
    stated = constraints.length is not None and constraints.length.enforced
    return {**({"min": least} if stated else {}), **({"max": most} if most is not None else {})}


def _beyond(constraints: ir.Constraints) -> dict[str, int]:
    least, most = length_of(constraints)
    return {**({"min": least - 1} if least else {}), **({"max": most + 1} if most is not None else {})}


def _sized(
    constraints: ir.Constraints, sizes: dict[str, int], side: str, make: Callable[[int], Json]
) -> Iterator[Sample]:
    """Make one value of each size; a size that nothing can be made up for is left out."""
    for end, size in sizes.items():
        try:
            value = make(size)
        except NoExample:
            continue
        violation = "length" if side == "outside" else ""
        yield Sample(f"length-{end}-{side}", value, _cited(constraints.length), violation)


def _twice(examples: Examples, target: ir.ListOf) -> Iterator[Sample]:
    try:
        item = examples.value(target.member)
    except NoExample:
        return
    yield Sample("unique-twice", [item, item], target.citations, "unique")
