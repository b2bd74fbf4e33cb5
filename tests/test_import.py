"""Foreign models imported: what is written reads back as what was read, nothing goes unsaid, nothing is overwritten."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from commands import Done, speccast
from sizes import FULL

from codegen.cli.main import run
from codegen.cli.main import speccast as group
from codegen.exporters.pretty import pretty
from codegen.exporters.spec_files import LARGE, spec_files
from codegen.forms import read_files
from codegen.intake import botocore_model
from codegen.load import botocore_services
from codegen.project import read_project
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source, read_spec_files

HERE = Path(__file__).parent
SMITHY = HERE / "data" / "smithy"
SPECS = HERE.parent / "specs"
ODD = {
    "sqs": "errors with codes of another protocol, lists that are flattened",
    "kms": "examples, and comments on their values",
    "kinesis": "event streams",
    "lex-runtime": "JSON in a header, bytes in a body",
    "cloudsearchdomain": "REST with a query, endpoints by host",
    "importexport": "a signature of old",
    "sdb": "the query protocol, flattened lists and maps",
    "apigatewayv2": "names of Python's own, an enum on a member",
    "connectcases": "sparse lists",
    "arc-region-switch": "two protocols",
    "cognito-identity": "operations without a signature",
    "neptune-graph": "hosts by member",
    "sms-voice": "a service with two names",
}
"""Service of botocore -> what is odd in it; all services with SPECCAST_FULL=1."""
SERVICES = botocore_services() if FULL else tuple(ODD)


def _read(name: str) -> ir.Model:
    return read_files(botocore_model(name, read_project(HERE)).files).model


def _parsed(files: Mapping[str, str]) -> ir.Model:
    return parse_model(tuple(read_source(name, text.encode()) for name, text in sorted(files.items())))


# ----------------------------------------------------------------------------------------------------------- the same


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reads_back_as_it_was(name: str) -> None:
    model = _read(name)
    assert _parsed(spec_files(model, docs=True)) == model


def test_a_service_that_is_imported_is_the_model_with_its_file_cited(tmp_path: Path) -> None:
    done = speccast("import", "botocore", "kms", "--out", str(tmp_path))
    folder = tmp_path / "kms" / "2014-11-01"
    assert (done.code, done.out) == (0, f"wrote: {folder} (7 files)\n")
    written = parse_model(read_spec_files(folder))
    (source,) = written.sources.values()
    version = metadata.version("botocore")
    assert source.title.raw == f"Service model kms/2014-11-01/service-2.json.gz of botocore {version}"
    own = _read("kms")
    assert replace(written, sources=own.sources) == own
    assert source.sha256 == own.sources[SpecText("model")].sha256
    assert written.paginators and written.examples and written.endpoint_rules


def test_a_service_goes_before_a_folder_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert speccast("import", "botocore", "sqs", "--out", "specs").out == "wrote: specs/sqs/2012-11-05 (6 files)\n"


def test_a_file_of_botocore_is_imported_with_what_stands_beside_it(tmp_path: Path) -> None:
    folder = _botocore_files(tmp_path)
    service = json.loads((folder / "service-2.json").read_text("utf-8"))
    service["shapes"]["Text"]["type"] = "string"
    (folder / "service-2.json").write_text(json.dumps(service), "utf-8")
    done = speccast("import", "botocore", str(folder / "service-2.json"), "--out", str(tmp_path / "out"))
    assert (done.code, done.err) == (0, "")
    written = parse_model(read_spec_files(tmp_path / "out" / "post" / "2025-01-01"))
    assert [source.title.raw for source in written.sources.values()] == ["Service model service-2.json"]
    assert [len(each) for each in (written.paginators, written.waiters, written.examples)] == [1, 1, 1]


@pytest.mark.parametrize(("name", "rule"), [("rbin", "pattern-unsupported"), ("apprunner", "pattern-impossible")])
def test_what_a_model_says_against_itself_is_told_and_not_enforced(tmp_path: Path, name: str, rule: str) -> None:
    done = speccast("import", "botocore", name, "--out", str(tmp_path), "--no-docs")
    assert (done.code, done.err.count("warning: "), done.err.count(f"[{rule}]")) == (0, 1, 1)
    assert speccast("validate", str(tmp_path / name)).code == 0


def test_waiters_come_along(tmp_path: Path) -> None:
    assert speccast("import", "botocore", "lambda", "--out", str(tmp_path)).code == 0
    (path,) = tmp_path.rglob("waiters.json")
    assert "FunctionActive" in json.loads(path.read_text("utf-8"))["waiters"]


def test_without_docs_no_sentence_is_left(tmp_path: Path) -> None:
    assert speccast("import", "botocore", "kms", "--out", str(tmp_path), "--no-docs").code == 0
    texts = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.json")}
    assert not [name for name, text in texts.items() if "<p>" in text or '"documentation"' in text]
    examples = json.loads(texts["examples.json"])["examples"]["CancelKeyDeletion"]
    assert [(one["title"], sorted(one)) for one in examples] == [
        ("CancelKeyDeletion 1", ["input", "output", "title", "traits"])
    ]
    assert list(examples[0]["traits"]) == ["id"]


@pytest.mark.parametrize("path", sorted(SPECS.glob("*/*/*.json")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_specs_are_printed_as_those_that_are_written_by_hand(path: Path) -> None:
    text = path.read_text("utf-8")
    assert pretty(json.loads(text)) == text


def test_a_large_section_is_split_by_first_letter() -> None:
    model = _read("kms")
    text = ir.Text(
        id=SpecText("x"),
        documentation=SpecText("x" * (LARGE // 2)),
        citations=model.service.citations,
        at=model.service.at,
    )
    shapes = {SpecText(name): replace(text, id=SpecText(name)) for name in ("Az", "ab", "__listOf", "1st", "Z")}
    whole = replace(model, shapes=shapes)
    files = spec_files(whole, docs=True)
    assert [name for name in files if name.startswith("shapes")] == ["shapes-0.json", "shapes-a.json", "shapes-z.json"]
    assert _parsed(files) == whole


# ------------------------------------------------------------------------------------------------------------- smithy


def test_a_smithy_model_is_imported(tmp_path: Path) -> None:
    done = speccast("import", "smithy", str(SMITHY / "notes.json"), "--out", str(tmp_path))
    folder = tmp_path / "small-notes" / "2025-01-01"
    assert (done.code, done.out) == (0, f"wrote: {folder} (8 files)\n")
    (source,) = parse_model(read_spec_files(folder)).sources.values()
    assert source.title.raw == "Smithy model notes.json"


def test_every_smithy_model_below_a_folder_is_imported(tmp_path: Path) -> None:
    models = tmp_path / "models" / "deep"
    models.mkdir(parents=True)
    text = (SMITHY / "notes.json").read_text("utf-8")
    (models / "notes.json").write_text(text, "utf-8")
    (models / "other.json").write_text(text.replace("Small Notes", "Large Notes"), "utf-8")
    (models / "package.json").write_text("{}", "utf-8")
    (models / "folder.json").mkdir()
    done = speccast("import", "smithy", str(models), "--out", str(tmp_path / "out"))
    assert (done.code, done.out.splitlines()[-1]) == (0, "services: 2 written, 0 unchanged, 0 failed")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["large-notes", "small-notes"]


def test_no_model_of_a_run_takes_the_place_of_another(tmp_path: Path) -> None:
    for name, kind in (("one", "string"), ("two", "integer")):
        (tmp_path / f"{name}.json").write_text(json.dumps(_tree(**{"post#Text": {"type": kind}})), "utf-8")
    done = speccast("import", "smithy", str(tmp_path), "--out", str(tmp_path / "out"), "--force")
    folder = tmp_path / "out" / "post" / "2025-01-01"
    assert (done.code, done.err) == (
        2,
        f'{tmp_path / "two.json"}: error: "{folder}" holds another spec of this run: other than here are shapes.json'
        " [exists]\n  speccast: note: import this model alone, with another --out\n",
    )
    assert json.loads((folder / "shapes.json").read_text("utf-8"))["shapes"]["Text"]["type"] == "string"


def _tree(**shapes: Any) -> dict[str, Any]:
    """A model with two operations: Send takes Letter, Close takes nothing."""
    traits = {
        "aws.api#service": {"sdkId": "Post", "endpointPrefix": "post"},
        "aws.protocols#awsJson1_0": {},
        "aws.auth#sigv4": {"name": "post"},
    }
    operations = [{"target": "post#Send"}, {"target": "post#Close"}]
    service = {"type": "service", "version": "2025-01-01", "operations": operations, "traits": traits}
    return {
        "smithy": "2.0",
        "shapes": {
            "post#Post": service,
            "post#Send": {"type": "operation", "input": {"target": "post#Letter"}},
            "post#Close": {"type": "operation"},
            "post#Letter": {"type": "structure", "members": {"Text": {"target": "post#Text"}}},
            "post#Text": {"type": "string"},
            **shapes,
        },
    }


def _imported(tmp_path: Path, tree: Any, *options: str) -> Done:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(tree, indent=1), "utf-8")
    return speccast("import", "smithy", str(path), "--out", str(tmp_path / "out"), *options)


def test_a_trait_that_nobody_knows_is_kept_and_told_once(tmp_path: Path) -> None:
    odd = {"type": "string", "traits": {"acme.one#colour": "red", "smithy.api#internal": {}}}
    done = _imported(tmp_path, _tree(**{"post#Text": odd, "post#Other": odd}))
    place = f"{tmp_path / 'model.json'}:43:16"
    assert done.code == 0
    assert done.err == (
        f'{place}: warning: trait "acme.one#colour" is not known; it is kept as it is, here and 1 times more'
        " [unknown-trait]\n"
    )
    shapes = json.loads(next(tmp_path.rglob("shapes.json")).read_text("utf-8"))["shapes"]
    assert shapes["Text"]["traits"] == {"acme.one#colour": "red", "smithy.api#internal": {}}


def test_what_has_no_place_in_a_spec_is_told_once_for_each_key(tmp_path: Path) -> None:
    resource = {"type": "resource", "identifiers": {"Id": {"target": "post#Text"}}, "traits": {"aws.api#arn": {}}}
    bounded = {"type": "string", "traits": {"smithy.api#length": {"max": 1, "unit": "words"}}}
    tree = _tree(
        **{"post#Box": resource, "post#Bag": resource, "post#Text": bounded, "post#Lost": {"type": "operation"}}
    )
    tree["shapes"]["post#Post"]["resources"] = [{"target": "post#Box"}]
    done = _imported(tmp_path, {**tree, "metadata": {"suppressions": []}, "note": 1})
    assert done.code == 0
    assert [line.partition(": ")[2] for line in done.err.splitlines()] == [
        'warning: "unit" of the trait smithy.api#length has no place in a spec; it is left out [left-out]',
        'warning: "identifiers" of a resource has no place in a spec; it is left out, here and 1 times more [left-out]',
        'warning: "aws.api#arn" of a resource has no place in a spec; it is left out, here and 1 times more [left-out]',
        'warning: operation "post#Lost" belongs to no service; it is left out [left-out]',
        'warning: "suppressions" of the metadata has no place in a spec; it is left out [left-out]',
        'warning: "note" of the model has no place in a spec; it is left out [left-out]',
    ]


# ----------------------------------------------------------------------------------------------------- what is lost


WAITER = {
    "operation": "Send",
    "delay": 1,
    "maxAttempts": 1,
    "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
}
BROKEN = _tree(**{"post#Text": {"type": "text"}})


def test_what_cannot_be_read_is_told_with_the_operations_that_are_lost(tmp_path: Path) -> None:
    done = _imported(tmp_path, BROKEN)
    path = tmp_path / "model.json"
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    assert [line.partition(": ")[2] for line in lines if "is no type of shape" not in line] == [
        "note: nothing was imported; --keep-going imports the service without 1 operation [not-imported]",
        'error: operation "post#Send" is lost: it reaches the shape "post#Text" [lost-operation]',
    ]
    assert f'{path}:44:12: error: "text" is no type of shape' in done.err
    assert not (tmp_path / "out").exists()


def test_the_rest_is_imported_when_asked(tmp_path: Path) -> None:
    done = _imported(tmp_path, BROKEN, "--keep-going")
    folder = tmp_path / "out" / "post" / "2025-01-01"
    assert (done.code, done.out) == (1, f"wrote: {folder} (2 files, 1 operation left out)\n")
    assert 'error: operation "post#Send" is lost: it reaches the shape "post#Text" [lost-operation]' in done.err
    assert list(parse_model(read_spec_files(folder)).operations) == [SpecText("Close")]


def test_the_rest_of_a_model_of_botocore_has_nothing_of_what_is_lost(tmp_path: Path) -> None:
    folder = _botocore_files(tmp_path)
    done = speccast(
        "import", "botocore", str(folder / "service-2.json"), "--out", str(tmp_path / "out"), "--keep-going"
    )
    assert done.code == 1
    assert 'operation "Send" is lost: it reaches the shape "Text"' in done.err
    written = parse_model(read_spec_files(tmp_path / "out" / "post" / "2025-01-01"))
    assert (list(written.operations), written.paginators, written.waiters, written.examples) == (
        [SpecText("Close")],
        {},
        {},
        (),
    )


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a paginator of no operation": (
        "paginators-1",
        {"pagination": {"Snd": {"input_token": "Text", "output_token": "Text"}}},
        'operation "Snd" is not defined [unknown-operation]',
        'paginator "Snd"',
    ),
    "a paginator without a token": (
        "paginators-1",
        {"pagination": {"Send": {"output_token": "Text"}}},
        '"input_token" is missing here [missing-key]',
        'paginator "Send"',
    ),
    "a waiter with a word of its own": (
        "waiters-2",
        {
            "version": 2,
            "waiters": {"Sent": {**WAITER, "acceptors": [{"state": "won", "matcher": "status", "expected": 200}]}},
        },
        '"won" is none of',
        'waiter "Sent"',
    ),
    "a waiter that waits backwards": (
        "waiters-2",
        {"version": 2, "waiters": {"Sent": {**WAITER, "delay": -1}}},
        '"delay" of waiter "Sent" is -1; it counts from 0 [bad-waiter]',
        'waiter "Sent"',
    ),
    "an example of no operation": (
        "examples-1",
        {"version": "1.0", "examples": {"Snd": [{"title": "One", "input": {}}]}},
        'operation "Snd" is not defined [unknown-operation]',
        'example "Snd"',
    ),
}
"""What is wrong beside a model of botocore: the file, what is in it, what is said of it, and what is left out."""


def _beside(folder: Path, case: str) -> Path:
    path = _botocore_files(folder) / "service-2.json"
    path.write_text(path.read_text("utf-8").replace('"type": "text"', '"type": "string"'), "utf-8")
    name, wrong, _, _ = WRONG[case]
    (folder / f"{name}.json").write_text(json.dumps(wrong), "utf-8")
    return path


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_beside_a_model_is_refused_at_its_place(case: str, tmp_path: Path) -> None:
    path = _beside(tmp_path, case)
    done = speccast("import", "botocore", str(path), "--out", str(tmp_path / "out"))
    name, _, said, _ = WRONG[case]
    assert (done.code, done.out) == (2, "")
    assert f"{name}.json:1:" in done.err and said in done.err
    assert "note: nothing was imported; --keep-going imports the service without this [not-imported]" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", WRONG)
def test_the_rest_is_imported_without_what_is_wrong_beside_it(case: str, tmp_path: Path) -> None:
    path = _beside(tmp_path, case)
    done = speccast("import", "botocore", str(path), "--out", str(tmp_path / "out"), "--keep-going")
    name, _, said, left = WRONG[case]
    assert (done.code, "left out)" in done.out) == (1, False)
    assert f"{name}.json:1:" in done.err and said in done.err
    assert f"warning: {left} is left out by its own fault [left-out]" in done.err
    folder = tmp_path / "out" / "post" / "2025-01-01"
    assert speccast("validate", str(folder)).code == 0
    written = parse_model(read_spec_files(folder))
    sound = {"paginators-1": written.paginators, "waiters-2": written.waiters, "examples-1": written.examples}
    assert len(written.operations) == 2
    assert {file: len(held) for file, held in sound.items()} == {file: int(file != name) for file in sound}


def _botocore_files(folder: Path) -> Path:
    metadata = {"apiVersion": "2025-01-01", "endpointPrefix": "post", "protocol": "json", "serviceId": "Post"}
    page = {"input_token": "Text", "output_token": "Text"}
    letter = {"shape": "Letter"}
    files = {
        "service-2": {
            "metadata": metadata,
            "operations": {"Send": {"name": "Send", "input": letter, "output": letter}, "Close": {"name": "Close"}},
            "shapes": {
                "Letter": {"type": "structure", "members": {"Text": {"shape": "Text"}}},
                "Text": {"type": "text"},
            },
        },
        "paginators-1": {"pagination": {"Send": page}},
        "waiters-2": {"version": 2, "waiters": {"Sent": WAITER}},
        "examples-1": {"version": "1.0", "examples": {"Send": [{"title": "One", "input": {}}]}},
    }
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return folder


def test_a_shape_that_nobody_reaches_costs_no_operation_and_is_told_all_the_same(tmp_path: Path) -> None:
    done = _imported(tmp_path, _tree(**{"post#Other": {"type": "text"}}), "--keep-going")
    folder = tmp_path / "out" / "post" / "2025-01-01"
    assert (done.code, done.out) == (1, f"wrote: {folder} (3 files)\n")
    assert "[unknown-word]" in done.err and "lost" not in done.err


def test_a_fault_of_the_service_itself_leaves_no_rest(tmp_path: Path) -> None:
    tree = _tree()
    del tree["shapes"]["post#Post"]["version"]
    done = _imported(tmp_path, tree, "--keep-going")
    assert (done.code, done.out) == (2, "")
    assert "lost" not in done.err and '"version" is missing here' in done.err


# ------------------------------------------------------------------------------------------------------------ writing


def _files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_the_same_again_is_unchanged(tmp_path: Path) -> None:
    command = ("import", "botocore", "sqs", "--out", str(tmp_path))
    assert speccast(*command).code == 0
    again = speccast(*command)
    folder = tmp_path / "sqs" / "2012-11-05"
    assert (again.code, again.out) == (0, f"unchanged: {folder} (6 files)\n")


def test_another_spec_is_not_overwritten_unless_forced(tmp_path: Path) -> None:
    command = ("import", "botocore", "sqs", "--out", str(tmp_path))
    speccast(*command)
    folder = tmp_path / "sqs" / "2012-11-05"
    made = _files(tmp_path)
    (folder / "errors.json").write_text("{}", "utf-8")
    (folder / "notes.json").write_text("{}", "utf-8")
    (folder / "README.md").write_text("mine", "utf-8")
    refused = speccast(*command)
    remedy = "name another --out, or run again with --force to replace it"
    message = f"{folder}: error: holds another spec already: errors.json and 1 more differ; {remedy} [exists]\n"
    assert (refused.code, refused.out, refused.err) == (2, "", message)
    assert _files(tmp_path) == {**made, "errors.json": "{}", "notes.json": "{}", "README.md": "mine"}
    assert speccast(*command, "--force").out == f"wrote: {folder} (1 file, 1 removed)\n"
    assert _files(tmp_path) == {**made, "README.md": "mine"}


def test_a_file_that_is_gone_is_written_again(tmp_path: Path) -> None:
    command = ("import", "botocore", "sqs", "--out", str(tmp_path))
    speccast(*command)
    made = _files(tmp_path)
    folder = tmp_path / "sqs" / "2012-11-05"
    (folder / "errors.json").unlink()
    assert speccast(*command).out == f"wrote: {folder} (1 file)\n"
    assert _files(tmp_path) == made


@pytest.mark.parametrize("name", ["../Post", "..", "a/b", "", ".hidden", "x" * 101])
def test_a_name_that_would_lead_elsewhere_names_no_folder(name: str, tmp_path: Path) -> None:
    tree = _tree()
    tree["shapes"]["post#Post"]["version"] = name
    done = _imported(tmp_path, tree)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        "cannot name a folder, as the name of a service and of a release have to [bad-service-name]\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


# ----------------------------------------------------------------------------------------------------------- bad input

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no such service": (
        ("botocore", "sqss"),
        'speccast: error: the installed botocore has no service "sqss" [no-such-spec]\n'
        '  speccast: note: did you mean "botocore:sqs"?\n',
    ),
    "no such release": (
        ("botocore", "sqs@2000-01-01"),
        'speccast: error: the installed botocore has no service "sqs@2000-01-01" [no-such-spec]\n'
        '  speccast: note: known are "sqs@2012-11-05"\n',
    ),
    "no JSON": (("botocore", "text.json"), "text.json:1:1: error: expected a value [syntax]\n"),
    "no model": (
        ("smithy", "list.json"),
        "list.json:1:1: error: the top level of a spec is an object, in braces [not-an-object]\n",
    ),
    "several": (("botocore", "several"), "several: error: this folder holds 2 models; name one of them [spec-form]\n"),
    "Smithy's": (
        ("botocore", "notes.json"),
        "notes.json: error: this is a Smithy model; run `speccast import smithy` [spec-form]\n",
    ),
    "ours": (("smithy", "spec.json"), "spec.json: error: this is a spec already [spec-form]\n"),
    "no such file": (("smithy", "gone.json"), "gone.json: error: no such file or folder [missing]\n"),
    "no such model": (("botocore", "./gone.json"), "gone.json: error: no such file or folder [missing]\n"),
    "no such folder": (("botocore", "gone/sqs"), "gone/sqs: error: no such file or folder [missing]\n"),
    "a key twice": (
        ("botocore", "twice.json"),
        'twice.json:3:2: error: duplicate key "operations"; an object has each key once [duplicate-key]\n'
        "  twice.json:2:2: note: first stated here\n",
    ),
    "a folder without models": (
        ("smithy", "empty"),
        'empty: error: no Smithy model in this folder: no *.json file in it says "smithy" at its top level [no-spec]\n',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_imported_is_told_in_a_line(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.json").write_text("text", "utf-8")
    Path("list.json").write_text("[]", "utf-8")
    Path("twice.json").write_text('{"metadata": {},\n "operations": {},\n "operations": {}}', "utf-8")
    Path("empty").mkdir()
    for folder in (Path("several", "one", "2025-01-01"), Path("several", "two", "2025-01-01")):
        folder.mkdir(parents=True)
        (folder / "spec.json").write_text("{}", "utf-8")
    shutil.copy(SMITHY / "notes.json", "notes.json")
    shutil.copy(HERE / "golden" / "one-operation" / "spec.json", "spec.json")
    arguments, message = REFUSED[case]
    done = speccast("import", *arguments, "--out", "out")
    assert (done.code, done.out, done.err) == (2, "", message)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = speccast("import", "botocore", "sqs", "--out", str(tmp_path / "file"))
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{tmp_path / 'file'}: error: a file stands where a folder belongs; remove it [not-a-folder]\n"


# ------------------------------------------------------------------------------------------------------------ all


def _data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the models that botocore brings: three services, one of them broken, and one under two names."""
    (found,) = find_spec("botocore").submodule_search_locations or []  # type: ignore[union-attr]
    data = folder / "data"
    for name in ("sqs", "pinpoint-sms-voice", "sms-voice"):
        shutil.copytree(Path(found) / "data" / name, data / name)
    broken = data / "broken" / "2025-01-01"
    broken.mkdir(parents=True)
    (broken / "service-2.json.gz").write_bytes(gzip.compress(b"{"))
    monkeypatch.setattr("codegen.load.installed._botocore_data", lambda: data)
    return data


