"""What boto3 would send is what our models write, and what boto3 reads is what they read.

The dated service models are long gone from botocore, so they are made from our specs; the installed one, which is
newer, is asked too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from botocore.model import ServiceModel, StructureShape  # type: ignore[import-untyped]
from botocore.parsers import create_parser  # type: ignore[import-untyped]
from botocore.serialize import create_serializer  # type: ignore[import-untyped]
from botocore.stub import Stubber  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]
from botocore_models import dated, installed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import NEW, OLD, errors_of, model_of, shape_of, without_nulls
from sizes import FULL
from values import valid

from codegen.spec.ir import SpecText

DRAWN = 500 if FULL else 50
"""Values per operation."""

CUSTOMER = {
    "CompanyName": "Ærøskøbing Røgeri",
    "CountryCode": "DK",
    "Industry": "Energy - Oil and Gas",
    "WebsiteUrl": "https://www.example.com/a",
}
FULL_REQUESTS: dict[str, dict[str, Any]] = {
    "CreateEngagement": {
        "Catalog": "Sandbox",
        "ClientToken": "token-!~",
        "Title": "Umzug ☁",
        "Description": 'line one\nline "two" \u2028 \x00 \U0001f600',
        "Contexts": [
            {
                "Type": "CustomerProject",
                "Payload": {
                    "CustomerProject": {
                        "Customer": CUSTOMER,
                        "Project": {
                            "Title": "Data center exit",
                            "BusinessProblem": "Leases end before the year does.",
                            "TargetCompletionDate": "2025-12-31",
                        },
                    }
                },
            },
            {"Type": "CustomerProject"},
        ],
    },
    "CreateEngagementInvitation": {
        "Catalog": "AWS",
        "ClientToken": "0b3fcd2e-0d1c-4d52-b8a4-0ecf6a7c5f11",
        "EngagementIdentifier": "eng-0123456789abcd",
        "Invitation": {
            "Message": "Join us",
            "Receiver": {"Account": {"Alias": "Partner", "AwsAccountId": "111122223333"}},
            "Payload": {
                "OpportunityInvitation": {
                    "SenderContacts": [
                        {
                            "FirstName": "Ada",
                            "LastName": "Lovelace",
                            "BusinessTitle": "",
                            "Email": "ada@example.com",
                            "Phone": "+4512345678",
                        },
                        {"Email": "b@c"},
                    ],
                    "ReceiverResponsibilities": ["Co-Sell Facilitator", "Reseller"],
                    "Customer": CUSTOMER,
                    "Project": {
                        "Title": "Exit",
                        "BusinessProblem": "x" * 255,
                        "TargetCompletionDate": "2024-02-31",
                        "ExpectedCustomerSpend": [
                            {
                                "Amount": "1000.00",
                                "CurrencyCode": "XUA",
                                "EstimationUrl": "https://calculator.aws/",
                                "Frequency": "Monthly",
                                "TargetCompany": "Example",
                            }
                        ],
                    },
                }
            },
        },
    },
    "StartEngagementByAcceptingInvitationTask": {
        "Catalog": "AWS",
        "ClientToken": "t",
        "Identifier": "arn:aws:partnercentral:us-east-1::catalog/AWS/engagement-invitation/engi-0123456789abc",
    },
    "StartEngagementFromOpportunityTask": {
        "Catalog": "Sandbox",
        "ClientToken": "~" * 64,
        "Identifier": "O1234567890123456789",
        "AwsSubmission": {"InvolvementType": "For Visibility Only", "Visibility": "Limited"},
    },
}
OPERATIONS = list(FULL_REQUESTS)
SHARED = [name for name in OPERATIONS if name.startswith("Start")]
RELEASED = [(NEW, name) for name in OPERATIONS] + [(OLD, name) for name in SHARED]
ARN = "arn:aws:partnercentral:us-east-1::catalog/Sandbox/"
TASK = {
    "EngagementInvitationId": "engi-0123456789abc",
    "Message": "Invitation has expired",
    "OpportunityId": "O1",
    "ReasonCode": "InvitationValidationFailed",
    "ResourceSnapshotJobId": "job-0123456789abc",
    "StartTime": "2024-12-05T01:02:03.456Z",
    "TaskArn": f"{ARN}engagement-by-accepting-invitation-task/task-c18ns2bfuky88",
    "TaskId": "task-c18ns2bfuky88",
    "TaskStatus": "FAILED",
}
FULL_ANSWERS: dict[str, dict[str, Any]] = {
    "CreateEngagement": {"Arn": f"{ARN}engagement/eng-ktsuz9kfow9cv5", "Id": "eng-ktsuz9kfow9cv5"},
    "CreateEngagementInvitation": {"Arn": f"{ARN}engagement-invitation/engi-5qdeajl1bg9bk", "Id": "engi-5qdeajl1bg9bk"},
    "StartEngagementByAcceptingInvitationTask": TASK,
    "StartEngagementFromOpportunityTask": {**TASK, "EngagementId": "eng-ktsuz9kfow9cv5"},
}


def _request(release: str, operation: str) -> Any:
    model = model_of(release)
    found = model.operations[SpecText(operation)].input
    assert found is not None
    return shape_of(release, found.raw)


def _answer(release: str, operation: str) -> Any:
    found = model_of(release).operations[SpecText(operation)].output
    assert found is not None
    return shape_of(release, found.raw)


def _sent(service: ServiceModel, operation: str, value: dict[str, Any]) -> dict[str, Any]:
    """What botocore puts on the wire."""
    made = create_serializer("json").serialize_to_request(value, service.operation_model(operation))
    assert made["headers"]["X-Amz-Target"] == f"AWSPartnerCentralSelling.{operation}"
    assert made["headers"]["Content-Type"] == "application/x-amz-json-1.0"
    found = json.loads(made["body"])
    assert isinstance(found, dict)
    return found


# ------------------------------------------------------------------------------------------------------------- requests


@pytest.mark.parametrize(("release", "operation"), RELEASED)
def test_a_full_request_is_written_as_botocore_writes_it(release: str, operation: str) -> None:
    value = FULL_REQUESTS[operation]
    written = _request(release, operation)(**value).to_wire()
    assert written == value
    assert _sent(dated(release), operation, value) == written


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_full_requests_use_every_member(operation: str) -> None:
    used = _members_used(dated(NEW).operation_model(operation).input_shape, FULL_REQUESTS[operation])
    named = set(_all_members(dated(NEW).operation_model(operation).input_shape))
    assert used == named


def _all_members(shape: Any) -> Iterator[tuple[str, str]]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield shape.name, name
            yield from _all_members(member)
    elif shape.type_name == "list":
        yield from _all_members(shape.member)


def _members_used(shape: Any, value: Any) -> set[tuple[str, str]]:
    if isinstance(shape, StructureShape):
        inner = (_members_used(shape.members[name], item) for name, item in value.items())
        return {(shape.name, name) for name in value}.union(*inner)
    if shape.type_name == "list":
        return set[tuple[str, str]]().union(*(_members_used(shape.member, item) for item in value))
    return set()


@pytest.mark.parametrize(("release", "operation"), RELEASED)
@settings(
    max_examples=DRAWN, deadline=None, database=None, derandomize=not FULL, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_any_valid_request_is_written_as_botocore_writes_it(release: str, operation: str, data: st.DataObject) -> None:
    model = model_of(release)
    target = model.operations[SpecText(operation)].input
    assert target is not None
    value = data.draw(valid(model, target))
    written = _request(release, operation)(**value).to_wire()
    assert written == value
    assert _sent(dated(release), operation, value) == written
    found = ParamValidator().validate(written, dated(release).operation_model(operation).input_shape)
    assert not found.has_errors(), found.generate_report()


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(
    max_examples=DRAWN, deadline=None, database=None, derandomize=not FULL, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_the_newer_model_of_the_installed_botocore_writes_the_same(operation: str, data: st.DataObject) -> None:
    model = model_of(NEW)
    target = model.operations[SpecText(operation)].input
    assert target is not None
    value = data.draw(valid(model, target))
    assert _sent(installed(), operation, value) == _request(NEW, operation)(**value).to_wire()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_newer_model_has_lost_no_member(operation: str) -> None:
    old, new = dated(NEW).operation_model(operation), installed().operation_model(operation)
    assert {name for _, name in _all_members(old.input_shape)} <= {name for _, name in _all_members(new.input_shape)}
    assert set(old.output_shape.members) <= set(new.output_shape.members)


def test_botocore_sends_what_our_models_refuse() -> None:
    """Known: botocore looks at lower bounds and at what is required, and at nothing else."""
    too_long = {**FULL_REQUESTS["CreateEngagement"], "Title": "x" * 300, "Catalog": "1"}
    assert (
        not ParamValidator().validate(too_long, dated(NEW).operation_model("CreateEngagement").input_shape).has_errors()
    )
    with pytest.raises(errors_of(NEW).ValidationError) as refused:
        _request(NEW, "CreateEngagement").build(too_long)
    assert [violation.path for violation in refused.value.violations] == ["Catalog", "Title"]


# -------------------------------------------------------------------------------------------------------------- answers

_TIMES = ["", ".1", ".12", ".123", ".123456", ".12345678", ".520786314"]


def _answers(release: str, operation: str) -> Iterator[dict[str, Any]]:
    names = set(dated(release).operation_model(operation).output_shape.members)
    full = {name: item for name, item in FULL_ANSWERS[operation].items() if name in names}
    assert names == full.keys()
    yield full
    yield {}
    yield dict.fromkeys(names)
    yield from ({name: item} for name, item in full.items())
    if "StartTime" in names:
        yield from ({"StartTime": f"2024-12-05T23:59:59{digits}Z"} for digits in _TIMES)
        yield from ({"StartTime": f"2024-12-05T23:59:59.5{offset}"} for offset in ("+01:00", "-11:30", "+00:00"))
        yield from ({"StartTime": epoch} for epoch in (0, 1733443199, 1733443199.5))


def _assert_read_alike(release: str, operation: str, service: ServiceModel, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    ours = _answer(release, operation).from_wire(body)
    shape = service.operation_model(operation).output_shape
    theirs = create_parser("json").parse({"status_code": 200, "headers": {}, "body": body}, shape)
    for attribute, field in type(ours).model_fields.items():
        mine, other = getattr(ours, attribute), theirs.get(field.alias or attribute)
        assert mine == other, attribute
        assert isinstance(mine, datetime) == isinstance(other, datetime)
    assert ours.to_wire() == without_nulls(answer)


@pytest.mark.parametrize(("release", "operation"), RELEASED)
def test_answers_are_read_as_botocore_reads_them(release: str, operation: str) -> None:
    for answer in _answers(release, operation):
        _assert_read_alike(release, operation, dated(release), answer)
        _assert_read_alike(release, operation, installed(), answer)


# --------------------------------------------------------------------------------------------------------------- errors

CODES = [error.name.raw for error in model_of(NEW).errors.values()]
_TYPES = ["{}", "com.amazonaws.partnercentralselling#{}", "{}:http://internal.amazon.com/", "aws.x#{}:http://y/z#q"]
_MESSAGES: list[dict[str, Any]] = [
    {"message": "no"},
    {"Message": "no"},
    {"message": "a", "Message": "b"},
    {"message": None},
    {"message": ""},
]


def _theirs(body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    shape = dated(NEW).operation_model("CreateEngagement").output_shape
    found = create_parser("json").parse({"status_code": 400, "headers": headers or {}, "body": body}, shape)
    error = found["Error"]
    assert isinstance(error, dict)
    return error


@pytest.mark.parametrize("code", [*CODES, "NewException"])
@pytest.mark.parametrize("form", _TYPES)
def test_an_error_has_the_code_and_message_that_botocore_finds(code: str, form: str) -> None:
    for message in _MESSAGES:
        body = json.dumps({"__type": form.format(code), **message}).encode()
        ours, theirs = errors_of(NEW).from_wire(body, http_status=400), _theirs(body)
        assert (ours.code, ours.message) == (theirs["Code"], theirs["Message"]) == (code, ours.message)
        assert type(ours).__name__ == (code if code in CODES else "ServiceError")


def test_the_details_of_an_error_are_those_that_botocore_merges() -> None:
    entry = {"FieldName": "Title", "Message": "too long", "Code": "INVALID_VALUE"}
    sent = {"Message": "1 error", "Reason": "REQUEST_VALIDATION_FAILED", "ErrorList": [entry]}
    body = json.dumps({"__type": "ValidationException", **sent}).encode()
    parser, shape = create_parser("json"), dated(NEW).shape_for("ValidationException")
    theirs = parser.parse({"status_code": 400, "headers": {}, "body": body}, shape)
    merged = {name: theirs[name] for name in shape.members}
    assert errors_of(NEW).from_wire(body).details.to_wire() == {"__type": "ValidationException", **merged}
    assert merged == sent


NO_MESSAGE = b'{"__type":"ConflictException"}'
HEADER = {"x-amzn-errortype": "ConflictException:http://internal.amazon.com/"}
BETTER: dict[str, tuple[bytes, dict[str, str], Any, tuple[str, str | None]]] = {
    "a body that is a list": (b"[1]", {}, AttributeError, ("400", None)),
    "a body that is null": (b"null", {}, AttributeError, ("400", None)),
    "a __type that is a number": (b'{"__type":5}', {}, TypeError, ("400", None)),
    "a __type that is empty": (b'{"__type":""}', {}, ("", ""), ("400", None)),
    "a __type that is null": (b'{"__type":null,"message":"m"}', {}, ("", "m"), ("400", "m")),
    "the code in the header alone": (b"", HEADER, ("400", ""), ("ConflictException", None)),
    "the code in the header, a message": (b'{"message":"m"}', HEADER, ("400", "m"), ("ConflictException", "m")),
    "the code as a member": (b'{"code":"ConflictException"}', {}, ("400", ""), ("ConflictException", None)),
    "a message that is a number": (
        b'{"__type":"ConflictException","message":5}',
        {},
        ("ConflictException", 5),
        ("ConflictException", None),
    ),
    "no message": (NO_MESSAGE, {}, ("ConflictException", ""), ("ConflictException", None)),
    "a body that is no JSON": (b"not json", {}, ("400", "not json"), ("400", None)),
}
"""Where botocore fails, or tells less: body, headers, what it says or raises, and what we say."""


@pytest.mark.parametrize("case", BETTER)
def test_errors_are_read_where_botocore_fails(case: str) -> None:
    body, headers, theirs, ours = BETTER[case]
    found = errors_of(NEW).from_wire(body, http_status=400, headers=headers)
    assert (found.code, found.message) == ours
    if isinstance(theirs, tuple):
        seen = _theirs(body, headers)
        assert (seen["Code"], seen["Message"]) == theirs
    else:
        with pytest.raises(theirs):
            _theirs(body, headers)


# ------------------------------------------------------------------------------------------------------- boto3's client


@pytest.fixture(scope="module")
def client() -> Any:
    session = botocore.session.Session()
    return session.create_client(
        "partnercentral-selling",
        region_name="us-east-1",
        aws_access_key_id="SANDBOXKEY1111222233",
        aws_secret_access_key="sandbox-secret-111122223333",
        endpoint_url="http://127.0.0.1:1",
    )


class _Raw:
    """A body as urllib3 streams it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


