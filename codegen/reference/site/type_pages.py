"""The page of a structure, union or enum."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.reference.site.beside import BesideView, beside
from codegen.reference.site.book import ENUMS, TYPES, Book, Link
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import fragment
from codegen.reference.site.members import MemberView, contents
from codegen.reference.site.prose import Paragraphs
from codegen.reference.site.traceability import TraceView, of_type
from codegen.spec import ir
from codegen.spec.ir import SpecText

_MOST_USERS = 40  # arbitrary: nobody reads the names of hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueView:
    """One value of an enum, its constant, and since when it is there."""

    id: str
    value: str
    constant: str
    since: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePage:
    """`dated`: there are several releases, so values say since when; `told`: some value has a description."""

    frame: FrameView
    name: str
    prose: Paragraphs
    kind: str
    union: bool
    python: str
    example: str | None
    pattern: str | None
    users: tuple[Link, ...]
    margin: tuple[BesideView, ...]
    members: tuple[MemberView, ...]
    values: tuple[ValueView, ...]
    dated: bool
    told: bool
    count: int
    rows: tuple[TraceView, ...]


def type_page(book: Book, shape: ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum) -> TypePage:
    """View one type."""
    enum = isinstance(shape, ir.Enum | ir.IntEnum)
    section = Link("Enums", ENUMS) if enum else Link("Types", TYPES)
    values = _values(book, shape) if isinstance(shape, ir.Enum | ir.IntEnum) else ()
    pattern = shape.constraints.pattern if isinstance(shape, ir.Enum) else None
    return TypePage(
        frame=frame(book, shape.id.raw, section.href, [section]),
        name=shape.id.raw,
        prose=book.prose(shape),
        kind=_kind(shape),
        union=isinstance(shape, ir.UnionOf),
        python=f"models.{book.symbols.classes[shape.id]}",
        example=_example(book, shape),
        pattern=pattern.text.raw if pattern else None,
        users=_users(book, shape),
        margin=(beside(book, shape, ("shape", shape.id.raw)),),
        members=contents(book, shape) if isinstance(shape, ir.Structure | ir.UnionOf) else (),
        values=values,
        dated=len(book.releases) > 1,
        told=any(value.line for value in values),
        count=len(values),
        rows=of_type(book, shape),
    )


def _example(book: Book, shape: ir.Shape) -> str | None:
    """A value as Python makes it, where there is one."""
    return book.printer.made(shape.id) if isinstance(shape, ir.Structure | ir.UnionOf) else None


def _kind(shape: ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum) -> str:
    match shape:
        case ir.Structure():
            return "Structure"
        case ir.UnionOf():
            return "Union: exactly one member is set"
        case ir.Enum(closed=True):
            return "Closed enum: no other value will come"
        case ir.Enum():
            return "Enum: the service may add values, which answers then give as text"
        case _:
            return "Enum of integers"


def _users(book: Book, shape: ir.Shape) -> tuple[Link, ...]:
    """The types that hold it, then the operations that send or give it."""
    types = (book.shape_link(user) for user in book.users.get(shape.id, ()))
    calls = [one.name for one in book.model.operations.values() if shape.id in (one.input, one.output)]
    found = (*(link for link in types if link), *map(book.operation_link, calls))
    return found[:_MOST_USERS]


def _values(book: Book, enum: ir.Enum | ir.IntEnum) -> tuple[ValueView, ...]:
    constants = book.symbols.constants[enum.id]
    return tuple(
        ValueView(
            id=fragment("value", key.raw),
            value=key.raw if isinstance(enum, ir.Enum) else f"{value.value}",
            constant=f"{book.symbols.classes[enum.id]}.{constants[key]}",
            since=book.first("value", enum.id.raw, key.raw) or "",
            line=book.line(value),
        )
        for value in enum.values
        for key in [_key(value)]
    )


def _key(value: ir.EnumValue | ir.IntEnumValue) -> SpecText:
    return value.value if isinstance(value, ir.EnumValue) else value.name
