"""Descriptions -> paragraphs of plain text.

In: documentation of a spec, or of a foreign model, whose text is marked up. Out: paragraphs. Nothing of the markup
survives but where a paragraph ends and what is code, so a description can neither act nor take a form of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from codegen.spec.files import Form
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True)
class PartView:
    """A piece of text; `code`: it stood between backticks."""

    text: str
    code: bool


@dataclass(frozen=True, slots=True)
class ParagraphView:
    parts: tuple[PartView, ...]


Paragraphs = tuple[ParagraphView, ...]
_CODE = re.compile(r"(`[^`\n]+`)")
_BLOCKS = frozenset(
    ("p", "ul", "ol", "li", "dl", "dt", "dd", "note", "important", "caution", "div", "h1", "h2", "h3", "h4", "pre")
) | {"table", "tr", "br", "fullname"}
_PARAGRAPH = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"•\s*\0[\s\0]*")  # a paragraph within an item of a list begins with the item


def paragraphs(text: SpecText | None, form: Form) -> Paragraphs:
    """Part a description into paragraphs, and those into text and code."""
    return tuple(ParagraphView(tuple(_parts(each))) for each in _texts(text, form))


def first_sentence(text: SpecText | None, form: Form) -> str:
    """Give what stands in lists: `Creates a thing. It is slow.` gives `Creates a thing.`"""
    head = next(iter(_texts(text, form)), "").replace("`", "")
    found = re.match(r"(.{1,200}?[.!?])(\s|$)", head)
    return found[1] if found else head if len(head) <= 200 else f"{head[:199].rstrip()}…"


def _parts(text: str) -> Iterator[PartView]:
    for piece in _CODE.split(text):
        if piece:
            code = piece[0] == "`" and len(piece) > 2
            yield PartView(piece.strip("`") if code else piece, code)


def _texts(text: SpecText | None, form: Form) -> tuple[str, ...]:
    """Only foreign models mark their text up."""
    if text is None:
        return ()
    return _plain(text.raw) if form == "speccast" else _marked_up(text.raw)


def _plain(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _PARAGRAPH.split(text) if part.strip())


def _marked_up(text: str) -> tuple[str, ...]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    text = _BULLET.sub("• ", "".join(reader.found))
    parts = (_SPACE.sub(" ", part).strip() for part in text.split("\0"))
    return tuple(part for part in parts if part)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.found.append("\0• " if tag == "li" else "\0")
        elif tag == "code":
            self.found.append("`")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.found.append("\0")
        elif tag == "code":
            self.found.append("`")

    def handle_data(self, data: str) -> None:
        self.found.append(data.replace("\0", ""))
