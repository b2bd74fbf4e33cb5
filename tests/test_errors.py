"""Case directories: `errors/<case>/*.json` is a spec, `stderr.txt` is all that is said about it, word for word.

A new fault is a new directory; `pytest --update` writes its `stderr.txt`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.spec import source
from codegen.spec.check import RULES, check_model
from codegen.spec.parse import parse_model

CASES = sorted(path.parent for path in Path(__file__).with_name("errors").glob("*/stderr.txt"))
PARSERS = ("cursor", "entries", "shapes", "parse")
NO_CASE = {"missing", "not-a-file", "unreadable", "too-large"}
"""Rules about files that no directory can hold; test_source.py has them."""


def findings() -> str:
    """Say what is wrong with the spec in the current folder."""
    try:
        sources = source.read_spec_files(Path())
        found = check_model(parse_model(sources))
    except Diagnostics as fault:
        return fault.text() + "\n"
    return Diagnostics(found, source.locator(sources)).text() + "\n" if found else ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_says_what_is_expected(case: Path, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    said = findings()
    expected = case / "stderr.txt"
    if update:
        expected.write_text(said, "utf-8", newline="\n")
    assert said == expected.read_text("utf-8")


def test_every_directory_is_a_case() -> None:
    folders = sorted(path for path in Path(__file__).with_name("errors").iterdir() if path.is_dir())
    assert folders == CASES
    assert CASES


def test_every_rule_has_a_case() -> None:
    said = "".join((case / "stderr.txt").read_text("utf-8") for case in CASES)
    seen = set(re.findall(r"\[([a-z-]+)\]$", said, re.MULTILINE))
    known = {rule.id for rule in RULES} | set(source.RULES) | parser_rules()
    assert known - seen == NO_CASE
    assert seen <= known


def parser_rules() -> set[str]:
    """Read the ids that the parser reports by."""
    folder = Path(source.__file__).parent
    texts = [(folder / f"{name}.py").read_text("utf-8") for name in PARSERS]
    return {rule for text in texts for rule in re.findall(r'\breport\(\s*"([a-z-]+)"', text)}


def test_only_the_clean_case_is_clean() -> None:
    assert [case.name for case in CASES if not (case / "stderr.txt").read_text("utf-8")] == ["clean"]
