"""What pages of boto3 clients and pages of API changes share: an operation as botocore's documentation tells it.

In: the blocks of one operation, cut at its headings. Out: its facts. Both kinds of page are made by the same
generator; they differ in what stands around it and in what a text extractor leaves of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from codegen.documents.facts import Aspect, Unread
from codegen.documents.pages.blocks import BEYOND_ASCII, REMARKS, Block
from codegen.documents.pages.findings import Findings, syntax_facts
from codegen.documents.pages.listing import walk_parameters, walk_response
from codegen.documents.pages.prose import prose_facts
from codegen.documents.pages.syntax import Node, parse_call, parse_value
from codegen.documents.pages.tokens import SyntaxFault
from codegen.records import replace

METHOD = rf"[a-z{BEYOND_ASCII}][a-z0-9_{BEYOND_ASCII}]*+"
CALL = re.compile(rf"(?:response = )?client\.({METHOD})\(")
SEE_ALSO = "See also: AWS API Documentation"
_RANKS = {
    "preamble": 0,
    "request syntax": 1,
    "parameters": 2,
    "return type": 3,
    "returns": 4,
    "response syntax": 5,
    "response structure": 6,
    "exceptions": 7,
    "examples": 8,
}
_HEADINGS = {
    "Request Syntax": "request syntax",
    "Parameters": "parameters",
    "Return type": "return type",
    "Returns": "returns",
    "Response Syntax": "response syntax",
    "Response Structure": "response structure",
    "Exceptions": "exceptions",
    "Raises": "exceptions",
    "Examples": "examples",
    "rtype": "return type",
    "returns": "returns",
}
_CAMEL = re.compile(r"\b[A-Z][A-Za-z0-9]{2,100}\b")
_BRACKET = re.compile(r"'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\"|[{}()\[\]]")
_EXCEPTION = re.compile(rf"[A-Za-z0-9_.]*?\.?exceptions\.([A-Za-z0-9_.{BEYOND_ASCII}]++)")
_GOTO = re.compile(r"/goto/WebAPI/[^/]{1,100}/([A-Za-z0-9]{1,100})$")
_STREAM = re.compile(
    r"The response of this operation contains an|member\. When iterated|will yield events|EventStream(?:\.|)$"
)
_NOTHING = frozenset(("dict", "None", "- None", "str", "bytes", "list"))


class Part(NamedTuple):
    """What stands under a heading."""

    name: str
    line: int
    blocks: tuple[Block, ...]


def parts(blocks: Iterable[Block]) -> tuple[Part, ...]:
    """Cut the blocks of an operation at its headings, which come in one order; before the first is the `preamble`."""
    found: list[tuple[str, int, list[Block]]] = [("preamble", 0, [])]
    for block in blocks:
        name, rank = heading_of(block), _RANKS[found[-1][0]]
        if name and _RANKS[name] > rank and (name != "examples" or rank >= _RANKS["return type"]):
            found.append((name, block.line, []))
        else:
            found[-1][2].append(block)
    return tuple(Part(name, line, tuple(inner)) for name, line, inner in found)


def heading_of(block: Block) -> str:
    """`- Parameters:` gives `parameters`; "" where a block is none of the headings."""
    return _HEADINGS.get(block.text.removeprefix("- ").rstrip(":¶# ").strip(), "") if len(block.text) < 40 else ""


def api_name(method: str, blocks: Iterable[Block]) -> str:
    """Name an operation as the API does: as a link or the prose spells it, else `get_x` as `GetX`."""
    plain = method.replace("_", "")
    for block in blocks:
        for link in block.links:
            if (found := _GOTO.search(link)) and found[1].lower() == plain:
                return found[1]
        for word in _CAMEL.findall(block.text):
            if word.lower() == plain:
                return str(word)
    return "".join(word[:1].upper() + word[1:] for word in method.split("_"))


def take_syntax(blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...]]:
    """Join the blocks at the start until their brackets are closed: the text, and the blocks that are left.

    Line ends stay, so that what is within has the line it has in the file.
    """
    pieces, depth, line = list[str](), 0, blocks[0].line if blocks else 0
    for number, block in enumerate(blocks, 1):
        end, depth = _closed(block.text, depth)
        pieces.append("\n" * (block.line - line) + block.text[:end])
        line = block.line + block.text.count("\n")
        if depth <= 0:
            return "".join(pieces), (*_after(block, end), *blocks[number:])
    return "".join(pieces), ()


def _closed(text: str, depth: int) -> tuple[int, int]:
    """Find where the brackets that are open are closed: how far that is, and how many stay open."""
    for found in _BRACKET.finditer(text):
        depth += (found[0] in "{[(") - (found[0] in "}])")
        if depth <= 0 and found[0] in "{[()]}":
            return found.end(), 0
    return len(text), depth


def _after(block: Block, end: int) -> tuple[Block, ...]:
    rest = " ".join(block.text[end:].split())
    return (Block(block.line + block.text.count("\n", 0, end), rest),) if rest else ()


def read_operation(findings: Findings, blocks: Sequence[Block]) -> None:
    """Read what stands between the head of an operation and its end."""
    found = {part.name: part for part in parts(blocks)}
    preamble = found["preamble"].blocks
    described = [block for block in preamble if not block.text.endswith(SEE_ALSO) and block.text not in REMARKS]
    described += [replace(block, text=block.text.removesuffix(SEE_ALSO)) for block in preamble if _ends(block)]
    for aspect, value, line in prose_facts(sorted(described, key=lambda block: block.line)):
        if aspect is Aspect.DESCRIPTION:
            findings.add("", aspect, value, line)
    _request(findings, found)
    _response(findings, found)
    _exceptions(findings, found)


def _ends(block: Block) -> bool:
    """A sentence may be glued to the link after it."""
    return block.text.endswith(SEE_ALSO) and block.text != SEE_ALSO


def _request(findings: Findings, found: Mapping[str, Part]) -> None:
    tree, rest = _tree(findings, _blocks(found, "request syntax"), lambda text, line: parse_call(text, line)[1])
    listing = [*rest, *_blocks(found, "parameters")]
    if listing and "parameters" not in found and listing[-1].text in _NOTHING:
        del listing[-1]  # the type of what is returned
    if tree is None:
        findings.leave_all(listing, "there is no request syntax to read this by")
        return
    _show(findings, "request", tree)
    walk_parameters(findings, tree, listing)


def _response(findings: Findings, found: Mapping[str, Part]) -> None:
    told = (*_blocks(found, "return type"), *_blocks(found, "returns"))
    unknown = [block for block in told if block.text not in _NOTHING and not _STREAM.search(block.text)]
    findings.leave_all(unknown, "nothing is known of this about what is returned")
    tree, rest = _tree(findings, _blocks(found, "response syntax"), parse_value)
    findings.leave_all(rest, "the response syntax is over")
    listing = _blocks(found, "response structure")
    if tree is None:
        findings.leave_all(listing, "there is no response syntax to read this by")
        return
    _show(findings, "response", tree)
    walk_response(findings, tree, listing)


def _blocks(found: Mapping[str, Part], name: str) -> tuple[Block, ...]:
    return found[name].blocks if name in found else ()


def _tree(
    findings: Findings, blocks: Sequence[Block], parse: Callable[[str, int], Node]
) -> tuple[Node | None, tuple[Block, ...]]:
    """Read the syntax that blocks begin with: its tree, None where it cannot be read, and the blocks after it."""
    text, rest = take_syntax(blocks)
    if not text:
        return None, rest
    try:
        return parse(text, blocks[0].line), rest
    except SyntaxFault as fault:
        findings.unread.append(Unread(fault.line, " ".join(text[:200].split()), fault.why))
        return None, rest


def _show(findings: Findings, root: str, tree: Node) -> None:
    for path, aspect, value, line in syntax_facts(root, tree):
        findings.add(path, aspect, value, line)


def _exceptions(findings: Findings, found: Mapping[str, Part]) -> None:
    inner = _blocks(found, "exceptions")
    names: dict[str, int] = {}
    for block in inner:
        listed = _EXCEPTION.findall(block.text)
        names |= {name: block.line for name in listed if name not in names}
        if not listed:
            findings.leave(block, "this is no exception")
    if names:
        findings.add("errors", Aspect.ERRORS, list(names), found["exceptions"].line)
    for name, line in names.items():
        findings.add(f"errors.{name}", Aspect.LISTED, True, line)
