"""The service's side of a call: answers as the case says, and looks at what it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from .. import errors
from .._runtime.transport import HttpRequest, HttpResponse
from .checks import Broken, expect
from .vectors import Case, Json, document

_INVOCATION = "amz-sdk-invocation-id"
_CLOSE = 1e-9
"""Seconds that a pause may be off: they are added up as floats."""


class Script:
    """What is asked of the service in one case, one request after the other."""

    def __init__(self, case: Case) -> None:
        config = {**document()["config"], **case.get("config", {})}
        self.case = case
        self.requests: list[HttpRequest] = []
        self._clock = datetime.fromisoformat(config["clock"]).timestamp()
        self._paused = 0.0

    def now(self) -> float:
        """Tell the time that requests are dated with."""
        return self._clock

    def pause(self, seconds: float) -> None:
        self._paused += seconds

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Judge the next request, and give what the case says comes of it."""
        exchanges = self.case["exchanges"]
        number = len(self.requests)
        if number == len(exchanges):
            raise Broken(f"{self.case['id']}: request {number + 1} is one too many")
        self.requests.append(request)
        _judge(self.case, exchanges[number]["expect"], self.requests, self._paused)
        self._paused = 0.0
        self._clock += exchanges[number].get("takes", 0)
        return _told(exchanges[number]["then"])

    def check_end(self, told: str) -> None:
        """Every request of the case was sent; `told` is what the caller was given."""
        expect(self.case, f"requests sent ({told})", len(self.case["exchanges"]), len(self.requests))


def _told(then: Mapping[str, Json]) -> HttpResponse:
    fault = then.get("fault")
    if fault is not None:
        raise errors.TransportError("as the case says", sent=fault != "refused", timed_out=fault == "timeout")
    answer = then["answer"]
    body = base64.b64decode(answer["base64"]) if "base64" in answer else answer["body"].encode()
    return HttpResponse(answer["status"], {name.lower(): value for name, value in answer["headers"].items()}, body)


def _judge(case: Case, wanted: Mapping[str, Json], requests: list[HttpRequest], paused: float) -> None:
    request = requests[-1]
    headers = _lowered(request)
    which = f"request {len(requests)}"
    expect(case, f"{which}: method", wanted.get("method", "POST"), request.method)
    expect(case, f"{which}: {_INVOCATION} is a UUID", True, _is_uuid(headers.get(_INVOCATION, "")))
    if "url" in wanted:
        expect(case, f"{which}: url", wanted["url"], request.url)
    for name, value in wanted.get("headers", {}).items():
        expect(case, f"{which}: {name}", value, headers.get(name))
    for name in wanted.get("absent", ()):
        expect(case, f"{which}: {name}", None, headers.get(name))
    if "attempt" in wanted:
        expect(case, f"{which}: attempt", f"attempt={wanted['attempt']}", headers["amz-sdk-request"].partition(";")[0])
    if "pause" in wanted:
        least, most = wanted["pause"]
        if not least - _CLOSE <= paused <= most + _CLOSE:
            expect(case, f"{which}: seconds before it", wanted["pause"], paused)
    _judge_body(case, wanted, request, which)
    for name in wanted.get("same", ()):
        first, later = (_part(one, name) for one in (requests[0], request))
        expect(case, f"{which}: {name}, as at first", first, later)


def _judge_body(case: Case, wanted: Mapping[str, Json], request: HttpRequest, which: str) -> None:
    if "body" in wanted:
        expect(case, f"{which}: body", wanted["body"], request.body.decode())
    if "input" in wanted:
        expect(case, f"{which}: body", wanted["input"], json.loads(request.body))
    if "filled" in wanted:
        name, found = wanted["filled"], json.loads(request.body)
        expect(case, f"{which}: last member", name, next(reversed(found), None))
        expect(case, f"{which}: {name} is a UUID", True, _is_uuid(found.pop(name)))
        expect(case, f"{which}: all but {name}", case["input"], found)


def _lowered(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _part(request: HttpRequest, name: str) -> object:
    return request.body if name == "body" else _lowered(request).get(name)


def _is_uuid(text: str) -> bool:
    """Say whether a text is a UUID of version 4, in its usual form."""
    try:
        found = UUID(text)
    except ValueError:
        return False
    return found.version == 4 and str(found) == text
