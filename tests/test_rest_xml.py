"""REST XML, beside botocore on real services, and what S3 does otherwise than its model says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import canonicalize

import pytest
from botocore.model import ServiceModel  # type: ignore[import-untyped]
from botocore.parsers import create_parser  # type: ignore[import-untyped]
from botocore.serialize import create_serializer  # type: ignore[import-untyped]
from casting import imported
from runtime import errors, load
from xml_peers import as_boto3, calls, cut, document, json_form, made_up, operation_of, raw_model, table_of

from codegen.importers.botocore import read_botocore
from codegen.pipeline import generate
from codegen.spec.source import read_source

if TYPE_CHECKING:
    from templates.static import bindings, messages, rest_xml, transport
else:
    bindings, messages, rest_xml, transport = (load(name) for name in ("bindings", "messages", "rest_xml", "transport"))

SERVICES: Mapping[str, int] = {"cloudfront": 20, "route53": 20, "s3": 30}
"""How many operations of each service are looked at: always the same ones, with values that are always the same."""
ALWAYS = {
    "s3": ["PutBucketAcl", "PutBucketEncryption", "GetBucketEncryption", "PutBucketReplication", "ListObjectsV2"],
    "cloudfront": ["CreateDistribution", "GetDistribution"],
    "route53": ["ChangeResourceRecordSets", "ListResourceRecordSets"],
}
"""Attributes with a prefix, lists that are flattened in two ways, namespaces on members and on operations."""


def answer_of(body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Any:
    return transport.HttpResponse(status, headers or {}, body.encode() if isinstance(body, str) else body)


# ----------------------------------------------------------------------------------------------------- beside botocore


def _sampled(service: str) -> dict[str, Any]:
    names = [name for name in sorted(raw_model(service)["operations"]) if name != "SelectObjectContent"]
    return cut(service, [*Random(service).sample(names, SERVICES[service]), *ALWAYS[service]])


@pytest.mark.parametrize("service", SERVICES)
def test_bodies_are_those_of_botocore(service: str) -> None:
    raw = _sampled(service)
    codec, random, seen = rest_xml.codec_of(table_of(raw)), Random(service), 0
    serializer = create_serializer("rest-xml", include_validation=False)
    for operation, value in calls(raw, random):
        message = codec.request(operation_of(operation.name), json_form(operation.input_shape, value))
        theirs = serializer.serialize_to_request(value, operation)
        body = theirs["body"] if isinstance(theirs["body"], bytes) else theirs["body"].encode()
        assert (message.method, message.path) == (theirs["method"], theirs["url_path"].partition("?")[0])
        if not body and message.body:
            _assert_empty(message.body)  # members in the body, none of them set: botocore leaves the element out
        elif body != message.body:
            assert canonicalize(message.body.decode()) == canonicalize(body.decode())
        seen += body != b""
    assert seen >= 5


def _assert_empty(body: bytes) -> None:
    assert body.startswith(b"<") and b"></" in body and body.count(b"<") == 2


@pytest.mark.parametrize("service", SERVICES)
def test_answers_are_read_as_botocore_reads_them(service: str) -> None:
    raw = _sampled(service)
    codec, random, seen = rest_xml.codec_of(table_of(raw)), Random(service), 0
    parser = create_parser("rest-xml")
    for operation, _ in calls(raw, random):
        for body in _bodies(operation, random):
            theirs = parser.parse({"body": body, "headers": {}, "status_code": 200}, operation.output_shape)
            mine = codec.answer(operation_of(operation.name), answer_of(body))
            assert _bodily(operation, as_boto3(operation.output_shape, mine)) == _bodily(operation, theirs)
            seen += 1
    assert seen > 10


def _bodies(operation: Any, random: Random) -> Iterator[bytes]:
    """Write two answers of an operation, where they are XML."""
    shape = operation.output_shape
    if shape is None or operation.has_streaming_output:
        return
    payload = shape.serialization.get("payload")
    members = [name for name in shape.members if _is_bodily(operation, name)]
    for depth in (5, 8):
        value = made_up(shape, random, depth)
        if payload is None and members:
            yield document(shape, {name: value[name] for name in members if name in value}, f"{operation.name}Result")
        elif payload is not None and shape.members[payload].type_name == "structure":
            yield document(shape.members[payload], value.get(payload, {}), payload)


def _bodily(operation: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is in no body."""
    return {name: item for name, item in value.items() if _is_bodily(operation, name)}


