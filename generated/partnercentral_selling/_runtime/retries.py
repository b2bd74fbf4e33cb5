"""When a failed request is tried again, and after how long: standard mode of the AWS SDKs, with the figures of 2026.

Source: AWS SDKs and Tools Reference Guide, "Retry behavior": a bucket of 500 tokens per client, 14 for a retry, 5 for
one after throttling; full jitter from 50 ms, after throttling from 1 s, to 20 s. `x-amz-retry-after` (milliseconds)
stretches a pause by 5 s at most; `Retry-After` (RFC 9110) is the least a pause may last.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import Enum

from .errors import Error, ServiceError, TransportError
from .locks import ForkedLock

CAPACITY = 500
LONGEST_PAUSE = 20.0
MOST_STRETCH = 5.0

THROTTLING_CODES = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    }
)
TRANSIENT_CODES = frozenset({"RequestTimeout", "RequestTimeoutException", "InternalError"})
TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})
SKEW_CODES = frozenset(
    {
        "AuthFailure",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
"""Codes that a wrong clock can cause."""
EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException"})


class Kind(Enum):
    """Why trying again may help; the value is what a retry costs, and the first pause in seconds."""

    TRANSIENT = (14, 0.05)
    THROTTLING = (5, 1.0)

    @property
    def cost(self) -> int:
        return int(self.value[0])

    @property
    def base(self) -> float:
        return self.value[1]


def kind_of(failure: Error, repeatable: bool) -> Kind | None:
    """Say whether trying again may help. `repeatable`: doing it twice does no more than doing it once."""
    if isinstance(failure, TransportError):
        return Kind.TRANSIENT if failure.retryable and (repeatable or not failure.sent) else None
    if not isinstance(failure, ServiceError):
        return None
    if failure.throttling or failure.code in THROTTLING_CODES or failure.http_status == 429:
        return Kind.THROTTLING
    transient = failure.retryable or failure.code in TRANSIENT_CODES or failure.http_status in TRANSIENT_STATUSES
    return Kind.TRANSIENT if transient else None


class TokenBucket:
    """What keeps retries from piling up on a service in trouble: they stop when it is empty, first tries go on."""

    def __init__(self) -> None:
        self._tokens = CAPACITY
        self._lock = ForkedLock()

    def take(self, cost: int) -> bool:
        with self._lock:
            if self._tokens < cost:
                return False
            self._tokens -= cost
            return True

    def give(self, tokens: int) -> None:
        if self._tokens < CAPACITY:
            with self._lock:
                self._tokens = min(CAPACITY, self._tokens + tokens)


def pause(kind: Kind, attempt: int, headers: Mapping[str, str]) -> float:
    """Seconds to wait after the `attempt`-th try (from 1) failed."""
    longest = min(kind.base * (1 << min(attempt - 1, 10)), LONGEST_PAUSE)
    seconds = fraction() * longest
    hint = _number(headers.get("x-amz-retry-after"))
    if hint is not None:
        seconds = min(max(seconds, hint / 1000), seconds + MOST_STRETCH)
    return max(seconds, retry_after(headers.get("retry-after")) or 0.0)


def fraction() -> float:
    """Draw a number from 0 to 1."""
    from random import random  # once something went wrong, not at import

    return random()


def retry_after(value: str | None) -> float | None:
    """Read `Retry-After`: seconds, or a date; None for anything else, a date gone by included."""
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    moment = http_date(value)
    return max(moment - time.time(), 0.0) if moment is not None else None


def http_date(value: str | None) -> float | None:
    """Read a date as HTTP writes it, as seconds since the epoch; None for anything else."""
    from email.utils import mktime_tz, parsedate_tz  # loaded with the HTTP library at the latest, never at import

    try:
        parts = parsedate_tz(value) if value else None
        return float(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError, TypeError):
        return None


def _number(value: str | None) -> float | None:
    """Read a number of at most nine digits; longer ones would outlast any deadline, and count as that."""
    text = (value or "").strip()
    return float(text[:10]) if text.isascii() and text.isdigit() else None
