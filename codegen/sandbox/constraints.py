"""Constraints of the spec, asked of one value that is of its type.

In: constraints of a member and of its shape, a value. Out: code and text of each that does not hold; no text quotes the
value. What the spec records without enforcing it holds of anything, and so does a pattern that no engine checks in time
that grows as the text does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from codegen.sandbox.scalars import blob_bytes
from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.lowered import Lowered, Unsupported, accepts, lower, superlinear

Broken = tuple[str, str]
"""A code of ValidationException, and what must hold."""

MISSING = "REQUIRED_FIELD_MISSING"
ENUM = "INVALID_ENUM_VALUE"
FORM = "INVALID_STRING_FORMAT"
VALUE = "INVALID_VALUE"
MANY = "TOO_MANY_VALUES"
FEW = "NOT_ENOUGH_VALUES"
TWICE = "DUPLICATE_KEY_VALUE"
RANGE = "VALUE_OUT_OF_RANGE"


def broken_by_scalar(member: ir.Member, shape: ir.Shape, value: Json) -> Sequence[Broken]:
    """Ask every constraint of a string, number or blob."""
    match shape:
        case ir.Text() if isinstance(value, str):
            return _broken_by_text((member.constraints, shape.constraints), value)
        case ir.Enum() if isinstance(value, str):
            broken = _broken_by_text((member.constraints, shape.constraints), value)
            return broken if value in _values(shape) else [(ENUM, _one_of(_values(shape))), *broken]
        case ir.IntEnum() if value not in [each.value for each in shape.values]:
            return [(ENUM, f"Member must satisfy enum value set: {[each.value for each in shape.values]}")]
        case ir.Number() if isinstance(value, int | float):
            return _broken_by_number(ir.tighter(member.constraints.range, shape.constraints.range), value)
        case ir.Blob():
            bounds = ir.tighter(member.constraints.length, shape.constraints.length)
            return _broken_by_length(bounds, len(blob_bytes(value)), (RANGE, RANGE))
        case _:
            return ()


def broken_by_size(member: ir.Member, shape: ir.ListOf | ir.MapOf, size: int) -> Sequence[Broken]:
    bounds = ir.tighter(member.constraints.length, shape.constraints.length)
    return _broken_by_length(bounds, size, (FEW, MANY))


def broken_by_repeats(member: ir.Member, shape: ir.ListOf, items: Sequence[Json]) -> Sequence[Broken]:
    """Items are the same when their JSON is, whatever the order of members."""
    unique = member.constraints.unique_items or shape.constraints.unique_items
    if unique and len({json.dumps(item, sort_keys=True) for item in items}) < len(items):
        return ((TWICE, "Member must have unique values"),)
    return ()


def _values(shape: ir.Enum) -> tuple[str, ...]:
    return tuple(each.value.raw for each in shape.values)


def _one_of(values: Sequence[str]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(values)}]"


def _broken_by_text(both: tuple[ir.Constraints, ir.Constraints], text: str) -> Sequence[Broken]:
    broken = _broken_by_length(ir.tighter(both[0].length, both[1].length), len(text), (RANGE, RANGE))
    for one in both:
        pattern = one.pattern
        if pattern is not None and pattern.enforced and not _matches(pattern, text):
            broken = *broken, (FORM, f"Member must satisfy regular expression pattern: {pattern.text.raw}")
    return broken


def _matches(pattern: ir.Pattern, text: str) -> bool:
    lowered = _lowered(pattern.text.raw, pattern.match, pattern.ascii)
    return lowered is None or accepts(lowered, text) is not False


@cache
def _lowered(text: str, match: ir.Match, ascii: bool) -> Lowered | None:
    lowered = lower(text, match=match.value, ascii=ascii)
    return None if isinstance(lowered, Unsupported) or superlinear(lowered) else lowered


def _broken_by_length(bounds: ir.Length | None, length: int, codes: tuple[str, str]) -> Sequence[Broken]:
    if bounds is None or not bounds.enforced:
        return ()
    if bounds.min is not None and length < bounds.min:
        return ((codes[0], f"Member must have length {_between(bounds)}"),)
    if bounds.max is not None and length > bounds.max:
        return ((codes[1], f"Member must have length {_between(bounds)}"),)
    return ()


def _broken_by_number(bounds: ir.Range | None, value: int | float) -> Sequence[Broken]:
    if bounds is None or not bounds.enforced:
        return ()
    if (bounds.min is not None and value < bounds.min) or (bounds.max is not None and value > bounds.max):
        return ((RANGE, f"Member must be {_between(bounds)}"),)
    return ()


def _between(bounds: ir.Length | ir.Range) -> str:
    if bounds.max is None:
        return f"greater than or equal to {bounds.min}"
    if bounds.min is None:
        return f"less than or equal to {bounds.max}"
    return f"between {bounds.min} and {bounds.max}, inclusive"
