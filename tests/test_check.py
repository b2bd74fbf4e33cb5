"""`codegen.spec.check`: the table of rules, and where rules keep silent; what they say stands under `errors/`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from strategies import model_of, spec_of, structure

from codegen.diagnostics import Diagnostic, Diagnostics, Level
from codegen.spec import ir
from codegen.spec.check import RULES, check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

SERVICE: Any = {
    "name": "post",
    "release": "2024-12-05",
    "title": "Post",
    "serviceId": "Post",
    "protocol": "awsJson1_0",
    "target": "Post",
    "endpoint": {"prefix": "post"},
    "signing": {"version": "v4", "name": "post"},
    "patterns": {"match": "full", "ascii": True},
    "sources": ["D0"],
}
SOURCES = {"D0": {"title": "Send", "publisher": "Post", "kind": "page", "date": "2024-12-05"}}


def check(**sections: Any) -> tuple[Diagnostic, ...]:
    spec = {"service": SERVICE, "sources": SOURCES, **sections}
    return check_model(parse_model((read_source("spec.json", json.dumps(spec).encode()),)))


def found(shapes: dict[str, Any], **sections: Any) -> set[str]:
    """Give the rules that find something about shapes, the first of which is the input of an operation."""
    operations = {"Send": {"input": next(iter(shapes))}}
    return {one.rule for one in check(shapes=shapes, operations=operations, **sections)}


def of_member(member: Any, **shapes: Any) -> set[str]:
    return found({"SendRequest": {"type": "structure", "members": {"Text": member}}, **shapes})


def of_text(**shape: Any) -> set[str]:
    return of_member({"target": "Text"}, Text={"type": "string", **shape})


def test_ids_are_unique_and_in_kebab_case() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", rule) for rule in ids)


def test_summaries_read_like_messages() -> None:
    assert all(re.fullmatch(r"[a-z].*[^.]", rule.summary) for rule in RULES)


def test_messages_are_one_line_in_lower_case_without_a_full_stop() -> None:
    said = [path.read_text("utf-8") for path in Path(__file__).with_name("errors").glob("*/stderr.txt")]
    for line in "".join(said).splitlines():
        location_and_level, _, message = line.partition(": ")[2].partition(": ")
        assert location_and_level in set(Level), line
        assert message.isprintable() and not message.endswith("."), line


def test_a_diagnostic_has_the_level_of_its_rule() -> None:
    levels = {rule.id: rule.level for rule in RULES}
    diagnostics = check(shapes={"Old": {"type": "string", "length": {"max": -1}}})
    assert {one.rule: one.level for one in diagnostics} == {rule: levels[rule] for rule in ("unused-shape", "bounds")}


def test_the_same_spec_gives_the_same_findings() -> None:
    shapes = {"A": {"type": "string", "pattern": "["}}
    assert check(shapes=shapes) == check(shapes=shapes)


def test_what_is_not_enforced_binds_nobody() -> None:
    unenforced = {"value": "(", "enforced": False}
    assert of_text(pattern=unenforced, knownValues=["A"]) == set()
    assert of_text(length={"max": 1, "enforced": False}, pattern="[a-z]{4}", knownValues=["long"]) == set()


def test_a_service_that_cites_nothing_is_fine_where_entries_do() -> None:
    service = {key: value for key, value in SERVICE.items() if key != "sources"}
    shapes = {"SendRequest": {"type": "structure", "members": {}, "sources": ["D0"]}}
    operations = {"Send": {"input": "SendRequest", "sources": ["D0"]}}
    assert check(service=service, shapes=shapes, operations=operations) == ()


def test_recursion_that_can_end_is_fine() -> None:
    tree = {"type": "structure", "members": {"Branches": {"target": "Trees", "required": True}}}
    trees = {"type": "list", "member": {"target": "Tree"}}
    assert found({"Tree": tree, "Trees": trees}) == set()


def test_a_union_can_end_by_any_of_its_members() -> None:
    node = {"type": "structure", "members": {"Next": {"target": "Next", "required": True}}}
    end = {"type": "string"}
    open_end = {"type": "union", "members": {"Node": {"target": "Node"}, "End": {"target": "End"}}}
    no_end = {"type": "union", "members": {"Node": {"target": "Node"}, "Same": {"target": "Node"}}}
    assert found({"Node": node, "Next": open_end, "End": end}) == set()
    assert found({"Node": node, "Next": no_end}) == {"recursive-required"}


def test_a_shape_of_which_no_value_exists_is_reported_once_not_with_all_that_need_it() -> None:
    needs = {"type": "structure", "members": {"A": {"target": "A", "required": True}}}
    diagnostics = check(shapes={"SendRequest": needs, "A": needs}, operations={"Send": {"input": "SendRequest"}})
    assert [one.message for one in diagnostics] == ['no value of "A" can be built: it needs itself ("A" -> "A")']


def test_a_member_of_an_event_or_error_uses_its_shape() -> None:
    shapes = {"Detail": {"type": "structure", "members": {"Text": {"target": "Text"}}}, "Text": {"type": "string"}}
    events = {"Sent": {"detailType": "Sent", "source": "post", "detail": "Detail"}}
    assert check(shapes=shapes, events=events) == ()
    error = {"Refused": {"members": {"Text": {"target": "Text"}}}}
    common = {**SERVICE, "commonErrors": error}
    assert check(service=common, shapes={"Text": {"type": "string"}}) == ()


def test_paginators_may_name_members_by_an_expression() -> None:
    item = {"type": "structure", "members": {"Key": {"target": "Text"}}}
    answer = {"type": "structure", "members": {"Item": {"target": "Item"}, "Items": {"target": "Items"}}}
    items = {"type": "list", "member": {"target": "Item"}}
    shapes = {"ListResponse": answer, "Item": item, "Items": items, "Text": {"type": "string"}}
    operations = {"List": {"output": "ListResponse"}}
    good = {"List": {"outputTokens": ["Item.Key || Items[-1].Key"], "resultKeys": ["Items[].Key"]}}
    bad = {"List": {"outputTokens": ["Item.Key || Item.Kay"]}}
    assert check(shapes=shapes, operations=operations, paginators=good) == ()
    assert [one.message for one in check(shapes=shapes, operations=operations, paginators=bad)] == [
        '"Item" has no member "Kay"'
    ]


@pytest.mark.parametrize("known", ["", "a" * 3])
def test_lengths_include_both_ends(known: str) -> None:
    assert of_text(length={"min": 0, "max": 3}, knownValues=[known]) == set()
    assert of_text(length={"min": 1, "max": 2}, knownValues=[known]) == {"known-value-refused"}


@pytest.mark.parametrize(
    ("kind", "limit", "rules"),
    [("byte", 127, set()), ("byte", 128, {"bounds"}), ("long", 2**63 - 1, set()), ("long", -(2**63) - 1, {"bounds"})],
)
def test_ranges_stay_within_their_type(kind: str, limit: int, rules: set[str]) -> None:
    bounds = {"min" if limit < 0 else "max": limit}
    assert of_member({"target": "Number"}, Number={"type": kind, "range": bounds}) == rules


@pytest.mark.parametrize("default", ["", None])
def test_defaults_of_strings(default: str | None) -> None:
    assert of_member({"target": "Text", "default": default}, Text={"type": "string"}) == set()


@pytest.mark.parametrize("default", [True, 1.5, "1", [], {}])
def test_defaults_of_whole_numbers(default: Any) -> None:
    assert of_member({"target": "Count", "default": default}, Count={"type": "integer"}) == {"default-type"}


def test_a_pattern_that_the_member_adds_meets_the_length_of_the_shape() -> None:
    text = {"type": "string", "length": {"max": 4}}
    assert of_member({"target": "Text", "pattern": "[a-z]{5}"}, Text=text) == {"pattern-impossible"}
    assert of_member({"target": "Text", "pattern": "[a-z]{4}"}, Text=text) == set()


def test_members_in_different_parts_of_a_message_may_share_a_name() -> None:
    members = {"A": {"target": "Text", "wireName": "x"}, "B": {"target": "Text", "wireName": "x", "location": "header"}}
    assert found({"R": {"type": "structure", "members": members}, "Text": {"type": "string"}}) == set()


def test_dangling_names_break_no_other_rule() -> None:
    shapes = {
        "List": {"type": "list", "member": {"target": "Gone", "default": 1, "idempotencyToken": True}},
        "Map": {"type": "map", "key": {"target": "Gone"}, "value": {"target": "Gone", "length": {"max": 1}}},
    }
    task = {"status": {"member": "State", "complete": ["DONE"]}, "events": ["Gone"]}
    operations = {"Send": {"input": "Gone", "output": "Gone", "errors": ["Gone"], "asynchronous": task}}
    paginators = {"Send": {"inputTokens": ["Token"]}, "Gone": {"inputTokens": ["Token"]}}
    diagnostics = check(shapes=shapes, operations=operations, paginators=paginators)
    expected = {"unknown-shape", "unknown-error", "unknown-event", "unknown-operation", "unused-shape"}
    assert {one.rule for one in diagnostics} == expected


def test_what_may_have_been_meant_is_looked_for_a_few_times_only() -> None:
    members = {f"Member{number}": f"Missing{number}" for number in range(1000)}
    near = {f"Missin{number}": {"type": "string"} for number in range(1000)}
    found = check_model(model_of(spec_of({"R": structure(**members), **near})))
    assert [len(one.notes) for one in found if one.rule == "unknown-shape"] == [1] * 20 + [0] * 980


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_bound_beyond_every_double_is_refused_by_name(sign: str) -> None:
    number = {"type": "double", "range": {"max": 0}}
    text = json.dumps(spec_of({"R": structure(A="N"), "N": number})).replace('"max": 0', f'"max": {sign}1' + "0" * 309)
    with pytest.raises(Diagnostics) as refused:
        parse_model((read_source("spec.json", text.encode()),))
    assert [(one.rule, one.message) for one in refused.value.found] == [
        ("type", "expected a number that a double can hold")
    ]


def test_a_bound_of_a_foreign_model_beyond_every_double_is_refused_by_name() -> None:
    number = {"type": "double", "range": {"max": 1, "sources": ["D0"]}}
    model = model_of(spec_of({"R": structure(A="N"), "N": number}))
    shape = next(one for one in model.shapes.values() if isinstance(one, ir.Number))
    assert shape.constraints.range
    wide = replace(shape, constraints=replace(shape.constraints, range=replace(shape.constraints.range, max=10**400)))
    found = check_model(replace(model, shapes={**model.shapes, shape.id: wide}))
    assert [(one.rule, one.message) for one in found] == [("bounds", "this bound is beyond every double")]


def test_patterns_that_take_long_to_judge_together_are_refused_at_the_first_beyond_the_limit() -> None:
    texts = [f"(?:(?:[a-z]{{0,1000}}[0-9]{{0,1000}}){{0,1000}}){{0,9}}{number}" for number in range(400)]
    shapes: dict[str, Any] = {"SendRequest": structure(**{f"M{n}": f"P{n}" for n in range(len(texts))})}
    shapes |= {f"P{n}": {"type": "string", "pattern": text} for n, text in enumerate(texts)}
    told = check(operations={"Send": {"input": "SendRequest"}}, shapes=shapes)
    assert [one.rule for one in told] == ["patterns-laborious"]
    assert "the patterns of this spec take 8,0" in told[0].message
    recorded = {name: _recorded(shape) for name, shape in shapes.items()}
    assert check(operations={"Send": {"input": "SendRequest"}}, shapes=recorded) == ()


def _recorded(shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "pattern": {"value": shape["pattern"], "enforced": False}} if "pattern" in shape else shape
