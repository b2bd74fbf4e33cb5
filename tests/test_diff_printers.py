"""What `speccast diff` prints: whole texts, and what holds for every format whatever a spec is called.

The texts stand in `data/diff/`; `pytest --update` writes them, and the published schema, anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import reports
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from codegen.diff.findings import Audience, Level, Report
from codegen.diff.printers import PRINTERS, printer
from codegen.diff.printers.github import as_github
from codegen.diff.printers.machine import as_json, report_schema
from codegen.diff.printers.markdown import MOST, as_markdown
from codegen.diff.printers.sarif import as_sarif
from codegen.diff.printers.text import as_text

DATA = Path(__file__).parent / "data" / "diff"
SCHEMA = Path(__file__).parent.parent / "docs" / "diff.schema.json"
TITLES = {"pattern.tightened": "a pattern accepts less", "docs.changed": "only words changed"}

plain_text = partial(as_text, colour=False)
Printer = Callable[[Report], str]

FORMATS: dict[str, Printer] = {
    "text": plain_text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_github,
    "sarif": as_sarif,
}

EXPECTED: dict[str, tuple[Printer, Callable[[], Report]]] = {
    "sample.txt": (plain_text, reports.sample_report),
    "sample-coloured.txt": (partial(as_text, colour=True), reports.sample_report),
    "sample-server.txt": (partial(plain_text, audience=Audience.SERVER), reports.sample_report),
    "sample-narrow-whole.txt": (partial(plain_text, limit=None, width=60), reports.sample_report),
    "sample-capped.txt": (partial(plain_text, limit=3), reports.sample_report),
    "sample.json": (as_json, reports.sample_report),
    "sample.md": (as_markdown, reports.sample_report),
    "sample.github.txt": (as_github, reports.sample_report),
    "sample.sarif.json": (partial(as_sarif, titles=TITLES), reports.sample_report),
    "plain.txt": (plain_text, reports.plain_report),
    "plain.md": (as_markdown, reports.plain_report),
    "big.txt": (plain_text, reports.big_report),
    "empty.txt": (plain_text, reports.empty_report),
    "empty.md": (as_markdown, reports.empty_report),
    "empty.github.txt": (as_github, reports.empty_report),
    "empty.sarif.json": (as_sarif, reports.empty_report),
}


def _kept(path: Path, text: str, update: bool) -> str:
    """Give what a file holds, written anew first where that is asked for."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{text}\n".encode())
    return path.read_bytes().decode()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_report_is_printed_as_expected(name: str, update: bool) -> None:
    printer, make = EXPECTED[name]
    text = printer(make())
    assert f"{text}\n" == _kept(DATA / name, text, update)


def test_no_expected_text_is_left_over() -> None:
    assert {path.name for path in DATA.iterdir()} == set(EXPECTED)


def test_the_published_schema_is_the_one_the_printer_knows(update: bool) -> None:
    text = json.dumps(report_schema(), indent=2)
    assert f"{text}\n" == _kept(SCHEMA, text, update)


def test_the_machine_formats_are_in_one_table() -> None:
    assert set(PRINTERS) == {"json", "markdown", "html", "github", "sarif"}
    assert all(printer(name)(reports.sample_report()) for name in PRINTERS)


# -------------------------------------------------------------------------------------------------- every format


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_acts_upon_a_terminal_is_printed(form: str) -> None:
    report = reports.sample_report()
    hostile = replace(report.old, spec=reports.HOSTILE_NAME, name=f"{reports.HOSTILE_NAME}@{reports.ESCAPE}")
    text = FORMATS[form](replace(report, old=hostile))
    assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []


@pytest.mark.parametrize("form", FORMATS)
def test_half_a_character_is_printed_as_an_escape(form: str) -> None:
    first = reports.BREAKING_ONES[0]
    broken = replace(first, path="\ud800", old="\udfff", new="a \ud800", lost=("\ud800",), operations=("\udfff",))
    FORMATS[form](reports.report(broken)).encode()


@pytest.mark.parametrize("form", FORMATS)
def test_every_open_breaking_finding_is_named(form: str) -> None:
    text = FORMATS[form](reports.sample_report())
    breaking = [one for one in reports.sample_report().open if one.level is Level.BREAKING]
    assert len(breaking) >= 8
    named = [one for one in breaking if one.path.isprintable()]
    assert len(named) == len(breaking) - 1
    assert [one.path for one in named if one.path not in text or one.rule not in text] == []
    assert "Evil" in text and "member.renamed" in text


@pytest.mark.parametrize("form", FORMATS)
def test_an_accepted_finding_stays_visible_with_its_reason(form: str) -> None:
    text = FORMATS[form](reports.sample_report())
    assert "Money.Amount" in text and "we never send amounts" in text and "2027-01-31" in text


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_gives_the_same_text(form: str) -> None:
    assert FORMATS[form](reports.sample_report()) == FORMATS[form](reports.sample_report())


# ---------------------------------------------------------------------------------------------------------- text


def test_a_capped_text_counts_what_it_leaves_out() -> None:
    lines = plain_text(reports.sample_report(), limit=2).splitlines()
    assert "    … and 4 more of this kind; --format json lists all" in lines


