r"""The texts that a pattern means, as a term.

In: a pattern as a tree (`codegen.spec.regex`). Out: the language of the texts in which it is found
(`codegen.spec.terms`). What is no regular language, or only by a longer way than is gone here, is Undecided.
"""

from __future__ import annotations

from typing import assert_never

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
    children,
    walk,
)
from codegen.spec.spelling import width
from codegen.spec.terms import EMPTY, NOTHING, Term, both, cat, chars, either, everything, negate, times


class Undecided(Exception):
    """Says why the question has no answer here."""


def found_in(node: Node, alphabet: Alphabet) -> Term:
    """Give the texts in which a pattern is found, anywhere. Raises Undecided for what is no regular language here."""
    rest = everything(alphabet)
    at_start, elsewhere = (_build(node, rest, alphabet, start) for start in (True, False))
    if at_start is elsewhere:
        return cat(rest, elsewhere)
    return either(at_start, cat(times(chars(alphabet.every), 1, None), elsewhere))


def _build(node: Node, rest: Term, alphabet: Alphabet, start: bool) -> Term:
    """Give the words that a node begins and `rest` ends; `start`: nothing came before."""
    match node:
        case Class():
            return cat(chars(alphabet.of(node)), rest)
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
    starts: list[bool] = []
    for index, item in enumerate(items):
        starts.append(start)
        low, high = width(item)
        if start and low == 0 and high != 0 and _anchored(items[index + 1 :]):
            raise Undecided("it may begin before the start of the text")
        start = start and high == 0
    for item, at_start in zip(reversed(items), reversed(starts), strict=True):
        rest = _build(item, rest, alphabet, at_start)
    return rest


def _anchored(items: tuple[Node, ...]) -> bool:
    """Tell whether the start of the text is asked for."""
    return any(isinstance(node, Anchor) and node.edge is Edge.START for item in items for node in walk(item))


def _repeated(body: Node, least: int, most: int | None, rest: Term, alphabet: Alphabet, start: bool) -> Term:
    """A loop over what looks around or is anchored depends on what comes after it, and is decided once or never."""
    if (least, most) == (0, 1):
        return either(rest, _build(body, rest, alphabet, start))
    if not _looks_no_further(body):
        raise Undecided("it looks around in a loop")
    return cat(times(_build(body, EMPTY, alphabet, False), least, most), rest)


def _looks_no_further(node: Node) -> bool:
    r"""Tell whether what is looked for lies within a node: `(?!-)[a-z-]{0,62}\.`, for one character has to follow."""
    match node:
        case Sequence(items):
            return all(_fits(item, items[index + 1 :]) for index, item in enumerate(items))
        case Look() | Anchor():
            return False
        case _:
            return all(map(_looks_no_further, children(node)))


def _fits(item: Node, following: tuple[Node, ...]) -> bool:
    if not isinstance(item, Look):
        return _looks_no_further(item)
    most = width(item.body)[1]
    room = sum(width(each)[0] for each in following)
    return not item.behind and most is not None and most <= room and _looks_no_further(item.body)


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
