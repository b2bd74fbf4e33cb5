"""`conformance/cases.json` -> which cases prove which subject.

In: the text of the file, the names of the model. Out: `Case`s with the line each stands in, and what each is about.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codegen.reference.naming import Naming
from codegen.reference.subjects import Kind, Subject
from codegen.spec import ir

PATH = "conformance/cases.json"


@dataclass(frozen=True, slots=True)
class Case:
    """One case as the file has it; `about` is what it proves, its own subject first."""

    id: str
    kind: str
    line: int
    fact: str
    sources: tuple[str, ...]
    about: tuple[Subject, ...]


def read_cases(text: str, naming: Naming) -> tuple[Case, ...]:
    """Read the file, one case a line; one whose fact is no subject's, as an unknown error, is about the service."""
    return tuple(
        _case(json.loads(line.rstrip().removesuffix(",")), number, naming)
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith('{"id": ')
    )


def by_subject(cases: tuple[Case, ...]) -> Mapping[Subject, tuple[Case, ...]]:
    found: defaultdict[Subject, list[Case]] = defaultdict(list)
    for case in cases:
        for one in case.about:
            found[one].append(case)
    return {subject: tuple(proofs) for subject, proofs in found.items()}


def _case(entry: Mapping[str, Any], line: int, naming: Naming) -> Case:
    said = {key: str(value) for key, value in entry.items() if key in ("id", "kind", "fact", "operation", "error")}
    about = tuple(dict.fromkeys(_about(said, naming)))
    return Case(said["id"], said["kind"], line, said["fact"], tuple(entry["sources"]), about)


def _about(said: Mapping[str, str], naming: Naming) -> Iterator[Subject]:
    """The subject of the fact, then what it stands for: the operation, the type with the constraint, the value."""
    path, _, facet = said["fact"].partition(":")
    owner, _, part = path.partition(".")
    candidates = (
        [Subject(Kind.MEMBER, owner, part), Subject(Kind.ERROR_MEMBER, owner, part)]
        if part
        else [Subject(kind, owner) for kind in _WHOLE]
    )
    found = next((one for one in candidates if one in naming.told), None)
    if found is None:
        yield Subject(Kind.SERVICE, "service")
    else:
        yield from _implied(found, facet, said, naming)
    if (operation := said.get("operation")) is not None:
        yield Subject(Kind.OPERATION, operation)


_WHOLE = (Kind.OPERATION, Kind.ERROR, Kind.EVENT, Kind.SHAPE)
_BY_TYPE = ("length", "range", "pattern", "enum", "type")
"""Facts of a member that its type states as a rule."""
_READ_BY_TYPE = ("answer-enum", "answer-out-of-bounds", "answer-wrong-type")
"""The same of answers, where a case names no fact of its member."""


def _implied(found: Subject, facet: str, said: Mapping[str, str], naming: Naming) -> Iterator[Subject]:
    yield found
    if facet == "pages":
        yield Subject(Kind.PAGINATOR, found.name)
    by_type = facet in _BY_TYPE or said["kind"].startswith(_READ_BY_TYPE)
    target = naming.target_of(found) if by_type else None
    for step in _below(found, said) if target is not None else ():
        edge = next((one for one in ir.members_of(target) if one.name.raw == step), None) if target else None
        if target is None or edge is None:
            return
        yield Subject(Kind.MEMBER, target.id.raw, step)
        target = naming.model.shapes.get(edge.target)
    if target is None:
        return
    yield Subject(Kind.SHAPE, target.id.raw)
    value = Subject(Kind.VALUE, target.id.raw, _last_bracket(said["id"]))
    if said["kind"].endswith("enum-value") and value in naming.told:
        yield value


_STEPS = re.compile(r"(?:\[(?:key|value)?\])+")


def _below(found: Subject, said: Mapping[str, str]) -> Iterator[str]:
    """The edges that lead to the value that was tried: `Tags[][key]` of an id gives `member`, `key`."""
    id = said["id"]
    steps = next((one[0] for one in _STEPS.finditer(id) if id.endswith(found.path, 0, one.start())), "")
    for step in re.findall(r"\[(key|value)?\]", steps):
        yield step or "member"


def _last_bracket(case: str) -> str:
    found = re.search(r"\[([^\]]*)\]\Z", case.partition("@")[0])
    return found[1] if found else ""
