"""Case directories: `changes/<case>/` has two releases of a spec, `old.json` and `new.json`, and what is found between.

`changes.txt` begins with what the case is about and what is to be expected, in lines after `# `; then comes a line for
each finding, `rule path direction caller/source/server: summary`, with the texts that tell the difference below it. An
`accept.toml` beside them is an accept list. A new case is a new directory; `pytest --update` writes the findings.

Rows are those of the catalogue of 58 changes that the rules are made after, cases those of its list of 43, most of
which other tools test too. For each row there is a case that shows it.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from telling import told

from codegen.diagnostics import Level as Severity
from codegen.diff.acceptance import accept, read_acceptance
from codegen.diff.findings import Audience, Direction, Finding, Level, Side
from codegen.diff.report import diff
from codegen.diff.rules import RULES, by_python, verdicts
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

CASES = sorted(path for path in Path(__file__).with_name("changes").iterdir() if path.is_dir())
TODAY = date(2025, 1, 31)

FAULTY = {
    "enum-narrowed-by-its-pattern": {"enum-refuses-own-value"},
    "pattern-an-engine-takes": {"pattern-unsupported"},
    "pattern-no-engine-takes": {"pattern-unsupported"},
}
"""Cases of what our own specs may not say, but those of others do; with what `validate` says of it."""

WITHOUT_A_CASE: dict[str, str] = {}
"""Rule -> why no directory shows it."""


def name_of(case: Path) -> str:
    return case.name


@cache
def model_of(path: Path) -> ir.Model:
    return parse_model((read_source(path.name, path.read_bytes()),))


def sides_of(case: Path) -> list[tuple[Side, ir.Model]]:
    return [(Side(name, f"post@{name}", str), model_of(case / f"{name}.json")) for name in ("old", "new")]


@cache
def found_in(case: Path) -> tuple[Finding, ...]:
    old, new = sides_of(case)
    found = diff(old, new).findings
    if not (path := case / "accept.toml").exists():
        return found
    return accept(found, read_acceptance(path.name, path.read_bytes(), tuple(RULES)), TODAY)


# ---------------------------------------------------------------------------------------------------------------- cases


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_finds_what_is_expected(case: Path, update: bool) -> None:
    expected = case / "changes.txt"
    head = "".join(line for line in expected.read_text("utf-8").splitlines(True) if line.startswith("# "))
    found = head + "".join(line for finding in found_in(case) for line in told(finding))
    if update:
        expected.write_text(found, "utf-8")
    assert head
    assert expected.read_text("utf-8") == found


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_both_specs_of_a_case_are_valid(case: Path) -> None:
    found = [one for name in ("old", "new") for one in check_model(model_of(case / f"{name}.json"))]
    assert {one.rule for one in found if one.level is Severity.ERROR} == FAULTY.get(case.name, set())


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_way_back_of_a_case_mirrors_it(case: Path) -> None:
    old, new = sides_of(case)
    there, back = diff(old, new).findings, diff(new, old).findings
    assert Counter(RULES[one.rule].mirror for one in there) == Counter(one.rule for one in back)


def test_there_are_cases() -> None:
    assert len(CASES) >= 140


def test_cases_that_change_nothing_find_nothing() -> None:
    silent = {case.name for case in CASES if not found_in(case)}
    assert silent == {"identical", "paginator-unchanged", "written-otherwise"}


def test_what_went_is_kept_words_included() -> None:
    case = next(case for case in CASES if case.name == "deprecation-removed-with-its-message")
    kept = [(finding.old, finding.new) for finding in found_in(case)]
    assert kept == [({"message": "Use Letter.", "since": "2024"}, None)] * 2


# ---------------------------------------------------------------------------------------------------------------- rules


def test_every_rule_has_a_case_or_a_reason_to_have_none() -> None:
    shown = {finding.rule for case in CASES for finding in found_in(case)}
    assert sorted(RULES.keys() - shown) == sorted(WITHOUT_A_CASE)


def test_a_rule_that_tells_requests_from_answers_has_a_case_of_both() -> None:
    ways = {(finding.rule, finding.direction) for case in CASES for finding in found_in(case)}
    told_apart = [rule.id for rule in RULES.values() if rule.same is None]
    wanted = {(rule, way) for rule in told_apart for way in (Direction.INPUT, Direction.OUTPUT)}
    assert wanted - ways == set()


def test_the_id_of_a_rule_is_an_area_and_an_action() -> None:
    assert [rule for rule in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", rule)] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_mirror_whose_mirror_it_is(rule: str) -> None:
    assert RULES[RULES[rule].mirror].mirror == rule


# ------------------------------------------------------------------------------------------------------------ catalogue

MARKS = {"✗": Level.BREAKING, "!": Level.RISKY, "✓": Level.SAFE, "–": Level.COSMETIC}

ROWS = """
 1 operation.added              none   ✓ ✓ !
 2 operation.removed            none   ✗ ✗ ✓
 3 operation.renamed            none   ✗ ✗ ✗
 4 operation.input-renamed      none   ✓ ✗ ✓
 4 operation.output-renamed     none   ✓ ✗ ✓
 5 operation.output-added       none   ✓ ✓ !
 6 member.added                 input  ✓ ✓ !
 7 member.required-added        input  ✗ ✗ !
 8 member.became-required       input  ✗ ✗ !
 9 member.became-optional       input  ✓ ! !
