"""The index that pages search in the browser: a script, because a page of the file system may read nothing else.

In: the book. Out: the text of `search-index.js`: `[kind, name, where, page]` for everything that has a place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from codegen.reference.site.book import DECISIONS, ERRORS, EVENTS, SOURCES, Book
from codegen.reference.site.hrefs import Href, within
from codegen.spec import ir

KINDS = ("operation", "type", "error", "event", "decision", "source", "member", "value", "Python")
"""In the order in which they are shown among equals; the index has their numbers."""

Entry = tuple[str, str, str, Href]


def search_index(book: Book) -> str:
    """Print the index."""
    rows = [[KINDS.index(kind), name, where, href] for kind, name, where, href in _entries(book)]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    return f"window.speccastIndex = {{kinds: {json.dumps(KINDS)}, entries: [\n{lines}\n]}};\n"


def _entries(book: Book) -> Iterator[Entry]:
    model, pages = book.model, book.pages
    for name in model.operations:
        yield "operation", name.raw, "", pages.operations[name]
        yield "Python", str(book.symbols.methods[name]), name.raw, pages.boto3[name]
    for name in model.errors:
        yield "error", name.raw, "", within(ERRORS, name.raw)
    yield from (("event", name.raw, "", within(EVENTS, name.raw)) for name in model.events)
    for one in model.decisions.values():
        yield "decision", one.id.raw, one.question.raw[:200], within(DECISIONS, one.id.raw)
    for source in model.sources.values():
        yield "source", source.id.raw, source.title.raw[:200], within(SOURCES, source.id.raw)
    for id, page in pages.shapes.items():
        yield "type", id.raw, "", page
        yield from _parts(model.shapes[id], page)
    for error in model.errors.values():
        yield from (
            ("member", one.name.raw, error.name.raw, within(ERRORS, error.name.raw, one.name.raw))
            for one in error.members
        )


def _parts(shape: ir.Shape, page: Href) -> Iterator[Entry]:
    """Members and values; a member of a request is found on the page of its type, which every operation links."""
    if isinstance(shape, ir.Structure | ir.UnionOf):
        for member in shape.members:
            yield "member", member.name.raw, shape.id.raw, within(page, "contents", member.name.raw)
    elif isinstance(shape, ir.Enum):
        for value in shape.values:
            yield "value", value.value.raw, shape.id.raw, within(page, "value", value.value.raw)
    elif isinstance(shape, ir.IntEnum):
        for number in shape.values:
            yield "value", str(number.value), shape.id.raw, within(page, "value", number.name.raw)
