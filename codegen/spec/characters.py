r"""Classes of characters as sets of code points, and the few kinds of character that some patterns tell apart.

In: classes of `codegen.spec.regex`. Out: their ranges, Unicode properties worked out; and an alphabet in which all
characters that no class tells apart are one symbol: `[a-z]` and `\d` leave three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import import_module

from codegen.records import dataclass
from codegen.spec.regex import ANYTHING, LAST, Class, Property, Ranges, complement, merge

_NICE = "abcxyz0123456789ABCXYZ-_. /:@+=,~!#$%&*?'\"()[]{}<>|\\^`;éß中٣\u0301\u3000\u2028\n\t\r\x00😀"
"""Characters to show, those that read best first."""


@lru_cache(maxsize=4096)
def ranges_of(group: Class) -> Ranges:
    """Give the code points of a class."""
    found = merge((*group.ranges, *(pair for item in group.properties for pair in _of_property(item))))
    found = complement(found) if group.negated else found
    if group.within is None:
        return found
    return complement((*complement(found), *complement(ranges_of(group.within))))


def _of_property(found: Property) -> Ranges:
    ranges = _named(found.name)
    return complement(ranges) if found.negated else ranges


@cache
def _named(name: str) -> Ranges:
    r"""Look a property up in the tables of the `regex` package; "Word" is `\w`."""
    find = import_module("regex").finditer
    pattern = r"\w+" if name == "Word" else rf"\p{{{name}}}+"
    return merge(tuple((ord(match[0][0]), ord(match[0][-1])) for match in find(pattern, _all_characters())))


@cache
def _all_characters() -> str:
    return "".join(chr(code) for low, high in merge(ANYTHING) for code in range(low, high + 1) if not _half(code))


def _half(code: int) -> bool:
    """Tell whether it is half of a surrogate pair, which no text holds."""
    return 0xD800 <= code <= 0xDFFF


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Symbols, each with a character to show for it; and which symbols a class has, as bits."""

    shown: tuple[str, ...]
    symbols: Mapping[Ranges, int]

    @property
    def every(self) -> int:
        return (1 << len(self.shown)) - 1

    def of(self, group: Class) -> int:
        return self.symbols[ranges_of(group)]


def alphabet(classes: Iterable[Class]) -> Alphabet:
    """Tell apart no more characters than the classes do."""
    wanted = tuple(dict.fromkeys(ranges_of(group) for group in classes))
    kinds: dict[int, list[int]] = {}
    for start, members in _segments(wanted):
        kinds.setdefault(members, []).append(start)
    nice = {_members(wanted, ord(char)): char for char in reversed(_NICE)}
    order = sorted(kinds, key=lambda members: (members not in nice, _NICE.find(nice.get(members, ""))))
    shown = tuple(nice.get(members) or chr(kinds[members][0]) for members in order)
    symbols = {
        ranges: sum(1 << symbol for symbol, members in enumerate(order) if members >> bit & 1)
        for bit, ranges in enumerate(wanted)
    }
    return Alphabet(shown, symbols)


def _segments(wanted: tuple[Ranges, ...]) -> Iterable[tuple[int, int]]:
    """Cut all code points where any class begins or ends; give each piece's start and the classes it is in, as bits."""
    toggles: dict[int, int] = {0: 0}
    for bit, ranges in enumerate(wanted):
        for low, high in ranges:
            for edge in (low, high + 1):
                toggles[edge] = toggles.get(edge, 0) ^ (1 << bit)
    members = 0
    for edge in sorted(toggles):
        members ^= toggles[edge]
        start = 0xE000 if _half(edge) else edge
        if start <= LAST and (start == edge or 0xE000 not in toggles):
            yield start, members


def _members(wanted: tuple[Ranges, ...], code: int) -> int:
    return sum(1 << bit for bit, ranges in enumerate(wanted) if any(low <= code <= high for low, high in ranges))
