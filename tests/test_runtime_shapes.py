"""Shapes: strict when built, lenient when read, and the two views of what is right agree."""

from __future__ import annotations

import contextlib
import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic import ValidationError as PydanticError
from pydantic.json_schema import JsonSchemaMode
from runtime import FOLDER, Choice, Colour, Everything, Inner, Size, plans, shapes
from runtime import errors as runtime_errors

ResponseError, ValidationError = runtime_errors.ResponseError, runtime_errors.ValidationError
Unknown, ConstraintWarning = shapes.Unknown, shapes.ConstraintWarning

# ----------------------------------------------------------------------------------------------------------- properties

words = st.text("abcxyz", min_size=1, max_size=5)
numbers = st.integers(-10, 2**31 - 1)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=12))])
# Seconds as a JSON number keep their microseconds until the year 2242.
times = st.datetimes(datetime(1700, 1, 1), datetime(2240, 1, 1), timezones=zones)
documents = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
inners = st.fixed_dictionaries({"name": words}, optional={"Note": st.text()})
choices = st.one_of(inners.map(lambda value: {"inner": value}), numbers.map(lambda value: {"Number": value}))
colours = st.sampled_from([*Colour, "red"])

VALID: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.text(),
    "word": words,
    "odd": st.sampled_from(["a", "ab", "b\n"]),
    "whole": numbers,
    "real": st.floats(min_value=-1.5) | st.integers(0, 5),
    "free": st.floats(allow_nan=False),
    "exact": st.decimals(allow_nan=False, allow_infinity=False, max_value=1000) | st.integers(-5, 1000) | st.just(0.1),
    "flag": st.booleans(),
    "blob": st.binary(max_size=4),
    "epoch": times,
    "time": times | st.just("2024-01-02T03:04:05.123456789Z"),
    "date": times.map(lambda time: time.replace(microsecond=0)),
    "document": documents,
    "packed": documents,
    "colour": colours,
    "size": st.sampled_from([*Size, 1]),
    "inner": inners | inners.map(Inner.model_validate),
    "choice": choices | choices.map(Choice.model_validate),
    "words": st.lists(words, min_size=1, max_size=3, unique=True),
    "gaps": st.lists(st.none() | numbers, max_size=3),
    "inners": st.lists(inners, max_size=3),
    "rows": st.lists(st.lists(colours, max_size=2), max_size=2),
    "counts": st.dictionaries(words, numbers, max_size=2),
    "holes": st.dictionaries(words, st.none() | inners, max_size=2),
    "secret": words,
    "hidden": st.dictionaries(words, words, max_size=2),
    "plain": words,
}
WIRES = {plan.attribute: plan.wire for plan in plans.plans_of(Everything)}

hostile_text = st.text(st.characters(codec=None, categories=["Cs", "L", "N", "P", "Z", "C"]), max_size=6)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 1e300, -1.5, 12.0, 1704164645.123457, 1e18])
    | st.floats(allow_nan=False, allow_infinity=False)
    | hostile_text
    | st.sampled_from(["red", "abc", "NaN", "aGk=", "2024-01-02T03:04:05+00:00", "0001-01-01T00:00:00+10:00", "null"])
    | st.sampled_from(["[1]", '"x"', "Tue, 02 Jan 2024 03:04:05 GMT", "1e999", "-1.50"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        hostile_text | st.sampled_from(["Name", "Inner", "Number", "__type", "name", "Word", "Again"]),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)
python_values = st.one_of(
    json_values,
    st.decimals(),
    st.floats(),
    st.binary(max_size=5),
    st.datetimes(timezones=st.none() | zones),
    st.lists(words).map(tuple),
    st.sets(words),
    st.sampled_from([*Colour, *Size, object(), Unknown("a", 1), bytearray(b"a"), 1 + 2j, datetime.max]),
    st.just(datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))),
    json_values.filter(lambda value: isinstance(value, dict)).map(lambda value: readable(Choice, value)),
    json_values.filter(lambda value: isinstance(value, dict)).map(lambda value: readable(Inner, value)),
)


def readable(shape: type[Inner | Choice], value: Any) -> object:
    try:
        return shape.from_wire(value)
    except ResponseError:
        return None


