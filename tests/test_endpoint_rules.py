"""Endpoint rules: AWS's own tests for every service, botocore as a second opinion, and the functions one by one."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore  # type: ignore[import-untyped]
import pytest
from botocore.endpoint_provider import EndpointProvider  # type: ignore[import-untyped]
from botocore.exceptions import EndpointProviderError  # type: ignore[import-untyped]
from endpoint_vectors import RULES, Tree, expected, functions_tested, loader, outcome, rules_of, services, vectors_of
from hypothesis import example, given
from hypothesis import strategies as st
from runtime import errors, load

if TYPE_CHECKING:
    from templates.static import endpoint_functions, partitions
else:
    endpoint_functions, partitions = load("endpoint_functions"), load("partitions")

NOT_RUN: dict[str, str] = {}
"""Tests that fail, and why they may."""
AT_LEAST = 14_589
"""Tests that pass: none is to be lost, whatever newer releases of botocore add."""
PARTITIONS = Path(botocore.__file__).parent / "data" / "partitions.json"


def test_what_aws_expects_of_every_service_holds() -> None:
    failed: list[str] = []
    passed = 0
    for service in services():
        for vector in vectors_of(service):
            if outcome(rules_of(service), vector.params) == expected(vector):
                passed += 1
            else:
                failed.append(vector.id)
    assert failed == sorted(NOT_RUN)
    assert passed >= AT_LEAST


def test_what_aws_expects_of_the_functions_holds() -> None:
    found = list(functions_tested())
    assert len(found) >= 100
    assert [vector.id for rules, vector in found if outcome(rules, vector.params) != expected(vector)] == []


MUTANTS = [
    ("stringEquals", lambda one, other: True),
    ("booleanEquals", lambda one, other: False),
    ("not", lambda value: value),
    ("isSet", lambda value: True),
    ("isValidHostLabel", lambda value, dots=False: True),
    ("substring", lambda value, start, stop, reverse: value[start:stop]),
    ("uriEncode", lambda value: value),
    ("parseURL", lambda url: None),
    ("aws.parseArn", lambda arn: None),
    ("aws.partition", lambda region: partitions.PARTITIONS[0].outputs()),
    ("aws.isVirtualHostableS3Bucket", lambda value, dots=False: True),
    ("getAttr", lambda value, path: value),
]


@pytest.mark.parametrize(("name", "mutant"), MUTANTS, ids=[name for name, _ in MUTANTS])
def test_a_function_that_is_wrong_fails_tests_of_aws(name: str, mutant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(endpoint_functions.FUNCTIONS, name, mutant)
    assert any(_fails(rules, vector) for rules, vector in functions_tested()) or any(
        _fails(rules_of("s3"), vector) for vector in vectors_of("s3")
    )


def _fails(rules: Tree, vector: Any) -> bool:
    try:
        return outcome(rules, vector.params) != expected(vector)
    except (TypeError, AttributeError):
        return True


# ------------------------------------------------------------------------------------------------------ second opinion

REGIONS = ("us-east-1", "eu-west-3", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1")
OTHER_REGIONS = ("aws-global", "aws-cn-global", "ap-nowhere-9", "mars-1", "a.b", "", "us-east-1-fips", "eu-isoe-west-1")
FLAGS = (None, True, False)
URLS = (None, None, None, "https://own.example", "http://127.0.0.1:8000/base")


def sampled() -> list[str]:
    """Choose 30 services, among them those whose rules have most to say."""
    busy = ["s3", "s3control", "kinesis", "dynamodb", "sts", "events", "sesv2", "acm"]
    rest = [name for name in services() if name not in busy]
    return busy + random.Random("services").sample(rest, 30 - len(busy))


@pytest.mark.parametrize("service", sampled())
def test_botocore_finds_the_same(service: str) -> None:
    rules, draw = rules_of(service), random.Random(service)
    provider = EndpointProvider(rules, loader().load_data("partitions"))
    kinds: Counter[str] = Counter()
    for _ in range(60):
        values = {name: _drawn(name, entry, draw) for name, entry in rules["parameters"].items()}
        given_values = {name: value for name, value in values.items() if value is not None}
        ours, theirs = outcome(rules, given_values), _theirs(provider, given_values)
        kinds.update(theirs.keys())
        if theirs.get("error") is None or not _in_words_of_its_own(theirs["error"]):
            assert ours == theirs, given_values
        else:
            assert "error" in ours, given_values
    assert kinds["endpoint"] and kinds["error"], kinds


def _in_words_of_its_own(text: str) -> bool:
    """Say whether botocore speaks, and not the rules."""
    return text.startswith(("Cannot find value for required", "No endpoint found", "Both "))


def _drawn(name: str, entry: Tree, draw: random.Random) -> Any:
    if entry["type"].lower() == "boolean":
        return draw.choice(FLAGS)
    if entry["type"].lower() == "stringarray":
        return draw.choice([None, ["arn:aws:dynamodb:us-east-1:123456789012:table/a", "x"], []])
    if name in ("Region", "Endpoint"):
        return draw.choice(REGIONS * 2 + OTHER_REGIONS if name == "Region" else URLS)
    return draw.choice(TEXTS)


TEXTS = (
    *(None, "a", "bucket-name", "a.b", "data", "control", "preferred", "required", "disabled", "123456789012"),
    *(
        "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint:a",
    ),
    *("arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-1:bucket:b", "arn:aws:s3-object-lambda:::accesspoint/a"),
    *(
        "bucket--use1-az1--x-s3",
        "mfzwi23gnjvgw.mrap",
        "abc123.456def",
        "ACM-ACME",
        "ControlPlane",
        "arn:aws:dynamodb::1:t/a",
    ),
)


def _theirs(provider: Any, values: Tree) -> Tree:
    try:
        found = provider.resolve_endpoint(
            **{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        )
    except EndpointProviderError as error:
        return {"error": str(error)}
    told = {"url": found.url} | {
        name: value for name, value in (("properties", found.properties), ("headers", found.headers)) if value
    }
    return {"endpoint": told}


# ---------------------------------------------------------------------------------------------------------- partitions


def test_the_partitions_are_those_of_the_installed_botocore() -> None:
    """When this fails, carry the difference over to `partitions.py`, and the new digest."""
    text = PARTITIONS.read_bytes()
    theirs = json.loads(text)["partitions"]
    assert {one.name: one.outputs() for one in partitions.PARTITIONS} == {one["id"]: one["outputs"] for one in theirs}
    assert partitions.PARTITIONS[0].name == theirs[0]["id"] == "aws"
    for one, other in zip(partitions.PARTITIONS, theirs, strict=True):
        starts = other["regionRegex"].removeprefix("^").removesuffix(r"\-\w+\-\d+$")
        written = {start.replace("\\", "") for start in re.sub(r"[()]", "", starts).split("|")}
        assert set(one.starts) == written
        assert set(one.others) == {name for name in other["regions"] if not re.match(other["regionRegex"], name)}
        assert all(set(facts) <= {"description"} for facts in other["regions"].values())
    assert sha256(text).hexdigest() == partitions.FACTS_OF


def test_every_region_is_in_the_partition_that_botocore_has_it_in() -> None:
    theirs = {
        region: one["id"] for one in json.loads(PARTITIONS.read_bytes())["partitions"] for region in one["regions"]
    }
    assert len(theirs) > 40
    assert {region: partitions.partition_of(region).name for region in theirs} == theirs


@given(st.from_regex(r"(us|eu|cn|us-gov|us-iso|us-isob|eusc-de|xx|us-)?-?\w{0,6}-?[0-9x]{0,2}", fullmatch=True))
@example("us--1")
@example("us-east-")
@example("eusc-fr-east-1")
@example("us-gov-west-1")
@example("cn-north-1")
def test_a_region_nobody_knows_is_found_by_its_name_as_botocore_does(region: str) -> None:
    theirs = json.loads(PARTITIONS.read_bytes())["partitions"]
    fitting = (one["id"] for one in theirs if region in one["regions"] or re.match(one["regionRegex"], region))
    assert partitions.partition_of(region).name == next(fitting, "aws")


# ----------------------------------------------------------------------------------------------------------- functions

ARN = {"partition": "aws", "service": "sns", "region": "", "accountId": "", "resourceId": ["t", "u", "v"]}
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("isSet", ("",), True),
    ("isSet", (None,), False),
    ("not", (False,), True),
    ("not", ("",), False),
    ("stringEquals", ("a", "a"), True),
    ("stringEquals", ("a", None), False),
    ("booleanEquals", (True, True), True),
    ("booleanEquals", (True, 1), False),
    ("getAttr", ({"a": {"b": ["x", "y"]}}, "a.b[1]"), "y"),
    ("getAttr", ({"a": ["x", "y"]}, "a[-1]"), "y"),
    ("getAttr", ({"a": ["x"]}, "a[1]"), None),
    ("getAttr", ({"a": ["x"]}, "a[-2]"), None),
    ("getAttr", (["x"], "[0]"), "x"),
    ("getAttr", ("text", "[0]"), None),
    ("getAttr", ({"a": "x"}, "b.c"), None),
    ("getAttr", ({"a": "x"}, "a[x]"), None),
    ("substring", ("abcdef", 0, 2, False), "ab"),
    ("substring", ("abcdef", 0, 2, True), "ef"),
    ("substring", ("abc", 0, 4, False), None),
    ("substring", ("abc", 2, 2, False), None),
    ("substring", ("ab\u00e9", 0, 2, False), None),
    ("split", ("--x-s3--az--tail", "--", 0), ["", "x-s3", "az", "tail"]),
    ("split", ("a--b--c", "--", 2), ["a", "b--c"]),
    ("split", ("a--b", "--", 1), ["a--b"]),
    ("split", ("", "--", 0), [""]),
    ("split", ("a", "", 0), None),
    ("uriEncode", ("a/b c~\u00e9",), "a%2Fb%20c~%C3%A9"),
    ("uriEncode", (None,), None),
    ("coalesce", (None, False, "a"), False),
    ("coalesce", (None, None), None),
    ("ite", (True, "a", "b"), "a"),
    ("ite", (False, "a", "b"), "b"),
    ("ite", (None, "a", "b"), "b"),
    ("isValidHostLabel", ("a" * 63, False), True),
    ("isValidHostLabel", ("a" * 64, False), False),
    ("isValidHostLabel", ("a-", False), False),
    ("isValidHostLabel", ("a.b", False), False),
    ("isValidHostLabel", ("a.b", True), True),
    ("isValidHostLabel", ("a..b", True), False),
    ("isValidHostLabel", ("a\n", False), False),
    ("isValidHostLabel", (None, True), False),
    ("aws.isVirtualHostableS3Bucket", ("a-bucket", False), True),
    ("aws.isVirtualHostableS3Bucket", ("A-bucket", False), False),
    ("aws.isVirtualHostableS3Bucket", ("ab", False), False),
    ("aws.isVirtualHostableS3Bucket", ("a.bucket", False), False),
    ("aws.isVirtualHostableS3Bucket", ("a.bucket", True), True),
    ("aws.isVirtualHostableS3Bucket", ("192.168.1.1", True), False),
    ("aws.isVirtualHostableS3Bucket", (f"{'a' * 40}.{'b' * 40}", True), False),
    ("aws.isVirtualHostableS3Bucket", (None, True), False),
    ("aws.parseArn", ("arn:aws:sns:::t/u:v",), ARN),
    ("aws.parseArn", ("arn:aws:sns:::",), None),
    ("aws.parseArn", ("arn::sns:::t",), None),
    ("aws.parseArn", ("arn:aws:sns::t",), None),
    ("aws.parseArn", (None,), None),
    ("parseURL", ("https://h?a=b",), None),
    ("parseURL", ("ftp://h",), None),
    ("parseURL", ("https://h:a",), None),
    ("parseURL", ("https://[::1",), None),
    ("parseURL", (None,), None),
]


def url_parts(authority: str, path: str, normalized: str, ip: bool) -> Tree:
    return {"scheme": "http", "authority": authority, "path": path, "normalizedPath": normalized, "isIp": ip}


CASES += [
    ("parseURL", ("http://h",), url_parts("h", "", "/", False)),
    ("parseURL", ("http://h:1/a/b",), url_parts("h:1", "/a/b", "/a/b/", False)),
    ("parseURL", ("http://127.0.0.1:1/a/",), url_parts("127.0.0.1:1", "/a/", "/a/", True)),
    ("parseURL", ("http://[::1]:1",), url_parts("[::1]:1", "", "/", True)),
    ("parseURL", ("http://256.0.0.1",), url_parts("256.0.0.1", "", "/", False)),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES, ids=lambda value: repr(value)[:40])
def test_a_function_gives(name: str, arguments: tuple[Any, ...], result: Any) -> None:
    found = endpoint_functions.FUNCTIONS[name](*arguments)
    assert found == result and type(found) is type(result)


def test_every_function_has_a_case() -> None:
    assert {name for name, _, _ in CASES} | {"aws.partition"} == endpoint_functions.FUNCTIONS.keys()


# --------------------------------------------------------------------------------------------------------------- rules


def rule_set(*rules: Tree, **parameters: Tree) -> Tree:
    return {"version": "1.0", "parameters": parameters, "rules": list(rules)}


def endpoint(url: Any, *conditions: Tree, **more: Any) -> Tree:
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": url, **more}}


TEXT, LIST = {"type": "String"}, {"type": "stringArray"}


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("https://{A}.x", "https://a.x"),
        ("https://{A}.{P#dnsSuffix}", "https://a.amazonaws.com"),
        ("https://{{{A}}}", "https://{a}"),
        ("https://{{A}}", "https://{A}"),
        ("{A}", "a"),
        ("", ""),
    ],
)
def test_templates_are_filled_in(template: str, url: str) -> None:
    partition = {"fn": "aws.partition", "argv": [{"ref": "A"}], "assign": "P"}
    assert RULES.resolve(rule_set(endpoint(template, partition), A=TEXT), {"A": "a"}).url == url


REFUSED: list[tuple[Tree, Tree, str]] = [
    (rule_set(A={**TEXT, "required": True}), {}, "the endpoint rules need a value for A"),
    (rule_set(A=TEXT), {"A": True}, "the endpoint rules take A as a String"),
    (rule_set(A=LIST), {"A": "a"}, "the endpoint rules take A as a stringArray"),
    (rule_set(A=TEXT, B=TEXT), {"A": "a"}, "the endpoint rules have no endpoint for A 'a'"),
    (rule_set(endpoint("{B}"), A=TEXT), {}, "the endpoint rules have no value for B"),
    (rule_set(endpoint("u", {"fn": "f", "argv": []})), {}, "the endpoint rules call f, which is not known here"),
    (
        rule_set({"type": "error", "conditions": [], "error": "no {A} here"}, A=TEXT),
        {"A": "a"},
        "no a here",
    ),
]


@pytest.mark.parametrize(("rules", "values", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_what_the_rules_refuse_is_a_configuration_error(rules: Tree, values: Tree, message: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        RULES.resolve(rules, values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("substring", [{"ref": "A"}, 0, 1, False]),
        ("split", [{"ref": "A"}, "-", 1]),
        ("isValidHostLabel", [1]),
        ("isSet", []),
    ],
)
def test_what_a_function_does_not_take_is_refused(function: str, arguments: list[Any]) -> None:
    rules = rule_set(endpoint("https://x", {"fn": function, "argv": arguments}), A=TEXT)
    with pytest.raises(errors.ConfigurationError) as caught:
        RULES.resolve(rules, {})
    assert str(caught.value) == f"the endpoint rules call {function} with what it does not take"


def test_what_a_condition_assigns_holds_below_and_not_beside() -> None:
    given_value = {"fn": "coalesce", "argv": ["x"], "assign": "X"}
    tree = {
        "type": "tree",
        "conditions": [given_value],
        "rules": [endpoint("{X}", {"fn": "isSet", "argv": [{"ref": "Y"}]})],
    }
    beside = endpoint("beside", {"fn": "not", "argv": [{"fn": "isSet", "argv": [{"ref": "X"}]}]})
    assert RULES.resolve(rule_set(tree, beside), {}).url == "beside"
    below = {**tree, "rules": [endpoint("below {X}")]}
    assert RULES.resolve(rule_set(below, beside), {}).url == "below x"


def test_defaults_hold_where_nothing_is_given_and_other_values_are_passed_over() -> None:
    rules = rule_set(endpoint("{A}", headers={"x": ["{A}", "b"]}, properties={"p": [{"q": "{A}"}, 1, True]}), A=TEXT)
    rules["parameters"]["A"] = {**TEXT, "default": "d", "required": True}
    before = deepcopy(rules)
    found = RULES.resolve(rules, {"A": None, "Other": 1})
    assert found == RULES.Resolved("d", {"x": ("d", "b")}, {"p": [{"q": "d"}, 1, True]})
    assert rules == before


def test_no_rule_set_has_the_form_that_is_not_read() -> None:
    """AWS has another form of the same rules, a decision diagram; the installed botocore brings none yet."""
    assert loader().list_available_services(type_name="endpoint-bdd-1") == []
