"""Hostile vectors through the commands, heard by an audit hook, and what they say and write: inert everywhere.

Each vector goes through the commands by itself with SPECCAST_FULL=1. Every run has all that are refused, some that are
cast, and one spec that holds them all, its `zoo`, which goes through every command and every format.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import speccast
from hostile_claims import (
    assert_annotations,
    assert_contained,
    assert_diagnostics,
    assert_inert_page,
    assert_quiet,
    elements_of,
    is_command,
)
from hostile_specs import Vector, error, vectors
from sizes import FULL
from strategies import CANARY, SERVICE, Spec, spec_of, structure

from codegen.cli.printing import print_lines
from codegen.diagnostics import json_text, printable, quoted

HERE = Path(__file__).parent
VECTORS = vectors("hostile-groups.json")
TEXT = {"type": "string"}
EVERY = 1 if FULL else 12

HEARD = """
import json, sys
from pathlib import Path
import test_hostile_groups as groups
from hostile_claims import assert_contained, assert_diagnostics, assert_quiet
from hostile_hook import listen
from hostile_models import files_of
from hostile_specs import content_of, smaller
from commands import speccast
from strategies import CANARY
import builtins

called = []
setattr(builtins, CANARY, lambda *args: called.append("canary"))
here = Path.cwd()
wanted = json.loads(sys.argv[1])
good = here / "good.json"
good.write_bytes(content_of({"where": "document", "form": "top", "value": {}}))
for command in (["generate", "good.json", "--out", "warm"], ["validate", "good.json"]):
    assert speccast(*command).code == 0  # what is loaded at first use is loaded now
heard = listen([here], [here])
counts = {"cast": 0, "refused": 0}

SETTLED = ("refused:pattern-unsupported",)  # what a model says against itself is told, and left out

def held(done, refused, folder, codes):
    assert_quiet(done.out + done.err)
    if refused:
        assert done.code in codes, (done.code, done.err)
        assert_diagnostics(done.err)
        assert not folder.exists() or not [path for path in folder.rglob("*") if path.is_file()]
    else:
        assert done.code == 0, (done.code, done.err)

for vector in groups.VECTORS:
    if vector["id"] not in wanted:
        continue
    try:
        small = smaller(vector)
        out = here / f"out-{vector['id']}"
        spec = here / f"{vector['id']}.json"
        spec.write_bytes(content_of(small))
        refused = vector["must_hold"]["ours"] != "cast"
        held(speccast("generate", spec.name, "--out", out.name), refused, out, (2,))
        checked = speccast("validate", spec.name)
        assert_quiet(checked.out + checked.err)
        assert checked.code in ((1, 2) if refused else (0,)), checked
        files = files_of(small)
        if files:
            folder = here / f"model-{vector['id']}"
            folder.mkdir()
            for name, content in files.items():
                (folder / name).write_bytes(content)
            refused = vector["must_hold"]["botocore"] not in ("cast", *SETTLED)
            into = here / f"specs-{vector['id']}"
            model = f"{folder.name}/service-2.json"
            held(speccast("import", "botocore", model, "--out", into.name), refused, into, (2,))
            held(speccast("generate", model, "--out", f"{out.name}-model"), refused, Path(f"{out}-model"), (2,))
        counts["refused" if refused else "cast"] += 1
    except AssertionError as fault:
        raise AssertionError(vector["id"]) from fault
print(json.dumps([called, heard, counts]))
"""


def run_heard(program: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_commands_open_start_and_write_nothing_that_a_spec_names(tmp_path: Path) -> None:
    sound = [vector["id"] for vector in VECTORS if "cast" in vector["must_hold"].values()]
    refused = [vector["id"] for vector in VECTORS if vector["id"] not in sound]
    done = run_heard(HEARD, tmp_path, json.dumps([*refused, *sound[::EVERY]]))
    assert done.returncode == 0, done.stderr[-4000:]
    called, heard, counts = json.loads(done.stdout)
    assert (called, heard) == ([], [])
    assert counts["refused"] > 60 and counts["cast"] >= len(sound[::EVERY]) - 10


PLANTED = """
import json, os, socket, subprocess, sys
from pathlib import Path
from hostile_hook import listen
heard = listen([Path.cwd()], [Path.cwd() / "out"])
Path("out").mkdir()
Path("out/fine").write_text("x")
Path("out/fine").read_text()
before = list(heard)
def plant(work):
    try:
        work()
    except OSError:
        pass
    return heard[-1:]
