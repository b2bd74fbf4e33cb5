"""HTML -> blocks.

In: HTML as a browser saved it, hostile or broken as it may be. Out: blocks in the order of the page, of its main
part where it has one; navigation, scripts and forms are no part of a page's statements.
lxml reads it: it recovers from whatever it is given, in linear time, and tells the line of each element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.documents.pages.blocks import Block, Kind

try:
    from lxml import etree as _lxml
except ModuleNotFoundError:
    etree: Any = None
else:
    etree = _lxml

MISSING_LIBRARY = "missing-library"
_ATTRIBUTES = 1000  # of one element; arbitrary
_SKIPPED = re.compile(
    "head|script|style|nav|header|footer|noscript|template|form|button|svg|iframe|object|textarea|select"
)
_KINDS = {
    **{f"h{level}": Kind.HEADING for level in range(1, 7)},
    "summary": Kind.HEADING,
    "dt": Kind.TERM,
    "pre": Kind.CODE,
}
_OPENING = re.compile(
    "address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|figure|h[1-6]|hr|li|main|ol|p|pre"
    "|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|awsdocs-note|awsui-expandable-section"
)
_MAIN = (
    "//*[@id='main-col-body']",
    "//main",
    "//*[@role='main']",
    "//*[@id='main-content']",
    "//article",
    "//body",
)


@dataclass(slots=True)
class _Writing:
    """What is being gathered: the pieces of the block at hand, and the line that reading has come to."""

    line: int = 1
    begun: int = 0
    kind: Kind = Kind.TEXT
    anchor: str = ""
    depth: int = 0
    pieces: list[str] = field(default_factory=list[str])
    code: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])

    def add(self, text: str) -> None:
        if not self.begun and text.strip():
            self.begun = self.line + text[: len(text) - len(text.lstrip())].count("\n")
        if self.begun:
            self.pieces.append(text)
        self.line += text.count("\n")

    def block(self) -> Iterator[Block]:
        """Hand over what was gathered and begin anew."""
        text = "".join(self.pieces)
        shown = text.strip("\n") if self.kind is Kind.CODE else " ".join(text.split())
        if shown:
            yield Block(self.begun, shown, self.kind, tuple(self.code), tuple(self.links), self.anchor, self.depth)
        self.begun, self.pieces, self.code, self.links = 0, [], [], []


def markup_blocks(text: str, path: str) -> Iterator[Block]:
    """Walk the blocks of HTML; without lxml, say how to get it."""
    if etree is None:
        message = "reading HTML needs lxml; pip install 'speccast[extract]', or save the page as text"
        raise Diagnostics([Diagnostic(MISSING_LIBRARY, message, Location(path))])
    content = text.replace("\0", "\ufffd").encode()
    _refuse_attributes(content, path)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(content, parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        message = "the page nests its elements too deep to be read to its end; save it as text"
        raise Diagnostics([Diagnostic("unreadable-page", message, Location(path))])
    if root is None:
        return
    for title in root.xpath("//title")[:1]:
        yield from _title(title)
    yield from _walk(_main(root))


class _Attributes:
    """Counts the attributes of elements as they begin, and builds no tree: the time that takes is their square."""

    most = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.most = max(self.most, len(attributes))

    def close(self) -> int:
        return self.most


def _refuse_attributes(content: bytes, path: str) -> None:
    most = etree.fromstring(content, etree.HTMLParser(encoding="utf-8", huge_tree=True, target=_Attributes()))
    if most > _ATTRIBUTES:
        message = f"an element of the page has {most} attributes; save it as text"
        raise Diagnostics([Diagnostic("unreadable-page", message, Location(path))])


def _title(element: Any) -> Iterator[Block]:
    if text := " ".join((element.text or "").split()):
        yield Block(element.sourceline or 1, text, Kind.TITLE)


def _main(root: Any) -> Any:
    """Choose the main part: the first of `_MAIN` that holds anything, else all."""
    found = (element for where in _MAIN for element in root.xpath(where) if len(element))
    return next(found, root)


def _walk(root: Any) -> Iterator[Block]:
    writing = _Writing()
    open_kinds: list[Kind] = [Kind.TEXT]
    steps = etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        if event == "start" and _is_skipped(element, tag):
            steps.skip_subtree()
        elif event == "start":
            yield from _enter(writing, element, tag, open_kinds)
        elif _is_skipped(element, tag):
            writing.add(element.tail or "")
        else:
            yield from _leave(writing, element, tag, open_kinds, last=element is root)
    yield from writing.block()


def _is_skipped(element: Any, tag: str) -> bool:
    """A remark may be an `aside` too."""
    return _SKIPPED.fullmatch(tag) is not None or (tag == "aside" and "admonition" not in (element.get("class") or ""))


def _enter(writing: _Writing, element: Any, tag: str, kinds: list[Kind]) -> Iterator[Block]:
    if _OPENING.fullmatch(tag) and not (tag == "br" and writing.kind is Kind.CODE):
        yield from writing.block()
    if _OPENING.fullmatch(tag):
        kinds.append(_KINDS.get(tag, Kind.TEXT if tag == "dd" else kinds[-1]))
        writing.kind = kinds[-1]
        if anchor := element.get("id"):
            writing.anchor = str(anchor)
    writing.depth += tag == "dl"
    writing.line = max(writing.line, element.sourceline or 0)
    if tag in ("code", "tt") and writing.kind is not Kind.CODE:
        writing.code.append(_beginning(element))
    if tag == "a" and element.get("href"):
        writing.links.append(str(element.get("href")))
    writing.add(element.text or "")


def _leave(writing: _Writing, element: Any, tag: str, kinds: list[Kind], last: bool) -> Iterator[Block]:
    if _OPENING.fullmatch(tag):
        if not (tag == "br" and writing.kind is Kind.CODE):
            yield from writing.block()
        writing.depth -= tag == "dl"
        kinds.pop()
        writing.kind = kinds[-1]
    if not last:
        writing.add(element.tail or "")


def _beginning(element: Any) -> str:
    """Take the text of code, as far as a name reaches; nested code would else be read over and over."""
    return " ".join("".join(piece[:1000] for piece in islice(element.itertext(), 20)).split())
