"""Decoding: what the caller is given of an answer, from a later release too, and of every error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from codegen.emit.cases.case import Case
from codegen.emit.cases.errors import UNKNOWN
from codegen.emit.cases.probes import STRANGER, stranger_to
from codegen.emit.cases.recovery import THROTTLING, TRANSIENT, TRANSIENT_STATUSES
from codegen.emit.cases.stage import ATTEMPTS, REQUEST_ID, Stage, exchange, object_of
from codegen.spec import ir
from codegen.spec.ir import Json

SPELLINGS = ("error-header-only", "error-code", "error-type-namespace", "error-header-first")

Groups = Mapping[str, Sequence[Case]]


def view_answers_given(stage: Stage, groups: Groups) -> Iterator[Case]:
    """Walk what every operation is answered with."""
    yield from _answers(stage)
    yield from _errors(stage, groups)


def view_forms(stage: Stage, groups: Groups) -> Iterator[Case]:
    """Walk the forms that answers have in the protocol, tried with one operation."""
    yield from _metadata(stage)
    yield from _spellings(stage, groups)
    if stage.service.query_compatible:
        yield _query_error(stage)


# ------------------------------------------------------------------------------------------------------------- answers


def _answers(stage: Stage) -> Iterator[Case]:
    """Answers from a later release; and nothing at all, where there is nothing to say."""
    if stage.operation.output is None or not stage.outputs:
        for name, text in {"nothing": "", "object": "{}", "members": f'{{"{STRANGER}": 1}}'}.items():
            output: dict[str, Json] = {STRANGER: 1} if name == "members" else {}
            outcome = stage.given(output)
            yield stage.case(
                "answer-empty", [exchange(stage.answered(text))], outcome, aspect="answer", suffix=f"[{name}]"
            )
    if stage.operation.output is not None:
        future: dict[str, Json] = {**stage.full_output(), **_new_values(stage), STRANGER: {"Added": ["later", 1, None]}}
        yield stage.case("answer-future", [exchange(stage.succeeded(future))], stage.given(future), aspect="answer")


def _new_values(stage: Stage) -> dict[str, Json]:
    """Values that enums of the output do not have."""
    found: dict[str, Json] = {}
    for member in stage.outputs:
        target = stage.examples.model.shapes[member.target]
        if isinstance(target, ir.Enum):
            found[member.wire.raw] = stranger_to([one.value.raw for one in target.values])
    return found


# -------------------------------------------------------------------------------------------------------------- errors


def _errors(stage: Stage, groups: Groups) -> Iterator[Case]:
    """Each error that the operation is said to answer, as often as it is worth trying again."""
    spoken = {case.id: case for case in groups.get("errors", ())}
    for name in stage.operation.errors:
        case = spoken.get(f"{name.raw}:error-type-uri")
        if case is not None:
            yield _error(stage, case, "error-modelled")


def _error(stage: Stage, case: Case, kind: str) -> Case:
    body = case.body
    status = body["status"] if isinstance(body["status"], int) else 400
    retried = bool(body["retryable"] or body["throttling"] or status in (429, *TRANSIENT_STATUSES))
    retried = retried or body["code"] in (*THROTTLING, *TRANSIENT)
    headers: dict[str, Json] = {**object_of(body["headers"]), "x-amzn-RequestId": REQUEST_ID}
    then: Json = {"answer": {"status": status, "headers": headers, "body": body["input"]}}
    error: dict[str, Json] = {"class": "service", "name": body["error"], "code": body["code"]}
    error |= {"message": body["message"], "status": status, "requestId": REQUEST_ID}
    error |= {"members": body["members"]} if "members" in body else {}
    script = [exchange(then, attempt=number + 1) for number in range(ATTEMPTS if retried else 1)]
    suffix = f"[{case.id.replace(':error', '')}]" if kind != "error-modelled" else f"[{body['error']}]"
    found = stage.case(kind, script, {"error": error}, aspect="errors", suffix=suffix, sources=case.sources)
    return Case(id=found.id, kind=found.kind, fact=case.fact, sources=found.sources, body=found.body)


def _metadata(stage: Stage) -> Iterator[Case]:
    """The request id is found under both of its names; a success has any status from 200 to 299."""
    if stage.operation.output is None:
        return
    output = dict(stage.least or {})
    for name, status in (("x-amzn-RequestId", 200), ("x-amz-request-id", 200), ("X-Amzn-Requestid", 201)):
        then: Json = {"answer": {"status": status, "headers": {name: "other-id"}, "body": json.dumps(output)}}
        outcome: Json = {"output": dict(output), "requestId": "other-id", "status": status}
        suffix = f"[{name}]"
        yield stage.case("answer-metadata", [exchange(then)], {"answer": outcome}, aspect="answer", suffix=suffix)
    lost: Json = {"answer": {"status": 200, "headers": {}, "body": json.dumps(output)}}
    outcome = {"output": dict(output), "requestId": None, "status": 200}
    yield stage.case("answer-metadata", [exchange(lost)], {"answer": outcome}, aspect="answer", suffix="[none]")


def _spellings(stage: Stage, groups: Groups) -> Iterator[Case]:
    """The ways in which an answer names each error of the operation; and errors that no release names."""
    names = [name.raw for name in stage.operation.errors]
    for case in groups.get("errors", ()):
        named = case.body["error"] in names and case.kind in SPELLINGS
        if named or (case.kind == "error-unknown" and case.body["status"] is not None):
            yield _error(stage, case, "error-spelled" if named else "error-unknown")


def _query_error(stage: Stage) -> Case:
    """Services that once spoke the query protocol name the code of an error in a header of its own."""
    then = stage.failed(UNKNOWN, headers={"x-amzn-query-error": "Query.Code;Sender"})
    error: Json = {"class": "service", "name": None, "code": "Query.Code", "status": 400, "requestId": REQUEST_ID}
    return stage.case("query-error", [exchange(then)], {"error": error}, aspect="errors")
