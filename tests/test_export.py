"""Specs in the forms of others: OpenAPI documents that validate, JSON Schemas that judge as our models do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import test_second_opinion as opinion
from commands import speccast
from hypothesis import given
from openapi_spec_validator import OpenAPIV31SpecValidator
from packages import NEW, OLD, RELEASES, model_of
from sizes import FULL
from strategies import SERVICE, Spec, sized, spec_of, specs, structure
from strategies import model_of as read_spec
from test_export_smithy import GOLDEN, foreign, golden, smithy

from codegen.exporters.json_schema import definitions
from codegen.exporters.openapi import openapi
from codegen.importers.smithy import read_smithy
from codegen.spec import ir
from codegen.spec.source import read_source

FOREIGN = ("sqs", "sts", "pricing", "cloudsearchdomain", "lex-runtime", "sagemaker-runtime")
LARGE = ("s3", "iam", "apigateway", "kinesis", "autoscaling") if FULL else ()
Document = dict[str, Any]


def faults_of(document: Document) -> list[str]:
    return [fault.message for fault in OpenAPIV31SpecValidator(document).iter_errors()]


# ------------------------------------------------------------------------------------------------------------- OpenAPI


@pytest.mark.parametrize("release", RELEASES)
def test_the_openapi_document_of_a_curated_release_is_one(release: str) -> None:
    assert faults_of(openapi(model_of(release))) == []


@pytest.mark.parametrize("name", GOLDEN)
def test_the_openapi_document_of_a_golden_spec_is_one(name: str) -> None:
    assert faults_of(openapi(golden(name))) == []


@pytest.mark.parametrize("name", (*FOREIGN, *LARGE))
def test_the_openapi_document_of_a_service_of_botocore_is_one(name: str) -> None:
    document = openapi(foreign(name))
    assert faults_of(document) == []
    assert sum(len(path) for path in document["paths"].values()) == len(foreign(name).operations)


@sized(15, 300)
@given(specs())
def test_the_openapi_document_of_any_spec_is_one(spec: Spec) -> None:
    assert faults_of(openapi(read_spec(spec))) == []


def test_a_validator_is_asked_that_does_refuse() -> None:
    document = openapi(golden("one-operation"))
    (path,) = document["paths"].values()
    del path["post"]["responses"]["200"]["description"]
    assert faults_of(document) != []


def test_an_operation_of_awsjson_is_told_by_its_target() -> None:
    errors = {"Full": {"httpError": 503}, "Slow": {"httpError": 503}, "Odd": {"code": "Odder", "members": {}}}
    document = openapi(read_spec(spec_of({"SendRequest": structure()}, errors=errors)))
    coded = {"type": "string"}
    assert document["paths"] == {
        "/#X-Amz-Target=Post.Send": {
            "post": {
                "operationId": "Send",
                "parameters": [
                    {
                        "name": "X-Amz-Target",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "const": "Post.Send"},
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/x-amz-json-1.0": {"schema": {"$ref": "#/components/schemas/SendRequest"}}},
                },
                "responses": {
                    "200": {"description": "Success"},
                    "400": {
                        "description": "Odder",
                        "content": {"application/x-amz-json-1.0": {"schema": _error(coded, "Odder")}},
                    },
                    "503": {
                        "description": "Full, Slow",
                        "content": {
                            "application/x-amz-json-1.0": {
                                "schema": {"anyOf": [_error(coded, "Full"), _error(coded, "Slow")]}
                            }
                        },
                    },
                },
            }
        }
    }
    assert document["servers"] == [
        {
            "url": "https://post.{region}.example.com",
            "variables": {"region": {"default": "us-east-1", "enum": ["us-east-1"]}},
        }
    ]
    assert document["security"] == [{"signature": []}]
    assert document["components"]["securitySchemes"]["signature"]["description"] == "AWS Signature Version 4, for post"


def _error(coded: Document, code: str) -> Document:
    return {"type": "object", "properties": {"__type": {**coded, "examples": [code]}}}


REST: Spec = spec_of(
    {
        "GetRequest": {
            "type": "structure",
            "members": {
                "Key": {"target": "Text", "location": "label", "locationName": "Key", "required": True},
                "Size": {"target": "Number", "location": "query", "locationName": "size"},
                "Match": {"target": "Text", "location": "header", "locationName": "If-Match"},
                "Meta": {"target": "Texts", "location": "prefixHeaders", "locationName": "x-meta-"},
                "Note": {"target": "Text", "required": True},
            },
        },
        "GetResponse": {
            "type": "structure",
            "members": {
                "Tag": {"target": "Text", "location": "header", "locationName": "ETag"},
                "Body": {"target": "Bytes", "location": "payload"},
            },
            "payload": "Body",
        },
        "Text": {"type": "string"},
        "Number": {"type": "integer"},
        "Bytes": {"type": "blob"},
        "Texts": {"type": "map", "key": {"target": "Text"}, "value": {"target": "Text"}},
    },
    service={**SERVICE, "protocol": "restJson1", "signing": {"version": "none", "name": "post"}},
    operations={
        "Get": {
            "input": "GetRequest",
            "output": "GetResponse",
            "http": {"method": "PUT", "uri": "/keys/{Key+}?mode=x&acl", "responseCode": 202},
        }
    },
)


def test_an_operation_of_rest_is_told_by_its_bindings() -> None:
    document = openapi(read_spec(REST))
    assert faults_of(document) == []
    text = {"$ref": "#/components/schemas/Text"}
    assert "security" not in document
    assert document["paths"] == {
        "/keys/{Key}#mode=x&acl": {
            "put": {
                "operationId": "Get",
                "parameters": [
                    {"name": "mode", "in": "query", "required": True, "schema": {"type": "string", "const": "x"}},
                    {
                        "name": "acl",
                        "in": "query",
                        "required": True,
                        "allowEmptyValue": True,
                        "schema": {"type": "string", "const": ""},
                    },
                    {"name": "Key", "in": "path", "required": True, "schema": text},
                    {"name": "size", "in": "query", "schema": {"$ref": "#/components/schemas/Number"}},
                    {"name": "If-Match", "in": "header", "schema": text},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"Note": text},
                                "required": ["Note"],
                                "additionalProperties": False,
                            }
                        }
                    },
                },
                "responses": {
                    "202": {
                        "description": "Success",
                        "headers": {"ETag": {"schema": text}},
                        "content": {"application/octet-stream": {"schema": {}}},
                    }
                },
                "x-speccast": {"prefixHeaders": {"Meta": "x-meta-"}},
            }
        }
    }


def test_an_operation_of_a_query_says_in_its_body_what_is_asked_for() -> None:
    service = {**SERVICE, "protocol": "awsQuery"}
    document = openapi(
        read_spec(spec_of({"SendRequest": structure(Text="Text"), "Text": {"type": "string"}}, service=service))
    )
    schema = document["paths"]["/#Action=Send"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert schema["schema"] == {
        "type": "object",
        "properties": {
            "Action": {"type": "string", "const": "Send"},
            "Version": {"type": "string", "const": "2024-12-05"},
            "Text": {"$ref": "#/components/schemas/Text"},
        },
        "required": ["Action", "Version"],
        "additionalProperties": False,
    }


def test_two_paths_that_are_one_to_openapi_are_told_apart() -> None:
    operations = {
        name: {"http": {"method": "GET", "uri": uri}}
        for name, uri in {"One": "/a/{B}", "Two": "/a/{C}", "Three": "/a/{B}"}.items()
    }
    document = openapi(read_spec({**REST, "operations": operations}))
    assert faults_of(document) == []
    assert list(document["paths"]) == ["/a/{B}", "/a/{C}#Two", "/a/{B}#Three"]


def test_a_pattern_that_validators_refuse_is_set_aside() -> None:
    schemas = openapi(model_of(NEW))["components"]["schemas"]
    assert schemas["Alias"]["x-pattern"] == r"^[\p{L}\p{N}\p{P}\p{Z}]+$" and "pattern" not in schemas["Alias"]
    assert schemas["AwsAccount"]["pattern"] == "^(?:[0-9]{12}|[0-9A-Z_a-z]{1,12})$"


# --------------------------------------------------------------------------------------------------------- JSON Schema


def test_the_definitions_accept_and_refuse_what_the_models_do() -> None:
    kind = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": opinion._pattern})
    defined, cases = definitions(model_of(OLD))["$defs"], opinion._cases(OLD)
    judges = {shape: kind({"$ref": f"#/$defs/{shape}", "$defs": defined}) for _, _, shape, _ in cases}
    asked = [case for case in cases if case[1] not in opinion.DIFFERENCES["jsonschema"]]
    verdicts = {name: bool(judges[shape].is_valid(value)) for name, _, shape, value in asked}
    assert verdicts == {name: opinion._ours(OLD, shape, value) for name, _, shape, value in asked}
    assert set(verdicts.values()) == {True, False}


@pytest.mark.parametrize("release", RELEASES)
def test_a_definition_is_the_schema_that_has_a_second_opinion(release: str) -> None:
    """What `test_second_opinion` proves of the shapes that requests reach holds here as well."""
    defined = definitions(model_of(release))["$defs"]
    proven = opinion._schema(release)["$defs"]
    assert proven and {name: defined[name] for name in proven} == proven


def _whole(model: ir.Model) -> None:
    schema = definitions(model)
    jsonschema.Draft202012Validator.check_schema(schema, format_checker=None)
    assert len(schema["$defs"]) == len(model.shapes) + len(model.errors)


@pytest.mark.parametrize("release", RELEASES)
def test_every_shape_and_error_of_a_curated_release_is_defined(release: str) -> None:
    _whole(model_of(release))


@pytest.mark.parametrize("name", GOLDEN)
def test_every_shape_and_error_of_a_golden_spec_is_defined(name: str) -> None:
    _whole(golden(name))


@pytest.mark.parametrize("name", (*FOREIGN, *LARGE))
def test_every_shape_and_error_of_a_service_of_botocore_is_defined(name: str) -> None:
    _whole(foreign(name))


def test_an_error_that_is_called_as_a_shape_gets_a_name_of_its_own() -> None:
    model = read_spec(spec_of({"SendRequest": structure()}, errors={"SendRequest": {}}))
    assert list(definitions(model)["$defs"]) == ["SendRequest", "SendRequest.error"]


# ---------------------------------------------------------------------------------------------------- the command line

SPEC = str(Path(__file__).parent / "golden" / "one-operation" / "spec.json")


@pytest.mark.parametrize("form", ["jsonschema", "openapi", "smithy"])
def test_a_form_is_printed_or_written(form: str, tmp_path: Path) -> None:
    printed = speccast("export", form, SPEC)
    assert (printed.code, printed.err) == (0, "")
    path = tmp_path / "new" / f"{form}.json"
    written = speccast("export", form, SPEC, "--out", str(path))
    assert (written.code, written.out, written.err) == (0, f"wrote: {path}\n", "")
    assert path.read_text("utf-8") == printed.out


@pytest.mark.parametrize("form", ["jsonschema", "openapi", "smithy"])
def test_without_docs_nothing_is_described(form: str) -> None:
    sentences = re.findall('"documentation": (".*")', Path(SPEC).read_text("utf-8"))
    whole, bare = (speccast("export", form, SPEC, *options).out for options in ((), ("--no-docs",)))
    assert len(sentences) > 1 and any(sentence in whole for sentence in sentences)
    assert not any(sentence in bare for sentence in sentences)


def test_what_is_printed_as_smithy_is_read_again() -> None:
    text = speccast("export", "smithy", SPEC).out
    assert read_smithy(read_source("model.json", text.encode())) == golden("one-operation")
    assert smithy("notes").service.name.raw == "small-notes"


def test_a_spec_that_is_wrong_is_not_exported(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec_of({"SendRequest": structure(Text="Nothing")})), "utf-8")
    done = speccast("export", "openapi", str(path))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith('error: shape "Nothing" is not defined [unknown-shape]\n')


def test_one_spec_is_exported_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("post", "mail"):
        spec = spec_of({"SendRequest": structure()}, service={**SERVICE, "name": name})
        path = tmp_path / "specs" / name / "2024-12-05" / "service.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(spec), "utf-8")
    monkeypatch.chdir(tmp_path)
    done = speccast("export", "smithy", "all")
    message = "speccast: error: one spec is exported at a time; name one of the 2 that fit [export]\n"
    assert (done.code, done.out, done.err) == (2, "", message)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = speccast("export", "smithy", SPEC, "--out", str(tmp_path / "file" / "model.json"))
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{tmp_path / 'file'}: error: cannot be written: file exists [write]\n"
