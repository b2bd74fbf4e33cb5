"""The reference site: what stands in it, that its links lead somewhere, and that nothing in it acts."""

from __future__ import annotations

import html
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import partnercentral_selling
import pytest
from browsing import Reader
from commands import speccast
from partnercentral_selling import AsyncClient, Client, models
from partnercentral_selling._runtime.transport import HttpRequest, HttpResponse
from reference_sites import HARM, LONG, NEWEST, SELLING, curated_book, curated_site, hostile_spec, post

from codegen.files.manifest import MANIFEST, path_fault
from codegen.reference.site.book import make_book
from codegen.reference.site.hrefs import file_names, fragment, web
from codegen.reference.site.making import make_site
from codegen.reference.site.prose import first_sentence, paragraphs
from codegen.reference.site.python_form import example
from codegen.reference.site.writing import read_book, write_site
from codegen.spec.files import Form
from codegen.spec.ir import SpecText

_HREF = re.compile(r"(?:[A-Za-z0-9_.-]+\.html)?(?:#[A-Za-z0-9_.-]+)?|https?://[^\s\"]+|site\.css|data:,", re.IGNORECASE)


@cache
def read_pages() -> Mapping[str, Reader]:
    found = {path: Reader(text) for path, text in curated_site().items() if path.endswith(".html")}
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return make_site(post(hostile_spec(), tmp_path_factory.mktemp("hostile")))


def text_of(path: str) -> str:
    return " ".join(" ".join(read_pages()[path].said).split())


# ------------------------------------------------------------------------------------------------------ what it says


def test_every_operation_type_and_section_has_its_page() -> None:
    model = curated_book().model
    pages = {"index.html", "types.html", "enums.html", "errors.html", "events.html", "common.html", "decisions.html"}
    pages |= {"sources.html", "history.html", "changes_2024-11-15.html", "changes_2024-12-05.html"}
    pages |= {f"{form}_{name.raw}.html" for form in ("API", "boto3", "trace") for name in model.operations}
    pages |= {f"type_{name.raw}.html" for name in curated_book().pages.shapes}
    assert pages == read_pages().keys()
    assert curated_site().keys() - pages == {MANIFEST, "site.css", "site.js", "theme.js", "search-index.js"}


def test_a_member_tells_its_sources_decisions_release_and_python_name() -> None:
    said = text_of("API_CreateEngagement.html")
    for told in (
        "Title Short title of the engagement. Type: String",
        "Length Constraints: Minimum length of 1. Maximum length of 40. Required: Yes",
        "Python client_token str",
        "Traced 4 places, ",
        "The client fills it in when you leave it out, and keeps it over retries.",
        "Since 2024-12-05",
        "Decided C07",
        "api-create-engagement request.Title, line 51",
    ):
        assert told in said


def test_an_enum_tells_all_values_and_since_when() -> None:
    said = text_of("type_ReasonCode.html")
    assert "InvitationAccessDenied ReasonCode.INVITATION_ACCESS_DENIED 2024-11-15" in said
    assert "InvitationValidationFailed ReasonCode.INVITATION_VALIDATION_FAILED 2024-12-05" in said


def test_errors_say_what_to_do_and_each_sources_status() -> None:
    said = text_of("errors.html")
    assert "What to do: Read the resource again, compare its state with what you expected, then retry." in said
    assert "HTTP status 400 api-create-engagement 400 api-start-by-accepting 409 smithy-model" in said


def test_a_decision_tells_the_question_the_statements_and_the_reason() -> None:
    said = text_of("decisions.html")
    for decision in curated_book().model.decisions.values():
        assert decision.decided and decision.reason
        for told in (decision.question, decision.decided, decision.reason, *(one.says for one in decision.statements)):
            assert " ".join(told.raw.split()) in said


def test_history_tells_the_step_with_its_levels() -> None:
    said = text_of("history.html")
    assert "2024-11-15 to 2024-12-05" in said
    assert "CreateEngagement operation added caller safe, source safe, server risky" in said


