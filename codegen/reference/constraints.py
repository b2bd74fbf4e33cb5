"""A subject -> its constraints: as the spec states them, and what the package does with them.

In: the package's `Naming`, how places are found. Out: `Constraint`s, those of a member's type after its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.diagnostics import Locate, Place
from codegen.emit.views import facts
from codegen.emit.views.scalars import lowered_pattern
from codegen.reference.naming import Naming
from codegen.reference.stating import raw
from codegen.reference.subjects import Kind, Subject, Told, target_of, told_of
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.lowered import Unsupported, lower, superlinear


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a spec file; line 0 where there is none."""

    file: str
    line: int
    column: int

    @property
    def written(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


def spot(place: Place, locate: Locate) -> Spot:
    found = locate(place)
    return Spot(found.path, found.line, found.column)


@dataclass(frozen=True, slots=True)
class Constraint:
    """`of` is the subject that states it, `stated` as the spec has it; `enforced` says what the package does."""

    kind: str
    of: str
    stated: Mapping[str, Json]
    says: str
    enforced: str
    at: Spot
    sources: tuple[str, ...]
    decision: str | None


def constraints_of(naming: Naming, subject: Subject, locate: Locate) -> tuple[Constraint, ...]:
    """Give the constraints of a shape; of a member its own, then those of its type."""
    told, target = told_of(naming.model, subject), target_of(naming.model, subject)
    work = _Work(_relaxed(naming, subject), _is_sent(naming.model, subject), locate)
    own = _constraints(subject.path, told, work)
    return (*own, *(_constraints(target.id.raw, target, work) if target is not None else ()))


@dataclass(frozen=True, slots=True)
class _Work:
    """What else decides: the kinds that the project relaxes, and whether requests hold such values."""

    relaxed: tuple[str, ...]
    sent: bool
    locate: Locate


def _is_sent(model: ir.Model, subject: Subject) -> bool:
    inputs = tuple(one.input for one in model.operations.values() if one.input is not None)
    return SpecText(subject.name) in set(ir.reachable(model, inputs))


def _relaxed(naming: Naming, subject: Subject) -> tuple[str, ...]:
    if subject.kind is Kind.MEMBER:
        return naming.levels.relaxed(SpecText(subject.name), SpecText(subject.part))
    return naming.levels.relaxed()


def _constraints(of: str, told: Told | None, work: _Work) -> Iterator[Constraint]:
    found: ir.Constraints = getattr(told, "constraints", ir.NO_CONSTRAINTS)
    unit = next((word for kind, word in _UNITS if isinstance(told, kind)), "characters")
    usual = told.citations if isinstance(told, ir.Entry) else ()
    for kind, fact in (("length", found.length), ("range", found.range), ("pattern", found.pattern)):
        if fact is None:
            continue
        yield Constraint(
            kind=kind,
            of=of,
            stated=_stated(fact),
            says=_says(fact, unit),
            enforced="relaxed by the project's checks" if kind in work.relaxed else _enforced(fact, work.sent),
            at=spot(fact.at, work.locate),
            sources=tuple(one.written for one in fact.citations or usual),
            decision=raw(fact.decision),
        )
    if found.unique_items and isinstance(told, ir.Entry):
        sources = tuple(one.written for one in usual)
        yield Constraint(
            "unique",
            of,
            {"unique": True},
            "no item twice",
            _REFUSED if work.sent else _READ,
            spot(told.at, work.locate),
            sources,
            None,
        )


_UNITS: tuple[tuple[type[ir.Shape], str], ...] = ((ir.ListOf, "items"), (ir.MapOf, "entries"), (ir.Blob, "bytes"))


def _stated(fact: ir.Length | ir.Range | ir.Pattern) -> dict[str, Json]:
    if isinstance(fact, ir.Pattern):
        return {"value": fact.text.raw, "match": str(fact.match), "ascii": fact.ascii}
    return {name: bound for name, bound in (("min", fact.min), ("max", fact.max)) if bound is not None}


def _says(fact: ir.Length | ir.Range | ir.Pattern, unit: str) -> str:
    match fact:
        case ir.Length():
            return f"{facts.bounds(fact.min, fact.max)} {unit}"
        case ir.Range():
            return facts.bounds(fact.min, fact.max)
        case ir.Pattern():
            whole = "the whole value" if fact.match is ir.Match.FULL else "a part of the value"
            return f"{fact.text.raw} matches {whole}"


_REFUSED = "a request is refused otherwise"
_READ = "not in requests, and answers are read whatever they hold"


def _enforced(fact: ir.Length | ir.Range | ir.Pattern, sent: bool) -> str:
    """Say what the package does with a value that breaks a constraint."""
    if not fact.enforced:
        return "recorded, not enforced"
    said = _REFUSED if sent else _READ
    if not isinstance(fact, ir.Pattern):
        return said
    lowered = lowered_pattern(fact)
    if lowered is None:
        return f"not enforced: {_why_not(fact)}"
    bounded = lowered.min_length is not None or lowered.max_length is not None
    length = f"{facts.bounds(lowered.min_length, lowered.max_length)} characters" if bounded else ""
    pieces = [f"{'not ' if one.negated else ''}{one.text} ({one.engine})" for one in lowered.pieces]
    return f"{said}; checked as {' and '.join(part for part in (length, *pieces) if part) or 'any text'}"


def _why_not(fact: ir.Pattern) -> str:
    lowered = lower(fact.text.raw, match=fact.match.value, ascii=fact.ascii)
    return lowered.reason if isinstance(lowered, Unsupported) else f"super-linear, {superlinear(lowered)}"
