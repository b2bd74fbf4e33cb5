"""Errors: how each is told from what the service answered, by its code alone, and what it then says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from codegen.emit.cases.case import Case, sources_of
from codegen.emit.views.errors import codes_of, with_own_codes
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json

UNKNOWN = "NeverHeardOfException"
HEADER = "X-Amzn-Errortype"
_SAID = "What the service says."
_URI = "http://internal.amazon.com/coral/com.amazon.coral.service/"
_REQUEST_ID = "00000000-1111-2222-3333-444444444444"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the service answers; a body that is a string is sent as it is."""

    body: Json = None
    headers: Mapping[str, str] | None = None
    status: int | None = 400
    members: Mapping[str, Json] | None = None
    message: str | None = None
    code: str | None = None


def known_errors(model: ir.Model) -> tuple[ir.Error, ...]:
    """Give the modelled errors, then the common ones that go by no code of theirs."""
    taken = {name for error in model.errors.values() for name in (error.name, *codes_of(error))}
    return (
        *with_own_codes(model.errors.values()),
        *(error for error in model.service.common_errors if error.name not in taken and error.code not in taken),
    )


def view_errors(examples: Examples) -> Iterator[Case]:
    """Walk the cases of every error, then those of no error in particular."""
    known = known_errors(examples.model)
    found = _view_errors(examples, known)
    if examples.model.service.protocol in _TEXTS:
        yield from found
        yield from _code_members(known)
    else:
        yield from (replace(case, body=_in_json_form(case.body)) for case in found if _in_any_form(case))


_TEXTS = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1, ir.Protocol.REST_JSON_1)
"""Protocols whose errors are written here as they travel; of the others in JSON form, which their codecs give."""
_CODES_ELSEWHERE = ("error-code", "error-header", "error-type-", "unknown-header", "unknown-code", "body-")


def _in_any_form(case: Case) -> bool:
    """Say whether a case is more than one of JSON: its code stands in `__type`, which is where JSON form has it."""
    kind = case.id.rpartition(":")[2]
    return not kind.startswith(_CODES_ELSEWHERE)


def _in_json_form(body: Mapping[str, Json]) -> dict[str, Json]:
    text = body["input"]
    return {**body, "input": json.loads(text) if isinstance(text, str) else text}


def _view_errors(examples: Examples, known: tuple[ir.Error, ...]) -> Iterator[Case]:
    for index, error in enumerate(known):
        other = known[index - 1] if len(known) > 1 else None
        members = _members(examples, error) if error.name in examples.model.errors else {}
        for kind, answer in _answers(error, other, members):
            yield _case(error, kind, answer)
    yield from (_stranger(kind, answer) for kind, answer in _strangers().items())


def _members(examples: Examples, error: ir.Error) -> dict[str, Json]:
    """Everything an error can say beside its message and its code."""
    found: dict[str, Json] = {}
    for member in error.members:
        if member.wire.raw.lower() not in ("message", "code") and not _is_code(member):
            try:
                found[member.wire.raw] = examples.rich(member)
            except NoExample:
                continue
    return found


def _is_code(member: ir.Member) -> bool:
    """Say whether a member is the header that tells the code, which some services model as well."""
    return member.location_name is not None and member.location_name.raw.lower() == HEADER.lower()


def _answers(error: ir.Error, other: ir.Error | None, members: dict[str, Json]) -> Iterator[tuple[str, _Answer]]:
    code = codes_of(error)[0].raw
    status = error.http_errors[0].status if error.http_errors else 400
    yield from _by_type(code, members, status)
    yield from _by_header(code, members)
    if not has_code_member(error):
        yield "error-code", _Answer(body={"code": code, **members}, members=members)
        yield "error-type-empty", _Answer(body={"__type": "", "code": code})
    if other is not None:
        yield from _precedence(code, codes_of(other)[0].raw)
    yield from _messages(code)
    for alias in codes_of(error)[1:]:
        yield f"error-alias[{alias.raw}]", _Answer(body={"__type": alias.raw}, code=alias.raw)
    yield "error-status", _Answer(body={"__type": code}, status=418)
    yield "error-no-status", _Answer(body={"__type": code}, status=None)


