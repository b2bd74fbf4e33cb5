"""Shapes of a Smithy model -> `ir.Shape` and `ir.Error`; one small function per type.

In: a `Tree`. Out: shapes and errors by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import (
    LIST,
    OBJECT,
    SOURCE_ID,
    TEXT,
    WHOLE,
    Entry,
    Kinds,
    ShapeFields,
)
from codegen.importers.smithy_ast import PRELUDE, PRELUDE_TYPES, UNIT, VALUE_TYPES, Tree, edges_of, traits_of
from codegen.importers.smithy_members import (
    CONSTRAINTS,
    ENTRY,
    SHAPE,
    XML,
    entry_fields,
    prelude,
    read_constraints,
    read_member,
    read_members,
    read_xml,
    timestamp_format,
)
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words

_QUERY_ERROR = "aws.protocols#awsQueryError"
_ERROR = {**ENTRY, **prelude(error=TEXT, httpError=WHOLE, retryable=OBJECT)}
UNNAMED = "speccast#unnamed"
"""A trait of our own exports: the values of an enum have no names, those of its members were made up."""
_CODED_ERROR = {**_ERROR, _QUERY_ERROR: OBJECT}


# ------------------------------------------------------------------------------------------------- shapes and errors


def read_shapes(tree: Tree, ends: Iterator[str]) -> dict[SpecText, ir.Shape]:
    """Read every shape that stands for a value, and those of the prelude that something refers to."""
    used = {*ends, *_targets(tree)}
    own = {
        tree.name(shape): _read_shape(tree, shape, entry)
        for shape, entry in tree.shapes.items()
        if entry.get("type") in VALUE_TYPES and (shape in used or not _is_error(entry)) and not _is_trait(entry)
    }
    prelude = {
        tree.name(PRELUDE + name): _read_shape(tree, PRELUDE + name, {"type": shape_type})
        for name, shape_type in PRELUDE_TYPES.items()
        if PRELUDE + name in used and tree.name(PRELUDE + name) not in own
    }
    return {**own, **prelude}


def read_errors(tree: Tree) -> dict[SpecText, ir.Error]:
    return {
        tree.name(shape): _read_error(tree, shape, entry) for shape, entry in tree.shapes.items() if _is_error(entry)
    }


def _is_error(entry: Entry) -> bool:
    return entry.get("type") == "structure" and PRELUDE + "error" in traits_of(entry)


def _is_trait(entry: Entry) -> bool:
    """Models may define traits of their own; what these look like is no value of the service."""
    return PRELUDE + "trait" in traits_of(entry)


def _targets(tree: Tree) -> Iterator[str]:
    for entry in tree.shapes.values():
        if entry.get("type") in ("enum", "intEnum"):
            continue
        for _, edge in edges_of(entry):
            if isinstance(edge, dict) and isinstance(target := edge.get("target"), str):
                yield target


def _read_shape(tree: Tree, shape: str, entry: Entry) -> ir.Shape:
    shape_type = entry.get("type")
    return _READERS[shape_type if isinstance(shape_type, str) else "document"](tree, shape, entry, tree.place(shape))


def _fields(tree: Tree, shape: str, entry: Entry, kinds: Kinds, at: Place) -> tuple[ShapeFields, Entry]:
    traits, left = tree.reading.known(traits_of(entry), {**SHAPE, **kinds}, at.child("traits"))
    fields = ShapeFields(
        **entry_fields(tree.reading, traits, left, at), id=tree.name(shape), sensitive=PRELUDE + "sensitive" in traits
    )
    return fields, traits


# ------------------------------------------------------------------------------------------------------------- errors


def _read_error(tree: Tree, shape: str, entry: Entry) -> ir.Error:
    reading, at = tree.reading, tree.place(shape)
    traits, left = reading.known(traits_of(entry), _CODED_ERROR if tree.query_errors else _ERROR, at.child("traits"))
    word = traits.get(PRELUDE + "error", "client")
    if word not in tuple(ir.Fault):
        message = f"{quoted(str(word))} is none of {words([str(each) for each in ir.Fault])}"
        reading.faults.report("unknown-word", message, at.child("traits", PRELUDE + "error"))
    said, _ = reading.known(traits.get(PRELUDE + "retryable", {}), {"throttling": (bool,)}, at.child("traits"))
    code, status = _wire_error(tree, traits, at)
    name = tree.name(shape)
    return ir.Error(
        **entry_fields(reading, traits, left, at),
        name=name,
        code=code if code != name else None,
        members=read_members(tree, entry, at),
        fault=ir.Fault.SERVER if word == "server" else ir.Fault.CLIENT,
        http_errors=(ir.HttpError(source=SOURCE_ID, status=status, at=at),) if status is not None else (),
        retryable=PRELUDE + "retryable" in traits,
        throttling=said.get("throttling") is True,
    )


def _wire_error(tree: Tree, traits: Entry, at: Place) -> tuple[SpecText | None, int | None]:
    """The query protocol, and what is compatible with it, has codes and statuses of its own; else they are traits."""
    kinds: Kinds = {"code": TEXT, "httpResponseCode": WHOLE}
    said, _ = tree.reading.known(
        traits.get(_QUERY_ERROR, {}) if tree.query_errors else {}, kinds, at.child("traits", _QUERY_ERROR)
    )
    status = said.get("httpResponseCode", traits.get(PRELUDE + "httpError"))
    return tree.reading.text(said.get("code")), status if isinstance(status, int) else None


# ------------------------------------------------------------------------------------------------------ kinds of shape


def _read_structure(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Structure:
    fields, traits = _fields(tree, shape, entry, XML, at)
    members = read_members(tree, entry, at)
    payload = next((member.name for member in members if member.location is ir.HttpLocation.PAYLOAD), None)
    return ir.Structure(**fields, members=members, payload=payload, xml=read_xml(tree.reading, traits, at))


def _read_union(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.UnionOf:
    fields, traits = _fields(tree, shape, entry, prelude(streaming=OBJECT), at)
    members = read_members(tree, entry, at)
    return ir.UnionOf(**fields, members=members, event_stream=PRELUDE + "streaming" in traits)


_TEXT = {**CONSTRAINTS, **prelude(enum=LIST, mediaType=TEXT)}


def _read_text(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Text | ir.Enum:
    fields, traits = _fields(tree, shape, entry, _TEXT, at)
    constraints = read_constraints(tree, traits, at)
    if PRELUDE + "enum" in traits:
        return ir.Enum(**fields, values=_old_values(tree, traits, at), constraints=constraints)
    media = tree.reading.text(traits.get(PRELUDE + "mediaType"))
    return ir.Text(**fields, constraints=constraints, media_type=media)


_OLD_VALUE: Kinds = {"value": TEXT, "name": TEXT, "documentation": TEXT, "deprecated": (bool,)}


def _old_values(tree: Tree, traits: Entry, at: Place) -> tuple[ir.EnumValue, ...]:
    """Values as the first Smithy had them: a trait of strings."""
    raw, found = traits[PRELUDE + "enum"], list[ir.EnumValue]()
    for number, each in enumerate(raw if isinstance(raw, list) else []):
        where = at.child("traits", PRELUDE + "enum", number)
        said, left = tree.reading.known(each, _OLD_VALUE, where, "value")
        found.append(
            ir.EnumValue(
                value=tree.reading.text(said.get("value")) or SpecText(""),
                name=tree.reading.text(said.get("name")),
                documentation=tree.reading.text(said.get("documentation")),
                deprecated=ir.Deprecated(message=None, since=None) if said.get("deprecated") is True else None,
                citations=tree.reading.citations,
                traits=left,
                at=where,
            )
        )
    return tuple(found)


def _read_enum(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Enum:
    fields, traits = _fields(tree, shape, entry, {**CONSTRAINTS, UNNAMED: OBJECT}, at)
    values = tuple(_read_value(tree, name, raw, at.child("members", name)) for name, raw in edges_of(entry))
    if UNNAMED in traits:
        values = tuple(replace(value, name=None) for value in values)
    return ir.Enum(**fields, values=values, constraints=read_constraints(tree, traits, at))


def _read_value(tree: Tree, name: str, raw: Json, at: Place) -> ir.EnumValue:
    entry, _ = tree.reading.known(raw, {"target": TEXT, "traits": OBJECT}, at)
    traits, left = tree.reading.known(traits_of(entry), {**ENTRY, **prelude(enumValue=TEXT)}, at.child("traits"))
    given = traits.get(PRELUDE + "enumValue")
    value = tree.reading.name(given if isinstance(given, str) else name)
    return ir.EnumValue(**entry_fields(tree.reading, traits, left, at), value=value, name=tree.reading.name(name))


def _read_int_enum(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.IntEnum:
    fields, _ = _fields(tree, shape, entry, {}, at)
    values = tuple(_read_int_value(tree, name, raw, at.child("members", name)) for name, raw in edges_of(entry))
    return ir.IntEnum(**fields, values=values)


def _read_int_value(tree: Tree, name: str, raw: Json, at: Place) -> ir.IntEnumValue:
    entry, _ = tree.reading.known(raw, {"target": TEXT, "traits": OBJECT}, at)
    kinds = {**ENTRY, **prelude(enumValue=WHOLE)}
    traits, left = tree.reading.known(traits_of(entry), kinds, at.child("traits"), PRELUDE + "enumValue")
    value = traits.get(PRELUDE + "enumValue")
    return ir.IntEnumValue(
        **entry_fields(tree.reading, traits, left, at),
        name=tree.reading.name(name),
        value=value if isinstance(value, int) else 0,
    )


def _number_reader(number_type: ir.NumberType) -> Reader:
    def read_number(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Number:
        fields, traits = _fields(tree, shape, entry, {**CONSTRAINTS, **prelude(box=OBJECT)}, at)
        constraints = read_constraints(tree, traits, at)
        return ir.Number(**fields, type=number_type, constraints=constraints, box=PRELUDE + "box" in traits)

    return read_number


def _read_boolean(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Boolean:
    fields, traits = _fields(tree, shape, entry, prelude(box=OBJECT), at)
    return ir.Boolean(**fields, box=PRELUDE + "box" in traits)


_BLOB = {**CONSTRAINTS, **prelude(streaming=OBJECT, requiresLength=OBJECT, mediaType=TEXT)}


def _read_blob(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Blob:
    fields, traits = _fields(tree, shape, entry, _BLOB, at)
    return ir.Blob(
        **fields,
        constraints=read_constraints(tree, traits, at),
        streaming=PRELUDE + "streaming" in traits,
        requires_length=PRELUDE + "requiresLength" in traits,
        media_type=tree.reading.text(traits.get(PRELUDE + "mediaType")),
    )


def _read_timestamp(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Timestamp:
    fields, traits = _fields(tree, shape, entry, prelude(timestampFormat=TEXT), at)
    return ir.Timestamp(**fields, format=timestamp_format(tree.reading, traits, at))


def _read_document(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.Document:
    fields, _ = _fields(tree, shape, entry, {}, at)
    return ir.Document(**fields)


def _edge(tree: Tree, entry: Entry, name: str, at: Place) -> ir.Member:
    """A list or map that says nothing of its items is reported, and read as one of nothing."""
    if name not in entry:
        tree.reading.faults.report("missing-key", f"{quoted(name)} is missing here", at)
    return read_member(tree, name, entry.get(name, {"target": UNIT}), at.child(name))


def _read_list(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.ListOf:
    fields, traits = _fields(tree, shape, entry, {**CONSTRAINTS, **prelude(sparse=OBJECT)}, at)
    constraints = read_constraints(tree, traits, at)
    sparse = PRELUDE + "sparse" in traits
    return ir.ListOf(**fields, member=_edge(tree, entry, "member", at), constraints=constraints, sparse=sparse)


def _read_set(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.ListOf:
    """The first Smithy's set is a list without repetition."""
    traits: dict[str, Json] = {**traits_of(entry), PRELUDE + "uniqueItems": {}}
    return _read_list(tree, shape, {**entry, "traits": traits}, at)


def _read_map(tree: Tree, shape: str, entry: Entry, at: Place) -> ir.MapOf:
    fields, traits = _fields(tree, shape, entry, {**CONSTRAINTS, **prelude(sparse=OBJECT)}, at)
    return ir.MapOf(
        **fields,
        key=_edge(tree, entry, "key", at),
        value=_edge(tree, entry, "value", at),
        constraints=read_constraints(tree, traits, at),
        sparse=PRELUDE + "sparse" in traits,
    )


Reader = Callable[[Tree, str, Entry, Place], ir.Shape]

_READERS: Mapping[str, Reader] = {
    "structure": _read_structure,
    "union": _read_union,
    "string": _read_text,
    "enum": _read_enum,
    "intEnum": _read_int_enum,
    **{str(number_type): _number_reader(number_type) for number_type in ir.NumberType},
    "boolean": _read_boolean,
    "blob": _read_blob,
    "timestamp": _read_timestamp,
    "document": _read_document,
    "list": _read_list,
    "set": _read_set,
    "map": _read_map,
}
