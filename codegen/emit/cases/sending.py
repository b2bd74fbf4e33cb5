"""Sending: the bytes of every operation's requests, their tokens, and what never leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codegen.emit.cases.case import Case
from codegen.emit.cases.stage import MOMENT, Stage, exchange, fault, object_of
from codegen.spec import ir, texts
from codegen.spec.examples import constraints_of
from codegen.spec.ir import Json

LATER = "20241205T102110Z"
"""When a request is signed that follows one which took `SECONDS`."""
SECONDS = 40
_TOKEN = "11111111-2222-4333-8444-555555555555"
_NO_HOST: Mapping[str, Json] = {"class": "validation", "violation": "pattern"}


def view_requests_sent(stage: Stage) -> Iterator[Case]:
    """Walk what every operation is tried with, however many there are."""
    yield from _requests(stage)
    yield from _token(stage) if stage.token is not None else _body_kept(stage)


def view_arguments(stage: Stage, requests: Sequence[Case]) -> Iterator[Case]:
    """Walk the ways in which a request is passed, and what of it is refused. requests: the cases of its input."""
    yield from _refused(stage, requests) if stage.members else ()
    yield from _styles(stage)
    yield from _host(stage)


def _requests(stage: Stage) -> Iterator[Case]:
    """The bytes of a request, of the least and of all that it can hold; its token is given."""
    kind, output = "request-golden" if stage.is_signed else "request-unsigned", stage.full_output()
    for suffix, given in _inputs(stage).items():
        script = exchange(stage.succeeded(output), stage.signed(given))
        yield stage.case(kind, [script], stage.given(output), aspect="request", given=given, suffix=suffix)


def _inputs(stage: Stage) -> dict[str, Mapping[str, Json] | None]:
    if stage.plain is None or stage.operation.input is None:
        return {"": None}
    least, full = with_token(stage), stage.full_input()
    return {"": full, "-least": least} if full != least else {"": full}


def _token_of(stage: Stage) -> str:
    """A token that a caller gives: of the form that clients make up, unless the operation takes no such."""
    member = next(member for member in stage.members if member.wire.raw == stage.token)
    target = stage.examples.model.shapes[member.target]
    rule = texts.rule_of(constraints_of(member, target))
    return _TOKEN if rule.accepts(_TOKEN) else str(stage.examples.value(member))


def with_token(stage: Stage) -> dict[str, Json]:
    """The least input with its token, in the order of the spec, in which members are written."""
    given = {**(stage.plain or {}), **({stage.token: _token_of(stage)} if stage.token else {})}
    return {member.wire.raw: given[member.wire.raw] for member in stage.members if member.wire.raw in given}


def _token(stage: Stage) -> Iterator[Case]:
    """A token is filled in where it is left out, kept where it is given, the same in every attempt."""
    done = stage.given()
    yield stage.case("token-filled", [exchange(stage.succeeded(), filled=stage.token)], done, aspect="token")
    given = with_token(stage)
    kept: dict[str, Json] = {"answer": {**object_of(done["answer"]), "token": given[str(stage.token)]}}
    script = exchange(stage.succeeded(), stage.signed(given))
    outcome = kept if stage.operation.output is not None else done
    yield stage.case("token-given", [script], outcome, aspect="token", given=given)
    for name, then in _lost(stage).items():
        first = exchange(then, takes=SECONDS, attempt=1, filled=stage.token, headers=_dated(stage, MOMENT))
        yield stage.case("token-kept", [first, _again(stage)], done, aspect="token", suffix=f"[{name}]")


def _lost(stage: Stage) -> dict[str, Json]:
    return {"503": stage.answered("", status=503), "cut": fault("cut"), "timeout": fault("timeout")}


def _again(stage: Stage) -> Json:
    """The second attempt: the same body and invocation; the date of its own time."""
    same: Json = ["body", "amz-sdk-invocation-id"]
    return exchange(stage.succeeded(), attempt=2, same=same, headers=_dated(stage, LATER))


def _dated(stage: Stage, moment: str) -> dict[str, Json]:
    return {"x-amz-date": moment} if stage.is_signed else {}


def _body_kept(stage: Stage) -> Iterator[Case]:
    """Without a token: a refusal is followed by the same body; a lost answer only where twice does no harm."""
    for name, then in _lost(stage).items():
        if stage.is_repeatable or name == "503":
            script = [exchange(then, takes=SECONDS, attempt=1), _again(stage)]
            yield stage.case("body-kept", script, stage.given(), aspect="retries", suffix=f"[{name}]")
        else:
            error: dict[str, Json] = {"class": "transport", "timedOut": name == "timeout", "sent": True}
            yield stage.case("not-repeated", [exchange(then)], {"error": error}, aspect="retries", suffix=f"[{name}]")


# ----------------------------------------------------------------------------------------------------------- arguments


def _refused(stage: Stage, requests: Sequence[Case]) -> Iterator[Case]:
    """What breaks a constraint never leaves: one case for each kind of violation, and one that hides a value."""
    found = [case for case in requests if "violation" in case.body and "at" not in case.body]
    violations: set[Json] = set()
    for case in found:
        if case.body["violation"] not in violations and "secret" not in case.body:
            violations.add(case.body["violation"])
            yield _refusal(stage, case, {})
    for case in [case for case in found if "secret" in case.body][:1]:
        yield _refusal(stage, case, {"secret": case.body["secret"]})
    for case in [case for case in found if case.body["violation"] in ("required", "length")][:1]:
        yield _refusal(stage, case, {"style": "read"})


_KINDS = {"secret": "sensitive", "style": "request-model"}


def _refusal(stage: Stage, case: Case, more: dict[str, Json]) -> Case:
    violation = case.body["violation"]
    kind = "unknown-argument" if violation == "unknown" else "refused-before-sending"
    error: Json = {"class": "validation", "violation": violation, "path": case.body["path"]}
    found = stage.case(
        next((_KINDS[name] for name in more), kind),
        [],
        {"error": error},
        aspect=f"{violation}",
        given=object_of(case.body["input"]),
        suffix=f"[{case.id.partition('@')[0]}]",
        sources=case.sources,
        more=more,
    )
    return Case(id=found.id, kind=found.kind, fact=case.fact, sources=found.sources, body=found.body)


def _styles(stage: Stage) -> Iterator[Case]:
    """The ways in which a request is passed: one request, or its members under either name."""
    if not stage.members or stage.operation.input is None:
        return
    given = stage.full_input()
    for kind, style in (("request-model", "model"), ("both-names", "wire")):
        script = exchange(stage.succeeded(), body=stage.signed(given)["body"])
        yield stage.case(kind, [script], stage.given(), aspect="arguments", given=given, more={"style": style})


def _host(stage: Stage) -> Iterator[Case]:
    """Labels of the host come from the request; a value that makes no host name never leaves."""
    if stage.operation.host_prefix is None:
        return
    prefix = stage.operation.host_prefix.raw
    label = next((one for one in stage.members if f"{{{one.wire.raw}}}" in prefix), None)
    if label is None:
        script = [exchange(stage.succeeded(), url=stage.url(None))]
        yield stage.case("host-prefix", script, stage.given(), aspect="host")
    else:
        yield from _label(stage, label)


def _label(stage: Stage, label: ir.Member) -> Iterator[Case]:
    rule = texts.rule_of(constraints_of(label, stage.examples.model.shapes[label.target]))
    for value in filter(rule.accepts, ("label-1", "a/b", "a b", "a.")):
        given = {**(stage.plain or {}), label.wire.raw: value}
        script, outcome = [exchange(stage.succeeded(), url=stage.url(given))], stage.given()
        if value != "label-1":
            script, outcome = [], {"error": dict(_NO_HOST)}
        yield stage.case("host-prefix", script, outcome, aspect="host", given=given, suffix=f"[{value}]")
