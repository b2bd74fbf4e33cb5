r"""Whether one set of strings is part of another, with strings that prove it.

In: what pattern, length and values leave, before and after. Out: how the two sets relate, and witnesses: strings that
only one of them has. Anchors, `.{1,9}` against a length, or classes written otherwise make no difference.

What cannot be decided (backreferences, word boundaries, a search that would not end) is UNKNOWN, never guessed; what
samples prove about it is told all the same. A witness is always confirmed by the engines that generated code asks, or
where the pattern is plain, by one that is sure to say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Literal

from codegen.records import dataclass, replace
from codegen.spec.automata import LONGEST, Apart, Language, TooLong, tell_apart, words
from codegen.spec.characters import Alphabet, alphabet
from codegen.spec.meanings import Undecided, found_in
from codegen.spec.patterns import (
    Engine,
    Lowered,
    Unsupported,
    accepts,
    length_bounds,
    lower,
    matching,
    may_hang,
    refused,
    split,
)
from codegen.spec.regex import (
    DOT,
    END,
    START,
    Alternation,
    Class,
    Node,
    RegexError,
    Sequence,
    parse,
    sequence,
    walk,
)
from codegen.spec.terms import both, everything, negate


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


_NOTHING_KNOWN = Compared(Relation.UNKNOWN)
_WITNESSES = 3
_WALKED = 500
"""Words that are tried where nothing can be decided; arbitrary."""
_READABLE = 40
"""Characters of a witness beyond the shortest; arbitrary."""
_OTHERWISE = "the engine reads it otherwise"


@lru_cache(maxsize=4096)
def compare(old: Strings, new: Strings) -> Compared:
    """Decide; `[a-z]+` to `[a-z]{1,9}` is NARROWER, and `aaaaaaaaaa` is lost."""
    if old == new or _same_once_lowered(old, new):
        return Compared(Relation.EQUAL)
    unread = [lowered.reason for lowered in map(_lowered, (old, new)) if isinstance(lowered, Unsupported)]
    if unread:
        return Compared(Relation.UNKNOWN, reason=unread[0])
    if _may_hang(old) or _may_hang(new):
        return _unasked(old, new)
    if old.values is not None or new.values is not None:
        return _compare_values(old, new)
    try:
        apart, in_line_breaks = _search(old, new)
    except (Undecided, RegexError, RecursionError) as fault:
        return _sampled(old, new, fault)
    found = _confirmed(old, new, apart)
    return replace(found, relation=Relation.LINE_BREAKS) if in_line_breaks and found.lost + found.gained else found


def _may_hang(strings: Strings) -> bool:
    lowered = _lowered(strings)
    return isinstance(lowered, Lowered) and may_hang(lowered)


def _unasked(old: Strings, new: Strings) -> Compared:
    """Search only, where no engine may be asked: that two sets are the same needs no witness."""
    with suppress(Undecided, RegexError, RecursionError):
        apart, _ = _search(old, new)
        if apart.first is None and apart.second is None:
            return Compared(Relation.EQUAL)
    return Compared(Relation.UNKNOWN, reason="its engine may take exponential time, so no text was tried")


def same(old: Strings, new: Strings) -> bool:
    """Say whether `compare` gives EQUAL, which needs no witness."""
    if old.values is not None or new.values is not None:
        return compare(old, new).relation is Relation.EQUAL
    if old == new or _same_once_lowered(old, new):
        return True
    if any(isinstance(_lowered(one), Unsupported) for one in (old, new)):
        return False
    with suppress(Undecided, RegexError, RecursionError):
        apart, _ = _search(old, new)
        return apart.first is None and apart.second is None
    return False


def is_empty(strings: Strings) -> bool | None:
    """Tell whether no string is in a set; None where that cannot be decided. `a{5}` of at most 4 characters is."""
    if strings.values is None and _words(strings):
        return False
    if _has_no_length(strings):
        return True
    found = compare(strings, Strings(values=()))
    if found.lost:
        return False
    return True if found.relation is Relation.EQUAL else None


def _has_no_length(strings: Strings) -> bool:
    """Tell whether the pattern asks for more characters than there may be, or for fewer."""
    if strings.pattern is None:
        return False
    least, most = length_bounds(strings.pattern, match=strings.match, ascii=strings.ascii) or (0, None)
    highs = [end for end in (most, strings.max_length) if end is not None]
    return bool(highs) and max(least, strings.min_length or 0) > min(highs)


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
    """Compare where at least one side is a list: its values are asked one by one, and the other side is searched."""
    listed = tuple(dict.fromkeys((*(old.values or ()), *(new.values or ()))))
    lost = tuple(value for value in listed if holds(old, value) and not holds(new, value))
    gained = tuple(value for value in listed if holds(new, value) and not holds(old, value))
    common = any(holds(old, value) and holds(new, value) for value in listed)
    try:
        lost += _beyond(old, new) if old.values is None else ()
        gained += _beyond(new, old) if new.values is None else ()
    except (Undecided, RegexError, RecursionError) as fault:
        return _sampled(old, new, fault, Compared(Relation.UNKNOWN, lost, gained))
    return Compared(_relation(bool(lost), bool(gained), common), _plainest(lost), _plainest(gained))


def _beyond(home: Strings, other: Strings) -> tuple[str, ...]:
    """Find a few strings of a set that a list lacks, or none where there are none."""
    trees = _pieces(home), _pieces(other)
    letters = _letters(*trees)
    apart = tell_apart(_language(home, trees[0], letters), _language(other, trees[1], letters), letters, letters.every)
    if apart.first is not None and not (holds(home, apart.first) and holds(other, apart.first) is False):
        raise Undecided(_OTHERWISE)
    return _with_samples(apart.first, home, other)


def _listed(values: tuple[str, ...]) -> Node:
    """Spell a list as a pattern; an empty list has no character that could stand there."""
    words = tuple(Sequence(tuple(Class(((ord(char), ord(char)),)) for char in value)) for value in values)
    return sequence(START, Alternation(words or (Class(()),)), END)


def _words(strings: Strings) -> tuple[str, ...]:
    """Make up some strings of a set."""
    if strings.pattern is None:
        least = strings.min_length or 1
        return tuple(char * least for char in "abc") if least <= LONGEST else ()
    bounds = {"min_length": strings.min_length, "max_length": strings.max_length}
    return matching(strings.pattern, match=strings.match, ascii=strings.ascii, **bounds)


def _relation(lost: bool, gained: bool, common: bool) -> Relation:
    if not lost and not gained:
        return Relation.EQUAL
    if lost and gained:
        return Relation.OVERLAPPING if common else Relation.DISJOINT
    return Relation.NARROWER if lost else Relation.WIDER


# --------------------------------------------------------------------------------------------------------------- search


def _search(old: Strings, new: Strings) -> tuple[Apart, bool]:
    """Search the two languages, over the characters that either tells apart; say whether only line breaks do.

    Texts of one line decide. Only where these are the same, texts with line breaks are looked at: who writes `.*` for
    a name has not thought of any.
    """
    trees = _pieces(old), _pieces(new)
    letters = _letters(*trees)
    sides = _language(old, trees[0], letters), _language(new, trees[1], letters)
    apart = _tell_apart(sides, letters, letters.of(DOT))
    if apart.first is not None or apart.second is not None:
        return apart, False
    return _tell_apart(sides, letters, letters.every), True


def _tell_apart(sides: tuple[Language, Language], letters: Alphabet, allowed: int) -> Apart:
    """Leave the length out where it is the same on both sides and makes no difference: counting takes longer."""
    if sides[0].bounds == sides[1].bounds != (0, None):
        with suppress(TooLong):
            bare = tell_apart(Language(sides[0].term), Language(sides[1].term), letters, allowed)
            if bare.first is None and bare.second is None:
                return bare
    return tell_apart(*sides, letters, allowed)


def _letters(*trees: list[tuple[Node, bool]]) -> Alphabet:
    classes = [node for tree in trees for root, _ in tree for node in walk(root) if isinstance(node, Class)]
    return alphabet([*classes, DOT])


def _pieces(strings: Strings) -> list[tuple[Node, bool]]:
    """Give what has to be found, or not to be found, in a text: one of the values, and what the pattern asks."""
    values = [] if strings.values is None else [(_listed(strings.values), False)]
    return values if strings.pattern is None else [*values, *_asked_for(strings.pattern, strings)]


def _asked_for(pattern: str, strings: Strings) -> list[tuple[Node, bool]]:
    """Give what is asked of the engine that reads as we do, else what was written."""
    lowered = _lowered(strings)
    if isinstance(lowered, Lowered) and all(piece.engine is Engine.RUST for piece in lowered.pieces):
        with suppress(RegexError):  # a word boundary is written in a way that only the engine reads
            return [(parse(piece.text, ascii=False), piece.negated) for piece in lowered.pieces]
    return [(part.node, part.negated) for part in split(parse(pattern, ascii=strings.ascii), strings.match)]


def _language(strings: Strings, pieces: list[tuple[Node, bool]], letters: Alphabet) -> Language:
    terms = [everything(letters)]
    for node, negated in pieces:
        term = found_in(node, letters)
        terms.append(negate(term) if negated else term)
    return Language(both(*terms), *_bounds(strings))


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
        return _sampled(old, new, Undecided(_OTHERWISE))
    relation = _relation(lost is not None, gained is not None, apart.common)
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
    return _plainest(tuple(found))


def _plainest(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=_plainness))[:_WITNESSES]


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


def _sampled(old: Strings, new: Strings, fault: Exception, known: Compared = _NOTHING_KNOWN) -> Compared:
    """Tell what samples prove; that both sides lose something is enough to know that neither holds the other."""
    found = fault.found if isinstance(fault, TooLong) else Apart(None, None)
    samples = _only if isinstance(fault, TooLong) else _samples  # a walk would take as long again
    lost = _plainest((*known.lost, *_proven(found.first, old, new), *samples(old, new)))
    gained = _plainest((*known.gained, *_proven(found.second, new, old), *samples(new, old)))
    relation = Relation.OVERLAPPING if lost and gained else Relation.UNKNOWN
    reason = "it is nested too deeply" if isinstance(fault, RecursionError) else str(fault)
    return Compared(relation, lost, gained, reason)


def _proven(word: str | None, home: Strings, other: Strings) -> tuple[str, ...]:
    return (word,) if word is not None and holds(home, word) and holds(other, word) is False else ()


def _samples(home: Strings, other: Strings) -> Iterator[str]:
    """Make up strings that one set has and the other lacks: as engines' tests do, and on a walk through the pattern."""
    yield from _only(home, other)
    yield from (word for word in _walked(home, other) if holds(home, word) and holds(other, word) is False)


def _walked(home: Strings, other: Strings) -> Iterator[str]:
    """Walk words of a set over the characters that either pattern tells apart; none where that cannot be told."""
    with suppress(Undecided, RegexError, RecursionError):
        trees = _pieces(home), _pieces(other)
        letters = _letters(*trees)
        yield from islice(words(_language(home, trees[0], letters), letters), _WALKED)