def test_a_fact_is_traced_to_spec_code_and_cases() -> None:
    said = text_of("trace_CreateEngagement.html")
    files = {path: text.split("\n") for path, text in _package().items()}
    row = said[said.index("CreateEngagementRequest.Title member") :]
    spec = re.search(r"2024-12-05/(\w+\.json):(\d+)", row)
    code = re.search(r"(models/\w+\.py):(\d+) attribute", row)
    assert spec and code and re.search(r"\d+ cases", row)
    assert '"Title"' in (NEWEST / spec[1]).read_text("utf-8").split("\n")[int(spec[2]) - 1]
    assert files[code[1]][int(code[2]) - 1].strip().startswith("title:")


def _package() -> Mapping[str, str]:
    traces = curated_book().traces
    assert traces is not None
    return traces.files


def test_the_index_of_the_search_leads_to_places_that_are_there() -> None:
    text = curated_site()["search-index.js"]
    listed = text[text.index("entries: ") + len("entries: ") :].removesuffix("};\n")
    entries = json.loads(listed)
    assert {kind for kind, *_ in entries} == set(range(9))
    assert [one for one in entries if one[1] == "Title" and one[2] == "CreateEngagementRequest"]
    assert [href for *_, href in entries if not _leads(href)] == []


# ------------------------------------------------------------------------------------------------------------- links


_ID = re.compile(r' id="([^"]*)"')
_LINK = re.compile(r' href="([^"]*)"')
LARGE = ("ec2", "s3", "dynamodb", "lambda", "quicksight", "bedrock-runtime", "kinesis", "cloudwatch")


@pytest.mark.skipif(os.environ.get("SPECCAST_FULL") != "1", reason="large services: set SPECCAST_FULL=1")
@pytest.mark.parametrize("service", LARGE)
def test_every_link_of_a_large_service_leads_somewhere(service: str, tmp_path: Path) -> None:
    site = make_site(read_book(f"botocore:{service}", tmp_path, None, traced=False))
    places = {path: set(_ID.findall(text)) for path, text in site.items() if path.endswith(".html")}
    dead: list[tuple[str, str]] = []
    for path in places:
        for href in map(html.unescape, _LINK.findall(site[path])):
            page, _, place = href.partition("#")
            if href not in ("data:,", "site.css") and not href.startswith(("http:", "https:")):
                there = places.get(page or path)
                dead += [(path, href)] if there is None or (place and place not in there) else []
    assert dead == []


def _leads(href: str, here: str = "") -> bool:
    page, _, place = href.partition("#")
    target = read_pages().get(page or here)
    return target is not None and (not place or unquote(place) in _places(page or here))


@cache
def _places(page: str) -> frozenset[str]:
    return frozenset(read_pages()[page].values("id"))


def test_every_link_leads_somewhere() -> None:
    dead = [
        (path, href)
        for path, read in read_pages().items()
        for href in read.values("href")
        if not href.startswith(("http:", "https:", "data:")) and href != "site.css" and not _leads(href, path)
    ]
    assert dead == []


def test_no_name_is_given_twice_and_every_label_has_its_element() -> None:
    for path, read in read_pages().items():
        ids = Counter(read.values("id"))
        assert [(path, name) for name, count in ids.items() if count > 1] == []
        for attribute in ("for", "aria-labelledby", "aria-controls"):
            assert [(path, name) for name in read.values(attribute) if name not in ids] == []


def test_headings_come_in_order_and_every_page_has_one_title() -> None:
    for path, read in read_pages().items():
        levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1 and levels[0] == 1, path
        assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == [], path


# ------------------------------------------------------------------------------------------------------ descriptions


@pytest.mark.parametrize(
    ("text", "form", "shown"),
    [
        ("One `two`.\n\nThree ` four", "speccast", [["One ", ("two",), "."], ["Three ` four"]]),
        ("<p>a</p>", "speccast", [["<p>a</p>"]]),
        (
            "<p>One <code>two</code></p><ul><li><p>three</p></li>\n<li>four</li></ul>",
            "botocore",
            [["One ", ("two",)], ["• three"], ["• four"]],
        ),
        ("<p>a<script>b()</script>&lt;i&gt;</p>", "smithy", [["ab()<i>"]]),
        ("", "botocore", []),
    ],
)
def test_descriptions_become_paragraphs_of_text_and_code(text: str, form: Form, shown: list[list[object]]) -> None:
    found = [
        [(part.text,) if part.code else part.text for part in one.parts] for one in paragraphs(SpecText(text), form)
    ]
    assert found == shown


