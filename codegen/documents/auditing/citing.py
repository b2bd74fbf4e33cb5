"""The line for each citation of a page: where in the document the fact stands.

In: a model, and pages with the sources that they are. Out: the citation at each place in the spec, as it is to be
written. What the page has nothing of keeps what it says.

One place of a page has several lines. A member cites the line that names it, a shape the line of what it states most
narrowly (valid values, a pattern, a length), a constraint the line of that constraint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.diagnostics import Place
from codegen.documents.auditing.matching import key_of, meant, sources_of
from codegen.documents.auditing.proving import LENGTHS, RANGES, constraint_of, lines_of
from codegen.documents.facts import Aspect, Page
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.check.walk import citations

_SHAPE = (
    Aspect.VALUES,
    Aspect.UNION,
    Aspect.PATTERN,
    *LENGTHS,
    *RANGES,
    Aspect.TIMESTAMP_FORMAT,
    Aspect.NAMED_VALUES,
    Aspect.TYPE,
    Aspect.TARGET,
    Aspect.ORDER,
    Aspect.LISTED,
)
_MEMBER = (Aspect.LISTED, Aspect.REQUIRED, Aspect.TYPE)
_OPERATION = (Aspect.DESCRIPTION, Aspect.LISTED)
_ERROR = (Aspect.LISTED, Aspect.STATUS)


def with_lines(model: ir.Model, pages: Sequence[Page]) -> Iterator[tuple[Place, str]]:
    """Give place and text of every citation that says no line, or one that says something else."""
    sources = zip(sources_of(model, pages), pages, strict=True)
    known = {source: page for source, page in sources if source is not None}
    for citation in {each.at: each for each in citations(model)}.values():
        page = known.get(citation.source)
        line = _line(page, citation) if page else None
        if line is not None:
            yield citation.at, replace(citation, line=line).written


def _line(page: Page, citation: ir.Citation) -> int | None:
    """Choose the line for a citation, by what kind of entry makes it; one that is right stays."""
    place = meant(page, citation)
    if place is None or citation.line in lines_of(page, *place):
        return None
    operation, path = place
    lines = {
        fact.aspect: fact.line
        for fact in reversed(page.facts)
        if key_of(fact.operation) == key_of(operation) and fact.path == path
    }
    chosen = (lines[aspect] for aspect in _aspects(citation) if aspect in lines)
    return next(chosen, next(iter(lines_of(page, operation, path)), None))


def _aspects(citation: ir.Citation) -> tuple[Aspect, ...]:
    """`/shapes/Title/length/sources/0` is a constraint's, `/shapes/Title/sources/0` a shape's."""
    section, *holder = citation.at.pointer[:-2]
    if section == "operations":
        return _OPERATION
    if len(holder) == 1:
        return _ERROR if section == "errors" else _SHAPE
    return constraint_of(citation) or _MEMBER
