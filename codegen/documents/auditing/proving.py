"""Citations of a spec looked up in the page that they name.

In: a model, a page and the source that it is. Out: a `Proof`: how many citations there are and how many the page bears
out, and a finding for each other: the place is not on the page, the line says something else, or a constraint rests on
pages alone of which none states it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Diagnostic, Location, Note, Place, quoted
from codegen.documents.auditing.matching import key_of, meant
from codegen.documents.auditing.verdicts import shown, where
from codegen.documents.facts import CONSTRAINTS, Aspect, Fact, Page
from codegen.documents.stated import Stated
from codegen.spec import ir
from codegen.spec.check.walk import citations
from codegen.spec.ir import Citation, SpecText

LENGTHS = (Aspect.MAX_LENGTH, Aspect.MIN_LENGTH, Aspect.MAX_ITEMS, Aspect.MIN_ITEMS)
RANGES = (Aspect.MAX_VALUE, Aspect.MIN_VALUE)
_OF_CONSTRAINTS = {"length": LENGTHS, "range": RANGES, "pattern": (Aspect.PATTERN,)}

HARD = frozenset((*CONSTRAINTS, Aspect.VALUES, Aspect.STATUS))
"""What has to stand on one of the pages it cites, where it cites nothing else."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`cited` citations name the page and a place on it, `found` of them are there."""

    cited: int
    found: int
    findings: tuple[Diagnostic, ...]


def prove(
    model: ir.Model,
    page: Page,
    source: SpecText | None,
    indices: Mapping[str, Mapping[str, Sequence[Stated]]],
    known: Mapping[str, Page],
) -> Proof:
    """Look up every citation of the page; `known` are all pages at hand, by source."""
    own = {each.at: each for each in citations(model) if each.source == source and each.place is not None}
    faults = tuple(fault for each in own.values() if (fault := _fault(page, each)))
    baseless = tuple(_baseless(model, indices, known, source)) if source else ()
    return Proof(len(own), len(own) - len(faults), (*faults, *baseless))


def constraint_of(citation: Citation) -> tuple[Aspect, ...]:
    """Give what a constraint states that makes this citation itself; nothing for entries."""
    holder = citation.at.pointer[:-2]
    if len(holder) < 3 or holder[-2] == "members":
        return ()
    return _OF_CONSTRAINTS.get(str(holder[-1]), ())


def _fault(page: Page, citation: Citation) -> Diagnostic | None:
    place = meant(page, citation)
    lines = lines_of(page, *place) if place else ()
    path = citation.place.raw if citation.place else ""
    if not lines:
        message = f"{quoted(citation.written)}: the document has nothing of {quoted(path)}"
        return Diagnostic("unproven", message, citation.at, notes=(Note("looked for here", Location(page.path)),))
    if place and (asked := constraint_of(citation)) and not _has(page, *place, asked):
        message = f"{quoted(citation.written)}: the document states no {citation.at.pointer[-3]} there"
        return Diagnostic("unproven", message, citation.at, notes=(_begins(page, lines),))
    if citation.line is None or citation.line in lines:
        return None
    told = ", ".join(map(str, lines))
    message = f"{quoted(citation.written)}: line {citation.line} says nothing of {quoted(path)}; it stands in {told}"
    return Diagnostic("unproven", message, citation.at, notes=(_begins(page, lines),))


def _begins(page: Page, lines: Sequence[int]) -> Note:
    return Note("it begins here", Location(page.path, lines[0], 1))


def _has(page: Page, operation: str, path: str, aspects: Collection[Aspect]) -> bool:
    here = (fact for fact in page.facts if key_of(fact.operation) == key_of(operation) and fact.path == path)
    return any(fact.aspect in aspects for fact in here)


def lines_of(page: Page, operation: str, path: str) -> tuple[int, ...]:
    """Give the lines that say something of a place, in their order; prose counts where nothing formal does."""
    here = [fact for fact in page.facts if key_of(fact.operation) == key_of(operation)]
    found = [fact.line for fact in here if fact.path == path]
    found = found or [fact.line for fact in here if fact.path.startswith(f"{path}.")][:1] or _in_prose(here, path)
    if not found and not path and operation in page.operations:
        found = [fact.line for fact in here][:1]
    return tuple(sorted(set(found)))


def _in_prose(facts: Sequence[Fact], path: str) -> list[int]:
    """`request.Contexts[].Payload` is in prose where the text of `request.Contexts` has the word Payload."""
    around = [fact for fact in facts if fact.aspect is Aspect.DESCRIPTION and _is_around(fact.path, path)]
    for fact in sorted(around, key=lambda fact: len(fact.path), reverse=True):
        words = re.findall(r"\w+", path.removeprefix(fact.path))
        if isinstance(fact.value, str) and words and set(words) <= set(re.findall(r"\w+", fact.value)):
            return [fact.line]
    return []


def _is_around(outer: str, path: str) -> bool:
    return bool(outer) and path.startswith((f"{outer}.", f"{outer}[]", f"{outer}{{}}"))


# ----------------------------------------------------------------------------------------------------- constraints


def _baseless(
    model: ir.Model,
    indices: Mapping[str, Mapping[str, Sequence[Stated]]],
    known: Mapping[str, Page],
    source: SpecText,
) -> Iterator[Diagnostic]:
    """Give constraints that cite pages at hand alone, this one first, and stand on none of them."""
    told: set[tuple[Place, Aspect]] = set()
    for index in indices.values():
        for one in (each for here in index.values() for each in here if each.aspect in HARD):
            cited = one.citations
            if not cited or cited[0].source != source or any(each.source.raw not in known for each in cited):
                continue
            if (one.place, one.aspect) in told or any(_speaks(known[each.source.raw], each, one) for each in cited):
                continue
            told.add((one.place, one.aspect))
            names = " and ".join(dict.fromkeys(quoted(each.source.raw) for each in cited))
            message = f"{where(one.operation, one.path)}: {shown(one.aspect, one.value)} rests on {names} alone"
            yield Diagnostic("unproven", f"{message}, where it does not stand", one.place)


def _speaks(page: Page, citation: Citation, one: Stated) -> bool:
    """Say whether the cited place of a page speaks of this; another value there is a contradiction, told as such."""
    place = meant(page, citation)
    facts = (fact for fact in page.facts if fact.aspect is one.aspect)
    if place is not None:
        operation, path = place
        paths = (path, one.path)
        facts = (fact for fact in facts if key_of(fact.operation) == key_of(operation) and fact.path in paths)
    return any(True for _ in facts)