@st.composite
def members(draw: st.DrawFn, wrong: st.SearchStrategy[Any] | None) -> dict[str, Any]:
    """Draw members by either name; where `wrong` is given, some of them are off."""
    found: dict[str, Any] = {}
    for attribute in draw(st.lists(st.sampled_from(sorted(VALID)), unique=True, max_size=5)):
        values = VALID[attribute] if wrong is None or draw(st.booleans()) else wrong
        found[draw(st.sampled_from([attribute, WIRES[attribute]]))] = draw(values)
    if draw(st.integers(0, 3)) == 0:
        found["again"] = draw(members(wrong))
    if wrong is not None and draw(st.integers(0, 5)) == 0:
        found[draw(st.sampled_from(["text", "Text", "nope"]))] = draw(wrong)
    return found


wire_objects = st.dictionaries(st.sampled_from(sorted(WIRES.values())), json_values, max_size=3) | st.dictionaries(
    hostile_text, json_values, max_size=3
)
many = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@many
@given(members(python_values))
def test_what_pydantic_refuses_is_what_violations_find(values: dict[str, Any]) -> None:
    found = list(Everything.__gather__(values).violations())
    try:
        made = Everything.model_validate(values)
    except PydanticError as refused:
        assert found, refused
        with pytest.raises(ValidationError) as caught:
            Everything.build(values)
        assert list(caught.value.violations) == found
    else:
        assert not found
        assert not list(made.violations())
        assert made.to_wire() == Everything.__gather__(values).to_wire() or "NaN" in str(made.to_wire())


@many
@given(members(None))
def test_what_was_built_reads_back_as_it_was(values: dict[str, Any]) -> None:
    made = Everything(**values)
    written = made.to_wire()
    assert Everything.from_wire(written) == made
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made.model_copy() == made
    assert Everything.from_wire(json.dumps(written)).to_wire().keys() == written.keys()
    made.model_dump_json()


@many
@given(wire_objects)
def test_whatever_was_read_can_be_written_and_read_again(value: dict[str, Any]) -> None:
    try:
        read = Everything.from_wire(value)
    except ResponseError as refused:
        assert refused.path.startswith("$")
        return
    written = read.to_wire()
    again = Everything.from_wire(json.dumps(written))
    assert json.dumps(again.to_wire()) == json.dumps(written)
    assert again == read or "NaN" in json.dumps(written)
    for dump in (read.model_dump, read.model_dump_json, read.__repr__):
        with contextlib.suppress(ValueError):  # A lone surrogate, which pydantic does not dump.
            dump()
    list(read.violations())
    assert pickle.loads(pickle.dumps(read)).to_wire() == written == copy.deepcopy(read).to_wire()


@many
@given(st.binary() | st.text() | json_values.map(json.dumps))
def test_any_text_is_read_or_refused(text: bytes | str) -> None:
    with contextlib.suppress(ResponseError):
        Everything.from_wire(text)


def test_every_kind_has_a_sample() -> None:
    assert set(VALID) | {"again"} == set(Everything.model_fields)


