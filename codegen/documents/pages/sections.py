"""The sections of API reference pages.

In: the blocks of a page. Out: `Section`s, the first without a name for what stands before all headings. HTML and
Markdown mark headings; in text one is a line like any other, and a member may have the name of a section.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codegen.documents.pages.blocks import Block, Form, Kind
from codegen.documents.pages.facets import facet_of

SECTIONS = {
    "Request Syntax": "",
    "Request Parameters": "request",
    "URI Request Parameters": "request",
    "Request Headers": "request",
    "Request Body": "request",
    "Response Syntax": "",
    "Response Elements": "response",
    "Response Headers": "response",
    "Response Body": "response",
    "Contents": "contents",
    "Errors": "errors",
    "Special Errors": "errors",
    "Examples": "examples",
    "Example": "examples",
    "See Also": "see also",
}
"""Heading -> what its facts are about."""


class Section(NamedTuple):
    """What stands under a heading. `root`: what its facts are about."""

    name: str
    root: str
    line: int
    blocks: tuple[Block, ...]


def sections_of(blocks: Sequence[Block], form: Form) -> Iterator[Section]:
    """Cut at headings; in text a heading is a line like any other, but none that a listing has as a member."""
    name, root, line, inner = "", "", 0, list[Block]()
    for number, block in enumerate(blocks):
        text = block.text.strip()
        if text in SECTIONS and _is_heading(blocks, number, form, root):
            yield Section(name, root, line, tuple(inner))
            name, root, line, inner = text, SECTIONS[text], block.line, []
        else:
            inner.append(block)
    yield Section(name, root, line, tuple(inner))


def _is_heading(blocks: Sequence[Block], number: int, form: Form, root: str) -> bool:
    if form is not Form.TEXT:
        return blocks[number].kind is Kind.HEADING
    if root not in ("request", "response", "contents"):
        return True
    if blocks[number].text in ("Example", "Examples"):
        return facet_of(blocks[number - 1].text) is not None
    return not any(_is_type(block) for block in blocks[number + 1 : number + 3])


def _is_type(block: Block) -> bool:
    return block.text.startswith("Type: ")
