"""What each kind of case demands of this package; `Broken` says what was found instead, and which fact demands it."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from pydantic import ValidationError as PydanticError

from .. import errors, models
from ..models import events
from .vectors import Case, Json, found_at, inputs, members, placed, spelling

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Broken(AssertionError):
    """The package does not do what a case demands."""


def expect(case: Case, what: str, wanted: object, found: object) -> None:
    """Raise Broken unless two values are equal. Not `assert`: that is gone when Python optimises."""
    __tracebackhide__ = True
    if wanted != found or isinstance(wanted, bool) is not isinstance(found, bool):
        stated = ", ".join(case["sources"])
        demand = f"{case['fact']}, stated in {stated}" if stated else case["fact"]
        raise Broken(f"{case['id']}: {what}: wanted {wanted!r}, found {found!r} (demanded by {demand})")


# ------------------------------------------------------------------------------------------------------------ requests


def check_request(case: Case) -> None:
    """A strict shape accepts a value and gives it back as it was, or refuses it for the reason that is stated."""
    shape = getattr(models, spelling("shapes", case["shape"]))
    for given in inputs(case):
        if case["expect"] == "accept":
            _accepts(case, shape, given)
        else:
            _refuses(case, shape, given)


def _accepts(case: Case, shape: Any, given: Json) -> None:
    wire = case.get("output", given)
    values = as_held(case, given)
    try:
        made = shape.model_validate(values)
    except PydanticError as refused:
        raise Broken(f"{case['id']}: refused: {refused}") from None
    expect(case, "written", wire, made.to_wire())
    expect(case, "violations", [], [str(violation) for violation in made.violations()])
    expect(case, "built", made, shape.build(values))
    expect(case, "built from attributes", made, shape.model_validate(made.model_dump(exclude_unset=True)))
    expect(case, "read leniently, written", wire, shape.from_wire(given).to_wire())
    _has_members(case, made, wire)
    if "secret" in case:
        expect(case, "the value shows", False, case["secret"] in repr(made))


def _has_members(case: Case, made: Any, wire: Mapping[str, Json]) -> None:
    """Every member is an attribute: set if and only if it is on the wire."""
    for name, attribute in members("members", case["shape"]).items():
        expect(case, f"{attribute} is set", wire.get(name) is not None, getattr(made, attribute) is not None)


def _refuses(case: Case, shape: Any, given: Json) -> None:
    values = as_held(case, given)
    expect(case, "accepted by model_validate", False, _passes(lambda: shape.model_validate(values), PydanticError))
    try:
        shape.build(values)
    except errors.ValidationError as refused:
        listed = [(violation.kind, violation.path) for violation in refused.violations]
        if (case["violation"], case["path"]) not in listed:
            expect(case, "violations", [(case["violation"], case["path"])], listed)
        if "secret" in case:
            expect(case, "the value shows", False, case["secret"] in str(refused))
    else:
        expect(case, "accepted by build", False, True)


def _passes(work: Callable[[], object], refusal: type[Exception]) -> bool:
    try:
        work()
    except refusal:
        return False
    return True


def as_held(case: Case, given: Json) -> Json:
    """Turn what a program does not hold as JSON into what it holds: bytes, moments, JSON within text."""
    for steps, form in case.get("held", ()):
        given = placed(given, steps, _HELD[form](found_at(given, steps)))
    return given


_HELD: Mapping[str, Callable[[Any], object]] = {
    "blob": base64.b64decode,
    "json": json.loads,
    "date-time": datetime.fromisoformat,
    "epoch-seconds": lambda seconds: _EPOCH + timedelta(seconds=seconds),
    "http-date": parsedate_to_datetime,
}


# ------------------------------------------------------------------------------------------------------------- answers


def check_answer(case: Case) -> None:
    """A lenient shape reads what the service sends, without a warning, and writes it back; or names what it cannot."""
    shape = getattr(models, spelling("shapes", case["shape"]))
    for given in inputs(case):
        if case["expect"] == "refuse":
            _unreadable(case, shape, given)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _reads(case, shape, given)


def _reads(case: Case, shape: Any, given: Json) -> None:
    wire = case.get("output", given)
    found = shape.from_wire(given)
    expect(case, "written", wire, found.to_wire())
    expect(case, "read from text", wire, shape.from_wire(json.dumps(given)).to_wire())
    expect(case, "read from bytes", wire, shape.from_wire(json.dumps(given).encode()).to_wire())
    _has_members(case, found, wire)
    expect(case, "shown", True, bool(repr(found)) and bool(found.model_dump_json()))
    if "instant" in case:
        expect(case, "moment", datetime.fromisoformat(case["instant"]), _attribute(case, found))
    elif "values" in case:
        value = _attribute(case, found)
        expect(case, "an enum's member", True, isinstance(value, Enum) and value.value == found_at(given, case["at"]))
    if "tag" in case:
        expect(case, "tag", case["tag"], found.tag)
        unknown = case["tag"] not in members("members", case["shape"])
        expect(case, "an unknown arm", unknown, found.unknown is not None)


def _attribute(case: Case, found: Any) -> Any:
    """Follow the steps of a case: a member first, then items of lists and values of maps."""
    name, *rest = case["at"]
    return found_at(getattr(found, members("members", case["shape"])[name]), rest)


def _unreadable(case: Case, shape: Any, given: Json) -> None:
    try:
        shape.from_wire(given)
    except errors.ResponseError as refused:
        expect(case, "path", case["path"], refused.path)
    else:
        expect(case, "read", False, True)


# -------------------------------------------------------------------------------------------------------------- errors


def check_error(case: Case) -> None:
    """An error is told by its code, wherever that stands, and says what the service said."""
    body = case["input"]
    given = body.encode() if isinstance(body, str) else body
    found = errors.from_wire(given, http_status=case["status"], headers=case["headers"])
    known = spelling("errors", case["error"]) if case["error"] else "ServiceError"
    expect(case, "class", known, type(found).__name__)
    expect(case, "code", case["code"], found.code)
    expect(case, "message", case["message"], found.message)
    expect(case, "status", case["status"], found.http_status)
    expect(case, "request id", case["headers"].get("x-amzn-RequestId"), found.request_id)
    expect(case, "retryable", case["retryable"], found.retryable)
    expect(case, "throttling", case["throttling"], found.throttling)
    expect(case, "suggested action", case["action"], found.suggested_action)
    expect(case, "the same from text", type(found), type(errors.from_wire(body, headers=case["headers"])))
    attributes = members("errorMembers", case["error"] or "")
    for name, value in case.get("members", {}).items():
        expect(case, name, value, plain(getattr(found, attributes[name])))


def plain(value: object) -> Json:
    """Write what an attribute holds as JSON."""
    return json.loads(json.dumps(value, default=_as_json))


def _as_json(value: Any) -> Json:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return getattr(value, "wire", None)
    return float(value) if isinstance(value, Decimal) else value.to_wire()


# -------------------------------------------------------------------------------------------------------------- events


def check_event(case: Case) -> None:
    """An event is told by source and detail type; one that is not known is read all the same."""
    envelope = case["input"]
    found = events.read(envelope)
    known = spelling("events", case["event"]) if case["event"] else "Event"
    expect(case, "class", known, type(found).__name__)
    expect(case, "the same from text", found, events.read(json.dumps(envelope)))
    expect(case, "detail type", envelope["detail-type"], found.detail_type)
    expect(case, "source", envelope["source"], found.source)
    expect(case, "id", envelope["id"], found.id)
    expect(case, "account", envelope["account"], found.account)
    expect(case, "region", envelope["region"], found.region)
    expect(case, "time", datetime.fromisoformat(envelope["time"]), found.time)
    expect(case, "resources", tuple(envelope["resources"]), found.resources)
    expect(case, "payload", envelope["detail"], dict(found.raw_detail))
    if case["event"]:
        detail: Any = getattr(found, "detail")  # noqa: B009 - the base class has none
        expect(case, "payload, written", envelope["detail"], detail.to_wire())
