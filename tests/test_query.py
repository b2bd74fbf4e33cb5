"""AWS query and EC2 query, beside botocore on real services, and by examples where botocore says nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from botocore.parsers import create_parser  # type: ignore[import-untyped]
from botocore.serialize import create_serializer  # type: ignore[import-untyped]
from casting import write_tree
from runtime import errors, load
from sizes import FULL
from xml_peers import as_boto3, calls, cut, document, json_form, made_up, operation_of, raw_model, table_of

from codegen.importers.botocore import read_botocore
from codegen.pipeline import generate
from codegen.spec.source import read_source

if TYPE_CHECKING:
    from templates.static import aws_query, bindings, messages, transport
else:
    aws_query, bindings, messages, transport = (
        load(name) for name in ("aws_query", "bindings", "messages", "transport")
    )

Member, Shape = bindings.Member, bindings.Shape
SERVICES: Mapping[str, int] = {
    "autoscaling": 12,
    "cloudformation": 8,
    "ec2": 25,
    "elasticache": 8,
    "iam": 15,
    "rds": 8,
    "sns": 8,
    "sts": 8,
}
"""How many operations of each service are looked at: always the same ones, with values that are always the same."""


def answer_of(body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Any:
    return transport.HttpResponse(status, headers or {}, body.encode() if isinstance(body, str) else body)


# ------------------------------------------------------------------------------------------------- beside botocore


ALWAYS = {"elasticache": ["DecreaseReplicaCount"], "ec2": ["RunInstances", "DescribeInstances"]}
"""A list that names itself; names that requests have of their own; the largest answer there is."""


def _sampled(service: str) -> dict[str, Any]:
    names = sorted(raw_model(service)["operations"])
    return cut(service, [*Random(service).sample(names, SERVICES[service]), *ALWAYS.get(service, ())])


@pytest.mark.parametrize("service", SERVICES)
def test_forms_are_those_of_botocore(service: str) -> None:
    raw = _sampled(service)
    codec, random, seen = aws_query.codec_of(table_of(raw)), Random(service), 0
    serializer = create_serializer(raw["metadata"]["protocol"], include_validation=False)
    for operation, value in calls(raw, random):
        wire = json_form(operation.input_shape, value) if operation.input_shape else {}
        message = codec.request(operation_of(operation.name), wire)
        theirs = serializer.serialize_to_request(value, operation)
        mine = parse_qsl(message.body.decode(), keep_blank_values=True)
        assert dict(mine) == {name: str(item) for name, item in theirs["body"].items()}
        assert len(mine) == len(dict(mine))
        assert (message.method, message.path, message.query) == (theirs["method"], theirs["url_path"], "")
        seen += len(mine)
    assert seen > 3 * SERVICES[service]


@pytest.mark.parametrize("service", SERVICES)
def test_answers_are_read_as_botocore_reads_them(service: str) -> None:
    raw = _sampled(service)
    codec, random, seen = aws_query.codec_of(table_of(raw)), Random(service), 0
    parser = create_parser(raw["metadata"]["protocol"])
    for operation, _ in calls(raw, random):
        shape = operation.output_shape
        if shape is None:
            continue
        wrapper = shape.serialization.get("resultWrapper")
        around = (f"{operation.name}Response",) if wrapper else ()
        for value in (made_up(shape, random), made_up(shape, random, 8)):
            body = document(shape, value, wrapper or f"{operation.name}Response", *around)
            theirs = parser.parse({"body": body, "headers": {}, "status_code": 200}, shape)
            mine = as_boto3(shape, codec.answer(operation_of(operation.name), answer_of(body)))
            assert mine == {name: item for name, item in theirs.items() if name != "ResponseMetadata"} == value
            seen += len(value)
    assert seen > SERVICES[service] / 2


# --------------------------------------------------------------------------------------------------------- by examples

TEXT = {"#string": Shape("string"), "#timestamp": Shape("timestamp"), "#integer": Shape("integer")}
SHAPES = {
    **TEXT,
    "In": Shape(
        "structure",
        (
            Member("list", "L", "list"),
            Member("flat", "L", "flat", flattened=True),
            Member("map", "M", "map"),
            Member("other", "#string", "otherName", query="Queried"),
            Member("at", "#timestamp", "at", form="epoch-seconds"),
            Member("inner", "In", "inner"),
        ),
    ),
    "L": Shape("list", (Member("", "#string", "item"),)),
    "M": Shape("map", (Member("", "#string", "K"), Member("", "#integer", "V"))),
    "Out": Shape("structure", (Member("list", "L", "list"), Member("at", "#timestamp", "at"))),
    "Nothing": Shape("structure"),
}
ERRORS = {"Gone": Shape("structure", (Member("Since", "#timestamp", "since"), Member("Message", "#string", "Message")))}


def codec_of(protocol: str, output: str = "Out", wrapper: str | None = None) -> Any:
    binding = bindings.Binding(bindings.Http("POST", "/"), "In", output, wrapper=wrapper)
    return aws_query.codec_of(bindings.Table(protocol, SHAPES, {"Do": binding}, ERRORS, "2020-01-08"))


FORMS: Mapping[str, tuple[Any, str, str]] = {
    "a list": ({"list": ["a", "b c"]}, "list.item.1=a&list.item.2=b+c", "List.1=a&List.2=b+c"),
    "a flattened list": ({"flat": ["a"]}, "flat.1=a", "Flat.1=a"),
    "an empty list": ({"list": []}, "list=", ""),
    "a list with a hole": ({"list": [None, "b"]}, "list.item.2=b", "List.2=b"),
    "a map": ({"map": {"a": 1}}, "map.entry.1.K=a&map.entry.1.V=1", "Map.entry.1.K=a&Map.entry.1.V=1"),
    "an empty map": ({"map": {}}, "", ""),
    "a map with a hole": ({"map": {"a": None}}, "map.entry.1.K=a", "Map.entry.1.K=a"),
    "another name": ({"other": ""}, "otherName=", "Queried="),
    "a timestamp": ({"at": "1970-01-01T00:00:01Z"}, "at=1", "At=1"),
    "what is inside": (
        {"inner": {"inner": {"other": "&="}}},
        "inner.inner.otherName=%26%3D",
        "Inner.Inner.Queried=%26%3D",
    ),
    "an empty structure": ({"inner": {}}, "", ""),
    "what is not set": ({"other": None, "unknown": 1}, "", ""),
}


@pytest.mark.parametrize("case", FORMS)
def test_forms_name_their_members_as_each_protocol_does(case: str) -> None:
    wire, query, ec2 = FORMS[case]
    for protocol, parameters in (("awsQuery", query), ("ec2Query", ec2)):
        message = codec_of(protocol).request(operation_of("Do"), wire)
        expected = "&".join(["Action=Do&Version=2020-01-08", *([parameters] if parameters else [])])
        assert message.body.decode() == expected
        assert message.headers == {"Content-Type": "application/x-www-form-urlencoded"}


RESULT = "<list><item>a</item></list>"
ANSWERS: Mapping[str, tuple[str, str | None, str]] = {
    "a result": ("awsQuery", None, f"<DoResponse><DoResult>{RESULT}</DoResult><ResponseMetadata/></DoResponse>"),
    "a result of another name": ("awsQuery", "Done", f"<DoResponse><Done>{RESULT}</Done></DoResponse>"),
    "a result without its element": ("awsQuery", None, f"<DoResponse>{RESULT}</DoResponse>"),
    "an answer of EC2": ("ec2Query", None, f"<DoResponse><requestId>1</requestId>{RESULT}</DoResponse>"),
    "an answer with a namespace": ("ec2Query", None, f'<DoResponse xmlns="http://example.com">{RESULT}</DoResponse>'),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_are_found_in_their_document(case: str) -> None:
    protocol, wrapper, body = ANSWERS[case]
    assert codec_of(protocol, wrapper=wrapper).answer(operation_of("Do"), answer_of(body)) == {"list": ["a"]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "$: the answer is not XML: no element found at line 1, column 1"),
        ("<html><body/></html>", "$: expected DoResponse, found html"),
        ("<ErrorResponse/>", "$: expected DoResponse, found ErrorResponse"),
        ("<Response/>", "$: expected DoResponse, found Response"),
    ],
)
@pytest.mark.parametrize("protocol", ["awsQuery", "ec2Query"])
def test_what_is_no_answer_is_no_empty_success(protocol: str, body: str, message: str) -> None:
    with pytest.raises(errors.ResponseError) as refused:
        codec_of(protocol).answer(operation_of("Do"), answer_of(body))
    assert str(refused.value) == message


@pytest.mark.parametrize("protocol", ["awsQuery", "ec2Query"])
def test_an_output_without_members_needs_no_body(protocol: str) -> None:
    codec = codec_of(protocol, "Nothing")
    assert codec.answer(operation_of("Do"), answer_of("")) == {}
    assert codec.answer(operation_of("Do"), answer_of("<DoResponse/>")) == {}


# -------------------------------------------------------------------------------------------------------------- errors

GONE = "<Code>{}</Code><Message>It is</Message><since>1970-01-01T00:00:00Z</since><Hint><A>1</A></Hint>"
DOCUMENTS = {
    "query": "<ErrorResponse><Error><Type>Sender</Type>{}</Error><RequestId>r</RequestId></ErrorResponse>",
    "EC2": "<Response><Errors><Error>{}</Error></Errors><RequestID>r</RequestID></Response>",
    "S3": "<Error>{}<RequestId>r</RequestId></Error>",
    "with a namespace": '<e:ErrorResponse xmlns:e="x"><e:Error>{}</e:Error><RequestId>r</RequestId></e:ErrorResponse>',
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_errors_are_found_in_their_document(case: str) -> None:
    modelled = {"Message": "It is", "Since": "1970-01-01T00:00:00Z"}
    extra = {"since": "1970-01-01T00:00:00Z", "Hint": {"A": "1"}}
    text = GONE.format("Gone")
    if case == "with a namespace":
        text = text.replace("<", "<e:").replace("<e:/", "</e:")
    fault = codec_of("awsQuery").fault(answer_of(DOCUMENTS[case].format(text), 400))
    assert (fault.code, fault.message, fault.request_id) == ("Gone", "It is", "r")
    beside = {"Code": "Gone", **({"Type": "Sender"} if case == "query" else {"RequestId": "r"} if case == "S3" else {})}
    assert fault.body == {**beside, **extra, **modelled}


def test_an_error_that_no_model_has_keeps_its_texts() -> None:
    fault = codec_of("ec2Query").fault(answer_of(DOCUMENTS["EC2"].format(GONE.format("a#New:b")), 400))
    assert (fault.code, fault.message) == ("New", "It is")
    assert fault.body["Hint"] == {"A": "1"}


def test_the_request_id_of_the_headers_comes_first() -> None:
    answer = answer_of(DOCUMENTS["EC2"].format(""), 400, {"x-amzn-requestid": "h"})
    assert codec_of("ec2Query").fault(answer) == messages.Fault(None, None, {}, "h")


@pytest.mark.parametrize(
    "body", ["", "<html>", "<html/>", "Service Unavailable", "<Response/>", "<!DOCTYPE a><Error/>"]
)
def test_an_error_that_cannot_be_read_says_nothing(body: str) -> None:
    answer = answer_of(body, 503, {"x-amzn-requestid": "h"})
    assert codec_of("awsQuery").fault(answer) == messages.Fault(None, None, {}, "h")


# ------------------------------------------------------------------------------------------------------------ packages

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "sts": ("AssumeRole", "GetCallerIdentity", "DecodeAuthorizationMessage"),
    "ec2": ("CreateTags", "CreateVpc", "DescribeKeyPairs", "DescribeRegions"),
    "route53": ("ChangeResourceRecordSets", "ListHostedZones"),
    "s3": ("CopyObject", "GetBucketLocation", "ListBuckets"),
}


@pytest.mark.skipif(not FULL, reason="checking types costs a minute: SPECCAST_FULL=1")
@pytest.mark.parametrize("service", PACKAGES)
def test_strict_type_checkers_find_nothing_in_packages(service: str, tmp_path: Path) -> None:
    raw = json.dumps(cut(service, PACKAGES[service])).encode()
    write_tree(tmp_path / service, generate(read_botocore((read_source("service-2.json", raw),))).files)
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": [service]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    assert _told("mypy", "--strict", "--no-incremental", "--config-file=", service, cwd=tmp_path).startswith("Success")
    assert _told("pyright", "--pythonpath", sys.executable, cwd=tmp_path).startswith("0 errors, 0 warnings")


def _told(module: str, *options: str, cwd: Path) -> str:
    command = (sys.executable, "-m", module, *options)
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout
