"""`diff`, `semver` and `changelog` on the command line: what they print, and the exit code."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from botocore_models import service_2
from commands import Done, speccast
from history import history, path_of

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "diff.schema.json").read_text(encoding="utf-8"))
OLD, NEW = str(path_of("1.35.61")), str(path_of("1.35.62"))
SAFE = str(path_of("1.43.9"))
BEFORE = str(path_of("1.42.80"))


def report(*arguments: str) -> dict[str, object]:
    done = speccast("diff", *arguments, "--format", "json")
    assert done.err == ""
    found: dict[str, object] = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    return found


# -------------------------------------------------------------------------------------------------------------- outcome


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((OLD, NEW), 1),
        ((OLD, NEW, "--fail-on", "none"), 0),
        ((OLD, NEW, "--fail-on", "risky"), 1),
        ((OLD, NEW, "--audience", "caller"), 1),
        ((OLD, NEW, "--audience", "source"), 0),
        ((OLD, NEW, "--audience", "source", "--fail-on", "risky"), 1),
        ((BEFORE, SAFE), 0),
        ((BEFORE, SAFE, "--fail-on", "risky"), 1),
        ((BEFORE, SAFE, "--audience", "source", "--fail-on", "risky"), 0),
        ((NEW, NEW, "--fail-on", "risky"), 0),
        ((OLD, NEW, "--operations", "GetOpportunity"), 0),
        ((OLD, NEW, "--operations", "GetOpportunity, StartEngagementFromOpportunityTask"), 1),
        ((OLD, NEW, "--view", "additive"), 0),
    ],
)
def test_the_exit_code_says_whether_somebody_breaks(arguments: tuple[str, ...], code: int) -> None:
    done = speccast("diff", *arguments)
    assert (done.code, done.err) == (code, "")


def test_the_first_lines_say_it_all() -> None:
    assert speccast("diff", OLD, NEW).out.splitlines()[:5] == [
        "partnercentral-selling: 2024-11-14 -> 2024-11-15",
        "  caller: 2 breaking, 1 risky, 3 safe, 1 cosmetic",
        "  source: 5 risky, 1 safe, 1 cosmetic",
        "  server: 5 risky, 1 safe, 1 cosmetic",
        "  version: minor; callers that stay as they are break: update soon",
    ]


def test_nothing_changed_is_one_line() -> None:
    assert speccast("diff", NEW, NEW).out == f"partnercentral-selling: {NEW} -> {NEW}: nothing changed\n"


def test_json_has_what_others_read() -> None:
    found = report(OLD, NEW)
    (reason,) = [one for one in found["findings"] if one["path"] == "ReasonCode"]  # type: ignore[attr-defined]
    assert {key: reason[key] for key in ("rule", "direction", "old", "new", "operations", "levels", "accepted")} == {
        "rule": "enum.value-added",
        "direction": "output",
        "old": None,
        "new": "ResourceSnapshotAccessDenied",
        "operations": ["StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"],
        "levels": {"caller": "safe", "source": "risky", "server": "safe"},
        "accepted": None,
    }
    assert reason["places"]["new"] is not None
    assert found["semver"] == "minor"


@pytest.mark.parametrize("form", ["markdown", "html", "github", "sarif"])
def test_every_format_names_what_breaks(form: str) -> None:
    done = speccast("diff", OLD, NEW, "--format", form)
    assert (done.code, done.err) == (1, "")
    assert "StartEngagementFromOpportunityTaskRequestClientTokenString" in done.out
    assert "pattern.added" in done.out


def test_the_rules_have_titles_in_sarif() -> None:
    log = json.loads(speccast("diff", OLD, NEW, "--format", "sarif").out)
    titles = {rule["id"]: rule["shortDescription"]["text"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert titles["pattern.added"] == "pattern added"


# ------------------------------------------------------------------------------------------------------------- the view


def test_the_additive_view_says_what_a_change_feed_says() -> None:
    """1.35.61 to 1.35.62: two operations, one value more in their answers."""
    change = {"response": {"ReasonCode": ["ResourceSnapshotAccessDenied"]}}
    assert json.loads(speccast("diff", OLD, NEW, "--view", "additive", "--format", "json").out) == {
        "new": [],
        "updated": {
            "StartEngagementByAcceptingInvitationTask": change,
            "StartEngagementFromOpportunityTask": change,
        },
    }
    text = speccast("diff", OLD, NEW, "--view", "additive").out
    assert "2 updated api methods" in text
    assert text.count("{'ReasonCode': {'ResourceSnapshotAccessDenied'}}") == 2


# --------------------------------------------------------------------------------------------------------------- accept


ACCEPT = """
[[accept]]
rule = "pattern.added"
path = "*ClientTokenString"
reason = "our tokens are UUIDs"
"""


def test_what_is_accepted_stays_visible_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "accept.toml").write_text(ACCEPT)
    done = speccast("diff", OLD, NEW, "--accept", str(tmp_path / "accept.toml"))
    assert (done.code, done.err) == (0, "")
    assert done.out.count("our tokens are UUIDs") == 2
    found = report(OLD, NEW, "--accept", str(tmp_path / "accept.toml"))
    assert sum(one["accepted"] is not None for one in found["findings"]) == 2  # type: ignore[attr-defined]
    assert found["upstream_breaking"] is False


def test_the_project_names_the_accept_list_that_holds_without_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.speccast]\naccept = "reviewed/accept.toml"\n')
    (tmp_path / "reviewed").mkdir()
    (tmp_path / "reviewed" / "accept.toml").write_text(ACCEPT)
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    done = speccast("diff", OLD, NEW)
    assert (done.code, done.err) == (0, "")
    assert speccast("changelog", OLD, NEW).out.count("our tokens are UUIDs") >= 1
    (tmp_path / "reviewed" / "accept.toml").unlink()
    assert speccast("diff", OLD, NEW).code == 2


def test_an_entry_of_no_use_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "accept.yaml").write_text("accept:\n- {rule: shape.removed, path: Nothing, reason: because}\n")
    done = speccast("diff", BEFORE, SAFE, "--accept", str(tmp_path / "accept.yaml"), "--fail-on", "risky")
    assert done.code == 1
    assert 'the entry for "shape.removed" matches nothing: remove it' in done.out


# -------------------------------------------------------------------------------------------------------- what is named


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same two releases as botocore has them, plain and packed."""
    folder = tmp_path_factory.mktemp("models")
    for version in ("1.35.61", "1.35.62"):
        text = json.dumps(service_2(history(version))).encode()
        (folder / f"{version}.json").write_bytes(text)
        (folder / f"{version}.json.gz").write_bytes(gzip.compress(text))
        (folder / version).mkdir()
        (folder / version / "service-2.json.gz").write_bytes(gzip.compress(text))
    return folder


