"""Smithy models that are written: they read back as the same spec, and say in Smithy's words what those can say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from commands import speccast
from hypothesis import given
from packages import RELEASES, model_of
from sizes import FULL
from strategies import SERVICE, Spec, sized, spec_of, specs, structure
from strategies import model_of as read_spec

from codegen.diagnostics import Diagnostics
from codegen.exporters.smithy import NOT_SMITHY, smithy_text, smithy_tree
from codegen.exporters.smithy_names import identifiers
from codegen.exporters.spec_files import spec_files
from codegen.importers.smithy import read_smithy
from codegen.load import botocore_services, find
from codegen.load.loaded import load
from codegen.project import read_project
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import Source, read_source, read_spec_files
from codegen.spec.write import write_model

HERE = Path(__file__).parent
FOREIGN = ("sqs", "kinesis", "apigateway", "cloudsearchdomain", "autoscaling", "lex-runtime")
"""A service per protocol; whole EC2 and S3 with SPECCAST_FULL=1."""
LARGE = ("s3", "ec2") if FULL else ()
GOLDEN = sorted(path.parent.name for path in (HERE / "golden").glob("*/spec.json"))
Tree = dict[str, Any]


def again(model: ir.Model, *, docs: bool = True) -> ir.Model:
    return read_smithy(read_source("model.json", smithy_text(model, docs=docs).encode()))


@cache
def foreign(name: str) -> ir.Model:
    (found,) = find((f"botocore:{name}",), read_project(HERE))
    return load(found).model


def golden(name: str) -> ir.Model:
    return parse_model(read_spec_files(HERE / "golden" / name / "spec.json"))


def smithy(name: str) -> ir.Model:
    path = HERE / "data" / "smithy" / f"{name}.json"
    return read_smithy(read_source(path.name, path.read_bytes()))


# ----------------------------------------------------------------------------------------------------------- the same


@sized(40, 1000)
@given(specs())
def test_any_spec_is_the_same_after_smithy(spec: Spec) -> None:
    model = read_spec(spec)
    assert again(model) == model


@pytest.mark.parametrize("release", RELEASES)
def test_a_curated_release_is_the_same_after_smithy(release: str) -> None:
    assert again(model_of(release)) == model_of(release)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_spec_is_the_same_after_smithy(name: str) -> None:
    assert again(golden(name)) == golden(name)


@pytest.mark.parametrize("name", (*FOREIGN, *LARGE))
def test_a_service_of_botocore_is_the_same_after_smithy(name: str) -> None:
    assert again(foreign(name)) == foreign(name)


REORDERED = ("kms", "lambda", "cloudwatch")
"""Services whose paginators or waiters stand in another order than their operations."""


@pytest.mark.parametrize("name", botocore_services() if FULL else REORDERED)
def test_the_files_of_a_service_are_the_same_after_smithy_byte_for_byte(name: str) -> None:
    model = foreign(name)
    assert list(spec_files(again(model), docs=True).items()) == list(spec_files(model, docs=True).items())


@pytest.mark.parametrize("name", REORDERED)
def test_what_was_exported_and_imported_is_unchanged(name: str, tmp_path: Path) -> None:
    assert speccast("import", "botocore", name, "--out", str(tmp_path / "specs")).code == 0
    exported = speccast("export", "smithy", str(tmp_path / "specs" / name))
    (tmp_path / "model.json").write_text(exported.out, "utf-8")
    imported = speccast("import", "smithy", str(tmp_path / "model.json"), "--out", str(tmp_path / "specs"))
    assert (imported.code, imported.out.partition(":")[0]) == (0, "unchanged")


@pytest.mark.parametrize("name", ["notes", "send"])
def test_a_smithy_model_is_the_same_after_smithy(name: str) -> None:
    assert again(smithy(name)) == smithy(name)


def test_what_is_rare_is_the_same_after_smithy() -> None:
    assert again(read_spec(RARE)) == read_spec(RARE)


def test_without_docs_facts_remain() -> None:
    model = model_of(RELEASES[-1])
    text = smithy_text(model, docs=False)
    assert "smithy.api#documentation" not in text and '"documentation"' not in text
    assert again(model, docs=False) == parse_model((Source("", str, write_model(model, docs=False)),))


# ------------------------------------------------------------------------------------------- in whose words it is said


def _models() -> Iterator[ir.Model]:
    yield from (model_of(release) for release in RELEASES)
    yield from (golden(name) for name in GOLDEN)
    yield from (foreign(name) for name in FOREIGN)
    yield from (smithy("notes"), smithy("send"), read_spec(RARE))


def _changed(tree: Tree) -> Iterator[str]:
    """Name the key of each change: the last step of its path that is one of ours."""
    for entry in tree["shapes"].values():
        for change in entry.get("traits", {}).get("speccast#facts", ()):
            steps = change["path"].split("/")[1:]
            yield next((step for step in reversed(steps) if step in NOT_SMITHY), change["path"])


def test_what_smithy_cannot_say_is_in_the_table_and_the_table_has_nothing_else() -> None:
    found = {key for model in _models() for key in _changed(smithy_tree(model, docs=True))}
    assert found == NOT_SMITHY.keys()


LETTER = {
    "type": "structure",
    "members": {
        "Title": {"target": "Title", "required": True, "documentation": "Name of the letter."},
        "ClientToken": {"target": "Token", "required": True, "idempotencyToken": True},
        "Tags": {"target": "Tags", "length": {"max": 9}, "deprecated": {"message": "No more.", "since": "2"}},
        "Number": {"target": "Number", "default": 3},
        "Sent": {"target": "When", "timestampFormat": "http-date"},
    },
}
TYPICAL = {
    "Letter": LETTER,
    "Title": {"type": "string", "pattern": "[a-z]+", "length": {"min": 1, "max": 5}},
    "Token": {"type": "string", "pattern": {"value": "a|b", "match": "full"}, "sensitive": True},
    "Tags": {"type": "list", "member": {"target": "Title"}, "uniqueItems": True},
    "Number": {"type": "integer", "range": {"min": 1, "max": 9}},
    "When": {"type": "timestamp"},
    "Colour": {"type": "enum", "values": ["RED", "dark blue"]},
}


def test_what_smithy_can_say_stands_in_its_own_words() -> None:
    errors = {"Full": {"httpError": 503, "fault": "server", "retryable": {"throttling": True}}}
    shapes = smithy_tree(read_spec(spec_of(TYPICAL, errors=errors)), docs=True)["shapes"]
    assert isinstance(shapes, dict)
    space = "com.amazonaws.post#"
    assert shapes[f"{space}Post"] == {
        "type": "service",
        "version": "2024-12-05",
        "operations": [{"target": f"{space}Send"}],
        "traits": {
            "smithy.api#title": "Post",
            "aws.api#service": {"sdkId": "Post", "endpointPrefix": "post"},
            "aws.protocols#awsJson1_0": {},
            "aws.auth#sigv4": {"name": "post"},
            "speccast#facts": shapes[f"{space}Post"]["traits"]["speccast#facts"],  # type: ignore[index,call-overload]
        },
    }
    assert shapes[f"{space}Send"] == {
        "type": "operation",
        "input": {"target": f"{space}Letter"},
        "output": {"target": "smithy.api#Unit"},
        "errors": [{"target": f"{space}Full"}],
        "traits": {"speccast#facts": [{"op": "remove", "path": "/http"}]},
    }
    assert shapes[f"{space}Full"] == {
        "type": "structure",
        "members": {},
        "traits": {
            "smithy.api#error": "server",
            "smithy.api#httpError": 503,
            "smithy.api#retryable": {"throttling": True},
        },
    }
    assert shapes[f"{space}Letter"] == {
        "type": "structure",
        "members": {
            "Title": {
                "target": f"{space}Title",
                "traits": {"smithy.api#documentation": "Name of the letter.", "smithy.api#required": {}},
            },
            "ClientToken": {
                "target": f"{space}Token",
                "traits": {"smithy.api#required": {}, "smithy.api#idempotencyToken": {}},
            },
            "Tags": {
                "target": f"{space}Tags",
                "traits": {
                    "smithy.api#deprecated": {"message": "No more.", "since": "2"},
                    "smithy.api#length": {"max": 9},
                },
            },
            "Number": {"target": f"{space}Number", "traits": {"smithy.api#default": 3}},
            "Sent": {"target": f"{space}When", "traits": {"smithy.api#timestampFormat": "http-date"}},
        },
    }
    assert shapes[f"{space}Tags"] == {
        "type": "list",
        "member": {"target": f"{space}Title"},
        "traits": {"smithy.api#uniqueItems": {}},
    }
    assert shapes[f"{space}Colour"] == {
        "type": "enum",
        "members": {
            "RED": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "RED"}},
            "dark_blue_eff2": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "dark blue"}},
        },
        "traits": {"speccast#unnamed": {}},
    }


def test_a_pattern_for_the_whole_value_gets_its_anchors() -> None:
    shapes = smithy_tree(read_spec(spec_of(TYPICAL)), docs=True)["shapes"]
    assert isinstance(shapes, dict)
    printed = {
        name: entry["traits"]["smithy.api#pattern"]  # type: ignore[index,call-overload]
        for name, entry in shapes.items()
        if "smithy.api#pattern" in entry.get("traits", {})  # type: ignore[union-attr,operator]
    }
    assert printed == {"com.amazonaws.post#Title": "^[a-z]+$", "com.amazonaws.post#Token": "^(?:a|b)$"}


def test_a_bound_that_is_only_recorded_is_none_of_smithys() -> None:
    shape = {"type": "string", "length": {"max": 5, "enforced": False}}
    model = read_spec(spec_of({"SendRequest": structure(Text="Text"), "Text": shape}))
    entry = smithy_tree(model, docs=True)["shapes"]["com.amazonaws.post#Text"]  # type: ignore[index,call-overload]
    change = {"op": "add", "path": "/length", "value": {"max": 5, "enforced": False}}
    assert entry == {"type": "string", "traits": {"speccast#facts": [change]}}


def test_an_edit_in_smithys_words_counts() -> None:
    """What ours adds leaves alone what Smithy says."""
    tree: Any = smithy_tree(read_spec(spec_of(TYPICAL)), docs=True)
    tree["shapes"]["com.amazonaws.post#Number"]["traits"]["smithy.api#range"]["max"] = 12
    number = read_smithy(Source("model.json", lambda: json.dumps(tree), tree)).shapes[SpecText("Number")]
    assert isinstance(number, ir.Number) and number.constraints.range and number.constraints.range.max == 12


# --------------------------------------------------------------------------------------------------------------- names


def test_a_name_that_smithy_takes_is_kept_and_any_other_is_made_one() -> None:
    names = ("Text", "text", "x-y", "Größe", "1st", "__listOf", "_", "")
    assert list(identifiers((name, name) for name in names).values()) == [
        "Text",
        "text_982d",
        "x_y_cc96",
        "Gr_e_aedc",
        "X1st_e01d",
        "__listOf",
        "X_d2e2",
        "X_e3b0",
    ]


def test_a_shape_that_is_called_as_an_operation_gives_way_and_keeps_its_name() -> None:
    model = read_spec(spec_of({"Send": structure()}))
    shapes: Any = smithy_tree(model, docs=True)["shapes"]
    (renamed,) = [name for name in shapes if name.startswith("com.amazonaws.post#Send_")]
    assert shapes[renamed]["traits"]["speccast#name"] == "Send"
    assert again(model) == model


# ---------------------------------------------------------------------------------------------------- facts gone wrong

BROKEN: dict[str, tuple[Any, str]] = {
    "no list": (5, "expected an array, found a number [type]"),
    "no change": ([5], "expected an object, found a number [type]"),
    "no path": ([{"op": "add"}], '"path" is missing here [missing-key]'),
    "no such place": (
        [{"op": "remove", "path": "/length/max"}],
        'the change at "/length/max" finds nothing there to change [bad-change]',
    ),
    "no such change": (
        [{"op": "move", "path": "/type"}],
        'the change at "/type" finds nothing there to change [bad-change]',
    ),
    "no such shape": (
        [{"op": "add", "path": "/kind", "value": 1}],
        'unknown key "kind" [unknown-key]',
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_facts_that_cannot_be_are_refused_with_their_place(case: str) -> None:
    value, message = BROKEN[case]
    tree: Any = smithy_tree(read_spec(spec_of(TYPICAL)), docs=True)
    tree["shapes"]["com.amazonaws.post#Number"]["traits"]["speccast#facts"] = value
    with pytest.raises(Diagnostics) as caught:
        read_smithy(read_source("model.json", json.dumps(tree).encode()))
    assert [each.message + f" [{each.rule}]" for each in caught.value.found] == [message]


# ------------------------------------------------------------------------------------- what nothing else here would say

RARE: Spec = spec_of(
    {
        "SendRequest": {
            "type": "structure",
            "members": {
                "Number": {"target": "Number", "default": None},
                "Text": {"target": "Text", "location": "header", "locationName": "X-Text", "streaming": True},
                "Colour": {"target": "Colour", "xml": {}},
            },
            "payload": "Text",
        },
        "Number": {"type": "integer", "range": {"max": 5, "enforced": False}},
        "Text": {"type": "string", "length": {"max": 5, "enforced": False}},
        "Colour": {"type": "enum", "values": {"RED": {"name": "RED"}, "BLUE": {}}, "closed": True},
        "Shade": {"type": "enum", "values": ["DARK", ""]},
    },
    service={**SERVICE, "signing": {"version": "v2", "name": "post"}},
    paginators={"Send": {"inputTokens": ["Text"], "outputTokens": ["Text"], "deprecated": True}},
    waiters={
        "Sent": {
            "operation": "Send",
            "delay": 1,
            "maxAttempts": 2,
            "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
        }
    },
)
