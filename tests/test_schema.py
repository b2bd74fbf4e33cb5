"""`codegen.spec.schema`: the schema that editors use knows exactly the keys that the parser knows."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from codegen.diagnostics import Diagnostics
from codegen.spec.cursor import Cursor
from codegen.spec.parse import EDITOR_KEY, SECTIONS, parse_model
from codegen.spec.schema import json_schema, schema_text
from codegen.spec.source import Source, read_source

SCHEMA: Any = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
ERRORS = Path(__file__).with_name("errors")
CLEAN: Any = json.loads((ERRORS / "clean" / "spec.json").read_text("utf-8"))
"""A spec that has every key."""

FORM = ("[unknown-key]", "[type]", "[missing-key]", "[unknown-word]")
BEYOND = {"missing-service"}
"""What the schema cannot see, because one file need not have everything."""

Pointer = tuple[str | int, ...]


def source_of(value: Any) -> Source:
    return read_source("spec.json", json.dumps(value).encode())


def at(value: Any, pointer: Pointer) -> Any:
    for step in pointer:
        value = value[step]
    return value


def resolved(schema: Any) -> Any:
    return SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def accepts(schema: Any, value: Any) -> bool:
    return bool(VALIDATOR.evolve(schema=schema).is_valid(value))


def objects(schema: Any, value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Pair each object of a spec that is closed to unknown keys with its schema."""
    schema = resolved(schema)
    for branch in schema.get("anyOf", schema.get("oneOf", ())):
        if accepts(branch, value):
            yield from objects(branch, value, pointer)
    if schema.get("additionalProperties") is False:
        yield pointer, schema
    for key, child in value.items() if schema.get("type") == "object" else ():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
        yield from objects(inner, child, (*pointer, key))
    for index, item in enumerate(value if schema.get("type") == "array" else ()):
        yield from objects(schema["items"], item, (*pointer, index))


def closed_schemas(schema: Any) -> Iterator[str]:
    """Give each object of the schema that is closed to unknown keys, as text."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield json.dumps(schema)
        for each in schema.values():
            yield from closed_schemas(each)
    for each in schema if isinstance(schema, list) else ():
        yield from closed_schemas(each)


OBJECTS = dict(objects(SCHEMA, CLEAN))
ONE_OF_EACH = {json.dumps(schema): pointer for pointer, schema in OBJECTS.items()}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(schema_text()) == SCHEMA
    assert schema_text().endswith("}\n")


def test_the_schema_accepts_the_clean_spec() -> None:
    VALIDATOR.validate(CLEAN)


def test_the_clean_spec_has_every_kind_of_object() -> None:
    assert set(ONE_OF_EACH) == set(closed_schemas(SCHEMA))


def test_the_clean_spec_has_every_key() -> None:
    used: dict[str, set[str]] = {}
    for pointer, schema in OBJECTS.items():
        used.setdefault(json.dumps(schema), set()).update(at(CLEAN, pointer))
    entry = {"documentation", "sources", "decisions", "deprecated", "traits"}
    bounds = {"length", "range", "pattern", "uniqueItems"}
    unused = {key for text, keys in used.items() for key in json.loads(text)["properties"].keys() - keys}
    assert unused <= entry | bounds | {
        "$schema",
        "sensitive",
        "xml",
        "streaming",
        "match",
        "ascii",
        "enforced",
        "payload",
    }


def test_parser_and_schema_know_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[Pointer, set[str]] = {(): {*SECTIONS, EDITOR_KEY}}

    def close(cursor: Cursor) -> None:
        asked[cursor.at.pointer] = set(cursor._asked)

    monkeypatch.setattr(Cursor, "close", close)
    parse_model((source_of(CLEAN),))
    assert asked == {pointer: set(schema["properties"]) for pointer, schema in OBJECTS.items()}


@pytest.mark.parametrize("pointer", ONE_OF_EACH.values(), ids=lambda pointer: ".".join(map(str, pointer)) or "top")
def test_parser_and_schema_refuse_an_unknown_key(pointer: Pointer) -> None:
    spec = copy.deepcopy(CLEAN)
    at(spec, pointer)["zzz"] = 1
    assert not VALIDATOR.is_valid(spec)
    with pytest.raises(Diagnostics) as raised:
        parse_model((source_of(spec),))
    assert {one.rule for one in raised.value.found} == {"unknown-key"}


@pytest.mark.parametrize("pointer", ONE_OF_EACH.values(), ids=lambda pointer: ".".join(map(str, pointer)) or "top")
def test_parser_and_schema_need_the_same_keys(pointer: Pointer) -> None:
    for key in at(CLEAN, pointer):
        spec = copy.deepcopy(CLEAN)
        del at(spec, pointer)[key]
        assert VALIDATOR.is_valid(spec) == parses(spec) or (pointer, key) == ((), "service"), key


def parses(spec: Any) -> bool:
    try:
        parse_model((source_of(spec),))
    except Diagnostics:
        return False
    return True


def test_every_key_is_described() -> None:
    for text in closed_schemas(SCHEMA):
        for key, schema in json.loads(text)["properties"].items():
            assert schema["description"].endswith("."), key


@pytest.mark.parametrize("case", sorted(ERRORS.iterdir()), ids=lambda case: case.name)
def test_the_schema_refuses_what_the_parser_refuses_for_its_form(case: Path) -> None:
    said = (case / "stderr.txt").read_text("utf-8")
    refused = any(rule in said for rule in FORM) and case.name not in BEYOND
    if refused:
        files = [json.loads(path.read_text("utf-8")) for path in case.glob("*.json")]
        assert not all(VALIDATOR.is_valid(value) for value in files)
