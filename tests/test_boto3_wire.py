"""What our clients send is, byte for byte, what boto3 sends: body, headers, signature; and what both read of errors.

boto3's client is made of our own release's model, since botocore's is newer. Token and time, which each side would
make up, are fixed. The order of members is what callers of boto3 decide and callers of ours do not, so boto3 is given
its arguments in spec order.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from boto3_sides import (
    GOOD,
    KEY,
    OF_EACH,
    SECRET,
    SESSION,
    TOKEN,
    Answer,
    Sides,
    Told,
    all_sides,
    assert_alike,
    assert_same,
    exchanged,
    fixed,
)
from botocore_models import in_spec_order
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import NEW, OLD, model_of, package_of
from recording_server import recording_server
from test_boto3 import FULL_REQUESTS, RELEASED
from values import valid

from codegen.spec.ir import SpecText

DRAWN = 200
"""Generated requests per operation and release."""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Sides]]:
    with fixed(), all_sides(tmp_path_factory.mktemp("models")) as make:
        yield make


def ordered(release: str, operation: str, value: Any) -> dict[str, Any]:
    model = model_of(release)
    target = model.operations[SpecText(operation)].input
    assert target is not None
    found = in_spec_order(model, target, value)
    assert isinstance(found, dict) and found == value
    return found


# ------------------------------------------------------------------------------------------------------------ requests


def test_boto3_has_the_model_of_the_release(sides: Callable[..., Sides]) -> None:
    for release in (OLD, NEW):
        names = {name.raw for name in model_of(release).operations}
        assert set(sides(release).theirs.client.meta.service_model.operation_names) == names


PLAIN = {"Catalog": "Sandbox", "ClientToken": "token", "Description": "Move", "Title": "Migration"}
CUSTOMER = FULL_REQUESTS["CreateEngagement"]["Contexts"][0]["Payload"]["CustomerProject"]["Customer"]
HAND_PICKED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "plain": ("CreateEngagement", PLAIN),
    "letters of many scripts": ("CreateEngagement", {**PLAIN, "Title": "Ærøskøbing 東京 Αθήνα عربى e\u0301"}),
    "emoji": ("CreateEngagement", {**PLAIN, "Title": "😀 👩‍👩‍👧 🇩🇰", "Description": "\U0010ffff"}),
    "quotes": ("CreateEngagement", {**PLAIN, "Title": "'single' \"double\" `tick`", "Description": '"""'}),
    "backslashes": ("CreateEngagement", {**PLAIN, "Title": '\\ \\\\ \\n \\u0041 \\"', "Description": "ends in \\"}),
    "control characters": (
        "CreateEngagement",
        {**PLAIN, "Description": "\x00\x01\b\t\n\v\f\r\x1b\x1f\x7f\x85\u2028\ufeff"},
    ),
    "what HTML and URLs escape": ("CreateEngagement", {**PLAIN, "Title": "</script>&amp;%20+?#/..//~"}),
    "texts that look like other types": ("CreateEngagement", {**PLAIN, "Title": "null", "Description": "1e999"}),
    "the longest title": ("CreateEngagement", {**PLAIN, "Title": "\U0001f600" * 40, "Description": "é" * 255}),
    "the shortest texts": ("CreateEngagement", {**PLAIN, "Title": " ", "Description": ""}),
    "every character of a token": ("CreateEngagement", {**PLAIN, "ClientToken": "".join(map(chr, range(33, 97)))}),
    "an empty list": ("CreateEngagement", {**PLAIN, "Contexts": []}),
    "as many items as may be": ("CreateEngagement", {**PLAIN, "Contexts": [{"Type": "CustomerProject"}] * 5}),
    "a union whose arm is empty": (
        "CreateEngagement",
        {**PLAIN, "Contexts": [{"Payload": {"CustomerProject": {}}, "Type": "CustomerProject"}]},
    ),
    "a union within a list within a structure": (
        "CreateEngagement",
        {
            **PLAIN,
            "Contexts": [
                {"Type": "CustomerProject", "Payload": {"CustomerProject": {"Customer": CUSTOMER}}},
                {"Type": "CustomerProject"},
            ],
        },
    ),
    **{f"every member of {name}": (name, value) for name, value in FULL_REQUESTS.items()},
}


