"""Calls: what a client sends for every operation, byte for byte, and what it makes of what comes back.

Cases that an operation decides are written for each; those that the protocol alone decides, for one operation. What a
request may hold, and how an error is spelled, is taken from the cases of the other groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from codegen.emit.cases.case import Case
from codegen.emit.cases.decoding import view_answers_given, view_forms
from codegen.emit.cases.recovery import view_recovery
from codegen.emit.cases.sending import LATER, SECONDS, view_arguments, view_requests_sent, with_token
from codegen.emit.cases.stage import KEYS, Stage, exchange, stages
from codegen.emit.cases.unreadable import view_unreadable
from codegen.emit.cases.waiting import view_waiting
from codegen.spec.examples import Examples
from codegen.spec.ir import Json, ShapeId

MANY = 20  # arbitrary: of more operations, those beyond have the first few kinds of case only
SESSION = "conformance/session+token/0123456789abcdefg="
ENDPOINT = "http://127.0.0.1:8999/base/"


def view_calls(examples: Examples, groups: Mapping[str, Sequence[Case]]) -> Iterator[Case]:
    """Walk the cases of every operation, then those of the protocol. groups: the cases of the others."""
    found = stages(examples)
    requests = _by_shape(groups.get("requests", ()))
    for index, stage in enumerate(found):
        yield from view_requests_sent(stage)
        if index < MANY:
            yield from view_arguments(stage, requests.get(stage.operation.input, ()))
            yield from view_answers_given(stage, groups)
            yield from view_waiting(stage)
            yield from view_unreadable(stage, groups, every=False)
    if found:
        main = max(found, key=_fitness)
        yield from _signing(main)
        yield from view_forms(main, groups)
        yield from view_unreadable(main, groups, every=True)
        yield from view_recovery(main)


def _by_shape(requests: Sequence[Case]) -> Mapping[ShapeId | None, Sequence[Case]]:
    found: defaultdict[ShapeId | None, list[Case]] = defaultdict(list)
    for case in requests:
        found[ShapeId(str(case.body["shape"]))].append(case)
    return found


def _fitness(stage: Stage) -> tuple[bool, ...]:
    """Say how well an operation serves for what every operation has in common."""
    return stage.is_signed, stage.token is not None, bool(stage.outputs), stage.plain is not None, not stage.prefix({})


def _signing(stage: Stage) -> Iterator[Case]:
    """What is signed: a session's token, the time of each attempt, and another endpoint with its path."""
    given = with_token(stage) if stage.plain is not None else None
    done = stage.given()
    more: dict[str, Json] = {"config": {"endpoint": ENDPOINT}}
    script = exchange(stage.succeeded(), stage.signed(given, endpoint=ENDPOINT))
    yield stage.case("request-endpoint", [script], done, aspect="endpoint", given=given, more=more)
    if not stage.is_signed:
        return
    more = {"config": {"credentials": {**KEYS, "sessionToken": SESSION}}}
    script = exchange(stage.succeeded(), stage.signed(given, session=SESSION))
    yield stage.case("request-session-token", [script], done, aspect="signing", given=given, more=more)
    first = exchange(stage.answered("", status=503), stage.signed(given), takes=SECONDS)
    again = exchange(stage.succeeded(), stage.signed(given, moment=LATER, attempt=2))
    yield stage.case("request-signed-anew", [first, again], done, aspect="signing", given=given)
