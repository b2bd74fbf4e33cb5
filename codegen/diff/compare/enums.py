"""Enums: values by themselves, their order, their constants; an enum's own pattern decides which values count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from codegen.diagnostics import quoted
from codegen.diff.changes import Change, Spot
from codegen.diff.compare.constraints import compare_constraints
from codegen.diff.compare.entries import compare_entry
from codegen.spec import ir
from codegen.spec.lowered import Lowered, accepts, lower

_Value = ir.EnumValue | ir.IntEnumValue


def compare_enums(spot: Spot, old: ir.Enum, new: ir.Enum) -> Iterator[Change]:
    """Compare two sets of strings."""
    was = {value.value.raw: value for value in old.values}
    now = {value.value.raw: value for value in new.values}
    dead = {*_refused(old), *_refused(new)}
    yield from _values(spot, was, now, dead)
    yield from _order(spot, list(was), list(now))
    for name in _changed(was, now):
        there = _at(spot, name, was[name], now[name])
        yield from compare_entry(there, was[name], now[name])
        if was[name].name != now[name].name:
            names = [value.name.raw if value.name else None for value in (was[name], now[name])]
            yield there.change("enum.value-renamed", f"constant of {quoted(name)} renamed", *names)
    if old.closed != new.closed:
        rule = "enum.closed" if new.closed else "enum.opened"
        yield spot.change(rule, "values are complete" if new.closed else "values may grow", old.closed, new.closed)
    common = tuple(name for name in was if name in now)
    yield from compare_constraints(spot, old.constraints, new.constraints, common)


def compare_int_enums(spot: Spot, old: ir.IntEnum, new: ir.IntEnum) -> Iterator[Change]:
    """Compare two sets of named integers; a number that keeps its value and changes its name is renamed."""
    was = {str(value.value): value for value in old.values}
    now = {str(value.value): value for value in new.values}
    yield from _values(spot, was, now, set())
    yield from _order(spot, list(was), list(now))
    for number in _changed(was, now):
        there = _at(spot, number, was[number], now[number])
        yield from compare_entry(there, was[number], now[number])
        if was[number].name != now[number].name:
            names = was[number].name.raw, now[number].name.raw
            yield there.change("enum.value-renamed", f"constant of {number} renamed", *names)


def _changed(was: Mapping[str, _Value], now: Mapping[str, _Value]) -> list[str]:
    """Name what both have and one says otherwise; an enum may have a thousand values that stay as they are."""
    return [name for name in was if name in now and was[name] != now[name]]


def _values(spot: Spot, was: Mapping[str, _Value], now: Mapping[str, _Value], dead: set[str]) -> Iterator[Change]:
    for name in (name for name in was if name not in now):
        rule = "enum.value-without-effect" if name in dead else "enum.value-removed"
        yield _at(spot, name, was[name], None).change(
            rule, f"value {_said(was[name])} removed", _plain(was[name]), None
        )
    for name in (name for name in now if name not in was):
        rule = "enum.value-without-effect" if name in dead else "enum.value-added"
        yield _at(spot, name, None, now[name]).change(rule, f"value {_said(now[name])} added", None, _plain(now[name]))


def _plain(value: _Value) -> str | int:
    return value.value.raw if isinstance(value, ir.EnumValue) else value.value


def _said(value: _Value) -> str:
    return quoted(value.value.raw) if isinstance(value, ir.EnumValue) else str(value.value)


def _at(spot: Spot, name: str, old: _Value | None, new: _Value | None) -> Spot:
    """Stay at the enum's path: the value tells the findings apart."""
    owners = {owner.raw for owner in (spot.subject.old, spot.subject.new) if owner}
    keys = tuple(("value", owner, name) for owner in sorted(owners))
    return spot.part(spot.path, old.at if old else None, new.at if new else None, keys)


def _order(spot: Spot, was: list[str], now: list[str]) -> Iterator[Change]:
    """Tell of values that have another place; growing or shrinking at the end moves none."""
    places = {name: place for place, name in enumerate(now)}
    if any(places.get(name, place) != place for place, name in enumerate(was)):
        yield spot.change("enum.reordered", "values listed in another order", list(was), list(now))


def _refused(enum: ir.Enum) -> Iterator[str]:
    """Give the values that the enum's own pattern and length refuse."""
    pattern, length = enum.constraints.pattern, enum.constraints.length
    if not (pattern or length):
        return
    lowered = lower(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii) if pattern else None
    takes = partial(accepts, lowered) if isinstance(lowered, Lowered) else None
    for value in enum.values:
        name = value.value.raw
        least, most = (length.min or 0, length.max) if length else (0, None)
        if (takes and takes(name) is False) or len(name) < least or (most is not None and len(name) > most):
            yield name
