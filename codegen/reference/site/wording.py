"""Types and constraints in the words that API references use: `Type: Array of Tag objects`, `Pattern: ...`.

In: a member of a model. Out: `TypeView` and `RowView`s. What is recorded but not enforced is stated all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from codegen.reference.site.hrefs import Href
from codegen.spec import ir
from codegen.spec.examples import constraints_of
from codegen.spec.ir import ShapeId

_NUMBERS: Mapping[ir.NumberType, str] = {
    ir.NumberType.BYTE: "Integer",
    ir.NumberType.SHORT: "Integer",
    ir.NumberType.INTEGER: "Integer",
    ir.NumberType.LONG: "Long",
    ir.NumberType.FLOAT: "Float",
    ir.NumberType.DOUBLE: "Double",
    ir.NumberType.BIG_INTEGER: "Long",
    ir.NumberType.BIG_DECIMAL: "Double",
}
_DEEPEST = 20  # arbitrary: a list of lists of lists ... ends here in words


@dataclass(frozen=True, slots=True)
class TypeView:
    """A type in words; `name` is the structure it speaks of, with its page."""

    before: str
    name: str
    href: Href | None
    after: str

    @property
    def text(self) -> str:
        return self.before + self.name + self.after


@dataclass(frozen=True, slots=True)
class RowView:
    """One constraint: `Pattern`, `^[a-z]+$`; `code` where the text is of the wire."""

    label: str
    text: str
    code: bool = False


def type_view(member: ir.Member, model: ir.Model, pages: Mapping[ShapeId, Href]) -> TypeView:
    """Put a type into words: `Array of `, `EngagementContextDetails`, ` objects`."""
    before, after, target = "", "", model.shapes[member.target]
    for _ in range(_DEEPEST):
        if isinstance(target, ir.ListOf):
            before, after, target = f"{before}{_array(before)} of ", after, model.shapes[target.member.target]
        elif isinstance(target, ir.MapOf):
            before, after = f"{before}{_to(before)}", f" {'maps' if before.endswith('of ') else 'map'}{after}"
            target = model.shapes[target.value.target]
        else:
            break
    if isinstance(target, ir.Structure | ir.UnionOf):
        plural = "objects" if before.endswith("of ") else "object"
        return TypeView(before, target.id.raw, pages.get(target.id), f" {plural}{after}")
    return TypeView(f"{before}{_scalar_within(target, before)}{after}", "", None, "")


def _array(before: str) -> str:
    """`Array`, within others `arrays`."""
    return "arrays" if before.endswith("of ") else "array" if before else "Array"


def _to(before: str) -> str:
    return "string to " if before else "String to "


def _scalar_within(target: ir.Shape, before: str) -> str:
    """Within others a type has small letters: `String`, `Array of strings`, `String to string map`."""
    word = scalar_word(target)
    if not before:
        return word
    small = word if word.startswith(("Base64", "JSON")) else word[0].lower() + word[1:]
    return f"{small}s" if before.endswith("of ") else small


def scalar_word(target: ir.Shape) -> str:
    """`String`, `Integer`, `Timestamp` ...; an enum is a string."""
    match target:
        case ir.Enum() | ir.Text():
            return "String"
        case ir.Number():
            return _NUMBERS[target.type]
        case ir.IntEnum():
            return "Integer"
        case ir.Boolean():
            return "Boolean"
        case ir.Blob():
            return "Base64-encoded binary data object"
        case ir.Timestamp():
            return "Timestamp"
        case ir.Document():
            return "JSON value"
        case ir.Structure() | ir.UnionOf() | ir.ListOf() | ir.MapOf():
            return target.id.raw
        case _:
            assert_never(target)


# --------------------------------------------------------------------------------------------------------- constraints


def rows(member: ir.Member, model: ir.Model) -> Iterator[RowView]:
    """Walk what a member's value must satisfy; of a list also what its items must, of a map its keys and values."""
    target = model.shapes[member.target]
    yield from _own(constraints_of(member, target), target, "")
    yield from _values(target, "Valid Values")
    inside = {target.id}
    while isinstance(target, ir.ListOf) and target.member.target not in inside:
        edge, target = target.member, model.shapes[target.member.target]
        inside.add(target.id)
        if not isinstance(target, ir.ListOf | ir.MapOf):
            yield from _own(constraints_of(edge, target), target, "")
            yield from _values(target, "Valid Values")
    if isinstance(target, ir.MapOf):
        for edge, what, values in ((target.key, "Key ", "Valid Keys"), (target.value, "Value ", "Valid Values")):
            held = model.shapes[edge.target]
            if not isinstance(held, ir.ListOf | ir.MapOf):
                yield from _own(constraints_of(edge, held), held, what)
                yield from _values(held, values)


def _values(target: ir.Shape, label: str) -> Iterator[RowView]:
    if isinstance(target, ir.Enum):
        yield RowView(label, " | ".join(_value(value.value.raw) for value in target.values), True)
    elif isinstance(target, ir.IntEnum):
        yield RowView(label, " | ".join(str(value.value) for value in target.values), True)


def _value(text: str) -> str:
    """Quote a value that could not be told from two, or not be seen: `a | b`, two blanks."""
    plain = text == " ".join(text.split()) and " | " not in f" {text} " and text.isprintable()
    if plain and text and not text.startswith('"'):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable()).replace("  ", " \\u0020")  # browsers join blanks


def _own(found: ir.Constraints, target: ir.Shape, what: str) -> Iterator[RowView]:
    if found.length:
        yield _length(found.length, target, what)
    if found.range:
        yield RowView(f"{what}Valid Range", _bounds(found.range, "value of", ""))
    pattern = found.pattern or (target.constraints.pattern if isinstance(target, ir.Enum) else None)
    if pattern:
        yield RowView(f"{what}Pattern", pattern.text.raw, True)


def _length(length: ir.Length, target: ir.Shape, what: str) -> RowView:
    if isinstance(target, ir.ListOf):
        return RowView(f"{what}Array Members", _bounds(length, "number of", " items"))
    if isinstance(target, ir.MapOf):
        return RowView(f"{what}Map Entries", _bounds(length, "number of", " items"))
    return RowView(f"{what}Length Constraints", _bounds(length, "length of", ""))


def _bounds(found: ir.Length | ir.Range, what: str, unit: str) -> str:
    """`Minimum length of 1. Maximum length of 40.`, `Fixed number of 3 items.`"""
    if found.min is not None and found.min == found.max:
        return f"Fixed {what} {found.min}{unit}."
    least = [] if found.min is None else [f"Minimum {what} {found.min}{_one(unit, found.min)}."]
    most = [] if found.max is None else [f"Maximum {what} {found.max}{_one(unit, found.max)}."]
    return " ".join(least + most)


def _one(unit: str, count: float) -> str:
    return unit.removesuffix("s") if count == 1 else unit
