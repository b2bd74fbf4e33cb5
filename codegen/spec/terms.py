r"""Regular languages as terms: joined by and, or, not; and what is left of one after a character.

In: sets of symbols, joined. Out: terms, and their derivatives (Brzozowski), which are terms again: an automaton is
never built, `codegen.spec.automata` walks as much of it as it needs.

Terms are built by functions that simplify, and each is made once: two that are equal are one object, so comparing and
hashing cost nothing however long they are. Always use these functions; a class that is called by itself makes a twin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any, TypeVar, assert_never, cast
from weakref import WeakValueDictionary

from codegen.records import dataclass
from codegen.spec.characters import Alphabet

# ---------------------------------------------------------------------------------------------------------------- terms


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Chars:
    """One character out of some symbols, as bits; of none: nothing at all."""

    symbols: int


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Cat:
    first: Term
    rest: Term


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Times:
    """`body`, `least` to `most` times; without an end where `most` is None."""

    body: Term
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Either:
    terms: frozenset[Term]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Both:
    terms: frozenset[Term]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Not:
    term: Term


Term = Chars | Cat | Times | Either | Both | Not

_Made = TypeVar("_Made")
_made: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()


def _one(kind: Callable[..., _Made], *fields: object) -> _Made:
    """Make a term, or give the one that was made."""
    term = _made.get((kind, *fields))
    if term is None:
        term = _made[(kind, *fields)] = kind(*fields)
    return cast(_Made, term)


def chars(symbols: int) -> Term:
    return _one(Chars, symbols)


NOTHING = chars(0)
EMPTY: Term = _one(Times, NOTHING, 0, 0)
"""The empty word alone."""
_ALL: Term = _one(Not, NOTHING)


def everything(alphabet: Alphabet) -> Term:
    return times(chars(alphabet.every), 0, None)


def cat(first: Term, rest: Term) -> Term:
    """Put one after the other; to the right, so that equal terms look equal."""
    if first is NOTHING or rest is NOTHING:
        return NOTHING
    heads: list[Term] = []
    while isinstance(first, Cat):
        heads.append(first.first)
        first = first.rest
    for head in (first, *reversed(heads)):
        rest = head if rest is EMPTY else rest if head is EMPTY else _one(Cat, head, rest)
    return rest


def times(body: Term, least: int, most: int | None) -> Term:
    if most == 0 or body is EMPTY:
        return EMPTY
    if most is not None and most < least:
        return NOTHING
    if body is NOTHING:
        return NOTHING if least else EMPTY
    if (least, most) == (1, 1):
        return body
    if isinstance(body, Times) and body.least <= 1 and body.most is None and most is None and least <= 1:
        return times(body.body, min(least, body.least), None)
    return _one(Times, body, least, most)


def either(*terms: Term) -> Term:
    """Join; characters with characters, counters of one body with their like; what another has already is left out."""
    parts = {part for term in terms for part in (term.terms if isinstance(term, Either) else (term,))} - {NOTHING}
    if _ALL in parts:
        return _ALL
    single = [part for part in parts if isinstance(part, Chars)]
    if len(single) > 1:
        parts = (parts - set(single)) | {chars(reduce(lambda one, other: one | other.symbols, single, 0))}
    if len(parts) > 1:
        parts = _absorbed(_counted(parts))
    return next(iter(parts), NOTHING) if len(parts) < 2 else _one(Either, frozenset(parts))


def _counted(parts: set[Term]) -> set[Term]:
    """`a{0,3}b|a{0,2}b` is `a{0,3}b`: without this, every counter that may begin anywhere has a term for each count."""
    groups: dict[tuple[Term, Term], list[Times]] = {}
    kept: set[Term] = set()
    for part in parts:
        head, tail = _head(part)
        if isinstance(head, Times) and head is not EMPTY:
            groups.setdefault((head.body, tail), []).append(head)
        else:
            kept.add(part)
    for (body, tail), found in groups.items():
        kept |= {cat(times(body, low, high), tail) for low, high in _joined(found)}
    return kept


def _head(term: Term) -> tuple[Term, Term]:
    return (term.first, term.rest) if isinstance(term, Cat) else (term, EMPTY)


def _joined(found: list[Times]) -> list[tuple[int, int | None]]:
    """Join ranges that overlap or touch."""
    joined: list[tuple[int, int | None]] = []
    for low, high in sorted(((one.least, one.most) for one in found), key=lambda pair: pair[0]):
        last = joined[-1] if joined else None
        if last is not None and (last[1] is None or low <= last[1] + 1):
            joined[-1] = (last[0], None if last[1] is None or high is None else max(last[1], high))
        else:
            joined.append((low, high))
    return joined


def _absorbed(parts: set[Term]) -> set[Term]:
    """`[a-z-]*:|(-[a-z]+)*:` is `[a-z-]*:`; the other begins with the same letters and ends alike."""
    for part in tuple(parts):
        head, tail = _head(part)
        if (
            part in parts
            and isinstance(head, Times)
            and isinstance(head.body, Chars)
            and (head.least, head.most) == (0, None)
        ):
            parts = {each for each in parts if each is part or not _begins_within(each, head.body.symbols, tail)}
    return parts


def _begins_within(term: Term, symbols: int, tail: Term) -> bool:
    """Tell whether a term is something of these symbols alone, and then `tail`."""
    while term is not tail:
        head, rest = _head(term)
        if letters(head) & ~symbols or (rest is EMPTY and tail is not EMPTY):
            return False
        if rest is EMPTY:
            return True
        term = rest
    return True


@lru_cache(maxsize=200_000)
def letters(term: Term) -> int:
    """Give the symbols that words of a language may have; all there can be, where something is denied."""
    match term:
        case Chars(symbols):
            return symbols
        case Cat():
            found = 0
            while isinstance(term, Cat):  # a loop, for a pattern may spell out thousands of characters
                found |= letters(term.first)
                term = term.rest
            return found | letters(term)
        case Times(body):
            return letters(body)
        case Either(terms) | Both(terms):
            return reduce(lambda found, one: found | letters(one), terms, 0)
        case Not():
            return -1
        case _:
            assert_never(term)


def both(*terms: Term) -> Term:
    parts = {part for term in terms for part in (term.terms if isinstance(term, Both) else (term,))} - {_ALL}
    if NOTHING in parts:
        return NOTHING
    if EMPTY in parts:
        return EMPTY if all(empty(part) for part in parts) else NOTHING
    return next(iter(parts), _ALL) if len(parts) < 2 else _one(Both, frozenset(parts))


def negate(term: Term) -> Term:
    return term.term if isinstance(term, Not) else _one(Not, term)


# ---------------------------------------------------------------------------------------------------------- derivatives


@lru_cache(maxsize=200_000)
def empty(term: Term) -> bool:
    """Tell whether the empty word is in a language."""
    match term:
        case Chars():
            return False
        case Cat(first, rest):
            return empty(first) and empty(rest)
        case Times(body, least):
            return least == 0 or empty(body)
        case Either(terms):
            return any(map(empty, terms))
        case Both(terms):
            return all(map(empty, terms))
        case Not(inner):
            return not empty(inner)
        case _:
            assert_never(term)


@lru_cache(maxsize=200_000)
def after(term: Term, symbol: int) -> Term:
    """Give what may follow a character: the words of a language that begin with it, without it."""
    match term:
        case Chars(symbols):
            return EMPTY if symbols >> symbol & 1 else NOTHING
        case Cat(first, rest):
            left = cat(after(first, symbol), rest)
            return either(left, after(rest, symbol)) if empty(first) else left
        case Times(body, least, most):
            if most == 0:
                return NOTHING
            less = 0 if least == 0 or empty(body) else least - 1
            return cat(after(body, symbol), times(body, less, None if most is None else most - 1))
        case Either(terms):
            return either(*(after(one, symbol) for one in terms))
        case Both(terms):
            return both(*(after(one, symbol) for one in terms))
        case Not(inner):
            return negate(after(inner, symbol))
        case _:
            assert_never(term)


_NONE: frozenset[int] = frozenset()


@lru_cache(maxsize=200_000)
def told_apart(term: Term) -> frozenset[int]:
    """Give the sets of symbols that a language tells apart in a first character; all others leave the same."""
    match term:
        case Chars(symbols):
            return frozenset((symbols,))
        case Cat(first, rest):
            return told_apart(first) | told_apart(rest) if empty(first) else told_apart(first)
        case Times(body):
            return told_apart(body)
        case Either(terms) | Both(terms):
            return _NONE.union(*map(told_apart, terms))
        case Not(inner):
            return told_apart(inner)
        case _:
            assert_never(term)
