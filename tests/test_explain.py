"""`explain` on the command line: what it prints of every kind of subject and line, and what it says to misuse.

`tests/explained/<case>.txt` is the whole text for the curated release; `pytest --update` rewrites it.
"""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from commands import Done, speccast
from strategies import Spec, spec_of

from codegen.files.manifest import MANIFEST
from codegen.reference.asking import ask, find_subjects
from codegen.reference.naming import Naming, naming_of
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

ROOT = Path(__file__).parent.parent
EXPLAINED = ROOT / "tests" / "explained"
SCHEMA = json.loads((ROOT / "docs" / "explain.schema.json").read_text(encoding="utf-8"))
SERVICE = "partnercentral-selling"
CASES = {
    "member": "CreateEngagementRequest.Title",
    "member-with-pattern": "StartEngagementFromOpportunityTaskResponse.TaskId",
    "member-of-error": "ValidationException.ErrorList",
    "structure": "EngagementContextDetails",
    "list": "EngagementContexts",
    "enum": "ReasonCode",
    "value": "ReasonCode.ResourceSnapshotAccessDenied",
    "operation": "StartEngagementByAcceptingInvitationTask",
    "paginator": "paginator:ListEngagements",
    "error": "ConflictException",
    "event": "EngagementCreated",
    "decision": "C01",
    "source": "changes-2024-11-15",
    "service": "service",
}


def explained(*arguments: str) -> dict[str, Any]:
    done = speccast("explain", *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    return found


def refused(*arguments: str) -> str:
    done = speccast("explain", *arguments)
    assert (done.code, done.out) == (2, "")
    return done.err.removesuffix("\n")


def first_line(path: Path, text: str) -> str:
    """`FILE:LINE` of the first line that holds a text."""
    number = next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)
    return f"{path}:{number}"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


# -------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize("case", CASES)
def test_the_text_is_as_it_was(case: str, here: None, update: bool) -> None:
    done = speccast("explain", SERVICE, CASES[case])
    path = EXPLAINED / f"{case}.txt"
    if update:
        path.write_text(done.out, encoding="utf-8")
    assert (done.code, done.err) == (0, "")
    assert done.out == path.read_text(encoding="utf-8")
    assert max(map(len, done.out.splitlines())) <= 100


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in EXPLAINED.iterdir()} == CASES.keys()


@pytest.mark.parametrize("case", CASES)
def test_json_is_as_its_schema_says_and_tells_no_less(case: str, here: None) -> None:
    found = explained(SERVICE, CASES[case])
    assert found["line"] is None
    assert found["explanation"]["spec"] == f"{SERVICE}@2024-12-05"
    text = (EXPLAINED / f"{case}.txt").read_text(encoding="utf-8")
    assert all(one["id"] in text for one in found["explanation"]["decisions"])
    assert f"  {len(found['explanation']['cases'])} conformance cases" in text or not found["explanation"]["cases"]


# --------------------------------------------------------------------------------------------------- ways to say a name


@pytest.mark.parametrize(
    ("asked", "kind", "path"),
    [
        ("CreateEngagementRequest.Contexts[].Type", "member", "EngagementContextDetails.Type"),
        ("CreateEngagementRequest.Contexts.Type", "member", "EngagementContextDetails.Type"),
        ("CreateEngagement.request.Contexts[].Type", "member", "EngagementContextDetails.Type"),
        ("create_engagement.contexts[].type", "member", "EngagementContextDetails.Type"),
        ("CreateEngagement.request.Contexts[]", "member", "EngagementContexts.member"),
        ("CreateEngagement.request", "shape", "CreateEngagementRequest"),
        ("CreateEngagement.response.Arn", "member", "CreateEngagementResponse.Arn"),
        ("CreateEngagement.errors.ConflictException", "error", "ConflictException"),
        ("create_engagement", "operation", "CreateEngagement"),
        ("client.create_engagement", "operation", "CreateEngagement"),
        ("list_engagements_pages", "paginator", "ListEngagements"),
        ("CREATE_ENGAGEMENT", "operation", "CreateEngagement"),
        ("models.CreateEngagementRequest.title", "member", "CreateEngagementRequest.Title"),
        ("ReasonCode.INTERNAL_ERROR", "value", "ReasonCode.InternalError"),
        ("errors.ValidationError_", "error", "ValidationError"),
        ("error:ConflictException", "error", "ConflictException"),
        ("C07", "decision", "C07"),
        ("api-create-engagement", "source", "api-create-engagement"),
        ("service", "service", "service"),
    ],
)
def test_a_subject_may_be_called_as_the_spec_the_wire_or_the_python_does(asked: str, kind: str, path: str) -> None:
    found = ask(asked, curated())
    assert (found.kind, found.path) == (kind, path)