@pytest.mark.parametrize("width", [90, 100, 140])
def test_lines_are_as_long_as_the_terminal_is_wide(width: int) -> None:
    assert width - 30 < max(map(len, plain_text(reports.plain_report(), width=width).splitlines())) <= width


def test_names_and_samples_are_never_broken() -> None:
    text = plain_text(reports.plain_report(), width=40)
    assert "\n        StartEngagementByAcceptingInvitationTask,\n" in text
    assert f"\n      `a b{'c' * 57}`… (123 characters)\n" in text


def test_colour_adds_nothing_but_colour() -> None:
    coloured = as_text(reports.sample_report(), colour=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain_text(reports.sample_report())


def test_one_audience_is_told_nothing_of_the_others() -> None:
    text = plain_text(reports.sample_report(), audience=Audience.CALLER)
    assert "\nsource" not in text and "  server:" not in text and "the method is gone" not in text


def test_a_big_report_fits_on_a_screen() -> None:
    assert len(plain_text(reports.big_report()).splitlines()) < 40


# ---------------------------------------------------------------------------------------------------------- json


@pytest.mark.parametrize("make", [reports.sample_report, reports.plain_report, reports.empty_report])
def test_json_is_valid_by_the_published_schema(make: Callable[[], Report]) -> None:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(as_json(make())))


def _without(key: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(as_json(reports.plain_report()))
    del said["findings"][0][key]
    return said


@pytest.mark.parametrize(
    ("said", "valid"),
    [
        ({"new": [], "updated": {}}, True),
        ({"new": ["A"], "updated": {"B": {"response": {"ReasonCode": ["ResourceSnapshotAccessDenied"]}}}}, True),
        ({"new": ["A"], "updated": {"B": {"request": {"Lead": {"Name": "string"}}, "response": {"X": 1}}}}, True),
        ({"new": ["A"], "updated": {"B": {}}}, False),
        ({"new": ["A"], "updated": {"B": {"response": {}}}}, False),
        ({"new": ["A"]}, False),
        (_without("levels"), False),
        (_without("fingerprint"), False),
    ],
)
def test_the_schema_tells_the_two_views_from_mistakes(said: dict[str, Any], valid: bool) -> None:
    assert Draft202012Validator(report_schema()).is_valid(said) is valid


# ------------------------------------------------------------------------------------------------------ markdown


def _without_code(line: str) -> str:
    """Take out code spans as CommonMark reads them: up to a run of just as many backticks."""
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def test_markdown_has_no_markup_of_the_spec() -> None:
    text = as_markdown(reports.sample_report())
    left = "\n".join(_without_code(line) for line in text.splitlines())
    for sign in ("`", "@", "http", "script", "](", "img", "<!--", "\\"):
        assert sign not in left, sign
    assert set(re.findall("<[^>]*>", left)) == {"<br>", "<details>", "</details>", "<summary>", "</summary>"}


def test_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    rows = re.findall(r"^\|.*\|$", as_markdown(reports.sample_report()), re.MULTILINE)
    assert len(rows) > 30
    assert {row.count("|") for row in rows} <= {4, 5, 6}


@pytest.mark.parametrize("length", [10, 5_000])
def test_markdown_fits_into_a_comment_and_counts_the_rest(length: int) -> None:
    big = reports.big_report()
    findings = tuple(replace(one, path=one.path + "`|" * length) for one in big.findings)
    text = as_markdown(replace(big, findings=findings))
    assert len(text) <= MOST
    assert re.search(r"… and \d+ more; `--format json` lists all", text)


# ------------------------------------------------------------------------------------------------ github, sarif


def test_annotations_are_one_line_each_the_worst_first() -> None:
    lines = as_github(reports.sample_report()).splitlines()
    kinds = [re.match("::(error|warning|notice) (?:file=[^:]*,)?title=[a-z.-]+::", line) for line in lines]
    assert [kind[1] if kind else line for kind, line in zip(kinds, lines, strict=True)] == (
        ["error"] * 9 + ["warning"] * 6 + ["notice"] * 7
    )


def test_sarif_has_what_its_standard_requires() -> None:
    (run,) = json.loads(as_sarif(reports.sample_report(), TITLES))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "speccast"
    assert len(run["results"]) == len(reports.sample_report().findings)
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert (result["level"] == "none") is (result["kind"] != "fail")
        for location in result.get("locations", ()):
            physical = location["physicalLocation"]
            assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", physical["artifactLocation"]["uri"])
            assert min(physical.get("region", {"startLine": 1}).values()) >= 1


def test_sarif_suppresses_what_was_accepted() -> None:
    (run,) = json.loads(as_sarif(reports.sample_report()))["runs"]
    suppressed = {
        result["properties"]["path"]: result["suppressions"] for result in run["results"] if "suppressions" in result
    }
    assert len(suppressed) == 2
    assert suppressed["Money.Amount"] == [
        {"kind": "external", "status": "accepted", "justification": "accepted until 2027-01-31: we never send amounts"}
    ]
