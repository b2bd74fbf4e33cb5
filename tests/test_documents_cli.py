"""`extract` and `audit` as commands: what they print, what they write, and how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from commands import speccast
from hostile_claims import assert_quiet
from hostile_markdown import assert_inert_markdown, read_markdown

from codegen.documents.pages import markup

PAGE = """SendLetter - Example Post

SendLetter

Hands a letter to the post office.

Request Syntax

{ "Kind": "string", "Title": "string" }

Request Parameters

The request accepts the following data in JSON format.

Kind

How fast the letter travels.

Type: String

Valid Values: Standard | Express

Required: Yes

Title

What stands on the envelope.

Type: String

Length Constraints: Minimum length of 1. Maximum length of 40.

Required: No

Response Syntax

{ "Id": "string" }

Response Elements

If the action is successful, the service sends back an HTTP 200 response.

Id

The number of the letter.

Type: String

Pattern: ^l-[0-9]{8}$

Errors

RefusedException

The letter is too heavy.

Suggested action: Take something out of it.

HTTP Status Code: 400
"""
NAMED = ("--service", "post", "--release", "2025-01-01")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "send.txt").write_text(PAGE)
    return tmp_path


@pytest.fixture
def spec(folder: Path) -> Path:
    """A spec drafted of the page, its blanks filled in."""
    assert speccast("extract", "pages/send.txt", "--out", "specs/post/2025-01-01", *NAMED).code == 0
    path = folder / "specs" / "post" / "2025-01-01" / "service.json"
    text = (
        path.read_text().replace('"serviceId": ""', '"serviceId": "Post"').replace('"prefix": ""', '"prefix": "post"')
    )
    path.write_text(text.replace('"date": ""', '"date": "2025-01-01"'))
    return path.parent


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# ------------------------------------------------------------------------------------------------------------- extract


def test_a_draft_goes_to_stdout_and_is_a_spec(folder: Path) -> None:
    done = speccast("extract", "pages/send.txt", *NAMED)
    assert (done.code, done.err) == (0, "")
    (folder / "draft.json").write_text(done.out)
    assert speccast("validate", "draft.json").code == 1
    assert json.loads(done.out)["shapes"]["SendLetterRequestTitleString"]["length"] == {
        "min": 1,
        "max": 40,
        "sources": ["api-sendletter#request.Title:31"],
    }


def test_a_draft_holds_no_sentence_but_what_to_do(folder: Path) -> None:
    out = speccast("extract", "pages/send.txt", *NAMED).out
    assert "Take something out of it." in out and "envelope" not in out
    assert "What stands on the envelope." in speccast("extract", "pages/send.txt", "--prose", *NAMED).out


def test_a_filled_in_draft_validates_and_passes_its_audit(spec: Path) -> None:
    assert speccast("validate", "post").out == "ok: post@2025-01-01: 1 operation, 5 shapes, 1 error, 1 source\n"
    done = speccast("audit", "post", "pages/send.txt")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1].startswith("api-sendletter ")


def test_a_draft_never_overwrites_what_was_edited(spec: Path) -> None:
    done = speccast("extract", "pages/send.txt", "--out", "specs/post/2025-01-01", *NAMED)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "specs/post/2025-01-01: error: holds another spec already: service.json differs; "
        "name another --out, or run again with --force to replace it [exists]\n"
    )
    assert speccast("extract", "pages/send.txt", "--out", "specs/post/2025-01-01", "--force", *NAMED).code == 0


def test_a_draft_that_is_there_is_left_alone() -> None:
    again = [speccast("extract", "pages", "--out", "one", *NAMED).out for _ in range(2)]
    assert again == ["wrote: one (4 files)\n", "unchanged: one (4 files)\n"]


def test_files_that_go_are_not_counted_as_written(folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "one" / "old.json").write_text("{}")
    done = speccast("extract", "pages", "--out", "one", "--force", *NAMED)
    assert (done.out, (folder / "one" / "old.json").exists()) == ("wrote: one (4 files)\n", False)


def test_what_is_no_page_is_refused_by_name(folder: Path) -> None:
    (folder / "note.txt").write_text("Nothing of the kind.\n")
    done = speccast("extract", "note.txt", "pages/send.txt", "missing.html")
    assert (done.code, done.out) == (2, "")
    assert re.findall(r"^(\S+): error: .*\[(.*)\]$", done.err, re.MULTILINE) == [
        ("missing.html", "unreadable-page"),
        ("note.txt", "unknown-page"),
    ]


def test_pages_of_two_services_make_no_draft(folder: Path) -> None:
    (folder / "mail.txt").write_text(PAGE.replace("Example Post", "Example Mail").replace("SendLetter", "FetchLetter"))
    done = speccast("extract", "pages/send.txt", "mail.txt")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        'mail.txt: error: this page is about "Example Mail", another about "Example Post": draft one service at a '
        "time, or name it with --service where they are one [several-services]\n  pages/send.txt: note: the other\n"
    )
    assert speccast("extract", "pages/send.txt", "mail.txt", *NAMED).code == 0


def test_a_page_that_is_there_twice_is_one_source(folder: Path) -> None:
    (folder / "copy.txt").write_text(PAGE)
    out = speccast("extract", "pages/send.txt", "pages", "copy.txt", *NAMED).out
    assert list(json.loads(out)["sources"]) == ["api-sendletter"]


def test_what_is_no_page_in_a_folder_is_told_and_all_of_it_is_refused(folder: Path) -> None:
    (folder / "pages" / "note.md").write_text("Nothing of the kind.\n")
    done = speccast("extract", "pages", *NAMED)
    assert done.code == 0
    assert re.findall(r"^(\S+): note: this is no page .*\[(.*)\]$", done.err, re.MULTILINE) == [
        ("pages/note.md", "unknown-page")
    ]
    (folder / "pages" / "send.txt").unlink()
    done = speccast("extract", "pages", *NAMED)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pages/note.md: error: this is no page that can be read: ")


def test_without_lxml_a_folder_of_html_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "etree", None)
    (folder / "pages" / "more.html").write_text("<html><body>more</body></html>")
    done = speccast("extract", "pages", *NAMED)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("or save the page as text [missing-library]\n")


def test_a_folder_without_pages_is_refused(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert speccast("extract", "empty").err == (
        "empty: error: this folder holds no page: no file in it ends in .html, .htm, .md, .txt [no-pages]\n"
    )


# --------------------------------------------------------------------------------------------------------------- audit


def test_a_page_that_changed_fails_with_both_places(spec: Path, folder: Path) -> None:
    edit(folder / "pages" / "send.txt", "length of 40", "length of 80")
    done = speccast("audit", "post", "pages")
    assert done.code == 1
    found = [re.sub("[0-9a-f]{64}", "DIGEST", line) for line in done.err.splitlines()]
    assert found == [
        'specs/post/2025-01-01/service.json:27:17: error: "api-sendletter" is not the document that was curated from: '
        "its digest has changed [digest-changed]",
        "  pages/send.txt: note: its digest is DIGEST",
        "specs/post/2025-01-01/shapes.json:12:16: error: SendLetter request.Title: the spec states maxLength 40, "
        '"api-sendletter" maxLength 80 [contradiction]',
        '  pages/send.txt:31:1: note: "api-sendletter" says so here',
    ]


@pytest.mark.parametrize("form", ["json", "github", "gitlab", "sarif"])
def test_findings_go_to_machines_in_their_forms(spec: Path, folder: Path, form: str) -> None:
    edit(folder / "pages" / "send.txt", "length of 40", "length of 80")
    done = speccast("audit", "post", "pages", "--format", form)
    assert (done.code, done.err) == (1, "")
    assert "maxLength 80" in done.out and "shapes.json" in done.out


def test_coverage_is_a_table_of_markdown(spec: Path) -> None:
    assert speccast("audit", "post", "pages", "--coverage").out.splitlines()[2].startswith("| api-sendletter |")


def test_decisions_that_name_no_aspect_are_told(spec: Path) -> None:
    service = json.loads((spec / "service.json").read_text())
    taken = {"question": "How long?", "decision": "As it is.", "reason": "Newer."}
    heard = {"statements": {"api-sendletter": "40."}}
    service["decisions"] = {
        "C01": {**taken, **heard, "facts": ["SendLetterRequest", "SendLetterRequest.Title:length"]},
        "C02": {**taken, **heard, "facts": ["SendLetterRequest.Title:required"]},
    }
    (spec / "service.json").write_text(json.dumps(service))
    told = "no aspect: decision C01 settles any difference in SendLetterRequest"
    assert speccast("audit", "post", "pages").out.splitlines()[-1] == told
    assert speccast("audit", "post", "pages", "--coverage").out.splitlines()[-2:] == ["", f"- {told}"]


def test_names_are_no_markup_of_a_coverage_and_do_nothing_to_a_terminal(spec: Path) -> None:
    name = "api|<b>`[x](http://evil.invalid)\x1b[2J"
    for file in spec.glob("*.json"):
        file.write_text(file.read_text().replace('"api-sendletter', json.dumps(name)[:-1]))
    service = json.loads((spec / "service.json").read_text())
    taken = {"question": "How long?", "decision": "As it is.", "reason": "Newer.", "statements": {name: "40."}}
    service["decisions"] = {"C<b>|`@x ##[error]": {**taken, "facts": ["SendLetterRequest"]}}
    (spec / "service.json").write_text(json.dumps(service))
    text, table = speccast("audit", "post", "pages"), speccast("audit", "post", "pages", "--coverage")
    assert (text.code, table.code) == (0, 0), text.err
    assert_quiet(text.out + table.out)
    read = read_markdown(table.out)
    assert_inert_markdown(read, ())
    assert "".join(read.code[:2]) == json.dumps(name).replace("|", "")


def test_pages_of_a_folder_that_are_no_source_are_passed_over(spec: Path, folder: Path) -> None:
    (folder / "pages" / "other.txt").write_text(PAGE.replace("SendLetter", "FetchLetter"))
    (folder / "pages" / "note.md").write_text("Nothing of the kind.\n")
    done = speccast("audit", "post", "pages")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-2] == "passed over: pages/note.md: this is no page that can be read"
    assert done.out.splitlines()[-1] == "passed over: pages/other.txt: no source of the spec"


def test_an_audit_of_no_page_has_not_passed(spec: Path, folder: Path) -> None:
    (folder / "others").mkdir()
    (folder / "others" / "other.txt").write_text(PAGE.replace("SendLetter", "FetchLetter"))
    done = speccast("audit", "post", "others")
    assert (done.code, done.err) == (
        1,
        "specs/post/2025-01-01/service.json:21:3: error: nothing was audited: none of the pages is a source that facts "
        "of the spec cite [nothing-audited]\n",
    )


@pytest.mark.parametrize("option", ["--coverage", "--cite"])
def test_a_format_is_for_findings_alone(spec: Path, option: str) -> None:
    done = speccast("audit", "post", "pages", option, "--format", "json")
    assert done.code == 2
    assert done.err.endswith(f"speccast: error: --format goes with findings; {option} prints none [usage]\n")


def test_a_page_that_is_named_is_held_against_the_spec(spec: Path, folder: Path) -> None:
    (folder / "other.txt").write_text(PAGE.replace("SendLetter", "FetchLetter"))
    done = speccast("audit", "post", "other.txt")
    assert done.code == 1
    assert re.findall(r"\[(.*)\]$", done.err, re.MULTILINE) == ["missing-fact", "no-source"]


def test_only_one_spec_is_audited(spec: Path) -> None:
    shutil.copytree(spec, spec.parents[1] / "mail" / "2025-01-01")
    assert speccast("audit", "all", "pages").err.endswith(
        "speccast: error: all means 2 specs; name one of them [usage]\n"
    )


def test_a_spec_that_cannot_be_read_ends_with_2(spec: Path) -> None:
    (spec / "shapes.json").write_text("{")
    assert speccast("audit", "post", "pages").code == 2


# -------------------------------------------------------------------------------------------------------------- citing


def bare(path: Path) -> str:
    """Take the lines off the citations of a file; give its text before."""
    text = path.read_text()
    path.write_text(re.sub(r'(#[^":]+):\d+"', r'\1"', text))
    return text


def test_citations_get_their_lines_and_nothing_else_changes(spec: Path) -> None:
    shapes = spec / "shapes.json"
    before = bare(shapes)
    assert shapes.read_text() != before
    assert speccast("audit", "post", "pages", "--cite").out == "cited: shapes.json\n"
    assert re.sub(r":\d+\"", '"', shapes.read_text()) == re.sub(r":\d+\"", '"', before)
    assert '"sources": ["api-sendletter#request.Title:31"]' in shapes.read_text()
    assert speccast("audit", "post", "pages").code == 0
    assert speccast("audit", "post", "pages", "--cite").out == "unchanged: every citation has its line\n"


def test_a_file_that_somebody_formatted_keeps_its_form(spec: Path) -> None:
    shapes = spec / "shapes.json"
    bare(shapes)
    text = json.dumps(json.loads(shapes.read_text()), indent=7).replace("\n", "\r\n")
    shapes.write_text(text, newline="")
    assert speccast("audit", "post", "pages", "--cite").code == 0
    with shapes.open(newline="") as file:
        cited = file.read()
    assert cited != text and re.sub(r":\d+\"", '"', cited) == text


def test_citations_are_not_written_into_models_of_others(folder: Path) -> None:
    done = speccast("audit", "botocore:sts", "pages/send.txt", "--cite")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("error: citations are written into specs of ours; this one is botocore's [foreign-spec]\n")


def test_pages_that_nothing_cites_give_no_lines(spec: Path, folder: Path) -> None:
    (folder / "others").mkdir()
    (folder / "others" / "other.txt").write_text(PAGE.replace("SendLetter", "FetchLetter"))
    done = speccast("audit", "post", "others", "--cite")
    assert (done.code, done.out) == (2, "") and "nothing was audited" in done.err


def test_a_spec_of_one_file_is_cited_too(folder: Path) -> None:
    draft = folder / "draft.json"
    draft.write_text(speccast("extract", "pages", *NAMED).out)
    bare(draft)
    (folder / "other.json").write_text("{}")
    assert speccast("audit", "draft.json", "pages", "--cite").out == "cited: draft.json\n"
    assert "api-sendletter#request.Title:31" in draft.read_text()
    assert (folder / "other.json").read_text() == "{}"


# ------------------------------------------------------------------------------------------------- the five documents

DOCUMENTS = os.environ.get("SPECCAST_DOCUMENTS", "")
ROOT = Path(__file__).parent.parent
RELEASES = sorted((ROOT / "specs" / "partnercentral-selling").iterdir())
needs_documents = pytest.mark.skipif(not DOCUMENTS, reason="SPECCAST_DOCUMENTS names no folder of saved pages")


@needs_documents
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_a_curated_release_passes_against_the_documents_that_it_cites(release: Path) -> None:
    done = speccast("audit", str(release), DOCUMENTS)
    assert (done.code, done.err) == (0, "")
    rows = [row.split() for row in done.out.splitlines()[1:] if not row.startswith("passed over")]
    assert rows
    assert {(row[4], row[5], row[-1]) for row in rows} == {("0", "0", "%")}


@needs_documents
def test_the_readme_says_how_much_of_the_documents_the_releases_state(update: bool) -> None:
    readme = ROOT / "README.md"
    written = readme.read_text("utf-8")
    for release in RELEASES:
        table = speccast("audit", str(release), DOCUMENTS, "--coverage").out
        before, mark, after = written.partition(f"\n`{release.name}`\n\n")
        assert mark, release.name
        written = before + mark + table + re.sub(r"\A(\|.*\n)+", "", after)
    if update:
        readme.write_text(written, "utf-8")
    assert readme.read_text("utf-8") == written


@needs_documents
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_every_citation_of_the_documents_has_its_line(release: Path, folder: Path) -> None:
    shutil.copytree(release, folder / "copy" / release.name)
    done = speccast("audit", f"copy/{release.name}", DOCUMENTS, "--cite")
    assert done.out == "unchanged: every citation has its line\n"


@needs_documents
def test_a_draft_of_one_document_passes_its_audit(folder: Path) -> None:
    pages = sorted(Path(DOCUMENTS).glob("*.txt"))
    assert pages
    for page in pages:
        (folder / "draft.json").write_text(speccast("extract", str(page)).out)
        done = speccast("audit", "draft.json", str(page))
        assert done.code == 0 and "error:" not in done.err, page.name


@needs_documents
def test_a_draft_of_the_documents_asks_for_what_they_contradict_each_other_in() -> None:
    pages = sorted(str(path) for path in Path(DOCUMENTS).glob("*.txt"))
    done = speccast("extract", *pages)
    questions = [each["question"] for each in json.loads(done.out)["decisions"].values()]
    spend = (
        "CreateEngagementInvitation request.Invitation.Payload.OpportunityInvitation.Project.ExpectedCustomerSpend[]"
    )
    asked = "StartEngagementByAcceptingInvitationTask response"
    assert questions == [
        f"What are the valid values of {asked}.ReasonCode?",
        f"Is ResourceSnapshotJobId a member of {asked}?",
        f"Which values has {spend}.Frequency?",
        f"Is {spend}.Frequency required, or has it a default?",
    ]
