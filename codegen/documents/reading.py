"""A saved page -> what it states.

In: the path of a page as a browser or a text extractor saved it. Out: a `Page`, or `Diagnostics` that say what was
expected and what was seen. Nothing is ever fetched. Form and kind are told by what stands in the page:

    bytes -> text -> blocks (`markup`, `markdown`, or lines) -> facts (one reader for each kind of page)
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.documents.facts import Page, PageKind
from codegen.documents.pages.api_changes import is_changes, read_api_changes
from codegen.documents.pages.api_reference import is_reference, read_api_reference
from codegen.documents.pages.blocks import Block, Form, form_of, text_blocks
from codegen.documents.pages.boto3_page import method_of, read_boto3_page
from codegen.documents.pages.findings import Findings
from codegen.documents.pages.markdown import markdown_blocks
from codegen.documents.pages.markup import markup_blocks
from codegen.spec.source import read_regular_file

LARGEST = 16 * 1024 * 1024
_CHARSET = re.compile(rb"<meta\s[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_KNOWN = frozenset(("utf-8", "iso8859-1", "cp1252", "ascii", "iso8859-15", "utf-16"))
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_document(path: Path) -> Page:
    """Read a saved page: an API reference page, a page of a boto3 client, or a page of API changes."""
    content = _content(path)
    text = _decoded(content, path).replace("\r\n", "\n").replace("\r", "\n")
    form = form_of(text)
    blocks = _blocks(text, form, path)
    findings = Findings()
    kind, read = _reader(blocks, form, path)
    service, date = read(findings, blocks, form)
    return Page(
        path=str(path),
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        service=service,
        date=date,
        operations=tuple(dict.fromkeys(findings.operations)),
        facts=tuple(sorted(findings.facts, key=lambda fact: fact.line)),
        unread=tuple(sorted(findings.unread, key=lambda unread: unread.line)),
        lines=text.count("\n") + (not text.endswith("\n")),
    )


def _fault(path: Path, message: str, line: int = 0, rule: str = "unreadable-page") -> Diagnostics:
    return Diagnostics([Diagnostic(rule, message, Location(str(path), line, 1 if line else 0))])


def _content(path: Path) -> bytes:
    try:
        content = read_regular_file(path)
    except Diagnostics as fault:
        raise _fault(path, f"cannot read the page: {fault.found[0].message.removeprefix('cannot be read: ')}") from None
    if len(content) > LARGEST:
        raise _fault(path, f"the page is larger than {LARGEST // 1024**2} MiB; a page about one operation is expected")
    if not content.strip():
        raise _fault(path, "the page is empty")
    return content


def _decoded(content: bytes, path: Path) -> str:
    """Decode as the byte order mark says, else as the page itself says, else UTF-8."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content[len(mark) :], encoding, path)
    told = _CHARSET.search(content[:4096])
    return _decode(content, _encoding(told[1].decode(), path) if told else "utf-8", path)


def _encoding(name: str, path: Path) -> str:
    """Browsers read `iso-8859-1` as Windows-1252, and so do pages that say it mean it."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known not in _KNOWN:
        raise _fault(path, f"the page says that it is written in {quoted(name)}; save it as UTF-8")
    return "cp1252" if known == "iso8859-1" else "utf-8" if known in ("ascii", "utf-16") else known


def _decode(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding, "replace" if encoding == "cp1252" else "strict")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _fault(path, f"the page is not {encoding.upper()}; save it as UTF-8", line) from None


def _blocks(text: str, form: Form, path: Path) -> tuple[Block, ...]:
    if form is Form.HTML:
        return tuple(markup_blocks(text, str(path)))
    return tuple(markdown_blocks(text) if form is Form.MARKDOWN else text_blocks(text))


_Reader = Callable[[Findings, Sequence[Block], Form], tuple[str | None, str | None]]


def _boto3(findings: Findings, blocks: Sequence[Block], form: Form) -> tuple[str | None, str | None]:
    return read_boto3_page(findings, blocks), None


def _changes(findings: Findings, blocks: Sequence[Block], form: Form) -> tuple[str | None, str | None]:
    return read_api_changes(findings, blocks)


def _reference(findings: Findings, blocks: Sequence[Block], form: Form) -> tuple[str | None, str | None]:
    return read_api_reference(findings, blocks, form), None


_KINDS: tuple[tuple[PageKind, Callable[[Sequence[Block]], bool], _Reader], ...] = (
    (PageKind.API_CHANGES, is_changes, _changes),
    (PageKind.BOTO3, lambda blocks: bool(method_of(blocks)), _boto3),
    (PageKind.API_REFERENCE, is_reference, _reference),
)


def _reader(blocks: Sequence[Block], form: Form, path: Path) -> tuple[PageKind, _Reader]:
    for kind, is_it, read in _KINDS:
        if is_it(blocks):
            return kind, read
    expected = "an API reference page (with `Type:` or `Errors`), a boto3 client page or an API changes page"
    seen = f"{form} that begins with {quoted(blocks[0].text[:60])}" if blocks else f"{form} without any text"
    raise _fault(path, f"this is no page that can be read: expected {expected}, seen {seen}", rule="unknown-page")
