"""Two texts of JSON that are nearly the same -> the values of both; what they have alike is parsed once.

Two releases of a model differ in a few hundred of thousands of entries, and each entry stands on lines of its own. So
rows of entries that are the same in both, character for character, are marked in the old text and left out of the new
one. That a row is what it looks like, whole members of one object, is seen when the old text is parsed: its two marks
are members of that object as well. In any doubt nothing is given, and each text is to be parsed alone.

What is alike is one object in both values, so that to compare them takes no longer than to see that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from codegen.spec.ir import Json
from codegen.spec.source import Refused, decoder, unique

_NEXT = ',\n    "'
"""Between two entries of a section; no string holds the end of a line, so whatever looks like it is between members."""
_SECTIONS = ('\n  "operations":{\n', '\n  "shapes":{\n')
_END = "\n  }"
_MARK = '"":NaN'
"""What JSON does not have, under the name that no entry has."""
_STEPS = (2048, 128)
"""How many characters are compared at once; those of less than the last step are parsed instead. Arbitrary."""

_Members = list[tuple[str, Json]]


class _Row(NamedTuple):
    """Entries that are the same in both texts: where they begin in each, and how many characters they are."""

    old: int
    new: int
    length: int


def mark(old: str, new: str) -> tuple[str, str, int]:
    """Mark what two texts have alike in the old one, and leave the marks of it in the new one; count what is marked."""
    rows = _rows(old, new)
    marked = _marked(old, [(row.old, row.length) for row in rows], kept=True)
    return marked, _marked(new, [(row.new, row.length) for row in rows], kept=False), len(rows)


def decode_marked(old: str, new: str, rows: int) -> tuple[Json, Json] | None:
    """Parse two texts as `DECODER` does without the marks; none where either is wrong, or not what it looks like."""
    marks = _Marks(rows)
    try:
        return marks.decode(old), marks.decode(new)
    except (json.JSONDecodeError, RecursionError, Refused):
        return None


# -------------------------------------------------------------------------------------------------------------- texts


def _rows(old: str, new: str) -> list[_Row]:
    pairs = zip(_sections(old), _sections(new), strict=False)
    return [row for was, now in pairs for row in _rows_in(old, *was, new, *now)]


def _sections(text: str) -> Iterable[tuple[int, int]]:
    """Tell where the sections with many entries begin and end; none of a text that is laid out otherwise."""
    bounds = [*map(text.find, _SECTIONS), text.rfind(_END)]
    return pairwise(bounds) if -1 not in bounds and bounds == sorted(bounds) else ()


def _rows_in(old: str, at: int, until: int, new: str, by: int, end: int) -> Iterator[_Row]:
    """Go through a section of both by the names of its entries, which nearly all models list in their order."""
    at, by = old.find(_NEXT, at, until), new.find(_NEXT, by, end)
    while at >= 0 and by >= 0:
        was, now = _name(old, at), _name(new, by)
        last = old.rfind(_NEXT, at + 1, min(until, at + _alike(old, at, new, by))) if was == now else -1
        if last >= 0:
            yield _Row(at + 1, by + 1, last - at - 1)
            at, by = last, by + last - at
            continue
        if was <= now:
            at = old.find(_NEXT, at + 1, until)
        if now <= was:
            by = new.find(_NEXT, by + 1, end)


def _name(text: str, at: int) -> str:
    begin = at + len(_NEXT)
    return text[begin : text.find('"', begin)]


def _alike(old: str, at: int, new: str, by: int) -> int:
    """Count characters that are the same from two places on, but for fewer than the least step."""
    length = 0
    for step in _STEPS:
        while (piece := old[at + length : at + length + step]) and new.startswith(piece, by + length):
            length += len(piece)
    return length


def _marked(text: str, rows: Iterable[tuple[int, int]], *, kept: bool) -> str:
    """Put a mark before each row and one behind it; a row that is not kept leaves its two marks."""
    found = ""  # grows in place, as nothing else refers to it
    done = 0
    for begin, length in rows:
        end = begin + length
        found += f"{text[done:begin]}{_MARK},{f'{text[begin:end]},' if kept else ''}{_MARK}"
        done = end
    found += text[done:]
    return found


# -------------------------------------------------------------------------------------------------------------- values


class _Mark(int):
    """The number of a mark in the order of the text: the first of row 2 is 4, the other 5."""


class _Marks:
    """Marks as a parser meets them, and the members that are between two of them in the text that was parsed first."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._known: dict[int, _Members] = {}
        self._met = self._taken = 0
        self._decoder = decoder(self._object, self._mark)

    def decode(self, text: str) -> Json:
        """Parse a text. Raises JSONDecodeError, RecursionError, Refused."""
        self._met = self._taken = 0
        value: Json = self._decoder.decode(text)
        if self._met != 2 * self._rows or self._taken != self._rows:
            raise Refused  # a mark that is not of ours, or not among members of the same object as its other one
        return value

    def _mark(self, _: str) -> _Mark:
        self._met += 1
        return _Mark(self._met - 1)

    def _object(self, pairs: _Members) -> dict[str, Json]:
        value = dict(pairs)
        return value if len(value) == len(pairs) else unique(self._spliced(pairs))  # two marks have one name

    def _spliced(self, pairs: _Members) -> _Members:
        """Put what is between two marks, or was in the other text, in their place."""
        places = [at for at, (_, value) in enumerate(pairs) if type(value) is _Mark]
        done: _Members = []
        rest = 0
        for first, last in zip(places[::2], places[1::2], strict=False):
            done += pairs[rest:first]
            done += self._between(pairs[first][1], pairs[last][1], pairs[first + 1 : last])
            rest = last + 1
        return done + pairs[rest:]

    def _between(self, first: Json, last: Json, members: _Members) -> _Members:
        if not isinstance(first, _Mark) or last != first + 1:
            raise Refused
        self._taken += 1
        return self._known.setdefault(first, members)