def _is_bodily(operation: Any, name: str) -> bool:
    members = operation.output_shape.members
    return name in members and "location" not in members[name].serialization


@pytest.mark.parametrize(
    ("shape", "operation", "service", "root"),
    [
        ({}, {}, None, "<In></In>"),
        ({}, {}, ("s", None), '<In xmlns="s"></In>'),
        ({}, {"element": "Op"}, None, "<Op></Op>"),
        ({"xml_name": "Own"}, {"element": "Op"}, None, "<Own></Own>"),
        ({"namespace": ("own", "p")}, {}, ("s", None), '<In xmlns:p="own"></In>'),
        ({"namespace": ("own", "p")}, {"namespace": ("op", None)}, ("s", None), '<In xmlns="op"></In>'),
    ],
)
def test_the_root_is_named_by_its_shape_then_its_operation(
    shape: dict[str, Any], operation: dict[str, Any], service: Any, root: str
) -> None:
    member = bindings.Member("A", "#string", "A")
    shapes = {"In": bindings.Shape("structure", (member,), **shape), "#string": bindings.Shape("string")}
    binding = bindings.Binding(bindings.Http("POST", "/"), "In", **operation)
    codec = rest_xml.codec_of(bindings.Table("restXml", shapes, {"Do": binding}, {}, namespace=service))
    assert codec.request(operation_of("Do"), {}).body.decode() == root


# --------------------------------------------------------------------------------------------------- what S3 does, raw

RAW = ["GetBucketLocation", "CreateBucket", "CopyObject", "CompleteMultipartUpload", "GetObject", "HeadObject"]


@pytest.fixture(scope="module")
def s3() -> Any:
    return rest_xml.codec_of(table_of(cut("s3", [*RAW, "ListBuckets"])))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">EU</LocationConstraint>', "EU"),
        ('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>', None),
        ("<Out><LocationConstraint>EU</LocationConstraint></Out>", "EU"),
        ("<Out/>", None),
    ],
)
def test_a_root_may_be_the_only_member_itself(s3: Any, body: str, expected: str | None) -> None:
    answer = s3.answer(operation_of("GetBucketLocation"), answer_of(body))
    assert answer == ({} if expected is None else {"LocationConstraint": expected})


def test_a_payload_that_is_not_given_is_no_body(s3: Any) -> None:
    message = s3.request(operation_of("CreateBucket"), {"Bucket": "b"})
    assert (message.body, "Content-Type" in message.headers) == (b"", False)
    wire = {"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": "EU"}}
    assert s3.request(operation_of("CreateBucket"), wire).body.decode() == (
        '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<LocationConstraint>EU</LocationConstraint></CreateBucketConfiguration>"
    )


@pytest.mark.parametrize("body", ["<html><body/></html>", "<Error><Code>SlowDown</Code></Error>"])
def test_what_is_no_answer_is_no_empty_success(s3: Any, body: str) -> None:
    with pytest.raises(errors.ResponseError, match=r"^\$: expected an answer, found (html|Error)$"):
        s3.answer(operation_of("ListBuckets"), answer_of(body))


@pytest.mark.parametrize(
    ("bucket", "message"),
    [
        ("", "Bucket: is empty, and stands in the path [length]"),
        (None, "Bucket: is required: it is in the path [required]"),
    ],
)
def test_a_key_without_its_bucket_is_not_taken_for_a_bucket(s3: Any, bucket: str | None, message: str) -> None:
    with pytest.raises(errors.ValidationError) as refused:
        s3.request(operation_of("GetObject"), {"Bucket": bucket, "Key": "k"})
    assert str(refused.value) == f"1 constraint not met\n  {message}"


