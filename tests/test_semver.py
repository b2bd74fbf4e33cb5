"""Which part of a version has to grow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.diagnostics import Diagnostics
from codegen.diff.findings import Accepted, Bump, Direction, Finding, Report, Side
from codegen.diff.report import report_of
from codegen.diff.rules import verdicts
from codegen.diff.semver import bump_of, next_version, read_version, semver_text


def finding(rule: str, direction: Direction = Direction.INPUT) -> Finding:
    return Finding(
        rule=rule, path="Order", summary=rule, direction=direction, new=rule, verdicts=verdicts(rule, direction)
    )


def report(*findings: Finding) -> Report:
    return report_of(Side("a", "post@1", str), Side("b", "post@2", str), findings)


@pytest.mark.parametrize(
    ("rules", "bump", "upstream"),
    [
        ([], Bump.NONE, False),
        (["documentation.changed", "pattern.rewritten"], Bump.PATCH, False),
        (["documentation.changed", "member.added"], Bump.MINOR, False),
        (["shape.removed"], Bump.MAJOR, False),
        (["member.became-required"], Bump.MAJOR, True),
        (["pattern.tightened"], Bump.MINOR, True),
        (["length.tightened", "operation.added"], Bump.MINOR, True),
    ],
)
def test_the_worst_finding_decides(rules: list[str], bump: Bump, upstream: bool) -> None:
    found = report(*map(finding, rules))
    assert (found.semver, found.upstream_breaking) == (bump, upstream)


def test_what_is_accepted_and_the_accept_list_itself_do_not_count() -> None:
    accepted = replace(finding("shape.removed"), accepted=Accepted("fine"))
    assert bump_of([accepted, finding("accept.unused", Direction.NONE)]) is Bump.NONE


@pytest.mark.parametrize(
    ("current", "bump", "expected"),
    [
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", Bump.NONE, "1.2.3"),
        ("0.2.3", Bump.MAJOR, "0.3.0"),
        ("0.2.3", Bump.MINOR, "0.3.0"),
        ("0.2.3", Bump.PATCH, "0.2.4"),
        ("1.2.3-rc.1+build.5", Bump.MINOR, "1.3.0"),
    ],
)
def test_versions_count_on(current: str, bump: Bump, expected: str) -> None:
    assert str(next_version(read_version(current), bump)) == expected


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3 ", "1.1\u0663.0", f"1.{'9' * 5000}.0"]
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(Diagnostics, match=r"is no version: write X\.Y\.Z, as in 1\.4\.0"):
        read_version(text)


def test_the_answer_comes_first_and_then_why() -> None:
    expected = (
        "1.3.0\nupstream-breaking: callers that stay as they are break; the update is the cure\n"
        '- "Order": pattern.tightened [pattern.tightened]\n'
    )
    found = report(finding("pattern.tightened"), finding("documentation.changed"))
    assert semver_text(found, "1.2.3", None) == (expected, True)
    assert semver_text(report(), None, None) == ("none\n", True)


@pytest.mark.parametrize(
    ("rules", "current", "proposed", "said"),
    [
        (["shape.removed"], "1.0.0", "1.1.0", "1.1.0 is too small a step from 1.0.0: major has to grow"),
        (["shape.removed"], "0.1.0", "0.1.1", "0.1.1 is too small a step from 0.1.0: minor has to grow"),
        (["member.added"], "1.0.0", "1.0.9", "1.0.9 is too small a step from 1.0.0: minor has to grow"),
        (["documentation.changed"], "1.0.0", "1.0.0", "1.0.0 is too small a step from 1.0.0: patch has to grow"),
        ([], "1.0.1", "1.0.0", "1.0.0 is too small a step from 1.0.1: nothing changed, it may stay"),
        (["shape.removed"], "1.0.0", "2.0.0", None),
        (["shape.removed"], "0.1.0", "0.2.0", None),
        (["shape.removed"], "1.0.0", "2.0.0-rc.1", None),
        ([], "1.0.1", "1.0.1", None),
    ],
)
def test_a_proposed_version_may_be_too_small_a_step(
    rules: list[str], current: str, proposed: str, said: str | None
) -> None:
    text, enough = semver_text(report(*map(finding, rules)), current, proposed)
    assert (enough, [line for line in text.splitlines() if "small" in line]) == (said is None, [said] if said else [])


def test_text_of_a_spec_stays_inert() -> None:
    evil = replace(finding("shape.removed"), path="\x1b[31m\n", summary="\x1b[31m is gone\n")
    text, _ = semver_text(report(evil), None, None)
    assert text == 'major\n- "\\u001b[31m\\n": "\\u001b[31m is gone\\n" [shape.removed]\n'


def test_reasons_are_counted_beyond_the_first_ten() -> None:
    found = report(*(replace(finding("shape.removed"), path=f"Shape{number:02}") for number in range(13)))
    assert semver_text(found, None, None)[0].splitlines()[-2:] == [
        '- "Shape09": shape.removed [shape.removed]',
        "- and 3 more",
    ]


def test_a_proposal_needs_a_version_to_count_from() -> None:
    with pytest.raises(Diagnostics, match="--proposed needs --current"):
        semver_text(report(), None, "1.0.0")