# -------------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"Text": NaN}', "$: the answer is not JSON: NaN is no number in JSON"),
        (b'{"Text": -Infinity}', "$: the answer is not JSON: -Infinity is no number in JSON"),
        (b'{"Text": 1e999}', "$: the answer is not JSON: a number too large"),
        (b'{"Text": ' + b"9" * 6000 + b"}", "$: the answer is not JSON: a number too large"),
        (b'{"Text": "\xff"}', "$: the answer is not UTF-8"),
        (b"", "$: the answer is not JSON: Expecting value at character 0"),
        (b'{"Text": ', "$: the answer is not JSON: Expecting value at character 9"),
        (b"[1]", "$: expected an object, found an array"),
        (b"null", "$: expected an object, found null"),
        (b'{"Text": 1}', "$.Text: expected a string, found a number"),
        (b'{"Flag": "true"}', "$.Flag: expected true or false, found a string"),
        (b'{"Whole": 1.5}', "$.Whole: expected a whole number, found a number"),
        (b'{"Whole": true}', "$.Whole: expected a whole number, found true or false"),
        (b'{"Size": true}', "$.Size: expected a whole number, found true or false"),
        (b'{"Real": "1"}', "$.Real: expected a number, found a string"),
        (b'{"Real": 1' + b"0" * 400 + b"}", "$.Real: expected a number that a double can hold, found a number"),
        (b'{"Exact": "1_0"}', "$.Exact: expected a decimal number, found a string"),
        (b'{"Blob": "a"}', "$.Blob: expected base64 text, found a string"),
        (b'{"Blob": "-_-_"}', "$.Blob: expected base64 text, found a string"),
        (b'{"Epoch": 1e18}', "$.Epoch: expected a timestamp, found a number"),
        (b'{"Time": "now"}', "$.Time: expected a timestamp, found a string"),
        (b'{"Packed": "{"}', "$.Packed: expected a string of JSON, found a string"),
        (b'{"Inners": [{"Name": "a"}, {"Name": []}]}', "$.Inners[1].Name: expected a string, found an array"),
        (b'{"Rows": [["red"], {}]}', "$.Rows[1]: expected an array, found an object"),
        (b'{"Counts": {"a b": "x"}}', '$.Counts["a b"]: expected a whole number, found a string'),
        (b'{"Choice": {"Inner": {"Name": 5}}}', "$.Choice.Inner.Name: expected a string, found a number"),
        (b'{"Hidden": {"canary": 1}}', "$.Hidden[**redacted**]: expected a string, found a number"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_with_its_path(text: bytes, message: str) -> None:
    with pytest.raises(ResponseError) as refused:
        Everything.from_wire(text)
    assert str(refused.value) == message
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("opening", ['{"Again":', '{"X":', '{"Document":[', "["])
@pytest.mark.parametrize("depth", [101, 900, 100_000])
def test_deep_nesting_is_refused(opening: str, depth: int) -> None:
    for text in (opening * depth, opening * depth + "1" + "".join("]" if c == "[" else "}" for c in opening) * depth):
        with pytest.raises(ResponseError):
            Everything.from_wire(text)


def test_deep_values_that_python_holds_are_refused_too() -> None:
    value: dict[str, Any] = {}
    value["Again"] = value
    with pytest.raises(ResponseError, match="nested too deeply"):
        Everything.from_wire(value)
    with pytest.raises(ValidationError, match=r"nested too deeply|recursion|is refused"):
        Everything.build(value)


def test_what_nests_as_deep_as_allowed_can_be_used() -> None:
    read = Everything.from_wire('{"Again":' * 99 + "{}" + "}" * 99)
    assert json.dumps(read.to_wire()).count("Again") == 99
    assert copy.deepcopy(read) == read == pickle.loads(pickle.dumps(read))
    assert repr(read).count("again") == 99
    read.check()
    read.model_dump_json()


@pytest.mark.parametrize("text", [b'\xef\xbb\xbf{"Text":"a"}', '\ufeff{"Text":"a"}', bytearray(b'{"Text":"a"}')])
def test_byte_order_marks_and_other_buffers_are_read(text: Any) -> None:
    assert Everything.from_wire(text).text == "a"
    assert Everything.from_wire(memoryview(b'{"Text":"x","Text":"a"}')).text == "a"  # type: ignore[arg-type]


def test_unknown_members_are_kept_and_written_back() -> None:
    answer = {"Inner": {"Name": "a", "New": [{"x": None}]}, "Also": 12345678901234567890, "Null": None}
    read = Everything.from_wire(answer)
    assert read.to_wire() == {"Inner": {"Name": "a", "New": [{"x": None}]}, "Also": 12345678901234567890}
    assert repr(read) == 'Everything(inner=Inner(name=\'a\', unknown members "New"), unknown members "Also")'


def test_nobody_shares_what_a_model_holds() -> None:
    answer = {"New": {"a": [1]}, "Document": {"a": [1]}}
    read = Everything.from_wire(answer)
    answer["New"]["a"].append(2)
    read.to_wire()["New"]["a"].append(3)
    read.to_wire()["Document"]["a"].append(3)
    assert read.to_wire() == {"New": {"a": [1]}, "Document": {"a": [1]}}


def test_null_is_unset_in_a_dense_list_and_kept_in_a_sparse_one() -> None:
    read = Everything.from_wire({"Words": ["a", None], "Gaps": [1, None], "Counts": {"a": None}, "Holes": {"a": None}})
    assert read.to_wire() == {"Words": ["a"], "Gaps": [1, None], "Counts": {}, "Holes": {"a": None}}


def test_a_missing_required_member_reads_none() -> None:
    read = Inner.from_wire({"Name": None})
    assert read.name is None
    assert read.to_wire() == {}
    assert read.model_dump() == {"name": None, "note": None}


def test_numbers_with_more_digits_than_a_double_stay_exact() -> None:
    digits = "0.1234567890123456789012345"
    read = Everything.from_wire(f'{{"Exact": {digits}, "Free": {digits}}}')
    assert read.exact == Decimal(digits)
    assert read.free == float(digits)
    assert Everything.from_wire(read.to_wire()).exact == Decimal(digits)


# ------------------------------------------------------------------------------------------------------------- building


def test_both_names_build_and_none_is_unset() -> None:
    assert Inner(name="a", note=None) == Inner(Name="a") == Inner.model_validate_json('{"Name": "a"}')  # type: ignore[call-arg]
    assert Inner(name="a", note=None).to_wire() == {"Name": "a"}


def test_a_member_given_twice_is_refused() -> None:
    with pytest.raises(PydanticError, match="name"):
        Inner.model_validate({"name": "a", "Name": "a"})
    with pytest.raises(ValidationError, match=r'name: is given twice, also as "Name" \[unknown\]'):
        Inner.build({"name": "a", "Name": "a"})


def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="positional"):
        Inner({"name": "a"})  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize("value", [(), {"a"}, {"a": 1}.keys(), iter(["a"])])