@cache
def curated() -> Naming:
    return naming_of(parse_model(read_spec_files(ROOT / "specs" / SERVICE / "2024-12-05")))


@pytest.mark.parametrize(
    "asked",
    [
        "",
        ".",
        "CreateEngagement.",
        "CreateEngagement.request.",
        "CreateEngagement.errors.AccessDenied",
        "CreateEngagementRequest.Contexts{}",
        "CreateEngagementRequest[].Title",
        "decision:CreateEngagement",
        "member:CreateEngagementRequest",
    ],
)
def test_what_is_nearly_a_name_is_none(asked: str) -> None:
    assert find_subjects(asked, curated()) == ()


def test_a_conformance_case_is_explained_by_what_it_proves(here: None) -> None:
    found = explained(SERVICE, "CreateEngagementRequest.Title:length-max-outside")["explanation"]
    assert found["subject"] == {"kind": "member", "path": "CreateEngagementRequest.Title"}


def test_a_member_tells_its_constraint_as_stated_and_as_enforced(here: None) -> None:
    found = explained(SERVICE, "CreateEngagementRequest.Title")["explanation"]
    assert [(one["kind"], one["of"], one["stated"], one["enforced"]) for one in found["constraints"]] == [
        ("length", "EngagementTitle", {"min": 1, "max": 40}, "a request is refused otherwise")
    ]
    assert found["python"] == {
        "class": "models.CreateEngagementRequest",
        "attribute": "title",
        "type": "EngagementTitle",
    }
    roles = {(Path(one["file"]).name, one["role"]) for one in found["lines"]}
    assert {("client.py", "argument"), ("async_client.py", "argument")} <= roles
    assert ("_for_create_engagement.py", "attribute") in roles


def test_a_change_is_told_with_its_rule_and_what_it_was(here: None) -> None:
    found = explained(SERVICE, "ConflictException")["explanation"]
    assert found["having"] == ["2024-11-15", "2024-12-05"]
    assert [(one["release"], one["rule"]) for one in found["changes"]] == [("2024-12-05", "error.status-stated")]


# ------------------------------------------------------------------------------------------------------ generated lines


def test_a_line_of_a_type_leads_to_the_bound_and_the_document(here: None) -> None:
    path = Path("generated/partnercentral_selling/models/_types.py")
    text = path.read_text(encoding="utf-8").splitlines()
    start = text.index("EngagementTitle: TypeAlias = Annotated[")
    number = next(number for number in range(start, start + 9) if "max_length=40" in text[number]) + 1
    found = explained(f"{path}:{number}")
    assert found["line"] == {
        "file": str(path),
        "line": number,
        "text": "max_length=40,",
        "comes_of": [
            {"kind": "shape", "path": "EngagementTitle", "role": "argument", "facet": "length"},
            {"kind": "shape", "path": "EngagementTitle", "role": "type", "facet": None},
        ],
        "mentions": [],
        "template": None,
        "case": None,
    }
    assert found["explanation"]["subject"] == {"kind": "shape", "path": "EngagementTitle"}


def test_a_line_of_the_runtime_is_that_of_its_template(here: None) -> None:
    found = explained("generated/partnercentral_selling/_runtime/wire.py:20")
    assert found["explanation"] is None
    assert found["line"]["template"] == {"template": "templates/static/wire.py", "line": 20}


def test_a_line_of_the_cases_is_its_case(here: None) -> None:
    asked = first_line(
        Path("generated/partnercentral_selling/conformance/cases.json"), '"CreateEngagementRequest.Title:'
    )
    found = explained(asked)
    assert found["line"]["case"].startswith("CreateEngagementRequest.Title:")
    assert found["explanation"]["subject"] == {"kind": "member", "path": "CreateEngagementRequest.Title"}


def test_a_line_of_the_manifest_says_what_was_generated(here: None) -> None:
    done = speccast("explain", "generated/partnercentral_selling/MANIFEST.json:1")
    assert done == Done(
        0,
        "generated/partnercentral_selling/MANIFEST.json:1\n    {\n"
        "  No fact of the spec demands it: it says what was generated.\n",
        "",
    )


