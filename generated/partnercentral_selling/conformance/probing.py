"""What the cases demand of a server: each request leaves as it stands in its case, signed, and unchecked by our models.

A server has a state that nobody knows here. So a good request may be answered by an error of the operation, if that
does not say that the request itself is wrong. A page token that no answer gave is left out, unless it is what is tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from .. import errors, models, operations
from .._runtime.operations import Operation
from .._runtime.transport import Headers, HttpRequest, HttpResponse
from .checks import Broken
from .server import Server, told
from .vectors import BadVectors, Case, Json, cases, document, inputs, members, spelling

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
        body = json.dumps(_settled(given, probe, server.fixed)).encode()
        response = server.ask(probe.id, operation["target"], body, operation["signed"])
        error = told(response)
        _check_status(probe, error)
        if _may_pass(probe.case, error):
            _accepts(probe, response, error)
        else:
            _refuses(probe, error)


def _may_pass(case: Case, error: errors.ServiceError | None) -> bool:
    """Say whether a request is to be taken; members that nobody knows may be, and are by AWS."""
    if case["kind"] == "unknown-member":
        return error is None or error.code not in VALIDATION | SERIALIZATION
    return "violation" not in _wanted(case)


def _wanted(case: Case) -> Mapping[str, Any]:
    """Give what has the `violation` and `path` of a refusal; of a missing token too, which clients fill in."""
    found: Mapping[str, Any] = case.get("server", case)
    return found


def _settled(given: Json, probe: Probe, fixed: Mapping[str, str]) -> Json:
    """Fill in a token as clients do, a new one each time, and what is fixed, unless it is what a refusal is about."""
    operation, case = document()["operations"][probe.operation], probe.case
    tried, paging = _tried(probe), _page_tokens(probe.operation)
    settled = {name: value for name, value in given.items() if name == tried or name not in paging}
    names = members("members", operation["input"])
    refused = tried if "violation" in _wanted(case) else None
    settled |= {name: value for name, value in fixed.items() if name in names and name != refused}
    token = operation.get("token")
    if token is not None and token != refused and (token != tried or given.get(token) is None):
        settled[token] = str(uuid4())
    return settled


def _tried(probe: Probe) -> str:
    """Name the member of the input that is tried; of a member further in, whose shape stands before it."""
    return str(probe.case.get("member", "")).removeprefix(f"{document()['operations'][probe.operation]['input']}.")


def _page_tokens(name: str) -> frozenset[str]:
    """The members of an operation's input that continue a list: only the server knows which it gave."""
    for found in vars(operations).values():
        if isinstance(found, Operation) and found.name == name and found.pages is not None:
            return frozenset(found.pages.input_tokens)
    return frozenset()


def _demand(probe: Probe) -> str:
    case = probe.case
    return f"demanded by {case['fact']}, stated in {', '.join(case['sources'])}"


def _check_status(probe: Probe, error: errors.ServiceError | None) -> None:
    """An error has a status that some document states for it; they contradict each other."""
    if error is None or not error.statuses or error.http_status in error.statuses.values():
        return
    wanted = " or ".join(map(str, sorted(set(error.statuses.values()))))
    raise Broken(f"{probe.id}: status of {error.code}: wanted {wanted}, found {error.http_status}")


def _refuses(probe: Probe, error: errors.ServiceError | None) -> None:
    case, wanted = probe.case, _wanted(probe.case)
    if error is None:
        raise Broken(
            f"{probe.id}: accepted, wanted a refusal ({wanted['violation']} at {wanted['path']}; {_demand(probe)})"
        )
    lax = wanted["violation"] in ("type", "range", "union", "unknown") or case["kind"].startswith("null")
    codes = VALIDATION | SERIALIZATION if lax else VALIDATION
    if error.code not in codes:
        raise Broken(f"{probe.id}: code: wanted {' or '.join(sorted(codes))}, found {error.code} ({_demand(probe)})")
    fields = _fields(error)
    if all(fields) and not any(_last_name(wanted["path"]) in field for field in fields):
        raise Broken(f"{probe.id}: fields: wanted {wanted['path']}, found {', '.join(fields)} ({_demand(probe)})")