plants = [
    lambda: open("/etc/hostname").close(),
    lambda: open(Path.cwd() / "elsewhere", "w").close(),
    lambda: os.open(Path.cwd() / "elsewhere", os.O_WRONLY),
    lambda: os.symlink("out", "link"),
    lambda: socket.socket().close(),
    lambda: socket.getaddrinfo("127.0.0.1", 9),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.rename("elsewhere", "moved"),
]
print(json.dumps([before, [(len(heard), plant(work), len(heard)) for work in plants]]))
"""


def test_what_is_planted_is_heard(tmp_path: Path) -> None:
    done = run_heard(PLANTED, tmp_path)
    assert done.returncode == 0, done.stderr
    before, plants = json.loads(done.stdout)
    assert before == []
    assert len(plants) == 9
    assert all(after > at for at, _, after in plants), plants


# ---------------------------------------------------------------------------------------------------------------- zoo


def zoo() -> Spec:
    """Hold every text of every vector that is sound, each in its place, in one spec."""
    kept = {place: of(place) for place in ("documentation", "pattern", "enum", "member", "shape", "operation", "error")}
    texts = [vector["value"] for vector in kept["documentation"]]
    shapes: Spec = {"SendRequest": structure()}
    for number, text in enumerate(texts):
        shapes[f"Doc{number}"] = {**TEXT, "documentation": text}
        shapes["SendRequest"]["members"][f"Doc{number}"] = {"target": f"Doc{number}", "documentation": text}
    for number, vector in enumerate(kept["pattern"]):
        shapes[f"Pattern{number}"] = {**TEXT, "pattern": vector["value"]}
    for number, vector in enumerate(kept["enum"]):
        values = {value: {"documentation": texts[number % len(texts)]} for value in vector["value"]}
        shapes[f"Enum{number}"] = {"type": "enum", "values": values}
    for number, vector in enumerate(kept["member"]):
        shapes[f"Members{number}"] = structure(**dict.fromkeys(vector["value"], "Doc0"))
    for vector in kept["shape"]:
        shapes |= {name: structure(Text="Doc0") for name in vector["value"]}
    members = shapes["SendRequest"]["members"]
    members |= {f"M{number}": {"target": name} for number, name in enumerate(list(shapes)[1:])}
    errors = {
        f"Refused{number}": {**error(), "suggestedAction": vector["value"], "documentation": vector["value"]}
        for number, vector in enumerate(kept["error"])
    }
    names = [name for vector in kept["operation"] for name in vector["value"]]
    said = {
        "input": "SendRequest",
        "errors": list(errors),
        "documentation": texts[0],
        "deprecated": {"message": texts[1]},
    }
    title = next(vector["value"] for vector in VECTORS if vector["where"] == "title")
    traits = next(vector["value"] for vector in VECTORS if vector["where"] == "traits")
    made = spec_of(shapes, errors=errors, service={**SERVICE, "title": title, "traits": traits})
    example = {"title": texts[0], "input": {"Doc1": texts[2]}, "documentation": texts[3]}
    return {**made, "operations": dict.fromkeys(dict.fromkeys(names), said), "examples": {names[0]: [example]}}


def of(place: str) -> list[Vector]:
    return [v for v in VECTORS if v["where"] == place and v["must_hold"]["ours"] == "cast" and "form" not in v]


def plain() -> Spec:
    """The same spec without a text of the vectors: what is printed of it is the measure."""
    shapes = {"SendRequest": structure(Text="Text", Kind="Kind"), "Text": {**TEXT, "documentation": "Words."}}
    kind = {"Kind": {"type": "enum", "values": {"SAFE": {"documentation": "Words."}}}}
    said = {"input": "SendRequest", "errors": ["Refused"], "deprecated": {"message": "Words."}}
    made = spec_of({**shapes, **kind}, errors={"Refused": {**error(), "suggestedAction": "Wait."}})
    return {**made, "operations": {"Send": said}, "examples": {"Send": [{"title": "One", "input": {"Text": "x"}}]}}


@pytest.fixture
def cage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zoo.json").write_text(json.dumps(zoo()), "utf-8")
    (tmp_path / "plain.json").write_text(json.dumps(plain()), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "gitlab"])
def test_what_validate_says_is_inert(cage: Path, form: str) -> None:
    done = speccast("validate", "zoo.json", "--format", form)
    assert done.code == 0, done.err
    if form == "github":
        assert_annotations(done.out)
        return
    assert_quiet(done.out + done.err)
    if form != "text":
        json.loads(done.out)


@pytest.mark.parametrize("pair", [("plain.json", "zoo.json"), ("zoo.json", "plain.json")], ids=["new", "old"])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github", "sarif"])
def test_what_diff_says_is_inert(cage: Path, form: str, pair: tuple[str, str]) -> None:
    done = speccast("diff", *pair, "--format", form)
    assert done.code == 1, done.err
    assert_quiet(done.err)
    match form:
        case "github":
            assert_annotations(done.out)
        case "html":
            assert_inert_page(done.out)
            page = re.sub("(?s)<style>.*?</style>", "", done.out)  # `::placeholder` begins a line there
            assert not [line for line in page.splitlines() if is_command(line)]
            assert elements_of(done.out) <= elements_of(speccast("diff", *_harmless(cage), "--format", "html").out)
        case "json" | "sarif":
            json.loads(done.out)
            assert_quiet(done.out)
        case _:
            assert_quiet(done.out)
            assert "<script" not in done.out or form == "text"


def _harmless(cage: Path) -> tuple[str, str]:
    """Write two specs that differ as much, in words that mean nothing."""
    (cage / "tame.json").write_text(json.dumps(tamed(zoo())), "utf-8")
    return "plain.json", "tame.json"


def tamed(spec: Spec) -> Spec:
    """Give each text that is not sound in a name another, and keep everything else."""

    def tame(value: object, key: str = "") -> object:
        match value:
            case dict():
                return {name: tame(item, name) for name, item in value.items()}
            case list():
                return [tame(item, key) for item in value]
            case str() if key in ("documentation", "suggestedAction", "message", "title"):
                return "Words that mean nothing, and more."
            case _:
                return value

    made = tame(spec)
    assert isinstance(made, dict)
    return made


def test_what_is_told_of_a_release_is_inert(cage: Path) -> None:
    for command in (("changelog", "plain.json", "zoo.json"), ("semver", "plain.json", "zoo.json")):
        done = speccast(*command)
        assert done.code == 0, done.err
        assert_quiet(done.out + done.err)
        assert "<script" not in done.out.lower() and "](javascript" not in done.out.lower()


@pytest.mark.parametrize("form", ["jsonschema", "openapi", "smithy"])
def test_what_is_exported_is_json_and_ascii_or_seen(cage: Path, form: str) -> None:
    done = speccast("export", form, "zoo.json")
    assert done.code == 0, done.err
    assert CANARY in json.dumps(json.loads(done.out))
    assert_quiet(done.err)
    assert_quiet(done.out)


def test_a_reference_of_a_hostile_spec_is_inert(cage: Path) -> None:
    done = speccast("docs", "zoo.json", "--out", "site", "--no-traces")
    assert done.code == 0, done.err
    assert_quiet(done.out + done.err)
    assert speccast("docs", "plain.json", "--out", "measure", "--no-traces").code == 0
    pages = list((cage / "site").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert_inert_page(page.read_text("utf-8"))
    assert_contained(path.relative_to(cage / "site").as_posix() for path in (cage / "site").rglob("*"))


def test_what_explain_says_is_inert(cage: Path) -> None:
    subjects = [("SendRequest.Doc0", "text"), ("Refused0", "json"), ("\x1b[2J\u202e", "text")]
    more = [(name, "text") for name in ("SendRequest", *zoo()["operations"], f"{CANARY}()#")]
    for subject, form in [*subjects, *(more if FULL else ())]:
        done = speccast("explain", "zoo.json", subject, "--format", form)
        assert done.code in (0, 2)
        assert_quiet(done.out + done.err)


def test_what_generate_and_check_say_is_inert(cage: Path) -> None:
    for command in ("generate", "check"):
        done = speccast(command, "zoo.json", "--out", "out")
        assert done.code == 0, done.err
        assert_quiet(done.out + done.err)
    for path in (cage / "out" / "post").glob("models/*.py"):
        path.write_text("# \x1b[2J\n" + path.read_text("utf-8").replace("class ", "\nclass ") + "\nx = 1\n", "utf-8")
    for options in ((), ("--diff",), ("--format", "github")):
        done = speccast("check", "zoo.json", "--out", "out", *options)
        assert done.code == 1
        (assert_annotations if "github" in options else assert_quiet)(done.out)


PAGE = "<html><head><title>{0}</title></head><h1>{0}</h1><h2>Request Syntax</h2><pre>{0}</pre><p>{0}</p></html>"


def test_what_is_said_of_a_hostile_page_is_inert(cage: Path) -> None:
    for number, vector in enumerate(of("documentation")):
        Path(f"page{number}.html").write_text(PAGE.replace("{0}", vector["value"]), "utf-8", newline="")
    pages = sorted(str(path.name) for path in cage.glob("page*.html"))[:: 1 if FULL else 3]
    for command in (
        ("extract", *pages),
        ("audit", "zoo.json", *pages),
        ("audit", "zoo.json", *pages, "--format", "json"),
    ):
        done = speccast(*command)
        assert done.code in (0, 1, 2)
        assert_quiet(done.out + done.err)
        if done.code == 2 and "json" not in command:
            assert_diagnostics(done.err)


# ------------------------------------------------------------------------------------------------- runners of workflows


COMMANDS = ("::error::x", "a ::error::x", "##[error]x", "a###[group]", "a##VSO[task.setvariable]", "##teamcity[x]")


@pytest.mark.parametrize("text", [*COMMANDS, "a\x1b[2J"])
def test_what_a_runner_acts_upon_is_spelled_out(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for shown in (quoted(text), printable(text), json_text({text: [text]})):
        assert_quiet(shown)
        assert text in str(json.loads(shown)) or json.loads(shown) == {text: [text]}
    print_lines(f"+{text}\n {text}\n-\t{text}\n")
    told = capsys.readouterr().out
    assert_quiet(told.replace("\t", " "))
    assert [line[0] for line in told.splitlines()] == ["+", " ", "-"]


@pytest.mark.parametrize("text", ["a::b", "#[x]", "## [x]", "##vs[x]", "std::vector", "x: :y"])
def test_what_no_runner_acts_upon_stays(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (printable(text), quoted(text)) == (text, f'"{text}"')
    print_lines(f"+{text}\n")
    assert capsys.readouterr().out == f"+{text}\n"


@pytest.mark.parametrize("form", ["text", "markdown", "json", "github"])
def test_no_line_of_a_short_report_is_a_command(cage: Path, form: str) -> None:
    pairs = {"old": ("^x$", "One"), "new": ("::error::x", "::error::One")}
    for name, (pattern, shape) in pairs.items():
        shapes = {"SendRequest": structure(Text="Text", One=shape), shape: structure(Text="Text")}
        spec = spec_of({**shapes, "Text": {**TEXT, "pattern": pattern}})
        Path(f"{name}.json").write_text(json.dumps(spec), "utf-8")
    done = speccast("diff", "old.json", "new.json", "--format", form)
    assert done.code == 1
    (assert_annotations if form == "github" else assert_quiet)(done.out)
