"""Records beside the standard library's dataclasses: the same class text under both decorators acts alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import weakref
from collections.abc import Callable
from typing import Any, cast

import pytest

from codegen import records
from codegen.diagnostics import Place
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText

_DECORATORS = (records.dataclass, dataclasses.dataclass)


def _classes(decorate: Any) -> tuple[Any, Any, Any]:
    @decorate(frozen=True, slots=True, order=True)
    class Point:
        x: float
        y: int = 2
        names: list[str] = dataclasses.field(default_factory=list[str], compare=False)

    @decorate(frozen=True, slots=True, kw_only=True)
    class Base:
        """A base."""

        place: int = dataclasses.field(compare=False)
        size: int | None = None

    @decorate(frozen=True, slots=True, kw_only=True)
    class Derived(Base):
        known: dict[str, int] = dataclasses.field(hash=False)
        secret: str = dataclasses.field(default="", repr=False)

    return Point, Base, Derived


_NAN = float("nan")
_USES: dict[str, Callable[[Any, Any, Any], object]] = {
    "defaults": lambda point, base, derived: (point(1), base(place=1), derived(place=1, known={})),
    "by name": lambda point, base, derived: point(names=["a"], x=1) == point(1),
    "left out of comparing": lambda point, base, derived: base(place=1) == base(place=2),
    "of another class": lambda point, base, derived: base(place=1) == derived(place=1, known={}),
    "compared in full": lambda point, base, derived: derived(place=1, known={}) == derived(place=1, known={"a": 1}),
    "one hash of equal ones": lambda point, base, derived: hash(point(1, 2, ["a"])) == hash(point(1)),
    "left out of the hash": lambda point, base, derived: {derived(place=1, known={}), derived(place=1, known={"a": 1})},
    "not a number": lambda point, base, derived: (point(_NAN) == point(_NAN), point(_NAN) == point(float("nan"))),
    "ordered": lambda point, base, derived: sorted([point(2, 1), point(1, 3), point(1, 2)]),
    "at most": lambda point, base, derived: (point(1) <= point(1), point(2) >= point(3), point(1) > point(0)),
    "unordered": lambda point, base, derived: base(place=1) < base(place=2),
    "ordered with another": lambda point, base, derived: point(1) < base(place=1),
    "set": lambda point, base, derived: setattr(point(1), "x", 2),
    "deleted": lambda point, base, derived: delattr(point(1), "x"),
    "replaced": lambda point, base, derived: dataclasses.replace(derived(place=1, known={}, secret="s"), size=3).secret,
    "taken apart": lambda point, base, derived: dataclasses.asdict(derived(place=1, known={"a": 1})),
    "its fields": lambda point, base, derived: [one.name for one in dataclasses.fields(derived)],
    "matched": lambda point, base, derived: (point.__match_args__, derived.__match_args__),
    "without a dictionary": lambda point, base, derived: hasattr(derived(place=1, known={}), "__dict__"),
    "its doc": lambda point, base, derived: base.__doc__,
    "too few": lambda point, base, derived: point(),
    "too many": lambda point, base, derived: point(1, 2, [], 4),
    "unknown": lambda point, base, derived: base(place=1, other=2),
    "given twice": lambda point, base, derived: point(1, x=2),
    "by position": lambda point, base, derived: base(1),
    "a fresh default each": lambda point, base, derived: point(1).names is point(1).names,
    "copied": lambda point, base, derived: copy.deepcopy(derived(place=1, known={"a": 1})),
}


def _outcome(use: Callable[[Any, Any, Any], object], decorate: Any, made: int) -> str:
    classes = point, base, derived = _classes(decorate)
    for number in range(made):
        assert (point(number).x, base(place=number).size, derived(place=1, known={}).secret) == (number, None, "")
    try:
        found = use(*classes)
    except (TypeError, AttributeError) as fault:
        return f"{type(fault).__name__}: {fault}"
    return str(sorted(map(repr, cast(set[object], found)))) if isinstance(found, set) else repr(found)


@pytest.mark.parametrize("made", [0, 20], ids=["first of its class", "one of many"])
@pytest.mark.parametrize("use", _USES.values(), ids=_USES)
def test_a_record_acts_as_the_standard_librarys_does(use: Callable[[Any, Any, Any], object], made: int) -> None:
    ours, theirs = (_outcome(use, decorate, made) for decorate in _DECORATORS)
    assert ours == theirs


@pytest.mark.parametrize("decorate", _DECORATORS)
def test_a_record_may_equal_itself_alone_and_be_referred_to_weakly(decorate: Any) -> None:
    @decorate(frozen=True, slots=True, eq=False, weakref_slot=True)
    class Term:
        symbols: int

    made: Any = Term
    one = made(1)
    assert one == one and one != made(1) and hash(one) != hash(made(1))
    assert weakref.ref(one)() is one and not hasattr(one, "__dict__")


def test_a_record_that_is_made_is_of_its_own_class_and_takes_no_other_value() -> None:
    class Own(ir.Length):
        __slots__ = ()

    made = [ir.Length(min=1, max=None, at=Place("a.json")), Own(min=1, max=None, at=Place("a.json"))]
    assert [type(one) for one in made] == [ir.Length, Own]
    for one in made:
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.min = 2  # type: ignore[misc]
        with pytest.raises(dataclasses.FrozenInstanceError):
            del one.min


def test_a_record_is_pickled() -> None:
    length = ir.Length(min=1, max=None, at=Place("a.json"))
    again = pickle.loads(pickle.dumps(length))
    assert (again, again.at) == (length, length.at)


def test_text_of_a_spec_equals_no_other_thing() -> None:
    assert SpecText("a") != "a"
    assert {SpecText("a"): 1}[SpecText("a")] == 1


@pytest.mark.parametrize("decorate", _DECORATORS)
def test_a_record_may_have_no_field_of_its_own(decorate: Any) -> None:
    @decorate(frozen=True, slots=True)
    class Base:
        size: int = 1

    @decorate(frozen=True, slots=True)
    class Bare(Base):
        """Says no more."""

    made: Any = Bare
    assert (made(2), made.__match_args__, dataclasses.replace(made(), size=2).size) == (made(2), ("size",), 2)
    assert replace(made(), size=2) == made(2)


def test_what_is_no_record_is_replaced_as_well() -> None:
    @dataclasses.dataclass(frozen=True)
    class Plain:
        size: int

    assert replace(Plain(1), size=2) == Plain(2)
