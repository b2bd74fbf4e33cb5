"""What the cases demand of a server: each request leaves as it stands in its case, signed, and unchecked by our models.

A server has a state that nobody knows here. So a good request may be answered by an error of the operation, if that
does not say that the request itself is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from .. import errors, models
from .._runtime.transport import Headers, HttpRequest, HttpResponse
from .checks import Broken
from .server import Server, told
from .vectors import BadVectors, Case, Json, cases, document, inputs, spelling

VALIDATION = frozenset({"ValidationException", "ValidationError"})
SERIALIZATION = frozenset({"SerializationException"})


class Probe(NamedTuple):
    """One case, sent to one operation."""

    id: str
    operation: str
    case: Case


def probes() -> list[Probe]:
    """Pair the cases of requests with the operations that take them. Raises BadVectors when there are none."""
    listed: Mapping[str, Json] = document()["operations"]
    found = [
        Probe(f"{name}:{case['id']}", name, case)
        for name, operation in listed.items()
        for case in cases("requests")
        if case["shape"] == operation.get("input")
    ]
    if not found:
        raise BadVectors("no case is of a shape that an operation takes")
    return found


def check_probe(server: Server, probe: Probe) -> None:
    """A server accepts or refuses every input of a case."""
    operation = document()["operations"][probe.operation]
    for given in inputs(probe.case):
        body = json.dumps(_with_token(given, operation, probe.case)).encode()
        response = server.ask(probe.id, operation["target"], body, operation["signed"])
        error = told(response)
        if probe.case["expect"] == "accept" or (probe.case["kind"] == "unknown-member" and error is None):
            _accepts(probe, response, error)
        else:
            _refuses(probe, error)


def _with_token(given: Json, operation: Mapping[str, Json], case: Case) -> Json:
    """Fill in a token as clients do, a new one each time, unless the token itself is tried."""
    name = operation.get("token")
    if name is None:
        return given
    tried = case.get("member") == f"{operation['input']}.{name}" and given.get(name) is not None
    return given if tried else {**given, name: str(uuid4())}


def _demand(probe: Probe) -> str:
    case = probe.case
    return f"demanded by {case['fact']}, stated in {', '.join(case['sources'])}"


def _refuses(probe: Probe, error: errors.ServiceError | None) -> None:
    case = probe.case
    if error is None:
        raise Broken(
            f"{probe.id}: accepted, wanted a refusal ({case['violation']} at {case['path']}; {_demand(probe)})"
        )
    lax = case["violation"] in ("type", "range", "union", "unknown") or case["kind"].startswith("null")
    wanted = VALIDATION | SERIALIZATION if lax else VALIDATION
    if error.code not in wanted:
        raise Broken(f"{probe.id}: code: wanted {' or '.join(sorted(wanted))}, found {error.code} ({_demand(probe)})")


def _accepts(probe: Probe, response: HttpResponse, error: errors.ServiceError | None) -> None:
    if error is None:
        _check_output(probe, response)
    elif error.code in VALIDATION and not _blames(probe.case, error):
        return
    elif error.code in VALIDATION | SERIALIZATION or type(error) is errors.ServiceError:
        raise Broken(f"{probe.id}: wanted a success or an error of the service, found {error} ({_demand(probe)})")


def _check_output(probe: Probe, response: HttpResponse) -> None:
    """A success can be read."""
    output = document()["operations"][probe.operation].get("output")
    if output is None:
        return
    try:
        getattr(models, spelling("shapes", output)).from_wire(response.body or b"{}")
    except errors.ResponseError as error:
        raise Broken(f"{probe.id}: the answer cannot be read: {error}") from None


def _blames(case: Case, error: errors.ServiceError) -> bool:
    """Say whether a refusal is about what is tried: not so for a rule of business, or another member's fault."""
    body = error.body
    if body.get("Reason") == "BUSINESS_VALIDATION_FAILED":
        return False
    listed: Any = body.get("ErrorList") or body.get("fieldList") or [{}]
    fields = [str(one.get("FieldName") or one.get("path") or "") for one in listed]
    member = str(case.get("member", "")).rpartition(".")[2]
    return not member or not all(fields) or any(member in field for field in fields)


# ------------------------------------------------------------------------------------------------------------ protocol


Change = Callable[[HttpRequest], HttpRequest]


def _as_it_is(request: HttpRequest) -> HttpRequest:
    return request


def _headed(**changes: str | None) -> Change:
    """Change headers, or drop them."""

    def change(request: HttpRequest) -> HttpRequest:
        merged = {**request.headers, **{name.replace("_", "-"): value for name, value in changes.items()}}
        return request._replace(headers=Headers({name: value for name, value in merged.items() if value is not None}))

    return change


def _holding(body: bytes) -> Change:
    """Change the body."""
    return lambda request: request._replace(body=body)


def _retargeted(request: HttpRequest) -> HttpRequest:
    """Ask the service for an operation that it does not have."""
    service = request.headers["X-Amz-Target"].rpartition(".")[0]
    return _headed(X_Amz_Target=f"{service}.NoSuchOperation")(request)


def _forged(request: HttpRequest) -> HttpRequest:
    """Change the last digit of the signature."""
    proof = request.headers["Authorization"]
    return _headed(Authorization=f"{proof[:-1]}{'1' if proof.endswith('0') else '0'}")(request)


class Fault(NamedTuple):
    """What is changed of a good request, before or after it is signed. codes: which may say so; any, if none is."""

    codes: frozenset[str] = frozenset()
    before: Change = _as_it_is
    after: Change = _as_it_is


_NO_KEYS = frozenset({"MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDeniedException"})
_BAD_KEYS = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"})
_NO_OPERATION = frozenset({"UnknownOperationException", "UnknownOperation"})

FAULTS: Mapping[str, Fault] = {
    "unknown-target": Fault(_NO_OPERATION, before=_retargeted),
    "malformed-json": Fault(SERIALIZATION, before=_holding(b'{"Name": ')),
    "body-is-a-list": Fault(SERIALIZATION | VALIDATION, before=_holding(b"[]")),
    "wrong-content-type": Fault(before=_headed(Content_Type="text/plain")),
    "missing-authorization": Fault(_NO_KEYS | _BAD_KEYS, after=_headed(Authorization=None)),
    "wrong-signature": Fault(_BAD_KEYS, after=_forged),
}


def check_fault(server: Server, name: str) -> None:
    """A server refuses a request that breaks the protocol, in the protocol's form, and says why by a code."""
    fault, (target, body) = FAULTS[name], _good_request()
    request = fault.before(server.request(target, body))
    error = told(server.answer(name, fault.after(server.signed(request))))
    if error is None:
        raise Broken(f"{name}: accepted, wanted a refusal (demanded by the protocol)")
    if fault.codes and error.code not in fault.codes:
        raise Broken(f"{name}: code: wanted {' or '.join(sorted(fault.codes))}, found {error.code}")


def _good_request() -> tuple[str, bytes]:
    """Target and body of a request that has no fault: the first operation's that is signed."""
    for operation in _signed():
        for case in cases("requests"):
            if case["shape"] == operation.get("input") and case["kind"] == "valid-minimal":
                return operation["target"], json.dumps(_with_token(case["input"], operation, case)).encode()
    raise BadVectors("no case is a good request of an operation that is signed")


def _signed() -> Iterator[Mapping[str, Json]]:
    listed: Mapping[str, Json] = document()["operations"]
    return (operation for operation in listed.values() if operation["signed"])
