"""One page beside a spec: what the spec states at each place that the page speaks of.

In: a model and pages. Out: a `Side` per page, which the judges share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Location, Note, quoted
from codegen.documents.auditing.matching import key_of, operations_by_key, sources_of, syntactic
from codegen.documents.facts import Fact, Page
from codegen.documents.stated import Stated, stated, stated_shape
from codegen.spec import ir
from codegen.spec.ir import SpecText

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