@pytest.mark.parametrize(("old", "new"), [(".json", ".json"), (".json.gz", ".json"), ("", ".json.gz"), ("", "")])
def test_models_of_botocore_are_compared_as_they_are(models: Path, old: str, new: str) -> None:
    found = report(str(models / f"1.35.61{old}"), str(models / f"1.35.62{new}"))
    added = [one["new"] for one in found["findings"] if one["rule"] == "enum.value-added"]  # type: ignore[attr-defined]
    assert added == ["ResourceSnapshotAccessDenied"]


def test_releases_are_named_as_everywhere() -> None:
    found = report("partnercentral-selling@2024-11-15", str(ROOT / "specs" / "partnercentral-selling" / "2024-12-05"))
    assert found["new"]["name"] == "partnercentral-selling@2024-12-05"  # type: ignore[index]


def test_a_revision_is_compared_with_the_working_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "specs" / "partnercentral-selling" / "2024-11-15"
    shutil.copytree(ROOT / "specs" / "partnercentral-selling" / "2024-11-15", spec)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True)
    for path in spec.glob("*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace('"InternalError"', '"Internal"'), encoding="utf-8")
    found = report("HEAD:specs/partnercentral-selling", str(spec))
    told = [(one["rule"], one["old"], one["new"]) for one in found["findings"]]  # type: ignore[attr-defined]
    assert ("enum.value-removed", "InternalError", None) in told
    assert ("enum.value-added", None, "Internal") in told


# ------------------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("old", "content", "message"),
    [
        ("README.md", None, "README.md:1:1: error: expected a value [syntax]"),
        (
            "x.json",
            '{"a": 1}',
            'x.json: error: a form that is not known; known are a spec ("service", "shapes" ... at the top level), '
            'a botocore service model ("metadata") and a Smithy model ("smithy") [spec-form]',
        ),
        ("NOREV:specs", None, 'speccast: error: "NOREV" is no revision of this git repository [git]'),
        ("botocore:nope", None, 'speccast: error: the installed botocore has no service "nope" [no-such-spec]'),
        (
            "botocore:sqs",
            None,
            f'speccast: error: "botocore:sqs" is "SQS", "{NEW}" is "PartnerCentral Selling": '
            "compare two releases of one service [two-services]",
        ),
    ],
)
def test_bad_input_is_one_line(
    old: str, content: str | None, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path if content else ROOT)
    if content:
        (tmp_path / old).write_text(content)
    assert speccast("diff", old, NEW) == Done(2, "", f"{message}\n")


