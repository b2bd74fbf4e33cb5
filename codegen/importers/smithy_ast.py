"""A Smithy JSON syntax tree with its shorthand written out: `apply`, mixins and names resolved.

In: the raw tree. Out: a `Tree`: every shape with all its members and traits, and what each absolute id is called here.

Names of the service's own namespace lose it. A shape of another namespace keeps its local name where that is free, and
its whole id where it is not. A shape of Smithy's prelude is the model's own of that name and type, where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import LIST, OBJECT, TEXT, Entry, Kinds, Reading, Traits
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words

PRELUDE = "smithy.api#"
UNIT = f"{PRELUDE}Unit"
NAME = "speccast#name"
"""A trait of our own exports: the name of what Smithy would not let have it."""
FACTS = "speccast#facts"
"""A trait of our own exports: what an entry says beyond Smithy."""
PRELUDE_TYPES = {
    **{name: name[0].lower() + name[1:] for name in ("Blob", "Boolean", "String", "Timestamp", "Document")},
    **{name: name[0].lower() + name[1:] for name in ("Byte", "Short", "Integer", "Long", "Float", "Double")},
    **{f"Primitive{name}": name.lower() for name in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double")},
    "BigInteger": "bigInteger",
    "BigDecimal": "bigDecimal",
    "Unit": "structure",
}
"""Shapes that every model has -> their types."""

VALUE_TYPES = frozenset(
    [*PRELUDE_TYPES.values(), "structure", "union", "enum", "intEnum", "list", "set", "map", "document"]
)
TYPES = VALUE_TYPES | {"service", "operation", "resource", "apply"}

_KEYS: Kinds = {
    "type": TEXT,
    "traits": OBJECT,
    "members": OBJECT,
    "member": OBJECT,
    "key": OBJECT,
    "value": OBJECT,
    "mixins": LIST,
}
_MIXIN = f"{PRELUDE}mixin"


@dataclass(frozen=True, slots=True)
class Tree:
    """The shapes by absolute id, each whole, what they are called, and how the service speaks."""

    reading: Reading
    shapes: Mapping[str, Entry]
    names: Mapping[str, SpecText]
    protocol: ir.Protocol
    query_compatible: bool

    @property
    def query_errors(self) -> bool:
        """Whether errors have the codes of the query protocol on the wire."""
        return self.query_compatible or self.protocol is ir.Protocol.AWS_QUERY

    @property
    def rest(self) -> bool:
        """Whether bindings to HTTP count."""
        return self.protocol in (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)

    def place(self, shape: str, *steps: str | int) -> Place:
        return self.reading.place("shapes", shape, *steps)

    def target(self, raw: Json | Entry, at: Place) -> str:
        """Read `{"target": id}`; empty where it is none, which is reported."""
        entry, _ = self.reading.known(raw, {"target": TEXT}, at, "target")
        name = entry.get("target")
        if not isinstance(name, str):
            return ""
        if name not in self.names:
            self.reading.unknown("shape", name, list(self.shapes), at.child("target"))
        return name

    def name(self, shape: str) -> SpecText:
        found = self.names.get(shape)
        return self.reading.name(shape) if found is None else found


def local(shape: str) -> str:
    """`com.amazonaws.sqs#Message` gives `Message`."""
    _, mark, name = shape.partition("#")
    return name if mark else shape


def traits_of(entry: Entry) -> Entry:
    traits = entry.get("traits")
    return traits if isinstance(traits, dict) else {}


# --------------------------------------------------------------------------------------------------- apply and mixins


def whole_shapes(reading: Reading, raw: Json) -> dict[str, Entry]:
    """Check the frame of every shape, add what is applied, and write mixins out.

    What is applied counts before mixing, for a mixin hands it on, and after it, for members that came with a mixin.
    """
    entries = reading.object(raw, reading.place("shapes"))
    checked = {shape: _checked(reading, shape, entry) for shape, entry in entries.items()}
    applied = {shape: traits_of(entry) for shape, entry in checked.items() if entry.get("type") == "apply"}
    shapes = {shape: entry for shape, entry in checked.items() if entry.get("type") not in ("apply", None)}
    _apply_all(reading, applied, shapes)
    done: dict[str, Entry] = {}
    mixed = {shape: _mixed(reading, shape, shapes, done, ()) for shape in shapes}
    _apply_all(reading, applied, mixed)
    _check_applied(reading, applied, mixed)
    return {shape: entry for shape, entry in mixed.items() if _MIXIN not in traits_of(entry)}


def _apply_all(reading: Reading, applied: Mapping[str, Entry], shapes: dict[str, Entry]) -> None:
    for shape, traits in applied.items():
        _apply(reading, shape, traits, shapes)


def _checked(reading: Reading, shape: str, raw: Json) -> Entry:
    at = reading.place("shapes", shape)
    entry = reading.object(raw, at)
    kinds = {key: kind for key, kind in _KEYS.items() if key in entry}
    said, _ = reading.known(entry, kinds, at, "type")
    shape_type = said.get("type")
    if isinstance(shape_type, str) and shape_type not in TYPES:
        message = f"{quoted(shape_type)} is no type of shape; types are {words(sorted(TYPES))}"
        reading.faults.report("unknown-word", message, at.child("type"))
        return {}
    return said


def _check_applied(reading: Reading, applied: Iterable[str], shapes: Mapping[str, Entry]) -> None:
    """Report what is applied to a member that is not there, mixed in or not."""
    for shape in applied:
        target, mark, member = shape.partition("$")
        known = [name for name, _ in edges_of(shapes.get(target, {}))]
        if mark and target in shapes and member not in known:
            reading.unknown("member", member, known, reading.place("shapes", shape).key())


def _apply(reading: Reading, shape: str, traits: Entry, shapes: dict[str, Entry]) -> None:
    """`ns#Shape$member` stands for a member, `ns#Shape` for the shape itself."""
    target, mark, member = shape.partition("$")
    entry = shapes.get(target)
    if entry is None:
        reading.unknown("shape", target, list(shapes), reading.place("shapes", shape).key())
        return
    shapes[target] = _with_member(entry, member, traits) if mark else _with_traits(entry, traits)


def _with_traits(entry: Entry, traits: Entry) -> Entry:
    return {**entry, "traits": {**traits_of(entry), **traits}}


def _with_member(entry: Entry, member: str, traits: Entry) -> Entry:
    """Members of lists and maps stand beside `members`, those of structures within."""
    if member in ("member", "key", "value") and isinstance(edge := entry.get(member), dict):
        return {**entry, member: dict(_with_traits(edge, traits))}
    members = entry.get("members")
    if not isinstance(members, dict) or not isinstance(edge := members.get(member), dict):
        return entry
    return {**entry, "members": {**members, member: dict(_with_traits(edge, traits))}}


_DEEPEST = 32
"""So many mixins may mix each other in; an arbitrary number, far above what models have."""


def _mixed(
    reading: Reading, shape: str, shapes: Mapping[str, Entry], done: dict[str, Entry], above: tuple[str, ...]
) -> Entry:
    """Put what the mixins say before what the shape says itself; a mixin that mixes itself in is reported."""
    own = shapes[shape]
    if "mixins" not in own:
        return own
    if shape not in done:
        found: Entry = {}
        for target in _mixins(reading, shape, own, shapes, (*above, shape)):
            found = _joined(found, _inherited(_mixed(reading, target, shapes, done, (*above, shape))))
        done[shape] = _joined(found, {key: value for key, value in own.items() if key != "mixins"})
    return done[shape]


def _mixins(
    reading: Reading, shape: str, own: Entry, shapes: Mapping[str, Entry], above: tuple[str, ...]
) -> Iterator[str]:
    """Name the mixins of a shape that are there and are none of those that it is mixed into."""
    listed, at = own.get("mixins"), reading.place("shapes", shape, "mixins")
    for number, each in enumerate(listed if isinstance(listed, list) else []):
        said, _ = reading.known(each, {"target": TEXT}, at.child(number), "target")
        target = said.get("target")
        if not isinstance(target, str):
            continue
        if target not in shapes:
            reading.unknown("mixin", target, [], at.child(number))
        elif len(above) > _DEEPEST:
            message = f"more than {_DEEPEST} mixins, each mixed into the next"
            reading.faults.report("mixin-cycle", message, at.child(number))
        elif target in above:
            reading.faults.report("mixin-cycle", f"mixin {quoted(target)} is mixed into itself", at.child(number))
        else:
            yield target


def _inherited(mixin: Entry) -> Entry:
    """Leave out the trait that makes it a mixin, and those that it keeps to itself."""
    traits = traits_of(mixin)
    said = traits.get(_MIXIN)
    kept = said.get("localTraits") if isinstance(said, dict) else None
    hidden = {_MIXIN, *(each for each in (kept if isinstance(kept, list) else []) if isinstance(each, str))}
    return {**mixin, "traits": {name: value for name, value in traits.items() if name not in hidden}}


def _joined(first: Entry, second: Entry) -> dict[str, Json]:
    """Objects are merged key by key, members and traits with them; lists follow each other."""
    found = dict(first)
    for key, value in second.items():
        before = found.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            found[key] = _joined_members(before, value) if key == "members" else {**before, **value}
        elif isinstance(before, list) and isinstance(value, list):
            found[key] = [*before, *(each for each in value if each not in before)]
        else:
            found[key] = value
    return found


def _joined_members(first: dict[str, Json], second: dict[str, Json]) -> dict[str, Json]:
    both = {name: (first.get(name), value) for name, value in second.items()}
    again = {
        name: _joined(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
        for name, (before, value) in both.items()
    }
    return {**first, **again}


# -------------------------------------------------------------------------------------------------------------- names


def names_of(reading: Reading, shapes: Mapping[str, Entry], service: str, renamed: Entry) -> dict[str, SpecText]:
    """Say what every shape is called: the service may rename some itself."""
    home = service.partition("#")[0]
    found: dict[str, SpecText] = {}
    taken: dict[str, str] = {}
    for shape in sorted(shapes, key=lambda shape: shape.partition("#")[0] != home):
        given = traits_of(shapes[shape]).get(NAME)
        if isinstance(given, str):
            found[shape] = reading.name(given)
            continue
        given = renamed.get(shape)
        name = given if isinstance(given, str) else local(shape)
        found[shape] = reading.name(shape if name in taken else name)
        taken.setdefault(name, shape)
    for name, prelude_type in PRELUDE_TYPES.items():
        own = shapes.get(taken.get(name, ""), {})
        same = name not in taken or own.get("type") == prelude_type
        found.setdefault(PRELUDE + name, reading.name(name if same else PRELUDE + name))
    return found


def edges_of(entry: Entry) -> Iterator[tuple[str, Json]]:
    """Walk the members of any shape, by name."""
    members = entry.get("members")
    yield from members.items() if isinstance(members, dict) else ()
    yield from ((name, entry[name]) for name in ("member", "key", "value") if name in entry)


def leftover(reading: Reading, traits: Entry, read: frozenset[str]) -> Traits:
    """Keep the traits that no field holds."""
    return {reading.name(name): value for name, value in traits.items() if name not in read}