@pytest.mark.parametrize("token", [None, SESSION], ids=["without a session token", "with a session token"])
@pytest.mark.parametrize("name", HAND_PICKED)
def test_a_request_is_the_one_that_boto3_sends(name: str, token: str | None, sides: Callable[..., Sides]) -> None:
    operation, value = HAND_PICKED[name]
    arguments = ordered(NEW, operation, value)
    sent = assert_alike(sides(token=token), operation, arguments)
    assert json.loads(sent.body) == arguments
    assert sent.headers.get("x-amz-security-token") == token
    signed = re.findall("SignedHeaders=([^,]*)", sent.headers["authorization"])
    of_token = ";x-amz-security-token" if token else ""
    assert signed == [f"content-type;host;x-amz-date{of_token};x-amz-target"]
    assert sent.headers["x-amz-date"] == "20241205T235958Z"


@pytest.mark.parametrize(("release", "operation"), RELEASED)
def test_a_token_that_is_left_out_is_filled_in_alike(release: str, operation: str, sides: Callable[..., Sides]) -> None:
    arguments = ordered(release, operation, FULL_REQUESTS[operation])
    del arguments["ClientToken"]
    sent = assert_alike(sides(release), operation, arguments)
    assert sent.body.endswith(f', "ClientToken": "{TOKEN}"}}'.encode())


ENDPOINTS: Mapping[str, tuple[dict[str, Any], str]] = {
    "the service's own": ({}, "https://partnercentral-selling.us-east-1.api.aws/"),
    "of another region": ({"region": "eu-west-2"}, "https://partnercentral-selling.eu-west-2.api.aws/"),
    "FIPS": ({"use_fips": True}, "https://partnercentral-selling-fips.us-east-1.api.aws/"),
    "with a port": ({"endpoint_url": "http://localhost:8080"}, "http://localhost:8080/"),
    "with a path": ({"endpoint_url": "https://example.com/a/b/"}, "https://example.com/a/b/"),
    "with an escape in its path": ({"endpoint_url": "https://example.com/a%20b/"}, "https://example.com/a%20b/"),
    "an IPv6 address": ({"endpoint_url": "http://[::1]:8080"}, "http://[::1]:8080/"),
}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_requests_go_where_boto3_sends_them(name: str, sides: Callable[..., Sides]) -> None:
    options, url = ENDPOINTS[name]
    assert assert_alike(sides(**options), "CreateEngagement", PLAIN).url == url


def test_a_path_without_a_slash_at_its_end_is_given_one(sides: Callable[..., Sides]) -> None:
    """As AWS's protocol vectors have it (`HostWithPath`); boto3 sends the URL as it is."""
    theirs, _, ours = exchanged(sides(endpoint_url="https://example.com/a"), "CreateEngagement", PLAIN)
    assert [one.url for one in theirs] == ["https://example.com/a"]
    assert [one.url for sent, _ in ours for one in sent] == ["https://example.com/a/"] * 2


def test_the_port_that_a_scheme_has_anyway_is_left_out(sides: Callable[..., Sides]) -> None:
    """boto3 keeps it in the URL, and signs without it."""
    theirs, _, ours = exchanged(sides(endpoint_url="https://example.com:443"), "CreateEngagement", PLAIN)
    assert theirs[0].url == "https://example.com:443/"
    for sent, _ in ours:
        assert sent[0].url == "https://example.com/"
        assert_same([theirs[0]._replace(url="https://example.com/")], sent)


@pytest.mark.parametrize(("release", "operation"), RELEASED)
def test_generated_requests_are_those_that_boto3_sends(
    release: str, operation: str, sides: Callable[..., Sides]
) -> None:
    target = model_of(release).operations[SpecText(operation)].input
    assert target is not None
    bodies: list[bytes] = []

    @settings(
        max_examples=DRAWN, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(value=valid(model_of(release), target), given_token=st.booleans(), session=st.sampled_from((None, SESSION)))
    def compare(value: dict[str, Any], given_token: bool, session: str | None) -> None:
        arguments = ordered(release, operation, value)
        if not given_token:
            del arguments["ClientToken"]
        bodies.append(assert_alike(sides(release, token=session), operation, arguments).body)

    compare()
    assert len(bodies) >= DRAWN
    assert len(set(bodies)) > DRAWN / 2


def test_members_are_written_in_the_order_of_the_spec_whatever_the_callers(sides: Callable[..., Sides]) -> None:
    """boto3 follows its caller's: the one reason why bytes may differ, and no reason to the service."""
    arguments = ordered(NEW, "CreateEngagement", FULL_REQUESTS["CreateEngagement"])
    backwards = _backwards(arguments)
    first, _, _ = exchanged(sides(), "CreateEngagement", arguments)
    theirs, _, ours = exchanged(sides(), "CreateEngagement", backwards)
    assert theirs[0].body != first[0].body
    assert json.loads(theirs[0].body) == json.loads(first[0].body)
    assert [sent[0].body for sent, _ in ours] == [first[0].body] * 2


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _backwards(item) for name, item in reversed(value.items())}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


