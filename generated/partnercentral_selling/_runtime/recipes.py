"""Hypothesis strategies for what holds no other value: numbers, times, texts. `sampling` makes the others of them.

`scalar` makes what a type accepts, `wire_scalar` what can be read as one. How to make a text that matches a pattern no
type says: that comes from the generator, as a recipe.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, TypeAlias

try:
    from hypothesis import strategies as st  # type: ignore[import-not-found, unused-ignore]
    from hypothesis.strategies import SearchStrategy  # type: ignore[import-not-found, unused-ignore]
except ImportError as missing:
    raise ImportError("strategies need Hypothesis: pip install hypothesis", name="hypothesis") from missing

from .base import Kind
from .kinds import AnyJson, Enumerated, Instant, JsonText
from .numeric import Exact, Flag, Real, Whole
from .text import Bytes, Text

Drawn: TypeAlias = SearchStrategy[Any]

_FEW = 600  # characters that are listed one by one; arbitrary
_EPOCH, _LAST = datetime(1970, 1, 1), datetime(2199, 12, 31, 23, 59, 59, 999_999)
"""Times that all three forms carry to the microsecond (HTTP dates: to the second)."""
_DIGITS = Context(prec=15)
"""No more than any JSON writer and reader keeps of a number."""

ANY_TEXT = st.text(st.characters(codec="utf-8"))
_FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY_JSON: Drawn = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | _FINITE | ANY_TEXT,
    lambda inner: st.lists(st.none() | inner, max_size=3) | st.dictionaries(ANY_TEXT, st.none() | inner, max_size=3),
    max_leaves=5,
)
"""Any JSON value but null."""

# -------------------------------------------------------------------------------------------------------------- recipes


@dataclass(frozen=True, slots=True)
class Characters:
    """So many characters out of `ranges`, pairs of a first and a last one (`azAZ` are all letters), and categories."""

    ranges: str
    least: int
    most: int | None
    categories: tuple[str, ...] = ()

    def strategy(self) -> SearchStrategy[str]:
        return st.text(_alphabet(self.ranges, self.categories), min_size=self.least, max_size=self.most)


def _alphabet(ranges: str, categories: Any) -> SearchStrategy[str]:
    pairs = [(ord(low), ord(high)) for low, high in zip(ranges[::2], ranges[1::2], strict=True)]
    if sum(high - low + 1 for low, high in pairs) <= _FEW:
        listed = "".join(chr(code) for low, high in pairs for code in range(low, high + 1))
        return st.characters(codec="utf-8", categories=categories, include_characters=listed)
    found = [st.characters(codec="utf-8", min_codepoint=low, max_codepoint=high) for low, high in pairs]
    return st.one_of([*found, *([st.characters(codec="utf-8", categories=categories)] if categories else [])])


@dataclass(frozen=True, slots=True)
class Regex:
    """What all of an expression matches; its repetitions keep the bounds of the length."""

    text: str

    def strategy(self) -> SearchStrategy[str]:
        return st.from_regex(re.compile(self.text), fullmatch=True)


@dataclass(frozen=True, slots=True)
class Samples:
    """Some texts, where nothing else is known of a pattern."""

    texts: tuple[str, ...]

    def strategy(self) -> SearchStrategy[str]:
        return st.sampled_from(self.texts)


Recipe: TypeAlias = Characters | Regex | Samples

# -------------------------------------------------------------------------------------------------------------- scalars


def scalar(kind: Kind) -> Drawn:
    """Make what a kind accepts that needs no recipe."""
    match kind:
        case Text():
            return st.text(st.characters(codec="utf-8"), min_size=kind.min_length or 0, max_size=_most(kind.max_length))
        case Whole():
            return st.integers(kind.min, kind.max)
        case Real():
            low, high = (None if bound is None else float(bound) for bound in (kind.min, kind.max))
            return st.floats(low, high, allow_nan=False, allow_infinity=False)
        case Exact():
            least, most = (None if bound is None else Decimal(str(bound)) for bound in (kind.min, kind.max))
            return st.decimals(least, most, allow_nan=False, allow_infinity=False).map(_DIGITS.create_decimal)
        case Flag():
            return st.booleans()
        case Bytes():
            return st.binary(min_size=kind.min_length or 0, max_size=_most(kind.max_length))
        case Instant():
            moments = st.datetimes(_EPOCH, _LAST, timezones=st.just(UTC))
            return moments.map(_to_the_second) if kind.form == "http-date" else moments
        case AnyJson():
            return ANY_JSON
        case Enumerated():
            return st.sampled_from(list(kind.members.values()))
        case _:
            raise TypeError(f"no strategy for {type(kind).__name__}")


def _most(bound: int | None) -> int | None:
    """Drop a bound that Hypothesis cannot count to; no text gets near it."""
    return None if bound is None or bound > 10**9 else bound


def _to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def holds(kind: Kind) -> Callable[[Any], bool]:
    """Give what says whether a kind accepts a value."""
    return lambda value: not any(kind.check(value))


def wire_scalar(kind: Kind) -> Drawn:
    """Make what can be read as a kind, within today's bounds or not."""
    match kind:
        case Enumerated() if kind.whole:
            return st.sampled_from([int(value) for value in kind.members] or [0]) | st.integers()
        case Enumerated():
            return st.sampled_from([str(value) for value in kind.members] or [""]) | ANY_TEXT
        case Text():
            return ANY_TEXT
        case Whole():
            return st.integers() | st.integers(-(2**53), 2**53).map(float)
        case Real():
            return _FINITE | st.integers(-(2**53), 2**53) | st.sampled_from(["NaN", "Infinity", "-Infinity"])
        case Exact():
            return _FINITE | st.integers() | st.decimals(-9, 9, places=3).map(str)
        case Bytes():
            return st.binary().map(lambda found: base64.b64encode(found).decode("ascii"))
        case Instant():
            return st.integers(0, 2**33) | st.datetimes(_EPOCH, _LAST).map(lambda moment: moment.isoformat() + "Z")
        case JsonText():
            return ANY_JSON.map(json.dumps)
        case _:
            return scalar(kind)


__all__ = [
    "ANY_JSON",
    "ANY_TEXT",
    "Characters",
    "Drawn",
    "Recipe",
    "Regex",
    "Samples",
    "SearchStrategy",
    "holds",
    "scalar",
    "st",
    "wire_scalar",
]
