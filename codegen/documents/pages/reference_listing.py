"""The listings of members on API reference pages -> facts.

In: a section and the tree of its syntax. Out: facts of each member that is listed: its labelled lines, what its prose
names, how its moments travel. In text a name is a line like any other; what was told so far and what follows tell it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import BEYOND_ASCII, REMARKS, Block, Form, Kind
from codegen.documents.pages.facets import Facet, facet_of, items_of, read_facet
from codegen.documents.pages.findings import Findings, spots
from codegen.documents.pages.prose import arms_of, is_union, prose_facts
from codegen.documents.pages.sections import Section
from codegen.documents.pages.syntax import Node

_SAID = re.compile(
    r"For information about the (?:parameters|errors) that are common to all actions"
    r"|(?:The|This) (?:request|action|operation) (?:accepts|uses|does not)"
    r"|The following (?:data|element|elements|headers|parameters)\b.{0,80}\breturned"
    r"|If the action is successful, the service sends back the following HTTP response|Root level tag for the "
    r"|The response (?:returns|does not|of this operation)|(?:In the following list, the|The) required parameters are"
    r"|For more information about using this API in one of"
)
_SUCCESS = re.compile(r"\bsends back an HTTP ([1-5][0-9][0-9]) response")
_NAME = re.compile(
    rf"([A-Za-z_${BEYOND_ASCII}][A-Za-z0-9_${BEYOND_ASCII}-]{{0,200}})"
    r"((?:\.(?:member|entry|item|N|n|key|value|[0-9]+)){0,6})"
)
_FACET_LABELS = re.compile(r"(?:[A-Z][a-z]+ ){1,3}(?:Constraints|Pattern|Range|Values|Members|Entries|Keys): ")


@dataclass(slots=True)
class Member:
    """A member, or an error, with what is said of it."""

    path: str
    line: int
    about: list[Block] = field(default_factory=list[Block])
    facets: list[tuple[Facet, Block]] = field(default_factory=list[tuple[Facet, Block]])
    node: Node | None = None


def read_listing(findings: Findings, section: Section, root: str, tree: Node | None, form: Form) -> None:
    """Read the members of a section, each with what is said of it until the next."""
    known = _known(root, tree)
    last = {block.text: number for number, block in enumerate(section.blocks)}
    names = _Names(form, frozenset(known), any(map(_is_linked, section.blocks)), last)
    member: Member | None = None
    for number, block in enumerate(section.blocks):
        name = _member_name(names, member, section.blocks[number : number + 40], number)
        facet = facet_of(block.text)
        if name:
            state(findings, member)
            path, node = known.get(name) or (f"{root}.{name}", None)
            member = Member(path, block.line, node=node)
        elif facet and member:
            member.facets.append((facet, block))
        elif not is_said(findings, block):
            _tell(findings, member, block)
    state(findings, member)


def _tell(findings: Findings, member: Member | None, block: Block) -> None:
    """Add a sentence to what is said of a member; before the first member nothing is expected."""
    if member is None:
        findings.leave(block, "this stands before the first member")
    elif _FACET_LABELS.match(block.text):
        findings.leave(block, "no constraint of this name is known")
    else:
        member.about.append(block)


def _known(root: str, tree: Node | None) -> dict[str, tuple[str, Node | None]]:
    """Say for each name where it is: at the top, else wherever the tree has it once."""
    found: dict[str, tuple[str, Node | None]] = {}
    for spot in spots(root, tree) if tree else ():
        if spot.name and (spot.top or spot.name not in found):
            found[spot.name] = (spot.path, spot.node)
    return found


class _Names(NamedTuple):
    """How members are told from prose: the names in the syntax, whether names lead to it, where each text is last."""

    form: Form
    known: frozenset[str]
    linked: bool
    last: Mapping[str, int]


def _is_linked(block: Block) -> bool:
    """A name leads to the syntax, or is what links lead to."""
    return block.kind is Kind.TERM and any("Syntax" in link or "-" in link for link in block.links if link[0] == "#")


def _member_name(names: _Names, member: Member | None, blocks: Sequence[Block], number: int) -> str:
    """Tell the name a block is: a term, or in text a name alone in a line where a member may begin; else ""."""
    block, after = blocks[0], blocks[1:]
    found = _NAME.fullmatch(block.text)
    if found is None or block.kind is Kind.CODE or (block.text in REMARKS and block.kind is not Kind.TERM):
        return ""
    if names.form is not Form.TEXT:
        is_name = block.kind is Kind.TERM and (not names.linked or _is_linked(block) or found[1] in names.known)
        return found[1] if is_name else ""
    if member is None or member.facets:
        return found[1] if found[1] in names.known or _is_told(after) else ""
    follows = bool(after) and _NAME.fullmatch(after[0].text) is None
    may_begin = bool(member.about) and follows and names.last[block.text] == number
    return found[1] if found[1] in names.known and may_begin else ""


def _is_told(after: Sequence[Block]) -> bool:
    """A name is followed by a type, before another line that is but a name."""
    for block in after:
        if facet_of(block.text):
            return True
        if _NAME.fullmatch(block.text):
            return False
    return False


def is_boilerplate(block: Block) -> bool:
    """Tell the sentences that stand on every page."""
    return _SUCCESS.search(block.text) is not None or _SAID.match(block.text) is not None


def is_said(findings: Findings, block: Block) -> bool:
    """Take the sentences that each page has; the one about success tells a status."""
    if found := _SUCCESS.search(block.text):
        findings.add("response", Aspect.STATUS, int(found[1]), block.line)
        return True
    return block.text in REMARKS or _SAID.match(block.text) is not None


def state(findings: Findings, member: Member | None) -> None:
    """State what was gathered about a member."""
    if member is None:
        return
    findings.add(member.path, Aspect.LISTED, True, member.line)
    kind, where = "", ""
    for facet, block in member.facets:
        stated = tuple(read_facet(facet, where))
        for at, aspect, value in stated:
            findings.add(member.path + at, aspect, value, block.line)
        if not stated:
            findings.leave(block, f"this {facet.label.lower()} is not understood")
        elif facet.label == "Type":
            kind, where = str(stated[0][2]), items_of(facet.text)
    _state_prose(findings, member, kind)


def _state_prose(findings: Findings, member: Member, kind: str) -> None:
    for aspect, value, line in prose_facts(member.about, kind or "untyped"):
        findings.add(member.path, aspect, value, line)
    for block in member.about:
        if is_union(block.text):
            shown = (name for name, _ in member.node.members) if member.node else ()
            findings.add(member.path, Aspect.UNION, arms_of(block.text, shown), block.line)
    if kind == "timestamp" and member.node and (form := _FORMATS.get(member.node.kind)):
        findings.add(member.path, Aspect.TIMESTAMP_FORMAT, form, member.node.line)


_FORMATS = {"string": "date-time", "number": "epoch-seconds", "integer": "epoch-seconds"}
"""How a moment travels, told by how the syntax shows it."""
