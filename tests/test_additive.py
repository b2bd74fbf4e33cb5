"""What an API change feed says: over the history of partnercentral-selling, and over small specs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from history import VERSIONS, history
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from strategies import Spec, model_of, names, sized, spec_of, specs, structure

from codegen.diff.additive import Additive, additive, additive_text
from codegen.diff.printers.machine import report_schema
from codegen.spec.lazily import calls_of

SCHEMA = Draft202012Validator(report_schema())
GAINED = {"response": {"ReasonCode": ["ResourceSnapshotAccessDenied"]}}

COUNTS = {
    "1.35.62": (0, 2),
    "1.35.76": (21, 10),
    "1.36.0": (3, 3),
    "1.38.21": (0, 0),
    "1.40.9": (0, 1),
    "1.42.7": (4, 18),
    "1.42.44": (0, 2),
    "1.42.56": (0, 1),
    "1.42.80": (0, 0),
    "1.43.9": (0, 5),
    "1.43.31": (3, 7),
    "1.43.38": (0, 6),
}
"""New and updated operations, by the newer version of each pair.

Between 1.40.9 and 1.42.7 lie three releases (4 and 15; 0 and 1; 0 and 4): the update of 1.42.5 and one of 1.42.7 are of
operations that the first of them updated already.
"""


def added(old: Spec, new: Spec) -> dict[str, Any]:
    return additive(model_of(old), model_of(new)).as_json()


def of_send(old: Spec, new: Spec) -> Any:
    """Give what the only operation gained in its request."""
    found = added(spec_of(old), spec_of(new))
    assert found["new"] == []
    return found["updated"].get("Send", {}).get("request")


# -------------------------------------------------------------------------------------------------------------- history


def test_the_update_of_the_first_day_is_told_as_the_feed_told_it() -> None:
    found = additive(history("1.35.61"), history("1.35.62"))
    assert found.as_json() == {
        "new": [],
        "updated": {
            "StartEngagementByAcceptingInvitationTask": GAINED,
            "StartEngagementFromOpportunityTask": GAINED,
        },
    }
    assert additive_text(found) == (
        "2024/11/15 - Partner Central Selling API - 2 updated api methods\n"
        "\n"
        "StartEngagementByAcceptingInvitationTask (updated)\n"
        "Changes (response)\n"
        "{'ReasonCode': {'ResourceSnapshotAccessDenied'}}\n"
        "\n"
        "StartEngagementFromOpportunityTask (updated)\n"
        "Changes (response)\n"
        "{'ReasonCode': {'ResourceSnapshotAccessDenied'}}\n"
    )


def test_every_pair_of_the_history_has_its_counts() -> None:
    found = {new: additive(history(old), history(new)) for old, new in pairwise(VERSIONS)}
    assert {new: (len(one.new), len(one.updated)) for new, one in found.items()} == COUNTS


def test_what_is_printed_as_json_fits_its_schema() -> None:
    for old, new in pairwise(VERSIONS):
        SCHEMA.validate(json.loads(json.dumps(additive(history(old), history(new)).as_json())))


def test_nothing_is_gained_on_the_way_back_from_an_update_that_only_adds() -> None:
    there, back = (additive(history(old), history(new)) for old, new in pairwise(("1.42.80", "1.43.9", "1.42.80")))
    assert (len(there.updated), back.new, back.updated) == (5, (), {})


def test_structures_lists_and_new_operations_of_the_history_are_told() -> None:
    found = additive(history("1.35.76"), history("1.36.0"))
    tags = {"request": {"Tags": [{"Key": "string", "Value": "string"}]}}
    assert found.as_json() == {
        "new": ["ListTagsForResource", "TagResource", "UntagResource"],
        "updated": {
            "CreateResourceSnapshotJob": tags,
            "StartEngagementByAcceptingInvitationTask": tags,
            "StartEngagementFromOpportunityTask": tags,
        },
    }
    text = additive_text(found)
    assert text.startswith(
        "2025/01/15 - Partner Central Selling API - 3 new, 3 updated api methods\n"
        "\n"
        "ListTagsForResource (new)\n"
        "TagResource (new)\n"
        "UntagResource (new)\n"
        "\n"
        "CreateResourceSnapshotJob (updated)\n"
        "Changes (request)\n"
        "{'Tags': [{'Key': 'string', 'Value': 'string'}]}\n"
    )


def test_values_of_an_enum_that_its_pattern_refused_are_no_addition() -> None:
    assert additive(history("1.42.56"), history("1.42.80")).updated == {}


# ---------------------------------------------------------------------------------------------------------- small specs

TEXT = {"type": "string"}
FORMS: list[tuple[Spec, Any]] = [
    (TEXT, "string"),
    ({"type": "integer"}, 123),
    ({"type": "long"}, 123),
    ({"type": "double"}, 123.0),
    ({"type": "boolean"}, True),
    ({"type": "blob"}, "bytes"),
    ({"type": "timestamp"}, "2015-01-01T00:00:00Z"),
    ({"type": "document"}, {}),
    ({"type": "enum", "values": ["B", "A"]}, "B | A"),
    ({"type": "intEnum", "values": {"ONE": 1, "TWO": 2}}, "1 | 2"),
    ({"type": "list", "member": {"target": "Text"}}, ["string"]),
    ({"type": "map", "key": {"target": "Text"}, "value": {"target": "Text"}}, {"string": "string"}),
    (structure(Inner="Text"), {"Inner": "string"}),
    (structure(), {}),
    ({**structure(One="Text", Other="Text"), "type": "union"}, {"One": "string", "Other": "string"}),
]


@pytest.mark.parametrize(("form", "sample"), FORMS, ids=[str(form["type"]) for form, _ in FORMS])
def test_an_added_member_is_shown_by_a_sample_of_its_form(form: Spec, sample: Any) -> None:
    old = {"SendRequest": structure(), "Text": TEXT, "New": form}
    new = {**old, "SendRequest": structure(Added="New")}
    assert of_send(old, new) == {"Added": sample}
    assert of_send(new, old) is None


def test_values_that_an_enum_gained_are_sorted_wherever_they_stand() -> None:
    shapes = {"SendRequest": structure(Kind="Kind"), "Kind": {"type": "enum", "values": ["K"]}}
    grown = {**shapes, "Kind": {"type": "enum", "values": ["Z", "K", "A"]}}
    assert of_send(shapes, grown) == {"Kind": ["A", "Z"]}
    assert of_send(grown, shapes) is None


def test_values_of_an_enum_of_numbers_are_numbers() -> None:
    shapes = {"SendRequest": structure(Kind="Kind"), "Kind": {"type": "intEnum", "values": {"ONE": 1}}}
    grown = {**shapes, "Kind": {"type": "intEnum", "values": {"ONE": 1, "TEN": 10, "TWO": 2}}}
    assert of_send(shapes, grown) == {"Kind": [2, 10]}


def test_a_string_that_became_an_enum_gained_its_values() -> None:
    shapes: Spec = {"SendRequest": structure(Kind="Kind"), "Kind": TEXT}
    assert of_send(shapes, {**shapes, "Kind": {"type": "enum", "values": ["A"]}}) == {"Kind": ["A"]}


def test_lists_and_maps_add_no_level_of_their_own() -> None:
    old = {
        "SendRequest": structure(Boxes="Boxes", ByName="ByName"),
        "Boxes": {"type": "list", "member": {"target": "Box"}},
        "ByName": {"type": "map", "key": {"target": "Kind"}, "value": {"target": "Boxes"}},
        "Kind": {"type": "enum", "values": ["A"]},
        "Box": structure(),
        "Text": TEXT,
    }
    gained = {"Size": "string"}
    assert of_send(old, {**old, "Box": structure(Size="Text")}) == {"Boxes": gained, "ByName": gained}
    assert of_send(old, {**old, "Kind": {"type": "enum", "values": ["A", "B"]}}) == {"ByName": ["B"]}


def test_a_member_that_refers_to_another_shape_of_the_same_form_gained_what_that_has_more() -> None:
    old = {"SendRequest": structure(Box="Box"), "Box": structure(Size="Text"), "Text": TEXT}
    new = {"SendRequest": structure(Box="Crate"), "Crate": structure(Size="Text", Lid="Text"), "Text": TEXT}
    assert of_send(old, new) == {"Box": {"Lid": "string"}}
    assert of_send(new, old) is None


def test_a_change_of_form_is_no_addition() -> None:
    old = {"SendRequest": structure(Box="Box"), "Box": TEXT, "Text": TEXT}
    assert of_send(old, {**old, "Box": structure(Size="Text")}) is None


def test_another_name_of_the_input_is_no_addition_and_a_first_input_is() -> None:
    old = spec_of({"SendRequest": structure(A="Text"), "Text": TEXT})
    renamed = spec_of({"SendInput": structure(A="Text", B="Text"), "Text": TEXT})
    assert added(old, renamed)["updated"] == {"Send": {"request": {"B": "string"}}}
    without: Spec = {**old, "operations": {"Send": {}}}
    assert added(without, old)["updated"] == {"Send": {"request": {"A": "string"}}}
    assert added(old, without)["updated"] == {}


def test_request_and_response_stand_only_where_something_was_added() -> None:
    old = spec_of({"SendRequest": structure(), "SendResponse": structure(), "Text": TEXT})
    old["operations"]["Send"]["output"] = "SendResponse"
    asked, told = copy.deepcopy(old), copy.deepcopy(old)
    asked["shapes"]["SendRequest"] = structure(A="Text")
    told["shapes"]["SendResponse"] = structure(B="Text")
    assert added(old, asked)["updated"] == {"Send": {"request": {"A": "string"}}}
    assert added(old, told)["updated"] == {"Send": {"response": {"B": "string"}}}
    assert added(asked, told)["updated"] == {"Send": {"response": {"B": "string"}}}


def test_an_input_that_is_no_structure_is_passed_over() -> None:
    assert (
        of_send({"Kind": {"type": "enum", "values": ["A"]}}, {"Kind": {"type": "enum", "values": ["A", "B"]}}) is None
    )


def test_a_shape_inside_itself_ends() -> None:
    old = {"SendRequest": structure(Tree="Tree"), "Tree": structure(Left="Tree"), "Text": TEXT}
    new = {**old, "Tree": structure(Left="Tree", Right="Tree", Name="Text")}
    sample = {"Left": "...", "Right": "...", "Name": "string"}
    assert of_send(old, new) == {"Tree": {"Right": sample, "Name": "string"}}


def test_shapes_that_hold_each_other_tell_what_they_gained_from_either_end() -> None:
    old = {"SendRequest": structure(Egg="Egg"), "Egg": structure(Hen="Hen"), "Hen": structure(Egg="Egg"), "Text": TEXT}
    new = {**old, "Hen": structure(Egg="Egg", Name="Text")}
    assert of_send(old, new) == {"Egg": {"Hen": {"Name": "string"}}}


def test_what_nests_without_end_is_cut() -> None:
    chain = {f"Step{number}": structure(Next=f"Step{number + 1}") for number in range(3_000)}
    old = {"SendRequest": structure(), **chain, "Step3000": structure()}
    text = json.dumps(of_send(old, {**old, "SendRequest": structure(Next="Step0")}))
    assert (text.count("Next"), text.count('"..."')) == (41, 1)
    deep = {**old, "SendRequest": structure(Next="Step0")}
    text = json.dumps(of_send(deep, {**deep, "Step3000": structure(Next="Step0")}))
    assert text.count('"..."') == 1


def test_what_grows_by_powers_is_cut() -> None:
    pairs = {f"Step{number}": structure(One=f"Step{number + 1}", Two=f"Step{number + 1}") for number in range(30)}
    old = {"SendRequest": structure(), **pairs, "Step30": structure()}
    text = json.dumps(of_send(old, {**old, "SendRequest": structure(Next="Step0")}))
    assert 0 < text.count('"..."') < 100_000


# ------------------------------------------------------------------------------------------------------------- in words


EMPTY = Additive(title="Post", release=None, new=(), updated={})


def text_of(**said: Any) -> str:
    return additive_text(replace(EMPTY, **said))


@pytest.mark.parametrize(
    ("said", "headline"),
    [
        ({}, "Post - no new or updated api methods"),
        ({"new": ("A",)}, "Post - 1 new api method"),
        ({"new": ("A", "B"), "updated": {"C": {}}, "release": "v2"}, "v2 - Post - 2 new, 1 updated api method"),
        ({"release": "2024-11-15"}, "2024/11/15 - Post - no new or updated api methods"),
    ],
)
def test_a_headline_counts(said: dict[str, Any], headline: str) -> None:
    assert text_of(**said).splitlines()[0] == headline


def test_a_release_that_is_the_same_on_both_sides_is_no_date() -> None:
    assert additive(history("1.36.0"), history("1.36.0")) == Additive(
        title="Partner Central Selling API", release=None, new=(), updated={}
    )


def test_what_is_too_long_for_a_line_is_laid_out() -> None:
    told = {
        "Box": {"Kind": " | ".join("ABCDEFGHIJ" * 10), "Sizes": ({"Height": 123, "Width": 123.0, "Open": True},) * 2}
    }
    assert text_of(updated={"Send": {"request": told}}).splitlines()[2:] == [
        "Send (updated)",
        "Changes (request)",
        "{",
        "  'Box': {",
        f"    'Kind': '{' | '.join('ABCDEFGHIJ' * 10)[:100]}...',",
        "    'Sizes': [",
        "      {'Height': 123, 'Width': 123.0, 'Open': True},",
        "      {'Height': 123, 'Width': 123.0, 'Open': True}",
        "    ]",
        "  }",
        "}",
    ]


def test_text_of_a_spec_stays_inert() -> None:
    evil = "\x1b[31m\n::error::'\u202e"
    text = text_of(title=evil, release=evil, new=(evil,), updated={evil: {"request": {evil: frozenset({evil})}}})
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.startswith("::") for line in text.split("\n"))


# ----------------------------------------------------------------------------------------------------------- properties


@sized(60, 600)
@given(specs())
def test_a_release_gains_nothing_over_itself(spec: Spec) -> None:
    found = additive(model_of(spec), model_of(copy.deepcopy(spec)))
    assert (found.new, found.updated) == ((), {})


@sized(60, 600)
@given(specs(), specs())
def test_any_two_specs_are_told_in_both_forms(old: Spec, new: Spec) -> None:
    before, after = model_of(old), model_of(new)
    found = additive(before, after)
    SCHEMA.validate(found.as_json())
    assert additive_text(found).endswith("\n")
    there = [{call.operation for call in calls_of(model.operations)} for model in (before, after)]
    assert (set(found.new), set(found.updated) - there[1]) == (there[1] - there[0], set())


@sized(40, 400)
@given(specs(), names(), st.data())
def test_a_member_added_to_an_input_is_told(spec: Spec, name: str, data: st.DataObject) -> None:
    owner = spec["operations"]["Send"]["input"]
    members = spec["shapes"][owner].get("members", {})
    target = data.draw(st.sampled_from(sorted(spec["shapes"])))
    grown = copy.deepcopy(spec)
    if spec["shapes"][owner]["type"] not in ("structure", "union") or name in members:
        return
    grown["shapes"][owner]["members"][name] = {"target": target}
    assert name in added(spec, grown)["updated"]["Send"]["request"]


def test_what_only_went_is_no_addition_however_deep() -> None:
    chain = {f"Step{number}": structure(Next=f"Step{number + 1}") for number in range(60)}
    old = {"SendRequest": structure(Next="Step0"), **chain, "Step60": {"type": "enum", "values": ["A", "B"]}}
    assert of_send(old, {**old, "Step60": {"type": "enum", "values": ["A"]}}) is None
