"""The pages on where facts come from: decisions, and the documents that were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.reference.site.beside import source_link
from codegen.reference.site.book import DECISIONS, ERRORS, EVENTS, SOURCES, Book, Link
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, fragment, web, within
from codegen.reference.subjects import Kind, Subject
from codegen.spec import ir
from codegen.spec.aspects import decided_fact
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True)
class StatementView:
    source: Link
    says: str


@dataclass(frozen=True, slots=True)
class TargetView:
    """Something that is linked where it has a place of its own."""

    text: str
    href: Href | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    name: str
    id: str
    href: Href
    question: str
    statements: tuple[StatementView, ...]
    decided: str | None
    reason: str | None
    facts: tuple[TargetView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPage:
    frame: FrameView
    title: str
    decisions: tuple[DecisionView, ...]


def decisions_page(book: Book) -> DecisionsPage:
    """View every decision in the order of the spec."""
    views = tuple(_decision(book, one) for one in book.model.decisions.values())
    return DecisionsPage(frame=frame(book, "Decisions", DECISIONS), title="Decisions", decisions=views)


def _decision(book: Book, one: ir.Decision) -> DecisionView:
    return DecisionView(
        name=one.id.raw,
        id=fragment(one.id.raw),
        href=within(DECISIONS, one.id.raw),
        question=one.question.raw,
        statements=tuple(StatementView(source_link(said.source), said.says.raw) for said in one.statements),
        decided=one.decided.raw if one.decided else None,
        reason=one.reason.raw if one.reason else None,
        facts=tuple(TargetView(fact.raw, find(book, decided_fact(fact).path)) for fact in one.facts),
    )


def find(book: Book, path: str) -> Href | None:
    """Find where something is told: `CreateThingRequest.Title`, `CreateThing`, `ConflictException`, `Code`."""
    path = path.removeprefix("shapes.").removeprefix("errors.").removeprefix("operations.")
    owner, _, member = path.partition(".")
    name = SpecText(owner)
    if name in book.model.errors:
        return within(ERRORS, owner)
    if name in book.model.events:
        return within(EVENTS, owner)
    if name in book.model.operations:
        return book.pages.operations[name]
    page, member = book.pages.shapes.get(name), member.partition(".")[0]
    if page is None or Subject(Kind.MEMBER, owner, member) not in book.told:
        return page
    return within(page, "contents", member)


# ------------------------------------------------------------------------------------------------------------- sources


@dataclass(frozen=True, slots=True)
class WebView:
    href: Href | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One document; `web` has a link only where the address is one of the web."""

    name: str
    id: str
    href: Href
    title: str
    publisher: str
    kind: str
    date: str
    sha256: str | None
    url: str | None
    web: WebView
    cited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    frame: FrameView
    title: str
    sources: tuple[SourceView, ...]


def sources_page(book: Book) -> SourcesPage:
    """View every document, with how often it is cited."""
    counts = Counter(one.source for one in _citations(book.model))
    views = tuple(_source(one, counts) for one in book.model.sources.values())
    return SourcesPage(frame=frame(book, "Sources", SOURCES), title="Sources", sources=views)


def _source(one: ir.Source, counts: Mapping[SpecText, int]) -> SourceView:
    count = counts.get(one.id, 0)
    return SourceView(
        name=one.id.raw,
        id=fragment(one.id.raw),
        href=within(SOURCES, one.id.raw),
        title=one.title.raw,
        publisher=one.publisher.raw,
        kind=one.kind.raw,
        date=one.date.raw,
        sha256=one.sha256.raw if one.sha256 else None,
        url=one.url.raw if one.url else None,
        web=WebView(web(one.url)),
        cited=f"by {count} {'entry' if count == 1 else 'entries'} of the spec",
    )


def _citations(model: ir.Model) -> Iterator[ir.Citation]:
    """Walk what the entries of a model cite."""
    entries: list[ir.Entry] = [
        model.service,
        *model.operations.values(),
        *model.errors.values(),
        *model.events.values(),
    ]
    for shape in model.shapes.values():
        entries += [shape, *ir.members_of(shape)]
        entries += shape.values if isinstance(shape, ir.Enum | ir.IntEnum) else ()
    for error in model.errors.values():
        entries += error.members
    for entry in entries:
        yield from entry.citations