def test_one_failure_does_not_stop_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _data(tmp_path, monkeypatch)
    out = tmp_path / "out"
    done = speccast("import", "botocore", "all", "--out", str(out))
    voice = out / "pinpoint-sms-voice" / "2018-09-05"
    assert (done.code, done.out.splitlines()) == (
        2,
        [
            f"wrote: {voice} (5 files)",
            f"unchanged: {voice} (5 files)",
            f"wrote: {out / 'sqs' / '2012-11-05'} (6 files)",
            "services: 2 written, 1 unchanged, 1 failed",
            "failed: broken",
        ],
    )
    assert [line.rpartition(" ")[2] for line in done.err.splitlines()] == ["[syntax]", "[same-service]"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(_data(tmp_path, monkeypatch) / "broken")
    out, terminal = io.StringIO(), _Terminal()
    assert run(("import", "botocore", "all", "--out", str(tmp_path / "out")), out, terminal) == 0
    assert "3/3" in terminal.getvalue() and "100%" not in out.getvalue()
    quiet = speccast("import", "botocore", "all", "--out", str(tmp_path / "out"))
    assert "%" not in quiet.err and "/3" not in quiet.err
    assert quiet.out.splitlines()[-1] == "services: 0 written, 3 unchanged, 0 failed"


# ---------------------------------------------------------------------------------------------------------- completion


def test_a_shell_offers_the_services_of_botocore() -> None:
    complete = ShellComplete(group, {}, "speccast", "_SPECCAST_COMPLETE")
    offered = complete.get_completions(["import", "botocore"], "sq")
    assert [(item.value, item.type) for item in offered] == [("sqs", "plain"), ("sq", "file")]
    commands = complete.get_completions(["export"], "")
    assert [item.value for item in commands] == ["jsonschema", "openapi", "smithy"]
