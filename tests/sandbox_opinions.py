"""What the generated package and plain JSON think of a request and of an answer: the judge of what a sandbox says.

In: an operation and bytes. Out: whether a correct client could have sent them, and what is wrong with an answer. The
models of the generated package share nothing with the sandbox, so a wrong verdict of either shows as a difference.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NoReturn

import jsonschema  # type: ignore[import-untyped]
import pydantic
import regex  # type: ignore[import-untyped]
from packages import NEW, shape_of
from sandbox_bodies import MODEL, OPERATIONS
from sandbox_stub import CONTENT_TYPE, Answer

from codegen.emit.jsonschema import json_schema
from codegen.sandbox.limits import JSON_DEPTH, JSON_DIGITS
from codegen.spec import ir

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9-]{10}T[0-9:]{6}[0-5][0-9](?:\.[0-9]{1,9})?Z")
FRONT_END: Mapping[str, int] = {
    "AccessDenied": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "UnrecognizedClientException": 403,
    "RequestEntityTooLarge": 413,
    "SerializationException": 400,
    "UnknownOperationException": 404,
}
"""What may be said before an operation is asked, and its status; no 5xx is among them."""


# ------------------------------------------------------------------------------------------------------------- requests


class NotJson(ValueError):
    """The text is not JSON, or more than any reader has to take."""


def strict(content: bytes) -> Any:
    """Read JSON with the standard library, and nothing that only some readers take."""
    try:
        text = content.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_none_such, parse_float=_float, parse_int=_integer
        )
        if "\\" in text:  # half a surrogate pair can only be spelled out
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        raise NotJson(str(fault)) from None
    if text.count("[") + text.count("{") > JSON_DEPTH and _depth(value) > JSON_DEPTH:
        raise NotJson("too deep")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise NotJson("a key twice")
    return dict(pairs)


def _none_such(name: str) -> NoReturn:
    raise NotJson(name)


def _float(digits: str) -> float:
    if len(digits) > JSON_DIGITS or math.isinf(float(digits)):
        raise NotJson("too large")
    return float(digits)


def _integer(digits: str) -> int:
    if len(digits) > JSON_DIGITS:
        raise NotJson("too long")
    return int(digits)


def _depth(value: Any) -> int:
    if isinstance(value, dict | list):
        return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)
    return 0


@lru_cache(maxsize=64)
def is_right(operation: str, content: bytes) -> bool:
    """Tell whether a service has to take a body: unknown members and nulls in structures say nothing."""
    try:
        body = strict(content) if content else {}
    except NotJson:
        return False
    input = OPERATIONS[operation].input
    assert input is not None
    if not isinstance(body, dict):
        return False
    shape = MODEL.shapes[input]
    plain = _plain(body, shape)
    assert isinstance(shape, ir.Structure)
    if any(member.required and member.wire.raw not in plain for member in shape.members):
        return False  # the client fills the token in
    return _is_built(input.raw, plain)


def _plain(value: Any, shape: ir.Shape) -> Any:
    """Drop what says nothing, and what the models take from a caller and write otherwise: a time in other letters."""
    if isinstance(shape, ir.Timestamp):
        return value if isinstance(value, str) and _TIME.fullmatch(value) else []
    if isinstance(shape, ir.ListOf) and isinstance(value, list):
        return [_plain(item, MODEL.shapes[shape.member.target]) for item in value]
    if not isinstance(shape, ir.Structure | ir.UnionOf) or not isinstance(value, dict):
        return value
    members = {each.wire.raw: MODEL.shapes[each.target] for each in shape.members}
    known = {name: item for name, item in value.items() if item is not None and _counts(shape, name, members)}
    return {name: _plain(item, members[name]) if name in members else item for name, item in known.items()}


def _counts(shape: ir.Structure | ir.UnionOf, name: str, members: Mapping[str, ir.Shape]) -> bool:
    return name in members or (isinstance(shape, ir.UnionOf) and name != "__type")


def _is_built(shape: str, value: Any) -> bool:
    try:
        shape_of(NEW, shape).model_validate(value)
    except pydantic.ValidationError:
        return False
    return True


# -------------------------------------------------------------------------------------------------------------- answers


def faults_of(operation: str | None, answer: Answer) -> Iterator[str]:
    """Say what is wrong with an answer, whatever was asked: nothing, in the end."""
    if answer.status >= 500:
        yield f"status {answer.status}"
    if not _UUID.fullmatch(answer.headers.get("x-amzn-requestid", "")):
        yield "no request id"
    if answer.headers.get("content-length") != str(len(answer.content)):
        yield "another length"
    if answer.status == 200:
        yield from _faults_of_output(operation, answer)
    else:
        yield from _faults_of_error(operation, answer)


def _faults_of_output(operation: str | None, answer: Answer) -> Iterator[str]:
    if operation is None:
        yield "an answer of no operation"
        return
    output = OPERATIONS[operation].output
    if answer.headers.get("content-type") != CONTENT_TYPE:
        yield "another content type"
    if output is None:
        yield from ["content without a model"] if answer.content else []
    elif not _is_built(output.raw, strict(answer.content)):
        yield f"an output of {operation} that does not fit the model: {answer.content[:1000]!r}"


def _faults_of_error(operation: str | None, answer: Answer) -> Iterator[str]:
    body = strict(answer.content)
    modelled = {each.raw for each in OPERATIONS[operation].errors} if operation else set[str]()
    code = answer.code
    if code != answer.headers.get("x-amzn-errortype"):
        yield "two names for the error"
    if code in modelled:
        error = MODEL.errors[ir.SpecText(code)]
        members = {member.wire.raw for member in error.members}
        if answer.status != error.http_errors[0].status:
            yield "another status than the spec's"
        if not body.keys() <= members | {"__type"} or not isinstance(body.get("Message"), str):
            yield "another error body than the spec's"
        if code == "ValidationException":
            yield from _faults_of_validation(body)
    elif FRONT_END.get(code) != answer.status or body.keys() != {"__type", "message"}:
        yield f"{answer.status} {code} is no error of this operation"


def _faults_of_validation(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("Reason") not in _values("ValidationExceptionReason"):
        yield "no reason"
    entries = body.get("ErrorList")
    if not isinstance(entries, list) or not entries:
        yield "no list of errors"
    elif any(each["Code"] not in _values("ValidationExceptionErrorCode") for each in entries):
        yield "a code of no release"


@cache
def _values(enum: str) -> frozenset[str]:
    shape = MODEL.shapes[ir.SpecText(enum)]
    assert isinstance(shape, ir.Enum)
    return frozenset(each.value.raw for each in shape.values)


# ---------------------------------------------------------------------------------------------------- a second opinion


def fits_schema(shape: str, value: Any) -> bool:
    """Ask the JSON Schema that we export, and a library that knows nothing of us; slow, so for a sample."""
    return bool(_validator(shape).is_valid(value))


@cache
def _validator(shape: str) -> Any:
    ends = [each for op in OPERATIONS.values() for each in (op.input, op.output) if each]
    kind = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    return kind({"$ref": f"#/$defs/{shape}", "$defs": json_schema(MODEL, ends)["$defs"]})


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not _ecma(pattern).search(value):
        yield jsonschema.ValidationError("pattern")


@cache
def _ecma(pattern: str) -> Any:
    return regex.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern, regex.V0)
