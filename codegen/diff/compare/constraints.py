"""Constraints, compared by the values that they let through.

A constraint that is only recorded lets everything through. Where a pattern is stated, length and pattern are compared
as one, by `codegen.diff.compare.texts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from codegen.diff.changes import Change, Spot, Told
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText

Bounds = tuple[int | float | None, int | float | None]
FREE: Bounds = (None, None)


def effective(member: ir.Member, target: ir.Constraints) -> ir.Constraints:
    """Join a member's constraints and its target's: bounds narrow each other, a pattern replaces the other."""
    own = member.constraints
    if own == ir.NO_CONSTRAINTS:
        return target
    return ir.Constraints(
        length=ir.tighter(own.length, target.length),
        range=ir.tighter(own.range, target.range),
        pattern=own.pattern or target.pattern,
        unique_items=own.unique_items or target.unique_items,
    )


def compare_constraints(
    spot: Spot, old: ir.Constraints, new: ir.Constraints, values: tuple[str, ...] | None = None
) -> Iterator[Change]:
    """Compare all constraints of a shape or member; `values` are those an enum has in both releases."""
    if old == new:
        return
    yield from _recorded(spot, old, new)
    old, new = _enforced(old), _enforced(new)
    if old.pattern or new.pattern:
        yield from _texts().compare_texts(spot, old, new, values)
    else:
        yield from compare_bounds(spot, "length", _length(old), _length(new))
    yield from compare_bounds(spot, "range", _range(old), _range(new))
    if old.unique_items != new.unique_items:
        action = "added" if new.unique_items else "removed"
        said = "items have to be unique" if new.unique_items else "items need not be unique any more"
        yield spot.change(f"unique-items.{action}", said, old.unique_items, new.unique_items)


@cache
def _texts() -> Any:
    """Import what compares patterns when one differs: with it come the trees and automata of all patterns."""
    return import_module("codegen.diff.compare.texts")


def _enforced(found: ir.Constraints) -> ir.Constraints:
    return replace(
        found,
        length=found.length if found.length and found.length.enforced else None,
        range=found.range if found.range and found.range.enforced else None,
        pattern=found.pattern if found.pattern and found.pattern.enforced else None,
    )


def _recorded(spot: Spot, old: ir.Constraints, new: ir.Constraints) -> Iterator[Change]:
    """Tell of constraints that hold back nothing, before or after."""
    for name in ("length", "range", "pattern"):
        was, now = _told(getattr(old, name)), _told(getattr(new, name))
        if was != now:
            yield spot.change("constraint.recorded", f"{name} that is recorded but not enforced changed", was, now)


def _told(found: ir.Length | ir.Range | ir.Pattern | None) -> Told:
    if found is None or found.enforced:
        return None
    return found.text.raw if isinstance(found, ir.Pattern) else {"min": found.min, "max": found.max}


# --------------------------------------------------------------------------------------------------------------- bounds


def _length(found: ir.Constraints) -> Bounds:
    """Give the bounds; a least length of 0 is none."""
    return (found.length.min or None, found.length.max) if found.length else FREE


def _range(found: ir.Constraints) -> Bounds:
    return (found.range.min, found.range.max) if found.range else FREE


def compare_bounds(spot: Spot, subject: str, old: Bounds, new: Bounds) -> Iterator[Change]:
    """Tell which end moved which way; bounds that were not stated before are `set`, not `tightened`."""
    if old == new:
        return
    if FREE in (old, new):
        yield _bounded(spot, f"{subject}.{'set' if old == FREE else 'unset'}", subject, old, new, (True, True))
        return
    tightened = _narrower(old, new)
    loosened = _narrower(new, old)
    if any(tightened):
        yield _bounded(spot, f"{subject}.tightened", subject, old, new, tightened)
    if any(loosened):
        yield _bounded(spot, f"{subject}.loosened", subject, old, new, loosened)


def _narrower(old: Bounds, new: Bounds) -> tuple[bool, bool]:
    """Tell of either end whether the new bounds refuse something there that the old ones let through."""
    least = new[0] is not None and (old[0] is None or new[0] > old[0])
    most = new[1] is not None and (old[1] is None or new[1] < old[1])
    return least, most


def _bounded(spot: Spot, rule: str, subject: str, old: Bounds, new: Bounds, ends: tuple[bool, bool]) -> Change:
    said = [
        _end(word, was, now)
        for word, was, now, moved in zip(("at least", "at most"), old, new, ends, strict=True)
        if moved and was != now
    ]
    return spot.change(rule, f"{subject} {', '.join(said)}", bounds_as_json(old), bounds_as_json(new))


def _end(word: str, was: int | float | None, now: int | float | None) -> str:
    """`at most 10, was 5`; `at most 10`, where there was no bound; `no longer at most 5`, where there is none."""
    if now is None:
        return f"no longer {word} {was}"
    return f"{word} {now}" if was is None else f"{word} {now}, was {was}"


def bounds_as_json(bounds: Bounds) -> Told:
    """Show both ends; nothing where both are open."""
    return None if bounds == FREE else {"min": bounds[0], "max": bounds[1]}


def compare_known_values(spot: Spot, old: tuple[SpecText, ...], new: tuple[SpecText, ...]) -> Iterator[Change]:
    """Compare the values that prose names without closing the set."""
    if old != new:
        yield spot.change("known-values.changed", "values that prose names changed", old, new)
