"""What a call decides: what is sent, what is tried again and when, what an answer means; on a clock that tests turn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest
import runtime
from runtime import errors

if TYPE_CHECKING:
    from templates.static import (
        aws_json,
        calls,
        config,
        credentials,
        driver,
        messages,
        operations,
        retries,
        sigv4,
        transport,
    )
else:
    aws_json, calls, config, credentials, driver, messages, operations, retries, sigv4, transport = map(
        runtime.load,
        (
            "aws_json",
            "calls",
            "config",
            "credentials",
            "driver",
            "messages",
            "operations",
            "retries",
            "sigv4",
            "transport",
        ),
    )

START = 1_800_000_000.0
KEYS = credentials.Credentials("AKIDEXAMPLE", "secret", "token")
OTHERS = credentials.Credentials("AKIDOTHER", "other")
PUT = operations.Operation("Put", "Prefix.Put", "PutRequest", "PutResponse", token="ClientToken", repeatable=True)
ONCE = operations.Operation("Once", "Prefix.Once")
OPEN = operations.Operation("Open", "Prefix.Open", signed=False, repeatable=True)
GOOD = transport.HttpResponse(200, {}, b"{}")


def answer(status: int, code: str = "", **headers: str) -> Any:
    body = json.dumps({"__type": code, "message": "m"}) if code else ""
    return transport.HttpResponse(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, body.encode()
    )


@dataclass
class World:
    """A client's core with a clock of its own, what it is to be told in turn, and what it did."""

    told: list[Any]
    attempts: int = 3
    total: float = 60
    renewed: Any = None
    protocol: str = "awsJson1_0"
    time: float = 0.0
    cost: float = 0.0
    sent: list[Any] = field(default_factory=list)
    limits: list[Any] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    fetched: list[Any] = field(default_factory=list)
    core: Any = None

    def __post_init__(self) -> None:
        self.core = calls.Core(
            service=config.Service("s", "r", "S", self.protocol, "s", "https://s.{region}.example"),
            endpoint=config.parse_endpoint("https://s.example/base"),
            signer=sigv4.Signer("s", "us-east-1"),
            agent="agent",
            timeout=config.Timeout(total=self.total, attempt=min(20, self.total), connect=5),
            attempts=self.attempts,
            max_bytes=100,
            read_error=self.read_error,
            clock=calls.Clock(now=lambda: START + self.time, monotonic=lambda: self.time),
            bucket=retries.TokenBucket(),
        )

    def read_error(self, response: Any) -> Any:
        classes = {"Busy": Busy, "Again": Again}
        return errors.read_error(response.body, response.status, response.headers, classes, {})

    def call(self, operation: Any = PUT) -> Any:
        message = aws_json.AwsJson(self.core.service).request(operation, {"ClientToken": "t"})
        steps = calls.exchange(self.core, operation, message)
        told: Any = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as done:
                return done.value
            told = self.carry_out(step)

    def carry_out(self, step: Any) -> Any:
        if isinstance(step, calls.Pause):
            self.pauses.append(step.seconds)
            self.time += step.seconds
            return None
        if isinstance(step, calls.Fetch):
            self.fetched.append(step.refused)
            return self.renewed if step.refused else KEYS
        self.sent.append(step.request)
        self.limits.append(step.limits)
        self.time += self.cost
        return self.told.pop(0) if len(self.told) > 1 else self.told[0]


class Busy(errors.ServiceError):
    throttling = True


class Again(errors.ServiceError):
    retryable = True


