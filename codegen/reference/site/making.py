"""The contents page: a book in, every file of the site out as `{path: text}`; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from codegen.data import data_folder
from codegen.files.manifest import MANIFEST, Manifest, digest, write_manifest
from codegen.pages.environment import page
from codegen.reference.site import book as places
from codegen.reference.site.book import Book
from codegen.reference.site.boto3_form import boto3_page
from codegen.reference.site.errors import errors_page
from codegen.reference.site.evidence import decisions_page, sources_page
from codegen.reference.site.histories import feed_names, feed_page, history_page, steps
from codegen.reference.site.listings import common_page, enums_page, events_page, index_page, types_page
from codegen.reference.site.operations import operation_page
from codegen.reference.site.search import search_index
from codegen.reference.site.traceability import trace_page
from codegen.reference.site.type_pages import type_page
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.version import generator

ASSETS = ("site.css", "site.js", "theme.js")
"""Files of ours that stand in every site as they are."""

MARK = "site.css"
"""A folder whose manifest lists this is a site of ours."""


def make_site(book: Book) -> Mapping[str, str]:
    """Make every file of the site, its manifest among them."""
    files = dict(_pages(book))
    files |= {name: _asset(name) for name in ASSETS}
    files["search-index.js"] = search_index(book)
    return {**files, MANIFEST: write_manifest(_manifest(book, files))}


def _pages(book: Book) -> Iterator[tuple[str, str]]:
    """Print page after page; each is text before the next is viewed, so that large services fit in memory."""
    yield places.INDEX, _printed("listing", index_page(book))
    yield places.TYPES, _printed("listing", types_page(book))
    yield places.ENUMS, _printed("listing", enums_page(book))
    yield places.ERRORS, _printed("errors", errors_page(book))
    yield places.EVENTS, _printed("entries", events_page(book))
    yield places.COMMON, _printed("entries", common_page(book))
    yield places.DECISIONS, _printed("decisions", decisions_page(book))
    yield places.SOURCES, _printed("sources", sources_page(book))
    yield places.HISTORY, _printed("history", history_page(book))
    feeds = feed_names(book)
    yield from ((feeds[SpecText(step[1].name)], _printed("feed", feed_page(book, step))) for step in steps(book))
    for name, operation in book.model.operations.items():
        yield book.pages.operations[name], _printed("operation", operation_page(book, operation))
        yield book.pages.boto3[name], _printed("boto3", boto3_page(book, operation))
        if name in book.pages.traces:
            yield book.pages.traces[name], _printed("trace", trace_page(book, operation))
    for id, href in book.pages.shapes.items():
        shape = book.model.shapes[id]
        if isinstance(shape, ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum):
            yield href, _printed("type", type_page(book, shape))


def _printed(template: str, view: object) -> str:
    return page(f"pages/reference/{template}.html.j2", {"view": view})


@cache
def _asset(name: str) -> str:
    return (data_folder("templates") / "pages" / "reference" / name).read_text(encoding="utf-8")


def _manifest(book: Book, files: Mapping[str, str]) -> Manifest:
    return Manifest(
        generator=generator(),
        spec=book.loaded.name,
        spec_digest=book.loaded.found.digest,
        release=book.model.service.release.raw,
        operations=None,
        requirements=(),
        files={path: digest(text) for path, text in sorted(files.items())},
    )