# --------------------------------------------------------------------------------------------- projects of other people


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a service of its own and its package; beside the release stands one before it."""
    top = tmp_path_factory.mktemp("made")
    for release, bound in (("2024-11-15", 9), ("2024-12-05", 5)):
        spec = _spec(bound)
        spec["service"] = {**spec["service"], "release": release}
        folder = top / "specs" / "post" / release
        folder.mkdir(parents=True)
        (folder / "post.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        assert speccast("generate").code == 0
    return top


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to work in."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _spec(bound: int) -> Spec:
    shapes: Spec = {
        "SendRequest": {"type": "structure", "members": {"Title": {"target": "Title"}, "Send": {"target": "Title"}}},
        "Title": {"type": "string", "length": {"max": bound}, "sources": ["D0#request.Title:57"]},
    }
    return spec_of(shapes, errors={"SendError": {"members": {"Message": {"target": "Title"}}}})


def test_the_text_of_a_small_spec_is_whole(project: Path) -> None:
    assert speccast("explain", "post", "SendRequest.Title").out == _SMALL.lstrip("\n")


_SMALL = """
SendRequest.Title: member of post@2024-12-05
  specs/post/2024-12-05/post.json:48:14

What is stated
  type            string
  target          Title
  length          at most 5 characters (of Title); a request is refused otherwise
                  specs/post/2024-12-05/post.json:58:14, by D0#request.Title:57
  Python          models.SendRequest.title: Title

By whom
  D0: Send, Post, 2024-12-05
  of Title:
  D0: Send, Post, 2024-12-05; request.Title, line 57

What is generated of it
  generated/post/models/__init__.py:42  attribute
      title: Annotated[Title | None, Field(alias="Title")] = None
  generated/post/models/__init__.py:37  documentation
  generated/post/client.py:31  argument
      title: str | None = None,
  generated/post/async_client.py:31  argument
      title: str | None = None,
  generated/post/models/_types.py:14-20  type of Title
  generated/post/models/_types.py:17  argument, length of Title
      max_length=5,

What proves it
  9 conformance cases: null-is-unset, length-min-inside, length-max-inside, length-code-points,
      length-max-outside, wrong-type, refused-before-sending 2, request-model
      SendRequest.Title:null-is-unset
      SendRequest.Title:length-min-inside
      SendRequest.Title:length-max-inside
      SendRequest.Title:length-code-points
      SendRequest.Title:length-max-outside
      ... and 4 more

Since when
  since 2024-11-15, the first release here
  2024-12-05: Title: length at most 5, was 9 [length.tightened]
