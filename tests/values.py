"""Hypothesis strategies for values on the wire, drawn from the IR: those that a release allows, and any answer."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from codegen.spec import ir, patterns

Json = SearchStrategy[Any]
_LONGEST = 60  # arbitrary: where no upper bound is stated
_CHARACTERS = st.characters(codec="utf-8")
_CLASSES = {r"^[\p{L}\p{N}\p{P}\p{Z}]+$": st.characters(codec="utf-8", categories=("L", "N", "P", "Z"))}
"""Patterns that Python's `re` has no words for: one character class each."""


def valid(model: ir.Model, target: ir.SpecText) -> Json:
    """Values that meet every constraint of a shape."""
    return _of(model, model.shapes[target], NO_ADDITIONS)


def answers(model: ir.Model, target: ir.SpecText) -> Json:
    """What a service may answer: no constraint need be met, nothing need be there, and anything may be new."""
    return _of(model, model.shapes[target], ADDITIONS)


class _Additions:
    """Whether members may be missing or null, and members, enum values and union arms unheard of."""

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed


NO_ADDITIONS, ADDITIONS = _Additions(False), _Additions(True)


def _of(model: ir.Model, shape: ir.Shape, additions: _Additions) -> Json:
    match shape:
        case ir.Structure():
            return _structure(model, shape, additions)
        case ir.UnionOf():
            return _union(model, shape, additions)
        case ir.ListOf():
            return _list(model, shape, additions)
        case ir.Enum():
            known = st.sampled_from([value.value.raw for value in shape.values])
            return known | st.text(_CHARACTERS, min_size=1) if additions.allowed else known
        case ir.Text():
            return st.text(_CHARACTERS) if additions.allowed else _text(shape.constraints)
        case ir.Timestamp():
            return moments() | epochs() if additions.allowed else moments()
        case _:
            raise NotImplementedError(type(shape).__name__)


def _structure(model: ir.Model, shape: ir.Structure, additions: _Additions) -> Json:
    members = {member.name.raw: _of(model, model.shapes[member.target], additions) for member in shape.members}
    if not additions.allowed:
        required = {member.name.raw for member in shape.members if member.required}
        return st.fixed_dictionaries(
            {name: members[name] for name in members if name in required},
            optional={name: members[name] for name in members if name not in required},
        )
    known = st.fixed_dictionaries({}, optional={name: st.none() | found for name, found in members.items()})
    return st.builds(lambda one, other: {**other, **one}, known, _strangers(set(members)))


def _strangers(known: set[str]) -> Json:
    names = st.text(_CHARACTERS, min_size=1, max_size=12).filter(lambda name: name not in known and name != "__type")
    return st.dictionaries(names, anything(), max_size=2)


def _union(model: ir.Model, shape: ir.UnionOf, additions: _Additions) -> Json:
    arms = [
        st.fixed_dictionaries({member.name.raw: _of(model, model.shapes[member.target], additions)})
        for member in shape.members
    ]
    if additions.allowed:
        known = {member.name.raw for member in shape.members}
        arms.append(_strangers(known).filter(lambda arm: len(arm) == 1))
    return st.one_of(arms)


def _list(model: ir.Model, shape: ir.ListOf, additions: _Additions) -> Json:
    length = shape.constraints.length
    least = 0 if additions.allowed or length is None else length.min or 0
    most = least + 3 if length is None or length.max is None else min(length.max, least + 3)
    return st.lists(_of(model, model.shapes[shape.member.target], additions), min_size=least, max_size=most)


def _text(constraints: ir.Constraints) -> SearchStrategy[str]:
    length, pattern = constraints.length, constraints.pattern
    least = length.min or 0 if length and length.enforced else 0
    most = length.max if length and length.enforced and length.max is not None else max(_LONGEST, least)
    if pattern is None or not pattern.enforced:
        return st.text(_CHARACTERS, min_size=least, max_size=most)
    if pattern.text.raw in _CLASSES:
        return st.text(_CLASSES[pattern.text.raw], min_size=max(least, 1), max_size=most)
    lowered = patterns.lower(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii)
    assert not isinstance(lowered, patterns.Unsupported)
    drawn = st.from_regex(re.compile(pattern.text.raw, re.ASCII), fullmatch=True)
    return drawn.filter(lambda text: least <= len(text) <= most and patterns.accepts(lowered, text))


def moments() -> SearchStrategy[str]:
    """RFC 3339 in UTC, with 0 to 9 digits of fraction."""
    return st.builds(
        lambda moment, digits: moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{digits}" if digits else "") + "Z",
        st.datetimes(min_value=_year(1970), max_value=_year(2100)),
        st.from_regex(r"[0-9]{0,9}", fullmatch=True).map(str.strip),
    )


def _year(year: int) -> Any:
    from datetime import datetime

    return datetime(year, 1, 1)


def epochs() -> SearchStrategy[int | float]:
    return st.integers(0, 4_000_000_000) | st.floats(0, 4e9, allow_nan=False)


def anything() -> Json:
    """Any JSON value but null: a null member is no member."""
    scalars = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        scalars | st.text(_CHARACTERS),
        lambda inner: st.lists(st.none() | inner, max_size=3)
        | st.dictionaries(st.text(_CHARACTERS), inner, max_size=3),
        max_leaves=6,
    )
