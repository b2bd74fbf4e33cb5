"""What the sandbox reads and writes: forms of requests, refusals in their order, answers and errors."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sandbox_stub import (
    CONTENT_TYPE,
    INPUT,
    MODEL,
    NOW,
    OUTPUT,
    Answer,
    StubEngine,
    ask,
    plain,
    sandbox,
    signed,
    with_header,
)

from codegen.sandbox.answers import _plain
from codegen.sandbox.app import Settings
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.errors import known_error
from codegen.sandbox.limits import Limits
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.strict_json import BadJson, read_json
from codegen.spec import ir

SPACE = "com.amazonaws.partnercentralselling#"


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


# ---------------------------------------------------------------------------------------------------------------- forms


def test_a_signed_call_reaches_the_engine_and_its_answer_the_caller() -> None:
    engine = StubEngine()
    answer = ask(sandbox(engine), signed())
    assert (answer.status, answer.body) == (200, OUTPUT)
    request_id = answer.headers["x-amzn-requestid"]
    assert str(UUID(request_id)) == request_id
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert engine.calls == [
        Call(operation="CreateEngagement", account="111122223333", input=INPUT, now=NOW, request_id=request_id)
    ]


def test_who_seeds_chance_in_the_same_process_gets_the_same_numbers_whatever_is_called() -> None:
    random.seed(7)
    first = random.random()
    random.seed(7)
    answers = [ask(sandbox(), signed()), ask(sandbox(), plain())]
    assert random.random() == first
    random.seed(7)
    answers += [ask(sandbox(), signed()), ask(sandbox(), plain())]
    assert len({each.headers["x-amzn-requestid"] for each in answers}) == len(answers)


def test_parameters_and_case_of_a_content_type_do_not_matter() -> None:
    request = with_header(plain(), "content-type", "Application/X-AMZ-JSON-1.0; charset=utf-8")
    assert ask(sandbox(), signed(request)).status == 200


def test_an_operation_may_stand_in_the_path_with_plain_json() -> None:
    request = with_header(with_header(plain(), "x-amz-target", None), "content-type", "application/json")
    answer = ask(sandbox(), signed(replace(request, path="/CreateEngagement")))
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "application/json", OUTPUT)


def test_an_empty_body_counts_as_an_empty_object() -> None:
    answer = ask(sandbox(), signed(plain(b"")))
    assert told(answer) == (400, "ValidationException")
    assert [one["FieldName"] for one in answer.body["ErrorList"]] == [
        "Catalog",
        "ClientToken",
        "Description",
        "Title",
    ]


WRONG_FORMS: Mapping[str, Callable[[HttpRequest], HttpRequest]] = {
    "GET": lambda request: replace(request, method="GET"),
    "PUT": lambda request: replace(request, method="PUT"),
    "no content type": lambda request: with_header(request, "content-type", None),
    "a form": lambda request: with_header(request, "content-type", "application/x-www-form-urlencoded"),
    "another protocol": lambda request: with_header(request, "content-type", "application/x-amz-json-1.1"),
    "plain JSON": lambda request: with_header(request, "content-type", "application/json"),
    "two content types": lambda request: replace(request, headers=(*request.headers, ("content-type", CONTENT_TYPE))),
    "another path": lambda request: replace(request, path="/CreateEngagement"),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_a_request_of_another_form_is_an_unknown_operation(name: str) -> None:
    answer = ask(sandbox(), signed(WRONG_FORMS[name](plain())))
    assert told(answer) == (404, "UnknownOperationException")
    assert answer.body == {
        "__type": "com.amazon.coral.service#UnknownOperationException",
        "message": "Only POST is served, with the content type of the protocol.",
    }


@pytest.mark.parametrize(
    "target", ["", "CreateEngagement", "AWSPartnerCentralSelling.", "Other.CreateEngagement", "a.b.CreateEngagement"]
)
def test_a_target_of_another_service_or_of_none_is_an_unknown_operation(target: str) -> None:
    answer = ask(sandbox(), signed(with_header(plain(), "x-amz-target", target)))
    assert (told(answer), answer.body["message"]) == (
        (404, "UnknownOperationException"),
        "The service has no such operation.",
    )


def test_targets_are_split_at_the_last_dot() -> None:
    assert MODEL.service.target_prefix is not None
    dotted = replace(MODEL.service.target_prefix, raw="com.amazonaws.v1.Service")
    model = replace(MODEL, service=replace(MODEL.service, target_prefix=dotted))
    request = with_header(plain(), "x-amz-target", "com.amazonaws.v1.Service.CreateEngagement")
    assert ask(sandbox(model=model), signed(request)).status == 200


# ---------------------------------------------------------------------------------------------------------------- order

TOO_LARGE = b" " * 200
ORDER: tuple[tuple[str, Callable[[HttpRequest], HttpRequest], tuple[int, str]], ...] = (
    ("host", lambda request: with_header(request, "host", "evil.example"), (403, "AccessDenied")),
    ("size", lambda request: replace(request, body=TOO_LARGE), (413, "RequestEntityTooLarge")),
    ("form", lambda request: replace(request, method="PUT"), (404, "UnknownOperationException")),
    ("JSON", lambda request: replace(request, body=b"{"), (400, "SerializationException")),
    ("target", lambda request: with_header(request, "x-amz-target", "A.B"), (404, "UnknownOperationException")),
    (
        "signature",
        lambda request: with_header(request, "authorization", None),
        (403, "MissingAuthenticationTokenException"),
    ),
)


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_refusals_come_in_the_order_of_front_ends(first: int) -> None:
    request = signed(plain(b"{}"))
    for _, change, _ in reversed(ORDER[first:]):
        request = change(request)
    small = Settings(limits=Limits(body=150))
    assert told(ask(sandbox(settings=small), request)) == ORDER[first][2]


def test_validation_comes_last() -> None:
    assert told(ask(sandbox(), plain(b"{}"))) == (403, "MissingAuthenticationTokenException")
    assert told(ask(sandbox(), signed(plain(b"{}")))) == (400, "ValidationException")


# ---------------------------------------------------------------------------------------------------- hosts and origins

OTHERS: Mapping[str, tuple[str, str | None]] = {
    "S20 another host": ("host", "partnercentral.evil.example"),
    "S20 a host that begins like one": ("host", "localhost.evil.example:8999"),
    "S20 a host of digits": ("host", "192.168.1.2:8999"),
    "S20 no host": ("host", None),
    "S20 two in one": ("host", "localhost, evil.example"),
    "S20 a user": ("host", "localhost@evil.example"),
    "S21 another origin": ("origin", "https://evil.example"),
    "S21 another port": ("origin", "http://127.0.0.1:3000"),
    "S21 no origin to speak of": ("origin", "null"),
    "S23 another site": ("sec-fetch-site", "cross-site"),
    "S23 another port of the site": ("sec-fetch-site", "same-site"),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("path", ["/", "/_console", "/_admin/clock", "/anything"])
def test_pages_of_others_are_refused_before_routing(name: str, path: str) -> None:
    header, value = OTHERS[name]
    answer = ask(sandbox(mount={"/_console": unreached}), with_header(signed(plain(path=path)), header, value))
    assert told(answer) == (403, "AccessDenied")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def unreached(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nothing is routed")


def test_s22_a_preflight_is_refused_without_a_word_of_cors() -> None:
    for origin in ("https://evil.example", "http://127.0.0.1:8999"):
        request = with_header(plain(b"", method="OPTIONS"), "origin", origin)
        answer = ask(sandbox(), with_header(request, "access-control-request-method", "POST"))
        assert told(answer) == (403, "AccessDenied")
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "LOCALHOST:8999", "[::1]:8999", "localhost"])
def test_names_of_loopback_and_pages_of_its_own_are_served(host: str) -> None:
    request = with_header(with_header(plain(), "host", host), "origin", f"http://{host}")
    assert ask(sandbox(), signed(with_header(request, "sec-fetch-site", "same-origin"))).status == 200


def test_hosts_and_origins_can_be_listed() -> None:
    request = signed(with_header(plain(), "host", "sandbox.example"))
    assert ask(sandbox(settings=Settings(hosts=None)), request).status == 200
    listed = Settings(hosts=frozenset({"sandbox.example"}), origins=frozenset({"https://tool.example"}))
    assert ask(sandbox(settings=listed), with_header(request, "origin", "https://tool.example")).status == 200


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


@pytest.mark.parametrize("path", ["/_console", "/_console/", "/_console/a/b"])
def test_what_is_mounted_is_served_to_this_machine(path: str) -> None:
    request = plain(b"", method="GET", path=path)
    app = sandbox(mount={"/_console": page}, settings=Settings(hosts=None))
    assert ask(app, request).content == b"a page"
    assert ask(app, replace(request, client="::1")).content == b"a page"
    for refused in (
        replace(request, client="192.168.1.2"),
        replace(request, client=""),
        with_header(request, "host", "x.example"),
    ):
        assert told(ask(app, refused)) == (403, "AccessDenied")


def test_a_path_that_only_begins_like_a_mounted_one_is_another() -> None:
    answer = ask(sandbox(mount={"/_console": unreached}), plain(b"", method="GET", path="/_consoles"))
    assert told(answer) == (404, "UnknownOperationException")


# ----------------------------------------------------------------------------------------------------------------- JSON

BAD_JSON: Mapping[str, tuple[bytes, str]] = {
    "S33 nothing but a space": (b" ", "the text is not JSON: line 1, column 2"),
    "S33 cut short": (b'{"a": ', "the text is not JSON: line 1, column 7"),
    "S33 more after the end": (b"{} {}", "the text is not JSON: line 1, column 4"),
    "S33 a comma too many": (b'{"a": 1,}', "the text is not JSON: line 1, column 9"),
    "S33 a comment": (b"{} // x", "the text is not JSON: line 1, column 4"),
    "S33 single quotes": (b"{'a': 1}", "the text is not JSON: line 1, column 2"),
    "S33 a control character": (b'{"a": "\x01"}', "the text is not JSON: line 1, column 8"),
    "S33 a leading zero": (b'{"a": 01}', "the text is not JSON: line 1, column 8"),
    "S33 duplicate keys": (b'{"a": 1, "a": 1}', "an object has the same key twice"),
    "S33 duplicate keys by escape": (b'{"a": 1, "\\u0061": 1}', "an object has the same key twice"),
    "S33 duplicate keys within": (b'{"b": [{"a": 1, "a": 2}]}', "an object has the same key twice"),
    "S33 NaN": (b'{"a": NaN}', "a number is NaN or infinite"),
    "S33 infinity": (b'{"a": -Infinity}', "a number is NaN or infinite"),
    "S33 a number beyond doubles": (b'{"a": 1e999}', "a number is too large"),
    "S33 6000 digits": (b'{"a": ' + b"1" * 6000 + b"}", "a number has more than 4300 digits"),
    "S33 6000 digits after the point": (b'{"a": 0.' + b"1" * 6000 + b"}", "a number is too large"),
    "S33 invalid UTF-8": (b'{"a": "\xff"}', "the text is not UTF-8"),
    "S33 a surrogate in UTF-8": (b'{"a": "\xed\xa0\x80"}', "the text is not UTF-8"),
    "S33 UTF-16": ('{"a": 1}'.encode("utf-16"), "the text is not UTF-8"),
    "S33 a byte order mark": (b"\xef\xbb\xbf{}", "the text is not JSON: line 1, column 1"),
    "S33 a lone surrogate": (b'{"a": "\\ud800"}', "half of a surrogate pair stands alone"),
    "S33 a lone surrogate in a key": (b'{"\\uDFFF": 1}', "half of a surrogate pair stands alone"),
    "S33 depth": (b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}", "values are nested more than 64 deep"),
    "S33 depth without end": (b"[" * 100_000, "values are nested more than 64 deep"),
    "S33 depth behind a string": (b'["\\"", ' + b"[" * 64, "values are nested more than 64 deep"),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_what_is_not_json_is_refused(name: str) -> None:
    content, message = BAD_JSON[name]
    answer = ask(sandbox(), signed(plain(content)))
    assert told(answer) == (400, "SerializationException")
    assert answer.body == {
        "__type": "com.amazon.coral.service#SerializationException",
        "message": f"The body cannot be read: {message}.",
    }


@pytest.mark.parametrize("content", [b"[]", b"null", b'"text"', b"1", b"true"])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    answer = ask(sandbox(), signed(plain(content)))
    assert (told(answer), answer.body["message"]) == ((400, "SerializationException"), "The body is not a JSON object.")


GOOD_JSON: Mapping[bytes, Any] = {
    b' {"a" : [1, -0.5, 1e3, true, false, null, "x"]}\r\n\t': {"a": [1, -0.5, 1000.0, True, False, None, "x"]},
    b'{"a": "\\ud83d\\ude00 \\\\ud800"}': {"a": "\N{GRINNING FACE} \\ud800"},
    b"[" * 64 + b"]" * 64: json.loads("[" * 64 + "]" * 64),
    b'["' + b"[" * 100 + b'", "' + b'\\"[' * 100 + b'"]': ["[" * 100, '"[' * 100],
    b'{"a": {"b": 1}, "c": {"b": 2}}': {"a": {"b": 1}, "c": {"b": 2}},
    b"9" * 4300: int("9" * 4300),
}


@pytest.mark.parametrize("content", GOOD_JSON, ids=range(len(GOOD_JSON)))
def test_json_is_read(content: bytes) -> None:
    assert read_json(content) == GOOD_JSON[content]


@pytest.mark.parametrize(
    "content",
    [
        b'"' + b'\\"' * 500_000,
        b"[" * 70 + b'"\\' * 300_000,
        b'["\\',
        b'"' * 999_999,
        b"[]" * 400_000,
        b'{"a":' * 200_000,
    ],
    ids=range(6),
)
def test_long_texts_are_refused_as_fast_as_they_are_read(content: bytes) -> None:
    with pytest.raises(BadJson):
        read_json(content)


# --------------------------------------------------------------------------------------------------------------- errors


def failing(code: str, members: Mapping[str, Any] | None = None) -> StubEngine:
    def fail(call: Call) -> Mapping[str, Any]:
        raise Fault(code, "It is so.", members)

    return StubEngine(fail)


SMITHY = {
    "AccessDeniedException": 403,
    "ConflictException": 409,
    "InternalServerException": 500,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 402,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


@pytest.mark.parametrize("code", SMITHY)
def test_a_modelled_error_has_its_type_its_message_and_the_status_that_was_chosen(code: str) -> None:
    more = {"Reason": "BUSINESS_VALIDATION_FAILED"} if code == "ValidationException" else {}
    pages = ask(sandbox(failing(code, more)), signed())
    smithy = ask(sandbox(failing(code, more), settings=Settings(statuses="smithy")), signed())
    assert (pages.status, smithy.status) == (500 if code == "InternalServerException" else 400, SMITHY[code])
    for answer in (pages, smithy):
        assert answer.body == {"__type": SPACE + code, "Message": "It is so.", **more}
        assert answer.headers["x-amzn-errortype"] == code
        assert UUID(answer.headers["x-amzn-requestid"])
        assert answer.headers["content-type"] == CONTENT_TYPE


def test_every_modelled_error_was_tried() -> None:
    assert {error.name.raw for error in MODEL.errors.values()} == SMITHY.keys()


def test_members_that_an_error_does_not_have_are_left_out() -> None:
    answer = ask(sandbox(failing("ConflictException", {"Reason": "x"})), signed())
    assert answer.body == {"__type": f"{SPACE}ConflictException", "Message": "It is so."}


COMMON = {
    "AccessDenied": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "UnrecognizedClientException": 403,
    "RequestEntityTooLarge": 413,
    "RequestTimeout": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "UnknownOperationException": 404,
    "InternalFailure": 500,
}


@pytest.mark.parametrize("code", COMMON)
def test_common_errors_have_the_status_of_their_page_with_or_without_the_spec(code: str) -> None:
    bare = replace(MODEL, service=replace(MODEL.service, common_errors=()))
    for model in (MODEL, bare):
        for statuses in ("pages", "smithy"):
            assert known_error(model, code, statuses).status == COMMON[code]


def test_s42_a_bug_is_told_to_nobody_but_the_log_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def fail(call: Call) -> Mapping[str, Any]:
        raise KeyError("a secret\nFAKE 2024-12-15 all is well \x1b[2J")

    with caplog.at_level(logging.ERROR):
        answer = ask(sandbox(StubEngine(fail)), signed())
    assert told(answer) == (500, "InternalServerException")
    assert answer.body["Message"] == "The sandbox failed; its log has the request id."
    assert "secret" not in answer.content.decode() and "Traceback" not in answer.content.decode()
    (record,) = caplog.records
    line = record.getMessage()
    assert line.startswith(f"request {answer.headers['x-amzn-requestid']} failed: ")
    assert "a secret" in line and line.isprintable()


# -------------------------------------------------------------------------------------------------------------- answers

TASK = "StartEngagementByAcceptingInvitationTask"
TASK_INPUT = {"Catalog": "Sandbox", "ClientToken": "a", "Identifier": "engi-0123456789abc"}


def started(output: Mapping[str, Any]) -> Answer:
    request = with_header(plain(TASK_INPUT), "x-amz-target", f"AWSPartnerCentralSelling.{TASK}")
    return ask(sandbox(StubEngine(lambda call: output)), signed(request))


def test_answers_are_written_in_the_order_of_the_spec_with_moments_as_text() -> None:
    moment = datetime(2024, 12, 15, 19, 58, 11, 520_999, tzinfo=UTC)
    answer = started({"StartTime": moment, "TaskStatus": "COMPLETE", "Message": None, "TaskId": "task-0123456789abc"})
    assert answer.status == 200
    assert answer.content == (
        b'{"Message":null,"StartTime":"2024-12-15T19:58:11.520Z","TaskId":"task-0123456789abc","TaskStatus":"COMPLETE"}'
    )


MISFITS: Mapping[str, Mapping[str, Any]] = {
    "an unknown member": {"Unknown": 1},
    "a number for a string": {"TaskId": 7},
    "a moment for a string": {"TaskId": datetime(2024, 1, 1, tzinfo=UTC)},
    "a list for a string": {"TaskId": ["x"]},
    "a moment without a zone": {"StartTime": "2024-12-15T19:58:11"},
    "an object": {"TaskId": object()},
}


@pytest.mark.parametrize("name", MISFITS)
def test_an_output_that_does_not_fit_the_model_is_a_bug(name: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = started(MISFITS[name])
    assert told(answer) == (500, "InternalServerException")
    assert "Misfit" in caplog.text


def test_an_output_that_lacks_what_is_required_is_a_bug() -> None:
    required = {member.name.raw for member in MODEL.errors[next(iter(MODEL.errors))].members if member.required}
    assert required == set()
    answer = ask(sandbox(failing("ValidationException", {"ErrorList": [{"Message": "x"}]})), signed())
    assert told(answer) == (500, "InternalServerException")


def test_decimals_are_numbers() -> None:
    shape = next(shape for shape in MODEL.shapes.values() if isinstance(shape, ir.Text))
    member = ir.Member(name=ir.SpecText("A"), target=shape.id, at=shape.at)
    assert [_plain(member, shape, value) for value in (Decimal("1.50"), Decimal("2"), b"abc")] == [1.5, 2, "YWJj"]


def test_the_end_of_the_server_closes_the_engine() -> None:
    engine = StubEngine()
    sent: list[str] = []

    async def run() -> None:
        events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Any:
            return next(events)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await sandbox(engine)({"type": "lifespan"}, receive, send)

    asyncio.run(run())
    assert (sent, engine.closed) == (["lifespan.startup.complete", "lifespan.shutdown.complete"], True)