def test_on_the_wire_all_send_the_same_headers(sides: Callable[..., Sides]) -> None:
    """Not through a stand-in: what the HTTP libraries add counts here."""
    with recording_server() as (url, received):
        three = sides(endpoint_url=url)
        three.theirs.client.meta.events.unregister("before-send", three.theirs._answer)
        three.theirs.client.create_engagement(**PLAIN)
        three.theirs.client.close()
        package: Any = package_of(NEW)
        options = {"region": "us-east-1", "endpoint_url": url, "credentials": package.Credentials(KEY, SECRET)}
        with package.Client(**options) as client:
            client.create_engagement(**PLAIN)
        asyncio.run(_create(package.AsyncClient(**options)))
    theirs, *ours = received
    for mine in ours:
        assert (mine.method, mine.path, mine.body) == (theirs.method, theirs.path, theirs.body)
        assert mine.headers.keys() == theirs.headers.keys()
        same = mine.headers.keys() - OF_EACH - {"authorization", "x-amz-date"}
        assert {name: mine.headers[name] for name in same} == {name: theirs.headers[name] for name in same}


async def _create(client: Any) -> None:
    async with client:
        await client.create_engagement(**PLAIN)


# ------------------------------------------------------------------------------------------------------------- retries

NO_CONNECTION = Answer(0)
FAILURES: Mapping[str, Answer] = {
    "503 and nothing": Answer(503, {}, b""),
    "an error of the service": Answer(500, {}, b'{"__type": "InternalServerException", "Message": "again"}'),
    "throttling": Answer(400, {}, b'{"__type": "ThrottlingException", "Message": "slower"}'),
    "no connection": NO_CONNECTION,
}


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        assert seconds > 0

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr("asyncio.sleep", at_once)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("name", FAILURES)
def test_retries_are_those_that_boto3_makes(name: str, sides: Callable[..., Sides]) -> None:
    arguments = {key: value for key, value in PLAIN.items() if key != "ClientToken"}
    answers = (FAILURES[name], FAILURES[name], GOOD)
    theirs, told, ours = exchanged(sides(attempts=3), "CreateEngagement", arguments, *answers)
    assert told is None
    for sent, mine in ours:
        assert mine is None
        assert_same(theirs, sent)
    for sent in (theirs, *(sent for sent, _ in ours)):
        assert [json.loads(one.body)["ClientToken"] for one in sent] == [TOKEN] * 3
        dates = [one.headers["x-amz-date"] for one in sent]
        assert dates == ["20241205T235958Z", "20241205T235959Z", "20241206T000000Z"]
        assert len({one.headers["amz-sdk-invocation-id"] for one in sent}) == 1
        attempts = [one.headers["amz-sdk-request"].split("; ") for one in sent]
        assert [f"attempt={number}" in parts for number, parts in enumerate(attempts, 1)] == [True] * 3


def test_every_call_has_an_invocation_id_of_its_own(sides: Callable[..., Sides]) -> None:
    calls = [exchanged(sides(), "CreateEngagement", PLAIN) for _ in range(2)]
    sent = [one for theirs, _, ours in calls for one in (*theirs, *(request for sent, _ in ours for request in sent))]
    assert len({one.headers["amz-sdk-invocation-id"] for one in sent}) == len(sent) == 6


# -------------------------------------------------------------------------------------------------------------- errors

CODES = [error.name.raw for error in model_of(NEW).errors.values()]
NAMES = {"ClientError": "ServiceError"}
"""What either side calls an error that the service does not model."""
REQUEST_ID = "0b3fcd2e-0d1c-4d52-b8a4-0ecf6a7c5f11"


