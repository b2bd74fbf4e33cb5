"""IR -> JSON Schema (2020-12) of what may be sent: the whole of each shape, for other tools to judge values by.

In: a model, and the shapes wanted. Out: a dict of JSON values with one definition per shape. Bounds, patterns that the
client enforces, enums, unions and closed objects are all there; what JSON Schema cannot say, or the client does not
enforce, is left out and told in a `$comment` of the definition.

Patterns are written anew in ECMA-262's dialect (flag u), anchored as they are meant: `[\\d]{3}` that has to match the
whole of a value gives `^[0-9]{3}$`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, assert_never
from urllib.parse import quote

from codegen.emit.views.scalars import Scalar, enforced, lowered_pattern, narrow
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.regex import (
    ANYTHING,
    END,
    LAST,
    START,
    Alternation,
    Anchor,
    Atomic,
    Backreference,
    Boundary,
    Class,
    Edge,
    Group,
    Look,
    Node,
    Property,
    RegexError,
    Repeat,
    Sequence,
    complement,
    parse,
    sequence,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def json_schema(model: ir.Model, shape_ids: Iterable[ir.ShapeId]) -> Schema:
    """Give a schema that one of `shape_ids` has to meet, with a definition of every shape they reach."""
    roots = tuple(shape_ids)
    references = [_reference(root) for root in roots]
    service = model.service
    return {
        "$schema": DIALECT,
        "title": f"{service.title.raw}, release {service.release.raw}",
        **(references[0] if len(references) == 1 else {"anyOf": references}),
        "$defs": {name.raw: _definition(model, model.shapes[name]) for name in ir.reachable(model, roots)},
    }


def _reference(target: ir.ShapeId) -> Schema:
    pointer = target.raw.replace("~", "~0").replace("/", "~1")
    return {"$ref": f"#/$defs/{quote(pointer, safe='~')}"}


# --------------------------------------------------------------------------------------------------------------- shapes


def _definition(model: ir.Model, shape: ir.Shape) -> Schema:
    comments = list(_comments(shape))
    return {
        **_described(shape),
        **_typed(model, shape),
        **({"$comment": " ".join(comments)} if comments else {}),
    }


def _described(entry: ir.Entry) -> Schema:
    text = {"description": entry.documentation.raw} if entry.documentation else {}
    return {**text, **({"deprecated": True} if entry.deprecated else {})}


def _typed(model: ir.Model, shape: ir.Shape) -> Schema:
    match shape:
        case ir.Structure():
            return _object(model, shape.members, [member for member in shape.members if member.required])
        case ir.UnionOf():
            return {"oneOf": [_object(model, (member,), [member]) for member in shape.members]}
        case ir.Enum():
            return {"type": "string", "enum": [value.value.raw for value in shape.values]}
        case ir.IntEnum():
            return {"type": "integer", "enum": [value.value for value in shape.values]}
        case ir.ListOf():
            return _array(model, shape)
        case ir.MapOf():
            return _map(model, shape)
        case _:
            return _scalar(shape)


def _object(model: ir.Model, members: Iterable[ir.Member], required: list[ir.Member]) -> Schema:
    names = [_name(member) for member in required]
    return {
        "type": "object",
        "properties": {_name(member): _member(model, member) for member in members},
        **({"required": names} if names else {}),
        "additionalProperties": False,
    }


def _name(member: ir.Member) -> str:
    return member.wire.raw


def _member(model: ir.Model, member: ir.Member) -> Schema:
    """Refer to the target, or write it out where the member narrows it."""
    target = model.shapes[member.target]
    if member.constraints == ir.NO_CONSTRAINTS and member.timestamp_format is None and not member.json_value:
        return {**_reference(member.target), **_described(member)}
    if isinstance(target, Scalar):
        return {**_definition(model, narrow(target, member)), **_described(member)}
    if isinstance(target, ir.ListOf | ir.MapOf):
        both = replace(
            target.constraints,
            length=member.constraints.length or target.constraints.length,
            unique_items=member.constraints.unique_items or target.constraints.unique_items,
        )
        return {**_definition(model, replace(target, constraints=both)), **_described(member)}
    return {**_reference(member.target), **_described(member)}


def _array(model: ir.Model, shape: ir.ListOf) -> Schema:
    least, most = enforced(shape.constraints.length)
    return {
        "type": "array",
        "items": _item(model, shape.member, shape.sparse),
        **_bounds("Items", least, most),
        **({"uniqueItems": True} if shape.constraints.unique_items else {}),
    }


def _item(model: ir.Model, member: ir.Member, sparse: bool) -> Schema:
    item = _member(model, member)
    return {"anyOf": [item, {"type": "null"}]} if sparse else item


def _map(model: ir.Model, shape: ir.MapOf) -> Schema:
    least, most = enforced(shape.constraints.length)
    return {
        "type": "object",
        "propertyNames": _member(model, shape.key),
        "additionalProperties": _item(model, shape.value, shape.sparse),
        **_bounds("Properties", least, most),
    }


def _bounds(what: str, least: float | None, most: float | None) -> Schema:
    return {**({f"min{what}": least} if least else {}), **({f"max{what}": most} if most is not None else {})}


# -------------------------------------------------------------------------------------------------------------- scalars

_WIDTHS = {ir.NumberType.BYTE: 8, ir.NumberType.SHORT: 16, ir.NumberType.INTEGER: 32, ir.NumberType.LONG: 64}
_REALS = (ir.NumberType.FLOAT, ir.NumberType.DOUBLE)


def _scalar(shape: Scalar) -> Schema:
    match shape:
        case ir.Text():
            return _text(shape)
        case ir.Number():
            return _number(shape)
        case ir.Boolean():
            return {"type": "boolean"}
        case ir.Blob():
            least, most = enforced(shape.constraints.length)
            return {"type": "string", "contentEncoding": "base64", **_bounds("Length", _base64(least), _base64(most))}
        case ir.Timestamp():
            return {
                ir.TimestampFormat.DATE_TIME: {"type": "string", "format": "date-time"},
                ir.TimestampFormat.HTTP_DATE: {"type": "string"},
            }.get(shape.format or ir.TimestampFormat.EPOCH_SECONDS, {"type": "number"})
        case ir.Document():
            return {}
        case _:
            assert_never(shape)


def _text(shape: ir.Text) -> Schema:
    least, most = enforced(shape.constraints.length)
    pattern = _pattern(shape.constraints.pattern)
    return {
        "type": "string",
        **_bounds("Length", least, most),
        **({"pattern": pattern} if pattern is not None else {}),
        **({"contentMediaType": "application/json"} if shape.json_value else {}),
        **({"examples": [value.raw for value in shape.known_values]} if shape.known_values else {}),
    }


def _number(shape: ir.Number) -> Schema:
    stated = shape.constraints.range
    least, most = (stated.min, stated.max) if stated and stated.enforced else (None, None)
    if shape.type in _WIDTHS:
        limit = 2 ** (_WIDTHS[shape.type] - 1)
        least = -limit if least is None else max(least, -limit)
        most = limit - 1 if most is None else min(most, limit - 1)
    bounds = {"minimum": least, "maximum": most}
    number = {
        "type": "integer" if shape.type in _WIDTHS or shape.type is ir.NumberType.BIG_INTEGER else "number",
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }
    if shape.type in _REALS and least is None and most is None:
        return {"anyOf": [number, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
    return number


def _base64(count: int | None) -> int | None:
    """How many characters that many bytes take."""
    return None if count is None else -(-count // 3) * 4


def _comments(shape: ir.Shape) -> Iterator[str]:
    """Tell what was left out."""
    constraints: ir.Constraints = getattr(shape, "constraints", ir.NO_CONSTRAINTS)
    if constraints.pattern and (isinstance(shape, ir.Enum) or _pattern(constraints.pattern) is None):
        yield f"Pattern left out: {constraints.pattern.text.raw}"
    for word, bounds in (("length", constraints.length), ("range", constraints.range)):
        if bounds and not bounds.enforced:
            yield f"Not enforced: {word} {bounds.min} to {bounds.max}"
    if isinstance(shape, ir.Blob) and constraints.length:
        yield "The length is that of the base64 text, to the next multiple of four."


# ------------------------------------------------------------------------------------------------------------- patterns


def _pattern(pattern: ir.Pattern | None) -> str | None:
    """Write a pattern that the client enforces for ECMA-262; None for any other, and where that has no words for it."""
    if pattern is None or lowered_pattern(pattern) is None:
        return None
    try:
        node = parse(pattern.text.raw, ascii=pattern.ascii)
        return _written(_anchored(node) if pattern.match is ir.Match.FULL else node)
    except RegexError:
        return None


def _anchored(node: Node) -> Node:
    """Anchor at both ends, once."""
    items = sequence(START, node, END)
    inner = items.items if isinstance(items, Sequence) else (items,)
    return sequence(
        *(item for i, item in enumerate(inner) if i == 0 or item != inner[i - 1] or item not in (START, END))
    )


def _written(node: Node) -> str:
    match node:
        case Class():
            return _class(node)
        case Sequence(items):
            return "".join(
                f"(?:{_written(item)})" if isinstance(item, Alternation) else _written(item) for item in items
            )
        case Alternation(branches):
            return "|".join(_written(branch) for branch in branches)
        case Repeat(body, least, most):
            text = _written(body)
            return (text if isinstance(body, Class) and body.within is None else f"(?:{text})") + _count(least, most)
        case Anchor(edge):
            return _EDGES[edge]
        case Boundary(word, negated):
            return _boundary(word, negated)
        case Group(body, number):
            return f"(?<g{number}>{_written(body)})"
        case Backreference(number):
            return f"\\k<g{number}>"
        case Look(body, behind, negated):
            return f"(?{'<' * behind}{'!' if negated else '='}{_written(body)})"
        case Atomic():
            raise RegexError("no possessive repetition")
        case _:
            assert_never(node)


_EDGES = {Edge.START: "^", Edge.END: "$", Edge.LINE_START: r"(?:^|(?<=\n))", Edge.LINE_END: r"(?:$|(?=\n))"}
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CLASS_SYNTAX = frozenset("\\]^-[")


def _count(least: int, most: int | None) -> str:
    match (least, most):
        case (0, None):
            return "*"
        case (1, None):
            return "+"
        case (0, 1):
            return "?"
        case _:
            pass
    return f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"


def _boundary(word: Class, negated: bool) -> str:
    if word.properties:
        raise RegexError("no Unicode word boundary")
    return r"\B" if negated else r"\b"


def _class(group: Class) -> str:
    if group.within is not None:
        return f"(?:(?={_class(group.within)}){_class(replace(group, within=None))})"
    single = len(group.ranges) == 1 and group.ranges[0][0] == group.ranges[0][1]
    if single and not group.properties and not group.negated:
        return _char(group.ranges[0][0], _SYNTAX)
    if not group.properties and group.ranges and group.ranges[-1][1] == LAST and group.ranges != ANYTHING:
        return _class(Class(complement(group.ranges), negated=not group.negated))
    if not group.ranges and not group.properties:
        return r"[\s\S]" if group.negated else r"[^\s\S]"
    ranges = "".join(_range(low, high) for low, high in group.ranges)
    return f"[{'^' * group.negated}{ranges}{''.join(_property(item) for item in group.properties)}]"


def _range(low: int, high: int) -> str:
    first, last = _char(low, _CLASS_SYNTAX), _char(high, _CLASS_SYNTAX)
    return first if low == high else f"{first}{'' if high - low < 2 else '-'}{last}"


def _property(item: Property) -> str:
    if item.name != "Word":
        return f"\\{'P' if item.negated else 'p'}{{{item.name}}}"
    if item.negated:
        raise RegexError("no Unicode word class")
    return r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}"


def _char(code: int, syntax: frozenset[str]) -> str:
    """Write one character; as it is, unless it has a meaning or does not print."""
    char = chr(code)
    if char in syntax:
        return f"\\{char}"
    return char if char.isprintable() or code > 0xFFFF else f"\\u{code:04x}"
