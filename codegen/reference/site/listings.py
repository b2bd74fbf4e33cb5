"""Pages that list: the index, types, enums, events and what every action takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen.emit.views.symbols import Symbols
from codegen.reference.site.book import COMMON, DECISIONS, ENUMS, ERRORS, EVENTS, HISTORY, INDEX, SOURCES, TYPES, Book
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, fragment, within
from codegen.reference.site.prose import Paragraphs
from codegen.spec import ir
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True)
class FactView:
    label: str
    text: str
    href: Href | None = None


@dataclass(frozen=True, slots=True)
class ListedView:
    """One entry of a list: its name, where it is told, a word beside it, and a line on it."""

    name: str
    href: Href
    line: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class GroupView:
    id: str
    title: str
    rows: tuple[ListedView, ...]
    note: str | None = None

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    frame: FrameView
    title: str
    prose: Paragraphs
    facts: tuple[FactView, ...]
    groups: tuple[GroupView, ...]


def _listing(
    book: Book,
    title: str,
    page: Href,
    groups: Iterable[GroupView],
    prose: Paragraphs = (),
    facts: tuple[FactView, ...] = (),
) -> ListingPage:
    shown = tuple(group for group in groups if group.rows)
    return ListingPage(frame=frame(book, title, page), title=title, prose=prose, facts=facts, groups=shown)


# --------------------------------------------------------------------------------------------------------------- index


def index_page(book: Book) -> ListingPage:
    """View the first page: what the service is, and all its operations."""
    rows = tuple(_operation(book, one) for one in sorted(book.model.operations.values(), key=lambda one: one.name.raw))
    groups = (GroupView("operations", "Operations", rows), *_newest(book))
    return _listing(book, book.title, INDEX, groups, book.prose(book.model.service), tuple(_facts(book)))


def _operation(book: Book, operation: ir.Operation) -> ListedView:
    tag = "task" if operation.asynchronous else "deprecated" if operation.deprecated else None
    return ListedView(operation.name.raw, book.pages.operations[operation.name], book.line(operation), tag)


def _newest(book: Book) -> list[GroupView]:
    """What the newest release brought, where there are others before it."""
    release = book.model.service.release.raw
    new = [key for key, since in book.since.items() if since == release]
    rows = [
        *(
            ListedView(key[1], book.pages.operations[SpecText(key[1])], "", "operation")
            for key in new
            if key[0] == "operation"
        ),
        *(ListedView(key[1], within(ERRORS, key[1]), "", "error") for key in new if key[0] == "error"),
    ]
    return [GroupView("new", f"New in {release}", tuple(rows), "Members and values say so on their own pages.")]


def _facts(book: Book) -> Iterable[FactView]:
    service, model = book.model.service, book.model
    yield FactView("Releases", ", ".join(release.name for release in book.releases), HISTORY)
    yield FactView("Protocol", service.protocol.value)
    if service.endpoint.template:
        yield FactView("Endpoint", service.endpoint.template.raw)
    if service.endpoint.regions:
        yield FactView("Regions", ", ".join(region.raw for region in service.endpoint.regions))
    yield FactView("Signing", f"{service.signing.version.value}, {service.signing.name.raw}")
    yield FactView("Python", f"import {book.package}")
    counts = (
        ("Types", len(book.pages.shapes), TYPES),
        ("Errors", len(model.errors), ERRORS),
        ("Events", len(model.events), EVENTS),
        ("Decisions", len(model.decisions), DECISIONS),
        ("Sources", len(model.sources), SOURCES),
    )
    yield from (FactView(label, str(count), page) for label, count, page in counts if count)


# --------------------------------------------------------------------------------------------------------------- types


def types_page(book: Book) -> ListingPage:
    """View the list of all types that have a page."""
    shapes = [book.model.shapes[id] for id in sorted(book.pages.shapes, key=lambda id: id.raw)]
    ends = {end for one in book.model.operations.values() for end in (one.input, one.output)}
    groups = (
        GroupView("structures", "Structures", _shapes(book, [s for s in shapes if _is_plain(s) and s.id not in ends])),
        GroupView("unions", "Unions", _shapes(book, [s for s in shapes if isinstance(s, ir.UnionOf)])),
        GroupView("ends", "Requests and answers", _shapes(book, [s for s in shapes if s.id in ends])),
    )
    return _listing(book, "Types", TYPES, groups)


def _is_plain(shape: ir.Shape) -> bool:
    return isinstance(shape, ir.Structure)


def _shapes(book: Book, shapes: Iterable[ir.Shape]) -> tuple[ListedView, ...]:
    return tuple(
        ListedView(
            shape.id.raw, book.pages.shapes[shape.id], book.line(shape), "deprecated" if shape.deprecated else None
        )
        for shape in shapes
    )


def enums_page(book: Book) -> ListingPage:
    """View the list of all enums; their values stand on their pages."""
    enums = [shape for shape in book.model.shapes.values() if isinstance(shape, ir.Enum | ir.IntEnum)]
    rows = tuple(
        ListedView(one.id.raw, book.pages.shapes[one.id], _values(one), f"{len(one.values)}")
        for one in sorted(enums, key=lambda one: one.id.raw)
    )
    return _listing(book, "Enums", ENUMS, [GroupView("enums", "Enums", rows)])


_SHOWN = 12  # arbitrary: about a line


def _values(enum: ir.Enum | ir.IntEnum) -> str:
    values = [one.value.raw if isinstance(one, ir.EnumValue) else str(one.value) for one in enum.values]
    return " | ".join(values[:_SHOWN]) + (" | ..." if len(values) > _SHOWN else "")


# ------------------------------------------------------------------------------------------------------------ the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    name: str
    id: str
    href: Href
    prose: Paragraphs
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage:
    frame: FrameView
    title: str
    lead: str
    entries: tuple[EventView, ...]


def events_page(book: Book) -> EventsPage:
    """View the events that the service puts on EventBridge."""
    views = tuple(_event(book, event, book.symbols) for event in book.model.events.values())
    lead = "Events on Amazon EventBridge, and the typed readers for them."
    return EventsPage(frame=frame(book, "Events", EVENTS), title="Events", lead=lead, entries=views)


def _event(book: Book, event: ir.Event, symbols: Symbols) -> EventView:
    since = book.first("event", event.name.raw)
    return EventView(
        name=event.name.raw,
        id=fragment(event.name.raw),
        href=within(EVENTS, event.name.raw),
        prose=book.prose(event),
        facts=(
            FactView("Detail type", event.detail_type.raw),
            FactView("Source", event.source.raw),
            FactView("Detail", event.detail.raw, book.pages.shapes.get(event.detail)),
            FactView("Python", f"models.events.{symbols.events[event.name]}"),
            *([FactView("Since", since)] if since else []),
            FactView("Spec", book.place(event.at)),
        ),
    )


def common_page(book: Book) -> EventsPage:
    """View the parameters that every action takes."""
    lead = "What every action takes; the client sends it by itself."
    entries = tuple(
        EventView(
            name=one.name.raw,
            id=fragment(one.name.raw),
            href=within(COMMON, one.name.raw),
            prose=book.prose(one),
            facts=(
                *([FactView("Header", one.header.raw)] if one.header else []),
                FactView("Required", "Yes" if one.required else "No"),
                FactView("Spec", book.place(one.at)),
            ),
        )
        for one in book.model.service.common_parameters
    )
    title = "Common Parameters"
    return EventsPage(frame=frame(book, title, COMMON), title=title, lead=lead, entries=entries)
