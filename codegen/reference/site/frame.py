"""What every page has around it: title, navigation, search, and the policy that keeps spec text from acting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegen.reference.site.book import (
    COMMON,
    DECISIONS,
    ENUMS,
    ERRORS,
    EVENTS,
    HISTORY,
    INDEX,
    SOURCES,
    TYPES,
    Book,
    Link,
)  # fmt: skip
from codegen.reference.site.hrefs import Href


@dataclass(frozen=True, slots=True)
class NavView:
    text: str
    href: Href
    current: bool


@dataclass(frozen=True, slots=True)
class FrameView:
    """`title` is that of the page, `trail` the pages above it."""

    title: str
    service: str
    release: str
    nav: tuple[NavView, ...]
    trail: tuple[Link, ...]


def frame(book: Book, title: str, section: Href, trail: Sequence[Link] = ()) -> FrameView:
    """View the frame of a page of one of the site's sections."""
    return FrameView(
        title=title,
        service=book.title,
        release=book.model.service.release.raw,
        nav=tuple(NavView(link.text, link.href, link.href == section) for link in _sections(book)),
        trail=tuple(trail),
    )


def _sections(book: Book) -> list[Link]:
    model = book.model
    sections = {
        Link("Operations", INDEX): True,
        Link("Types", TYPES): bool(book.pages.shapes),
        Link("Enums", ENUMS): book.has_enums,
        Link("Errors", ERRORS): bool(model.errors or model.service.common_errors),
        Link("Events", EVENTS): bool(model.events),
        Link("Decisions", DECISIONS): bool(model.decisions),
        Link("Sources", SOURCES): bool(model.sources),
        Link("Common", COMMON): bool(model.service.common_parameters),
        Link("History", HISTORY): True,
    }
    return [link for link, there in sections.items() if there]
