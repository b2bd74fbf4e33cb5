"""Errors: found by their code, readable, copied and pickled whole."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from runtime import Inner, errors, events


class Conflict(errors.ServiceError):
    default_code = "Conflict"


class Repeated(errors.ResponseError):
    pass


RAISED: list[errors.Error] = [
    errors.ValidationError([errors.Violation("A.B", "A.B", "type", "expected a string")]),
    errors.ConfigurationError("no region"),
    errors.TransportError("cut short"),
    errors.TransportError("no answer in time", sent=False, timed_out=True, retryable=False, attempts=3),
    errors.WaitTimedOut("not complete", response=Inner(name="a"), attempts=2),
    errors.ResponseError("expected a string", path="$.A", http_status=200, request_id="r", excerpt="{"),
    Repeated("the same token twice"),
    errors.TaskFailed("Code", "text", response=Inner(name="a")),
    errors.ServiceError("text", code="New", http_status=400, request_id="r", body={"a": [1]}),
    Conflict(None, body={"message": None}),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_errors_are_copied_and_pickled_whole(error: errors.Error) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_errors_say_what_is_wrong() -> None:
    assert [str(error) for error in RAISED] == [
        "1 constraint not met\n  A.B: expected a string [type]",
        "no region",
        "cut short",
        "no answer in time (3 attempts)",
        "not complete (2 attempts)",
        "$.A: expected a string (HTTP 200) [request r]",
        "$: the same token twice",
        "Code: text",
        "New (HTTP 400): text [request r]",
        "Conflict: no message",
    ]


HOSTILE = "\x1b[2Jgone\r\nINFO all is well\x9b1m \u202etxt.exe\u2069 \ud800 café 日本　語 \N{ZERO WIDTH JOINER}"
INERT = r"\x1b[2Jgone\r\nINFO all is well\x9b1m \u202etxt.exe\u2069 \ud800" " café 日本　語 \N{ZERO WIDTH JOINER}"


def test_what_a_service_says_acts_on_no_terminal() -> None:
    told: dict[errors.Error, str] = {
        errors.ServiceError(HOSTILE, code="C\x1b", request_id="r\r"): rf"C\x1b: {INERT} [request r\r]",
        errors.TaskFailed("C\x1b", HOSTILE): rf"C\x1b: {INERT}",
        errors.TaskFailed("C\x1b", None): r"C\x1b",
        errors.ResponseError("not JSON", request_id="r\x1b"): r"$: not JSON [request r\x1b]",
    }
    for error, shown in told.items():
        assert ascii(str(error)) == ascii(shown)  # a report of tests cannot hold half a character either
        assert repr(error).isprintable()
    assert errors.ServiceError(HOSTILE).message == HOSTILE


def test_a_refused_request_is_a_value_error() -> None:
    assert isinstance(RAISED[0], ValueError)
    assert all(isinstance(error, errors.Error) for error in RAISED)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("NotFound", "NotFound"),
        ("com.amazonaws.x#NotFound", "NotFound"),
        ("NotFound:http://internal/coral/", "NotFound"),
        ("com.amazonaws.x#NotFound:http://internal/#y", "NotFound"),
        ("a#b#c", "b#c"),
        (" NotFound ", "NotFound"),
        ("#", ""),
    ],
)
def test_a_code_is_cut_down_to_its_name(code: str, name: str) -> None:
    assert errors.sanitized(code) == name


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({"x-amzn-errortype": "ns#A:http://x"}, {"__type": "B", "code": "C"}, "A"),
        ({"X-Amzn-ErrorType": ""}, {"__type": "ns#B", "code": "C"}, "B"),
        ({}, {"__type": 5, "code": "C"}, "C"),
        ({}, {"code": None, "Code": "C"}, "C"),
        ({}, {"code": "HasCode"}, None),
        ({}, {"error": {"__type": "B"}}, None),
        ({}, {}, None),
    ],
)
def test_a_code_is_found_where_protocols_put_it(headers: Any, body: Any, code: str | None) -> None:
    assert errors.find_code(headers, body, {"HasCode": True, "C": False}) == code


@pytest.mark.parametrize(
    "content", [None, b"", "", b"<html>", b'["x"]', b"null", b"\xff", b"[" * 100_000, b"9" * 6000, b"5"]
)
def test_a_body_that_says_nothing_reads_as_an_empty_one(content: Any) -> None:
    assert errors.read_body(content) == {}


def test_a_message_is_found_in_both_spellings() -> None:
    assert errors.find_message({"Message": "a"}) == "a"
    assert errors.find_message({"message": None, "Message": "a"}) == "a"
    assert errors.find_message({"message": ["a"]}) is None


class Started(events.Event):
    expected_detail_type = "Task Started"
    expected_source = "aws.partnercentral"


def test_an_event_is_read_into_the_class_of_its_detail_type() -> None:
    event = {
        "id": "i",
        "detail-type": "Task Started",
        "source": "aws.partnercentral",
        "time": "2024-01-02T03:04:05Z",
        "resources": ["a", 5],
        "detail": {"a": 1},
    }
    read = events.read_event(event, [Started])
    assert type(read) is Started
    assert (read.id, read.resources, read.raw_detail) == ("i", ("a",), {"a": 1})
    assert read.time is not None
    assert read.time.wire == "2024-01-02T03:04:05Z"


def test_an_event_that_is_odd_is_still_an_event() -> None:
    read = events.read_event('{"id": 5, "time": "now", "resources": {}, "detail": [], "source": []}', [Started])
    assert type(read) is events.Event
    assert (read.id, read.time, read.resources, read.raw_detail) == (None, None, (), {})
    for wrong in (b"[]", b"{", "5"):
        with pytest.raises(errors.ResponseError):
            events.read_event(wrong, [Started])