@pytest.fixture(autouse=True)
def full_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest pause there can be, so that pauses can be told."""
    monkeypatch.setattr(retries, "fraction", lambda: 1.0)


# ---------------------------------------------------------------------------------------------------------- requests


def test_a_request_says_what_it_is_for_and_what_it_accepts() -> None:
    world = World([GOOD])
    reply = world.call()
    assert (reply.response, reply.attempts) == (GOOD, 1)
    [request] = world.sent
    assert (request.method, request.url, request.body) == ("POST", "https://s.example/base/", b'{"ClientToken": "t"}')
    assert request.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert request.headers["X-Amz-Target"] == "Prefix.Put"
    assert request.headers["X-Amz-Security-Token"] == "token"
    assert request.headers["X-Amz-Date"] == "20270115T080000Z"
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.headers["amz-sdk-request"] == "attempt=1; max=3"
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target," in (
        request.headers["Authorization"]
    )
    assert world.limits == [transport.Limits(connect=5, deadline=20, max_bytes=100)]


def test_an_operation_that_is_open_to_all_is_not_signed() -> None:
    world = World([GOOD], protocol="awsJson1_1")
    world.call(OPEN)
    assert world.fetched == []
    assert not {"Authorization", "X-Amz-Date"} & world.sent[0].headers.keys()
    assert world.sent[0].headers["Content-Type"] == "application/x-amz-json-1.1"


def test_a_retry_is_the_same_call_signed_anew() -> None:
    world = World([answer(500), errors.TransportError("cut"), GOOD], cost=2)
    assert world.call().attempts == 3
    assert {request.body for request in world.sent} == {b'{"ClientToken": "t"}'}
    assert len({request.headers["amz-sdk-invocation-id"] for request in world.sent}) == 1
    assert len({request.headers["X-Amz-Date"] for request in world.sent}) == 3
    assert [request.headers["amz-sdk-request"][:9] for request in world.sent] == [f"attempt={n}" for n in (1, 2, 3)]


def test_an_error_that_quotes_the_request_shows_nothing_that_signed_it() -> None:
    quoted = f'{{"Request": "a:token;", "Bytes": "{b"a:token;".hex(" ")}"}}'
    with pytest.raises(errors.ServiceError) as raised:
        World([transport.HttpResponse(403, {}, quoted.encode())]).call()
    assert raised.value.body == {"Request": "a:**redacted**;", "Bytes": "61 3a **redacted** 3b"}


# ------------------------------------------------------------------------------------------------------------ retries


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [
        (errors.TransportError("cut"), [0.05, 0.1]),
        (answer(500), [0.05, 0.1]),
        (answer(502), [0.05, 0.1]),
        (answer(503), [0.05, 0.1]),
        (answer(504), [0.05, 0.1]),
        (answer(400, "RequestTimeout"), [0.05, 0.1]),
        (answer(400, "Again"), [0.05, 0.1]),
        (answer(400, "Busy"), [1.0, 2.0]),
        (answer(400, "ThrottlingException"), [1.0, 2.0]),
        (answer(503, "SlowDown"), [1.0, 2.0]),
        (answer(429), [1.0, 2.0]),
        (answer(400, "ValidationException"), []),
        (answer(501), []),
        (answer(413), []),
        (errors.TransportError("refused certificate", sent=False, retryable=False), []),
    ],
)
def test_what_may_pass_is_tried_three_times_and_nothing_else_is(failure: Any, pauses: list[float]) -> None:
    world = World([failure])
    with pytest.raises(errors.Error) as raised:
        world.call()
    assert world.pauses == pauses
    assert len(world.sent) == len(pauses) + 1
    if isinstance(failure, errors.TransportError):
        assert raised.value is failure
        assert failure.attempts == len(world.sent)


@pytest.mark.parametrize(("sent", "tries"), [(True, 1), (False, 3)])
def test_what_may_have_been_done_is_not_done_twice_without_a_token(sent: bool, tries: int) -> None:
    world = World([errors.TransportError("cut", sent=sent)])
    with pytest.raises(errors.TransportError):
        world.call(ONCE)
    assert len(world.sent) == tries


@pytest.mark.parametrize(("attempts", "tries"), [(1, 1), (2, 2), (7, 7)])
def test_attempts_are_counted_in_all(attempts: int, tries: int) -> None:
    world = World([answer(503)], attempts=attempts)
    with pytest.raises(errors.ServiceError):
        world.call()
    assert len(world.sent) == tries


def test_pauses_double_up_to_twenty_seconds() -> None:
    world = World([answer(429)], attempts=8, total=1000)
    with pytest.raises(errors.ServiceError):
        world.call()
    assert world.pauses == [1, 2, 4, 8, 16, 20, 20]


@pytest.mark.parametrize(
    ("headers", "pauses"),
    [
        ({"x-amz-retry-after": "1500"}, [1.5, 1.5]),
        ({"x-amz-retry-after": "90000"}, [5.05, 5.1]),
        ({"x-amz-retry-after": "10"}, [0.05, 0.1]),
        ({"retry-after": "7"}, [7, 7]),
        ({"retry-after": "0"}, [0.05, 0.1]),
        ({"retry-after": "-5"}, [0.05, 0.1]),
        ({"retry-after": "soon"}, [0.05, 0.1]),
        ({"retry-after": "9" * 400}, []),
        ({"retry-after": "1000000000"}, []),
        ({"retry-after": "61"}, []),
        ({"x-amz-retry-after": "nan"}, [0.05, 0.1]),
    ],
)
def test_hints_of_the_service_stretch_pauses_within_the_deadline(headers: dict[str, str], pauses: list[float]) -> None:
    world = World([transport.HttpResponse(503, headers, b"")])
    with pytest.raises(errors.ServiceError):
        world.call()
    assert world.pauses == pytest.approx(pauses)


def test_a_date_to_try_again_at_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: START)
    assert retries.retry_after(formatdate(START + 30, usegmt=True)) == 30
    assert retries.retry_after(formatdate(START - 30, usegmt=True)) == 0
    assert retries.retry_after("Fri, 99 Nix 9999") is None


def test_a_call_ends_by_its_deadline() -> None:
    world = World([errors.TransportError("late", timed_out=True)], attempts=10, total=50, cost=20)
    with pytest.raises(errors.TransportError):
        world.call()
    assert world.limits[-1].deadline == 50
    assert all(limits.connect <= limits.deadline for limits in world.limits)
    assert len(world.sent) == 3


def test_retries_stop_when_a_service_stays_in_trouble() -> None:
    world = World([answer(503)])
    for _ in range(150):
        with pytest.raises(errors.ServiceError):
            world.call()
    assert len(world.sent) <= 1.3 * 150
    world.told = [GOOD]
    for _ in range(14):
        world.call()
    before = len(world.sent)
    world.told = [answer(503), GOOD]
    assert world.call().attempts == 2
    assert len(world.sent) == before + 2


# ------------------------------------------------------------------------------------------------- clock, credentials


@pytest.mark.parametrize("skew", [-86_400.0, 3600.0, 301.0])
@pytest.mark.parametrize("code", sorted(retries.SKEW_CODES))
def test_a_wrong_clock_is_corrected_once_and_for_all(code: str, skew: float) -> None:
    world = World([answer(403, code, date=formatdate(START + skew, usegmt=True)), GOOD])
    assert world.call().attempts == 2
    assert world.pauses == []
    world.call()
    dates = [request.headers["X-Amz-Date"] for request in world.sent]
    assert dates[0] != dates[1] == dates[2]


def test_a_clock_that_stays_wrong_is_corrected_once_a_call() -> None:
    world = World([answer(403, "RequestExpired", date=formatdate(START + n, usegmt=True)) for n in (1000, 5000, 9000)])
    with pytest.raises(errors.ServiceError, match="RequestExpired"):
        world.call()
    assert len(world.sent) == 2


@pytest.mark.parametrize("date", ["", "never", formatdate(START + 100, usegmt=True)])
def test_a_wrong_signature_is_not_taken_for_a_wrong_clock(date: str) -> None:
    world = World([answer(403, "InvalidSignatureException", date=date)])
    with pytest.raises(errors.ServiceError, match="InvalidSignatureException"):
        world.call()
    assert len(world.sent) == 1


@pytest.mark.parametrize(("renewed", "tries"), [(OTHERS, 2), (None, 1)])
def test_expired_credentials_are_renewed_once(renewed: Any, tries: int) -> None:
    world = World([answer(403, "ExpiredTokenException")], renewed=renewed)
    with pytest.raises(errors.ServiceError, match="ExpiredTokenException"):
        world.call()
    assert len(world.sent) == tries
    assert world.fetched == [None, KEYS]
    assert ("AKIDOTHER" in world.sent[-1].headers["Authorization"]) is (renewed is not None)


# ------------------------------------------------------------------------------------------------------------ answers


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (transport.HttpResponse(307, {"location": "https://elsewhere.example"}, b""), "redirect"),
        (transport.HttpResponse(999, {}, b""), "neither success nor an error"),
        (transport.HttpResponse(101, {}, b""), "neither success nor an error"),
        (transport.HttpResponse(200, {"content-encoding": "gzip"}, b"\x1f\x8b"), "encoded"),
        (transport.HttpResponse(503, {"content-encoding": "br"}, b"\x1f\x8b"), "encoded"),
    ],
)
def test_an_answer_that_means_nothing_is_not_asked_for_again(response: Any, message: str) -> None:
    world = World([transport.HttpResponse(response.status, {**response.headers, "x-amzn-requestid": "r"}, b"x")])
    world.told = [transport.HttpResponse(response.status, {**response.headers, "x-amzn-requestid": "r"}, b"x")]
    with pytest.raises(errors.ResponseError, match=message) as raised:
        world.call()
    assert (raised.value.http_status, raised.value.request_id) == (response.status, "r")
    assert len(world.sent) == 1


def redirected(protocol: str, response: Any) -> Any:
    """Give the error that a call ends in, whose only answer this is."""
    world = World([response])
    world.core = world.core._replace(service=world.core.service._replace(protocol=protocol))
    steps = calls.exchange(world.core, OPEN, messages.Message("GET", "/", "", {}, b""))
    next(steps)
    with pytest.raises(errors.Error) as raised:
        steps.send(response)
    return raised.value


@pytest.mark.parametrize("protocol", ["restJson1", "restXml"])
def test_a_redirect_that_tells_of_an_error_is_that_error_in_rest_alone(protocol: str) -> None:
    for told, code in (
        (answer(301, "Moved"), "Moved"),
        (answer(307, x_amzn_errortype="Elsewhere:http://y/"), "Elsewhere"),
        (answer(304), "304"),
    ):
        failure = redirected(protocol, told)
        assert isinstance(failure, errors.ServiceError)
        assert (failure.code, failure.http_status) == (code, told.status)
        assert isinstance(redirected("awsJson1_0", told), errors.ResponseError)
    assert isinstance(redirected(protocol, answer(302, location="https://elsewhere.example")), errors.ResponseError)


def test_names_of_headers_are_in_any_case_whoever_carries_them() -> None:
    headers = {"X-Amzn-RequestId": "r", "X-Amz-Retry-After": "9", "Vary": "a", "vary": "b"}
    assert World([transport.HttpResponse(200, headers, b"{}")]).call().response.headers == {
        "x-amzn-requestid": "r",
        "x-amz-retry-after": "9",
        "vary": "a, b",
    }
    world = World([transport.HttpResponse(503, {"Retry-After": "3"}, b""), GOOD])
    world.call()
    assert world.pauses == [3]
    with pytest.raises(errors.ResponseError, match="encoded"):
        World([transport.HttpResponse(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")]).call()


def test_headers_in_lower_case_are_taken_as_they_are() -> None:
    headers = {"x-amzn-requestid": "r"}
    assert World([transport.HttpResponse(200, headers, b"{}")]).call().response.headers is headers


def test_a_transport_that_gives_nothing_is_no_success() -> None:
    with pytest.raises(errors.TransportError, match="gave no HttpResponse"):
        World([None]).call()


def walk(values: Mapping[str, Any]) -> Iterator[Any]:
    yield from values.values()


def test_nothing_that_a_call_holds_shows_what_signs_it() -> None:
    world = World([GOOD])
    world.call()
    shown = repr([world.core, *walk(vars(world))])
    assert "secret" not in shown
    assert world.sent[0].headers["Authorization"] not in shown
    assert "'token'" not in shown


# --------------------------------------------------------------------------------------------------------- host prefix


@pytest.mark.parametrize(
    ("template", "value", "prefix"),
    [
        ("{Name}.", "a-1", "a-1."),
        ("{Name}.data.", "a.b", "a.b.data."),
        ("data-{Name}-", "a", "data-a-"),
        ("data-", "", "data-"),
    ],
)
def test_members_stand_before_the_host(template: str, value: str, prefix: str) -> None:
    operation = operations.Operation("Get", "S.Get", input="In", host_prefix=template)
    assert driver._host_prefix(operation, {"Name": value}) == prefix


@pytest.mark.parametrize("value", ["", ".", "a..b", "-a", "a-", "a/b", "a_b", "a@b", "ä", "a" * 64, "a" * 63 + "_"])
def test_what_is_no_name_of_a_host_stands_before_none(value: str) -> None:
    operation = operations.Operation("Get", "S.Get", input="In", host_prefix="{Name}.")
    with pytest.raises(errors.ValidationError) as refused:
        driver._host_prefix(operation, {"Name": value})
    assert str(refused.value) == "1 constraint not met\n  In: makes no host name of the endpoint [pattern]"
