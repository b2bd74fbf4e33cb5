r"""Regular languages, searched for a word that tells two of them apart.

In: patterns as trees (`codegen.spec.regex`), joined by and, or, not. Out: the shortest words that are in one language
and not in the other, and one that is in both; or that it would take too long.

A language is a term; what is left of it after a character is its derivative, a term again (Brzozowski), so automata
are never built: a search walks pairs of terms, breadth first, and stops when it knows. Terms are built by functions
that simplify (nothing, everything, the same twice, counters that overlap), which keeps them few; two terms that are
equal need no further search. greenery 4.2, interegular 0.3 and automata-lib 9.2 were looked at: they build the whole
automaton of each side first, which counted repetitions (`[a-z]{1,2048}`) make large, and know neither look-arounds nor
Unicode properties.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import assert_never

from codegen.spec.ambiguity import width
from codegen.spec.characters import Alphabet
from codegen.spec.regex import (
    Alternation,
    Anchor,
    Atomic,
    Backreference,
    Boundary,
    Class,
    Edge,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    walk,
)

MOST_PAIRS = 12_000
"""Pairs of terms that a search looks at before it gives up; arbitrary, some three seconds."""


class Undecided(Exception):
    """Says why the question has no answer here."""


# ---------------------------------------------------------------------------------------------------------------- terms


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of some symbols, as bits; of none: nothing at all."""

    symbols: int


@dataclass(frozen=True, slots=True)
class Cat:
    first: Term
    rest: Term


@dataclass(frozen=True, slots=True)
class Times:
    """`body`, `least` to `most` times; without an end where `most` is None."""

    body: Term
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Either:
    terms: frozenset[Term]


@dataclass(frozen=True, slots=True)
class Both:
    terms: frozenset[Term]


@dataclass(frozen=True, slots=True)
class Not:
    term: Term


Term = Chars | Cat | Times | Either | Both | Not

NOTHING = Chars(0)
EMPTY = Times(NOTHING, 0, 0)
"""The empty word alone."""


def everything(alphabet: Alphabet) -> Term:
    return Times(Chars(alphabet.every), 0, None)


def cat(first: Term, rest: Term) -> Term:
    """Put one after the other; to the right, so that equal terms look equal."""
    if first == NOTHING or rest == NOTHING:
        return NOTHING
    if first == EMPTY:
        return rest
    if rest == EMPTY:
        return first
    if isinstance(first, Cat):
        return cat(first.first, cat(first.rest, rest))
    return Cat(first, rest)


def times(body: Term, least: int, most: int | None) -> Term:
    if most == 0 or body == EMPTY:
        return EMPTY
    if body == NOTHING:
        return NOTHING if least else EMPTY
    if (least, most) == (1, 1):
        return body
    if isinstance(body, Times) and body.least <= 1 and body.most is None and most is None and least <= 1:
        return Times(body.body, min(least, body.least), None)
    return Times(body, least, most)


def either(*terms: Term) -> Term:
    """Join; characters with characters, and counters of one body with their like."""
    parts = {part for term in terms for part in (term.terms if isinstance(term, Either) else (term,))} - {NOTHING}
    chars = [part for part in parts if isinstance(part, Chars)]
    if len(chars) > 1:
        parts = (parts - set(chars)) | {Chars(reduce(lambda one, other: one | other.symbols, chars, 0))}
    if len(parts) > 1:
        parts = _counted(parts)
    if any(isinstance(part, Not) and part.term == NOTHING for part in parts):
        return Not(NOTHING)
    return next(iter(parts), NOTHING) if len(parts) < 2 else Either(frozenset(parts))


def _counted(parts: set[Term]) -> set[Term]:
    """`a{0,3}b|a{0,2}b` is `a{0,3}b`: without this, every counter that may begin anywhere has a term for each count."""
    groups: dict[tuple[Term, Term], list[Times]] = {}
    kept: set[Term] = set()
    for part in parts:
        head, tail = (part.first, part.rest) if isinstance(part, Cat) else (part, EMPTY)
        if isinstance(head, Times) and head.body != NOTHING:
            groups.setdefault((head.body, tail), []).append(head)
        else:
            kept.add(part)
    for (body, tail), found in groups.items():
        kept |= {cat(times(body, low, high), tail) for low, high in _joined(found)}
    return kept


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


def both(*terms: Term) -> Term:
    parts = {part for term in terms for part in (term.terms if isinstance(term, Both) else (term,))}
    if NOTHING in parts:
        return NOTHING
    parts = {part for part in parts if not (isinstance(part, Not) and part.term == NOTHING)}
    if EMPTY in parts:
        return EMPTY if all(empty(part) for part in parts) else NOTHING
    return next(iter(parts), Not(NOTHING)) if len(parts) < 2 else Both(frozenset(parts))


def negate(term: Term) -> Term:
    return term.term if isinstance(term, Not) else Not(term)


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
            less = 0 if least == 0 or empty(body) else least - 1
            return (
                cat(after(body, symbol), times(body, less, None if most is None else most - 1))
                if most != 0
                else NOTHING
            )
        case Either(terms):
            return either(*(after(one, symbol) for one in terms))
        case Both(terms):
            return both(*(after(one, symbol) for one in terms))
        case Not(inner):
            return negate(after(inner, symbol))
        case _:
            assert_never(term)


# -------------------------------------------------------------------------------------------------------- from patterns


