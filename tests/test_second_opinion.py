"""Independent opinions on the constraints: models that datamodel-code-generator makes of our JSON Schema with its own
templates, and the jsonschema library, accept and refuse what our models do. Known differences are listed by name."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pydantic
import pytest
import regex  # type: ignore[import-untyped]
from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import PythonVersion
from packages import NEW, OLD, RELEASES, model_of, product_of, shape_of

from codegen.emit.jsonschema import json_schema
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

FILLED_IN = "the client fills it in; on the wire, which the schema describes, it is required"
DIFFERENCES: dict[str, dict[str, str]] = {
    "datamodel-code-generator": {
        "token-missing": FILLED_IN,
        "token-optional": FILLED_IN,
        "token-null": FILLED_IN,
    },
    "jsonschema": {
        "token-missing": FILLED_IN,
        "token-optional": FILLED_IN,
        "token-null": FILLED_IN,
        "null-is-unset": "null says the same as nothing; the schema has nothing to say of null",
    },
}
"""Kind of case -> why the other opinion differs."""


def _inputs(release: str) -> list[ir.SpecText]:
    return [operation.input for operation in model_of(release).operations.values() if operation.input]


@cache
def _schema(release: str) -> dict[str, Any]:
    return json_schema(model_of(release), _inputs(release))


@cache
def _cases(release: str) -> tuple[tuple[str, str, str, Any], ...]:
    """Name, kind, shape and input of every case that is about building a request."""
    return (*_emitted(release), *_by_hand(release))


def _emitted(release: str) -> Iterator[tuple[str, str, str, Any]]:
    text = product_of(release).files.get("conformance/cases.json")
    for case in json.loads(text)["groups"]["requests"] if text else []:
        if case["shape"] in _schema(release)["$defs"] and "held" not in case:
            for number, value in enumerate(_placed(case)):
                yield f"{case['id']}/{number}", _kind(case), case["shape"], value


def _kind(case: dict[str, Any]) -> str:
    is_token = case.get("member", "").endswith(".ClientToken")
    return "token-null" if is_token and case["kind"] == "null-is-unset" else str(case["kind"])


def _placed(case: dict[str, Any]) -> Iterator[Any]:
    """Put each of a case's values in its place."""
    if "values" not in case and "repeat" not in case:
        yield case["input"]
        return
    values = case.get("values") or [case["repeat"][0] * case["repeat"][1]]
    for value in values:
        whole = copy.deepcopy(case["input"])
        inner = whole
        for step in case["at"][:-1]:
            inner = inner[step]
        inner[case["at"][-1]] = value
        yield whole


def _by_hand(release: str) -> Iterator[tuple[str, str, str, Any]]:
    accepting, opening = (
        "StartEngagementByAcceptingInvitationTaskRequest",
        "StartEngagementFromOpportunityTaskRequest",
    )
    good = {"Catalog": "AWS", "ClientToken": "t", "Identifier": "engi-0123456789abc"}
    changes: dict[str, dict[str, Any]] = {
        "hand-valid": {},
        "hand-required": {"Identifier": None},
        "hand-type": {"Identifier": 5},
        "hand-pattern": {"Identifier": "engi-0123456789ab,"},
        "hand-newline": {"Identifier": "engi-0123456789abc\n"},
        "hand-digits": {"Catalog": "١"},
        "hand-bounds": {"ClientToken": "t" * 65},
        "hand-unknown": {"Tags": []},
    }
    for kind, changed in changes.items():
        yield kind, kind, accepting, {**good, **changed}
    submission = {"InvolvementType": "Co-Sell", "Visibility": "Full"}
    opened = {"Catalog": "AWS", "ClientToken": "t", "Identifier": "O1"}
    yield "hand-nested", "hand-valid", opening, {**opened, "AwsSubmission": submission}
    yield "hand-enum", "hand-enum", opening, {**opened, "AwsSubmission": {"InvolvementType": "deal support"}}
    yield "hand-list", "hand-type", opening, {**opened, "AwsSubmission": []}
    if release == NEW:
        two = {"Account": {"AwsAccountId": "1"}, "Other": {}}
        receivers: list[Any] = [{}, two, {"Other": {}}, None, []]
        for number, receiver in enumerate(receivers):
            yield f"hand-union-{number}", "hand-union", "Receiver", receiver


def _ours(release: str, shape: str, value: Any) -> bool:
    try:
        shape_of(release, shape).model_validate(value)
    except pydantic.ValidationError:
        return False
    return True


# ------------------------------------------------------------------------------------------------------- the other two