"""


def test_a_package_that_is_not_there_is_told_as_it_would_be(project: Path) -> None:
    here = explained("post", "Title")["explanation"]
    there = explained("post", "Title", "--out", "elsewhere", "--render")["explanation"]
    assert there["notes"] == ["elsewhere/post is not there: lines are told as speccast generate would write them"]
    moved = [{**one, "file": one["file"].replace("elsewhere/", "generated/")} for one in there["lines"]]
    assert (moved, there["cases"]) == (here["lines"], here["cases"])


def test_without_a_package_all_is_told_but_lines_and_cases(project: Path) -> None:
    whole = explained("post", "Title", "--out", "elsewhere", "--render")["explanation"]
    found = explained("post", "Title", "--out", "elsewhere")["explanation"]
    note = "elsewhere/post is not there: run speccast generate, or add --render, to see the lines and cases"
    assert found == {**whole, "lines": [], "cases": [], "notes": [note]}
    assert refused("post", "SendRequest.Title:wrong-type", "--out", "elsewhere").endswith(f"\n  speccast: note: {note}")
    (there,) = explained("post", "Title", "--out", "elsewhere", "--render")["explanation"]["notes"]
    assert there == "elsewhere/post is not there: lines are told as speccast generate would write them"


def test_a_package_of_another_release_is_told_as_it_would_be(project: Path) -> None:
    (note,) = explained("post@2024-11-15", "Title")["explanation"]["notes"]
    remedy = "run speccast generate, or add --render, to see the lines and cases"
    assert note == f"generated/post is of another state of the spec: {remedy}"
    found = explained("post@2024-11-15", "Title", "--render")["explanation"]
    note = "generated/post is of another state of the spec: lines are told as speccast generate would write them"
    assert found["notes"] == [note]
    assert found["constraints"][0]["stated"] == {"max": 9}


def test_a_bound_that_changed_is_told_with_its_release(project: Path) -> None:
    found = explained("post", "SendRequest.Title")["explanation"]
    changes = [(one["release"], one["before"], one["path"], one["old"], one["new"]) for one in found["changes"]]
    assert changes == [("2024-12-05", "2024-11-15", "Title", {"min": None, "max": 9}, {"min": None, "max": 5})]


def test_a_release_beside_it_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "specs/post/2024-11-15/post.json").write_text("{", encoding="utf-8")
    found = explained("post", "Title")["explanation"]
    assert found["notes"] == ["the release 2024-11-15 beside it cannot be read"]
    assert found["having"] == ["2024-12-05"]


def test_a_file_that_was_edited_says_so(project: Path) -> None:
    path = project / "generated/post/client.py"
    path.write_text(path.read_text() + "\n# mine\n", encoding="utf-8")
    found = explained(first_line(Path("generated/post/client.py"), "def send("))
    assert found["explanation"]["notes"] == ["generated/post/client.py was edited by hand: lines may be off"]
    assert found["explanation"]["subject"] == {"kind": "operation", "path": "Send"}


def test_a_file_that_was_edited_until_it_is_no_python_is_refused(project: Path) -> None:
    (project / "generated/post/client.py").write_text("class (\n", encoding="utf-8")
    message = "edited by hand, and no Python any more: speccast generate --force writes it anew [edited]"
    assert refused("generated/post/client.py:1") == f"generated/post/client.py: error: {message}"


def test_a_spec_that_changed_since_says_so(project: Path) -> None:
    path = project / "specs/post/2024-12-05/post.json"
    path.write_text(path.read_text().replace('"max": 5', '"max": 6'), encoding="utf-8")
    found = explained(first_line(Path("generated/post/models/_types.py"), "max_length=5"))
    assert found["explanation"]["constraints"][0]["stated"] == {"max": 6}
    assert found["explanation"]["notes"] == [
        "specs/post/2024-12-05 is not as it was when this package was generated: what is told is as it is now"
    ]


def test_a_line_of_what_the_spec_has_no_more_comes_of_what_is_left_around_it(project: Path) -> None:
    path = project / "specs/post/2024-12-05/post.json"
    spec = json.loads(path.read_text())
    del spec["shapes"]["SendRequest"]["members"]["Send"]
    path.write_text(json.dumps(spec), encoding="utf-8")
    found = explained(first_line(Path("generated/post/models/__init__.py"), "    send: "))
    assert [one["path"] for one in found["line"]["comes_of"]] == ["SendRequest"]
    cases = Path("generated/post/conformance/cases.json")
    assert explained(first_line(cases, '"id": "SendRequest.Send:'))["line"]["comes_of"][-1]["kind"] == "service"


def test_a_vendored_package_is_explained_by_the_spec_that_the_lock_file_names(project: Path) -> None:
    assert speccast("vendor", "add", "post@2024-11-15", "lib/letters").code == 0
    found = explained(first_line(Path("lib/letters/models/_types.py"), "max_length=9"))
    assert found["explanation"]["spec"] == "post@2024-11-15"
    assert found["explanation"]["lines"][0]["file"] == "lib/letters/models/_types.py"
    assert found["explanation"]["notes"] == []


def test_a_copy_under_another_name_is_explained_as_well(project: Path) -> None:
    shutil.copytree("generated/post", "copy")
    found = explained(first_line(Path("copy/errors.py"), "class SendError"))
    assert found["explanation"]["subject"] == {"kind": "error", "path": "SendError"}
    assert found["explanation"]["lines"][0]["file"].startswith("copy/")


def test_a_package_whose_spec_is_not_here_asks_for_it(project: Path) -> None:
    shutil.rmtree("specs")
    message = 'its spec "post@2024-12-05" is not here; name it: speccast explain SPEC FILE:LINE [no-such-spec]'
    assert refused("generated/post/client.py:1") == f"generated/post/{MANIFEST}: error: {message}"


def test_the_spec_may_be_named_before_the_line(project: Path) -> None:
    shutil.move("specs/post/2024-12-05/post.json", "post.json")
    found = explained("post.json", first_line(Path("generated/post/errors.py"), "class SendError"))
    assert found["explanation"]["subject"] == {"kind": "error", "path": "SendError"}


def test_what_the_chosen_operations_do_not_reach_is_told_so(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.speccast]\nspecs = ["botocore:sts"]\noperations = ["GetCallerIdentity"]\n'
    )
    found = explained("botocore:sts", "AssumeRole")["explanation"]
    assert found["lines"] == []
    assert found["notes"][-1] == "the operations that were chosen do not reach it: nothing is generated of it"


# --------------------------------------------------------------------------------------------------------------- misuse


def test_a_name_that_nothing_has_gets_the_nearest(project: Path) -> None:
    assert refused("post", "SendRequest.Titel") == (
        'speccast: error: post@2024-12-05 has nothing called "SendRequest.Titel" [no-such-subject]\n'
        '  speccast: note: did you mean one of "SendRequest.Title", "SendRequest.Send", "SendRequest"?'
    )


def test_the_name_of_a_member_alone_gets_the_members_of_that_name(project: Path) -> None:
    assert refused("post", "Message") == (
        'speccast: error: post@2024-12-05 has nothing called "Message" [no-such-subject]\n'
        '  speccast: note: did you mean "SendError.Message"?'
    )


def test_a_name_like_nothing_gets_what_may_be_named(project: Path) -> None:
    assert refused("post", "zzzzz") == (
        'speccast: error: post@2024-12-05 has nothing called "zzzzz" [no-such-subject]\n'
        "  speccast: note: name a shape, member, operation, error, event, decision, source or case"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("generated/post/client.py:0",), "generated/post/client.py: error: there is no line 0: the file has 43"),
        (("generated/post/client.py:9999",), "generated/post/client.py: error: there is no line 9999: the file has 43"),
        (("generated/post:1",), "generated/post: error: a folder stands where a file belongs [not-a-file]"),
        (("nowhere.py:1",), "nowhere.py: error: no such file or folder [missing]"),
        (("specs/post/2024-12-05/post.json:1",), "specs/post/2024-12-05/post.json: error: not generated by speccast:"),
        (("mine.bin:1",), "mine.bin: error: not generated by speccast: no MANIFEST.json in its folder, or above"),
        (("generated/post/py.typed:1",), "generated/post/py.typed: error: there is no line 1: the file has 0"),
        (
            ("generated/post/client.py",),
            "generated/post/client.py: error: name a line of the file: FILE:LINE [no-line]",
        ),
        (("Title",), "Usage: "),
        (("generated/post/client.py:1", "--render"), "Usage: "),
        (("generated/post/client.py:1", "--out", "elsewhere"), "Usage: "),
        (("post", "Title", "Send"), "Usage: "),
        (("nothing", "Title"), 'speccast: error: no file, folder or service "nothing" [no-such-spec]'),
        (("specs/post", "client.py:1"), 'speccast: error: post@2024-12-05 has nothing called "client.py:1"'),
    ],
)
def test_misuse_is_told_in_one_line(project: Path, arguments: tuple[str, ...], message: str) -> None:
    (project / "mine.bin").write_bytes(b"\xff\xfe\x00")
    assert refused(*arguments).startswith(message)


def test_a_line_of_a_spec_gets_the_way_to_ask(project: Path) -> None:
    note = "speccast: note: of a spec, name what stands there: speccast explain SPEC SUBJECT"
    assert refused("specs/post/2024-12-05/post.json:1").splitlines()[1:] == [f"  {note}"]


def test_a_generated_file_that_became_binary_is_refused(project: Path) -> None:
    (project / "generated/post/client.py").write_bytes(b"\xff\xfe\x00")
    assert refused("generated/post/client.py:1") == "generated/post/client.py: error: not a text in UTF-8 [encoding]"


def test_several_specs_are_refused(project: Path) -> None:
    shutil.copytree("specs/post", "specs/mail")
    assert refused("all", "Title") == (
        'speccast: error: "all" means 2 specs: name one of them, specs/mail/2024-12-05, specs/post/2024-12-05 '
        "[several-specs]"
    )


def test_a_spec_with_errors_is_refused_where_no_package_is(project: Path) -> None:
    path = project / "specs/post/2024-12-05/post.json"
    path.write_text(path.read_text().replace('"target": "Title"', '"target": "Titel"'), encoding="utf-8")
    assert "[unknown-shape]" in refused("post", "Title")


def test_names_that_two_things_have_are_told_of_each_other(project: Path) -> None:
    path = project / "specs/post/2024-12-05/post.json"
    path.write_text(path.read_text().replace("SendRequest", "Send"), encoding="utf-8")
    assert explained("post", "Send")["explanation"]["beside"] == [{"kind": "shape", "path": "Send"}]
    assert explained("post", "shape:Send")["explanation"]["subject"] == {"kind": "shape", "path": "Send"}
