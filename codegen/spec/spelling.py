"""Texts made up from a pattern.

In: the tree of a pattern, and how long texts may be. Out: words that it may accept, always the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from codegen.records import dataclass
from codegen.spec.regex import (
    Alternation,
    Atomic,
    Backreference,
    Class,
    Group,
    Node,
    Repeat,
    Sequence,
    children,
    contains,
)

PROBES = "aA0-_. /:@+=,~!#$%&*?'\"()[]{}<>|\\^`;bBzZ19éßЖ中ا٣²…\u0301\u3000\u2028\n\t\r\x00\xa0😀"


@lru_cache(maxsize=4096)
def chars_of(group: Class) -> tuple[str, ...]:
    """Pick characters of a class, the plain ones first."""
    edges = tuple(chr(code) for pair in group.ranges for code in pair)
    return tuple(dict.fromkeys(char for char in (*PROBES, *edges) if contains(group, char)))


@lru_cache(maxsize=65536)
def width(node: Node) -> tuple[int, int | None]:
    """Tell the fewest and the most characters a node takes up."""
    match node:
        case Class():
            return 1, 1
        case Sequence(items):
            return sum(width(item)[0] for item in items), _total(width(item)[1] for item in items)
        case Alternation(branches):
            highs = [width(branch)[1] for branch in branches]
            high = None if None in highs else max(high for high in highs if high is not None)
            return min(width(branch)[0] for branch in branches), high
        case Repeat(body, least, most):
            low, high = width(body)
            return low * least, 0 if most == 0 or high == 0 else None if most is None or high is None else high * most
        case Atomic(body) | Group(body):
            return width(body)
        case Backreference():
            return 0, None
        case _:
            return 0, 0


def _total(widths: Iterator[int | None]) -> int | None:
    known = list(widths)
    return None if None in known else sum(each for each in known if each is not None)


_LONGEST = 5000  # of a made-up word; arbitrary


def words(node: Node, low: int, high: int | None) -> list[str]:
    """Make up words of several lengths from `low` to `high`; a look-around may still refuse any of them."""
    measured = _measured(node)
    if max(low, measured.low) > _LONGEST:
        return []
    top = min(low + 40 if high is None else high, _LONGEST)
    lengths = sorted({low, min(low + 1, top), (low + top) // 2, max(low, top - 1), top})
    spelled = [_Speller(seed).word(measured, length) for length in lengths if length <= _LONGEST for seed in range(5)]
    return list(dict.fromkeys(spelled))


def spell(node: Node, length: int, seed: int = 0) -> str:
    """Make up a word of about a length, the plainest unless another is wanted."""
    return _Speller(seed).word(_measured(node), length)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A node with its width and those of the nodes below it: to look them up, a node is hashed with all below it."""

    node: Node
    low: int
    high: int | None
    chars: tuple[str, ...]
    below: tuple[_Measured, ...]


@lru_cache(maxsize=4096)
def _measured(node: Node) -> _Measured:
    chars = chars_of(node) if isinstance(node, Class) else ()
    return _Measured(node, *width(node), chars, tuple(map(_measured, children(node))))


class _Speller:
    """Spells words; `seed` 0 always takes the first choice, others go round."""

    def __init__(self, seed: int) -> None:
        self.seed, self.turn = seed, 0
        self.groups: dict[int, str] = {}

    def choose(self, count: int) -> int:
        self.turn += 1
        return 0 if self.seed == 0 else (self.seed - 1 + self.turn * (1 + self.seed // 2)) % count

    def run(self, group: _Measured, count: int) -> str:
        """Choose as often as that; the choices come round again after as many turns as there are characters."""
        chars = group.chars[: 4 + 2 * self.seed]
        if count == 1 and chars:
            return chars[self.choose(len(chars))]
        once = "".join(chars[self.choose(len(chars))] for _ in range(min(count, len(chars))))
        self.turn += count - len(once) if chars else 0
        return (once * (count // len(once) + 1))[:count] if once else ""

    def word(self, measured: _Measured, length: int) -> str:
        """Spell a word of about `length` characters: as near as the node can."""
        match measured.node:
            case Class():
                return self.run(measured, 1)
            case Sequence():
                return "".join([self.word(item, share) for item, share in _share(measured, length)])
            case Alternation():
                branches = measured.below
                fitting = [one for one in branches if _could_be(one, length)] or [_nearest(branches, length)]
                return self.word(fitting[self.choose(len(fitting))], length)
            case Repeat(_, least, most):
                return self.rounds(measured.below[0], least, most, length)
            case Atomic():
                return self.word(measured.below[0], length)
            case Group(_, number):
                self.groups[number] = self.word(measured.below[0], length)
                return self.groups[number]
            case Backreference(number):
                return self.groups.get(number, "")
            case _:
                return ""

    def rounds(self, body: _Measured, least: int, most: int | None, length: int) -> str:
        count = _rounds(body, least, most, length)
        if isinstance(body.node, Class):
            return self.run(body, count)
        return "".join(self.word(body, share) for share in _shares(body, count, length))


def _shares(body: _Measured, count: int, length: int) -> Iterator[int]:
    """Like `_share`, for items that are all the same."""
    spare = max(0, length - body.low * count)
    for _ in range(count):
        more = spare if body.high is None else min(spare, body.high - body.low)
        spare -= more
        yield body.low + more


def _could_be(branch: _Measured, length: int) -> bool:
    return branch.low <= length and (branch.high is None or length <= branch.high)


def _nearest(branches: tuple[_Measured, ...], length: int) -> _Measured:
    def distance(branch: _Measured) -> int:
        return max(branch.low - length, length - (length if branch.high is None else branch.high))

    return min(branches, key=distance)


def _rounds(body: _Measured, least: int, most: int | None, length: int) -> int:
    wanted = -(-length // (body.high or max(body.low, length, 1)))
    return min(max(least, wanted if most is None else min(most, wanted)), _LONGEST)


def _share(whole: _Measured, length: int) -> Iterator[tuple[_Measured, int]]:
    """Give every item its least, and what is left to the first that can take it."""
    spare = max(0, length - whole.low)
    for item in whole.below:
        more = spare if item.high is None else min(spare, item.high - item.low)
        spare -= more
        yield item, item.low + more