def test_other_collections_are_no_lists(value: Any) -> None:
    with pytest.raises(PydanticError):
        Everything(words=value)


def test_assignment_checks_and_loses_nothing() -> None:
    read = Everything.from_wire({"Colour": "mauve", "Words": [], "New": 1, "Choice": {"Later": 2}})
    read.word = "abc"
    with pytest.raises(PydanticError):
        read.word = "ABC"
    with pytest.raises(PydanticError):
        read.nope = 1  # type: ignore[attr-defined]
    assert read.to_wire() == {"Word": "abc", "Colour": "mauve", "Words": [], "New": 1, "Choice": {"Later": 2}}
    assert read.model_fields_set == {"word", "colour", "words", "choice"}


def test_a_copy_takes_both_names_and_no_others() -> None:
    read = Everything.from_wire({"New": 1, "Word": "a"})
    changed = read.model_copy(update={"Word": "b", "inner": {"Name": "c"}})
    assert changed.to_wire() == {"Word": "b", "Inner": {"Name": "c"}, "New": 1}
    assert read.to_wire() == {"Word": "a", "New": 1}
    with pytest.raises(ValueError, match='Everything has no member "Wrod"'):
        read.model_copy(update={"Wrod": "b"})


@pytest.mark.parametrize("member", ["epoch", "time", "date"])
def test_a_number_is_no_time_in_a_request(member: str) -> None:
    with pytest.raises(PydanticError, match="expected a datetime or RFC 3339 text, found a number"):
        Everything.model_validate({member: 1704164645})


def test_json_goes_through_pydantic_both_ways() -> None:
    made = Everything(
        blob=b"\xff\xfb", epoch=datetime(2024, 1, 2, tzinfo=UTC), colour=Colour.RED, choice=Choice(number=3), real=2
    )
    assert Everything.model_validate_json(made.model_dump_json(exclude_none=True)) == made
    modes: tuple[JsonSchemaMode, ...] = ("validation", "serialization")
    for mode in modes:
        assert Everything.model_json_schema(mode=mode)["$defs"]["Everything"]["additionalProperties"] is False


def test_what_was_read_with_more_than_the_spec_says_is_refused_in_a_request() -> None:
    inner = Inner.from_wire({"Name": "a", "name": "b"})
    with pytest.raises(PydanticError, match="unknown members"):
        Everything(inner=inner)
    with pytest.raises(ValidationError, match=r"Inner\.name: is given twice"):
        Everything.build({"inner": inner})


def test_models_have_no_hash_and_compare_by_all_they_hold() -> None:
    one, other = Inner.from_wire({"Name": "a", "X": 1}), Inner.from_wire({"Name": "a", "X": 2})
    assert one != other != Inner(name="a")
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    assert hash(Unknown("a", {})) == hash(Unknown("a", []))


def test_a_lenient_value_is_dumped_without_warnings_inside_other_models() -> None:
    class Wrapper(BaseModel):
        held: Everything

    read = Everything.from_wire({"Colour": "mauve", "Words": ["TOO LONG"], "Inners": [{}], "Choice": {}})
    wrapped = Wrapper.model_construct(held=read)
    assert wrapped.model_dump()["held"]["colour"] == "mauve"
    assert '"inners":[{"name":null,"note":null}]' in wrapped.model_dump_json()


# --------------------------------------------------------------------------------------------------------------- unions


NO_ARM = "is no arm of this union: exactly one of Inner, Number is to be set"


def test_a_union_tells_its_arm() -> None:
    made = Choice(number=3)
    assert (made.tag, made.value, made.unknown) == ("Number", 3, None)


