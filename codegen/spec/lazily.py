"""Entries of a large model that become IR when they are asked for, and what can be told of them before that.

In: the raw entries of one section, and how one is read. Out: a Mapping like any other, and functions that take this or
a plain one: what two sections do not have in common, which shapes a shape refers to, what operations take and give.

Two releases of a service have nearly everything in common: reading thousands of shapes to compare the twenty that
differ takes longer than all the rest. What is wrong in an entry is raised when it is read; who wants all faults at once
has the whole model read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import Json, ShapeId, SpecText
from codegen.spec.outlines import RawShapes

Value = TypeVar("Value")
Entries = Mapping[str, Json]


class Lazily(Mapping[SpecText, Value], Generic[Value]):
    """Entries by name, each read once; entries of equal text and equal `context` are equal when read.

    `seen` holds what has been read.
    """

    def __init__(self, raw: Entries, read: Callable[[str], Value], context: object) -> None:
        self.raw = raw
        self.context = context
        self._read = read
        self.seen: dict[str, Value] = {}
        self._compared: tuple[Lazily[Value], Sequence[str]] | None = None
        self._told: tuple[Lazily[Value], Differences] | None = None

    def __getitem__(self, name: SpecText) -> Value:
        if name.raw not in self.seen:
            if name.raw not in self.raw:
                raise KeyError(name)
            self.seen[name.raw] = self._read(name.raw)
        return self.seen[name.raw]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, SpecText) and name.raw in self.raw

    def __iter__(self) -> Iterator[SpecText]:
        return map(SpecText, self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def perhaps_changed(self, new: Lazily[Value]) -> Sequence[str]:
        """Name what another section has as well and what is not written alike there; worked out once."""
        if self._compared is None or self._compared[0] is not new:
            self._compared = (new, _perhaps_changed(self, new))
        return self._compared[1]

    def inside(self, names: Sequence[str]) -> list[str]:
        """Name what stands inside entries in an order that counts, which equality of JSON objects passes over."""
        return []

    def differences(self, new: Lazily[Value]) -> Differences:
        """Tell what another section does not have in common with this one; worked out once."""
        if self._told is None or self._told[0] is not new:
            changed = [name for name in self.perhaps_changed(new) if self.differs(new, name)]
            gone = (name for name in self.raw if name not in new.raw)
            fresh = (name for name in new.raw if name not in self.raw)
            self._told = (new, Differences(*(tuple(map(SpecText, names)) for names in (gone, fresh, changed))))
        return self._told[1]

    def differs(self, new: Lazily[Value], name: str) -> bool:
        """Say whether what both have by one name is not the same when it is read."""
        return self[SpecText(name)] != new[SpecText(name)]


class LazyShapes(Lazily[ir.Shape]):
    """Shapes, each read whole when asked for, or in part; `ways` tells of raw ones what need not be read for it."""

    def __init__(self, raw: Entries, read: Callable[[str, Json], ir.Shape], context: object, ways: RawShapes) -> None:
        super().__init__(raw, lambda name: read(name, raw[name]), context)
        self.ways = ways
        self._read_as = read
        self._outlines: dict[str, ir.Shape] = {}
        self._checked: dict[str, ir.Shape] = {}
        self._apart: tuple[LazyShapes, dict[str, tuple[ir.Shape, ir.Shape]]] | None = None

    def outline(self, name: str) -> ir.Shape:
        if name not in self._outlines:
            self._outlines[name] = self._read_as(name, self.ways.outlined(self.raw[name]))
        return self._outlines[name]

    def checked(self, name: str) -> ir.Shape:
        if name not in self._checked:
            self._checked[name] = self._read_as(name, self.ways.checked(self.raw[name]))
        return self._checked[name]

    def apart(self, new: LazyShapes, name: str) -> tuple[ir.Shape, ir.Shape]:
        """Read of two shapes what they do not have alike, once for the same `new`."""
        if self.context != new.context:
            return self[SpecText(name)], new[SpecText(name)]
        if self._apart is None or self._apart[0] is not new:
            self._apart = (new, {})
        found = self._apart[1]
        if name not in found:
            was, now = new.ways.apart(self.raw[name], new.raw[name], self.ways)
            found[name] = self._read_as(name, was), new._read_as(name, now)
        return found[name]

    def inside(self, names: Sequence[str]) -> list[str]:
        entries = [entry for entry in map(self.raw.__getitem__, names) if isinstance(entry, dict)]
        members = [entry["members"] for entry in entries if "members" in entry]
        return [*chain.from_iterable(each for each in members if isinstance(each, dict))]

    def differs(self, new: Lazily[ir.Shape], name: str) -> bool:
        if not isinstance(new, LazyShapes):
            return super().differs(new, name)
        was, now = self.apart(new, name)
        return was != now

    @cached_property
    def users(self) -> Mapping[str, Sequence[str]]:
        return self.ways.users(self.raw)


class Call(NamedTuple):
    """What an operation takes, gives and raises, by name; "" where it takes or gives nothing."""

    operation: str
    input: str
    output: str
    errors: Sequence[str]


class LazyOperations(Lazily[ir.Operation]):
    """Operations; `call` tells what a raw one takes, gives and raises."""

    def __init__(
        self,
        raw: Entries,
        read: Callable[[str], ir.Operation],
        context: object,
        call: Callable[[str, Json], Call],
    ) -> None:
        super().__init__(raw, read, context)
        self._call = call

    @cached_property
    def calls(self) -> Sequence[Call]:
        return [self._call(name, entry) for name, entry in self.raw.items()]


# --------------------------------------------------------------------------------------------------------- differences


@dataclass(frozen=True, slots=True)
class Differences:
    """Names that one side lacks, and those that stand for something else; in the order of the side they are from."""

    gone: tuple[SpecText, ...]
    fresh: tuple[SpecText, ...]
    changed: tuple[SpecText, ...]

    def __iter__(self) -> Iterator[SpecText]:
        return chain(self.gone, self.changed, self.fresh)


def differences(old: Mapping[SpecText, Value], new: Mapping[SpecText, Value]) -> Differences:
    """Tell what two sections do not have in common; raw entries that are the same are not read."""
    if isinstance(old, Lazily) and isinstance(new, Lazily):
        return old.differences(new)
    return Differences(
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name in new and old[name] != new[name]),
    )


def _perhaps_changed(old: Lazily[Value], new: Lazily[Value]) -> Sequence[str]:
    """Name what both have and what is not written alike."""
    was, now = old.raw, new.raw
    common = [name for name in was if name in now]
    if old.context != new.context:
        return common
    twice = [name for name in common if was[name] is not now[name]]  # nearly all is one object, if read together
    try:
        apart = [name for name in twice if was[name] != now[name]]
    except RecursionError:  # reading will tell what nests so deep
        return common
    known = {*apart}
    alike = [name for name in twice if name not in known]
    if old.inside(alike) == new.inside(alike):  # in one step: the two are nearly always the same
        return apart
    return [name for name in twice if name in known or old.inside([name]) != new.inside([name])]


# --------------------------------------------------------------------------------------------------------------- edges


def names_of(entries: Mapping[SpecText, Value]) -> Iterable[str]:
    """Walk the names of a section as they are written."""
    return entries.raw if isinstance(entries, Lazily) else (name.raw for name in entries)


def targets_of(shapes: Mapping[SpecText, ir.Shape], name: str) -> Sequence[str]:
    """Name the shapes that a shape refers to; none where there is no such shape."""
    if isinstance(shapes, LazyShapes):
        return shapes.ways.targets(shapes.raw.get(name))
    shape = shapes.get(SpecText(name))
    return [member.target.raw for member in ir.members_of(shape)] if shape else ()


def outline_of(shapes: Mapping[SpecText, ir.Shape], name: SpecText) -> ir.Shape:
    """Give a shape of which only the kind and the name are wanted; of its members there may be only some.

    Those that are always there narrow the type of their target. Lists and maps have all that they have.
    """
    if isinstance(shapes, LazyShapes) and name.raw not in shapes.seen:
        return shapes.outline(name.raw)
    return shapes[name]


def checked_of(shapes: Mapping[ShapeId, ir.Shape], name: ShapeId) -> ir.Shape:
    """Give a shape of which only the kind is wanted, as `outline_of` does, yet raise all that is wrong in it."""
    if isinstance(shapes, LazyShapes) and name.raw not in shapes.seen:
        return shapes.checked(name.raw)
    return shapes[name]


def apart_of(
    old: Mapping[ShapeId, ir.Shape], new: Mapping[ShapeId, ir.Shape], name: ShapeId
) -> tuple[ir.Shape, ir.Shape]:
    """Give what two sections have by one name; members that both have alike may be left out of structures."""
    if isinstance(old, LazyShapes) and isinstance(new, LazyShapes):
        return old.apart(new, name.raw)
    return old[name], new[name]


def users_of(shapes: Mapping[SpecText, ir.Shape]) -> Mapping[str, Sequence[str]]:
    """Give each shape's name the names of the shapes that refer to it."""
    if isinstance(shapes, LazyShapes):
        return shapes.users
    users: defaultdict[str, list[str]] = defaultdict(list)
    for name, shape in shapes.items():
        for member in ir.members_of(shape):
            users[member.target.raw].append(name.raw)
    return users


def anything_streams(shapes: Mapping[SpecText, ir.Shape]) -> bool:
    """Say whether any shape streams: events one after the other, or bytes."""
    if isinstance(shapes, LazyShapes):
        return shapes.ways.any_streams(shapes.raw)
    found = (shape for shape in shapes.values() if isinstance(shape, ir.UnionOf | ir.Blob))
    return any(shape.event_stream if isinstance(shape, ir.UnionOf) else shape.streaming for shape in found)


def calls_of(operations: Mapping[SpecText, ir.Operation]) -> Sequence[Call]:
    """List what operations take, give and raise."""
    if isinstance(operations, LazyOperations):
        return operations.calls
    return [
        Call(
            one.name.raw,
            one.input.raw if one.input else "",
            one.output.raw if one.output else "",
            [error.raw for error in one.errors],
        )
        for one in operations.values()
    ]