def _accepts(probe: Probe, response: HttpResponse, error: errors.ServiceError | None) -> None:
    if error is None:
        _check_output(probe, response)
    elif error.code in VALIDATION and (
        _tried(probe) in _page_tokens(probe.operation) or not _blames(probe.case, error)
    ):
        return
    elif error.code in VALIDATION | SERIALIZATION or not _is_listed(probe, error):
        raise Broken(f"{probe.id}: wanted a success or an error of the operation, found {error} ({_demand(probe)})")


def _is_listed(probe: Probe, error: errors.ServiceError) -> bool:
    """Say whether an operation may answer with an error: one of its own, or one that all operations share."""
    listed = frozenset(document()["operations"][probe.operation]["errors"])
    return type(error) is not errors.ServiceError and (error.code in listed or error.code not in _modelled())


def _modelled() -> frozenset[str]:
    """The errors of the operations themselves; others come from what stands before every service."""
    return frozenset(name for operation in document()["operations"].values() for name in operation["errors"])


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
    if error.body.get("Reason") == "BUSINESS_VALIDATION_FAILED":
        return False
    fields = _fields(error)
    member = str(case.get("member", "")).rpartition(".")[2]
    return not member or not all(fields) or any(member in field for field in fields)


def _fields(error: errors.ServiceError) -> list[str]:
    """What an error says is wrong; a text is empty where it does not say."""
    listed: Any = error.body.get("ErrorList") or error.body.get("fieldList") or [{}]
    return [str(one.get("FieldName") or one.get("path") or "") for one in listed]


def _last_name(path: str) -> str:
    """`Tags[0].Value` gives `Value`, `Tags[0]` gives `Tags`."""
    return path.rpartition(".")[2].partition("[")[0]


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
    """What is changed of a good request, before or after it is signed.

    codes: which may say so; if none is, any that says nothing of the operation. statuses: those that documents state,
    or that AWS was seen to send.
    """

    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset({400})
    before: Change = _as_it_is
    after: Change = _as_it_is


_NO_KEYS = frozenset({"MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDeniedException"})
_BAD_KEYS = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"})
_NO_OPERATION = frozenset({"UnknownOperationException", "UnknownOperation"})
_DENIED = frozenset({400, 403})

FAULTS: Mapping[str, Fault] = {
    "unknown-target": Fault(_NO_OPERATION, frozenset({400, 404}), before=_retargeted),
    "malformed-json": Fault(SERIALIZATION, before=_holding(b'{"Name": ')),
    "body-is-a-list": Fault(SERIALIZATION | VALIDATION, before=_holding(b"[]")),
    "wrong-content-type": Fault(statuses=frozenset({400, 404, 415}), before=_headed(Content_Type="text/plain")),
    "missing-authorization": Fault(_NO_KEYS | _BAD_KEYS, _DENIED, after=_headed(Authorization=None)),
    "wrong-signature": Fault(_BAD_KEYS, _DENIED, after=_forged),
}


def check_fault(server: Server, name: str) -> None:
    """A server refuses a request that breaks the protocol, in the protocol's form, and says why by a code."""
    fault, (target, body) = FAULTS[name], _good_request(server.fixed)
    request = fault.before(server.request(target, body))
    error = told(server.answer(name, fault.after(server.signed(request))))
    if error is None:
        raise Broken(f"{name}: accepted, wanted a refusal (demanded by the protocol)")
    if not fault.codes and error.code in _modelled():
        raise Broken(f"{name}: accepted, wanted a refusal: found {error.code} (demanded by the protocol)")
    if fault.codes and error.code not in fault.codes:
        raise Broken(f"{name}: code: wanted {' or '.join(sorted(fault.codes))}, found {error.code}")
    if error.http_status not in fault.statuses:
        wanted = " or ".join(map(str, sorted(fault.statuses)))
        raise Broken(f"{name}: status: wanted {wanted}, found {error.http_status}")


def _good_request(fixed: Mapping[str, str]) -> tuple[str, bytes]:
    """Target and body of a request that has no fault: the first operation's that is signed."""
    listed: Mapping[str, Json] = document()["operations"]
    for probe in probes():
        operation = listed[probe.operation]
        if operation["signed"] and probe.case["kind"] == "valid-minimal":
            return operation["target"], json.dumps(_settled(probe.case["input"], probe, fixed)).encode()
    raise BadVectors("no case is a good request of an operation that is signed")
