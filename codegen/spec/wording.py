"""How messages name what is known, and which of it may have been meant."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from codegen.diagnostics import quoted

MOST_HINTS = 20
"""After so many faults nothing near is looked for: it takes longer than all the rest. An arbitrary number."""


def words(choices: Collection[str]) -> str:
    """`["a", "b"]` gives `"a", "b"`."""
    return ", ".join(quoted(choice) for choice in choices)


def nearest_name(name: str, names: Collection[str]) -> str | None:
    """Find what the user may have meant; what compares texts is imported when there is something to find."""
    found: list[str] = import_module("difflib").get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return found[0] if found else None
