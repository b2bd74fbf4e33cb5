"""What `compare` yields: one change of one thing, not yet judged.

In: nothing. Out: `Change`; the `Spot` where a comparison stands, which makes them; the `Pair` of models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Union

from codegen.diagnostics import Place
from codegen.diff.findings import Direction
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import Json, ShapeId, SpecText
from codegen.spec.lazily import Differences, calls_of, differences

Key = tuple[str, ...]
"""What a change is of, as the Python surface knows it: `("field", shape, member)`; see `surface`."""


Told = Union[None, bool, int, float, str, SpecText, "Sequence[Told]", "Mapping[str, Told]"]
"""What a comparison has at hand to tell of one side."""


def as_json(told: Told) -> Json:
    """Write as JSON what one side says; texts of the spec as they are."""
    match told:
        case SpecText():
            return told.raw
        case None | bool() | int() | float() | str():
            return told
        case Mapping():
            return {name: as_json(value) for name, value in told.items()}
        case _:
            return [as_json(value) for value in told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose way through requests and answers counts: a shape by its names in both releases, or some operations.

    `operations`, sorted, is None where the shape tells them, and empty where all or none are meant. `direction` is set
    where no shape tells it.
    """

    old: ShapeId | None = None
    new: ShapeId | None = None
    operations: tuple[str, ...] | None = None
    direction: Direction | None = None


SERVICE = Subject(operations=(), direction=Direction.NONE)
"""The service as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; `rule` and the values as in `Finding`, `keys` are what Python has of it, in either release."""

    rule: str
    path: str
    summary: str
    subject: Subject
    old: Json = None
    new: Json = None
    keys: tuple[Key, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    old_at: Place | None = field(default=None, compare=False)
    new_at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a comparison stands."""

    path: str
    subject: Subject
    keys: tuple[Key, ...] = ()
    old_at: Place | None = field(default=None, compare=False)
    new_at: Place | None = field(default=None, compare=False)

    def change(self, rule: str, summary: str, old: Told = None, new: Told = None) -> Change:
        return Change(
            rule=rule,
            path=self.path,
            summary=summary,
            subject=self.subject,
            old=as_json(old),
            new=as_json(new),
            keys=self.keys,
            old_at=self.old_at,
            new_at=self.new_at,
        )

    def child(self, step: str, old_at: Place | None, new_at: Place | None, *keys: Key) -> Spot:
        """Go down; what is gone on one side points at the parent that is left."""
        return self.part(f"{self.path}.{step}", old_at, new_at, keys)

    def part(self, path: str, old_at: Place | None, new_at: Place | None, keys: tuple[Key, ...]) -> Spot:
        """Go on to a part of the same subject, which may have no path of its own."""
        return Spot(
            path=path, subject=self.subject, keys=keys, old_at=old_at or self.old_at, new_at=new_at or self.new_at
        )


class Pair:
    """The two models that are compared."""

    def __init__(self, old: ir.Model, new: ir.Model) -> None:
        self.old = old
        self.new = new
        self.shapes = differences(old.shapes, new.shapes)
        """The shapes that the two do not have in common."""

    @cached_property
    def old_takers(self) -> Mapping[str, tuple[str, ...]]:
        """The operations that take each input structure."""
        return _takers(self.old)

    @cached_property
    def new_takers(self) -> Mapping[str, tuple[str, ...]]:
        return _takers(self.new)

    @cached_property
    def operations(self) -> Differences:
        return differences(self.old.operations, self.new.operations)

    def member_keys(self, subject: Subject, member: str) -> tuple[Key, ...]:
        """What Python has of a member: the field, and the argument of each operation that takes the structure."""
        sides = ((subject.old, self.old_takers), (subject.new, self.new_takers))
        found = [key for owner, takers in sides if owner for key in _keys(owner, member, takers)]
        return tuple(dict.fromkeys(found))


def _takers(model: ir.Model) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for call in calls_of(model.operations):
        if call.input:
            found[call.input] += (call.operation,)
    return found


def _keys(owner: SpecText, member: str, takers: Mapping[str, tuple[str, ...]]) -> list[Key]:
    return [("field", owner.raw, member), *(("argument", operation, member) for operation in takers.get(owner.raw, ()))]


def both(name: SpecText) -> Subject:
    """Give the subject of a shape that has this name in both releases."""
    return Subject(old=name, new=name)
