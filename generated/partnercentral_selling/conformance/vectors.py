"""The cases of `cases.json`, by group; none at all is an error, so that a lost file never passes for a good one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Case: TypeAlias = Mapping[str, Any]
Json: TypeAlias = Any

PATH = Path(__file__).with_name("cases.json")
FORMAT = 1


class BadVectors(Exception):
    """The file of cases is missing, cannot be read, or holds none."""


@cache
def document() -> Json:
    """Read the whole file."""
    try:
        found: Any = json.loads(PATH.read_text(encoding="utf-8"))
        known = found["format"] == FORMAT
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadVectors(f"{PATH} cannot be read: {error}") from None
    if not known:
        raise BadVectors(f"{PATH} is of another format than {FORMAT}")
    return found


def cases(group: str) -> list[Case]:
    """Give the cases of a group, at least one."""
    found = document().get("groups", {}).get(group)
    if not found:
        raise BadVectors(f"{PATH} holds no cases of the group {group}")
    return list(found)


def ids(group: str) -> list[str]:
    """Give the ids of a group's cases, in the same order."""
    return [str(case["id"]) for case in cases(group)]


def spelling(section: str, name: str) -> str:
    """Give how this package spells a name of the spec."""
    return str(document()["python"][section].get(name, name))


def members(section: str, name: str) -> Mapping[str, str]:
    """Give the attributes of a shape or an error by the names of its members."""
    found: Mapping[str, str] = document()["python"][section].get(name, {})
    return found


def inputs(case: Case) -> Iterator[Json]:
    """Walk the inputs of a case: one, or one for each of `values`; `repeat` is written out."""
    if "repeat" in case:
        piece, number = case["repeat"]
        yield placed(case["input"], case["at"], piece * number)
    elif "values" in case:
        for value in case["values"]:
            yield placed(case["input"], case["at"], value)
    else:
        yield case["input"]


def placed(value: Json, steps: list[str | int], item: Json) -> Json:
    """Copy a JSON value with another item where the steps lead."""
    if not steps:
        return item
    first, *rest = steps
    copied = value.copy()
    copied[first] = placed(copied[first] if rest else None, rest, item)
    return copied


def found_at(value: Json, steps: list[str | int]) -> Json:
    """Follow the steps into a JSON value."""
    for step in steps:
        value = value[step]
    return value
