"""Which operation a request asks for, and the JSON in it: awsJson, and the form of `POST /Operation`.

In: a request whose caller may speak. Out: `Asked`, or a `Fault`.

Front ends of AWS refuse a wrong method or content type as an operation that they do not know (404), not with 405 or
415; and before they read the body, which comes before the target.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from codegen.sandbox.calling import Fault
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.strict_json import BadJson, read_json
from codegen.spec import ir
from codegen.spec.ir import Json

PLAIN = "application/json"
CONTENT_TYPES = {
    ir.Protocol.AWS_JSON_1_0: "application/x-amz-json-1.0",
    ir.Protocol.AWS_JSON_1_1: "application/x-amz-json-1.1",
}
"""Of the protocols that are served."""


class Asked(NamedTuple):
    """An operation, and what the body says."""

    operation: ir.Operation
    body: Mapping[str, Json]


def content_type(model: ir.Model) -> str:
    """Give the content type of a served protocol."""
    return CONTENT_TYPES[model.service.protocol]


def answered_in(model: ir.Model, request: HttpRequest) -> str:
    """Give the content type of the answer: `POST /Operation` is answered as it asks."""
    return content_type(model) if request.path == "/" or _media_type(request) != PLAIN else PLAIN


def read_asked(model: ir.Model, request: HttpRequest) -> Asked:
    """Read a request: method and content type, then the body, then the target."""
    if request.method != "POST" or not _has_form(model, request):
        raise _unknown("Only POST is served, with the content type of the protocol.")
    body = _read_body(request.body)
    return Asked(_operation(model, request), body)


def _has_form(model: ir.Model, request: HttpRequest) -> bool:
    return _media_type(request) == (content_type(model) if request.path == "/" else PLAIN)


def _media_type(request: HttpRequest) -> str:
    """`Application/JSON; charset=utf-8` gives `application/json`; parameters are ignored."""
    return (request.one("content-type") or "").partition(";")[0].strip().lower()


def _read_body(body: bytes) -> Mapping[str, Json]:
    """An empty body stands for an empty object."""
    try:
        value = read_json(body) if body else {}
    except BadJson as fault:
        raise Fault("SerializationException", f"The body cannot be read: {fault}.") from None
    if not isinstance(value, dict):
        raise Fault("SerializationException", "The body is not a JSON object.")
    return value


def _operation(model: ir.Model, request: HttpRequest) -> ir.Operation:
    name = _targeted(model, request) if request.path == "/" else request.path.removeprefix("/")
    found = model.operations.get(ir.SpecText(name))
    if found is not None and found.wire_name is None:  # as most are named
        return found
    named = (one for one in model.operations.values() if (one.wire_name or one.name).raw == name)
    found = next(named, None)
    if found is None:
        raise _unknown("The service has no such operation.")
    return found


def _targeted(model: ir.Model, request: HttpRequest) -> str:
    """Split the target at its last dot: names of services may have dots themselves."""
    service, _, name = (request.one("x-amz-target") or "").rpartition(".")
    prefix = model.service.target_prefix
    return name if prefix is not None and service == prefix.raw else ""


def _unknown(message: str) -> Fault:
    return Fault("UnknownOperationException", message)
