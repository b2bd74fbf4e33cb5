"""Bodies of requests made up at random from the spec itself: right ones, and ones with a single thing wrong.

In: the model, an operation, a source of random numbers. Out: JSON as it would travel, and for a damaged one what was
done to it. Nothing here knows the sandbox, or the generated package that judges what is made up here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from typing import Any, NamedTuple

from packages import NEW, model_of

from codegen.spec import ir, texts
from codegen.spec.examples import MOMENTS, constraints_of, length_of, range_of, timestamp_format

MODEL = model_of(NEW)
OPERATIONS: Mapping[str, ir.Operation] = {each.name.raw: each for each in MODEL.operations.values()}
_ODD = (
    "ä",
    "中文",
    "\U0001f600",
    "e\u0301",
    "\u202e",
    "\u2028",
    "\x00",
    "\x7f",
    "'; DROP TABLE x; --",
    "</script>",
    "{{7*7}}",
)
_UNKNOWN = ("Unknown", "__proto__", "catalog", "__class__", "Tags", "ä", "", "$ref", "x" * 300)
_VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, "", "a", [], {}, [None], {"a": {"b": []}})


class Damaged(NamedTuple):
    """A body with one thing wrong, and the name of what was done to it."""

    kind: str
    body: dict[str, Any]


# ----------------------------------------------------------------------------------------------------------------- good


def good_body(random: Random, operation: str, more: float = 0.4) -> dict[str, Any]:
    """Make up an input that keeps every constraint; a member that is not required is there so often."""
    input = OPERATIONS[operation].input
    return _structure(random, MODEL.shapes[input], more) if input else {}


def _structure(random: Random, shape: ir.Shape, more: float) -> dict[str, Any]:
    assert isinstance(shape, ir.Structure | ir.UnionOf)
    if isinstance(shape, ir.UnionOf):
        return {(arm := random.choice(shape.members)).wire.raw: _value(random, arm, more)}
    wanted = (each for each in shape.members if each.required or random.random() < more)
    return {each.wire.raw: _value(random, each, more * 0.8) for each in wanted}


def _value(random: Random, member: ir.Member, more: float) -> Any:
    target = MODEL.shapes[member.target]
    match target:
        case ir.Structure() | ir.UnionOf():
            return _structure(random, target, more)
        case ir.ListOf():
            return _list(random, member, target, more)
        case _:
            return random.choice(_SCALARS.get(id(member)) or _kept(member))


def _list(random: Random, member: ir.Member, target: ir.ListOf, more: float) -> list[Any]:
    constraints = constraints_of(member, target)
    least, most = length_of(constraints)
    size = min(random.choice((least, least, least + 1, least + 2, most or least + 3)), 12 if most is None else most)
    items = [_value(random, target.member, more) for _ in range(size)]
    if not constraints.unique_items:
        return items
    different = [item for number, item in enumerate(items) if item not in items[:number]]
    return different if len(different) >= least else [_value(random, target.member, more)] * min(least, 1)


_SCALARS: dict[int, tuple[Any, ...]] = {}
"""By identity: the members of a model stay, and to hash one takes longer than to make its value up."""


def _kept(member: ir.Member) -> tuple[Any, ...]:
    return _SCALARS.setdefault(id(member), _scalars(member))


def _scalars(member: ir.Member) -> tuple[Any, ...]:
    """Values of one member, at the bounds and between."""
    target = MODEL.shapes[member.target]
    constraints = constraints_of(member, target)
    match target:
        case ir.Enum():
            return tuple(each.value.raw for each in target.values)
        case ir.Text():
            return tuple(_texts(texts.rule_of(constraints)))
        case ir.Number():
            low, high = range_of(target, constraints)
            return tuple(dict.fromkeys(each for each in (low, high, 1, 7) if _between(each, low, high)))
        case ir.Boolean():
            return True, False
        case ir.Timestamp():
            return MOMENTS[timestamp_format(member, target)], "2030-02-28T23:59:59.999999999Z"
        case _:
            raise TypeError(f"no values of {target.id.raw} yet")


def _between(number: Any, low: Any, high: Any) -> bool:
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


def _texts(rule: texts.TextRule) -> Iterator[str]:
    odd = [text[: rule.most] for text in _ODD if rule.pattern is None] + list(_ODD)
    bounds = [text for text in (texts.shortest(rule), texts.longest(rule)) if text is not None]
    yield from dict.fromkeys(each for each in [*texts.good(rule), *bounds, *odd] if rule.accepts(each))


# --------------------------------------------------------------------------------------------------------------- places


class Place(NamedTuple):
    """A member that is in a body, and the object that holds it."""

    holder: dict[str, Any]
    within: ir.Structure | ir.UnionOf
    member: ir.Member

    @property
    def name(self) -> str:
        return self.member.wire.raw

    @property
    def value(self) -> Any:
        return self.holder[self.name]

    @property
    def shape(self) -> ir.Shape:
        return MODEL.shapes[self.member.target]


def places(body: dict[str, Any], shape: ir.Shape) -> Iterator[Place]:
    """Find every member of a body, the nested ones after their holder."""
    assert isinstance(shape, ir.Structure | ir.UnionOf)
    for member in shape.members:
        if member.wire.raw in body:
            yield Place(body, shape, member)
            yield from _within(body[member.wire.raw], MODEL.shapes[member.target])


def _within(value: Any, shape: ir.Shape) -> Iterator[Place]:
    if isinstance(shape, ir.ListOf):
        for item in value:
            yield from _within(item, MODEL.shapes[shape.member.target])
    elif isinstance(shape, ir.Structure | ir.UnionOf):
        yield from places(value, shape)


# -------------------------------------------------------------------------------------------------------------- damaged

Damage = Callable[[Random, Place], bool]
"""Does something to a place, and says whether it could."""


def damaged_body(random: Random, operation: str, body: dict[str, Any]) -> Damaged | None:
    """Do one thing to a copy of a good body; None where it has no place for that."""
    input = OPERATIONS[operation].input
    assert input is not None
    changed = copy.deepcopy(body)
    kind = random.choice(tuple(DAMAGES))
    found = list(places(changed, MODEL.shapes[input]))
    random.shuffle(found)
    return next((Damaged(kind, changed) for place in found if DAMAGES[kind](random, place)), None)


def _without(random: Random, place: Place) -> bool:
    if not place.member.required:
        return False
    del place.holder[place.name]
    return True


def _null(random: Random, place: Place) -> bool:
    place.holder[place.name] = None
    return True


def _of_another_type(random: Random, place: Place) -> bool:
    place.holder[place.name] = random.choice(_VALUES)
    return True


def _too_short(random: Random, place: Place) -> bool:
    return _put(place, _bounds(place.member)[0])


def _too_long(random: Random, place: Place) -> bool:
    return _put(place, _bounds(place.member)[1])


def _put(place: Place, value: Any) -> bool:
    if value is None:
        return False
    place.holder[place.name] = value
    return True


@cache
def _bounds(member: ir.Member) -> tuple[Any, Any]:
    """Give values just outside."""
    target = MODEL.shapes[member.target]
    if isinstance(target, ir.Text):
        rule = texts.rule_of(constraints_of(member, target))
        return texts.too_short(rule), texts.too_long(rule)
    if isinstance(target, ir.Number):
        low, high = range_of(target, constraints_of(member, target))
        return None if low is None else low - 1, None if high is None else high + 1
    return None, None


def _nearly_matching(random: Random, place: Place) -> bool:
    return _put(place, random.choice(found) if (found := _misses(place.member)) else None)


@cache
def _misses(member: ir.Member) -> tuple[str, ...]:
    target = MODEL.shapes[member.target]
    if isinstance(target, ir.Enum):
        first = target.values[0].value.raw
        return first.swapcase(), first + " ", f"{first}\n", "", "UNKNOWN"
    return texts.bad(texts.rule_of(constraints_of(member, target))) if isinstance(target, ir.Text) else ()


def _text_at_random(random: Random, place: Place) -> bool:
    if not isinstance(place.value, str):
        return False
    place.holder[place.name] = _scribbled(random, place.value)
    return True


def _scribbled(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice((*_ODD, "\n", " ", "a", "0", "\\", '"')) + text[at + random.randrange(2) :]


def _unknown_member(random: Random, place: Place) -> bool:
    place.holder[random.choice(_UNKNOWN)] = random.choice(_VALUES)
    return True


def _null_item(random: Random, place: Place) -> bool:
    if not isinstance(place.value, list):
        return False
    place.value.append(None)
    return True


def _many_items(random: Random, place: Place) -> bool:
    if not isinstance(place.value, list) or not place.value:
        return False
    place.holder[place.name] = place.value * random.choice((2, 11, 50))
    return True


def _no_items(random: Random, place: Place) -> bool:
    return _put(place, [] if isinstance(place.value, list) else None)


def _two_arms(random: Random, place: Place) -> bool:
    if not isinstance(place.within, ir.UnionOf):
        return False
    place.holder[random.choice(("Other", "__type", "Account", "OpportunityInvitation"))] = random.choice(_VALUES)
    return True


def _no_arm(random: Random, place: Place) -> bool:
    return isinstance(place.within, ir.UnionOf) and place.holder.pop(place.name) is not Ellipsis


def _huge(random: Random, place: Place) -> bool:
    return _put(place, "x" * random.choice((1_000, 70_000)) if isinstance(place.value, str) else None)


DAMAGES: Mapping[str, Damage] = {
    "a required member missing": _without,
    "a member that is null": _null,
    "a value of another type": _of_another_type,
    "just too short or too little": _too_short,
    "just too long or too much": _too_long,
    "nearly matching": _nearly_matching,
    "a text changed at random": _text_at_random,
    "an unknown member": _unknown_member,
    "an item that is null": _null_item,
    "many items": _many_items,
    "no items": _no_items,
    "two arms of a union": _two_arms,
    "no arm of a union": _no_arm,
    "a huge text": _huge,
}
