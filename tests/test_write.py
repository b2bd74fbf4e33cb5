"""A model written as a spec is the model that was read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from history import DATES, VERSIONS, history, path_of, spec_text
from hypothesis import given
from packages import model_of
from strategies import SERVICE, SOURCES, Spec, sized, spec_of, specs

from codegen.importers.smithy import read_smithy
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source
from codegen.spec.write import write_model

DATA = Path(__file__).parent / "data"


def _read(spec: Any) -> ir.Model:
    return parse_model((read_source("spec.json", json.dumps(spec).encode()),))


def _same(model: ir.Model) -> None:
    assert _read(write_model(model, docs=True)) == model


@sized(60, 1000)
@given(specs())
def test_any_spec_is_the_same_after_writing(spec: Spec) -> None:
    _same(_read(spec))


@pytest.mark.parametrize("release", ["2024-11-15", "2024-12-05"])
def test_a_curated_release_is_the_same_after_writing(release: str) -> None:
    _same(model_of(release))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_model_of_the_history_is_the_same_after_writing(version: str) -> None:
    _same(history(version))


def test_a_smithy_model_is_the_same_after_writing() -> None:
    _same(read_smithy(read_source("notes.json", (DATA / "smithy" / "notes.json").read_bytes())))


# ----------------------------------------------------------------------------------------------------- what is left out


def test_what_differs_from_nothing_is_not_written() -> None:
    spec = spec_of({"SendRequest": {"type": "structure", "members": {"Text": {"target": "Body", "required": True}}}})
    spec["shapes"]["Body"] = {"type": "string", "length": {"max": 5}, "sources": ["D0#body"]}
    assert write_model(_read(spec), docs=True) == spec | {"operations": {"Send": {"input": "SendRequest"}}}


def test_a_citation_is_written_where_it_is_another_than_around_it() -> None:
    members = {
        "A": {"target": "Body", "length": {"max": 5, "sources": ["D0#a"]}},
        "B": {"target": "Body", "sources": []},
        "C": {"target": "Body", "sources": ["D0#c"], "pattern": "a+"},
    }
    shape = {"type": "structure", "members": members, "sources": ["D0#x", "D0"]}
    spec = spec_of({"SendRequest": shape, "Body": {"type": "string"}})
    assert write_model(_read(spec), docs=True)["shapes"] == spec["shapes"]


def test_a_citation_says_its_place_and_its_line() -> None:
    cited = ["D0#request.Title:57", "D0#:3", "D0#request.A:0", "D0#a:b", "D0"]
    spec = spec_of({"SendRequest": {"type": "structure"}, "Body": {"type": "string", "sources": cited}})
    citations = _read(spec).shapes[SpecText("Body")].citations
    read = [(one.place.raw if one.place else None, one.line) for one in citations]
    assert read == [("request.Title", 57), (None, 3), ("request.A:0", None), ("a:b", None), (None, None)]
    assert [one.written for one in citations] == cited


def test_without_docs_only_facts_remain() -> None:
    old = {"message": "Write no more.", "since": "2"}
    traits = {"output": {"documentation": "Prose.", "wrapper": True}}
    shape = {"type": "string", "documentation": "Prose.", "deprecated": old, "traits": traits}
    model = _read(spec_of({"SendRequest": shape}))
    assert write_model(model, docs=False)["shapes"] == {
        "SendRequest": {"type": "string", "deprecated": {"since": "2"}, "traits": {"output": {"wrapper": True}}}
    }


# --------------------------------------------------------------------------------------------------------- the history


def test_the_history_is_in_order_and_whole() -> None:
    assert list(DATES.values()) == sorted(DATES.values())
    assert {path.name for path in (DATA / "history").iterdir()} == {path_of(version).name for version in VERSIONS}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_model_of_the_history_says_where_it_comes_from(version: str) -> None:
    model = history(version)
    (source,) = model.sources.values()
    assert model.service.release == source.date == SpecText(DATES[version])
    assert source.title.raw.endswith(f" of botocore {version}")
    assert source.sha256 and len(source.sha256.raw) == 64


@pytest.mark.parametrize("version", VERSIONS)
def test_a_model_of_the_history_has_no_sentences(version: str) -> None:
    text = path_of(version).read_text(encoding="utf-8")
    assert "documentation" not in text
    assert "<p>" not in text


@pytest.mark.parametrize("version", VERSIONS)
def test_patterns_of_the_history_are_matched_whole_from_1_40_9_on(version: str) -> None:
    searched = VERSIONS.index(version) < VERSIONS.index("1.40.9")
    assert history(version).service.pattern_match is (ir.Match.SEARCH if searched else ir.Match.FULL)


def test_the_newest_model_of_the_history_has_no_error() -> None:
    assert [one for one in check_model(history(VERSIONS[-1])) if one.level == "error"] == []


def test_a_spec_of_the_history_is_made_from_a_service_model() -> None:
    shapes = {"A": {"type": "structure", "members": {}, "documentation": "Prose."}}
    metadata = {"apiVersion": "2022-07-26", "endpointPrefix": "a", "protocol": "json", "serviceId": "A"}
    made = spec_text(json.dumps({"metadata": metadata, "operations": {}, "shapes": shapes}).encode(), "1.36.0")
    found = json.loads(made)
    assert found["service"]["release"] == found["sources"]["model"]["date"] == "2025-01-15"
    assert found["shapes"] == {"A": {"type": "structure", "members": {}}}
    assert SERVICE.keys() <= found["service"].keys() | {"target", "title"}
    assert SOURCES["D0"].keys() <= found["sources"]["model"].keys()