def test_several_specs_are_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ("one", "two"):
        assert speccast("init", str(tmp_path), "--service", service).code == 0
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").unlink()
    done = speccast("diff", "all", NEW)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith('speccast: error: "all" means 2 specs: name one of them, ')


def test_a_list_of_itself_is_told(tmp_path: Path) -> None:
    shapes = {
        "In": {"type": "structure", "members": {"L": {"shape": "L"}}},
        "L": {"type": "list", "member": {"shape": "L"}},
    }
    metadata = {"apiVersion": "2020-01-01", "endpointPrefix": "a", "protocol": "json", "jsonVersion": "1.0"}
    metadata |= {"serviceId": "A", "signatureVersion": "v4", "targetPrefix": "A", "serviceFullName": "A"}
    operations = {"Op": {"name": "Op", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}}}
    old = {"version": "2.0", "metadata": metadata, "operations": operations, "shapes": shapes}
    new = {**old, "shapes": {**shapes, "In": {**shapes["In"], "required": ["L"]}}}
    for name, model in (("old", old), ("new", new)):
        (tmp_path / f"{name}.json").write_text(json.dumps(model))
    done = speccast("diff", str(tmp_path / "old.json"), str(tmp_path / "new.json"))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        "cannot be compared: a list or map holds nothing but itself, or types nest too deep [too-deep]\n"
    )


def test_an_operation_that_neither_has_is_refused() -> None:
    done = speccast("diff", OLD, NEW, "--operations", "GetOportunity")
    assert done.code == 2
    assert done.err.splitlines() == [
        'speccast: error: "GetOportunity" is an operation of neither release [unknown-operation]',
        '  speccast: note: did you mean "GetOpportunity"?',
    ]


def test_the_additive_view_has_two_forms() -> None:
    done = speccast("diff", OLD, NEW, "--view", "additive", "--format", "html")
    assert done.code == 2
    assert "--view additive prints text or json, not html" in done.err


# ------------------------------------------------------------------------------------------------- semver and changelog


def test_semver_says_the_part_or_the_next_version() -> None:
    assert speccast("semver", OLD, NEW).out.splitlines()[0] == "minor"
    assert speccast("semver", OLD, NEW, "--current", "1.2.3").out.splitlines()[0] == "1.3.0"
    assert speccast("semver", NEW, NEW, "--current", "1.2.3").out == "1.2.3\n"


def test_semver_fails_on_too_small_a_step() -> None:
    done = speccast("semver", str(path_of("1.42.56")), BEFORE, "--current", "1.0.0", "--proposed", "1.1.0")
    assert done.code == 1
    assert "1.1.0 is too small a step from 1.0.0: major has to grow" in done.out


def test_a_changelog_of_a_range_has_a_section_for_each_release() -> None:
    done = speccast("changelog", OLD, NEW, str(path_of("1.35.76")))
    assert (done.code, done.err) == (0, "")
    headings = [line for line in done.out.splitlines() if line.startswith("## ")]
    assert headings[:2] == ["## 2024-12-05", "## 2024-11-15"]


def test_two_releases_side_by_side_bring_along_those_between(tmp_path: Path) -> None:
    for version in ("1.35.61", "1.35.62", "1.35.76"):
        release = tmp_path / history(version).service.release.raw
        release.mkdir()
        shutil.copy(path_of(version), release / "spec.json")
    done = speccast("changelog", str(tmp_path / "2024-11-14"), str(tmp_path / "2024-12-05"))
    assert done.err == ""
    assert done.out.index("## 2024-12-05") < done.out.index("## 2024-11-15")


def test_a_changelog_needs_two_releases() -> None:
    done = speccast("changelog", OLD)
    assert done.code == 2
    assert "name at least two SPECs, the older one first" in done.err