@contextmanager
def _answering(client: Any, status: int, headers: dict[str, str], content: bytes) -> Iterator[list[Any]]:
    """Answer in the server's place, and keep the requests."""
    requests: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, status, headers, _Raw(content))

    client.meta.events.register("before-send", answer)
    try:
        yield requests
    finally:
        client.meta.events.unregister("before-send", answer)


def _method(operation: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in operation).lstrip("_")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_whole_client_sends_and_reads_the_same(client: Any, operation: str) -> None:
    body = json.dumps(FULL_ANSWERS[operation]).encode()
    with _answering(client, 200, {"x-amzn-RequestId": "r"}, body) as requests:
        theirs = getattr(client, _method(operation))(**FULL_REQUESTS[operation])
    assert json.loads(requests[0].body) == _request(NEW, operation)(**FULL_REQUESTS[operation]).to_wire()
    ours = _answer(NEW, operation).from_wire(body)
    for attribute, field in type(ours).model_fields.items():
        assert getattr(ours, attribute) == theirs.get(field.alias or attribute)


def test_the_whole_client_finds_the_same_error(client: Any) -> None:
    body = b'{"__type":"com.amazonaws.x#ConflictException","Message":"gone"}'
    with _answering(client, 409, {"x-amzn-RequestId": "r"}, body), pytest.raises(ClientError) as caught:
        client.create_engagement(**FULL_REQUESTS["CreateEngagement"])
    ours = errors_of(NEW).from_wire(body, http_status=409, headers={"x-amzn-RequestId": "r"})
    theirs = caught.value.response
    assert (ours.code, ours.message) == (theirs["Error"]["Code"], theirs["Error"]["Message"])
    assert ours.request_id == theirs["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_stub_of_the_client_takes_what_our_models_write_and_hold(client: Any, operation: str) -> None:
    written = _request(NEW, operation)(**FULL_REQUESTS[operation]).to_wire()
    read = _answer(NEW, operation).from_wire(FULL_ANSWERS[operation])
    held = {field.alias or name: getattr(read, name) for name, field in type(read).model_fields.items()}
    answer = without_nulls(held)
    with Stubber(client) as stub:
        stub.add_response(_method(operation), answer, expected_params=written)
        assert getattr(client, _method(operation))(**written) == answer
        stub.assert_no_pending_responses()
