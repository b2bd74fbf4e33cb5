"""What an API change feed says of an update: operations that are new, and those that gained something.

In: two models. Out: `Additive`, and how it is printed. Such a feed tells additions only: members and enum values that
requests or answers did not have. What was tightened, removed or renamed is not in it; that is what `report` is for.

A list or map adds no level of its own: what its items gained stands where the list does. An added member is shown by a
sample of its form, as a page of boto3 does; an enum by the values that the model lists, whatever its pattern leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Union, assert_never

from codegen.diagnostics import printable
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import Json, ShapeId, SpecText
from codegen.spec.lazily import Call, calls_of, differences, users_of

Values = frozenset[str | int]
Added = Union[bool, int, float, str, Values, "tuple[Added, ...]", "Mapping[str, Added]"]
"""What was added: by member, down to the values that an enum gained (a set) or the sample of a member that is new."""

CUT = "..."
"""Stands for what goes on: a shape inside itself, or more than a person reads."""

_DEEPEST = 40
_MOST = 20_000
"""Levels, and shapes told of one request or answer; both arbitrary, far beyond what services have."""

_NOTHING = SpecText("")
"""The name of what an operation without an input takes."""

_WIDTH = 100
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRACTIONS = frozenset({ir.NumberType.FLOAT, ir.NumberType.DOUBLE, ir.NumberType.BIG_DECIMAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Additive:
    """`updated`: operation -> `request`, `response` -> what was added; `release` is None where it tells nothing."""

    title: str
    release: str | None
    new: tuple[str, ...]
    updated: Mapping[str, Mapping[str, Added]]

    def as_json(self) -> dict[str, Json]:
        """Give the binding form, in which the values that an enum gained are a sorted list."""
        return {"new": [*self.new], "updated": _json(self.updated)}


def additive(old: ir.Model, new: ir.Model) -> Additive:
    """Tell what was added from `old` to `new`; operations sorted by name."""
    before = {call.operation: call for call in calls_of(old.operations)}
    after = {call.operation: call for call in calls_of(new.operations)}
    changed = _changed(old, new)
    both = sorted(after.keys() & before.keys())
    updated = {name: dict(_ends(_Sides(old, new, changed), before[name], after[name])) for name in both}
    release = new.service.release
    return Additive(
        title=new.service.title.raw,
        release=release.raw if release != old.service.release else None,
        new=tuple(sorted(after.keys() - before.keys())),
        updated={name: ends for name, ends in updated.items() if ends},
    )


def _ends(sides: _Sides, before: Call, after: Call) -> Iterator[tuple[str, Added]]:
    """Walk the ends of an operation that gained something."""
    for end, old, new in (("request", before.input, after.input), ("response", before.output, after.output)):
        told = _Telling(sides).gained(SpecText(old), SpecText(new)) if new else None
        if told and isinstance(told, Mapping):  # an end that is no structure is a fault of the spec
            yield end, told


# ------------------------------------------------------------------------------------------------------ what to look at


@dataclass(frozen=True, slots=True)
class _Sides:
    """Two models, and the shapes below which they differ: the rest is not looked at."""

    old: ir.Model
    new: ir.Model
    changed: frozenset[str]


def _changed(old: ir.Model, new: ir.Model) -> frozenset[str]:
    """Name the shapes of both models that have something new of what a feed looks at, and all that hold one."""
    names = differences(old.shapes, new.shapes).changed
    found = {name.raw for name in names if not _outline(new.shapes[name]) <= _outline(old.shapes[name])}
    users = users_of(new.shapes)
    waiting = [*found]
    while waiting:
        fresh = {*users.get(waiting.pop(), ())} - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


def _outline(shape: ir.Shape) -> frozenset[object]:
    """Keep of a shape its kind, what it holds and its values; what only went, adds nothing."""
    edges = ((member.name, member.target) for member in ir.members_of(shape))
    return frozenset((_kind(shape), *edges, *_values(shape)))


def _kind(shape: ir.Shape) -> type[ir.Shape]:
    """Tell shapes apart as the wire does: an enum is a string, a union a structure."""
    match shape:
        case ir.Enum():
            return ir.Text
        case ir.IntEnum():
            return ir.Number
        case ir.UnionOf():
            return ir.Structure
        case _:
            return type(shape)


def _values(shape: ir.Shape) -> Values:
    match shape:
        case ir.Enum():
            return frozenset(value.value.raw for value in shape.values)
        case ir.IntEnum():
            return frozenset(value.value for value in shape.values)
        case _:
            return frozenset()


# -------------------------------------------------------------------------------------------------------------- telling


class _Telling:
    """What one request or answer gained. Services nest without end, so it counts what it told."""

    def __init__(self, sides: _Sides) -> None:
        self._sides = sides
        self._inside: list[tuple[ShapeId, ShapeId]] = []
        self._told = 0

    def gained(self, before: ShapeId, after: ShapeId) -> Added | None:
        """Tell what a shape holds that the other did not; None for nothing, or where the form is another."""
        pair = (before, after)
        if (before == after and after.raw not in self._sides.changed) or pair in self._inside:
            return None
        old, new = self._sides.old.shapes.get(before), self._sides.new.shapes.get(after)
        if old is None and new is not None:
            return self.sample(after)
        if old is None or new is None or _kind(old) is not _kind(new):
            return None
        if self._enough():
            return CUT
        self._inside.append(pair)
        told = self._below(old, new)
        self._inside.pop()
        return told

    def _below(self, old: ir.Shape, new: ir.Shape) -> Added | None:
        match old, new:
            case (ir.Structure() | ir.UnionOf(), ir.Structure() | ir.UnionOf()):
                return dict(self._members(old, new)) or None
            case (ir.ListOf(), ir.ListOf()):
                return self.gained(old.member.target, new.member.target)
            case (ir.MapOf(), ir.MapOf()):
                value = self.gained(old.value.target, new.value.target)
                return value or self.gained(old.key.target, new.key.target)
            case _:
                return _values(new) - _values(old) or None

    def _members(self, old: ir.Structure | ir.UnionOf, new: ir.Structure | ir.UnionOf) -> Iterator[tuple[str, Added]]:
        before = {member.name: member.target for member in old.members}
        for member in new.members:
            known = before.get(member.name)
            told = self.gained(known, member.target) if known else self.sample(member.target)
            if told is not None:
                yield member.name.raw, told

    def sample(self, name: ShapeId) -> Added:
        """Show the form of a value; the values of an enum as a choice."""
        shape = self._sides.new.shapes.get(name)
        pair = (_NOTHING, name)
        if shape is None or pair in self._inside or self._enough():
            return CUT
        self._inside.append(pair)
        told = self._form(shape)
        self._inside.pop()
        return told

    def _form(self, shape: ir.Shape) -> Added:
        match shape:
            case ir.Structure() | ir.UnionOf():
                return {member.name.raw: self.sample(member.target) for member in shape.members}
            case ir.ListOf():
                return (self.sample(shape.member.target),)
            case ir.MapOf():
                return {str(self.sample(shape.key.target)): self.sample(shape.value.target)}
            case ir.Enum() | ir.IntEnum():
                return " | ".join(_choices(shape))
            case _:
                return _scalar(shape)

    def _enough(self) -> bool:
        self._told += 1
        return self._told > _MOST or len(self._inside) > _DEEPEST


def _choices(shape: ir.Enum | ir.IntEnum) -> list[str]:
    if isinstance(shape, ir.Enum):
        return [value.value.raw for value in shape.values]
    return [str(value.value) for value in shape.values]


def _scalar(shape: ir.Text | ir.Number | ir.Boolean | ir.Blob | ir.Timestamp | ir.Document) -> Added:
    match shape:
        case ir.Text():
            return "string"
        case ir.Number():
            return 123.0 if shape.type in _FRACTIONS else 123
        case ir.Boolean():
            return True
        case ir.Blob():
            return "bytes"
        case ir.Timestamp():
            return "2015-01-01T00:00:00Z"
        case ir.Document():
            return {}
        case _:
            assert_never(shape)


# ------------------------------------------------------------------------------------------------------------- printing


def _json(told: Added | Mapping[str, Mapping[str, Added]]) -> Json:
    match told:
        case bool() | int() | float() | str():
            return told
        case frozenset():
            return [*_in_order(told)]
        case tuple():
            return [_json(each) for each in told]
        case _:
            return {name: _json(each) for name, each in told.items()}


def _in_order(values: Values) -> Iterator[str | int]:
    yield from sorted(value for value in values if isinstance(value, int))
    yield from sorted(value for value in values if isinstance(value, str))


def additive_text(found: Additive) -> str:
    """Print it as a feed does: a headline, then each operation with what it gained.

    `{'ReasonCode': {'ResourceSnapshotAccessDenied'}}` says that an enum gained a value.
    """
    new = "\n".join(f"{printable(name)} (new)" for name in found.new)
    blocks = [_headline(found), *([new] if new else [])]
    for name, ends in found.updated.items():
        changes = (f"Changes ({end})\n{laid_out(told)}" for end, told in ends.items())
        blocks.append("\n".join([f"{printable(name)} (updated)", *changes]))
    return "\n\n".join(blocks) + "\n"


def _headline(found: Additive) -> str:
    """`2024/11/15 - Partner Central Selling API - 2 updated api methods`."""
    when = [_DATE.sub(r"\1/\2/\3", printable(found.release))] if found.release else []
    counts = [f"{len(names)} {word}" for word, names in (("new", found.new), ("updated", found.updated)) if names]
    methods = "method" if counts and counts[-1].startswith("1 ") else "methods"
    said = f"{', '.join(counts)} api {methods}" if counts else "no new or updated api methods"
    return " - ".join([*when, printable(found.title), said])


def laid_out(told: Added, indent: str = "", lead: int = 0) -> str:
    """Print on one line what fits beside what leads it, else a line for each member."""
    line = _line(told)
    if len(indent) + lead + len(line) <= _WIDTH or not isinstance(told, Mapping | tuple):
        return line
    inner = indent + "  "
    if isinstance(told, tuple):
        return "[\n" + ",\n".join(inner + laid_out(each, inner) for each in told) + f"\n{indent}]"
    named = ((f"{name!r}: ", each) for name, each in told.items())
    lines = (inner + key + laid_out(each, inner, len(key)) for key, each in named)
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _line(told: Added) -> str:
    match told:
        case str():
            return repr(told if len(told) <= _WIDTH else told[:_WIDTH] + CUT)
        case bool() | int() | float():
            return repr(told)
        case frozenset():
            return "{" + ", ".join(map(repr, _in_order(told))) + "}"
        case tuple():
            return "[" + ", ".join(map(_line, told)) + "]"
        case _:
            return "{" + ", ".join(f"{name!r}: {_line(each)}" for name, each in told.items()) + "}"
