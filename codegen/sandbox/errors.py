"""Errors by their code: the status, and the name that travels.

In: the model and a code. Out: `Known`. Statuses are those of the spec: `pages` goes by the status that the release
states first (the reference pages), `smithy` by that of the Smithy model, where one source is one. Refusals of a
signature are a 403 throughout, as the newer Common Errors page has them; for one of their codes the spec has only what
front ends answered in 2020.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from codegen.sandbox.signing import CODES
from codegen.spec import ir

Statuses = Literal["pages", "smithy"]

_FRONT_END = {
    "AccessDenied": 403,
    "MalformedHttpRequest": 400,
    "RequestEntityTooLarge": 413,
    "RequestTimeout": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "UnknownOperationException": 404,
}
"""What any service may answer, for a spec that does not say."""
_CORAL = {
    "SerializationException": "com.amazon.coral.service",
    "UnknownOperationException": "com.amazon.coral.service",
    "ValidationException": "com.amazon.coral.validate",
}
"""Namespaces of what front ends answer; a service that models one of them has it in its own."""
_SMITHY = "smithy-model"


@dataclass(frozen=True, slots=True)
class Known:
    """`kind` is what `__type` says, `code` the header; `modelled` is None of what only front ends answer."""

    status: int
    code: str
    kind: str
    modelled: ir.Error | None


def known_error(model: ir.Model, code: str, statuses: Statuses) -> Known:
    """Look up a code: among the service's errors, then among those that every service has."""
    modelled = _find(model.errors.values(), code)
    common = modelled or _find(model.service.common_errors, code)
    if code in CODES:
        status = 403
    elif common is not None and common.http_errors:
        status = _status(model, common, statuses)
    else:
        status = _FRONT_END.get(code) or (500 if _is_ours(common, code) else 400)
    sent = (modelled.code or modelled.name).raw if modelled else code  # the name need be none that a header can hold
    return Known(status, sent, _kind(model, sent, own=modelled is not None), modelled)


def _find(errors: Iterable[ir.Error], code: str) -> ir.Error | None:
    named = (each for each in errors if code in _names(each))
    return next(named, None)


def _names(error: ir.Error) -> set[str]:
    return {name.raw for name in (error.name, error.code, *error.aliases) if name is not None}


def _is_ours(error: ir.Error | None, code: str) -> bool:
    return error.fault is ir.Fault.SERVER if error else code in ("InternalServerException", "InternalFailure")


def _status(model: ir.Model, error: ir.Error, statuses: Statuses) -> int:
    stated = error.http_errors
    smithy = [each for each in stated if _kind_of_source(model, each.source) == _SMITHY]
    return (smithy[0] if smithy and statuses == "smithy" else stated[0]).status


def _kind_of_source(model: ir.Model, source: ir.SpecText) -> str | None:
    found = model.sources.get(source)
    return found.kind.raw if found else None


def _kind(model: ir.Model, code: str, *, own: bool) -> str:
    """awsJson1_0 sends whole shape ids, 1_1 the name alone."""
    if model.service.protocol is not ir.Protocol.AWS_JSON_1_0:
        return code
    home = f"com.amazonaws.{model.service.name.raw.replace('-', '')}"
    return f"{home if own else _CORAL.get(code, home)}#{code}"
