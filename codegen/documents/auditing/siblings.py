"""What a page does not list: members and errors that the spec has beside those that the page knows.

In: the spec beside a page. Out: a `Judged` for each: a page that lists the others says that there
is none of this name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import Diagnostic, Location, Note
from codegen.documents.auditing.agreeing import texts
from codegen.documents.auditing.matching import subjects
from codegen.documents.auditing.settling import settled, unsettling
from codegen.documents.auditing.sides import Index, Side
from codegen.documents.auditing.verdicts import Judged, Verdict, where
from codegen.documents.facts import Aspect, Fact, Page
from codegen.documents.places import around, is_edge
from codegen.documents.stated import Stated


def absent(side: Side) -> Iterator[Judged]:
    """Judge members and errors of the spec that a page would list if it knew them."""
    for operation in subjects(side.page):
        if index := side.index(operation):
            for path, (names, line) in _listings(side.page, operation).items():
                for one in _ours(index, path):
                    if one.path.removeprefix(f"{path}.") not in names:
                        yield _judgeabsent(side, operation, one, line)


def _listings(page: Page, operation: str) -> Mapping[str, tuple[frozenset[str], int]]:
    """Give, for each place whose members a page lists, their names and the line; not where it leaves some out."""
    found: dict[str, tuple[frozenset[str], int]] = {}
    elided = {fact.path for fact in page.facts if fact.operation == operation and fact.aspect is Aspect.ELIDED}
    for fact in page.facts:
        if fact.operation != operation or fact.aspect not in (Aspect.ORDER, Aspect.ERRORS, Aspect.LISTED):
            continue
        listed = fact.aspect is Aspect.LISTED
        path, _, name = fact.path.rpartition(".") if listed else (fact.path, "", "")
        names = frozenset({name}) if listed else texts(fact.value)
        if path and path not in elided:
            before, line = found.get(path, (frozenset(), fact.line))
            found[path] = (before | names, line)
    return found


def _ours(index: Index, path: str) -> Iterator[Stated]:
    """Give the members or errors that the spec has right below a place."""
    for below, here in index.items():
        if below.startswith(f"{path}.") and around(below) == path and not is_edge(below):
            yield from (one for one in here if one.aspect is Aspect.LISTED)


def _judgeabsent(side: Side, operation: str, one: Stated, line: int) -> Judged:
    fact = Fact(operation=operation, path=one.path, aspect=Aspect.ABSENT, value=True, line=line)
    index = side.index(operation) or {}
    error = one.path.startswith("errors.") and around(one.path) == "errors"
    differs = Aspect.ERRORS if error else Aspect.ABSENT
    here, whole = ((one, *index.get("errors", ())), ()) if error else ((one,), index.get(around(one.path), ()))
    if decision := settled(side, differs, here, whole):
        return Judged(fact, Verdict.SETTLED, decision=decision)
    what = "error" if one.path.startswith("errors.") else "member"
    message = f"{where(operation, one.path)}: the spec has this {what}, {side.title} lists the others and not this one"
    note = Note("its list is here", Location(side.page.path, line, 1))
    finding = Diagnostic("contradiction", message, one.place, notes=(note, *unsettling(side, differs, here, whole)))
    return Judged(fact, Verdict.CONTRADICTED, finding)
