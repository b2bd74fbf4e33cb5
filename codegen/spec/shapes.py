"""One entry of `shapes` -> an `ir.Shape`; one function per kind, chosen by `type` from one table.

In: a cursor on the entry, and the scope of the service. Out: the shape. An unknown `type` is reported and read as a
document, the kind that promises least.
"""

from __future__ import annotations

from collections.abc import Callable

from codegen.diagnostics import quoted
from codegen.spec import ir
from codegen.spec.cursor import Cursor
from codegen.spec.entries import (
    EntryFields,
    Scope,
    enter,
    parse_constraints,
    parse_member,
    parse_members,
    parse_timestamp_format,
    parse_xml,
)
from codegen.spec.ir import SpecText
from codegen.spec.wording import words


class ShapeFields(EntryFields):
    id: SpecText
    sensitive: bool


ShapeParser = Callable[[Cursor, ShapeFields, Scope], ir.Shape]


def parse_shape(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Shape:
    """Read one shape by its `type`."""
    entry, inner = enter(cursor, scope)
    fields = ShapeFields(**entry, id=name, sensitive=cursor.flag("sensitive"))
    shape_type = cursor.required_text("type").raw
    if shape_type and shape_type not in _PARSERS:
        message = f"{quoted(shape_type)} is no type of shape; types are {words(list(_PARSERS))}"
        cursor.faults.report("unknown-word", message, cursor.place("type"))
    if shape_type not in _PARSERS:
        return ir.Document(**fields)
    shape = _PARSERS[shape_type](cursor, fields, inner)
    cursor.close()
    return shape


def parse_structure(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Structure:
    members = parse_members(cursor, scope)
    return ir.Structure(**fields, members=members, payload=cursor.text("payload"), xml=parse_xml(cursor))


def parse_union(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.UnionOf:
    return ir.UnionOf(**fields, members=parse_members(cursor, scope), event_stream=cursor.flag("eventStream"))


def parse_enum(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Enum:
    cursor.need("values")
    values = _detailed_values(cursor, scope) if cursor.is_object("values") else _plain_values(cursor, scope)
    constraints = parse_constraints(cursor, scope)
    return ir.Enum(**fields, values=values, closed=cursor.flag("closed"), constraints=constraints)


def _plain_values(cursor: Cursor, scope: Scope) -> tuple[ir.EnumValue, ...]:
    return tuple(
        ir.EnumValue(value=text, citations=scope.citations, at=cursor.at.child("values", index))
        for index, text in enumerate(cursor.texts("values"))
    )


def _detailed_values(cursor: Cursor, scope: Scope) -> tuple[ir.EnumValue, ...]:
    values: list[ir.EnumValue] = []
    for value, each in cursor.objects("values"):
        entry, _ = enter(each, scope)
        values.append(ir.EnumValue(**entry, value=value, name=each.text("name")))
        each.close()
    return tuple(values)


def parse_int_enum(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.IntEnum:
    cursor.need("values")
    by_name = cursor.object("values")
    values = [
        ir.IntEnumValue(name=SpecText(name), value=value, citations=scope.citations, at=by_name.place(name))
        for name in (by_name.names() if by_name else ())
        if by_name and (value := by_name.integer(name)) is not None
    ]
    return ir.IntEnum(**fields, values=tuple(values))


def parse_text(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Text:
    return ir.Text(
        **fields,
        constraints=parse_constraints(cursor, scope),
        known_values=cursor.texts("knownValues"),
        media_type=cursor.text("mediaType"),
        json_value=cursor.flag("jsonValue"),
    )


def _number_parser(number_type: ir.NumberType) -> ShapeParser:
    def parse_number(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Number:
        constraints = parse_constraints(cursor, scope)
        return ir.Number(**fields, type=number_type, constraints=constraints, box=cursor.flag("box"))

    return parse_number


def parse_boolean(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Boolean:
    return ir.Boolean(**fields, box=cursor.flag("box"))


def parse_blob(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Blob:
    return ir.Blob(
        **fields,
        constraints=parse_constraints(cursor, scope),
        streaming=cursor.flag("streaming"),
        requires_length=cursor.flag("requiresLength"),
        media_type=cursor.text("mediaType"),
    )


def parse_timestamp(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Timestamp:
    return ir.Timestamp(**fields, format=parse_timestamp_format(cursor))


def parse_document(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.Document:
    return ir.Document(**fields)


def _edge(cursor: Cursor, key: str, scope: Scope) -> ir.Member:
    cursor.need(key)
    edge = cursor.object(key) or Cursor({"target": ""}, cursor.place(key), cursor.faults)
    return parse_member(SpecText(key), edge, scope)


def parse_list(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.ListOf:
    return ir.ListOf(
        **fields,
        member=_edge(cursor, "member", scope),
        constraints=parse_constraints(cursor, scope),
        sparse=cursor.flag("sparse"),
    )


def parse_map(cursor: Cursor, fields: ShapeFields, scope: Scope) -> ir.MapOf:
    return ir.MapOf(
        **fields,
        key=_edge(cursor, "key", scope),
        value=_edge(cursor, "value", scope),
        constraints=parse_constraints(cursor, scope),
        sparse=cursor.flag("sparse"),
        flattened=cursor.flag("flattened"),
    )


_PARSERS: dict[str, ShapeParser] = {
    "structure": parse_structure,
    "union": parse_union,
    "enum": parse_enum,
    "intEnum": parse_int_enum,
    "string": parse_text,
    **{str(number_type): _number_parser(number_type) for number_type in ir.NumberType},
    "boolean": parse_boolean,
    "blob": parse_blob,
    "timestamp": parse_timestamp,
    "document": parse_document,
    "list": parse_list,
    "map": parse_map,
}
