"""Rules about bounds and patterns: each can be checked, fits its kind of value, and some value meets them all.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.

A constraint that is recorded but not enforced binds nobody, so it is judged by its form alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Note, Place, printable, quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding, Site, all_constraints, each_constraint, kind_of, sites
from codegen.spec.cursor import LARGEST
from codegen.spec.effort import MOST_STEPS, effort_of_measuring, effort_of_reading
from codegen.spec.languages import Strings, is_empty
from codegen.spec.patterns import Lowered, Match, Unsupported, length_bounds, lower, superlinear

# ------------------------------------------------------------------------------------------------------------ bounds

WHOLE_NUMBERS = {
    ir.NumberType.BYTE: 2**7,
    ir.NumberType.SHORT: 2**15,
    ir.NumberType.INTEGER: 2**31,
    ir.NumberType.LONG: 2**63,
}
"""A value of the type is at least minus this, and below it."""


def find_bad_bounds(model: ir.Model) -> Iterator[Finding]:
    for site, word, bounds in all_constraints(model):
        if isinstance(bounds, ir.Pattern):
            continue
        if bounds.min is None and bounds.max is None:
            yield Finding(f"this {word} has neither min nor max; state one or remove it", bounds.at)
        if bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
            yield Finding(f"min {bounds.min} is over max {bounds.max}: no value fits", bounds.at.child("min"))
        for key, bound in _ends(bounds):
            yield from _bad_bound(site.shape, word, bound, bounds.at.child(key))


def _ends(bounds: ir.Length | ir.Range) -> Iterator[tuple[str, int | float]]:
    yield from ((key, bound) for key, bound in (("min", bounds.min), ("max", bounds.max)) if bound is not None)


def _bad_bound(shape: ir.Shape, word: str, bound: int | float, place: Place) -> Iterator[Finding]:
    if word == "length" and bound < 0:
        yield Finding(f"length {bound} is negative; nothing is shorter than 0", place)
    if word == "range" and abs(bound) > LARGEST:
        yield Finding("this bound is beyond every double", place)
    elif word == "range" and isinstance(shape, ir.Number) and shape.type in WHOLE_NUMBERS:
        yield from _beyond_type(shape, bound, place)


def _beyond_type(shape: ir.Number, bound: int | float, place: Place) -> Iterator[Finding]:
    limit = WHOLE_NUMBERS[shape.type]
    if bound != int(bound):
        yield Finding(f"{bound} is a fraction; values of type {shape.type} are whole numbers", place)
    elif not -limit <= bound < limit:
        yield Finding(f"{bound} is beyond type {shape.type}, which goes from {-limit} to {limit - 1}", place)


def find_disjoint_bounds(model: ir.Model) -> Iterator[Finding]:
    for site in sites(model):
        stated = dict(each_constraint(site.constraints))
        for word, other in each_constraint(site.others):
            mine = stated.get(word)
            if not isinstance(mine, ir.Length | ir.Range) or isinstance(other, ir.Pattern) or not _binding(mine, other):
                continue
            if over(mine.min, other.max) or over(other.min, mine.max):
                message = f"no value fits the {word} of {quoted(site.path)} and that of its shape"
                yield Finding(message, mine.at, (Note("the shape's is stated here", other.at),))


def over(low: int | float | None, high: int | float | None) -> bool:
    return low is not None and high is not None and low > high


def _binding(*constraints: ir.Length | ir.Range | ir.Pattern) -> bool:
    return all(constraint.enforced for constraint in constraints)


def find_empty_only(model: ir.Model) -> Iterator[Finding]:
    for site, _, bounds in all_constraints(model):
        if isinstance(bounds, ir.Length) and bounds.max == 0:
            yield Finding(f"max 0 leaves {quoted(site.path)} nothing but the empty value", bounds.at.child("max"))


_MEASURED: dict[str, frozenset[str]] = {
    "length": frozenset(("string", "enum", "blob", "list", "map")),
    "range": frozenset(ir.NumberType),
    "pattern": frozenset(("string", "enum")),
    "uniqueItems": frozenset(("list",)),
}
"""Which kinds of value each constraint measures."""


def find_misplaced_constraints(model: ir.Model) -> Iterator[Finding]:
    for site in sites(model):
        kind = kind_of(site.shape)
        stated = [(word, constraint.at) for word, constraint in each_constraint(site.constraints)]
        if site.constraints.unique_items:
            stated.append(("uniqueItems", site.entry.at.child("uniqueItems")))
        for word, place in stated:
            if kind not in _MEASURED[word]:
                yield Finding(f"{word} cannot hold for {quoted(site.path)}, whose values are of type {kind}", place)
        if site.known_values and not isinstance(site.shape, ir.Text):
            message = f"knownValues are for strings; values of {quoted(site.path)} are of type {kind}"
            yield Finding(message, site.entry.at.child("knownValues"))


# ---------------------------------------------------------------------------------------------------------- patterns


def lowered(pattern: ir.Pattern) -> Lowered | Unsupported:
    return lower(pattern.text.raw, match=_match(pattern), ascii=pattern.ascii)


def _match(pattern: ir.Pattern) -> Match:
    return "full" if pattern.match is ir.Match.FULL else "search"


def _enforced_patterns(model: ir.Model) -> Iterator[tuple[Site, ir.Pattern]]:
    for site, _, pattern in all_constraints(model):
        if isinstance(pattern, ir.Pattern) and pattern.enforced:
            yield site, pattern


def find_laborious_patterns(model: ir.Model) -> Iterator[Finding]:
    """Stop at more than can be judged in seconds: first by the texts, which costs nothing, then one by one."""
    enforced = {(one.text.raw, one.match, one.ascii): (site, one) for site, one in _enforced_patterns(model)}
    steps = sum(effort_of_reading(text) for text, _, _ in enforced)
    if steps > MOST_STEPS:
        yield Finding(_laborious("the patterns of this spec take", steps), model.service.at)
        return
    for site, pattern in enforced.values():
        steps += effort_of_measuring(pattern.text.raw, match=_match(pattern), ascii=pattern.ascii)
        if steps > MOST_STEPS:
            message = _laborious(f"up to that of {quoted(site.path)} the patterns of this spec take", steps)
            yield Finding(message, pattern.at, (Note(_RECORD, pattern.at),))
            return


def _laborious(subject: str, steps: int) -> str:
    return f"{subject} {steps:,} steps to judge; together they may take {MOST_STEPS:,}"


def find_unsupported_patterns(model: ir.Model) -> Iterator[Finding]:
    for site, pattern in _enforced_patterns(model):
        verdict = lowered(pattern)
        if isinstance(verdict, Unsupported):
            message = f"pattern of {quoted(site.path)} cannot be run: {_one_line(verdict.reason)}"
            yield Finding(message, pattern.at, (Note(_RECORD, pattern.at),))


_RECORD = 'correct it, or write {"value": "...", "enforced": false} to record what the documents state'


def _one_line(reason: str) -> str:
    return printable(reason)


def find_superlinear_patterns(model: ir.Model) -> Iterator[Finding]:
    for site, pattern in _enforced_patterns(model):
        verdict = lowered(pattern)
        if isinstance(verdict, Lowered) and (reason := superlinear(verdict)):
            message = f"pattern of {quoted(site.path)} is not enforced by the client: {_one_line(reason)}"
            yield Finding(message, pattern.at)


def find_vacuous_patterns(model: ir.Model) -> Iterator[Finding]:
    for site, pattern in _enforced_patterns(model):
        if lowered(pattern) == Lowered(None, None, ()):
            yield Finding(f"pattern of {quoted(site.path)} accepts any text, so it checks nothing", pattern.at)


def find_impossible_patterns(model: ir.Model) -> Iterator[Finding]:
    for site in sites(model):
        found = [finding for pair in _pairs(site.constraints, site.others) for finding in _impossible(site, *pair)]
        pattern = site.constraints.pattern
        yield from found
        if pattern and pattern.enforced and not found and is_empty(_strings(pattern, site.constraints.length)):
            yield Finding(_matched_by_none(site, pattern), pattern.at)


def _impossible(site: Site, pattern: ir.Pattern, length: ir.Length) -> Iterator[Finding]:
    """Judge by lengths alone, which tells the most."""
    bounds = length_bounds(pattern.text.raw, match=_match(pattern), ascii=pattern.ascii)
    if bounds and (over(bounds[0], length.max) or over(length.min, bounds[1])):
        message = f"no text of {quoted(site.path)} fits both: the pattern takes {_count(*bounds)}"
        note = Note(f"the length allows {_count(length.min or 0, length.max)}", length.at)
        yield Finding(message, pattern.at, (note,))
    elif bounds and over(*bounds):
        yield Finding(f"the pattern of {quoted(site.path)} contradicts itself: no text matches", pattern.at)


def _matched_by_none(site: Site, pattern: ir.Pattern) -> str:
    """`a^` no text matches; `(?:ab)+` none of 3 characters, though of 2 and of 4."""
    if is_empty(_strings(pattern, None)):
        return f"the pattern of {quoted(site.path)} contradicts itself: no text matches"
    return f"no text of {quoted(site.path)} fits both its pattern and its length"


def _strings(pattern: ir.Pattern, length: ir.Length | None) -> Strings:
    bound = length if length and length.enforced else None
    least, most = (bound.min, bound.max) if bound else (None, None)
    return Strings(pattern.text.raw, _match(pattern), pattern.ascii, least, most)


def _pairs(mine: ir.Constraints, others: ir.Constraints) -> Iterator[tuple[ir.Pattern, ir.Length]]:
    """Pair pattern and length that a value meets together, but for two that both belong to the shape."""
    for pattern, length in (
        (mine.pattern, mine.length),
        (mine.pattern, others.length),
        (others.pattern, mine.length),
    ):
        if pattern and length and _binding(pattern, length):
            yield pattern, length


def _count(low: int, high: int | None) -> str:
    """`2, 4` gives "2 to 4 characters"."""
    if high is None:
        return f"{low} or more characters"
    return f"{low} to {high} characters" if low != high else f"{low} characters"
