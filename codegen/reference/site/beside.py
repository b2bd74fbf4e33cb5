"""What stands beside a fact: where it comes from, what was decided about it, since when, and its Python name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen.diagnostics import Place
from codegen.emit.views.arguments import argument_hint
from codegen.reference.site.book import DECISIONS, SOURCES, Book, Link
from codegen.reference.site.hrefs import within
from codegen.reference.site.tracing import counted, trace_steps
from codegen.reference.subjects import Kind, Subject
from codegen.spec import ir
from codegen.spec.ir import SpecText

_PLACES = {
    ir.HttpLocation.HEADER: "the header",
    ir.HttpLocation.PREFIX_HEADERS: "headers that begin with",
    ir.HttpLocation.QUERY: "the query as",
    ir.HttpLocation.QUERY_PARAMS: "the query",
    ir.HttpLocation.LABEL: "the path",
    ir.HttpLocation.PAYLOAD: "the body, as all of it",
    ir.HttpLocation.RESPONSE_CODE: "the status",
}


@dataclass(frozen=True, slots=True)
class CitedView:
    """One source, with the place and line in it: `api-create-engagement`, `request.Title, line 57`."""

    source: Link
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideView:
    """The margin of a fact. `attribute` and `hint` are None where Python has no name for it.

    `further` are the sources of the shape that a member leads to, beside its own; `traced` leads to its lines and
    cases, where the package was generated.
    """

    attribute: str | None = None
    hint: str | None = None
    notes: tuple[str, ...] = ()
    since: str | None
    sources: tuple[CitedView, ...]
    further: tuple[CitedView, ...] = ()
    decisions: tuple[Link, ...]
    spec: str
    traced: tuple[Link, ...] = ()


def beside(
    book: Book,
    entry: ir.Entry,
    key: tuple[str, ...],
    *,
    more: Iterable[ir.Citation] = (),
    decisions: Iterable[SpecText] = (),
) -> BesideView:
    """View the margin of an entry that is no member."""
    return BesideView(
        since=book.first(*key),
        sources=cited(book, [*entry.citations, *more]),
        decisions=decided(book, [*entry.decisions, *decisions]),
        notes=tuple(_deprecation(entry)),
        spec=book.place(entry.at),
    )


def beside_member(book: Book, owner: SpecText, member: ir.Member, key: tuple[str, ...]) -> BesideView:
    """View the margin of a member: its own facts, and those of the shape it leads to."""
    target = book.model.shapes[member.target]
    facts, own = tuple(_constraints(member, target)), cited(book, member.citations)
    return BesideView(
        attribute=str(book.symbols.attributes[owner][member.name]),
        hint=argument_hint(member, book.model, book.symbols),
        notes=tuple(_notes(member, target, facts)),
        since=book.first(*key),
        sources=own,
        further=tuple(one for one in cited(book, _further(target, facts)) if one not in own),
        decisions=decided(
            book, [*member.decisions, *target.decisions, *(fact.decision for fact in facts if fact.decision)]
        ),
        spec=_places(book, member.at, target.at),
        traced=_traced(book, owner, member),
    )


def _further(target: ir.Shape, facts: Iterable[ir.Length | ir.Range | ir.Pattern]) -> list[ir.Citation]:
    return [*target.citations, *(one for fact in facts for one in fact.citations)]


def _traced(book: Book, owner: SpecText, member: ir.Member) -> tuple[Link, ...]:
    page, subject = book.pages.shapes.get(owner), Subject(Kind.MEMBER, owner.raw, member.name.raw)
    if book.traces is None or page is None:
        return ()
    places = len({(span.path, span.first) for span in book.traces.of(subject)})
    cases = len(book.traces.proofs(subject))
    return (Link(f"{counted(places, 'place')}, {counted(cases, 'case')}", within(page, *trace_steps(subject))),)


def _places(book: Book, member: Place, target: Place) -> str:
    return f"{book.place(member)}, {book.place(target)}"


def _constraints(member: ir.Member, target: ir.Shape) -> Iterator[ir.Length | ir.Range | ir.Pattern]:
    """The constraints of a member and of its target."""
    own = [member.constraints]
    if isinstance(target, ir.Text | ir.Number | ir.Blob | ir.ListOf | ir.MapOf | ir.Enum):
        own.append(target.constraints)
    for found in own:
        yield from (one for one in (found.length, found.range, found.pattern) if one)


def _notes(member: ir.Member, target: ir.Shape, facts: tuple[ir.Length | ir.Range | ir.Pattern, ...]) -> Iterator[str]:
    yield from _deprecation(member)
    if member.idempotency_token:
        yield "The client fills it in when you leave it out, and keeps it over retries."
    if member.location in _PLACES:
        yield f"Travels in {_PLACES[member.location]}{_named(member)}."
    if member.has_default:
        yield f"Default: {_json(member.default)}"
    if member.sensitive or target.sensitive:
        yield "Sensitive: shown in no log, message or repr."
    for fact in facts:
        if not fact.enforced:
            yield f"The {_kind(fact)} is recorded and not enforced by the client."
    known = member.known_values or (target.known_values if isinstance(target, ir.Text) else ())
    if known:
        yield f"Named by the documents, others are not refused: {', '.join(value.raw for value in known)}."
    if isinstance(target, ir.Enum) and not target.closed:
        yield "The service may add values: answers give those as text."
    if isinstance(target, ir.ListOf | ir.MapOf) and (
        target.constraints.unique_items or member.constraints.unique_items
    ):
        yield "No item twice."


def _named(member: ir.Member) -> str:
    """The name it has there; a path and a body name nothing."""
    nameless = member.location in (ir.HttpLocation.LABEL, ir.HttpLocation.PAYLOAD, ir.HttpLocation.RESPONSE_CODE)
    return f" {member.location_name.raw}" if member.location_name and not nameless else ""


def _kind(fact: ir.Length | ir.Range | ir.Pattern) -> str:
    match fact:
        case ir.Length():
            return "length"
        case ir.Range():
            return "range"
        case _:
            return "pattern"


def _json(value: ir.Json) -> str:
    return repr(value) if not isinstance(value, str) else f'"{value}"'


def _deprecation(entry: ir.Entry) -> Iterator[str]:
    if entry.deprecated:
        since = f" since {entry.deprecated.since.raw}" if entry.deprecated.since else ""
        said = f": {entry.deprecated.message.raw}" if entry.deprecated.message else "."
        yield f"Deprecated{since}{said}"


def cited(book: Book, citations: Iterable[ir.Citation]) -> tuple[CitedView, ...]:
    """View citations, each once."""
    found = {one.written: one for one in citations}
    return tuple(CitedView(source_link(one.source), _place(one)) for one in found.values())


def source_link(source: SpecText) -> Link:
    return Link(source.raw, within(SOURCES, source.raw))


def _place(citation: ir.Citation) -> str:
    place = citation.place.raw if citation.place else ""
    line = f"line {citation.line}" if citation.line is not None else ""
    return ", ".join(part for part in (place, line) if part)


def decided(book: Book, names: Iterable[SpecText]) -> tuple[Link, ...]:
    """Link decisions, each once; a name that the spec does not define is left out."""
    return tuple(
        Link(name.raw, within(DECISIONS, name.raw)) for name in dict.fromkeys(names) if name in book.model.decisions
    )