def _by_type(code: str, members: dict[str, Json], status: int) -> Iterator[tuple[str, _Answer]]:
    spelled = {"": code, "-namespace": f"com.amazonaws.service#{code}", "-uri": f"com.amazonaws.service#{code}:{_URI}"}
    for suffix, text in spelled.items():
        body: Json = {"__type": text, **members, "message": _SAID}
        yield f"error-type{suffix}", _Answer(body=body, members=members, message=_SAID, status=status)


def _by_header(code: str, members: dict[str, Json]) -> Iterator[tuple[str, _Answer]]:
    body: Json = {**members, "Message": _SAID}
    headers = {HEADER: code, "x-amzn-RequestId": _REQUEST_ID}
    yield "error-header", _Answer(body=body, headers=headers, members=members, message=_SAID)
    yield "error-header-uri", _Answer(body=body, headers={HEADER.lower(): f"{code}:{_URI}"}, message=_SAID)
    yield "error-header-only", _Answer(body="", headers={HEADER: code})


def _precedence(code: str, other: str) -> Iterator[tuple[str, _Answer]]:
    yield "error-header-first", _Answer(body={"__type": other, "code": other}, headers={HEADER: code})
    yield "error-type-second", _Answer(body={"code": other, "__type": code})


def _messages(code: str) -> Iterator[tuple[str, _Answer]]:
    texts: dict[str, tuple[dict[str, Json], str | None]] = {
        "lower": ({"message": _SAID}, _SAID),
        "upper": ({"Message": _SAID}, _SAID),
        "null": ({"message": None, "Message": None}, None),
        "absent": ({}, None),
    }
    for kind, (said, message) in texts.items():
        yield f"error-message-{kind}", _Answer(body={"__type": code, **said}, message=message)


def has_code_member(error: ir.Error) -> bool:
    return any(member.wire.raw.lower() == "code" for member in error.members)


def _case(error: ir.Error, kind: str, answer: _Answer) -> Case:
    flags: dict[str, Json] = {
        "retryable": error.retryable,
        "throttling": error.throttling,
        "action": error.suggested_action.raw if error.suggested_action else None,
    }
    body = {"error": error.name.raw, **_wire(answer), "code": answer.code or codes_of(error)[0].raw, **flags}
    plain = kind.partition("[")[0]
    cited = sources_of(error.citations)
    return Case(id=f"{error.name.raw}:{kind}", kind=plain, fact=error.name.raw, sources=cited, body=body)


def _wire(answer: _Answer) -> dict[str, Json]:
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    headers: dict[str, Json] = dict(answer.headers or {})
    members: dict[str, Json] = {"members": dict(answer.members)} if answer.members else {}
    return {"status": answer.status, "headers": headers, "input": text, "message": answer.message, **members}


def _strangers() -> dict[str, _Answer]:
    """Answers that name no error of this release."""
    return {
        "unknown-type": _Answer(body={"__type": f"ns#{UNKNOWN}", "message": _SAID}, code=UNKNOWN, message=_SAID),
        "unknown-header": _Answer(body={}, headers={HEADER: UNKNOWN}, code=UNKNOWN),
        "unknown-code": _Answer(body={"code": UNKNOWN}, code=UNKNOWN),
        "no-code": _Answer(body={"message": _SAID}, status=500, code="500", message=_SAID),
        "type-no-string": _Answer(body={"__type": 7}, status=400, code="400"),
        "body-empty": _Answer(body="", status=503, code="503"),
        "body-no-json": _Answer(body="<html>", status=502, code="502"),
        "body-list": _Answer(body="[]", status=500, code="500"),
        "body-number": _Answer(body="7", status=500, code="500"),
    }


def _stranger(name: str, answer: _Answer) -> Case:
    flags: dict[str, Json] = {"retryable": False, "throttling": False, "action": None}
    body = {"error": None, **_wire(answer), "code": answer.code, **flags}
    return Case(id=f"error-unknown:{name}", kind="error-unknown", fact="errors", sources=(), body=body)


def _code_members(known: tuple[ir.Error, ...]) -> Iterator[Case]:
    """`code` tells nothing where it is a member of the error that it would name."""
    for error in known:
        if has_code_member(error):
            answer = _Answer(body={"code": codes_of(error)[0].raw}, status=400, code="400")
            yield _stranger(f"code-is-member[{error.name.raw}]", answer)
