"""A spec held against the pages it was curated from: each fact of a page judged, and each citation looked up.

In: a model, and pages that were read. Out: one `Audited` per page: a verdict on each of its facts, what it says no
other sibling is there, which citations of the spec it bears out, and the findings. Nothing is printed here.

A contradiction is settled by a decision that covers the aspect of the place and has a statement of this source; a
decision that nobody has taken yet, or that this source does not speak in, settles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Diagnostic, Location, Note, Place, quoted
from codegen.documents.auditing.agreeing import COUNTED
from codegen.documents.auditing.judging import judge
from codegen.documents.auditing.matching import subjects
from codegen.documents.auditing.proving import Proof, prove
from codegen.documents.auditing.siblings import absent
from codegen.documents.auditing.sides import Side, sides_of
from codegen.documents.auditing.verdicts import Judged, Verdict
from codegen.documents.facts import Page
from codegen.spec import ir


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What became of one page; `source` is None where no source of the spec is this page."""

    page: Page
    source: str | None
    changed: bool
    judged: tuple[Judged, ...]
    proof: Proof
    findings: tuple[Diagnostic, ...]

    def count(self, *verdicts: Verdict) -> int:
        """Count the facts of the page with one of these verdicts; siblings that it lacks are not facts of it."""
        return sum(1 for one in self.judged if one.verdict in verdicts and one.fact.aspect in COUNTED)


def audit(model: ir.Model, pages: Sequence[Page]) -> tuple[Audited, ...]:
    """Judge every page; a fact of the spec that cites several of them need only stand in one."""
    return tuple(_audit(side) for side in sides_of(model, pages))


def _audit(side: Side) -> Audited:
    judged = (*(judge(side, fact) for fact in side.page.facts), *absent(side))
    proof = prove(side.model, side.page, side.source, side.indices, side.known)
    findings = (
        *_about_source(side),
        *_missing_operations(side),
        *(one.finding for one in judged if one.finding),
        *proof.findings,
    )
    return Audited(
        page=side.page,
        source=side.source.raw if side.source else None,
        changed=side.changed,
        judged=tuple(judged),
        proof=proof,
        findings=findings,
    )


def _about_source(side: Side) -> Iterator[Diagnostic]:
    page = Note(f"its digest is {side.page.sha256}", Location(side.page.path))
    if side.source is None:
        message = f'no source of the spec is {quoted(side.page.path)}; add it to "sources", or leave it out'
        yield Diagnostic("no-source", message, Place(side.model.service.at.file, ("sources",), on_key=True))
    elif side.changed:
        at = side.model.sources[side.source].at
        message = f"{side.title} is not the document that was curated from: its digest has changed"
        yield Diagnostic("digest-changed", message, at.child("sha256"), notes=(page,))


def _missing_operations(side: Side) -> Iterator[Diagnostic]:
    for operation in subjects(side.page):
        if side.index(operation) is None:
            lines = [fact.line for fact in side.page.facts if fact.operation == operation]
            message = f"{side.title} describes {operation}; the spec has no such operation"
            place = Place(side.model.service.at.file, ("operations",), on_key=True)
            yield Diagnostic("missing-fact", message, place, notes=(side.note(min(lines, default=1)),))
