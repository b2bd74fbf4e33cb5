"""Members of requests, answers and types, as API references describe them: required ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen.reference.site.beside import BesideView, beside_member
from codegen.reference.site.book import Book
from codegen.reference.site.hrefs import Href, fragment
from codegen.reference.site.prose import Paragraphs
from codegen.reference.site.wording import RowView, TypeView, rows, type_view
from codegen.spec import ir
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One member; `required` is `Yes`, `No`, or None where the page does not say so, as it does not of answers."""

    name: str
    id: str
    href: Href
    prose: Paragraphs
    type: TypeView
    rows: tuple[RowView, ...]
    required: str | None
    margin: tuple[BesideView, ...]


def request_members(book: Book, shape: ir.Structure | ir.UnionOf) -> tuple[MemberView, ...]:
    """View the parameters of a request or the contents of a type: those that are required first, each group by name."""
    members = sorted(shape.members, key=lambda member: (not member.required, member.wire.raw))
    return tuple(_member(book, shape.id, one, "request", "Yes" if one.required else "No") for one in members)


def contents(book: Book, shape: ir.Structure | ir.UnionOf) -> tuple[MemberView, ...]:
    """View the members of a type, which pages of data types list as requests do."""
    members = sorted(shape.members, key=lambda member: (not member.required, member.wire.raw))
    return tuple(_member(book, shape.id, one, "contents", "Yes" if one.required else "No") for one in members)


def response_members(book: Book, shape: ir.Structure | ir.UnionOf) -> tuple[MemberView, ...]:
    """View the elements of an answer by name."""
    members = sorted(shape.members, key=lambda member: member.wire.raw)
    return tuple(_member(book, shape.id, one, "response", None) for one in members)


def error_members(book: Book, owner: SpecText, error: ir.Error) -> tuple[MemberView, ...]:
    """View what an error says; `owner` is what its body is called among the symbols."""
    return tuple(
        _member(book, owner, one, error.name.raw, None, ("error member", error.name.raw, one.name.raw))
        for one in error.members
    )


def _member(
    book: Book,
    owner: SpecText,
    member: ir.Member,
    part: str,
    required: str | None,
    key: Iterable[str] = (),
) -> MemberView:
    id = fragment(part, member.name.raw)
    return MemberView(
        name=member.wire.raw,
        id=id,
        href=Href(f"#{id}"),
        prose=book.prose(member),
        type=type_view(member, book.model, book.pages.shapes),
        rows=tuple(rows(member, book.model)),
        required=required,
        margin=(beside_member(book, owner, member, (*key,) or ("member", owner.raw, member.name.raw)),),
    )