def test_an_error_without_a_body_says_nothing_but_its_request(s3: Any) -> None:
    fault = s3.fault(answer_of("", 404, {"x-amz-request-id": "r"}))
    assert fault == messages.Fault(None, None, {}, "r")


def test_the_error_of_route_53_that_is_a_document_of_its_own_is_read() -> None:
    codec = rest_xml.codec_of(table_of(cut("route53", ["ChangeResourceRecordSets"])))
    text = "<InvalidChangeBatch><Messages><Message>a</Message></Messages><RequestId>r</RequestId></InvalidChangeBatch>"
    fault = codec.fault(answer_of(text, 400))
    assert (fault.code, fault.message, fault.request_id) == ("InvalidChangeBatch", None, "r")
    assert fault.body["Messages"] == {"Message": "a"}


def test_errors_are_read_as_botocore_reads_them() -> None:
    raw = {"route53": ["ChangeResourceRecordSets", "CreateHostedZone"], "s3": ["GetObject", "RestoreObject"]}
    seen = 0
    for service, operations in raw.items():
        model = cut(service, operations)
        codec, random, parser = rest_xml.codec_of(table_of(model)), Random(service), create_parser("rest-xml")
        for shape in ServiceModel(model).error_shapes:
            value = made_up(shape, random, 5)
            code = f"<Code>{shape.error_code}</Code>"
            body = document(shape, value, "Error", "ErrorResponse").replace(b"</Error>", f"{code}</Error>".encode())
            body = body.replace(b"<Error />", f"<Error>{code}</Error>".encode())
            fault = codec.fault(answer_of(body, 400))
            theirs = parser._do_modeled_error_parse({"body": body, "headers": {}, "status_code": 400}, shape)
            assert fault.code == shape.error_code
            assert (
                {name: fault.body.get(name) for name in theirs} == json_form(shape, theirs) == json_form(shape, value)
            )
            seen += len(value)
    assert seen > 3


# ------------------------------------------------------------------------------------------- what S3 does, in a client


@pytest.fixture(scope="module")
def package() -> Iterator[Any]:
    """Generate a client of few operations and few members: what is more costs seconds, and says no more."""
    raw = cut("s3", ["CopyObject", "CompleteMultipartUpload", "GetObject", "HeadObject"])
    slim = {**raw, "shapes": {name: _slim(shape) for name, shape in raw["shapes"].items()}}
    with imported(generate(read_botocore((read_source("service-2.json", json.dumps(slim).encode()),))).files) as found:
        yield found


def _slim(shape: dict[str, Any]) -> dict[str, Any]:
    """Leave out the optional members that are in no body."""
    required = shape.get("required", ())
    kept = {name: one for name, one in shape.get("members", {}).items() if name in required or "location" not in one}
    return {**shape, **({"members": kept} if "members" in shape else {})}


