"""Rules about the values a spec names itself (of an enum, known of a string, defaults): each passes its constraints.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from codegen.diagnostics import Note, Place, quoted
from codegen.spec import ir
from codegen.spec.check.constraints import WHOLE_NUMBERS, lowered, over
from codegen.spec.check.walk import (
    Constraint,
    Finding,
    Site,
    constraints_of,
    each_constraint,
    enum_values,
    kind_of,
    members,
    repeated,
    sites,
)
from codegen.spec.ir import SpecText
from codegen.spec.patterns import Unsupported, accepts

SHOWN = 5
"""Values named one by one before the rest are counted; arbitrary."""


def find_refused_enum_values(model: ir.Model) -> Iterator[Finding]:
    for site in sites(model):
        if isinstance(site.shape, ir.Enum):
            values = [(value.value, value.at) for value in site.shape.values]
            yield from _refused(site, values, f"{quoted(site.shape.id.raw)} has the value")


def find_refused_known_values(model: ir.Model) -> Iterator[Finding]:
    for site in sites(model):
        if isinstance(site.shape, ir.Text):
            values = [(value, site.entry.at.child("knownValues", n)) for n, value in enumerate(site.known_values)]
            yield from _refused(site, values, f"{quoted(site.path)} is known to take")


def _refused(site: Site, values: list[tuple[SpecText, Place]], subject: str) -> Iterator[Finding]:
    """Report values that an enforced constraint of the site refuses: the first few by name."""
    for word, constraint in chain(each_constraint(site.constraints), each_constraint(_other(site))):
        if not constraint.enforced:
            continue
        bad = [(value, place) for value, place in values if not _takes(constraint, value.raw)]
        note = (Note(f"the {word} is stated here", constraint.at),)
        for value, place in islice(bad, SHOWN):
            yield Finding(f"{subject} {quoted(value.raw)}, which its {word} refuses", place, note)
        if len(bad) > SHOWN:
            yield Finding(f"its {word} refuses {len(bad) - SHOWN} more values of {quoted(site.path)}", constraint.at)


def _other(site: Site) -> ir.Constraints:
    """Give the target's constraints where the values are the member's own; an enum's are judged at the enum."""
    return site.others if site.known_values else ir.NO_CONSTRAINTS


def _takes(constraint: Constraint, text: str) -> bool:
    match constraint:
        case ir.Length():
            return not over(constraint.min, len(text)) and not over(len(text), constraint.max)
        case ir.Pattern():
            verdict = lowered(constraint)
            return isinstance(verdict, Unsupported) or accepts(verdict, text) is not False
        case ir.Range():
            return True


def find_empty_enums(model: ir.Model) -> Iterator[Finding]:
    for shape in model.shapes.values():
        if isinstance(shape, ir.Enum | ir.IntEnum) and not shape.values:
            yield Finding(f"enum {quoted(shape.id.raw)} has no values", shape.at.child("values"))


def find_duplicate_values(model: ir.Model) -> Iterator[Finding]:
    lists = [[(name, value.at) for name, value in enum_values(shape)] for shape in model.shapes.values()]
    lists += [
        [(value.raw, site.entry.at.child("knownValues", n)) for n, value in enumerate(site.known_values)]
        for site in sites(model)
    ]
    for values in lists:
        for value, place, first in repeated(values):
            yield Finding(f"value {quoted(value)} is listed twice", place, (Note("first listed here", first),))
    for shape in model.shapes.values():
        if isinstance(shape, ir.IntEnum):
            for number, place, first in repeated((str(value.value), value.at) for value in shape.values):
                yield Finding(f"the number {number} has two names", place, (Note("the first is this", first),))


# ---------------------------------------------------------------------------------------------------------- defaults


def find_bad_defaults(model: ir.Model) -> Iterator[Finding]:
    for path, member in members(model):
        target = model.shapes.get(member.target)
        if target is None or not member.has_default or member.default is None:
            continue
        place = member.at.child("default")
        if not _is_of(target, member.default):
            yield Finding(f"the default of {quoted(path)} is not of type {kind_of(target)}", place)
        elif isinstance(target, ir.Enum) and member.default not in [value.value.raw for value in target.values]:
            yield Finding(f"the default of {quoted(path)} is no value of {quoted(target.id.raw)}", place)
        elif isinstance(member.default, str) and (word := _refusing(member, target)):
            yield Finding(f"the default of {quoted(path)} is refused by its {word}", place)


def _is_of(shape: ir.Shape, value: ir.Json) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match shape:
        case ir.Text() | ir.Enum() | ir.Blob():
            return isinstance(value, str)
        case ir.Number():
            return number and (shape.type not in WHOLE_NUMBERS or isinstance(value, int))
        case ir.IntEnum():
            return number and value in [each.value for each in shape.values]
        case ir.Boolean():
            return isinstance(value, bool)
        case ir.Timestamp():
            return number or isinstance(value, str)
        case ir.ListOf():
            return isinstance(value, list)
        case ir.MapOf() | ir.Structure() | ir.UnionOf():
            return isinstance(value, dict)
        case ir.Document():
            return True


def _refusing(member: ir.Member, target: ir.Shape) -> str | None:
    """Name the first constraint that refuses a text default; the bytes of a blob are not counted."""
    text = member.default
    if not isinstance(text, str) or not isinstance(target, ir.Text | ir.Enum):
        return None
    stated = chain(each_constraint(member.constraints), each_constraint(constraints_of(target)))
    return next((word for word, each in stated if each.enforced and not _takes(each, text)), None)