def found_in(node: Node, alphabet: Alphabet) -> Term:
    """Give the texts in which a pattern is found, anywhere. Raises Undecided for what is no regular language here."""
    rest = everything(alphabet)
    at_start = _build(node, rest, alphabet, True)
    elsewhere = cat(times(Chars(alphabet.every), 1, None), _build(node, rest, alphabet, False))
    return either(at_start, elsewhere)


def _build(node: Node, rest: Term, alphabet: Alphabet, start: bool) -> Term:
    """Give the words that a node begins and `rest` ends; `start`: nothing came before."""
    match node:
        case Class():
            return cat(Chars(alphabet.of(node)), rest)
        case Sequence(items):
            return _in_turn(items, rest, alphabet, start)
        case Alternation(branches):
            return either(*(_build(branch, rest, alphabet, start) for branch in branches))
        case Group(body):
            return _build(body, rest, alphabet, start)
        case Repeat(body, least, most):
            return _repeated(body, least, most, rest, alphabet, start)
        case Anchor(edge):
            return _at_edge(edge, rest, start)
        case Look(body, behind, negated):
            if behind:
                raise Undecided("it looks behind in its middle")
            ahead = _build(body, everything(alphabet), alphabet, start)
            return both(negate(ahead) if negated else ahead, rest)
        case Atomic():
            raise Undecided("it has a possessive or atomic part")
        case Backreference():
            raise Undecided("it refers back to a group")
        case Boundary():
            raise Undecided("it asks for a word boundary")
        case _:
            assert_never(node)


def _in_turn(items: tuple[Node, ...], rest: Term, alphabet: Alphabet, start: bool) -> Term:
    """Build from the end; an anchor for the start of the text needs to know whether anything came before it."""
    starts = [start]
    for item in items[:-1]:
        low, high = width(item)
        starts.append(starts[-1] and high == 0)
        if starts[-2] and low == 0 and high != 0 and _anchored(items):
            raise Undecided("it may begin before the start of the text")
    for item, at_start in zip(reversed(items), reversed(starts), strict=True):
        rest = _build(item, rest, alphabet, at_start)
    return rest


def _anchored(items: tuple[Node, ...]) -> bool:
    """Tell whether the start of the text is asked for behind the first item."""
    return any(isinstance(node, Anchor) and node.edge is Edge.START for item in items[1:] for node in walk(item))


def _repeated(body: Node, least: int, most: int | None, rest: Term, alphabet: Alphabet, start: bool) -> Term:
    """A loop over what looks around or is anchored depends on what comes after it, and is decided once or never."""
    if (least, most) == (0, 1):
        return either(rest, _build(body, rest, alphabet, start))
    if any(isinstance(node, Look | Anchor) for node in walk(body)):
        raise Undecided("it looks around in a loop")
    return cat(times(_build(body, EMPTY, alphabet, False), least, most), rest)


def _at_edge(edge: Edge, rest: Term, start: bool) -> Term:
    match edge:
        case Edge.START:
            return rest if start else NOTHING
        case Edge.END:
            return both(rest, EMPTY)
        case Edge.LINE_START | Edge.LINE_END:
            raise Undecided("it asks for the start or end of a line")
        case _:
            assert_never(edge)


# --------------------------------------------------------------------------------------------------------------- search


@dataclass(frozen=True, slots=True)
class Apart:
    """Shortest words: in the first language only, in the second only, in both; None where there is none."""

    first: str | None
    second: str | None
    common: str | None


def tell_apart(one: Term, other: Term, alphabet: Alphabet) -> Apart:
    """Search for what tells two languages apart. Raises Undecided when it takes too long."""
    walk_pairs = _Pairs(one, other, alphabet)
    found: dict[str, str] = {}
    kinds: tuple[tuple[str, Callable[[bool, bool], bool]], ...] = (
        ("first", lambda in_one, in_other: in_one and not in_other),
        ("second", lambda in_one, in_other: in_other and not in_one),
        ("common", lambda in_one, in_other: in_one and in_other),
    )
    for word, in_one, in_other in walk_pairs:
        found |= {kind: word for kind, fits in kinds if kind not in found and fits(in_one, in_other)}
        if len(found) == len(kinds):
            break
    return Apart(found.get("first"), found.get("second"), found.get("common"))


def words(term: Term, alphabet: Alphabet) -> Iterator[str]:
    """Walk words of a language, one for each thing that may be left of it: few, and unlike each other."""
    return (word for word, inside, _ in _Pairs(term, NOTHING, alphabet) if inside)


class _Pairs:
    """Walks what is left of both languages after each word, the shortest words first; each pair once."""

    def __init__(self, one: Term, other: Term, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._seen = {(one, other)}
        self._waiting = deque([(one, other, "")])

    def __iter__(self) -> _Pairs:
        return self

    def __next__(self) -> tuple[str, bool, bool]:
        if not self._waiting:
            raise StopIteration
        one, other, word = self._waiting.popleft()
        for symbol, shown in enumerate(self._alphabet.shown):
            pair = after(one, symbol), after(other, symbol)
            if pair not in self._seen and pair != (NOTHING, NOTHING):
                self._remember(pair)
                self._waiting.append((*pair, word + shown))
        return word, empty(one), empty(other)

    def _remember(self, pair: tuple[Term, Term]) -> None:
        if len(self._seen) >= MOST_PAIRS:
            raise Undecided(f"more than {MOST_PAIRS:,} states would have to be searched")
        self._seen.add(pair)
