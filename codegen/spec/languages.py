r"""Whether one set of strings is part of another, with strings that prove it.

In: what pattern, length and values leave, before and after. Out: how the two sets relate, and witnesses: strings that
only one of them has. Anchors, `.{1,9}` against a length, or classes written otherwise make no difference.

What cannot be decided (backreferences, word boundaries, a search that would not end) is UNKNOWN, never guessed; what
samples prove about it is told all the same. A witness is always confirmed by the engines that generated code asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Literal

from codegen.spec.automata import (
    Apart,
    Chars,
    Term,
    Undecided,
    both,
    everything,
    found_in,
    negate,
    tell_apart,
    times,
    words,
)
from codegen.spec.characters import Alphabet, alphabet
from codegen.spec.patterns import Engine, Lowered, Unsupported, accepts, lower, matching, refused, split
from codegen.spec.regex import DOT, Class, Node, RegexError, parse, walk


@dataclass(frozen=True, slots=True)
class Strings:
    """A set of strings; what is None does not narrow it. Lengths count characters; `values` are all there can be."""

    pattern: str | None = None
    match: Literal["full", "search"] = "full"
    ascii: bool = True
    min_length: int | None = None
    max_length: int | None = None
    values: tuple[str, ...] | None = None


class Relation(StrEnum):
    """How the new set stands to the old.

    OVERLAPPING: each has what the other lacks; DISJOINT: and nothing else. LINE_BREAKS: only texts with line breaks
    tell them apart. These are not looked at otherwise.
    """

    EQUAL = "equal"
    LINE_BREAKS = "line breaks"
    NARROWER = "narrower"
    WIDER = "wider"
    OVERLAPPING = "overlapping"
    DISJOINT = "disjoint"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """`lost` were accepted and are refused, `gained` the other way round; `reason` is why it is UNKNOWN."""

    relation: Relation
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    reason: str | None = None


_WITNESSES = 3
_WALKED = 500
"""Words that are tried where nothing can be decided; arbitrary."""
_READABLE = 40
"""Characters of a witness beyond the shortest; arbitrary."""


@lru_cache(maxsize=4096)
def compare(old: Strings, new: Strings) -> Compared:
    """Decide; `[a-z]+` to `[a-z]{1,9}` is NARROWER, and `aaaaaaaaaa` is lost."""
    if old == new or _same_once_lowered(old, new):
        return Compared(Relation.EQUAL)
    if old.values is not None or new.values is not None:
        return _compare_values(old, new)
    try:
        apart, in_line_breaks = _search(old, new)
    except (Undecided, RegexError) as fault:
        return _sampled(old, new, str(fault))
    found = _confirmed(old, new, apart)
    return replace(found, relation=Relation.LINE_BREAKS) if in_line_breaks and found.lost + found.gained else found


def holds(strings: Strings, text: str) -> bool | None:
    """Tell whether a string is in the set; None where no engine takes the pattern."""
    if strings.values is not None and text not in strings.values:
        return False
    if len(text) < (strings.min_length or 0) or (strings.max_length is not None and len(text) > strings.max_length):
        return False
    lowered = _lowered(strings)
    return None if isinstance(lowered, Unsupported) else accepts(lowered, text)


def _lowered(strings: Strings) -> Lowered | Unsupported:
    if strings.pattern is None:
        return Lowered(None, None, ())
    return lower(strings.pattern, match=strings.match, ascii=strings.ascii)


def _same_once_lowered(old: Strings, new: Strings) -> bool:
    """Compare what engines are asked: anchors and lengths that a pattern hides are gone by then."""
    sides = [_asked(one) for one in (old, new)]
    return sides[0] is not None and sides[0] == sides[1] and old.values == new.values


def _asked(strings: Strings) -> object:
    lowered = _lowered(strings)
    return None if isinstance(lowered, Unsupported) else (frozenset(lowered.pieces), _bounds(strings))


# --------------------------------------------------------------------------------------------------------------- values


def _compare_values(old: Strings, new: Strings) -> Compared:
    """Compare where at least one side is a list; a side that is none may hold whatever its pattern lets through."""
    lost = tuple(value for value in old.values or () if holds(old, value) and not holds(new, value))
    gained = tuple(value for value in new.values or () if holds(new, value) and not holds(old, value))
    common = any(
        holds(one, value) for one in (old, new) for value in one.values or () if holds(old, value) is holds(new, value)
    )
    if old.values is None:
        lost = tuple(text for text in _words(old) if not holds(new, text))
    if new.values is None:
        gained = tuple(text for text in _words(new) if not holds(old, text))
    return Compared(_relation(bool(lost), bool(gained), common), lost[:_WITNESSES], gained[:_WITNESSES])


def _words(strings: Strings) -> tuple[str, ...]:
    """Make up some strings of a set."""
    if strings.pattern is None:
        return tuple(char * (strings.min_length or 1) for char in "abc")
    bounds = {"min_length": strings.min_length, "max_length": strings.max_length}
    return matching(strings.pattern, match=strings.match, ascii=strings.ascii, **bounds)


def _relation(lost: bool, gained: bool, common: bool) -> Relation:
    if not lost and not gained:
        return Relation.EQUAL
    if lost and gained:
        return Relation.OVERLAPPING if common else Relation.DISJOINT
    return Relation.NARROWER if lost else Relation.WIDER


# --------------------------------------------------------------------------------------------------------------- search


@dataclass(frozen=True, slots=True)
class _Language:
    """What a pattern asks but for the length, and the bounds of that, its own and those stated beside it."""

    asked: Term
    bounds: tuple[int, int | None]

    def within(self, letters: Alphabet) -> Term:
        if self.bounds == (0, None):
            return self.asked
        return both(self.asked, times(Chars(letters.every), *self.bounds))


def _search(old: Strings, new: Strings) -> tuple[Apart, bool]:
    """Search the two languages, over the characters that either tells apart; say whether only line breaks do.

    Texts of one line decide. Only where these are the same, texts with line breaks are looked at: who writes `.*` for
    a name has not thought of any.
    """
    trees = {one: _pieces(one) for one in (old, new)}
    classes = [node for tree in trees.values() for node, _ in tree for node in walk(node) if isinstance(node, Class)]
    letters = alphabet([*classes, DOT])
    sides = _language(old, trees[old], letters), _language(new, trees[new], letters)
    one_line = times(Chars(letters.of(DOT)), 0, None)
    apart = _tell_apart(sides, letters, one_line)
    if apart.first is not None or apart.second is not None:
        return apart, False
    return _tell_apart(sides, letters, everything(letters)), True


def _tell_apart(sides: tuple[_Language, _Language], letters: Alphabet, kind: Term) -> Apart:
    """Leave the length out where it is the same on both sides and makes no difference: counting takes long."""
    if sides[0].bounds == sides[1].bounds != (0, None):
        bare = tell_apart(both(sides[0].asked, kind), both(sides[1].asked, kind), letters)
        if bare.first is None and bare.second is None:
            return bare
    return tell_apart(both(sides[0].within(letters), kind), both(sides[1].within(letters), kind), letters)


def _pieces(strings: Strings) -> list[tuple[Node, bool]]:
    """Give what has to be found, or not to be found, in a text: what is asked of the engine that reads as we do, else
    what was written.
    """
    if strings.pattern is None:
        return []
    lowered = _lowered(strings)
    if isinstance(lowered, Lowered) and all(piece.engine is Engine.RUST for piece in lowered.pieces):
        with suppress(RegexError):  # a word boundary is written in a way that only the engine reads
            return [(parse(piece.text, ascii=True), piece.negated) for piece in lowered.pieces]
    return [(part.node, part.negated) for part in split(parse(strings.pattern, ascii=strings.ascii), strings.match)]


def _language(strings: Strings, pieces: list[tuple[Node, bool]], letters: Alphabet) -> _Language:
    terms = [everything(letters)]
    for node, negated in pieces:
        term = found_in(node, letters)
        terms.append(negate(term) if negated else term)
    return _Language(both(*terms), _bounds(strings))


def _bounds(strings: Strings) -> tuple[int, int | None]:
    """Join the bounds that are stated and those that the pattern hides."""
    lowered = _lowered(strings)
    hidden = (lowered.min_length, lowered.max_length) if isinstance(lowered, Lowered) else (None, None)
    most = [end for end in (strings.max_length, hidden[1]) if end is not None]
    return max(strings.min_length or 0, hidden[0] or 0), min(most, default=None)


def _confirmed(old: Strings, new: Strings, apart: Apart) -> Compared:
    """Put the question to the engines; should they disagree, nothing is claimed."""
    lost, gained = apart.first, apart.second
    told = [(text, home, other) for text, home, other in ((lost, old, new), (gained, new, old)) if text is not None]
    if any(holds(home, text) is False or holds(other, text) is True for text, home, other in told):
        return _sampled(old, new, "the engine reads it otherwise")
    relation = _relation(lost is not None, gained is not None, apart.common is not None)
    return Compared(relation, _with_samples(lost, old, new), _with_samples(gained, new, old))


def _with_samples(first: str | None, home: Strings, other: Strings) -> tuple[str, ...]:
    """Add to the shortest witness a few that look more like what people write."""
    if first is None:
        return ()
    near = (f"abc{first}", f"{first}abc", "abcd", "abc123")
    likely = [word for word in near if holds(home, word) and holds(other, word) is False]
    found = dict.fromkeys(
        word for word in (first, *likely, *_only(home, other)) if len(word) <= _READABLE or word is first
    )
    return tuple(sorted(found, key=_plainness))[:_WITNESSES]


def _plainness(word: str) -> tuple[bool, bool, int]:
    """Put words that people could have written first, then short ones."""
    return not word.isprintable(), not any(char.isalnum() for char in word), len(word)


def _only(home: Strings, other: Strings) -> Iterator[str]:
    """Make up strings that one set has and the other lacks, near the border of either."""
    words = list(_words(home))
    if other.pattern is not None:
        bounds = {"min_length": home.min_length, "max_length": home.max_length}
        words += refused(other.pattern, match=other.match, ascii=other.ascii, **bounds)
    yield from (word for word in dict.fromkeys(words) if holds(home, word) and holds(other, word) is False)


def _sampled(old: Strings, new: Strings, reason: str) -> Compared:
    """Tell what samples prove; that both sides lose something is enough to know that neither holds the other."""
    lost, gained = _samples(old, new), _samples(new, old)
    relation = Relation.OVERLAPPING if lost and gained else Relation.UNKNOWN
    return Compared(relation, lost, gained, reason)


def _samples(home: Strings, other: Strings) -> tuple[str, ...]:
    """Make up strings that one set has and the other lacks: as engines' tests do, and on a walk through the pattern."""
    walked = (word for word in _walked(home, other) if holds(home, word) and holds(other, word) is False)
    return tuple(sorted(dict.fromkeys((*_only(home, other), *walked)), key=_plainness))[:_WITNESSES]


def _walked(home: Strings, other: Strings) -> Iterator[str]:
    """Walk words of a set over the characters that either pattern tells apart; none where that cannot be told."""
    with suppress(Undecided, RegexError):
        trees = _pieces(home), _pieces(other)
        nodes = (each for tree in trees for node, _ in tree for each in walk(node))
        letters = alphabet([*(node for node in nodes if isinstance(node, Class)), DOT])
        yield from islice(words(_language(home, trees[0], letters).within(letters), letters), _WALKED)