10 member.became-required       output ✓ ! ✗
11 member.became-optional       output ! ✗ ✓
12 member.removed               input  ! ✗ ✓
13 member.removed               output ! ✗ ✓
13 member.required-removed      output ✗ ✗ ✓
14 member.added                 output ✓ ✓ !
15 member.required-added        output ✓ ! ✗
16 member.renamed               input  ✗ ✗ ✗
16 member.renamed               output ✗ ✗ ✗
17 member.alias-changed         input  – – –
17 member.alias-changed         output – – –
17 member.retargeted            input  ✓ ✗ ✓
17 member.retargeted            output ✓ ✗ ✓
18 member.type-changed          input  ✗ ✗ ✗
18 member.type-changed          output ✗ ✗ ✗
19 enum.became-string           input  ✓ ✗ !
19 enum.became-string           output ! ✗ ✓
20 enum.from-string             input  ! ✗ !
20 enum.from-string             output ✓ ✗ ✓
21 enum.value-added             input  ✓ ✓ !
22 enum.value-added             output ✓ ! ✓
23 enum.value-removed           input  ✗ ✗ ✓
24 enum.value-removed           output ✓ ✗ !
25 enum.reordered               input  – – –
25 enum.reordered               output – – –
26 enum.value-renamed           input  – ✗ –
26 enum.value-renamed           output – ✗ –
27 pattern.added                input  ✗ ✗ !
27 pattern.tightened            input  ✗ ✗ !
28 pattern.changed              input  ! ! !
29 pattern.loosened             input  ✓ ✓ !
29 pattern.loosened             output ! ✓ ✓
29 pattern.removed              input  ✓ ✓ !
29 pattern.removed              output ! ✓ ✓
30 pattern.rewritten            input  – – –
30 pattern.rewritten            output – – –
31 pattern.unsupported          input  ✓ ✗ !
32 length.tightened             input  ✗ ✗ !
32 range.tightened              input  ✗ ✗ !
33 length.set                   input  ! ! !
33 range.set                    input  ! ! !
34 length.loosened              input  ✓ ✓ !
34 length.loosened              output ! ✓ ✓
34 range.loosened               input  ✓ ✓ !
34 range.loosened               output ! ✓ ✓
35 default.added                input  ! ✓ !
35 default.changed              input  ! ✓ !
35 default.removed              input  ! ✓ !
36 idempotency-token.added      input  ✓ ✓ !
36 idempotency-token.removed    input  ✓ ✗ ✓
37 operation.error-added        output ! ✓ !
38 operation.error-removed      output ✓ ✓ ✓
38 operation.error-removed      output ✓ ✗ ✓
39 error.renamed                output ✗ ✗ ✗
40 error.status-changed         output ! – ✗
41 union.member-added           input  ✓ ! !
41 union.member-added           output ! ! ✓
42 union.member-removed         input  ✗ ✗ ✓
42 union.member-removed         output ✓ ✗ ✓
43 shape.became-union           input  ! ✗ !
43 shape.became-union           output ! ✗ !
43 shape.became-structure       input  ! ✗ !
43 shape.became-structure       output ! ✗ !
44 documentation.changed        input  – – –
44 documentation.removed        output – – –
45 deprecated.added             input  ✓ ✓ ✓
45 deprecated.removed           input  ✓ ✓ ✓
46 sensitive.added              output ✓ ! !
46 sensitive.removed            output ✓ ! !
47 paginator.added              none   ! ✓ !
48 paginator.removed            none   ✗ ✗ ✗
48 paginator.tokens-changed     none   ✗ ✗ ✗
49 paginator.result-changed     none   ✓ ! –
50 service.protocol-changed     none   ✗ ✓ ✗
51 service.endpoint-changed     none   ! ✓ !
51 operation.endpoint-changed   none   ! ✓ !
52 timestamp.format-changed     input  ✗ ✓ ✗
52 timestamp.format-changed     output ✗ ✓ ✗
53 operation.readonly-added     none   ✓ ✓ ✓
53 operation.readonly-removed   none   ! ✓ ✓
54 operation.http-rewritten     none   – – –
55 structure.reordered          input  – – –
55 operation.errors-reordered   none   – – –
56 shape.direction-gained       input  ✓ ! !
57 shape.removed                input  ✓ ✗ ✓
57 alias.removed                input  – – –
58 member.wire-name-changed     input  ✗ ✓ ✗
58 member.wire-name-changed     output ✗ ✓ ✗
"""
"""Row, rule, direction, and what the catalogue says of caller, source and server."""

_LOCAL = "names and types stay, and a version that only refuses what the service refuses anyway is a minor one"
OTHERWISE = {
    ("pattern.added", "input"): ("✗ ! !", _LOCAL),
    ("pattern.tightened", "input"): ("✗ ! !", _LOCAL),
    ("length.tightened", "input"): ("✗ ! !", _LOCAL),
    ("range.tightened", "input"): ("✗ ! !", _LOCAL),
    ("pattern.unsupported", "input"): ("✓ ! !", "the generated model leaves such a pattern out and can be imported"),
    ("enum.from-string", "input"): ("! ! !", "a generated enum stands beside str: texts may still be passed"),
    ("enum.from-string", "output"): ("✓ ! ✓", "a generated enum is a str to who reads it"),
}
"""Where the rules say otherwise than the catalogue, with the reason."""

Row = tuple[int, str, str, str]


def rows() -> list[Row]:
    cells = [line.split() for line in ROWS.strip().splitlines()]
    return [(int(number), rule, way, " ".join(marks)) for number, rule, way, *marks in cells]


@cache
def shown() -> frozenset[tuple[str, str, str]]:
    """Rule, direction and levels of every finding of every case, in marks."""
    signs = {level: mark for mark, level in MARKS.items()}
    return frozenset(
        (finding.rule, str(finding.direction), " ".join(signs[finding.level_for(one)] for one in Audience))
        for case in CASES
        for finding in found_in(case)
    )


def test_no_row_is_left_out() -> None:
    assert sorted({row[0] for row in rows()}) == list(range(1, 59))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}-{row[1]}-{row[2]}")
def test_the_rules_say_what_a_row_says(row: Row) -> None:
    """What Python settles is settled in the cases."""
    _, rule, way, marks = row
    expected = OTHERWISE.get((rule, way), (marks, ""))[0]
    levels = [MARKS[mark] for mark in expected.split()]
    said = verdicts(rule, Direction(way))
    judged = [one for one in Audience if one is not Audience.SOURCE or not by_python(rule)]
    assert [said[one].level for one in judged] == [levels[list(Audience).index(one)] for one in judged]
    assert (rule, way, expected) in shown()


def test_whatever_is_said_otherwise_is_of_a_row_and_differs_from_it() -> None:
    catalogue = {(rule, way): marks for _, rule, way, marks in rows()}
    assert [key for key, (marks, _) in OTHERWISE.items() if catalogue.get(key, marks) == marks] == []
