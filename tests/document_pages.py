"""Pages of our own making for tests: facts written as one table, and the facts that a spec states."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from codegen.documents.facts import Aspect, Fact, Page, PageKind
from codegen.documents.stated import stated
from codegen.spec import ir
from codegen.spec.ir import Json


def page(*facts: Fact, kind: PageKind = PageKind.API_REFERENCE, path: str = "send.html", **more: object) -> Page:
    """Make a page of facts; its digest is that of its kind and path."""
    operations = tuple(dict.fromkeys(fact.operation for fact in facts))
    made = Page(
        path=path,
        kind=kind,
        sha256=(f"{kind.value}{path}".encode().hex() * 8)[:64],
        service="Post",
        date="2024-12-05",
        operations=operations,
        facts=facts,
        unread=(),
        lines=99,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def fact(path: str, aspect: Aspect, value: Json, line: int = 1, operation: str = "Send") -> Fact:
    return Fact(operation=operation, path=path, aspect=aspect, value=value, line=line)


def facts_of(model: ir.Model, operations: Collection[str] | None = None) -> Iterator[Fact]:
    """Give what a spec states as facts of a page, one line each; a page states one status of an error."""
    names = [name.raw for name in model.operations if operations is None or name.raw in operations]
    every = [one for name in names for one in stated(model, name)]
    statuses = {(one.operation, one.path): one for one in reversed(every) if one.aspect is Aspect.STATUS}
    for number, one in enumerate(every, 1):
        if one.aspect is Aspect.STATUS and one is not statuses[one.operation, one.path]:
            continue
        yield fact(one.path, one.aspect, one.value, number, one.operation)


def page_of(model: ir.Model, operations: Collection[str] | None = None, **more: object) -> Page:
    return page(*facts_of(model, operations), **more)  # type: ignore[arg-type]