def test_an_unknown_arm_is_kept_written_back_and_refused_in_a_request() -> None:
    read = Choice.from_wire({"__type": "x", "Later": {"a": [1]}, "Inner": None})
    assert read.unknown == Unknown("Later", {"a": [1]})
    assert (read.tag, read.value) == ("Later", {"a": [1]})
    assert read.to_wire() == {"Later": {"a": [1]}}
    assert [str(found) for found in read.violations()] == [f"Later: {NO_ARM} [unknown]"]
    with pytest.raises(PydanticError):
        Everything(choice=read)
    with pytest.raises(ValidationError, match=r"Choice\.Later: is no arm of this union"):
        Everything.build({"choice": read})
    assert Everything.build({"choice": read}, {"unknown": "off"}).to_wire() == {"Choice": {"Later": {"a": [1]}}}
    assert repr(read.unknown) == "Unknown(tag='Later')"
    with pytest.raises(PydanticError):
        Choice(unknown=read.unknown)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("wire", "tag", "message"),
    [
        ({}, None, "Choice: exactly one of Inner, Number is to be set, not 0 [union]"),
        (
            {"Number": 1, "Inner": {"Name": "a"}},
            "Inner",
            "Choice: exactly one of Inner, Number is to be set, not 2 [union]",
        ),
        ({"Number": 1, "Later": 1}, "Number", f"Choice.Later: {NO_ARM} [unknown]"),
    ],
)
def test_a_union_of_no_arm_or_two_is_read_and_reported(wire: Any, tag: str | None, message: str) -> None:
    read = Everything.from_wire({"Choice": wire})
    assert read.choice is not None
    assert read.choice.tag == tag
    assert read.choice.unknown is None
    assert read.to_wire() == {"Choice": wire}
    assert [str(found) for found in read.violations()] == [message]


def test_a_failed_assignment_leaves_a_union_as_it_was() -> None:
    made = Choice(number=3)
    for arm, value in {"number": None, "inner": Inner(name="a")}.items():
        with pytest.raises(PydanticError, match="exactly one of Inner, Number"):
            setattr(made, arm, value)
    assert made.to_wire() == {"Number": 3}


# --------------------------------------------------------------------------------------------------------------- checks


def test_violations_name_path_shape_kind_and_reason() -> None:
    values = {
        "word": "ABCDEF",
        "whole": -11,
        "words": ["a", "a"],
        "inners": [{"name": "a"}, {"Note": 3, "more": 1}],
        "counts": {"a b": None},
        "choice": {},
        "colour": "mauve",
        "hidden": {"CANARY": "CANARY"},
        "again": {"size": True},
    }
    found = [(each.path, each.shape, each.kind, each.message) for each in Everything.__gather__(values).violations()]
    assert found == [
        ("Word", "Everything.Word", "length", "has 6 characters, at most 5 allowed"),
        ("Word", "Everything.Word", "pattern", "does not match [a-z]*"),
        ("Whole", "Everything.Whole", "range", "is not -10 or more"),
        ("Colour", "Everything.Colour", "enum", "is none of the 2 values of Colour"),
        ("Choice", "Choice", "union", "exactly one of Inner, Number is to be set, not 0"),
        ("Words", "Everything.Words", "unique", "holds the same item twice"),
        ("Inners[1].more", "Inner.more", "unknown", "is not a member of this shape"),
        ("Inners[1].Name", "Inner.Name", "required", "is required"),
        ("Inners[1].Note", "Inner.Note", "type", "expected a string, found a number"),
        ('Counts["a b"]', "Everything.Counts", "pattern", "does not match [a-z]*"),
        ('Counts["a b"]', "Everything.Counts", "type", "expected a value, found null"),
        ("Hidden[**redacted**]", "Everything.Hidden", "length", "has 6 characters, at most 5 allowed"),
        ("Hidden[**redacted**]", "Everything.Hidden", "pattern", "does not match [a-z]*"),
        ("Hidden[**redacted**]", "Everything.Hidden", "length", "has 6 characters, at most 5 allowed"),
        ("Hidden[**redacted**]", "Everything.Hidden", "pattern", "does not match [a-z]*"),
        ("Again.Size", "Everything.Size", "type", "expected one of the values of Size, found true or false"),
    ]


def test_the_narrowest_check_wins() -> None:
    value = Everything.from_wire({"Word": "ABCDEF", "Plain": 1})
    for levels in (
        {"length": "off", "Everything.Word:pattern": "off", "unknown": "off"},
        {"Everything.Word": "off", "Everything.Plain": "off", "length": "error"},
    ):
        value.check(checks=levels)  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as caught:
        value.check(checks={"Everything.Word": "off", "Everything.Word:length": "error", "unknown": "off"})
    assert [each.kind for each in caught.value.violations] == ["length"]


