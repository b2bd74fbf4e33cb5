"""A subject -> all that is to be said of it: what is stated, by whom, what came of it, what proves it, since when.

In: the package with its traces, the releases beside it. Out: `Explanation`, which `printing` turns into text or JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.templates import TYPES
from codegen.orders import Order
from codegen.reference.asking import find_subjects
from codegen.reference.cases import Case
from codegen.reference.constraints import Constraint, Spot, constraints_of, spot
from codegen.reference.history import Change, History
from codegen.reference.packages import Package
from codegen.reference.provenance import Cited, Decided, citing, decided, decisions_of, sources_of
from codegen.reference.span import Span
from codegen.reference.stating import facts_of, python_of
from codegen.reference.subjects import Kind, Subject, target_of, told_of
from codegen.reference.tracing import TemplateLine, Traces, mentioned, template_at
from codegen.spec import ir
from codegen.spec.aspects import decided_paths
from codegen.spec.ir import Json, SpecText


@dataclass(frozen=True, slots=True)
class Line:
    """Generated lines that come of `of`: `file` as the user names it, `text` the first of them."""

    of: str
    file: str
    first: int
    last: int
    role: str
    facet: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The generated line that was asked about: what it comes of, innermost first, and what else it mentions."""

    file: str
    line: int
    text: str
    spans: tuple[Span, ...]
    mentions: tuple[Subject, ...]
    template: TemplateLine | None
    case: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`type_changes` are changes of the member's type; `beside` names other things of the same name."""

    spec: str
    subject: Subject
    at: Spot
    facts: Mapping[str, Json]
    python: Mapping[str, Json]
    constraints: tuple[Constraint, ...]
    sources: tuple[Cited, ...]
    decisions: tuple[Decided, ...]
    cited_by: tuple[Cited, ...]
    lines: tuple[Line, ...]
    cases: tuple[Case, ...]
    releases: tuple[str, ...]
    having: tuple[str, ...]
    changes: tuple[Change, ...]
    type_changes: tuple[Change, ...]
    beside: tuple[Subject, ...]
    notes: tuple[str, ...]


def explain(package: Package, traces: Traces, history: History, subject: Subject) -> Explanation:
    """Put together all that is known of a subject."""
    model, locate = package.loaded.model, package.loaded.locate
    told = told_of(model, subject)
    assert told is not None  # a subject is found before it is explained
    target = target_of(model, subject)
    whole = Subject(Kind.SHAPE, target.id.raw) if target is not None else None
    unread = (f"the release {name} beside it cannot be read" for name in history.unread)
    return Explanation(
        spec=package.loaded.name,
        subject=subject,
        at=spot(told.at, locate),
        facts=facts_of(model, subject),
        python=_python_of(package, traces, subject),
        constraints=constraints_of(package.naming, subject, locate),
        sources=sources_of(model, subject),
        decisions=(decided(told, locate),) if isinstance(told, ir.Decision) else decisions_of(model, subject, locate),
        cited_by=tuple(_cited_by(model, subject)),
        lines=tuple(lines_of(package, traces, subject, target)),
        cases=traces.proofs(subject),
        releases=history.releases,
        having=history.having(subject),
        changes=history.changes(subject),
        type_changes=history.changes(whole) if whole else (),
        beside=tuple(one for one in find_subjects(subject.path, package.naming) if one != subject),
        notes=(*package.notes, *unread, *_not_made(package, subject)),
    )


def _python_of(package: Package, traces: Traces, subject: Subject) -> Mapping[str, Json]:
    if told_of(package.naming.model, subject) is None:
        return {}
    types = (span.path for span in traces.of(subject) if span.role == "type")
    return python_of(package.naming, subject, next(types, TYPES))


def _not_made(package: Package, subject: Subject) -> Iterator[str]:
    if told_of(package.naming.model, subject) is None:
        yield "the operations that were chosen do not reach it: nothing is generated of it"


def _cited_by(model: ir.Model, subject: Subject) -> Iterator[Cited]:
    if subject.kind is not Kind.SOURCE:
        return
    source = model.sources[SpecText(subject.name)]
    for of, citation in citing(model, subject.name):
        place = citation.place.raw if citation.place else None
        yield Cited(of, subject.name, source.title.raw, source.publisher.raw, source.date.raw, place, citation.line)


# --------------------------------------------------------------------------------------------------------------- lines


def lines_of(package: Package, traces: Traces, subject: Subject, target: ir.Shape | None) -> Iterator[Line]:
    """The lines of a subject; then those of a member's type, where that has its own; or of a decision's facts."""
    for span in traces.of(subject):
        yield _line(package, traces, subject, span)
    if target is not None and not isinstance(target, ir.Structure | ir.UnionOf | ir.ListOf | ir.MapOf):
        whole = Subject(Kind.SHAPE, target.id.raw)
        made = [span for span in traces.of(whole) if span.role in ("class", "type", "argument")]
        yield from (_line(package, traces, whole, span) for span in made)
    told = told_of(package.loaded.model, subject)
    for path in decided_paths(told) if isinstance(told, ir.Decision) else ():
        for one in find_subjects(path, package.naming)[:1]:
            yield from (_line(package, traces, one, span) for span in traces.of(one)[:1])


def _line(package: Package, traces: Traces, subject: Subject, span: Span) -> Line:
    text = traces.files[span.path].split("\n")[span.first - 1].strip()
    return Line(subject.path, package.shown(span.path), span.first, span.last, span.role, span.facet, text)


def asked_line(package: Package, traces: Traces, order: Order, path: str, line: int) -> Asked:
    """Tell what one generated line comes of."""
    text = traces.files[path].split("\n")[line - 1]
    spans = traces.at(path, line)
    about = {span.subject for span in spans}
    copied = template_at(traces, path, line, order.overrides)
    printed = copied is None or copied.template.endswith((".j2", ".jinja2"))
    mentions = tuple(one for one in mentioned(traces, path, line) if one not in about) if printed else ()
    case = next((one for one in traces.cases if one.line == line), None) if path == "conformance/cases.json" else None
    return Asked(package.shown(path), line, text.strip(), spans, mentions, copied, case)