@cache
def _other_models(release: str, folder: Path) -> ModuleType:
    """Let datamodel-code-generator make models, all by itself."""
    name = f"other_{release.replace('-', '_')}"
    path = folder / f"{name}.py"
    generate(
        json.dumps(_schema(release)),
        input_file_type=InputFileType.JsonSchema,
        output=path,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        formatters=[],
        disable_timestamp=True,
    )
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _by_models(release: str, folder: Path) -> Callable[[str, Any], bool]:
    def accepts(shape: str, value: Any) -> bool:
        try:
            getattr(_other_models(release, folder), shape).model_validate(value)
        except pydantic.ValidationError:
            return False
        return True

    return accepts


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    """Search as ECMA-262 does: properties are known, and `$` is the very end."""
    if isinstance(value, str) and not _ecma(pattern).search(value):
        yield jsonschema.ValidationError("pattern")


@cache
def _ecma(pattern: str) -> Any:
    return regex.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern, regex.V0)


def _by_schema(release: str, folder: Path) -> Callable[[str, Any], bool]:
    kind = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    whole = _schema(release)

    @cache
    def judge(shape: str) -> Any:
        return kind({"$ref": f"#/$defs/{shape}", "$defs": whole["$defs"]})

    return lambda shape, value: bool(judge(shape).is_valid(value))


OPINIONS = {"datamodel-code-generator": _by_models, "jsonschema": _by_schema}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("other")


@pytest.mark.parametrize("opinion", OPINIONS)
@pytest.mark.parametrize("release", RELEASES)
def test_the_other_opinion_accepts_and_refuses_the_same(release: str, opinion: str, folder: Path) -> None:
    accepts = OPINIONS[opinion](release, folder)
    known = DIFFERENCES[opinion]
    unequal = [
        f"{name}: {value!r}"
        for name, kind, shape, value in _cases(release)
        if kind not in known and accepts(shape, value) != _ours(release, shape, value)
    ]
    assert unequal == []


@pytest.mark.parametrize("opinion", OPINIONS)
def test_no_difference_that_is_listed_has_gone(opinion: str, folder: Path) -> None:
    shown = {
        kind
        for release in RELEASES
        for _, kind, shape, value in _cases(release)
        if kind in DIFFERENCES[opinion]
        and OPINIONS[opinion](release, folder)(shape, value) != _ours(release, shape, value)
    }
    assert shown == DIFFERENCES[opinion].keys()


@pytest.mark.parametrize("release", RELEASES)
def test_enough_is_asked_and_both_ways(release: str) -> None:
    verdicts = Counter(_ours(release, shape, value) for _, _, shape, value in _cases(release))
    assert min(verdicts[True], verdicts[False]) >= {OLD: 5, NEW: 5}[release]
    print(f"{release}: {verdicts[True]} accepted, {verdicts[False]} refused")


# ----------------------------------------------------------------------------------------------------------- the schema


@pytest.mark.parametrize("release", RELEASES)
def test_the_schema_is_one(release: str) -> None:
    # Not by jsonschema's format "regex": that is Python's `re`, which knows no properties.
    jsonschema.Draft202012Validator.check_schema(_schema(release), format_checker=None)
    assert json.loads(json.dumps(_schema(release), allow_nan=False)) == _schema(release)


def test_the_schema_defines_what_the_roots_reach_and_nothing_else() -> None:
    one = json_schema(model_of(NEW), [SpecText("Receiver")])
    assert one["$ref"] == "#/$defs/Receiver"
    assert list(one["$defs"]) == ["Receiver", "AccountReceiver", "Alias", "AwsAccount"]


def test_a_union_is_one_of_objects_with_one_member() -> None:
    union = json_schema(model_of(NEW), [SpecText("Receiver")])["$defs"]["Receiver"]
    (arm,) = union["oneOf"]
    assert (arm["required"], list(arm["properties"]), arm["additionalProperties"]) == (["Account"], ["Account"], False)


PATTERNS = {
    "AwsAccount": "^(?:[0-9]{12}|[0-9A-Z_a-z]{1,12})$",
    "Alias": r"^[\p{L}\p{N}\p{P}\p{Z}]+$",
    "PhoneNumber": r"^\+[1-9][0-9]{1,14}$",
    "SenderContactEmail": r"^[!#-'*+\--9=?A-Z\^_a-~]+@[\-0-9A-Za-z]+(?:[^\n\r\u2028\u2029][\-0-9A-Za-z]+)*$",
    "EngagementInvitationArnOrIdentifier": r"^(?:arn:[^\n\r\u2028\u2029]*|engi-[0-9a-z]{13})$",
}


@pytest.mark.parametrize("shape", PATTERNS)
def test_a_pattern_is_anchored_and_in_words_of_ecma(shape: str) -> None:
    found = _schema(NEW)["$defs"][shape]["pattern"]
    assert found.replace(r"\u000a", r"\n").replace(r"\u000d", r"\r") == PATTERNS[shape]


@pytest.mark.parametrize(
    ("shape", "comment"),
    [
        ("ExpectedCustomerSpendCurrencyCodeEnum", "Pattern left out: ^USD$"),
        ("EngagementInvitationIdentifier", "Pattern left out: ^engi-[0-9,a-z]{13}$"),
    ],
)
def test_what_is_recorded_and_not_enforced_is_told_in_a_comment(shape: str, comment: str) -> None:
    found = json_schema(model_of(NEW), [SpecText(shape)])["$defs"][shape]
    assert "pattern" not in found
    assert found["$comment"] == comment


