"""`shapes` of a botocore service model -> `ir.Shape` and `ir.Error`; one small function per type.

In: raw shapes, and what the service says about its protocol and its patterns. Out: shapes and errors by name.

A structure is an error when it says `exception` or when an operation lists it. It is an error and no shape, as in specs
of ours, unless something else refers to it too: then it is both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.botocore_members import (
    ENTRY,
    NO_EDGE,
    XML,
    Context,
    entry_fields,
    read_member,
    read_members,
    read_xml,
    timestamp_format,
)
from codegen.importers.botocore_outlines import targets_of
from codegen.importers.reading import (
    ANY,
    FLAG,
    ITEMS,
    LIST,
    NO_TRAITS,
    NUMBER,
    OBJECT,
    SOURCE_ID,
    TEXT,
    WHOLE,
    Entry,
    Kinds,
    Reading,
    ShapeFields,
    Traits,
)
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.lazily import Call
from codegen.spec.wording import words

_SHAPE: Kinds = {**ENTRY, "type": TEXT, "sensitive": FLAG}
_BOUNDS: Kinds = {"min": NUMBER, "max": NUMBER}
_LENGTH: Kinds = {"min": WHOLE, "max": WHOLE}
_MEMBERS: Kinds = {**_SHAPE, "members": OBJECT, "required": LIST}
_STRUCTURE: Kinds = {**_MEMBERS, **XML, "payload": TEXT}
_UNION: Kinds = {**_MEMBERS, "union": FLAG, "eventstream": FLAG}
_ERROR: Kinds = {**_MEMBERS, "exception": FLAG, "fault": FLAG, "error": OBJECT, "retryable": OBJECT}
_DOCUMENT: Kinds = {**_MEMBERS, "document": FLAG}
_STRING: Kinds = {**_SHAPE, **_LENGTH, "pattern": TEXT, "enum": ITEMS}
_NUMBER: Kinds = {**_SHAPE, **_BOUNDS, "box": FLAG}
_BOOLEAN: Kinds = {**_SHAPE, "box": FLAG}
_BLOB: Kinds = {**_SHAPE, **_LENGTH, "streaming": FLAG, "requiresLength": FLAG}
_TIMESTAMP: Kinds = {**_SHAPE, "timestampFormat": TEXT}
_LIST: Kinds = {**_SHAPE, **_LENGTH, "member": OBJECT, "sparse": FLAG, "flattened": FLAG}
_MAP: Kinds = {**_SHAPE, **_LENGTH, "key": OBJECT, "value": OBJECT, "sparse": FLAG, "flattened": FLAG}


# ------------------------------------------------------------------------------------------------- shapes and errors


def read_shapes(context: Context, raw: Entry) -> dict[SpecText, ir.Shape]:
    """Read some shapes of a model, `values_of` it."""
    return {context.reading.name(name): read_shape(context, name, entry) for name, entry in raw.items()}


def read_errors(context: Context, listed: frozenset[str]) -> dict[SpecText, ir.Error]:
    """Read every shape that says that it is an error, or that an operation lists."""
    errors = listed | _exceptions(context)
    named = (name for name in context.raw if name in errors) if errors else ()
    return {context.reading.name(name): _read_error(context, name, context.raw[name]) for name in named}


def _exceptions(context: Context) -> set[str]:
    """Name the shapes that say that they are errors."""
    if "exception" not in context.said:
        return set()
    return {name for name, shape in context.raw.items() if isinstance(shape, dict) and shape.get("exception") is True}


def values_of(context: Context, calls: Iterable[Call]) -> Entry:
    """Leave out what is only an error: no operation takes or gives it, no member refers to it."""
    raw, errors = context.raw, _exceptions(context)
    if not errors:
        return raw
    errors -= {end for call in calls for end in (call.input, call.output)}
    errors = errors.difference(*map(targets_of, raw.values()))
    return {name: shape for name, shape in raw.items() if name not in errors}


def read_shape(context: Context, name: str, raw: Json) -> ir.Shape:
    """Read one shape; what is none is reported and read as a document, the kind that promises least."""
    reading, at = context.reading, context.reading.place("shapes", name)
    entry = reading.object(raw, at)
    shape_type = entry.get("type")
    read = _READERS.get(shape_type) if isinstance(shape_type, str) else None
    if read is not None:
        return read(context, name, entry, at)
    if not isinstance(shape_type, str):
        reading.known(raw, {**dict.fromkeys(entry, ANY), "type": TEXT}, at, "type")
    else:
        message = f"{quoted(shape_type)} is no type of shape; types are {words(list(_READERS))}"
        reading.faults.report("unknown-word", message, at.child("type"))
    return ir.Document(id=reading.name(name), at=at)


def _fields(context: Context, name: str, entry: Entry, traits: Traits, at: Place) -> ShapeFields:
    return {
        **entry_fields(context.reading, entry, traits, at),
        "id": context.reading.name(name),
        "sensitive": entry.get("sensitive") is True,
    }


# -------------------------------------------------------------------------------------------------------- structures


def _read_structure(context: Context, name: str, entry: Entry, at: Place) -> ir.Shape:
    if entry.get("union") is True or entry.get("eventstream") is True:
        return _read_union(context, name, entry, at)
    if entry.get("document") is True and not entry.get("members"):
        said, traits = context.reading.known(entry, _DOCUMENT, at)
        return ir.Document(**_fields(context, name, said, traits, at))
    said, traits = context.reading.known(entry, _STRUCTURE, at)
    given = context.reading.text(said.get("locationName"))
    payload = context.reading.text(said.get("payload"))
    return ir.Structure(
        **_fields(context, name, said, traits, at),
        members=read_members(context, said, at),
        payload=payload,
        xml=read_xml(context, said, given, at),
    )


def _read_union(context: Context, name: str, entry: Entry, at: Place) -> ir.UnionOf:
    said, traits = context.reading.known(entry, _UNION, at)
    return ir.UnionOf(
        **_fields(context, name, said, traits, at),
        members=read_members(context, said, at),
        event_stream=said.get("eventstream") is True,
    )


_WIRE_ERROR: Kinds = {"code": TEXT, "httpStatusCode": WHOLE, "senderFault": FLAG, "fault": FLAG}


def _read_error(context: Context, name: str, raw: Json) -> ir.Error:
    reading, at = context.reading, context.reading.place("shapes", name)
    entry, traits = reading.known(raw, _ERROR, at)
    if entry.get("type", "structure") != "structure":
        reading.faults.report("type", "an error is a structure", at.child("type"))
    wire, rest = reading.known(entry.get("error", {}), _WIRE_ERROR, at.child("error"))
    retry, also = reading.known(entry.get("retryable", {}), {"throttling": FLAG}, at.child("retryable"))
    status = wire.get("httpStatusCode")
    code = reading.text(wire.get("code"))
    return ir.Error(
        **entry_fields(reading, entry, _error_traits(reading, traits, entry, {"error": rest, "retryable": also}), at),
        name=reading.name(name),
        code=code if code != reading.name(name) else None,
        members=read_members(context, entry, at),
        fault=_fault(entry, wire),
        http_errors=_http_errors(status, at.child("error", "httpStatusCode")) if isinstance(status, int) else (),
        retryable="retryable" in entry,
        throttling=retry.get("throttling") is True,
    )


def _fault(entry: Entry, wire: Entry) -> ir.Fault:
    """Whose fault it is, as the model says; where it says nothing, as the status does."""
    if entry.get("fault") is True or wire.get("fault") is True:
        return ir.Fault.SERVER
    status = wire.get("httpStatusCode")
    server = isinstance(status, int) and status >= 500 and wire.get("senderFault") is not True
    return ir.Fault.SERVER if server else ir.Fault.CLIENT


def _error_traits(reading: Reading, traits: Traits, entry: Entry, parts: Mapping[str, Traits]) -> Traits:
    """Keep what an error has no field for; that the sender is at fault is said by `fault` already."""
    kept = dict(traits)
    for part, rest in parts.items():
        if rest:
            kept[reading.name(part)] = {key.raw: value for key, value in rest.items()}
    if entry.get("sensitive") is True:
        kept[reading.name("sensitive")] = True
    return kept or NO_TRAITS


def _http_errors(status: int, at: Place) -> tuple[ir.HttpError, ...]:
    return (ir.HttpError(source=SOURCE_ID, status=status, at=at),)


# ----------------------------------------------------------------------------------------------------- simple shapes


def _length(reading: Reading, entry: Entry, at: Place) -> ir.Length | None:
    least, most = entry.get("min"), entry.get("max")
    low, high = least if isinstance(least, int) else None, most if isinstance(most, int) else None
    if low is None and high is None:
        return None
    return ir.Length(min=low, max=high, citations=reading.citations, at=at)


def _constraints(context: Context, entry: Entry, at: Place) -> ir.Constraints:
    length = _length(context.reading, entry, at)
    text = entry.get("pattern")
    if not isinstance(text, str):
        return ir.Constraints(length=length) if length else ir.NO_CONSTRAINTS
    cited, where = context.reading.citations, at.child("pattern")
    pattern = ir.Pattern(text=SpecText(text), match=context.match, ascii=True, citations=cited, at=where)
    return ir.Constraints(length=length, pattern=pattern)


def _read_string(context: Context, name: str, entry: Entry, at: Place) -> ir.Shape:
    said, traits = context.reading.known(entry, _STRING, at)
    fields, constraints = _fields(context, name, said, traits, at), _constraints(context, said, at)
    if "enum" not in said:
        return ir.Text(**fields, constraints=constraints)
    reading, where = context.reading, at.child("enum")
    values = (
        ir.EnumValue(value=text, citations=reading.citations, at=where.child(number))
        for number, text in reading.numbered(said["enum"], where).items()
    )
    return ir.Enum(**fields, values=tuple(values), constraints=constraints)


def _number_reader(number_type: ir.NumberType) -> Reader:
    def read_number(context: Context, name: str, entry: Entry, at: Place) -> ir.Number:
        said, traits = context.reading.known(entry, _NUMBER, at)
        fields = _fields(context, name, said, traits, at)
        constraints = _range(context.reading, said, at)
        return ir.Number(**fields, type=number_type, constraints=constraints, box=said.get("box") is True)

    return read_number


def _range(reading: Reading, entry: Entry, at: Place) -> ir.Constraints:
    least, most = entry.get("min"), entry.get("max")
    low = least if isinstance(least, int | float) else None
    high = most if isinstance(most, int | float) else None
    if low is None and high is None:
        return ir.NO_CONSTRAINTS
    return ir.Constraints(range=ir.Range(min=low, max=high, citations=reading.citations, at=at))


def _read_boolean(context: Context, name: str, entry: Entry, at: Place) -> ir.Boolean:
    said, traits = context.reading.known(entry, _BOOLEAN, at)
    return ir.Boolean(**_fields(context, name, said, traits, at), box=said.get("box") is True)


def _read_blob(context: Context, name: str, entry: Entry, at: Place) -> ir.Blob:
    said, traits = context.reading.known(entry, _BLOB, at)
    return ir.Blob(
        **_fields(context, name, said, traits, at),
        constraints=_constraints(context, said, at),
        streaming=said.get("streaming") is True,
        requires_length=said.get("requiresLength") is True,
    )


def _read_timestamp(context: Context, name: str, entry: Entry, at: Place) -> ir.Timestamp:
    said, traits = context.reading.known(entry, _TIMESTAMP, at)
    return ir.Timestamp(**_fields(context, name, said, traits, at), format=timestamp_format(context, said, at))


def _edge(said: Entry, key: str) -> Entry:
    edge = said.get(key)
    return edge if isinstance(edge, dict) else NO_EDGE


def _read_list(context: Context, name: str, entry: Entry, at: Place) -> ir.ListOf:
    """`flattened` stands on the shape here and on the item in the IR, beside the name of its element."""
    said, traits = context.reading.known(entry, _LIST, at, "member")
    edge = _edge(said, "member")
    if said.get("flattened") is True and edge is not NO_EDGE:
        edge = {**edge, "flattened": True}
    return ir.ListOf(
        **_fields(context, name, said, traits, at),
        member=read_member(context, "member", edge, at.child("member"), False, False),
        constraints=_constraints(context, said, at),
        sparse=said.get("sparse") is True,
    )


def _read_map(context: Context, name: str, entry: Entry, at: Place) -> ir.MapOf:
    said, traits = context.reading.known(entry, _MAP, at, "key", "value")
    return ir.MapOf(
        **_fields(context, name, said, traits, at),
        key=read_member(context, "key", _edge(said, "key"), at.child("key"), False, False),
        value=read_member(context, "value", _edge(said, "value"), at.child("value"), False, False),
        constraints=_constraints(context, said, at),
        sparse=said.get("sparse") is True,
        flattened=said.get("flattened") is True,
    )


Reader = Callable[[Context, str, Entry, Place], ir.Shape]

_READERS: Mapping[str, Reader] = {
    "structure": _read_structure,
    "string": _read_string,
    **{str(number_type): _number_reader(number_type) for number_type in ir.NumberType},
    "boolean": _read_boolean,
    "blob": _read_blob,
    "timestamp": _read_timestamp,
    "list": _read_list,
    "map": _read_map,
}