def test_lists_show_the_first_sentence_of_a_description() -> None:
    assert first_sentence(SpecText("Makes `it`. Slowly."), "speccast") == "Makes it."
    assert first_sentence(SpecText("Makes it, e.g. now"), "speccast") == "Makes it, e.g."
    assert first_sentence(SpecText("a" * 300), "speccast") == "a" * 199 + "…"


# --------------------------------------------------------------------------------------------------------- inert text


@pytest.mark.parametrize("which", ["curated", "hostile"])
def test_nothing_acts_but_the_scripts_of_the_site(which: str, hostile: Mapping[str, str]) -> None:
    site = curated_site() if which == "curated" else hostile
    for path, text in site.items():
        if path.endswith(".html"):
            read = Reader(text)
            for tag, attributes in read.tags:
                assert not attributes.keys() & {"style", "srcset", "action", "background", "srcdoc", "ping"}, (
                    path,
                    tag,
                )
                assert [name for name in attributes if name.startswith("on")] == []
            assert [href for href in read.values("href") if not _HREF.fullmatch(href)] == [], path
            assert read.values("src") == ["theme.js", "site.js"]
            assert not {tag for tag, _ in read.tags} & {"img", "iframe", "object", "embed", "base", "svg", "style"}
            assert [one for one in text if not one.isprintable() and one != "\n"] == []


def test_hostile_text_is_shown_as_it_is(hostile: Mapping[str, str]) -> None:
    shown = HARM.replace("\u202e", "\\u202e").replace("\u2066", "\\u2066")
    for path in ("index.html", "API_Send.html", "boto3_Send.html", "decisions.html", "sources.html"):
        assert shown in "".join(Reader(hostile[path]).said), path


def test_only_addresses_of_the_web_are_linked(hostile: Mapping[str, str]) -> None:
    links = [href for href in Reader(hostile["sources.html"]).values("href") if ":" in href and href != "data:,"]
    assert links == ["https://example.com/a?b=<c>&d='e'", "HTTP://example.com/plain"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:a",
        " https://a",
        "https://a b",
        "//a",
        "file:///etc",
        "https:\\\\a",
        "vbscript:a",
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert web(SpecText(url)) is None


def test_names_of_files_are_plain_and_unique_on_every_file_system(hostile: Mapping[str, str]) -> None:
    paths = list(hostile)
    assert [path for path in paths if path_fault(path) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,120}", path)] == []
    assert len({unicodedata.normalize("NFKC", path).casefold() for path in paths}) == len(paths)
    assert len([path for path in paths if path.startswith("type_")]) == 15
    reserved = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
    assert [path for path in paths if reserved.match(path) or path.rstrip(". ") != path] == []


def test_a_plain_name_is_its_own_and_others_get_a_digest() -> None:
    names = [SpecText(name) for name in ("Send", "send", "Get", "G/et", LONG)]
    found = file_names("API_", names)
    assert found[names[2]] == "API_Get.html"
    assert re.fullmatch(r"API_Send\.[0-9a-f]{10}\.html", found[names[0]])
    assert re.fullmatch(r"API_G_et\.[0-9a-f]{10}\.html", found[names[3]])
    assert len({*found.values()}) == 5 and max(map(len, found.values())) < 120
    assert fragment("request", "Title") == "request-Title"


# ------------------------------------------------------------------------------------------------------------- Python


class Answering:
    """A transport that answers every request with nothing, and keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, request: HttpRequest, limits: object) -> HttpResponse:
        self.asked.append(request.headers["X-Amz-Target"].rpartition(".")[2])
        return HttpResponse(200, {"content-type": "application/x-amz-json-1.0"}, b"{}")

    def close(self) -> None:
        """Nothing is open."""


class AnsweringLater:
    """The same for asynchronous clients."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def send(self, request: HttpRequest, limits: object) -> HttpResponse:
        return self._answering.send(request, limits)

    async def close(self) -> None:
        """Nothing is open."""


def test_the_examples_of_every_operation_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made, answering = curated_book(), Answering()
    keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"}
    for key, value in keys.items():
        monkeypatch.setenv(key, value)
    sides = {"Client": (Client, answering), "AsyncClient": (AsyncClient, AnsweringLater(answering))}
    for side, (client, transport) in sides.items():
        monkeypatch.setattr(partnercentral_selling, side, partial(client, transport=transport))
    for name, operation in made.model.operations.items():
        shown = example(made.package, made.region, operation, made.client[name], made.printer)
        assert shown is not None, name
        for text in (shown.sync, shown.awaited):
            exec(compile(text, "example.py", "exec", dont_inherit=True), {})
    assert answering.asked == [name.raw for name in made.model.operations for _ in range(2)]
    assert len(capsys.readouterr().out.splitlines()) == 2 * sum(one.output is not None for one in made.client.values())


def test_every_type_has_an_example_that_can_be_made() -> None:
    made = curated_book()
    shown = {name: made.printer.made(name) for name in made.pages.shapes if name in made.symbols.attributes}
    assert len(shown) > 50 and None not in shown.values()
    for text in shown.values():
        eval(str(text), {"models": models, "datetime": datetime, "timezone": timezone})


# ------------------------------------------------------------------------------------------------------------ writing


def test_the_same_spec_gives_the_same_site() -> None:
    made = read_book(str(NEWEST), Path.cwd(), None, traced=False)
    assert make_site(make_book(made.loaded, made.history, curated_book().traces, None)) == curated_site()


def test_a_site_is_written_once_and_then_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    assert write_site(curated_book(), folder) == tuple(sorted(curated_site()))
    assert {path.name for path in folder.iterdir()} == curated_site().keys()
    assert write_site(curated_book(), folder) == ()


SMALL = (str(SELLING / "2024-11-15"), "--no-traces")


def test_docs_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = speccast("docs", *SMALL, "--out", "site", "--title", "Mine & yours")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"wrote \d+ files: site/index\.html\n", done.out)
    assert "<h1>Mine &amp; yours</h1>" in Path("site/index.html").read_text("utf-8")
    assert '2024-11-15 <span class="chip">first release here</span>' in Path("site/history.html").read_text("utf-8")
    told = Path("site/changes_2024-11-15.html").read_text("utf-8")
    assert "2024/11/15 - Mine &amp; yours - 2 new api methods</h1>" in told
    Path("site/errors.html").write_text("mine")
    Path("site/notes.txt").write_text("mine")
    done = speccast("docs", *SMALL, "--out", "site")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("site/errors.html: error: edited by hand; ")
    assert speccast("docs", *SMALL, "--out", "site", "--title", "Mine & yours", "--force").code == 0
    assert Path("site/notes.txt").read_text() == "mine"


