"""The syntaxes on API reference pages -> trees, and what they state.

In: the sections of a page. Out: the trees of `request` and `response`, with the facts that only a syntax has: what is
within members, what the page leaves out, how JSON shows a value. Members outside the body are named as listings do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codegen.documents.facts import Aspect, Unread
from codegen.documents.pages.blocks import Block, Kind
from codegen.documents.pages.findings import Findings, spots
from codegen.documents.pages.http_syntax import Exchange, parse_exchange
from codegen.documents.pages.sections import Section
from codegen.documents.pages.syntax import Node
from codegen.documents.pages.tokens import SyntaxFault


def read_syntaxes(findings: Findings, sections: Sequence[Section]) -> Mapping[str, Node]:
    """Read the syntaxes: the trees of `request` and `response`, whichever the page shows."""
    trees: dict[str, Node] = {}
    for section in sections:
        if not section.name.endswith(" Syntax") or not section.blocks:
            continue
        root = section.name.split()[0].lower()
        blocks = [block for block in section.blocks if block.kind is Kind.CODE] or list(section.blocks)
        findings.leave_all((block for block in section.blocks if block not in blocks), "this is no syntax")
        exchange = _exchange(findings, blocks)
        if exchange and root not in trees:
            outside = tuple(_outside(exchange, root, sections))
            trees[root] = _tree(exchange, outside, blocks[0].line)
            _state_syntax(findings, root, trees[root], exchange, outside, blocks[0].line)
    return trees


def _outside(exchange: Exchange, root: str, sections: Sequence[Section]) -> Iterator[str]:
    """Name what is outside the body as the listing does: some go by the header's name, some by what stands for it."""
    listed = {block.text.strip() for section in sections if section.root == root for block in section.blocks}
    for name, value in exchange.outside:
        if name in listed or value in listed:
            yield name if name in listed else value


def _exchange(findings: Findings, blocks: Sequence[Block]) -> Exchange | None:
    pieces, line = list[str](), blocks[0].line
    for block in blocks:
        pieces.append("\n" * (block.line - line) + block.text)
        line = block.line + block.text.count("\n")
    try:
        return parse_exchange("".join(pieces), blocks[0].line)
    except SyntaxFault as fault:
        findings.unread.append(Unread(fault.line, " ".join("".join(pieces)[:200].split()), fault.why))
        return None


def _tree(exchange: Exchange, outside: Sequence[str], line: int) -> Node:
    body = exchange.body.members if exchange.body else ()
    members = {name: Node("elided", line) for name in outside} | dict(body)
    return Node("structure", exchange.body.line if exchange.body else line, tuple(members.items()))


def _state_syntax(
    findings: Findings, root: str, tree: Node, exchange: Exchange, outside: Sequence[str], line: int
) -> None:
    if exchange.status:
        findings.add(root, Aspect.STATUS, exchange.status, line)
    if tree.members:
        findings.add(root, Aspect.ORDER, [name for name, _ in tree.members], tree.line)
    for path, name, node, top in spots(root, tree):
        if not (top and name in outside):
            _state_node(findings, path, name, node, top)


_SYNTAX_TYPES = {"integer": "number", "float": "number", "number": "number"}


def _state_node(findings: Findings, path: str, name: str, node: Node, top: bool) -> None:
    """State a node; a string that shows a name stands for a shape that contains itself."""
    add, line = findings.add, node.line
    if name and not top:
        add(path, Aspect.LISTED, True, line)
    if node.members:
        add(path, Aspect.ORDER, [name for name, _ in node.members], line)
    if node.kind == "string" and node.values:
        add(path, Aspect.ELIDED, True, line)
        add(path, Aspect.TARGET, node.values[0], line)
    elif node.kind == "elided":
        add(path, Aspect.ELIDED, True, line)
    else:
        add(path, Aspect.SYNTAX_TYPE, _SYNTAX_TYPES.get(node.kind, node.kind), line)
        if not top and node.kind != "number":
            add(path, Aspect.TYPE, node.kind, line)
