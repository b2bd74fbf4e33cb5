"""Constraints, compared by the values that they let through.

Anchors, lengths that a pattern hides and an enum's own pattern are seen through by `codegen.spec.languages`: what reads
otherwise and means the same is `rewritten`. A constraint that is only recorded lets everything through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codegen.diff.changes import Change, Spot, Told
from codegen.spec import ir, languages
from codegen.spec.ir import SpecText
from codegen.spec.languages import Compared, Relation, Strings
from codegen.spec.patterns import Lowered, lower

Bounds = tuple[int | float | None, int | float | None]
_FREE: Bounds = (None, None)


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
        yield from _texts(spot, _strings(old, values), _strings(new, values))
    else:
        yield from _bounds(spot, "length", _length(old), _length(new))
    yield from _bounds(spot, "range", _range(old), _range(new))
    if old.unique_items != new.unique_items:
        action = "added" if new.unique_items else "removed"
        said = "items have to be unique" if new.unique_items else "items need not be unique any more"
        yield spot.change(f"unique-items.{action}", said, old.unique_items, new.unique_items)


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
    return (found.length.min or None, found.length.max) if found.length else _FREE


def _range(found: ir.Constraints) -> Bounds:
    return (found.range.min, found.range.max) if found.range else _FREE


def _bounds(spot: Spot, subject: str, old: Bounds, new: Bounds) -> Iterator[Change]:
    """Tell which end moved which way; bounds that were not stated before are `set`, not `tightened`."""
    if old == new:
        return
    if _FREE in (old, new):
        yield _bounded(spot, f"{subject}.{'set' if old == _FREE else 'unset'}", subject, old, new, (True, True))
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
    return spot.change(rule, f"{subject} {', '.join(said)}", _as_json(old), _as_json(new))


def _end(word: str, was: int | float | None, now: int | float | None) -> str:
    """`at most 10, was 5`; `at most 10`, where there was no bound; `no longer at most 5`, where there is none."""
    if now is None:
        return f"no longer {word} {was}"
    return f"{word} {now}" if was is None else f"{word} {now}, was {was}"


def _as_json(bounds: Bounds) -> Told:
    return None if bounds == _FREE else {"min": bounds[0], "max": bounds[1]}


# ---------------------------------------------------------------------------------------------------------------- texts


def _strings(found: ir.Constraints, values: tuple[str, ...] | None) -> Strings:
    low, high = (found.length.min, found.length.max) if found.length else (None, None)
    pattern = found.pattern
    if pattern is None:
        return Strings(min_length=low, max_length=high, values=values)
    return Strings(pattern.text.raw, pattern.match.value, pattern.ascii, low, high, values)


def _texts(spot: Spot, old: Strings, new: Strings) -> Iterator[Change]:
    if old == new:
        return
    yield from _engines(spot, old, new)
    alike, lengths = _pieces(old) == _pieces(new), (_whole_length(old), _whole_length(new))
    compared = languages.compare(old, new)
    if compared.relation is Relation.EQUAL or (alike and lengths[0] == lengths[1]):
        yield _rewritten(spot, old, new)
    elif alike:
        yield from _bounds(spot, "length", *lengths)
    elif _stated(old) == _stated(new) or compared.relation is Relation.LINE_BREAKS:
        yield _pattern(spot, old, new, compared)
    else:
        yield from _apart(spot, old, new, compared)


def _apart(spot: Spot, old: Strings, new: Strings, whole: Compared) -> Iterator[Change]:
    """Tell of pattern and length each by itself, where both changed; but never that more is let through than is."""
    bare = languages.compare(*(replace(each, min_length=None, max_length=None) for each in (old, new)))
    if bare.relation is not Relation.EQUAL:
        yield _pattern(spot, old, new, whole if whole.relation in _ONE_WAY else bare)
    elif old.pattern != new.pattern:
        yield _rewritten(spot, old, new)
    against = _ONE_WAY.get(whole.relation, ())
    yield from (
        change
        for change in _bounds(spot, "length", _whole_length(old), _whole_length(new))
        if change.rule not in against
    )


_ONE_WAY = {
    Relation.NARROWER: ("length.loosened", "length.unset"),
    Relation.WIDER: ("length.tightened", "length.set"),
    Relation.DISJOINT: ("length.loosened", "length.unset", "length.tightened", "length.set"),
}
"""Relations that settle what a change means, with the changes of the length that would contradict it: a bound may have
moved into the pattern."""


def _stated(strings: Strings) -> Bounds:
    return strings.min_length or None, strings.max_length


def _lowered(strings: Strings) -> Lowered | None:
    """Read a pattern; None where no engine takes it."""
    if strings.pattern is None:
        return Lowered(None, None, ())
    found = lower(strings.pattern, match=strings.match, ascii=strings.ascii)
    return found if isinstance(found, Lowered) else None


def _pieces(strings: Strings) -> object:
    """Give what a pattern asks beyond a length; one that nobody reads equals none but itself."""
    found = _lowered(strings)
    return frozenset(found.pieces) if found else strings.pattern


def _whole_length(strings: Strings) -> Bounds:
    """Join the bounds that are stated and those that the pattern hides."""
    found = _lowered(strings)
    hidden = (found.min_length, found.max_length) if found else (None, None)
    least = [bound for bound in (strings.min_length, hidden[0]) if bound]
    most = [bound for bound in (strings.max_length, hidden[1]) if bound is not None]
    return max(least, default=None), min(most, default=None)


def _engines(spot: Spot, old: Strings, new: Strings) -> Iterator[Change]:
    was, now = _lowered(old) is not None, _lowered(new) is not None
    if was and not now:
        yield spot.change("pattern.unsupported", "no engine takes the pattern", old.pattern, new.pattern)
    elif now and not was:
        yield spot.change("pattern.supported", "an engine takes the pattern", old.pattern, new.pattern)


def _rewritten(spot: Spot, old: Strings, new: Strings) -> Change:
    if old.pattern == new.pattern and old.match == new.match and old.ascii == new.ascii:
        bounds = _as_json(_stated(old)), _as_json(_stated(new))
        return spot.change("length.rewritten", "length stated otherwise, the same values fit", *bounds)
    return spot.change("pattern.rewritten", "pattern written otherwise, the same texts match", _form(old), _form(new))


def _form(strings: Strings) -> Told:
    """Show the pattern; with its bounds where there are any, for these may have moved into it."""
    if _stated(strings) == _FREE:
        return strings.pattern
    return {"pattern": strings.pattern, "min": strings.min_length, "max": strings.max_length}


_RULES = {
    Relation.NARROWER: ("pattern.tightened", "pattern accepts less"),
    Relation.WIDER: ("pattern.loosened", "pattern accepts more"),
    Relation.OVERLAPPING: ("pattern.shifted", "pattern accepts other texts"),
    Relation.DISJOINT: ("pattern.replaced", "pattern has no text in common with the old one"),
    Relation.LINE_BREAKS: ("pattern.line-breaks", "pattern treats only texts with line breaks otherwise"),
    Relation.UNKNOWN: ("pattern.changed", "pattern changed"),
}


def _pattern(spot: Spot, old: Strings, new: Strings, compared: Compared) -> Change:
    rule, said = _pattern_rule(old, new, compared)
    because = f" ({compared.reason})" if compared.reason else ""
    alike = old.pattern == new.pattern and _stated(old) == _stated(new)
    texts = (_convention(old), _convention(new)) if alike else (old.pattern, new.pattern)
    change = spot.change(rule, said + because, *texts)
    return replace(change, lost=compared.lost, gained=compared.gained)


def _convention(strings: Strings) -> Told:
    """Show how a pattern is meant, where its text does not tell the difference."""
    return {"pattern": strings.pattern, "match": strings.match, "ascii": strings.ascii}


def _pattern_rule(old: Strings, new: Strings, compared: Compared) -> tuple[str, str]:
    """Name the change; a pattern that came or went can only narrow or widen, decided or not."""
    undecided = compared.relation is Relation.UNKNOWN
    if old.pattern is None and (undecided or compared.relation is Relation.NARROWER):
        return "pattern.added", "pattern added"
    if new.pattern is None and (undecided or compared.relation is Relation.WIDER):
        return "pattern.removed", "pattern removed"
    if undecided and compared.lost:
        return "pattern.tightened-in-part", "pattern refuses texts it accepted; what else changed is not decided"
    if undecided and compared.gained:
        return "pattern.loosened-in-part", "pattern accepts texts it refused; what else changed is not decided"
    return _RULES[compared.relation]


def compare_known_values(spot: Spot, old: tuple[SpecText, ...], new: tuple[SpecText, ...]) -> Iterator[Change]:
    """Compare the values that prose names without closing the set."""
    if old != new:
        yield spot.change("known-values.changed", "values that prose names changed", old, new)
