"""Requests against the spec, as the sandbox reads it: types, constraints, paths and codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_stub import INPUT, MODEL
from suites import model_of

from codegen.emit.cases.requests import view_requests
from codegen.emit.views.levels import Levels
from codegen.sandbox import checking
from codegen.sandbox.calling import Fault
from codegen.sandbox.checking import MOST_LISTED
from codegen.sandbox.fields import Fields
from codegen.spec import ir
from codegen.spec.examples import Examples
from codegen.spec.ir import Json

EVERYTHING = model_of("everything")


def check(model: ir.Model, operation: str, body: Mapping[str, Json]) -> Mapping[str, Json]:
    return checking.check(Fields(model), operation, body)


def found(body: Json, operation: str = "CreateEngagement", model: ir.Model = MODEL) -> Fault:
    assert isinstance(body, dict)
    with pytest.raises(Fault) as refused:
        check(model, operation, body)
    return refused.value


def listed(body: Json, operation: str = "CreateEngagement", model: ir.Model = MODEL) -> list[tuple[str, str, str]]:
    """Give path, code and message of every violation."""
    fault = found(body, operation, model)
    assert fault.code == "ValidationException"
    assert fault.members["Reason"] == "REQUEST_VALIDATION_FAILED"
    entries: Any = fault.members["ErrorList"]
    assert entries and fault.message.startswith(f"{len(entries)} validation error")
    return [(one["FieldName"], one["Code"], one["Message"]) for one in entries]


def put(**members: Json) -> dict[str, Json]:
    """Make an input of the spec that has every shape."""
    return {"ClientToken": "a", "Name": "abc", **{name.replace("_", "-"): value for name, value in members.items()}}


def put_violations(**members: Json) -> list[tuple[str, str, str]]:
    return listed(put(**members), "PutThing", EVERYTHING)


def put_misfit(**members: Json) -> str:
    fault = found(put(**members), "PutThing", EVERYTHING)
    assert (fault.code, fault.members) == ("SerializationException", {})
    return fault.message


# --------------------------------------------------------------------------------------------------------- what is left


def test_the_input_is_what_was_sent_without_nulls_and_without_unknown_members() -> None:
    body: dict[str, Json] = {**INPUT, "Contexts": None, "Unknown": {"a": [1]}, "__type": "x"}
    assert check(MODEL, "CreateEngagement", body) == INPUT


def test_nested_values_are_kept_as_they_were_sent() -> None:
    tree: Json = {"Label": "a", "Branches": [{"Label": "b", "Tree": None, "Other": 1}], "Tree": {"Label": "c"}}
    checked = check(EVERYTHING, "PutThing", put(Tree=tree, Holes=["x", None], Anything={"a": [None, {"b": 1}]}))
    assert checked["Tree"] == {"Label": "a", "Branches": [{"Label": "b"}], "Tree": {"Label": "c"}}
    assert checked["Holes"] == ["x", None]
    assert checked["Anything"] == {"a": [None, {"b": 1}]}


def test_an_operation_without_members_takes_anything() -> None:
    without = {name: replace(one, input=None) for name, one in EVERYTHING.operations.items()}
    assert check(replace(EVERYTHING, operations=without), "PutThing", {"a": 1}) == {}


# ----------------------------------------------------------------------------------------------------------- violations


def test_all_violations_are_told_at_once() -> None:
    body: dict[str, Json] = {"Catalog": "A1", "ClientToken": None, "Title": "x" * 41, "Description": "x" * 256}
    assert listed(body) == [
        ("Catalog", "INVALID_STRING_FORMAT", "Member must satisfy regular expression pattern: ^[a-zA-Z]+$"),
        ("ClientToken", "REQUIRED_FIELD_MISSING", "Member must not be null"),
        ("Description", "VALUE_OUT_OF_RANGE", "Member must have length between 0 and 255, inclusive"),
        ("Title", "VALUE_OUT_OF_RANGE", "Member must have length between 1 and 40, inclusive"),
    ]
    assert found(body).message == (
        "4 validation errors detected. "
        "Value at 'Catalog' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z]+$; "
        "Value at 'ClientToken' failed to satisfy constraint: Member must not be null; "
        "Value at 'Description' failed to satisfy constraint: Member must have length between 0 and 255, inclusive; "
        "Value at 'Title' failed to satisfy constraint: Member must have length between 1 and 40, inclusive"
    )


def test_nothing_at_all_lacks_everything_that_is_required() -> None:
    assert {(path, code) for path, code, _ in listed({})} == {
        (name, "REQUIRED_FIELD_MISSING") for name in ("Catalog", "ClientToken", "Description", "Title")
    }


VIOLATIONS: Mapping[str, tuple[Mapping[str, Json], tuple[str, str, str]]] = {
    "a short text": (
        {"Narrow": "abc"},
        ("Narrow", "VALUE_OUT_OF_RANGE", "Member must have length between 4 and 6, inclusive"),
    ),
    "a long text": (
        {"Long": "a" * 5001},
        ("Long", "VALUE_OUT_OF_RANGE", "Member must have length less than or equal to 5000"),
    ),
    "a pattern that is met in part": (
        {"Narrow": "abcd\n"},
        ("Narrow", "INVALID_STRING_FORMAT", "Member must satisfy regular expression pattern: [a-z]+"),
    ),
    "a pattern that is searched for": (
        {"Found": "abc"},
        ("Found", "INVALID_STRING_FORMAT", "Member must satisfy regular expression pattern: x[0-9]"),
    ),
    "a number below": ({"Count": 0}, ("Count", "VALUE_OUT_OF_RANGE", "Member must be between 1 and 100, inclusive")),
    "a number above": ({"Ratio": 1.6}, ("Ratio", "VALUE_OUT_OF_RANGE", "Member must be between 0 and 1.5, inclusive")),
    "a number with one bound": (
        {"Huge": 9},
        ("Huge", "VALUE_OUT_OF_RANGE", "Member must be greater than or equal to 10"),
    ),
    "bytes too many": (
        {"Blob": "YWJjZGU="},
        ("Blob", "VALUE_OUT_OF_RANGE", "Member must have length between 1 and 4, inclusive"),
    ),
    "items twice": ({"Names": ["a", "b", "a"]}, ("Names", "INVALID_VALUE", "Member must have unique values")),
    "a missing member within": (
        {"Tree": {"Label": "a", "Branches": [{"Label": "b"}, {}]}},
        ("Tree.Branches[1].Label", "INVALID_VALUE", "Member must not be null"),
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_has_path_code_and_message(name: str) -> None:
    members, wanted = VIOLATIONS[name]
    assert [(path, message) for path, _, message in put_violations(**members)] == [(wanted[0], wanted[2])]


CODES: Mapping[str, tuple[Mapping[str, Json], str]] = {
    "REQUIRED_FIELD_MISSING": ({"Tree": {}}, "Tree.Label"),
    "INVALID_ENUM_VALUE": ({"Color": "none of them"}, "Color"),
    "INVALID_STRING_FORMAT": ({"Found": ""}, "Found"),
    "VALUE_OUT_OF_RANGE": ({"Count": 101}, "Count"),
    "TOO_MANY_VALUES": ({"Names": ["a", "b", "c", "d"]}, "Names"),
    "DUPLICATE_KEY_VALUE": ({"Names": ["a", "a"]}, "Names"),
}


@pytest.mark.parametrize("code", CODES)
def test_codes_are_those_of_the_release(code: str) -> None:
    """The spec of every shape lists no codes, so none of ours is unknown to it."""
    assert ir.SpecText("ValidationExceptionErrorCode") not in EVERYTHING.shapes
    members, path = CODES[code]
    assert (path, code) in {(at, which) for at, which, _ in put_violations(**members)}


def test_a_code_that_a_release_does_not_list_is_an_invalid_value() -> None:
    shape = MODEL.shapes[ir.SpecText("ValidationExceptionErrorCode")]
    assert isinstance(shape, ir.Enum)
    few = replace(shape, values=tuple(one for one in shape.values if one.value.raw == "INVALID_VALUE"))
    model = replace(MODEL, shapes={**MODEL.shapes, few.id: few})
    assert {code for _, code, _ in listed({}, model=model)} == {"INVALID_VALUE"}
    assert "NOT_ENOUGH_VALUES" not in {one.value.raw for one in shape.values}


def test_lengths_count_code_points() -> None:
    assert check(MODEL, "CreateEngagement", {**INPUT, "Title": "\N{GRINNING FACE}" * 40})["Title"]
    assert listed({**INPUT, "Title": "\N{GRINNING FACE}" * 41})[0][:2] == ("Title", "VALUE_OUT_OF_RANGE")


def test_a_pattern_over_the_whole_is_not_met_before_a_final_newline() -> None:
    assert [path for path, _, _ in listed({**INPUT, "Catalog": "AWS\n"})] == ["Catalog"]


def test_what_is_recorded_without_being_enforced_refuses_nothing() -> None:
    assert check(EVERYTHING, "PutThing", put(LooseName="zzzzzz", Reason="x"))


def test_a_request_with_very_many_violations_lists_a_bounded_number() -> None:
    fault = found(put(Tags={f"{number}!": "x" for number in range(3000)}), "PutThing", EVERYTHING)
    entries: Any = fault.members["ErrorList"]
    assert len(entries) == MOST_LISTED
    assert fault.message.startswith("300") and fault.message.endswith("; ...") and len(fault.message) < 5000


# ---------------------------------------------------------------------------------------------------------------- types

MISFITS: Mapping[str, tuple[Mapping[str, Json], str]] = {
    "a number for a string": ({"Name": 7}, "The value at 'Name' must be a string."),
    "a string for an integer": ({"Count": "7"}, "The value at 'Count' must be an integer."),
    "a fraction for an integer": ({"Count": 1.001}, "The value at 'Count' must be an integer."),
    "true for an integer": ({"Count": True}, "The value at 'Count' must be an integer."),
    "a byte beyond": ({"Byte": 128}, "The value at 'Byte' must be an integer of 8 bits."),
    "a byte below": ({"Byte": -129}, "The value at 'Byte' must be an integer of 8 bits."),
    "an integer beyond": ({"Count": 2**31}, "The value at 'Count' must be an integer of 32 bits."),
    "a long beyond": ({"Big": 2**63}, "The value at 'Big' must be an integer of 64 bits."),
    "a double beyond": ({"Ratio": 10**400}, "The value at 'Ratio' must be a number that fits a double."),
    "a string for a double": ({"Ratio": "0.5"}, "The value at 'Ratio' must be a number."),
    "true for a double": ({"Ratio": True}, "The value at 'Ratio' must be a number."),
    "one for a boolean": ({"Flag": 1}, "The value at 'Flag' must be a boolean."),
    "a string for a boolean": ({"Flag": "true"}, "The value at 'Flag' must be a boolean."),
    "bad padding": ({"Blob": "YQ"}, "The value at 'Blob' must be a string in base64."),
    "more padding": ({"Blob": "YWI=="}, "The value at 'Blob' must be a string in base64."),
    "bits beyond the end": ({"Blob": "YR=="}, "The value at 'Blob' must be a string in base64."),
    "the alphabet of URLs": ({"Blob": "-_8="}, "The value at 'Blob' must be a string in base64."),
    "letters of no alphabet": ({"Blob": "é==="}, "The value at 'Blob' must be a string in base64."),
    "a list for a blob": ({"Blob": ["YQ=="]}, "The value at 'Blob' must be a string in base64."),
    "text for seconds": (
        {"When": "1734292691"},
        "The value at 'When' must be seconds since 1970, as a number.",
    ),
    "true for seconds": ({"When": True}, "The value at 'When' must be seconds since 1970, as a number."),
    "seconds beyond the calendar": ({"When": 1e20}, "The value at 'When' must be seconds since 1970, as a number."),
    "seconds for text": ({"Day": 0}, "The value at 'Day' must be a time such as 2024-12-15T19:58:11.520Z."),
    "an offset": (
        {"Day": "2024-12-15T19:58:11+01:00"},
        "The value at 'Day' must be a time such as 2024-12-15T19:58:11.520Z.",
    ),
    "a day that is none": (
        {"Day": "2024-02-30T19:58:11Z"},
        "The value at 'Day' must be a time such as 2024-12-15T19:58:11.520Z.",
    ),
    "another form of time": (
        {"Stamp": "2024-12-15T19:58:11Z"},
        "The value at 'Stamp' must be a time such as Sun, 15 Dec 2024 19:58:11 GMT.",
    ),
    "an object for a list": ({"Names": {}}, "The value at 'Names' must be a list."),
    "a list for an object": ({"Tree": []}, "The value at 'Tree' must be an object."),
    "a list for a map": ({"Tags": []}, "The value at 'Tags' must be an object."),
    "a null in a list": ({"Names": ["a", None]}, "The value at 'Names[1]' must be no null."),
    "a null in a map": ({"Tags": {"a": None}}, "The value at 'Tags.value[0]' must be no null."),
    "a union of none": (
        {"Choice": {}},
        "The value at 'Choice' must be an object with exactly one of Again, Name, Tag.",
    ),
    "a union of nulls": (
        {"Choice": {"Name": None}},
        "The value at 'Choice' must be an object with exactly one of Again, Name, Tag.",
    ),
    "a union of two": (
        {"Choice": {"Name": "a", "Again": {"Choice": {"Name": "a"}}}},
        "The value at 'Choice' must be an object with exactly one of Again, Name, Tag.",
    ),
    "a union of one and an unknown one": (
        {"Choice": {"Name": "a", "Other": 1}},
        "The value at 'Choice' must be an object with exactly one of Again, Name, Tag.",
    ),
    "a union of an unknown one": (
        {"Choice": {"Other": 1}},
        "The value at 'Choice' must be an object with exactly one of Again, Name, Tag.",
    ),
    "a list for a union": ({"Choice": ["Name"]}, "The value at 'Choice' must be an object."),
    "a wrong value deep within": (
        {"Tree": {"Label": "a", "Branches": [{"Label": "b"}, {"Label": 1}]}},
        "The value at 'Tree.Branches[1].Label' must be a string.",
    ),
}


@pytest.mark.parametrize("name", MISFITS)
def test_what_is_not_of_the_type_is_no_matter_of_validation(name: str) -> None:
    members, message = MISFITS[name]
    assert put_misfit(**members) == message


def test_a_wrong_type_comes_before_any_violation() -> None:
    assert put_misfit(Count=0, Narrow="", Flag="x") == "The value at 'Flag' must be a boolean."


GOOD: tuple[Mapping[str, Json], ...] = (
    {"Byte": -128, "Count": 100, "Big": -(2**63), "Huge": 10**400, "Exact": -2.5, "Ratio": 1},
    {"When": 1734292691.52, "Day": "2024-12-15T19:58:11.123456789Z", "Stamp": "Sun, 15 Dec 2024 19:58:11 GMT"},
    {"When": -1, "Day": "2024-02-29T00:00:00Z", "Flag": False, "Blob": "YQ=="},
    {"Choice": {"Name": "a", "__type": "x", "Tag": None}, "Anything": None},
    {"Names": ["a", "b", "c"], "Tags": {"a": "b"}, "Many": [], "Found": "--x1--"},
)


@pytest.mark.parametrize("members", GOOD, ids=range(len(GOOD)))
def test_what_is_of_the_type_is_accepted(members: Mapping[str, Json]) -> None:
    assert check(EVERYTHING, "PutThing", put(**members))


# ------------------------------------------------------------------------------------------------------------ the suite


@cache
def cases(name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    examples = Examples(model_of(name))
    return tuple(
        (case.id, {**case.body, "kind": case.kind, "of": re.split("[.:]", case.id)[0]})
        for case in view_requests(examples, Levels())
    )


def inputs(body: Mapping[str, Any]) -> Iterator[Any]:
    """Write out what a case abbreviates."""
    if "values" not in body and "repeat" not in body:
        yield body["input"]
    for value in body.get("values", ()):
        given = json.loads(json.dumps(body["input"]))
        *steps, last = body["at"]
        target = given
        for step in steps:
            target = target[step]
        target[last] = value
        yield given


def verdict(model: ir.Model, shape: str, value: Json) -> Fault | None:
    """Check a value of a shape, as if an operation took it."""
    name, operation = next(iter(model.operations.items()))
    wrapped = "Value" if isinstance(model.shapes[ir.SpecText(shape)], ir.UnionOf) else ""
    members = (ir.Member(name=ir.SpecText("Value"), target=ir.SpecText(shape), at=operation.at),)
    outer = ir.Structure(id=ir.SpecText("Outer"), members=members, at=operation.at)
    target = outer.id if wrapped else ir.SpecText(shape)
    shapes = {**model.shapes, outer.id: outer}
    model = replace(model, shapes=shapes, operations={name: replace(operation, input=target)})
    try:
        check(model, name.raw, {"Value": value} if wrapped else value)  # type: ignore[arg-type]
    except Fault as fault:
        return fault
    return None


@pytest.mark.parametrize("name", ["everything", "2024-11-15", "2024-12-05"])
def test_the_emitted_suite_finds_no_fault(name: str) -> None:
    """The suite reads the spec for itself: where it accepts, so does the sandbox, and blames the same member."""
    wrong: list[str] = []
    for case, body in cases(name):
        for value in inputs(body):
            fault = verdict(model_of(name), body["shape"], value)
            if (fault is None) != accepted(model_of(name), body):
                wrong.append(f"{case}: {fault}")
            elif fault and body["expect"] == "refuse" and blamed(body) not in fault.message:
                wrong.append(f"{case}: blames {fault}")
    assert wrong == []
    assert len(cases(name)) > 90


def accepted(model: ir.Model, body: Mapping[str, Any]) -> bool:
    """Differ from the suite of a client in two: it fills in tokens, and refuses a member that it does not know."""
    if body["kind"] == "unknown-member":
        return not of_union(model, body)
    tried = body.get("member", "").rpartition(".")[2]
    required = any(one.required for one in ir.members_of(owner(model, body)) if one.name.raw == tried)
    lacks_token = body["kind"] in ("token-missing", "token-optional", "null-is-unset") and required
    return body["expect"] == "accept" and not lacks_token


def of_union(model: ir.Model, body: Mapping[str, Any]) -> bool:
    return isinstance(owner(model, body), ir.UnionOf)


def owner(model: ir.Model, body: Mapping[str, Any]) -> ir.Shape:
    return model.shapes[ir.SpecText(body["of"])]


def blamed(body: Mapping[str, Any]) -> str:
    """Give the last name of a path; keys of maps are not told, nor is what nobody knows, nor a union by itself."""
    path: str = body["path"]
    if path == body["shape"] or body["violation"] == "unknown":
        return ""
    return re.split(r"\[[\"*]", path)[0].rpartition(".")[2]


SENSITIVE = "a-secret-that-nobody-sees"


def test_no_message_quotes_a_value() -> None:
    bodies: tuple[Json, ...] = (
        {**INPUT, "Catalog": f"{SENSITIVE}!", "Title": SENSITIVE * 9},
        {**INPUT, "Contexts": SENSITIVE},
        {"Catalog": {SENSITIVE: SENSITIVE}},
    )
    for body in bodies:
        fault = found(body)
        assert SENSITIVE not in fault.message + json.dumps(fault.members)
    secrets: Json = {SENSITIVE: SENSITIVE * 100}
    fault = found(put(Secrets=secrets, Password=SENSITIVE, Tags={f"{SENSITIVE}!": "x"}), "PutThing", EVERYTHING)
    assert SENSITIVE not in fault.message + json.dumps(fault.members)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
names = [member.name.raw for member in EVERYTHING.shapes[ir.SpecText("PutThingRequest")].members]  # type: ignore[union-attr]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(names), values))
def test_any_json_is_accepted_or_refused_by_code(members: dict[str, Json]) -> None:
    try:
        once = check(EVERYTHING, "PutThing", {"ClientToken": "a", "Name": "abc", **members})
    except Fault as fault:
        assert fault.code in ("ValidationException", "SerializationException")
    else:
        assert check(EVERYTHING, "PutThing", once) == once
