"""Operations in the arrangement of boto3's client pages: `response = client.get_item(...)`, parameters in nested lists.

In: an operation. Out: `Boto3View`. Lists nest as deep as types do; a template prints them row by row, so each row says
which lists it opens and closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.emit.views.symbols import Symbols
from codegen.reference.site.book import INDEX, Book, Link
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.prose import Paragraphs, paragraphs
from codegen.reference.site.syntax import FRACTIONS, MOST_LINES, boto3_request, boto3_response
from codegen.spec import ir
from codegen.spec.files import Form
from codegen.spec.ir import ShapeId

_TYPES: dict[type[ir.Shape], str] = {
    ir.Text: "string", ir.Enum: "string", ir.IntEnum: "integer", ir.Boolean: "boolean", ir.Blob: "bytes",
    ir.Timestamp: "datetime", ir.Document: "document", ir.ListOf: "list", ir.MapOf: "dict", ir.Structure: "dict",
    ir.UnionOf: "dict",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One line of nested lists: what it opens, the entry it is, or what it closes.

    `own` says that `[REQUIRED]` stands in a paragraph of its own, as it does at the top.
    """

    opens: bool = False
    closes: bool = False
    ends: bool = False
    item: bool = False
    name: str = ""
    type: str = ""
    required: bool = False
    own: bool = False
    prose: Paragraphs = ()
    token: bool = False
    arms: str = ""


_OPEN, _CLOSE, _END = RowView(opens=True), RowView(closes=True), RowView(ends=True)


@dataclass(frozen=True, slots=True)
class RowsView:
    """A nested list as a whole."""

    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boto3View:
    """`call` and `answer` are syntaxes, None for an operation that gives nothing."""

    client: str
    method: str
    prose: Paragraphs
    call: str
    parameters: tuple[RowsView, ...]
    answer: str | None
    structure: tuple[RowsView, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boto3Page:
    frame: FrameView
    title: str
    reference: Link
    forms: tuple[Boto3View]


def boto3_page(book: Book, operation: ir.Operation) -> Boto3Page:
    """View one operation as a method of boto3's client."""
    form = boto3_view(book.model, book.symbols, book.loaded.form, operation)
    link = book.operation_link(operation.name)
    trail = [Link("Operations", INDEX), link]
    return Boto3Page(frame=frame(book, form.method, INDEX, trail), title=form.method, reference=link, forms=(form,))


def boto3_view(model: ir.Model, symbols: Symbols, form: Form, operation: ir.Operation) -> Boto3View:
    """View the form itself, of any release."""
    method = str(symbols.methods[operation.name])
    client = _client(model.service)
    request = model.shapes.get(operation.input) if operation.input else None
    response = model.shapes.get(operation.output) if operation.output else None
    output = operation.output if isinstance(response, ir.Structure | ir.UnionOf) else None
    return Boto3View(
        client=client,
        method=method,
        prose=paragraphs(operation.documentation, form),
        call=boto3_request(model, operation.input, f"response = client.{method}"),
        parameters=(_rows(_Rows(model, form).parameters(request)) if request else ()),
        answer=boto3_response(model, output) if output else None,
        structure=(_rows(_Rows(model, form).answer(output)) if output else ()),
        exceptions=tuple(f"{client}.Client.exceptions.{name.raw}" for name in operation.errors),
    )


def _rows(found: Iterator[RowView]) -> tuple[RowsView, ...]:
    """A list, or none where nothing is in it."""
    rows = tuple(found)
    return (RowsView(rows),) if rows else ()


def _client(service: ir.Service) -> str:
    """`AWS Partner Central Selling API` gives `PartnerCentralSellingAPI`, as boto3 names its clients."""
    return re.sub(r"Amazon|AWS|[^A-Za-z0-9_]", "", service.title.raw)[:80] or "Service"


class _Rows:
    """Walks members depth first. Types nest without end, so it counts what it told."""

    def __init__(self, model: ir.Model, form: Form) -> None:
        self._model = model
        self._form: Form = form
        self._told = 0

    def parameters(self, shape: ir.Shape) -> Iterator[RowView]:
        members = ir.members_of(shape)
        if members:
            yield _OPEN
            for member in members:
                yield self._entry(member, member.name.raw, requires=True, own=True)
                yield from self._within(member, (shape.id,), requires=True)
                yield _END
            yield _CLOSE

    def answer(self, shape: ShapeId) -> Iterator[RowView]:
        yield _OPEN
        yield RowView(
            item=True,
            type="dict",
            prose=paragraphs(self._model.shapes[shape].documentation, self._form),
            arms=self._arms(shape),
        )
        yield from self._members(shape, (), requires=False)
        yield _END
        yield _CLOSE

    def _members(self, shape: ShapeId, inside: tuple[ShapeId, ...], requires: bool) -> Iterator[RowView]:
        members = ir.members_of(self._model.shapes[shape])
        self._told += len(members)
        if not members or shape in inside or self._told > MOST_LINES:
            return
        yield _OPEN
        for member in members:
            yield self._entry(member, member.name.raw, requires=requires)
            yield from self._within(member, (*inside, shape), requires)
            yield _END
        yield _CLOSE

    def _within(self, member: ir.Member, inside: tuple[ShapeId, ...], requires: bool) -> Iterator[RowView]:
        """Walk what a member's value holds: members, items, keys and values."""
        target = self._model.shapes[member.target]
        if target.id in inside or self._told > MOST_LINES:
            return
        match target:
            case ir.Structure() | ir.UnionOf():
                yield from self._members(target.id, inside, requires)
            case ir.ListOf():
                yield _OPEN
                yield self._entry(target.member, "", requires=False)
                yield from self._within(target.member, (*inside, target.id), requires)
                yield from (_END, _CLOSE)
            case ir.MapOf():
                yield _OPEN
                yield self._entry(target.key, "", requires=False)
                yield _OPEN
                yield self._entry(target.value, "", requires=False)
                yield from self._within(target.value, (*inside, target.id), requires)
                yield from (_END, _CLOSE, _END, _CLOSE)
            case _:
                return

    def _entry(self, member: ir.Member, name: str, *, requires: bool, own: bool = False) -> RowView:
        target = self._model.shapes[member.target]
        documented = member.documentation or (None if name else target.documentation)
        return RowView(
            item=True,
            name=name,
            type=_type(target),
            required=requires and member.required,
            own=own,
            prose=paragraphs(documented, self._form),
            token=member.idempotency_token and requires,
            arms=self._arms(target.id),
        )

    def _arms(self, shape: ShapeId) -> str:
        target = self._model.shapes[shape]
        return ", ".join(member.name.raw for member in target.members) if isinstance(target, ir.UnionOf) else ""


def _type(target: ir.Shape) -> str:
    if isinstance(target, ir.Number):
        return "float" if target.type in FRACTIONS else "integer"
    return _TYPES[type(target)]
