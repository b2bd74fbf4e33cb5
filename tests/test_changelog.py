"""What `speccast changelog` writes: whole texts, what shares a line, what steps take back, and hostile names.

The texts stand in `data/changelog/`; `pytest --update` writes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import reports
from history import VERSIONS, history
from hypothesis import given
from hypothesis import strategies as st
from strategies import sized

from codegen.diff.changelog import SECTIONS, changelog, section_of
from codegen.diff.findings import Accepted, Audience, Bump, Direction, Finding, Level, Report, Side
from codegen.diff.report import diff
from codegen.diff.rules import RULES, verdicts

DATA = Path(__file__).parent / "data" / "changelog"
SAFE = reports.verdicts(reports.FINE, reports.SAME, reports.FINE)

# -------------------------------------------------------------------------------------------------------------- reports


def side(version: str) -> Side:
    model = history(version)
    return Side(version, f"{model.service.name.raw}@{model.service.release.raw}", str)


def between(old: str, new: str) -> Report:
    return diff((side(old), history(old)), (side(new), history(new)))


def release(number: int) -> Side:
    return Side("", f"post@{number}", str)


def step(number: int, *findings: Finding, upstream_breaking: bool = False) -> Report:
    """Make the report of release `number` against the one before."""
    return Report(
        old=release(number - 1),
        new=release(number),
        findings=findings,
        semver=Bump.MINOR,
        upstream_breaking=upstream_breaking,
    )


def finding(rule: str, path: str, summary: str = "", **said: object) -> Finding:
    made = Finding(rule=rule, path=path, summary=summary, direction=Direction.BOTH, verdicts=SAFE)
    return replace(made, **said)  # type: ignore[arg-type]


def history_in_steps() -> str:
    steps = [between(old, new) for old, new in pairwise(VERSIONS)]
    return changelog(steps, between(VERSIONS[0], VERSIONS[-1]))


def first_day() -> str:
    return changelog([between("1.35.61", "1.35.62")], None)


def every_rule() -> str:
    """Tell one finding of each rule, whichever way it goes: where it stands, and in which words."""
    found = [
        Finding(
            rule=rule.id,
            path=f"Owner.{rule.id.title().replace('.', '').replace('-', '')}",
            summary=f'said of "{rule.id}"',
            direction=Direction.INPUT,
            old=None if rule.id.endswith("added") else "Old",
            new=None if rule.id.endswith("removed") else "New",
            operations=("Send",),
            verdicts=verdicts(rule.id, Direction.INPUT),
        )
        for rule in RULES.values()
    ]
    return changelog([step(1, *found)], None)


EXPECTED: dict[str, Callable[[], str]] = {
    "history.md": history_in_steps,
    "first-day.md": first_day,
    "rules.md": every_rule,
    "sample.md": lambda: changelog([reports.sample_report()], None),
    "plain.md": lambda: changelog([reports.plain_report()], None),
    "big.md": lambda: changelog([reports.big_report()], None),
}

# ---------------------------------------------------------------------------------------------------------- whole texts


@pytest.mark.parametrize("name", EXPECTED)
def test_a_changelog_is_written_as_expected(name: str, update: bool) -> None:
    path, text = DATA / name, EXPECTED[name]()
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


def test_no_expected_text_is_left_over() -> None:
    assert {path.name for path in DATA.iterdir()} == set(EXPECTED)


def test_a_release_in_which_nothing_changed_says_so() -> None:
    assert changelog([step(1), step(2)], None) == (
        "# Changelog of post\n\n## 2\n\nNothing changed.\n\n## 1\n\nNothing changed.\n"
    )


# ------------------------------------------------------------------------------------------------------------- sections


def body(*findings: Finding) -> str:
    """Give what stands below the headline of the only release."""
    return changelog([step(1, *findings)], None).partition("## 1\n\n")[2]


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.startswith("accept.")])
def test_a_finding_stands_in_exactly_one_section(rule: str) -> None:
    for way in Direction:
        one = finding(rule, "Owner.Thing", verdicts=verdicts(rule, way))
        assert re.findall("^### (.*)", body(one), re.MULTILINE) == [section_of(one)]


def test_no_section_is_without_a_rule() -> None:
    found = [finding(rule, "Thing", verdicts=verdicts(rule, way)) for rule in RULES for way in Direction]
    assert {section_of(one) for one in found} == set(SECTIONS)


@pytest.mark.parametrize("audience", Audience)
def test_what_breaks_several_audiences_stands_with_the_first(audience: Audience) -> None:
    broken = {one: replace(SAFE[one], level=Level.BREAKING) for one in list(Audience)[list(Audience).index(audience) :]}
    one = finding("member.removed", "Owner.Thing", verdicts={**SAFE, **broken})
    assert section_of(one) == SECTIONS[list(Audience).index(audience)]


def test_members_of_one_shape_share_a_line() -> None:
    names = [finding("member.added", f"Box.{name}", operations=(f"Get{name}",)) for name in ("A", "B", "C")]
    assert body(*names, finding("member.added", "Lid.A")) == (
        "### Added\n\n- `Box` has new optional members `A`, `B` and `C` (3 operations)\n"
        "- `Lid` has a new optional member `A`\n"
    )


def test_values_of_one_enum_share_a_line() -> None:
    values = [finding("enum.value-added", "Kind", new=value, operations=("Send",)) for value in ("A", "B", 3)]
    assert body(*values) == "### Added\n\n- `Kind` can now be `A`, `B` or `3` (`Send`)\n"


def test_operations_come_first_and_what_nobody_notices_last() -> None:
    found = [
        finding("enum.reordered", "A", verdicts=reports.QUIET),
        finding("alias.added", "B", verdicts=reports.QUIET),
        finding("member.added", "C.D"),
        finding("operation.added", "E", operations=("E",)),
    ]
    assert body(*found) == (
        "### Added\n\n- 1 operation added: `E`\n- `C` has a new optional member `D`\n"
        "- 1 name of a scalar, list or map added: `B`\n\n"
        "### Changed\n\n- enum values listed in another order (1): `A`\n"
    )


def test_documentation_is_counted_and_never_told() -> None:
    told = [
        finding("documentation.changed", f"Box.{number}", "documentation changed", old="Be quick.", new="Be slow.")
        for number in range(83)
    ]
    gone = finding("deprecated.added", "Box", "is deprecated", new={"message": "Take a bag.", "since": "2024"})
    assert body(*told, gone) == (
        "### Deprecated\n\n- `Box`: is deprecated\n\n### Documentation\n\n- documentation changed (83)\n"
    )


def test_an_update_that_breaks_callers_says_so_first() -> None:
    text = changelog([step(1, finding("member.added", "A.B"), upstream_breaking=True)], None)
    assert "## 1\n\n**Callers that stay as they are break: update soon.**\n\n### Added\n" in text


def test_what_was_accepted_and_what_is_wrong_with_the_list_stand_apart() -> None:
    accepted = finding("member.removed", "Box.A", "optional member removed", accepted=Accepted("unused", "2027-01-31"))
    unused = finding("accept.unused", "Box.B", "matches nothing")
    assert body(accepted, unused) == (
        "### Accepted\n\n- `Box.A`: optional member removed; accepted until 2027-01-31: unused\n"
        "- `Box.B`: matches nothing\n"
    )


# --------------------------------------------------------------------------------------------------- from first to last


def taken_back(whole: tuple[Finding, ...], *steps: tuple[Finding, ...]) -> list[str]:
    made = [step(number, *found) for number, found in enumerate(steps, 1)]
    text = changelog(made, replace(step(len(steps), *whole), old=release(0)))
    return text.partition("- server: ")[2].strip().splitlines()[2:]


def test_a_value_that_came_and_went_is_taken_back() -> None:
    came, stays = (finding("enum.value-added", "Kind", f'value "{one}" added', new=one) for one in ("A", "B"))
    went = finding("enum.value-removed", "Kind", 'value "A" removed', old="A")
    assert taken_back((stays,), (came, stays), (), (went,)) == [
        "What a later step takes back:",
        "",
        "- `Kind`: value `A` added (1), then value `A` removed (3); in all: nothing",
    ]


def test_a_value_that_went_when_another_had_come_takes_nothing_back() -> None:
    came = finding("enum.value-added", "Kind", new="A")
    went = finding("enum.value-removed", "Kind", old="B")
    assert taken_back((came, went), (came,), (went,)) == ["No step takes back what another did."]


def test_what_is_left_of_a_pattern_that_went_and_came_otherwise_is_told() -> None:
    went = finding("pattern.removed", "Amount", "pattern removed", old="a+")
    came = finding("pattern.added", "Amount", "pattern added", new="a*")
    left = finding("pattern.loosened", "Amount", "pattern accepts more", old="a+", new="a*")
    assert taken_back((left,), (went,), (came,))[-1] == (
        "- `Amount`: pattern removed (1), then pattern added (2); in all: pattern accepts more, from `a+` to `a*`"
    )


@pytest.mark.parametrize(("back", "undone"), [("text", True), ("map", False)])
def test_a_change_that_is_its_own_mirror_has_to_lead_back(back: str, undone: bool) -> None:
    there = finding("member.type-changed", "Box.A", "type changed", old="text", new="list")
    again = finding("member.type-changed", "Box.A", "type changed", old="list", new=back)
    assert (taken_back((), (there,), (again,))[0] == "What a later step takes back:") is undone


def test_what_has_no_effect_is_not_taken_back() -> None:
    there = finding("enum.reordered", "Kind", old=["A", "B"], new=["B", "A"], verdicts=reports.QUIET)
    again = replace(there, old=there.new, new=there.old)
    assert taken_back((), (there,), (again,)) == ["No step takes back what another did."]


# --------------------------------------------------------------------------------------------------------- hostile text

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
"""A code span as CommonMark reads it: up to the next run of backticks that is as long as the first."""

_LINE = re.compile(r"(|#{1,3} [^#].*|- [^ +*-].*|\*\*[A-Z][a-z: ]+\.\*\*|[A-Z].*)")


def spans(text: str) -> list[str]:
    """Give what a browser shows of each code span: one space at each end is left out if both ends have one."""
    found = [match[2] for match in _SPAN.finditer(text)]
    return [one[1:-1] if one[0] == one[-1] == " " and one.strip() else one for one in found]


def outside(text: str) -> str:
    """Give what stands outside code spans and the marks of our own; each line has to be of a kind that we write."""
    lines = text.splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
    return "\n".join(_SPAN.sub("", re.sub(r"^(#+|-) |^\*\*|\*\*$", "", line)) for line in lines)


MARKUP = re.compile(r"[<>`|@*_~\[\]\\/&#]|\w:\w|www|GH-")


def test_a_changelog_has_no_markup_but_its_own() -> None:
    hostile = [reports.HOSTILE_NAME, reports.HOSTILE_OPERATION, reports.HOSTILE_VALUE, reports.MARKUP, ":x: www.a GH-1"]
    found = [
        finding(rule, path, f'said "{text}" of {text}', old=text, new=text, operations=(text,), lost=(text,))
        for rule in RULES
        for text in hostile
        for path in (text, f"{text}.{text}")
    ]
    accepted = [replace(one, accepted=Accepted(one.path, one.path)) for one in found[:20]]
    name = f"{reports.HOSTILE_NAME}@{reports.ESCAPE}"
    named = replace(step(1, *found, *accepted), new=Side(name, name, str))
    text = changelog([reports.sample_report(), named], named)
    assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []
    assert MARKUP.findall(outside(text)) == []


@sized(200, 3000)
@given(st.text(min_size=1, max_size=30) | st.text('`<\n\\"a .', min_size=1, max_size=12))
def test_a_name_cannot_break_out_of_its_code(name: str) -> None:
    found = finding("pattern.added", name, "pattern added", operations=(name,))
    text = body(found)
    assert len(spans(text)) == 1
    assert MARKUP.findall(outside(text)) == []
    if name.isprintable() and name.strip():
        assert spans(text) == [name]
    text.encode()
