"""What the readers of foreign models share: one file being read, the texts met, the faults found.

In: raw JSON values and where they stand. Out: texts (one object per text: a large model repeats its names a hundred
times), checked objects, and what is left of them for `traits`.

Not a `Cursor`: a model may have 20,000 members, a cursor remembers which keys were asked for, and here nothing is
unknown. An object is checked in one pass over the keys it has; after that a plain `get` is safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypedDict

from codegen.diagnostics import Diagnostics, Place, quoted
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.cursor import Faults
from codegen.spec.ir import Json, SpecText
from codegen.spec.lazily import Lazily
from codegen.spec.source import MAX_DEPTH, Source, locator, nests_too_deep

Entry = Mapping[str, Json]
Traits = Mapping[SpecText, Json]
Kinds = Mapping[str, tuple[type, ...]]
"""Keys that are read, with the types their values may have."""


class Numbered(dict[int, Json]):
    """Some items of a list, by their places in it: what is left of one when the others are left out."""


TEXT = (str,)
FLAG = (bool,)
WHOLE = (int,)
NUMBER = (int, float)
OBJECT = (dict,)
LIST = (list,)
ITEMS = (list, Numbered)
ANY = (str, bool, int, float, dict, list, type(None))


class EntryFields(TypedDict):
    """Arguments of `ir.Entry`."""

    documentation: SpecText | None
    citations: tuple[ir.Citation, ...]
    deprecated: ir.Deprecated | None
    traits: Traits
    at: Place


class ShapeFields(EntryFields):
    """Arguments of `ir.ShapeBase`."""

    id: SpecText
    sensitive: bool


SOURCE_ID = SpecText("model")
"""Name of the one source that a foreign model has: itself."""

NO_TRAITS: Traits = MappingProxyType({})
_NOTHING: Entry = MappingProxyType({})
_EXPECTED: Mapping[tuple[type, ...], str] = {
    TEXT: "a string",
    FLAG: "true or false",
    WHOLE: "a whole number",
    NUMBER: "a number",
    OBJECT: "an object",
    LIST: "an array",
    ITEMS: "an array",
    (str, list): "a string or an array",
    (bool, dict): "true, false or an object",
}


class Reading:
    """One file being read; every place is in it, every fact is cited from it."""

    def __init__(self, source: Source) -> None:
        self.file = source.path
        self.faults = Faults()
        self.citations = (ir.Citation(source=SOURCE_ID, place=None, at=Place(source.path)),)
        self._texts: dict[str, SpecText] = {}

    def place(self, *steps: str | int) -> Place:
        return Place(self.file, steps)

    def name(self, text: str) -> SpecText:
        """Give the one object of a text."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = SpecText(text)
        return found

    def text(self, value: Json) -> SpecText | None:
        """Read what `known` has checked: a string, or nothing."""
        return self.name(value) if isinstance(value, str) else None

    def texts(self, value: Json, at: Place) -> tuple[SpecText, ...]:
        """Read a list of strings."""
        return tuple(self.numbered(value, at).values())

    def numbered(self, value: Json | Numbered, at: Place) -> dict[int, SpecText]:
        """Read a list of strings, or a part of one, with their places in it."""
        items = value if isinstance(value, Numbered) else dict(enumerate(value if isinstance(value, list) else []))
        for number, item in items.items():
            if not isinstance(item, str):
                self.faults.mismatch(item, "a string", at.child(number))
        return {number: self.name(item) for number, item in items.items() if isinstance(item, str)}

    def object(self, value: Json | Entry, at: Place) -> Entry:
        """Read an object; what is none is reported and read as an empty one."""
        if isinstance(value, (dict, Mapping)):  # the first is told in a tenth of the time
            return value
        self.faults.mismatch(value, "an object", at)
        return _NOTHING

    def known(self, value: Json | Entry, kinds: Kinds, at: Place, *needed: str) -> tuple[Entry, Traits]:
        """Check an object's keys; give it without what is wrong, and apart from it the keys that are not `kinds`."""
        entry = self.object(value, at)
        left: dict[SpecText, Json] = {}
        wrong: list[str] = []
        for key, each in entry.items():
            kind = kinds.get(key)
            if kind is None:
                left[self.name(key)] = each
            elif type(each) not in kind:
                self.faults.mismatch(each, _EXPECTED.get(kind, "another value"), at.child(key))
                wrong.append(key)
            if (kind is None or kind is ANY) and nests_too_deep(each):
                self.faults.report("too-deep", f"nested more than {MAX_DEPTH} deep", at.child(key))
        for key in needed:
            if key not in entry and entry is not _NOTHING:
                self.faults.report("missing-key", f"{quoted(key)} is missing here", at)
        if wrong:
            entry = {key: each for key, each in entry.items() if key not in wrong}
        return entry, left or NO_TRAITS

    def unknown(self, what: str, name: str, known: Sequence[str], at: Place) -> None:
        """Report a name that stands for nothing, with the nearest that stands for something."""
        self.faults.report(
            f"unknown-{what}", f"{what} {quoted(name)} is not defined", at, *self.faults.meant(name, known)
        )


def told_apart(members: tuple[ir.Member, ...]) -> tuple[ir.Member, ...]:
    """Give a member outside the body another name where one in it is spelled as that is called.

    The label `httpMethod` of API Gateway's PutIntegration becomes `http_method`, as it is called in the path: beside
    it, `integrationHttpMethod` travels as `httpMethod`.
    """
    spelled = {member.wire_name for member in members if member.wire_name is not None}
    if not spelled:
        return members
    taken = spelled | {member.name for member in members}
    return tuple(_renamed(one, taken) if one.name in spelled and one.wire_name is None else one for one in members)


def _renamed(member: ir.Member, taken: set[SpecText]) -> ir.Member:
    if member.location in (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD):
        return member
    names = (member.location_name or member.name, SpecText(f"{member.name.raw}_{member.location.value}"))
    return replace(member, wire_name=next((name for name in names if name not in taken), names[-1]))


def finish(reading: Sequence[Reading], sources: Sequence[Source]) -> None:
    """Raise what was found wrong, if anything."""
    faults = [fault for each in reading for fault in each.faults]
    if faults:
        raise Diagnostics(faults, locator(sources))


def source_of(source: Source, title: SpecText, publisher: str, date: SpecText) -> Mapping[SpecText, ir.Source]:
    """Say where all facts come from, once that is asked for: the file itself, with its digest."""

    def read(_: str) -> ir.Source:
        return ir.Source(
            id=SOURCE_ID,
            title=title,
            publisher=SpecText(publisher),
            kind=SpecText("model"),
            date=date,
            sha256=SpecText(source.sha256),
            url=None,
            at=Place(source.path),
        )

    return Lazily({SOURCE_ID.raw: source.path}, read, None)
