"""Texts, compared by pattern, length and values together.

In: the enforced constraints of both releases, one with a pattern at least. Out: what changed. Anchors, lengths that a
pattern hides and an enum's own pattern are seen through by `codegen.spec.languages`: what reads otherwise and means the
same is `rewritten`.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.changes import Change, Spot, Told
from codegen.diff.compare.constraints import FREE, Bounds, bounds_as_json, compare_bounds
from codegen.records import replace
from codegen.spec import ir, languages
from codegen.spec.languages import Compared, Relation, Strings
from codegen.spec.lowered import Lowered, lower


def compare_texts(
    spot: Spot, was: ir.Constraints, now: ir.Constraints, values: tuple[str, ...] | None
) -> Iterator[Change]:
    """Compare pattern and length; `values` are those an enum has in both releases."""
    old, new = _strings(was, values), _strings(now, values)
    if old == new:
        return
    yield from _engines(spot, old, new)
    alike, lengths = _pieces(old) == _pieces(new), (_whole_length(old), _whole_length(new))
    compared = languages.compare(old, new)
    if compared.relation is Relation.EQUAL or (alike and lengths[0] == lengths[1]):
        yield _rewritten(spot, old, new)
    elif alike:
        yield from compare_bounds(spot, "length", *lengths)
    elif _stated(old) == _stated(new) or compared.relation is Relation.LINE_BREAKS:
        yield _pattern(spot, old, new, compared)
    else:
        yield from _apart(spot, old, new, compared)


def _strings(found: ir.Constraints, values: tuple[str, ...] | None) -> Strings:
    low, high = (found.length.min, found.length.max) if found.length else (None, None)
    pattern = found.pattern
    if pattern is None:
        return Strings(min_length=low, max_length=high, values=values)
    return Strings(pattern.text.raw, pattern.match.value, pattern.ascii, low, high, values)


def _apart(spot: Spot, old: Strings, new: Strings, whole: Compared) -> Iterator[Change]:
    """Tell of pattern and length each by itself, where both changed; but never that more is let through than is."""
    bare = [replace(each, min_length=None, max_length=None) for each in (old, new)]
    if not languages.same(*bare):
        yield _pattern(spot, old, new, whole if whole.relation in _ONE_WAY else languages.compare(*bare))
    elif old.pattern != new.pattern:
        yield _rewritten(spot, old, new)
    against = _ONE_WAY.get(whole.relation, ())
    yield from (
        change
        for change in compare_bounds(spot, "length", _whole_length(old), _whole_length(new))
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
        bounds = bounds_as_json(_stated(old)), bounds_as_json(_stated(new))
        return spot.change("length.rewritten", "length stated otherwise, the same values fit", *bounds)
    return spot.change("pattern.rewritten", "pattern written otherwise, the same texts match", _form(old), _form(new))


def _form(strings: Strings) -> Told:
    """Show the pattern; with its bounds where there are any, for these may have moved into it."""
    if _stated(strings) == FREE:
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
