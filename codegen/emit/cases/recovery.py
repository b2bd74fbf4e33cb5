"""Recovery: what is tried again, after how long, how often, and what is not.

Sources: AWS SDKs and Tools Reference Guide, "Retry behavior" (standard mode); RFC 9110, "Retry-After".
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.cases.case import Case
from codegen.emit.cases.stage import ATTEMPTS, MOMENT, REQUEST_ID, Stage, exchange, fault
from codegen.spec.ir import Json

THROTTLING = (
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
)
"""Codes that ask to slow down, whatever the status."""
TRANSIENT = ("RequestTimeout", "RequestTimeoutException")
TRANSIENT_STATUSES = (500, 502, 503, 504)
LASTING_STATUSES = (400, 401, 403, 404, 409, 413, 422, 501, 505)
SOON: Json = [0, 0.05]
SLOWLY: Json = [0, 1]
"""Seconds from and to which the first pause lasts: after a passing fault, and after too many requests."""
_DATE = "Thu, 05 Dec 2024 12:20:30 GMT"
_LATER_DATE = "Thu, 05 Dec 2024 14:20:30 GMT"
_OUR_DATE = "Thu, 05 Dec 2024 10:21:30 GMT"
_THEIR_MOMENT = "20241205T122030Z"
_NOT_JSON = "<html><body>Try later.</body></html>"


def view_recovery(stage: Stage) -> Iterator[Case]:
    """Walk the cases, all of one operation."""
    yield from _retried(stage)
    yield from _pauses(stage)
    yield from _not_retried(stage)
    yield from _exhausted(stage)
    if stage.is_signed:
        yield from _skewed(stage)
        yield _expired(stage)


def _retried(stage: Stage) -> Iterator[Case]:
    """One more attempt, which succeeds."""
    for status in TRANSIENT_STATUSES:
        yield _again(stage, str(status), stage.answered(_NOT_JSON, status=status), SOON)
    yield _again(stage, "429", stage.answered(_NOT_JSON, status=429), SLOWLY)
    for code in TRANSIENT:
        yield _again(stage, code, stage.failed(code), SOON)
    for code in THROTTLING:
        yield _again(stage, code, stage.failed(code), SLOWLY)
    for name in ("refused", *(("cut", "timeout") if stage.is_repeatable else ())):
        yield _again(stage, name, fault(name), SOON)


def _again(stage: Stage, name: str, then: Json, pause: Json, kind: str = "retried") -> Case:
    second = exchange(stage.succeeded(), attempt=2, pause=pause, same=["body", "amz-sdk-invocation-id"])
    return stage.case(kind, [exchange(then, attempt=1), second], stage.given(), aspect="retries", suffix=f"[{name}]")


def _pauses(stage: Stage) -> Iterator[Case]:
    """What the service asks for is heard, as far as the time allows for the call."""
    hints: dict[str, tuple[dict[str, str], Json]] = {
        "milliseconds": ({"x-amz-retry-after": "1500"}, [1.5, 1.5]),
        "milliseconds-many": ({"x-amz-retry-after": "60000"}, [5, 5.05]),
        "milliseconds-none": ({"x-amz-retry-after": "soon"}, SOON),
        "seconds": ({"Retry-After": "3"}, [3, 3]),
        "seconds-none": ({"Retry-After": "-3"}, SOON),
    }
    for name, (headers, pause) in hints.items():
        yield _again(stage, name, stage.answered("", status=503, headers=headers), pause, "retry-hint")
    for seconds in ("3600", "9" * 30):
        then = stage.answered("", status=503, headers={"Retry-After": seconds})
        suffix = f"[seconds-{len(seconds)}-digits]"
        yield stage.case("retry-hint", [exchange(then)], _failure("503", 503), aspect="retries", suffix=suffix)
    waits: list[Json] = [exchange(stage.failed("SlowDown"), attempt=1)]
    waits += [exchange(stage.failed("SlowDown"), attempt=2, pause=SLOWLY)]
    waits += [exchange(stage.succeeded(), attempt=3, pause=[0, 2])]
    yield stage.case("retried", waits, stage.given(), aspect="retries", suffix="[SlowDown-twice]")


def _failure(code: str, status: int = 400, message: str | None = None) -> dict[str, Json]:
    error: Json = {"class": "service", "code": code, "status": status, "requestId": REQUEST_ID, "message": message}
    return {"error": error}


def _not_retried(stage: Stage) -> Iterator[Case]:
    """What will not be better a moment later is tried once."""
    for status in LASTING_STATUSES:
        then = stage.answered("", status=status)
        outcome = _failure(str(status), status)
        yield stage.case("not-retried", [exchange(then)], outcome, aspect="retries", suffix=f"[{status}]")
    for code in ("AccessDeniedException", "UnrecognizedClientException", "ValidationException"):
        outcome = _failure(code, message="Told.")
        yield stage.case("not-retried", [exchange(stage.failed(code))], outcome, aspect="retries", suffix=f"[{code}]")


def _exhausted(stage: Stage) -> Iterator[Case]:
    """After the last attempt the caller is told what came of it."""
    unavailable = stage.answered("", status=503)
    yield _last(stage, "503", unavailable, _failure("503", 503))
    yield _last(stage, "throttled", stage.failed("SlowDown"), _failure("SlowDown", message="Told."))
    for name in ("refused", *(("cut", "timeout") if stage.is_repeatable else ())):
        error: Json = {"class": "transport", "timedOut": name == "timeout", "sent": name != "refused"}
        yield _last(stage, name, fault(name), {"error": error})
    yield stage.case(
        "attempts-exhausted",
        [exchange(unavailable, headers={"amz-sdk-request": "attempt=1; max=1"})],
        _failure("503", 503),
        aspect="retries",
        suffix="[one]",
        more={"config": {"attempts": 1}},
    )


def _last(stage: Stage, name: str, then: Json, outcome: dict[str, Json]) -> Case:
    script = [exchange(then, attempt=number + 1) for number in range(ATTEMPTS)]
    return stage.case("attempts-exhausted", script, outcome, aspect="retries", suffix=f"[{name}]")


def _skewed(stage: Stage) -> Iterator[Case]:
    """A clock that the service refuses is corrected by the service's own, once a call, if that is far from ours."""
    code = "InvalidSignatureException"
    refusal = stage.failed(code, 403, {"Date": _DATE})
    first = exchange(refusal, attempt=1, headers={"x-amz-date": MOMENT})
    second: dict[str, Json] = {"attempt": 2, "headers": {"x-amz-date": _THEIR_MOMENT}, "pause": [0, 0]}
    done = [first, exchange(stage.succeeded(), second)]
    yield stage.case("clock-skew", done, stage.given(), aspect="signing", suffix="[corrected]")
    failed = _failure(code, 403, "Told.")
    again = [first, exchange(stage.failed(code, 403, {"Date": _LATER_DATE}), second)]
    yield stage.case("clock-skew", again, failed, aspect="signing", suffix="[in-vain]")
    for name, headers in (("near", {"Date": _OUR_DATE}), ("no-date", None)):
        then = stage.failed(code, 403, headers)
        yield stage.case("clock-skew", [exchange(then)], failed, aspect="signing", suffix=f"[{name}]")


def _expired(stage: Stage) -> Case:
    """Credentials that were passed in cannot be renewed."""
    code = "ExpiredTokenException"
    then = exchange(stage.failed(code, 403))
    return stage.case("expired-token", [then], _failure(code, 403, "Told."), aspect="signing")
