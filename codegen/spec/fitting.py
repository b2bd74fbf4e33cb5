"""Expressions cut down so that whatever they match has a length within bounds.

In: the tree of a pattern and two bounds. Out: a tree that matches some of the same texts and no other; without
look-arounds and anchors, with character classes that any engine has words for. Why: who draws texts from `a+(?:-a+)*`
and throws those away that are not 30 to 40 characters long throws nearly all away.

`fit(a+-b+, 10, 20)` gives `a{8,10}-b{1,9}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.records import replace
from codegen.spec import ir
from codegen.spec.regex import (
    ANYTHING,
    LAST,
    Alternation,
    Anchor,
    Atomic,
    Backreference,
    Boundary,
    Class,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
    complement,
    contains,
    merge,
    parse,
    sequence,
    walk,
)
from codegen.spec.spelling import width

_ROUNDS = 4  # of what is repeated and more than a character; arbitrary
_LARGE = 5000  # characters; arbitrary
_PRINTABLE = Class(((0x20, 0x7E),))
_SAMPLE = "".join(map(chr, range(0x20, 0x7F))) + (
    "\t\n\r\xa0\u2003\u3000äéßÖñçÅÉªʰαβγΩжЯЖאبक中文字あア한٠٣९²½Ⅷ\u0301\u0308¿«»–—‘’“”…、。‿€£©±×→≤˅☀"
)
"""Characters for classes with properties: old ones, of which all Pythons and engines think the same."""


class Unfit(Exception):
    """Nothing that a node matches is within the bounds, or nothing that can be told."""


# ------------------------------------------------------------------------------------------------------------ stripping


def candidates(pattern: ir.Pattern) -> Iterator[Node]:
    """Give trees whose texts the pattern may accept, the best first; `pattern` is one that can be read.

    A positive look-ahead may be all that says what is wanted: `(?=x)(?=[^ ]+$).*`.
    """
    root = parse(pattern.text.raw, ascii=pattern.ascii)
    bodies = [node.body for node in walk(root) if isinstance(node, Look) and not node.negated and not node.behind]
    if pattern.match is ir.Match.SEARCH and not any(isinstance(node, Anchor | Look) for node in walk(root)):
        around = Repeat(_PRINTABLE, 0, None)
        yield sequence(around, strip(root), around)
    for node in (root, *bodies):
        yield strip(node)


def strip(node: Node) -> Node:
    """Leave out what matches no character: look-arounds, anchors and boundaries."""
    match node:
        case Look() | Anchor() | Boundary():
            return Sequence()
        case Sequence(items):
            return sequence(*(strip(item) for item in items))
        case Alternation(branches):
            return _united(tuple(strip(branch) for branch in branches))
        case Atomic(body):
            return strip(body)
        case Repeat() | Group():
            return replace(node, body=strip(node.body))
        case _:
            return node


def _united(branches: tuple[Node, ...]) -> Node:
    """Make one class of `[a-z]|-`."""
    classes = [branch for branch in branches if isinstance(branch, Class)]
    if len(classes) < len(branches) or any(each.properties or each.within for each in classes):
        return Alternation(branches)
    return Class(merge(tuple(pair for each in classes for pair in plain_ranges(each))))


def plain(group: Class) -> Class:
    """Spell a class out in ranges; where properties make it up, by the characters of a sample. Raises Unfit.

    So are large classes but those that end with the last character: who draws from an expression may list them one by
    one. The others are written as what they lack.
    """
    ranges = _sampled(group) if group.within is not None or group.properties else plain_ranges(group)
    if ranges == ANYTHING:
        return Class(((1, LAST),))
    if sum(high - low for low, high in ranges) > _LARGE and all(high < LAST for _, high in ranges):
        ranges = _sampled(group)
    if not ranges:
        raise Unfit("no character at hand is of the class")
    return Class(ranges)


def _sampled(group: Class) -> Ranges:
    return merge(tuple((ord(char), ord(char)) for char in _SAMPLE if contains(group, char)))


def plain_ranges(group: Class) -> Ranges:
    """Give the ranges of a class without properties."""
    return complement(group.ranges) if group.negated else group.ranges


# -------------------------------------------------------------------------------------------------------------- fitting


def fit(node: Node, low: int, high: int) -> Node:
    """Cut a stripped tree down to texts of `low` to `high` characters; raises Unfit.

    A tree with backreferences stays as long as it is: what one takes up, the group says.
    """
    if any(isinstance(each, Backreference) for each in walk(node)):
        return _spelled(node)
    return _fit(node, low, high)


def _spelled(node: Node) -> Node:
    match node:
        case Class():
            return plain(node)
        case Sequence(items):
            return sequence(*(_spelled(item) for item in items))
        case Alternation(branches):
            return Alternation(tuple(_spelled(branch) for branch in branches))
        case Repeat() | Group():
            return replace(node, body=_spelled(node.body))
        case _:
            return node


def _fit(node: Node, low: int, high: int) -> Node:
    least, most = width(node)
    if least > high or (most is not None and most < low):
        raise Unfit(f"{least} to {most} characters are not {low} to {high}")
    match node:
        case Class():
            return plain(node)
        case Sequence(items):
            return sequence(*(_fit(item, *share) for item, share in zip(items, _shares(items, low, high), strict=True)))
        case Alternation(branches):
            return _alternation(branches, low, high)
        case Repeat(Class() as body, fewest, most_often):
            return Repeat(plain(body), max(fewest, low), high if most_often is None else min(most_often, high))
        case Repeat():
            return _repeat(node, low, high)
        case Group(body):
            return _fit(body, low, high)
        case _:
            raise Unfit(f"no way to fit {type(node).__name__}")


def _alternation(branches: tuple[Node, ...], low: int, high: int) -> Node:
    fitted: list[Node] = []
    for branch in branches:
        try:
            fitted.append(_fit(branch, low, high))
        except Unfit:
            continue
    if not fitted:
        raise Unfit("no branch fits")
    return fitted[0] if len(fitted) == 1 else Alternation(tuple(fitted))


def _repeat(node: Repeat, low: int, high: int) -> Node:
    """Choose how often, then what each time: `(?:[a-z]+/)*`, 0 to 100, gives four times at most, 25 characters each."""
    least, most = width(node.body)
    needed = 0 if not low else 1 if most is None else -(-low // most) if most else 0
    fewest = max(node.least, needed)
    often = max(fewest, _ROUNDS) if node.most is None else min(node.most, max(fewest, _ROUNDS))
    often = min(often, high // least) if least else often
    if often < fewest:
        raise Unfit("too few rounds")
    if not often:
        return Sequence()
    if low > fewest * least:
        fewest = min(often, -(-low // least)) if least else often
    return Repeat(_fit(node.body, -(-low // fewest) if fewest else 0, high // often), fewest, often)


def _shares(items: tuple[Node, ...], low: int, high: int) -> list[tuple[int, int]]:
    """Share bounds out among items: what is left over their least goes round evenly, as far as each can take it."""
    widths = [width(item) for item in items]
    tops = [least for least, _ in widths]
    spare = high - sum(tops)
    while spare > 0 and (open_ := [i for i, (_, most) in enumerate(widths) if most is None or tops[i] < most]):
        each = max(1, spare // len(open_))
        for i in open_[: spare // each]:
            most = widths[i][1]
            taken = each if most is None else min(each, most - tops[i])
            tops[i], spare = tops[i] + taken, spare - taken
    return list(zip(_floors(widths, tops, low), tops, strict=True))


def _floors(widths: list[tuple[int, int | None]], tops: list[int], low: int) -> list[int]:
    """Raise the least of the items that can grow most until `low` is reached."""
    floors = [least for least, _ in widths]
    missing = low - sum(floors)
    for i in sorted(range(len(floors)), key=lambda i: floors[i] - tops[i]):
        taken = max(0, min(missing, tops[i] - floors[i]))
        floors[i], missing = floors[i] + taken, missing - taken
    if missing > 0:
        raise Unfit("the parts cannot grow so much")
    return floors
