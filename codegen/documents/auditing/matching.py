"""Which source of a spec a page is, and which place of a page a citation means.

In: pages, and a model. Out: a source's id for each page or None; for a citation the operation and the path. A page is
told by its digest; where that has changed, by its kind and by the operations that the spec cites it for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from codegen.documents.facts import Aspect, Fact, Page
from codegen.documents.stated import stated
from codegen.spec import ir
from codegen.spec.ir import Citation, SpecText

OWN = "description"
"""The place of what a page says of the operation itself."""


def key_of(operation: str) -> str:
    """`start_task`, `StartTask` and `startTask` are one operation."""
    return operation.replace("_", "").lower()


def operations_by_key(model: ir.Model) -> Mapping[str, str]:
    """Give each operation's own name by its key."""
    return {key_of(name.raw): name.raw for name in model.operations}


def sources_of(model: ir.Model, pages: Sequence[Page]) -> tuple[SpecText | None, ...]:
    """Give, page by page, the source that it is, no source twice."""
    exact = {source.sha256.raw: name for name, source in model.sources.items() if source.sha256}
    found = [exact.get(page.sha256) for page in pages]
    for number, page in enumerate(pages):
        if found[number] is None:
            taken = frozenset(each for each in found if each)
            found[number] = next(_likely(model, page, taken), None)
    return tuple(found)


def _likely(model: ir.Model, page: Page, taken: Collection[SpecText]) -> Iterator[SpecText]:
    """Give sources of the page's kind, and of its date if it has one, that the spec cites for its operations."""
    names = operations_by_key(model)
    here = [names[key_of(each)] for each in page.operations if key_of(each) in names]
    if not here:
        return
    cited = {citation.source for name in here for one in stated(model, name) for citation in one.citations}
    for name, source in model.sources.items():
        alike = source.kind.raw == page.kind.value and page.date in (None, source.date.raw)
        if alike and name in cited and name not in taken and _is_of(model, name, page):
            yield name


def _is_of(model: ir.Model, source: SpecText, page: Page) -> bool:
    """Say whether citations of the source stand in operations of the page: shapes are shared, operations are not."""
    keys = {key_of(each) for each in page.operations}
    citing = {
        key_of(name.raw)
        for name, operation in model.operations.items()
        if any(each.source == source for each in operation.citations)
    }
    return not citing or bool(citing & keys)


def meant(page: Page, citation: Citation) -> tuple[str, str] | None:
    """Give operation and path: `StartTask.request.Catalog` gives `StartTask`, `request.Catalog`."""
    if citation.place is None:
        return None
    if not page.operations:
        return "", citation.place.raw
    first, _, rest = citation.place.raw.partition(".")
    named = next((each for each in page.operations if key_of(each) == key_of(first)), None)
    operation, path = (named, rest) if named else (page.operations[0], citation.place.raw)
    return operation, "" if path == OWN else path


def subjects(page: Page) -> tuple[str, ...]:
    """Give what a page is about: its operations, and "" where it describes data types."""
    return (*page.operations, *([""] if any(not fact.operation for fact in page.facts) else []))


def place_in(page: Page, operation: str, path: str) -> str:
    """Write a place as citations have it: the operation comes first on a page of several."""
    if not operation:
        return path
    path = path or OWN
    return f"{operation}.{path}" if len(page.operations) > 1 else path


def syntactic(page: Page) -> frozenset[Fact]:
    """Give the types that only a syntax shows: where it shows a string, a timestamp may be meant."""
    seen = {(one.operation, one.path, one.line) for one in page.facts if one.aspect is Aspect.SYNTAX_TYPE}
    types = (one for one in page.facts if one.aspect is Aspect.TYPE)
    return frozenset(one for one in types if (one.operation, one.path, one.line) in seen)
