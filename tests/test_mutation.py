"""What `make mutants` is made of: changes, keys that stay when lines move, and a page that is read back."""

from __future__ import annotations

import ast

import pytest
from mutation.modules import MODULES, Module
from mutation.operators import keys, mutants
from mutation.page import PAGE, UNEXPLAINED, Known, faults, print_page, read_page, updated
from mutation.running import Outcome

TEXT = """
LIMIT = 3

def f(a: int = 1) -> int:
    \"\"\"Says.\"\"\"
    if not a and g(a, LIMIT):
        raise ValueError("no")
    return a + 1 if a < 2 else 0
"""
CHANGED = (
    "module: 3 -> 4",
    "f: 1 -> 2",
    "f: not a and g(a, LIMIT) -> not a or g(a, LIMIT)",
    "f: not a -> a",
    "f: g(a, LIMIT) -> g(LIMIT, a)",
    "f: raise ValueError('no') -> pass",
    "f: 'no' -> 'noX'",
    "f: return a + 1 if a < 2 else 0 -> return None",
    "f: a < 2 -> a <= 2",
    "f: a + 1 -> a - 1",
    "f: 0 -> 1",
    "f: 2 -> 3",
    "f: 1 -> 2 (2)",
)


def test_every_small_change_is_made_once() -> None:
    assert sorted(keys(TEXT)) == sorted(CHANGED)
    made = {mutant.key: ast.unparse(mutant.tree) for mutant in mutants(TEXT)}
    assert len({*made.values(), ast.unparse(ast.parse(TEXT))}) == len(CHANGED) + 1
    assert "if not a or g(a, LIMIT)" in made["f: not a and g(a, LIMIT) -> not a or g(a, LIMIT)"]


def test_a_key_says_nothing_of_lines() -> None:
    assert keys(f"import x\n\n\n{TEXT}") == keys(TEXT)


def test_the_page_is_read_as_it_was_written_and_keeps_reasons() -> None:
    path = MODULES[0].path
    known = {path: Known(20, {"f: `` -> 1": "because", "g: 1 -> 2": "so"})}
    assert read_page(print_page(known)) == known
    again = updated(known, path, Outcome(21, ("g: 1 -> 2", "h: 3 -> 4")))
    assert again == {path: Known(21, {"g: 1 -> 2": "so", "h: 3 -> 4": UNEXPLAINED})}
    assert faults(again)[:2] == (f"{path}: h: 3 -> 4", f"{MODULES[1].path}: never tried")
    assert faults({path: Known(10, {"a": "b", "c": "d"})})[0] == f"{path}: 80.0 % noticed, below 90"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.path)
def test_what_the_page_lists_is_there(module: Module) -> None:
    """Whoever removes a line that is listed removes it there as well."""
    known = read_page(PAGE.read_text(encoding="utf-8")).get(module.path)
    there = keys(module.text())
    assert len(there) > 20
    if known is not None:
        assert [key for key in known.reasons if key not in there] == []
