"""One vector, and the file of all of them: one line each, so that a change reads as a change of lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from codegen.spec import ir
from codegen.spec.ir import Json

FORMAT = 1
MANY = 1000  # arbitrary: a uniform text or list longer than this is written as its item and how often

MOST_TRIED = 1_000_000
"""Arbitrary: the structure of AWS's models with most members, 575, is tried with a third of that. What every member of
a larger one would be tried with grows as the square of their number."""

Steps = tuple[str | int, ...]
"""Where something stands in a JSON value: names and indices from the outside in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`id` is unique and stable; `fact` is what of the spec demands it, `sources` where that is stated."""

    id: str
    kind: str
    fact: str
    sources: tuple[str, ...]
    body: Mapping[str, Json]


def sources_of(*found: Sequence[ir.Citation]) -> tuple[str, ...]:
    """Write the first citations there are: `D0#request.Title:57`."""
    citations: Sequence[ir.Citation] = next((one for one in found if one), ())
    return tuple(dict.fromkeys(one.written for one in citations))


def distinct_ids(cases: Iterable[Case]) -> Iterator[Case]:
    """Number the ids that occur more than once."""
    seen: dict[str, int] = {}
    for case in cases:
        seen[case.id] = seen.get(case.id, 0) + 1
        yield case if seen[case.id] == 1 else replace(case, id=f"{case.id}-{seen[case.id]}")


def write_cases(head: Mapping[str, Json], groups: Mapping[str, Sequence[Case]]) -> str:
    """Write the file: ASCII, one case a line, groups in their order."""
    parts = [f"{_text(name)}: {_text(value)}" for name, value in head.items()]
    listed = ",\n".join(f"{_text(name)}: [\n{_lines(cases)}\n]" for name, cases in groups.items())
    return "{\n" + ",\n".join([*parts, f'"groups": {{\n{listed}\n}}']) + "\n}\n"


def _lines(cases: Sequence[Case]) -> str:
    return ",\n".join(_text(_entry(case)) for case in cases)


def _entry(case: Case) -> dict[str, Json]:
    return {"id": case.id, "kind": case.kind, **case.body, "fact": case.fact, "sources": list(case.sources)}


_text: Callable[[Json], str] = json.JSONEncoder(ensure_ascii=True, allow_nan=False, check_circular=False).encode


def repeated(value: Json) -> tuple[Json, int] | None:
    """Give the piece that a long uniform text or list repeats, and how often: `"a"`, or `["a"]` of a list."""
    if not isinstance(value, str | list) or len(value) < MANY:
        return None
    piece: Json = value[:1]
    return (piece, len(value)) if all(item == value[0] for item in value) else None


def spelled(text: str) -> str:
    """Give a value a place in an id: as it is where it is plain, else nothing."""
    return f"[{text}]" if len(text) <= 60 and re.fullmatch(r"[A-Za-z0-9_.-]+", text) else ""


class Room:
    """How many parts the inputs of one group of cases may still have, all taken together."""

    def __init__(self) -> None:
        self._left = MOST_TRIED

    def takes(self, shape: ir.Structure | ir.UnionOf, value: Json) -> bool:
        """Say whether a shape, each of whose members is tried within such a value, has room; it is taken then."""
        wanted = len(shape.members) * (parts_of(value) + len(shape.members) // 4)
        if wanted > self._left:
            return False
        self._left -= wanted
        return True


def parts_of(value: Json) -> int:
    """Count the scalars of a JSON value."""
    if isinstance(value, dict):
        return sum(map(parts_of, value.values()))
    return sum(map(parts_of, value)) if isinstance(value, list) else 1
