"""A subject -> the documents that state it, and the decisions where they disagree; a document -> what it states.

In: a model, how places are found. Out: `Cited` and `Decided`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codegen.diagnostics import Locate
from codegen.reference.constraints import Spot, spot
from codegen.reference.stating import raw
from codegen.reference.subjects import Subject, Told, subjects, target_of, told_of
from codegen.spec import ir
from codegen.spec.aspects import decided_paths
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True)
class Cited:
    """One source of what `of` states: `place` within the document, and the line of the file it was read from."""

    of: str
    source: str
    title: str
    publisher: str
    date: str
    place: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: what each source says, what was chosen and why; `decided` is None where nobody has chosen yet."""

    id: str
    question: str
    statements: Mapping[str, str]
    decided: str | None
    reason: str | None
    facts: tuple[str, ...]
    at: Spot


def sources_of(model: ir.Model, subject: Subject) -> tuple[Cited, ...]:
    """Give the sources of a subject, then those of its type and of their constraints, each once."""
    told = told_of(model, subject)
    target = target_of(model, subject)
    found = [*_citations(subject.path, told), *(_citations(target.id.raw, target) if target is not None else ())]
    return tuple(dict.fromkeys(_cited(model, of, one) for of, one in found))


def _citations(of: str, told: Told | None) -> Iterator[tuple[str, ir.Citation]]:
    if not isinstance(told, ir.Entry):
        return
    yield from ((of, one) for one in told.citations)
    constraints: ir.Constraints = getattr(told, "constraints", ir.NO_CONSTRAINTS)
    for kind in ("length", "range", "pattern"):
        fact: ir.Length | ir.Range | ir.Pattern | None = getattr(constraints, kind)
        own = fact.citations if fact and fact.citations != told.citations else ()
        yield from ((f"{of}:{kind}", one) for one in own)
    if isinstance(told, ir.Operation) and told.asynchronous:
        yield from ((f"{of}:asynchronous", one) for one in told.asynchronous.citations)


def _cited(model: ir.Model, of: str, one: ir.Citation) -> Cited:
    source = model.sources.get(one.source)
    title, publisher, date = (source.title.raw, source.publisher.raw, source.date.raw) if source else ("", "", "")
    return Cited(of, one.source.raw, title, publisher, date, raw(one.place), one.line)


def decisions_of(model: ir.Model, subject: Subject, locate: Locate) -> tuple[Decided, ...]:
    """Give the decisions that a subject, its type or a constraint names, and those that name it, in their order."""
    told, target = told_of(model, subject), target_of(model, subject)
    named = {one for each in (told, target) for one in _decisions(each)}
    names = {subject.path, *([target.id.raw] if target is not None else [])}
    chosen = (one for one in model.decisions.values() if one.id in named or names & {*decided_paths(one)})
    return tuple(decided(one, locate) for one in chosen)


def _decisions(told: Told | None) -> Iterable[SpecText]:
    if not isinstance(told, ir.Entry):
        return () if told is None or isinstance(told, ir.Source) else (told.id,)
    found: ir.Constraints = getattr(told, "constraints", ir.NO_CONSTRAINTS)
    facts_with = (found.length, found.range, found.pattern)
    return (*told.decisions, *(fact.decision for fact in facts_with if fact and fact.decision))


def decided(one: ir.Decision, locate: Locate) -> Decided:
    return Decided(
        id=one.id.raw,
        question=one.question.raw,
        statements={statement.source.raw: statement.says.raw for statement in one.statements},
        decided=raw(one.decided),
        reason=raw(one.reason),
        facts=tuple(fact.raw for fact in one.facts),
        at=spot(one.at, locate),
    )


def citing(model: ir.Model, source: str) -> Iterator[tuple[str, ir.Citation]]:
    """Walk whatever cites a source, once for each citation: `Title`, or `Title:length` for a constraint's own."""
    for subject in subjects(model):
        yield from (
            found for found in _citations(subject.path, told_of(model, subject)) if found[1].source.raw == source
        )