def error(status: int, body: Any, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(
        status, {"x-amzn-RequestId": REQUEST_ID, **{k.replace("_", "-"): v for k, v in headers.items()}}, content
    )


ERRORS: Mapping[str, Answer] = {
    **{code: error(400, {"__type": code, "Message": "no"}) for code in CODES},
    **{f"{code} with its namespace": error(400, {"__type": f"com.amazon.x#{code}", "message": "no"}) for code in CODES},
    "a code that is not modelled": error(400, {"__type": "com.amazon.coral.service#NewException", "message": "no"}),
    "a code with a URL": error(400, {"__type": "ConflictException:http://internal.amazon.com/", "message": "no"}),
    "another status than documented": error(409, {"__type": "ConflictException", "Message": "no"}),
    "a status of the server's": error(500, {"__type": "InternalServerException", "Message": "no"}),
    "404": error(404, {"__type": "ResourceNotFoundException", "message": "no"}),
    "both messages": error(400, {"__type": "ConflictException", "message": "a", "Message": "b"}),
    "an empty message": error(400, {"__type": "ConflictException", "message": ""}),
    "a message that is null": error(400, {"__type": "ConflictException", "message": None}),
    "a message with every kind of letter": error(400, {"__type": "ConflictException", "message": 'Æ "😀" \\ \n'}),
    "members besides": error(400, {"__type": "ValidationException", "Message": "1", "Reason": "X", "ErrorList": []}),
    "__type before code": error(400, {"code": "AccessDeniedException", "__type": "ConflictException", "message": "no"}),
    "header and __type that agree": error(
        400, {"__type": "ConflictException", "message": "no"}, x_amzn_ErrorType="ConflictException:http://a/"
    ),
    "no request id": Answer(400, {}, b'{"__type": "ConflictException", "message": "no"}'),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_as_boto3_tells_it(name: str, sides: Callable[..., Sides]) -> None:
    _, theirs, ours = exchanged(sides(), "CreateEngagement", PLAIN, ERRORS[name])
    assert theirs is not None and theirs.code
    expected = theirs._replace(kind=NAMES.get(theirs.kind, theirs.kind))
    assert [told for _, told in ours] == [expected, expected]


CONFLICT = {"x_amzn_ErrorType": "ConflictException:http://internal.amazon.com/"}
NO_CODE = Told("ServiceError", "400", None, 400, REQUEST_ID)
KNOWN = Told("ConflictException", "ConflictException", None, 400, REQUEST_ID)
UNREADABLE = Told("ResponseError", None, None, 200, REQUEST_ID)


def client_error(code: Any, message: Any, status: int = 400, kind: str = "ClientError") -> Told:
    return Told(kind, code, message, status, REQUEST_ID)


DIFFERENT: Mapping[str, tuple[Answer, Told | None, Told]] = {
    "the code in the header alone": (error(400, b"", **CONFLICT), client_error("400", ""), KNOWN),
    "the code in the header": (
        error(400, {"message": "m"}, **CONFLICT),
        client_error("400", "m"),
        KNOWN._replace(message="m"),
    ),
    "header and __type that do not agree": (
        error(400, {"__type": "AccessDeniedException", "message": "m"}, **CONFLICT),
        client_error("AccessDeniedException", "m", kind="AccessDeniedException"),
        KNOWN._replace(message="m"),
    ),
    "the code as a member": (error(400, {"code": "ConflictException"}), client_error("400", ""), KNOWN),
    "no message": (
        error(400, {"__type": "ConflictException"}),
        client_error("ConflictException", "", kind="ConflictException"),
        KNOWN,
    ),
    "an error that is a list": (error(400, [1]), Told("AttributeError"), NO_CODE),
    "an error that is null": (error(400, None), Told("AttributeError"), NO_CODE),
    "a __type that is a number": (error(400, {"__type": 5}), Told("TypeError"), NO_CODE),
    "a __type that is empty": (error(400, {"__type": ""}), client_error("", ""), NO_CODE),
    "an error that is no JSON": (error(400, b"not json"), client_error("400", "not json"), NO_CODE),
    "HTML with 503": (
        error(503, b"<html>busy</html>"),
        client_error("503", "Service Unavailable", 503)._replace(request_id=None),
        Told("ServiceError", "503", None, 503, REQUEST_ID),
    ),
    "a redirect": (
        error(307, b"", location="https://example.com/"),
        client_error("307", "", 307),
        Told("ResponseError", None, None, 307, REQUEST_ID),
    ),
    "success and HTML": (error(200, b"<html>log in</html>"), None, UNREADABLE),
    "success and nothing": (error(200, b""), None, UNREADABLE),
    "success and a list": (error(200, [1]), Told("AttributeError"), UNREADABLE),
}
"""Where botocore fails, passes over what it was told, or takes for success what is none: answer, what it tells, what
we tell."""


@pytest.mark.parametrize("name", DIFFERENT)
def test_errors_are_told_where_boto3_fails(name: str, sides: Callable[..., Sides]) -> None:
    answer, theirs, ours = DIFFERENT[name]
    _, told, found = exchanged(sides(), "CreateEngagement", PLAIN, answer)
    assert told == theirs
    assert [mine for _, mine in found] == [ours, ours]
    assert told is None or told._replace(kind=NAMES.get(told.kind, told.kind)) != ours
