"""Arguments of a call are written in one pass as the model that is built of them writes itself, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from runtime import Everything, Inner, Size, errors, load
from test_runtime_shapes import many, members, python_values

if TYPE_CHECKING:
    from templates.static.arguments import write_arguments
else:
    write_arguments = load("arguments").write_arguments


def in_models(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write values by way of the model; None where it refuses them."""
    try:
        return Everything.build(values).to_wire()
    except errors.ValidationError:
        return None


@many
@given(members(python_values))
def test_what_is_written_at_once_is_what_the_model_writes(values: dict[str, Any]) -> None:
    for _ in range(2):  # the first time without a validator, which is yet to be made
        written = write_arguments(Everything, values)
        if written is not None:
            assert json.dumps(written) == json.dumps(in_models(values))


@many
@given(members(None))
def test_what_is_valid_is_written_at_once(values: dict[str, Any]) -> None:
    write_arguments(Everything, {})
    assert json.dumps(write_arguments(Everything, values)) == json.dumps(Everything(**values).to_wire())


def test_a_request_is_written_alike_the_first_time_and_after() -> None:
    class Fresh(Inner):
        pass

    class Other(Inner):
        pass

    assert [write_arguments(Fresh, {"Name": "abc"}) for _ in range(3)] == [{"Name": "abc"}] * 3
    assert [write_arguments(Other, {"Name": 1}) for _ in range(3)] == [None] * 3


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ({"word": None, "Inner": None, "whole": 5}, {"Whole": 5}),
        ({"inner": Inner(name="abc")}, {"Inner": {"Name": "abc"}}),
        ({"inners": [Inner(name="abc"), {"name": "d", "note": None}]}, {"Inners": [{"Name": "abc"}, {"Name": "d"}]}),
        ({"again": {"again": {"colour": "red"}}}, {"Again": {"Again": {"Colour": "red"}}}),
        ({"size": Size.LARGE, "gaps": [None, 1]}, {"Size": 10, "Gaps": [None, 1]}),
        ({"choice": {"number": 1, "Inner": None}}, {"Choice": {"Number": 1}}),
        ({"holes": {"a": None, "b": {"Name": "c"}}}, {"Holes": {"a": None, "b": {"Name": "c"}}}),
    ],
)
def test_none_instances_and_dicts_stand_beside_each_other(values: dict[str, Any], written: dict[str, Any]) -> None:
    write_arguments(Everything, {})
    assert write_arguments(Everything, values) == written


@pytest.mark.parametrize(
    "values",
    [
        {"word": "a", "Word": "a"},
        {"nope": 1},
        {"size": 1.0},
        {"size": True},
        {"colour": "green"},
        {"words": ("a",)},
        {"words": ["a", "a"]},
        {"inners": [None]},
        {"inner": {"note": "a"}},
        {"inner": Inner.from_wire({"Name": "a", "Unheard": 1})},
        {"choice": {}},
        {"choice": {"number": 1, "inner": {"name": "a"}}},
        {"counts": {"A": 1}},
        {"document": None, "text": "\ud800"},
    ],
)
def test_what_is_wrong_or_unusual_is_left_to_the_model(values: dict[str, Any]) -> None:
    write_arguments(Everything, {})
    assert write_arguments(Everything, values) is None


def test_what_holds_itself_is_left_to_the_model() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    write_arguments(Everything, {})
    assert write_arguments(Everything, endless) is None


def test_what_is_written_is_the_callers_no_more() -> None:
    document, words = {"a": [1]}, ["b"]
    write_arguments(Everything, {})
    written = write_arguments(Everything, {"document": document, "words": words})
    document["a"].append(2)
    words.append("c")
    assert written == {"Document": {"a": [1]}, "Words": ["b"]}