def test_no_text_of_a_spec_is_left_unprinted() -> None:
    def texts(value: Any) -> Iterator[type]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield type(name)
                yield from texts(item)
        elif isinstance(value, list):
            for item in value:
                yield from texts(item)
        else:
            yield type(value)

    assert set(texts(_schema(NEW))) == {str, int, bool}


# ------------------------------------------------------------------------------------------------- other kinds of shape

OTHER = {
    "Byte": ({"type": "byte"}, {"type": "integer", "minimum": -128, "maximum": 127}),
    "Few": ({"type": "integer", "range": {"min": 1, "max": 5}}, {"type": "integer", "minimum": 1, "maximum": 5}),
    "Big": ({"type": "bigInteger"}, {"type": "integer"}),
    "Real": ({"type": "double"}, {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}),
    "Share": ({"type": "float", "range": {"min": 0, "max": 1}}, {"type": "number", "minimum": 0, "maximum": 1}),
    "Flag": ({"type": "boolean"}, {"type": "boolean"}),
    "Data": (
        {"type": "blob", "length": {"min": 1, "max": 4}},
        {"type": "string", "contentEncoding": "base64", "minLength": 4, "maxLength": 8},
    ),
    "Moment": ({"type": "timestamp"}, {"type": "number"}),
    "Day": ({"type": "timestamp", "timestampFormat": "date-time"}, {"type": "string", "format": "date-time"}),
    "Mail": ({"type": "timestamp", "timestampFormat": "http-date"}, {"type": "string"}),
    "Any": ({"type": "document"}, {}),
    "Level": ({"type": "intEnum", "values": {"LOW": 1, "HIGH": 2}}, {"type": "integer", "enum": [1, 2]}),
    "Gaps": (
        {"type": "list", "member": {"target": "Flag"}, "sparse": True, "uniqueItems": True},
        {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/$defs/Flag"}, {"type": "null"}]},
            "uniqueItems": True,
        },
    ),
    "Ages": (
        {"type": "map", "key": {"target": "Few~/Word"}, "value": {"target": "Byte"}, "length": {"min": 1, "max": 2}},
        {
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/Few~0~1Word"},
            "additionalProperties": {"$ref": "#/$defs/Byte"},
            "minProperties": 1,
            "maxProperties": 2,
        },
    ),
    "Few~/Word": (
        {"type": "string", "pattern": {"value": "\\w{2}", "match": "search"}, "knownValues": ["ab"]},
        {"type": "string", "pattern": "[0-9A-Z_a-z]{2}", "examples": ["ab"]},
    ),
}
"""Shape as a spec has it, and what the schema says of it."""


@cache
def _other() -> ir.Model:
    members: dict[str, Any] = {f"M{number}": {"target": name} for number, name in enumerate(OTHER)}
    members["Narrow"] = {"target": "Few~/Word", "length": {"min": 3, "max": 3}}
    spec = {
        "service": {
            "name": "post",
            "release": "2024-12-05",
            "title": "Post",
            "serviceId": "Post",
            "protocol": "awsJson1_0",
            "target": "Post",
            "endpoint": {"prefix": "post", "template": "https://post.{region}.example.com", "regions": ["us-east-1"]},
            "signing": {"version": "v4", "name": "post"},
            "patterns": {"match": "full", "ascii": True},
        },
        "operations": {"Send": {"input": "Letter"}},
        "shapes": {
            "Letter": {"type": "structure", "members": members},
            **{name: shape for name, (shape, _) in OTHER.items()},
        },
    }
    return parse_model((read_source("spec.json", json.dumps(spec).encode()),))


@pytest.mark.parametrize("name", OTHER)
def test_every_kind_of_shape_has_its_schema(name: str) -> None:
    found = dict(json_schema(_other(), [SpecText("Letter")])["$defs"][name])
    found.pop("$comment", None)
    assert found == OTHER[name][1]


def test_a_member_that_narrows_its_target_says_so_in_place() -> None:
    whole = json_schema(_other(), [SpecText("Letter")])
    jsonschema.Draft202012Validator.check_schema(whole)
    narrow = whole["$defs"]["Letter"]["properties"]["Narrow"]
    assert (narrow["minLength"], narrow["maxLength"], narrow["pattern"]) == (3, 3, "[0-9A-Z_a-z]{2}")
    judge = jsonschema.Draft202012Validator(whole)
    assert judge.is_valid({"Narrow": "abc", f"M{list(OTHER).index('Ages')}": {"ab": 1}})
    assert not judge.is_valid({"Narrow": "ab"})
    assert not judge.is_valid({f"M{list(OTHER).index('Ages')}": {"-": 1}})
