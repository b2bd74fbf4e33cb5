"""One page beside a spec: what the spec states at each place that the page speaks of, and what settles a difference.

In: a model and pages. Out: a `Side` per page, which the judges share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Location, Note, quoted
from codegen.documents.auditing.matching import key_of, operations_by_key, sources_of, syntactic
from codegen.documents.facts import Aspect, Fact, Page
from codegen.documents.stated import Stated, stated, stated_shape
from codegen.spec import ir
from codegen.spec.ir import SpecText

CONSTRAINTS = frozenset(
    {
        Aspect.MIN_LENGTH,
        Aspect.MAX_LENGTH,
        Aspect.MIN_ITEMS,
        Aspect.MAX_ITEMS,
        Aspect.MIN_VALUE,
        Aspect.MAX_VALUE,
        Aspect.PATTERN,
    }
)
UNDECIDABLE = frozenset({Aspect.STATUS, Aspect.SUGGESTED_ACTION})

Index = Mapping[str, Sequence[Stated]]
"""What a spec states of one operation, by path."""


@dataclass(frozen=True, slots=True)
class Side:
    """One page beside the spec."""

    model: ir.Model
    page: Page
    source: SpecText | None
    indices: Mapping[str, Index]
    known: Mapping[str, Page]
    names: Mapping[str, str]
    shown: Collection[Fact]

    @property
    def changed(self) -> bool:
        """Say whether the page is another than the one that was curated from."""
        digest = self.model.sources[self.source].sha256 if self.source else None
        return self.source is not None and (digest is None or digest.raw != self.page.sha256)

    @property
    def title(self) -> str:
        return quoted(self.source.raw) if self.source else "the document"

    def index(self, operation: str) -> Index | None:
        name = self.names.get(key_of(operation)) if operation else ""
        return self.indices[name] if name is not None else None

    def note(self, line: int) -> Note:
        return Note(f"{self.title} says so here", Location(self.page.path, line, 1))


def sides_of(model: ir.Model, pages: Sequence[Page]) -> tuple[Side, ...]:
    """Put each page beside the spec."""
    sources = sources_of(model, pages)
    known = {source.raw: page for source, page in zip(sources, pages, strict=True) if source}
    indices = {name: _index(stated(model, name)) for name in _audited(model, pages)}
    indices[""] = _index(one for name in _described(model, pages) for one in stated_shape(model, name))
    names = operations_by_key(model)
    return tuple(
        Side(model, page, source, indices, known, names, syntactic(page))
        for page, source in zip(pages, sources, strict=True)
    )


def _audited(model: ir.Model, pages: Sequence[Page]) -> tuple[str, ...]:
    names = operations_by_key(model)
    keys = dict.fromkeys(key_of(each) for page in pages for each in page.operations)
    return tuple(names[key] for key in keys if key in names)


def _described(model: ir.Model, pages: Sequence[Page]) -> tuple[str, ...]:
    """Give the shapes of the spec that pages about data types describe."""
    tops = (fact.path.partition(".")[0] for page in pages for fact in page.facts if not fact.operation)
    return tuple(name for name in dict.fromkeys(tops) if SpecText(name) in model.shapes)


def _index(every: Iterable[Stated]) -> Index:
    found: dict[str, list[Stated]] = {}
    for one in every:
        found.setdefault(one.path, []).append(one)
    return found


# ----------------------------------------------------------------------------------------------------------- decisions


def settled(side: Side, here: Sequence[Stated], aspect: Aspect) -> str | None:
    """Name the decision that settles what these statements say otherwise than the page.

    It has heard this source, and nothing is settled once the page is another than the one it heard. A bound or a
    pattern names its decision itself; of statuses the spec has one per source, so there is nothing to decide.
    """
    for name in () if side.changed or aspect in UNDECIDABLE else _settling(here, aspect):
        decision = side.model.decisions.get(SpecText(name))
        if decision and decision.decided and any(each.source == side.source for each in decision.statements):
            return name
    return None


def _settling(here: Sequence[Stated], aspect: Aspect) -> tuple[str, ...]:
    if aspect in CONSTRAINTS:
        return tuple(one.decision for one in here if one.aspect is aspect and one.decision)
    return decisions_of(here)


def decisions_of(here: Sequence[Stated]) -> tuple[str, ...]:
    """Name every decision that covers one of these statements."""
    return tuple(dict.fromkeys(name for one in here for name in one.decisions))


def unsettling(side: Side, here: Sequence[Stated]) -> Iterator[Note]:
    """Say of the decisions that cover the place why they settle nothing."""
    for name in decisions_of(here):
        decision = side.model.decisions.get(SpecText(name))
        if decision and not decision.decided:
            yield Note(f"decision {quoted(name)} is not taken yet", decision.at.key())
        elif decision and side.changed and any(each.source == side.source for each in decision.statements):
            yield Note(f"decision {quoted(name)} was taken before the document changed", decision.at.key())
