"""An error is told by its code, never by a member that happens to be called so."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def use(package: Any) -> None:
    errors = package.errors
    coded = errors.from_wire(
        {"__type": "a#CodedException", "Code": "Plain", "Message": "m", "When": 0, "Amount": "1.5"}
    )
    assert type(coded) is errors.Coded and (coded.code, coded.code_, coded.message) == ("CodedException", "Plain", "m")
    assert coded.when == datetime(1970, 1, 1, tzinfo=UTC) and coded.amount == Decimal("1.5")
    plain = errors.from_wire(b'{"code": "PlainOne"}', http_status=404, headers={"x-amzn-RequestId": "r"})
    assert type(plain) is errors.Plain and plain.suggested_action == "Look again." and plain.request_id == "r"
    listed = errors.from_wire("{}", headers={"X-Amzn-ErrorType": "Listed:http://internal"})
    assert type(listed) is errors.Listed and listed.retryable and listed.reasons is None
    throttled = errors.from_wire({"__type": "ThrottlingException"})
    assert throttled.throttling and throttled.retryable and type(throttled) is errors.Throttled
    unknown = errors.from_wire(b"<html>", http_status=503)
    assert type(unknown) is errors.ServiceError and unknown.code == "503"
    broken = errors.from_wire({"__type": "Listed", "Count": "many"})
    assert broken.count is None and broken.body["Count"] == "many"
