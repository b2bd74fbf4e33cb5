"""Constraints of the spec, asked of one value that is of its type.

In: constraints of a member and of its shape, a value. Out: code and text of each that does not hold; no text quotes the
value. What is asked of text, as most values are, is put together once (`asked_of_text`). What the spec records without
enforcing it holds of anything, and so does a pattern that no engine checks in time that grows as the text does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cache

from codegen.sandbox.scalars import blob_bytes
from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.lowered import Unsupported, finder, lower, superlinear

Broken = tuple[str, str]
"""A code of ValidationException, and what must hold."""
Asked = Callable[[str], Sequence[Broken]]

MISSING = "REQUIRED_FIELD_MISSING"
ENUM = "INVALID_ENUM_VALUE"
FORM = "INVALID_STRING_FORMAT"
VALUE = "INVALID_VALUE"
MANY = "TOO_MANY_VALUES"
FEW = "NOT_ENOUGH_VALUES"
TWICE = "DUPLICATE_KEY_VALUE"
RANGE = "VALUE_OUT_OF_RANGE"


def asked_of_text(member: ir.Member, shape: ir.Text | ir.Enum) -> Asked:
    """Give what asks every constraint of a string."""
    bounds = ir.tighter(member.constraints.length, shape.constraints.length)
    values = tuple(each.value.raw for each in shape.values) if isinstance(shape, ir.Enum) else None
    both = member.constraints.pattern, shape.constraints.pattern
    patterns = [(each.text.raw, _acceptor(each)) for each in both if each is not None and each.enforced]

    def broken_by(text: str) -> Sequence[Broken]:
        broken = _broken_by_length(bounds, len(text), (RANGE, RANGE))
        if values is not None and text not in values:
            broken = (ENUM, f"Member must satisfy enum value set: [{', '.join(values)}]"), *broken
        for pattern, accepts in patterns:
            if not accepts(text):
                broken = *broken, (FORM, f"Member must satisfy regular expression pattern: {pattern}")
        return broken

    return broken_by


def broken_by_scalar(member: ir.Member, shape: ir.Shape, value: Json) -> Sequence[Broken]:
    """Ask every constraint of a number or a blob."""
    match shape:
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


def _acceptor(pattern: ir.Pattern) -> Callable[[str], bool]:
    return _compiled(pattern.text.raw, pattern.match, pattern.ascii)


@cache
def _compiled(text: str, match: ir.Match, ascii: bool) -> Callable[[str], bool]:
    lowered = lower(text, match=match.value, ascii=ascii)
    if isinstance(lowered, Unsupported) or superlinear(lowered):
        return lambda text: True
    least, most = lowered.min_length or 0, math.inf if lowered.max_length is None else lowered.max_length
    pieces = [(finder(piece), not piece.negated) for piece in lowered.pieces]

    def accepts(given: str) -> bool:
        for finds, wanted in pieces:
            if finds(given) is not wanted:
                return False
        return least <= len(given) <= most

    return accepts


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
