"""The table of rules: whole, mirrored, and the page made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.diff.findings import Audience, Direction, Level
from codegen.diff.reference import rules_page
from codegen.diff.rules import RULES, Rule, by_python, titles, verdicts

PAGE = Path(__file__).parent.parent / "docs" / "diff-rules.md"


def test_the_page_is_the_table(update: bool) -> None:
    if update:
        PAGE.write_text(rules_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == rules_page()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_mirror_of_a_mirror_is_the_rule(rule: Rule) -> None:
    assert RULES[rule.mirror].mirror == rule.id


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_tells_requests_from_answers_or_says_why_not(rule: Rule) -> None:
    assert (rule.same is None) == (rule.input != rule.output)


@pytest.mark.parametrize("direction", Direction)
def test_every_rule_has_a_verdict_with_a_reason_for_everybody(direction: Direction) -> None:
    for rule in RULES:
        found = verdicts(rule, direction)
        assert list(found) == list(Audience)
        assert all(verdict.reason and isinstance(verdict.level, Level) for verdict in found.values()), rule


def test_a_shape_that_travels_both_ways_gets_the_worse_verdict() -> None:
    both = verdicts("enum.value-added", Direction.BOTH)
    levels = {audience: verdict.level for audience, verdict in both.items()}
    assert levels == {Audience.CALLER: Level.SAFE, Audience.SOURCE: Level.RISKY, Audience.SERVER: Level.RISKY}


def test_what_no_operation_reaches_hurts_nobody_on_the_wire() -> None:
    found = verdicts("length.tightened", Direction.NONE)
    assert [found[one].level for one in Audience] == [Level.COSMETIC, Level.RISKY, Level.COSMETIC]


def test_titles_are_clauses_and_differ() -> None:
    found = list(titles().values())
    assert len(set(found)) == len(found)
    assert not [title for title in found if title.endswith(".")]


def test_python_settles_what_only_names_and_types_tell() -> None:
    assert by_python("shape.removed")
    assert not by_python("pattern.tightened")
