"""Two JSON values -> text for two columns, what differs marked, what is long cut.

In: what was and what is. Out: a `ValueView` for each side. Marked is what stands between the common beginning and the
common end: it costs one walk over the text, and says what changed in a pattern, a bound or a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from codegen.spec.ir import Json

LONGEST = 400
"""A longer value is cut; what follows is unfolded by whoever wants it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a value's text: the same on both sides, or not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value as text; `rest` is what is folded away, `more` says how much that is."""

    head: tuple[Segment, ...]
    rest: tuple[Segment, ...]
    more: str


def beside(old: Json, new: Json) -> tuple[ValueView | None, ValueView | None]:
    """Show two values with what is not the same marked; nothing is marked where one of them is missing."""
    if old is None or new is None:
        return _alone(old), _alone(new)
    return _differing(_words(old), _words(new))


def _alone(value: Json) -> ValueView | None:
    return None if value is None else _cut([Segment(_text(value), False)])


def _words(value: Json) -> list[str]:
    return re.findall(r"\w+|\W", _text(value))


def _text(value: Json) -> str:
    """A string as it is, so that a pattern's backslashes are not doubled; the rest as JSON."""
    if isinstance(value, str) and value.strip():
        return value
    return json.dumps(value, indent=2, ensure_ascii=False)


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[ValueView, ValueView]:
    """`["The", " ", "old"]` beside `["The", " ", "new"]` differ in their last word."""
    start = _common(zip(old, new, strict=False))
    end = _common(islice(zip(reversed(old), reversed(new), strict=False), min(len(old), len(new)) - start))
    return _marked(old, start, end), _marked(new, start, end)


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _marked(words: Sequence[str], start: int, end: int) -> ValueView:
    stop = len(words) - end
    runs = (("".join(words[:start]), False), ("".join(words[start:stop]), True), ("".join(words[stop:]), False))
    return _cut([Segment(text, changed) for text, changed in runs if text])


def _cut(segments: Sequence[Segment]) -> ValueView:
    """Fold away what follows the first `LONGEST` characters, if it is worth a click."""
    length = sum(len(segment.text) for segment in segments)
    if length <= LONGEST + 80:  # arbitrary: a toggle takes as much room as two lines
        return ValueView(tuple(segments), (), "")
    head: list[Segment] = []
    rest: list[Segment] = []
    left = LONGEST
    for segment in segments:
        head.append(Segment(segment.text[:left], segment.changed))
        rest.append(Segment(segment.text[left:], segment.changed))
        left = max(left - len(segment.text), 0)
    return ValueView(_filled(head), _filled(rest), f"{length - LONGEST:,}")


def _filled(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if segment.text)