def answering(
    package: Any, *bodies: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> tuple[Any, list[Any]]:
    """Give a client whose service gives these answers, one after the other, and what it was asked."""
    asked: list[Any] = []

    def answer(request: Any) -> Any:
        asked.append(request)
        return package.transports.HttpResponse(status, headers or {}, bodies[len(asked) - 1].encode())

    client = package.Client(
        region="us-east-1",
        endpoint_url="https://s3.example.com",
        credentials=package.Credentials("AKIDEXAMPLE", "secret"),
        transport=package.transports.InProcessTransport(answer),
        retries=len(bodies),
    )
    return client, asked


LATE = """<?xml version="1.0"?>
<Error><Code>InternalError</Code><Message>Try again</Message><RequestId>r</RequestId></Error>"""
COPIED = "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>"
COPY = {"bucket": "b", "copy_source": "a/k", "key": "k"}


def test_an_error_in_an_answer_of_success_is_tried_again(package: Any) -> None:
    client, asked = answering(package, LATE, COPIED)
    assert client.copy_object(**COPY).copy_object_result.etag == "e"
    assert len(asked) == 2


def test_an_error_in_every_answer_of_success_is_raised(package: Any) -> None:
    client, _ = answering(package, LATE)
    with pytest.raises(package.errors.ServiceError) as failed:
        client.complete_multipart_upload(bucket="b", key="k", upload_id="u")
    error = failed.value
    assert (error.code, error.message, error.request_id, error.http_status) == ("InternalError", "Try again", "r", 500)


def test_what_is_stored_may_look_like_an_error(package: Any) -> None:
    client, _ = answering(package, LATE)
    assert client.get_object(bucket="b", key="k").body == LATE.encode()


def test_an_error_without_a_body_has_its_status_for_a_code(package: Any) -> None:
    client, _ = answering(package, "", status=404)
    with pytest.raises(package.errors.ServiceError) as failed:
        client.head_object(bucket="b", key="k")
    assert (failed.value.code, failed.value.message, failed.value.http_status) == ("404", None, 404)


def test_modelled_errors_are_found_by_their_code(package: Any) -> None:
    text = "<Error><Code>NoSuchKey</Code><Message>None</Message><Key>k</Key><RequestId>r</RequestId></Error>"
    client, _ = answering(package, text, status=404)
    with pytest.raises(package.errors.NoSuchKey) as failed:
        client.get_object(bucket="b", key="k")
    assert (failed.value.message, failed.value.request_id, failed.value.body["Key"]) == ("None", "r", "k")


MOVED = """<?xml version="1.0"?>
<Error><Code>PermanentRedirect</Code><Message>Elsewhere</Message><Endpoint>b.s3.amazonaws.com</Endpoint></Error>"""
PORTAL = "<html><body>Log in</body></html>"


@pytest.mark.parametrize(("status", "code"), [(301, "PermanentRedirect"), (307, "TemporaryRedirect")])
def test_a_redirect_to_another_region_is_an_error_of_its_code_and_not_followed(
    package: Any, status: int, code: str
) -> None:
    body = MOVED.replace("PermanentRedirect", code)
    client, asked = answering(package, body, status=status)
    with pytest.raises(package.errors.ServiceError) as failed:
        client.get_object(bucket="b", key="k")
    error, theirs = failed.value, _by_botocore(body, status)
    assert (error.code, error.message, error.http_status) == (theirs["Code"], theirs["Message"], status)
    assert (error.code, error.body["Endpoint"], len(asked)) == (code, "b.s3.amazonaws.com", 1)


def test_what_was_not_modified_is_an_error_of_its_status(package: Any) -> None:
    client, asked = answering(package, "", status=304)
    with pytest.raises(package.errors.ServiceError) as failed:
        client.get_object(bucket="b", key="k")
    assert (failed.value.code, failed.value.http_status, len(asked)) == (_by_botocore("", 304)["Code"], 304, 1)


def test_a_redirect_that_answers_head_is_an_error_of_its_status_if_the_service_sent_it(package: Any) -> None:
    client, _ = answering(package, "", status=301, headers={"x-amz-request-id": "r"})
    with pytest.raises(package.errors.ServiceError) as failed:
        client.head_object(bucket="b", key="k")
    assert (failed.value.code, failed.value.request_id) == (_by_botocore("", 301)["Code"], "r")
    client, _ = answering(package, "", status=301)
    with pytest.raises(package.errors.ResponseError, match="a redirect, which is not followed"):
        client.head_object(bucket="b", key="k")


@pytest.mark.parametrize("body", ["", PORTAL, "no XML"])
def test_a_redirect_that_tells_of_no_error_is_no_answer(package: Any, body: str) -> None:
    client, asked = answering(package, body, status=302)
    with pytest.raises(package.errors.ResponseError, match="a redirect, which is not followed"):
        client.get_object(bucket="b", key="k")
    assert len(asked) == 1


def _by_botocore(body: str, status: int) -> dict[str, str]:
    told = {"body": body.encode(), "headers": {}, "status_code": status}
    found: dict[str, str] = create_parser("rest-xml").parse(told, None)["Error"]
    return found
