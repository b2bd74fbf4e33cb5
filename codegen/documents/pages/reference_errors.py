"""The errors on API reference pages -> facts.

In: the section of errors. Out: facts of each error in the order of the page: its status, what to do about it, its
members where the page has them, which stand between its description and its status, or in a list within its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import REMARKS, Block, Form, Kind
from codegen.documents.pages.facets import facet_of
from codegen.documents.pages.findings import Findings
from codegen.documents.pages.reference_listing import Member, is_said, state
from codegen.documents.pages.sections import Section
from codegen.records import replace

_ACTION = re.compile(r"\bSuggested action: ?")


def read_errors(findings: Findings, section: Section, form: Form) -> None:
    """Read errors; members of an error stand between its description and its status."""
    errors: list[Member] = []
    member: Member | None = None
    top = _top(section, form)
    told = True  # whether the error at hand has its status
    for block in section.blocks:
        facet, name = facet_of(block.text), _error_name(block, form)
        if name and (_begins(name, told) if top is None else block.depth == top):
            state(findings, member)
            member, told = None, False
            errors.append(Member(f"errors.{name}", block.line))
        elif name and errors:
            state(findings, member)
            member = Member(f"{errors[-1].path}.{name}", block.line)
        elif facet and facet.label == "HTTP Status Code" and errors:
            errors[-1].facets.append((facet, block))
            told = True
        elif facet and member:
            member.facets.append((facet, block))
        elif not is_said(findings, block):
            _tell_error(findings, member or (errors[-1] if errors else None), block)
    state(findings, member)
    _state_errors(findings, errors, section.line)


def _begins(name: str, told: bool) -> bool:
    """Take a name for an error's, where nothing but its ending and the status before it tells."""
    return told or name.endswith(("Exception", "Error", "Fault"))


def _top(section: Section, form: Form) -> int | None:
    """Say how deep the errors stand in HTML, where members are in lists of their own."""
    depths = [block.depth for block in section.blocks if _error_name(block, form)]
    return min(depths, default=0) if form is Form.HTML else None


def _error_name(block: Block, form: Form) -> str:
    found = re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{1,200}", block.text.strip())
    wanted = form is Form.TEXT or block.kind is Kind.TERM
    return found[0] if found and wanted and block.text not in REMARKS else ""


def _tell_error(findings: Findings, member: Member | None, block: Block) -> None:
    if member is None:
        findings.leave(block, "this stands before the first error")
    else:
        member.about.append(block)


def _state_errors(findings: Findings, errors: Sequence[Member], line: int) -> None:
    if errors:
        findings.add("errors", Aspect.ERRORS, [error.path.removeprefix("errors.") for error in errors], line)
    for error in errors:
        for number, block in enumerate(error.about):
            if found := _ACTION.search(block.text):
                findings.add(error.path, Aspect.SUGGESTED_ACTION, block.text[found.end() :], block.line)
                error.about[number] = replace(block, text=block.text[: found.start()].strip())
        error.about = [block for block in error.about if block.text]
        state(findings, error)