def test_warnings_point_at_the_caller() -> None:
    value = Inner.from_wire({"Name": "ABC"})
    with pytest.warns(ConstraintWarning, match=r"Name: does not match \[a-z\]\* \[pattern\]") as caught:
        value.check(checks={"pattern": "warn"})
        Inner.build({"name": "ABC"}, {"pattern": "warn"})
    assert [warning.filename for warning in caught] == [__file__, __file__]


def test_a_class_carries_the_checks_of_its_project() -> None:
    class Relaxed(Inner):
        __checks__: ClassVar[shapes.Checks] = {"pattern": "warn"}

    with pytest.warns(ConstraintWarning):
        Relaxed.build({"name": "ABC"})
    with pytest.raises(ValidationError):
        Relaxed.build({"name": "ABC"}, {"pattern": "error"})


@pytest.mark.parametrize(
    ("checks", "message"),
    [
        ({"patern": "off"}, "'patern' is no kind of constraint; kinds are required, unknown, type, length, range, "),
        ({"Inner.Name:patern": "off"}, "'patern' is no kind of constraint"),
        ({"Inner.": "off"}, "is none of KIND, SHAPE.MEMBER and SHAPE.MEMBER:KIND"),
        ({":pattern": "off"}, "is none of KIND, SHAPE.MEMBER and SHAPE.MEMBER:KIND"),
        ({"pattern": "maybe"}, "is 'maybe', not one of error, warn, off"),
    ],
)
def test_malformed_checks_are_refused_even_where_nothing_is_wrong(checks: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Inner(name="a").check(checks=checks)
    with pytest.raises(ValueError, match=message):
        Inner.build({"name": "a"}, checks)


# -------------------------------------------------------------------------------------------------------------- secrets


def test_a_secret_shows_nowhere() -> None:
    canary = "CANARY"
    read = Everything.from_wire(
        {
            "Secret": canary,
            "Hidden": {canary: canary},
            "Again": {"Secret": canary},
            "Choice": {"Later": canary},
            "X": canary,
        }
    )
    shown = [repr(read), str(read), f"{read}", str(list(read.__repr_args__())), repr(list(read.violations()))]
    for values in (
        {"secret": canary},
        {"Secret": [canary]},
        {"hidden": {canary: canary}},
        {"word": canary},
        {"hidden": canary},
    ):
        with pytest.raises(ValidationError) as ours:
            Everything.build(values)
        shown += [str(ours.value), repr(ours.value)]
        with pytest.raises(PydanticError) as theirs:
            Everything(**values)
        shown += [str(theirs.value), repr(theirs.value)]
    for wire in ({"Hidden": {canary: 1}}, {"Secret": [canary]}, {"Time": canary}, {"Blob": canary}):
        for text in (wire, json.dumps(wire), json.dumps(wire)[:-1]):
            with pytest.raises(ResponseError) as refused:
                Everything.from_wire(text)
            shown += [str(refused.value), repr(refused.value), str(refused.getrepr(showlocals=False, style="native"))]
    assert not [text for text in shown if canary in text]


# -------------------------------------------------------------------------------------------------------------- threads

RACE = """
import sys, threading
sys.path[:0] = [{tests!r}]
sys.setswitchinterval(1e-6)
from runtime import Choice, Everything, Inner
barrier, failures = threading.Barrier(64), []
def work(number):
    barrier.wait()
    try:
        wire = {{"Choice": {{"Inner": {{"Name": "a"}}}}, "Again": {{"Words": ["a"]}}}}
        made = Everything.from_wire(wire) if number % 2 else Everything(**wire)
        assert made.to_wire() == wire
        Choice(number=number).model_dump()
        Inner.build({{"name": "a"}}).check()
    except BaseException as failure:
        failures.append(repr(failure))
threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(failures[:3] or "fine")
"""


def test_sixty_four_threads_may_use_a_shape_first() -> None:
    script = RACE.format(tests=str(FOLDER.parents[1] / "tests"))
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60
        )
        assert ended.stdout.strip() == "fine", ended.stdout + ended.stderr


def test_open_enums_name_their_enum() -> None:
    (kind,) = (plan.kind for plan in plans.plans_of(Everything) if plan.attribute == "colour")
    assert kind.enum is Colour  # type: ignore[attr-defined]
