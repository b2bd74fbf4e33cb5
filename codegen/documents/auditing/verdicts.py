"""What becomes of a fact of a page beside a spec, and how that is said.

In: facts and values. Out: `Judged`, and the words of findings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from codegen.diagnostics import Diagnostic, quoted
from codegen.documents.auditing.agreeing import texts
from codegen.documents.facts import Aspect, Fact
from codegen.spec.ir import Json

SHOWN = 6
"""Values that a message names; arbitrary."""

SETS = {
    Aspect.VALUES: "valid values",
    Aspect.NAMED_VALUES: "values that prose names",
    Aspect.UNION: "members of the union",
}
"""What is compared value by value."""


class Verdict(StrEnum):
    AGREED = "agreed"
    SETTLED = "settled"  # the spec says otherwise, and a decision says why
    CONTRADICTED = "contradicted"
    MISSING = "missing"  # the spec does not say it


@dataclass(frozen=True, slots=True)
class Judged:
    """A fact with its verdict; `finding` is None where all is well, or where another finding says it already.

    What agrees but for its order has a finding as well.
    """

    fact: Fact
    verdict: Verdict
    finding: Diagnostic | None = None
    decision: str | None = None


def where(operation: str, path: str) -> str:
    """`CreateEngagement request.Title`; the operation alone where no path is given."""
    return f"{operation} {path}".strip()


def shown(aspect: Aspect, value: Json) -> str:
    """`maxLength 40`, `pattern "^a$"`, `required` and `not required`."""
    match value:
        case bool():
            return aspect.value if value else f"not {aspect.value}"
        case str():
            return f"{aspect.value} {quoted(value)}"
        case list():
            return f"{aspect.value} {listed(value)}"
        case _:
            return f"{aspect.value} {json.dumps(value)}"


def listed(names: Iterable[Json], *, most: int = SHOWN) -> str:
    """Name a few of many: `"A", "B" and 3 more`."""
    every = [quoted(each) for each in names if isinstance(each, str)]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def differing(title: str, theirs: Json, ours: Json) -> str:
    """Say which values only one side has: `the spec alone has "A"; "api" alone has "B"`."""
    alone = (
        ("the spec", sorted(texts(ours) - texts(theirs))),
        (title, sorted(texts(theirs) - texts(ours))),
    )
    return "; ".join(f"{who} alone has {listed(names)}" for who, names in alone if names)
