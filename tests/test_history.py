"""Thirteen releases of partnercentral-selling: what is found between one and the next, reviewed by hand.

`data/updates/<new>.txt` has the findings of each pair but those on documentation, of which the models here have
none. What must be found, and what nobody should be bothered with, stands here in words.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from history import FOLDER, VERSIONS, history
from telling import told

from codegen.diagnostics import Location
from codegen.diff.changes import Pair
from codegen.diff.compare import changes
from codegen.diff.findings import Audience, Finding, Level, Side
from codegen.diff.judge import judge
from codegen.diff.report import diff
from codegen.diff.rules import RULES
from codegen.diff.surface import source_changes

UPDATES = FOLDER.with_name("updates")
PAIRS = list(pairwise(VERSIONS))


@cache
def between(old: str, new: str) -> tuple[Finding, ...]:
    sides = [(Side(version, f"partnercentral-selling@{version}", str), history(version)) for version in (old, new)]
    return diff(sides[0], sides[1]).findings


def found(new: str) -> tuple[Finding, ...]:
    return between(VERSIONS[VERSIONS.index(new) - 1], new)


def rules(new: str, *levels: Level, audience: Audience | None = None) -> Counter[str]:
    """Count findings by rule; of some levels, for one audience or for the one it is worst for."""
    return Counter(
        one.rule for one in found(new) if not levels or (one.level_for(audience) if audience else one.level) in levels
    )


def breaking(new: str, audience: Audience) -> set[tuple[str, str]]:
    return {(one.rule, one.path) for one in found(new) if one.level_for(audience) is Level.BREAKING}


CALLER, SOURCE, SERVER = Audience.CALLER, Audience.SOURCE, Audience.SERVER


def test_there_are_twelve_pairs() -> None:
    assert len(PAIRS) == 12


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[new for _, new in PAIRS])
def test_the_findings_of_a_pair_are_those_that_were_reviewed(old: str, new: str, update: bool) -> None:
    path = UPDATES / f"{new}.txt"
    text = "".join(line for one in between(old, new) for line in told(one))
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("version", VERSIONS)
def test_a_release_does_not_differ_from_itself(version: str) -> None:
    assert between(version, version) == ()


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[new for _, new in PAIRS])
def test_the_way_back_is_the_mirror(old: str, new: str) -> None:
    there = Counter((RULES[one.rule].mirror, str(one.new), str(one.old)) for one in between(old, new))
    back = Counter((one.rule, str(one.old), str(one.new)) for one in between(new, old))
    assert there == back


def test_places_lead_to_both_releases() -> None:
    pair = Pair(history("1.35.61"), history("1.35.62"))
    python = source_changes(pair.old, pair.new)
    told = judge(pair, changes(pair), python, (lambda place: Location(place.file), lambda place: Location(place.file)))
    places = {(one.old_at, one.new_at) for one in told}
    old, new = (Location(f"tests/data/history/{version}.json") for version in ("1.35.61", "1.35.62"))
    assert places == {(old, new), (old, None)}


# ------------------------------------------------------------------------------------------- what reviewers have to see

CALLERS: dict[str, set[tuple[str, str]]] = {
    "1.35.62": {
        ("pattern.added", "StartEngagementByAcceptingInvitationTaskRequestClientTokenString"),
        ("pattern.added", "StartEngagementFromOpportunityTaskRequestClientTokenString"),
    },
    "1.38.21": {("length.tightened", "ExpectedCustomerSpendList")},
    "1.40.9": {("pattern.added", "ExpectedCustomerSpend.Amount")},
    "1.42.7": {
        ("length.tightened", "CreateOpportunityRequest.ClientToken"),
        ("pattern.added", "CreateOpportunityRequest.ClientToken"),
        ("pattern.added", "ExpectedCustomerSpend.EstimationUrl"),
    },
}
"""What breaks callers; nothing else does. None of it stands in a release note that was read."""

SOURCES: dict[str, set[tuple[str, str]]] = {
    "1.42.7": {("member.became-optional", "ExpectedCustomerSpend.Amount")},
    "1.42.80": {
        ("member.retargeted", "AwsProductInsights.CurrencyCode"),
        ("member.retargeted", "ExpectedCustomerSpend.CurrencyCode"),
        ("shape.removed", "AwsProductInsightsCurrencyCodeEnum"),
        ("shape.removed", "ExpectedCustomerSpendCurrencyCodeEnum"),
    },
}
"""What breaks programs built anew: two classes that went, and an amount that may be None."""

SERVERS: dict[str, set[tuple[str, str]]] = {"1.43.38": {("pattern.replaced", "ProspectingTaskArn")}}
"""What servers have to do otherwise: answer with ARNs of another form."""


@pytest.mark.parametrize(
    ("audience", "expected"), [(CALLER, CALLERS), (SOURCE, SOURCES), (SERVER, SERVERS)], ids=lambda one: str(one)[:6]
)
@pytest.mark.parametrize("new", [new for _, new in PAIRS])
def test_this_and_nothing_else_breaks(new: str, audience: Audience, expected: dict[str, set[tuple[str, str]]]) -> None:
    assert breaking(new, audience) == expected.get(new, set())


def test_anchors_that_went_and_lengths_that_moved_into_patterns_break_nobody() -> None:
    """43 patterns lost their anchors in 1.40.9; 54 shapes moved their length into the pattern on the way to 1.42.7."""
    moved = rules("1.40.9")["pattern.rewritten"] + rules("1.40.9")["pattern.line-breaks"]
    assert moved == 43
    assert rules("1.42.7", Level.COSMETIC)["pattern.rewritten"] == 53
    assert rules("1.42.7", Level.COSMETIC)["length.rewritten"] == 1


def test_an_enum_is_what_its_own_pattern_leaves_of_it() -> None:
    """168 currencies of which a pattern let one through: that the enum went widens, though no value was added."""
    widened = [one for one in found("1.42.80") if one.rule == "pattern.removed"]
    assert [(one.path, one.gained[0]) for one in widened] == [
        ("AwsProductInsights.CurrencyCode", "EUR"),
        ("ExpectedCustomerSpend.CurrencyCode", "EUR"),
    ]


def test_operations_and_members_that_came_are_all_there() -> None:
    counted = {new: (rules(new)["operation.added"], rules(new)["member.added"]) for _, new in PAIRS}
    assert counted == {
        "1.35.62": (0, 0),
        "1.35.76": (21, 17),
        "1.36.0": (3, 3),
        "1.38.21": (0, 0),
        "1.40.9": (0, 1),
        "1.42.7": (4, 15),
        "1.42.44": (0, 2),
        "1.42.56": (0, 1),
        "1.42.80": (0, 0),
        "1.43.9": (0, 3),
        "1.43.31": (3, 6),
        "1.43.38": (0, 6),
    }


def test_reason_codes_grow_and_are_then_put_in_another_order() -> None:
    grown = {
        new: sum(one.path == "ReasonCode" for one in found(new) if one.rule == "enum.value-added") for _, new in PAIRS
    }
    assert {new: number for new, number in grown.items() if number} == {"1.35.62": 1, "1.35.76": 8, "1.42.7": 3}
    assert [one.rule for one in found("1.36.0") if one.path == "ReasonCode"] == ["enum.reordered"]


def test_first_to_last_is_not_the_sum_of_the_steps() -> None:
    """Amount lost its pattern, got it back and may be empty since: what is left is that it may be absent or empty."""
    whole = [one.rule for one in between(VERSIONS[0], VERSIONS[-1]) if one.path == "ExpectedCustomerSpend.Amount"]
    steps = [one.rule for _, new in PAIRS for one in found(new) if one.path == "ExpectedCustomerSpend.Amount"]
    assert steps == ["pattern.removed", "pattern.added", "sensitive.added", "member.became-optional"]
    assert whole == ["member.became-optional", "pattern.loosened", "sensitive.added"]


def test_one_finding_tells_of_all_operations_that_a_shape_is_in() -> None:
    (reason,) = [one for one in found("1.35.62") if one.path == "ReasonCode"]
    assert reason.operations == ("StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask")
    (error,) = [one for one in found("1.42.7") if one.path == "InternalServerException"]
    assert len(error.operations) == 19
