"""What was tried -> `docs/mutation.md`, and back: the reasons that were written beside survivors are kept.

In: the outcome of each module that was run. Out: the text of the page, with what it said before of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from mutation.modules import MODULES, ROOT
from mutation.running import Outcome

PAGE = ROOT / "docs" / "mutation.md"
GOAL = 90
UNEXPLAINED = "no reason yet"
_HEAD = """# Changes that tests are to notice

`make mutants` changes these modules in one place at a time (a comparison turned round, a number more, a statement
less) and runs the tests that reach the place. At least 90 of 100 changes must be noticed, and each that is not is
listed here with the reason: most make no difference to anybody. The tool is `tests/mutation/`.

| Module | Changes | Noticed | |
|---|---|---|---|
"""
_ROW = re.compile(r"^\| `(?P<path>[^`]+)` \| (?P<count>\d+) \|", re.MULTILINE)
_SECTION = re.compile(r"^## `(?P<path>[^`]+)`\n(?P<body>(?:(?!^## ).*\n?)*)", re.MULTILINE)
_SURVIVOR = re.compile(r"^- `` (?P<key>.+) ``: (?P<reason>.+)$", re.MULTILINE)


class Known(NamedTuple):
    """What the page says of a module: how many changes, and the reason of each that nobody notices."""

    changes: int
    reasons: Mapping[str, str]


def share(known: Known) -> float:
    """Give how many of a hundred changes are noticed."""
    return 100 * (known.changes - len(known.reasons)) / known.changes


def read_page(text: str) -> Mapping[str, Known]:
    """Read the page back."""
    counts = {found["path"]: int(found["count"]) for found in _ROW.finditer(text)}
    reasons = {found["path"]: dict(_SURVIVOR.findall(found["body"])) for found in _SECTION.finditer(text)}
    return {path: Known(count, reasons.get(path, {})) for path, count in counts.items()}


def updated(before: Mapping[str, Known], path: str, outcome: Outcome) -> Mapping[str, Known]:
    """Take an outcome in; a survivor that is known keeps its reason, one that is gone goes."""
    reasons = before[path].reasons if path in before else {}
    return {**before, path: Known(outcome.changes, {key: reasons.get(key, UNEXPLAINED) for key in outcome.survivors})}


def print_page(known: Mapping[str, Known]) -> str:
    """Write the page."""
    paths = [module.path for module in MODULES if module.path in known]
    rows = "".join(f"| `{path}` | {_figures(known[path])} |\n" for path in paths)
    return _HEAD + rows + "".join(_section(path, known[path]) for path in paths)


def _figures(known: Known) -> str:
    return f"{known.changes} | {known.changes - len(known.reasons)} | {share(known):.1f} %"


def _section(path: str, known: Known) -> str:
    lines = "".join(f"- `` {key} ``: {reason}\n" for key, reason in known.reasons.items())
    return f"\n## `{path}`\n\n{lines}" if lines else ""


def faults(known: Mapping[str, Known]) -> tuple[str, ...]:
    """Say what is not as it should be."""
    low = [f"{path}: {share(one):.1f} % noticed, below {GOAL}" for path, one in known.items() if share(one) < GOAL]
    bare = [f"{path}: {key}" for path, one in known.items() for key, why in one.reasons.items() if why == UNEXPLAINED]
    missing = [f"{module.path}: never tried" for module in MODULES if module.path not in known]
    return (*low, *bare, *missing)
