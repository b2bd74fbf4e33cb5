"""A page of an API reference -> facts: of an operation, or of a data type.

In: the blocks of a page, cut at its headings. Out: facts. Members at the top are told with type and constraints, what
is within them by the syntax alone; a type read from the syntax has a `syntaxType` in the same line, and `"string"`
there may be a moment or a blob. Facts of a data type are those of no operation, at `Shape.Member`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import BEYOND_ASCII, REMARKS, Block, Form, Kind
from codegen.documents.pages.facets import facet_of, read_facet
from codegen.documents.pages.findings import Findings
from codegen.documents.pages.prose import is_union, prose_facts
from codegen.documents.pages.reference_errors import read_errors
from codegen.documents.pages.reference_listing import is_boilerplate, read_listing
from codegen.documents.pages.reference_syntax import read_syntaxes
from codegen.documents.pages.sections import SECTIONS, Section, sections_of
from codegen.documents.pages.syntax import Node

_HEADING = re.compile(rf"[A-Z{BEYOND_ASCII}][A-Za-z0-9{BEYOND_ASCII}]{{1,200}}")
_TITLE = re.compile(rf"[A-Za-z{BEYOND_ASCII}][A-Za-z0-9_{BEYOND_ASCII}-]{{1,200}}")
_BOILERPLATE = frozenset(("Topics", "PDF", "RSS", "Focus mode", "On this page"))


def is_reference(blocks: Sequence[Block]) -> bool:
    """Tell by a heading together with a labelled line, or by the sentence about success."""
    headed = any(block.text in SECTIONS for block in blocks)
    labelled = any((facet := facet_of(block.text)) and list(read_facet(facet, "")) for block in blocks)
    return headed and (labelled or any(map(is_boilerplate, blocks)))


def read_api_reference(findings: Findings, blocks: Sequence[Block], form: Form) -> str | None:
    """Read the page; give the service as its title names it."""
    sections = tuple(sections_of(blocks, form))
    title = _title(sections[0].blocks)
    is_shape = any(section.root == "contents" for section in sections)
    if is_shape:
        findings.add(title, Aspect.LISTED, True, _title_line(sections[0], title))
    else:
        findings.begin(title, _title_line(sections[0], title))
    _preamble(findings, sections[0].blocks, title, title if is_shape else "")
    shown = read_syntaxes(findings, sections)
    for section in sections[1:]:
        _section(findings, section, shown, title, form)
    if is_shape:
        _union(findings, sections[0].blocks, title)
    return next((found for block in sections[0].blocks[:3] if (found := _service(block.text, title))), None)


def _title(blocks: Sequence[Block]) -> str:
    """Name the operation: the first heading, or the first line that is but a name; else how the first line begins."""
    headed = (block.text for block in blocks if block.kind is Kind.HEADING and _TITLE.fullmatch(block.text))
    alone = (block.text for block in blocks[:10] if _HEADING.fullmatch(block.text))
    begun = (found[0] for block in blocks[:1] if (found := _HEADING.match(block.text)))
    return next(headed, "") or next(alone, "") or next(begun, "")


def _title_line(section: Section, title: str) -> int:
    return next((block.line for block in section.blocks if block.text.startswith(title)), section.line or 1)


def _service(text: str, title: str) -> str | None:
    return text.removeprefix(f"{title} - ").strip() if title and text.startswith(f"{title} - ") else None


def _preamble(findings: Findings, blocks: Sequence[Block], title: str, root: str) -> None:
    """Read what stands below the title, which a page may have more than once."""
    begin = max((number + 1 for number, block in enumerate(blocks[:20]) if block.text == title), default=0)
    before = [block for block in blocks[:begin] if block.text != title and not _service(block.text, title)]
    findings.leave_all(before, "this stands before the description")
    said = [block for block in blocks[begin:] if block.text not in REMARKS and block.text not in _BOILERPLATE]
    for aspect, value, line in prose_facts(said):
        if aspect is Aspect.DESCRIPTION:
            findings.add(root, aspect, value, line)


def _union(findings: Findings, blocks: Sequence[Block], title: str) -> None:
    """State a union's arms, which are what the page lists."""
    listed = (fact.path.rpartition(".") for fact in findings.facts if fact.aspect is Aspect.LISTED)
    arms = [name for root, _, name in listed if root == title]
    for block in blocks:
        if is_union(block.text):
            findings.add(title, Aspect.UNION, [*arms], block.line)


def _section(findings: Findings, section: Section, shown: Mapping[str, Node], title: str, form: Form) -> None:
    match section.root:
        case "request" | "response":
            read_listing(findings, section, section.root, shown.get(section.root), form)
        case "contents":
            read_listing(findings, section, title, None, form)
        case "errors":
            read_errors(findings, section, form)
        case _:
            return  # syntaxes were read; examples and links state nothing
