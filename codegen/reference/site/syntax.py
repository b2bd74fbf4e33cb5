"""Requests and answers by a sample of their form: as JSON for API pages, as Python for boto3's.

In: a model, the shape of a request or answer. Out: text. A shape inside itself ends where it comes back, and a form of
very many lines is cut: what is left out is on the pages of its types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codegen.spec import ir
from codegen.spec.ir import ShapeId

MOST_LINES = 1_500  # arbitrary: longer than anyone reads
_JSON: Mapping[type[ir.Shape], str] = {
    ir.Text: '"string"',
    ir.Enum: '"string"',
    ir.IntEnum: "number",
    ir.Number: "number",
    ir.Boolean: "boolean",
}
_PYTHON: Mapping[type[ir.Shape], str] = {
    ir.Text: "'string'",
    ir.Boolean: "True|False",
    ir.Blob: "b'bytes'",
    ir.Timestamp: "datetime(2015, 1, 1)",
}
FRACTIONS = (ir.NumberType.FLOAT, ir.NumberType.DOUBLE, ir.NumberType.BIG_DECIMAL)


def json_syntax(model: ir.Model, shape: ShapeId) -> str:
    """Print a structure as an API reference does: members by name, types in place of values."""
    return "\n".join(_Json(model).structure(shape, 0, ()))


def boto3_request(model: ir.Model, shape: ShapeId | None, call: str) -> str:
    """Print a call: `response = client.get_item(\\n    Key='string'\\n)`."""
    members = ir.members_of(model.shapes[shape]) if shape is not None else ()
    if not members or shape is None:
        return f"{call}()"
    printer = _Python(model)
    values = (printer.value(member, 1, (shape,)) for member in members)
    lines = _joined([_led(f"    {member.name.raw}=", value) for member, value in zip(members, values, strict=True)])
    return "\n".join([f"{call}(", *lines, ")"])


def boto3_response(model: ir.Model, shape: ShapeId) -> str:
    """Print the dict that a call gives."""
    return "\n".join(_Python(model).structure(shape, 0, ()))


Lines = list[str]


def _led(head: str, value: Lines) -> Lines:
    return [head + value[0].lstrip(" "), *value[1:]]


def _joined(blocks: Sequence[Lines]) -> Lines:
    """A comma after each block but the last."""
    made = [[*block[:-1], f"{block[-1]},"] for block in blocks[:-1]] + list(blocks[-1:])
    return [line for block in made for line in block]


class _Printer:
    """What both forms share: members in braces, and a count of what was printed."""

    step = 0
    recursive = "{ ... }"

    def __init__(self, model: ir.Model) -> None:
        self.model = model
        self._lines = 0

    def structure(self, shape: ShapeId, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        """Print a structure over several lines; one inside itself, or beyond what is readable, is left out."""
        members = list(self.members(self.model.shapes[shape]))
        pad = " " * self.step * depth
        self._lines += len(members)
        if shape in inside or self._lines > MOST_LINES:
            return [pad + self.recursive]
        if not members:
            return [pad + "{}"]
        inner = " " * self.step * (depth + 1)
        blocks = [_led(inner + self.key(one), self.value(one, depth + 1, (*inside, shape))) for one in members]
        return [pad + "{", *_joined(blocks), pad + "}"]

    def members(self, shape: ir.Shape) -> Iterator[ir.Member]:
        yield from ir.members_of(shape)

    def key(self, member: ir.Member) -> str:
        raise NotImplementedError

    def scalar(self, member: ir.Member, target: ir.Shape) -> str:
        raise NotImplementedError

    def items(self, target: ir.ListOf, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        raise NotImplementedError

    def value(self, member: ir.Member, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        """Print the form of a member's value."""
        target = self.model.shapes[member.target]
        if isinstance(target, ir.Structure | ir.UnionOf):
            return self.structure(target.id, depth, inside)
        if not isinstance(target, ir.ListOf | ir.MapOf):
            return [self.scalar(member, target)]
        if target.id in inside:
            return [self.recursive]
        if isinstance(target, ir.ListOf):
            return self.items(target, depth, (*inside, target.id))
        return self.entries(target, depth, (*inside, target.id))

    def entries(self, target: ir.MapOf, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        """Print a map with one entry."""
        pad, inner = " " * self.step * depth, " " * self.step * (depth + 1)
        key = self.map_key(target)
        return [
            pad + "{",
            *_led(f"{inner}{key}{self.colon}", self.value(target.value, depth + 1, inside)),
            pad + "}",
        ]

    def map_key(self, target: ir.MapOf) -> str:
        return self.scalar(target.key, self.model.shapes[target.key.target])

    colon = ": "


class _Json(_Printer):
    step = 3
    colon = " : "

    def members(self, shape: ir.Shape) -> Iterator[ir.Member]:
        yield from sorted(ir.members_of(shape), key=lambda member: member.wire.raw)

    def key(self, member: ir.Member) -> str:
        return f'"{member.wire.raw}": '

    def scalar(self, member: ir.Member, target: ir.Shape) -> str:
        match target:
            case ir.Timestamp():
                return '"string"' if _is_text(member, target) else "number"
            case ir.Blob():
                return "blob"
            case ir.Document():
                return "JSON value"
            case _:
                return _JSON[type(target)]

    def items(self, target: ir.ListOf, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        value = self.value(target.member, depth + 1, inside)
        if len(value) == 1:
            return [f"[ {value[0].lstrip(' ')} ]"]
        pad = " " * self.step * depth
        return [pad + "[ ", *value, pad + "]"]


def _is_text(member: ir.Member, target: ir.Timestamp) -> bool:
    form = member.timestamp_format or target.format
    return form in (ir.TimestampFormat.DATE_TIME, ir.TimestampFormat.HTTP_DATE)


class _Python(_Printer):
    step = 4
    recursive = "{'... recursive ...'}"

    def key(self, member: ir.Member) -> str:
        return f"{member.name.raw!r}: "

    def scalar(self, member: ir.Member, target: ir.Shape) -> str:
        match target:
            case ir.Enum():
                return "|".join(repr(value.value.raw) for value in target.values) or "'string'"
            case ir.IntEnum():
                return "|".join(str(value.value) for value in target.values) or "123"
            case ir.Number():
                return "123.0" if target.type in FRACTIONS else "123"
            case ir.Document():
                return "{...}|[...]|123|123.4|'string'|True|None"
            case _:
                return _PYTHON[type(target)]

    def map_key(self, target: ir.MapOf) -> str:
        """Print a sample of a key; the one that there may be would read as the name of a member."""
        key = self.model.shapes[target.key.target]
        return "'string'" if isinstance(key, ir.Enum) and len(key.values) == 1 else super().map_key(target)

    def items(self, target: ir.ListOf, depth: int, inside: tuple[ShapeId, ...]) -> Lines:
        pad, inner = " " * self.step * depth, " " * self.step * (depth + 1)
        value = self.value(target.member, depth + 1, inside)
        head = [inner + value[0].lstrip(" "), *value[1:]]
        return [pad + "[", *head[:-1], f"{head[-1]},", pad + "]"]
