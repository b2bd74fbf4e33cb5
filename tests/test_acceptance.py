"""The accept list: what it marks, what it leaves open, what is wrong with one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import sized

from codegen.diagnostics import Diagnostics
from codegen.diff.acceptance import Acceptance, accept, read_acceptance
from codegen.diff.findings import Accepted, Direction, Finding
from codegen.diff.rules import RULES, verdicts

TODAY = date(2026, 11, 21)


def finding(rule: str = "enum.value-added", path: str = "ReasonCode", new: str = "A") -> Finding:
    return Finding(
        rule=rule,
        path=path,
        summary=f"{rule} of {new}",
        direction=Direction.OUTPUT,
        new=new,
        verdicts=verdicts(rule, Direction.OUTPUT),
    )


def toml(*entries: str) -> Acceptance:
    text = "\n".join(f"[[accept]]\n{entry}\n" for entry in entries)
    return read_acceptance("accept.toml", text.encode(), tuple(RULES))


def one(rule: str, path: str, more: str = "") -> str:
    return f'rule = "{rule}"\npath = "{path}"\nreason = "fine"\n{more}'


def test_an_accepted_finding_stays_and_says_why() -> None:
    entry = one("enum.value-added", "ReasonCode", "expires = 2027-01-31")
    assert accept([finding()], toml(entry), TODAY) == (replace(finding(), accepted=Accepted("fine", "2027-01-31")),)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("enum.value-added", "ReasonCode"),
        ("enum.*", "ReasonCode"),
        ("*.*", "*"),
        ("enum.value-added", "Reason*"),
        ("*.*-*d", "R*a**son*e"),
    ],
)
def test_rule_and_path_may_be_globs_within_a_step(rule: str, path: str) -> None:
    assert accept([finding()], toml(one(rule, path)), TODAY)[0].accepted


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("health", "health.live"),
        ("health", "healthy"),
        ("*", "Order.City"),
        ("Order.*", "Order"),
        ("Reason?ode", "ReasonCode"),
        ("[A-Z]*", "ReasonCode"),
        ("reasoncode", "ReasonCode"),
        ("R*s*R*e", "ReasonCode"),
        pytest.param("*a" * 40 + "b", "a" * 300, id="many stars, which must not be tried in every way"),
    ],
)
def test_an_entry_eats_nothing_beside_its_path(pattern: str, path: str) -> None:
    found = accept([finding(path=path)], toml(one("enum.value-added", pattern)), TODAY)
    assert found[0].accepted is None
    assert [one.rule for one in found] == ["enum.value-added", "accept.unused"]


def test_a_fingerprint_picks_one_finding_of_several() -> None:
    first, second = finding(new="A"), finding(new="B")
    entry = one("enum.value-added", "ReasonCode", f'fingerprint = "{second.fingerprint}"')
    assert [found.accepted is not None for found in accept([first, second], toml(entry), TODAY)] == [False, True]


def test_a_fingerprint_outlives_another_wording() -> None:
    assert replace(finding(), summary="said otherwise").fingerprint == finding().fingerprint
    assert finding(new="B").fingerprint != finding().fingerprint


def test_an_entry_holds_on_its_last_day_and_no_longer() -> None:
    entry = toml(one("enum.value-added", "ReasonCode", "expires = 2026-11-21"))
    assert accept([finding()], entry, TODAY)[0].accepted
    still_open, expired = accept([finding()], entry, date(2026, 11, 22))
    assert still_open.accepted is None
    assert (expired.rule, expired.path) == ("accept.expired", "ReasonCode")
    assert expired.summary == 'the entry for "enum.value-added" expired on 2026-11-21'
    assert str(expired.new_at) == "accept.toml:1:1"


def test_an_entry_that_matches_nothing_is_told_with_its_place() -> None:
    entries = toml(one("enum.value-added", "ReasonCode"), one("enum.value-added", "Gone"))
    unused = accept([finding()], entries, TODAY)[-1]
    assert (unused.rule, unused.path, str(unused.new_at)) == ("accept.unused", "Gone", "accept.toml:7:1")
    assert unused.summary == 'the entry for "enum.value-added" matches nothing: remove it'


def test_yaml_says_the_same_as_toml() -> None:
    text = "accept:\n  - rule: enum.value-added\n    path: ReasonCode\n    reason: fine\n    expires: 2027-01-31\n"
    found = read_acceptance("accept.yaml", text.encode(), tuple(RULES)).entries
    (other,) = toml(one("enum.value-added", "ReasonCode", "expires = 2027-01-31")).entries
    assert [replace(entry, at=other.at) for entry in found] == [other]
    assert str(found[0].at) == "accept.yaml:2:5"


UNDER = "\n  speccast: note: write entries under `accept`: [[accept]] in TOML, a list in YAML"

BAD = [
    (
        "accept.toml",
        "[[accept]\n",
        "accept.toml:1:9: error: not TOML: expected ']]' at the end of an array declaration [syntax]",
    ),
    (
        "accept.yaml",
        "accept: [",
        "accept.yaml:1:10: error: not YAML: expected the node content, but found '<stream end>' [syntax]",
    ),
    (
        "accept.yaml",
        "- 1",
        "accept.yaml: error: an accept list is a list of entries [accept-list]" + UNDER,
    ),
    (
        "accept.toml",
        'accepted = "x"',
        'accept.toml: error: unknown key "accepted" [accept-list]' + UNDER,
    ),
    (
        "accept.yaml",
        "accept:\n- 1\n",
        "accept.yaml:2:3: error: an entry is a table with rule, path and reason [accept-list]",
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.value-added"\npath = "A"',
        "accept.toml:1:1: error: an entry needs a reason [missing-key]",
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.value-add"\npath = "A"\nreason = "x"',
        'accept.toml:1:1: error: no rule is called "enum.value-add" [unknown-rule]\n'
        '  speccast: note: did you mean "enum.value-added"?',
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.*"\npath = "A"\nreason = "x"\nexpire = 1',
        'accept.toml:1:1: error: unknown key "expire" [unknown-key]\n  speccast: note: did you mean "expires"?',
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.*"\npath = "A"\nreason = "x"\nexpires = "soon"',
        "accept.toml:1:1: error: expires is a day, written as 2027-01-31 [wrong-date]",
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.*"\npath = 7\nreason = "x"',
        'accept.toml:1:1: error: "path" is a text [wrong-type]',
    ),
    (
        "accept.toml",
        "a = " + "[" * 100_000,
        "accept.toml: error: not TOML that can be read: too deep, or a number too long [syntax]",
    ),
    (
        "accept.toml",
        "a = " + "9" * 6_000,
        "accept.toml: error: not TOML that can be read: too deep, or a number too long [syntax]",
    ),
    ("accept.yaml", "[" * 100_000, "accept.yaml: error: not YAML [syntax]"),
    (
        "accept.yaml",
        "accept:\n- {rule: enum.*, path: A, reason: x, expires: 2027-02-30}",
        "accept.yaml:2:3: error: expires is a day, written as 2027-01-31 [wrong-date]",
    ),
    (
        "accept.toml",
        '[[accept]]\nrule = "enum.*"\npath = "A"\nreason = "x"\nexpires = 2027-02-30',
        "accept.toml:5:11: error: not TOML: invalid date or datetime [syntax]",
    ),
    (
        "accept.yaml",
        "accept:\n- {rule: enum.*, path: A, reason: x, reason: y}",
        "accept.yaml:2:38: error: this key is written twice [duplicate-key]",
    ),
    (
        "accept.yaml",
        "accept:\n- {rule: enum.*, path: A, reason: '  '}",
        "accept.yaml:2:3: error: an entry needs a reason [missing-key]",
    ),
    (
        "accept.yaml",
        "accept: !!python/object/apply:os.system [exit]",
        "accept.yaml:1:42: error: an entry is a table with rule, path and reason [accept-list]",
    ),
    ("accept.toml", "\xff", None),
]


@pytest.mark.parametrize(("path", "text", "message"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_with_a_list_is_told_with_its_place(path: str, text: str, message: str | None) -> None:
    content = text.encode("latin-1" if message is None else "utf-8")
    with pytest.raises(Diagnostics) as caught:
        read_acceptance(path, content, tuple(RULES))
    assert caught.value.text() == (message or "accept.toml:1:1: error: not UTF-8; save the file as UTF-8 [encoding]")


def test_an_entry_twice_is_refused() -> None:
    with pytest.raises(Diagnostics) as caught:
        toml(one("enum.*", "A"), one("enum.*", "A"))
    assert caught.value.text() == "accept.toml:7:1: error: this entry is written twice [duplicate-entry]"


def test_an_empty_list_accepts_nothing() -> None:
    assert accept([finding()], read_acceptance("accept.yaml", b"", tuple(RULES)), TODAY) == (finding(),)


@pytest.mark.parametrize("path", ["Client.send(a=)", "Map[a]", "What?", "a*b", "tag.with.dots", "a.*"])
def test_a_path_that_is_written_as_it_is_matches_itself(path: str) -> None:
    assert accept([finding(path=path)], toml(one("enum.value-added", path)), TODAY)[0].accepted


def test_a_fingerprint_of_digits_needs_no_quotes_in_yaml() -> None:
    entries = "{rule: enum.*, path: A, reason: x, fingerprint: 0012345678901234}", "{rule: a.b, path: '*', reason: 1}"
    text = "accept: [" + ", ".join(entries) + "]"
    found = read_acceptance("accept.yaml", text.encode(), ("enum.value-added", "a.b")).entries
    assert [(entry.fingerprint, entry.reason) for entry in found] == [("0012345678901234", "x"), (None, "1")]


@pytest.mark.parametrize("text", ["accept:", "accept: []", "# nothing\n", "\ufeffaccept: []"])
def test_a_list_of_which_every_entry_was_removed_is_read(text: str) -> None:
    assert read_acceptance("accept.yaml", text.encode(), ()).entries == ()


_PIECES = (
    "accept",
    "[[",
    "]]",
    "\n",
    "- ",
    ": ",
    "rule",
    "path",
    "reason",
    "=",
    '"',
    "{",
    "}",
    "*",
    "&a",
    "2027-01-31",
    "\t",
)


@sized(200, 5_000)
@given(st.binary(max_size=40) | st.lists(st.sampled_from(_PIECES)).map(lambda found: "".join(found).encode()))
def test_whatever_a_file_holds_it_is_a_list_or_told_what_is_wrong(content: bytes) -> None:
    for path in ("accept.toml", "accept.yaml"):
        try:
            accept([finding()], read_acceptance(path, content, tuple(RULES)), TODAY)
        except Diagnostics as told:
            assert told.text().startswith(path)