def test_a_folder_that_holds_something_else_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other").mkdir()
    Path("other/mine.txt").write_text("mine")
    done = speccast("docs", *SMALL, "--out", "other")
    assert (done.code, done.err) == (
        2,
        "other: error: this folder holds something else than a site; name another, or run again with --force to write "
        "beside it [not-a-site]\n",
    )
    assert [path.name for path in Path("other").iterdir()] == ["mine.txt"]
    assert speccast("docs", *SMALL, "--out", "other", "--force").code == 0
    assert Path("other/mine.txt").read_text() == "mine"


def test_what_stands_in_the_way_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("mine")
    done = speccast("docs", "no-such-spec", "--out", "mine.txt")
    assert (done.code, done.err) == (
        2,
        "mine.txt: error: something else stands where the folder of a site belongs; remove it, or name another "
        "[not-a-folder]\n",
    )


def test_a_release_without_others_has_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.json").write_text(json.dumps(hostile_spec()), encoding="utf-8")
    assert speccast("docs", "spec.json", "--out", "site", "--no-traces").code == 0
    assert "no release before this one" in Path("site/history.html").read_text("utf-8")
    assert not list(Path("site").glob("changes_*"))


def test_a_generated_package_is_never_taken_for_a_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("package").mkdir()
    manifest = Path(str(partnercentral_selling.__file__)).parent / MANIFEST
    Path("package", MANIFEST).write_bytes(manifest.read_bytes())
    done = speccast("docs", *SMALL, "--out", "package", "--force")
    assert (done.code, done.err) == (
        2,
        "package: error: a generated package stands here; name another folder [not-a-site]\n",
    )


def test_a_spec_with_errors_has_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = hostile_spec()
    spec["operations"]["Send"]["input"] = "Missing"
    Path("spec.json").write_text(json.dumps(spec), encoding="utf-8")
    done = speccast("docs", "spec.json", "--out", "site")
    assert done.code == 2 and "Missing" in done.err and not Path("site").exists()
