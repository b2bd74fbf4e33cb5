"""Texts that a string's constraints accept, and texts that they just refuse.

In: constraints. Out: strings, always the same. Only what is enforced counts: a pattern that is merely recorded,
that no engine runs or that is super-linear makes no text good or bad.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice

from codegen.spec import ir, patterns

LONGEST = 100_000  # arbitrary: no longer text is made up, so a bound beyond it has no example


@dataclass(frozen=True, slots=True)
class TextRule:
    """What holds for a string: bounds, those a pattern implies included, and the pattern."""

    least: int
    most: int | None
    pattern: ir.Pattern | None
    lowered: patterns.Lowered | None

    def accepts(self, text: str) -> bool:
        fits = self.least <= len(text) and (self.most is None or len(text) <= self.most)
        return fits and (self.lowered is None or patterns.accepts(self.lowered, text) is True)


def rule_of(constraints: ir.Constraints) -> TextRule:
    """Combine a stated length with a pattern's."""
    stated = constraints.length if constraints.length and constraints.length.enforced else None
    lowered = _lowered(constraints.pattern)
    lows = [bound.min if isinstance(bound, ir.Length) else bound.min_length for bound in (stated, lowered) if bound]
    highs = [bound.max if isinstance(bound, ir.Length) else bound.max_length for bound in (stated, lowered) if bound]
    return TextRule(
        least=max((low for low in lows if low is not None), default=0),
        most=min((high for high in highs if high is not None), default=None),
        pattern=constraints.pattern if lowered else None,
        lowered=lowered,
    )


def _lowered(pattern: ir.Pattern | None) -> patterns.Lowered | None:
    if pattern is None or not pattern.enforced:
        return None
    lowered = patterns.lower(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii)
    if isinstance(lowered, patterns.Unsupported) or patterns.superlinear(lowered):
        return None
    return lowered


def good(rule: TextRule) -> tuple[str, ...]:
    """Make up texts that are accepted, shortest first; none where nothing was found."""
    if rule.pattern is None:
        return () if rule.least > LONGEST else (_filler(rule),)
    return _matching(rule.pattern, rule.least, rule.most)


def _filler(rule: TextRule) -> str:
    return "a" * max(rule.least, min(1, 1 if rule.most is None else rule.most))


def _matching(pattern: ir.Pattern, least: int, most: int | None) -> tuple[str, ...]:
    if least > LONGEST:
        return ()
    return patterns.matching(
        pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii, min_length=least, max_length=most
    )


def bad(rule: TextRule) -> tuple[str, ...]:
    """Make up texts of an allowed length that the pattern refuses: at most four, and one that ends in a newline."""
    if rule.pattern is None or rule.least > LONGEST:
        return ()
    near = patterns.refused(
        rule.pattern.text.raw,
        match=rule.pattern.match.value,
        ascii=rule.pattern.ascii,
        min_length=rule.least,
        max_length=rule.most,
    )
    ended = (text + "\n" for text in good(rule) if rule.most is None or len(text) < rule.most)
    newline = [text for text in ended if not rule.accepts(text)][:1]
    return tuple(dict.fromkeys([*newline, *near]))[:5]


def of_length(rule: TextRule, length: int) -> str | None:
    """Make up an accepted text of exactly `length` characters."""
    if rule.pattern is None:
        return "a" * length
    return next(iter(_matching(rule.pattern, length, length)), None)


def longest(rule: TextRule) -> str | None:
    """Make up an accepted text as long as can be: at the bound, or where a pattern ends before it, nearest to it."""
    if rule.most is None or rule.most > LONGEST:
        return None
    return of_length(rule, rule.most) or max(good(rule), key=len, default=None)


def shortest(rule: TextRule) -> str | None:
    """Make up an accepted text as short as can be."""
    if rule.least > LONGEST:
        return None
    return of_length(rule, rule.least) or min(good(rule), key=len, default=None)


def too_long(rule: TextRule) -> str | None:
    """Make up a text one character over the bound; otherwise right, where that can be."""
    near = longest(rule)
    if rule.most is None or near is None:
        return None
    free = TextRule(rule.least, None, rule.pattern, rule.lowered)
    return of_length(free, rule.most + 1) or (near + (near[-1:] or "a") * (rule.most + 1))[: rule.most + 1]


def too_short(rule: TextRule) -> str | None:
    """Make up a text one character under the bound; otherwise right, where that can be."""
    near = shortest(rule)
    if not rule.least or near is None:
        return None
    free = TextRule(0, rule.most, rule.pattern, rule.lowered)
    return of_length(free, rule.least - 1) or near[: rule.least - 1]


def distinct(rule: TextRule, number: int) -> list[str]:
    """Make up accepted texts that all differ; fewer than `number` where not enough are found."""
    return list(islice(_different(text for text in _candidates(rule, number) if rule.accepts(text)), number))


def _candidates(rule: TextRule, number: int) -> Iterator[str]:
    samples = good(rule)
    yield from samples
    for index in islice(count(1), 2 * number):
        for text in samples:
            tail = str(index)
            yield from (text + tail, text[: -len(tail)] + tail, text + text[-1:] * index)


def _different(found: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in found:
        if text not in seen:
            seen.add(text)
            yield text
