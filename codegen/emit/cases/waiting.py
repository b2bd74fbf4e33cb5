"""What takes more than one call: tasks that are waited for, pages that are read on, states that are waited for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.cases.case import Case, sources_of
from codegen.emit.cases.errors import UNKNOWN
from codegen.emit.cases.probes import stranger_to
from codegen.emit.cases.recovery import THROTTLING, TRANSIENT
from codegen.emit.cases.stage import REQUEST_ID, Stage, exchange
from codegen.spec import ir
from codegen.spec.ir import Json

_MESSAGE = "What went wrong."
_SAME: Json = ["body"]


def view_waiting(stage: Stage) -> Iterator[Case]:
    """Walk the cases of one operation, as far as it starts a task, has pages or a waiter."""
    if stage.operation.asynchronous is not None and stage.operation.output is not None:
        yield from _task(stage, stage.operation.asynchronous)
    for paginator in stage.examples.model.paginators.values():
        if paginator.operation == stage.operation.name and _is_plain(stage, paginator):
            yield from _pages(stage, paginator)
            break
    for waiter in stage.examples.model.waiters.values():
        if waiter.operation == stage.operation.name:
            yield from _waiter(stage, waiter)


# --------------------------------------------------------------------------------------------------------------- tasks


def _task(stage: Stage, found: ir.Asynchronous) -> Iterator[Case]:
    """A task is looked at again until it is over: the same request, in its own time."""
    status = found.status
    yield from _failed(stage, found)
    if not status.complete:
        return
    complete = _state(stage, status, status.complete[0].raw)
    first = exchange(stage.succeeded(complete), filled=stage.token) if stage.token else None
    script = [first or exchange(stage.succeeded(complete))]
    yield _waited(stage, found, "task-complete", script, stage.given(complete), "[at-once]")
    later = exchange(stage.succeeded(_state(stage, status, _new_state(status))))
    script = [later, _look(stage, complete, [0.5, 1])]
    yield _waited(stage, found, "task-unknown-state", script, stage.given(complete))
    for state in status.running[:1]:
        yield from _running(stage, found, _state(stage, status, state.raw), complete)


def _running(
    stage: Stage, found: ir.Asynchronous, running: Mapping[str, Json], complete: Mapping[str, Json]
) -> Iterator[Case]:
    first = exchange(stage.succeeded(running))
    script = [first, _look(stage, running, [0.5, 1]), _look(stage, complete, [1, 2])]
    yield _waited(stage, found, "task-complete", script, stage.given(complete), "[in-time]")
    late: Json = {"class": "wait-timed-out", "timedOut": True}
    yield _waited(stage, found, "task-out-of-time", [first], {"error": late}, timeout=0)
    refused = exchange(stage.failed(UNKNOWN), pause=[0.5, 1], same=_SAME)
    error: Json = {"class": "service", "code": UNKNOWN, "status": 400, "requestId": REQUEST_ID}
    yield _waited(stage, found, "task-error", [first, refused], {"error": error})


def _waited(
    stage: Stage,
    found: ir.Asynchronous,
    kind: str,
    script: list[Json],
    outcome: Mapping[str, Json],
    suffix: str = "",
    timeout: int = 300,
) -> Case:
    cited = sources_of(found.citations, stage.operation.citations)
    more: dict[str, Json] = {"does": "task", "timeout": timeout}
    return stage.case(kind, script, outcome, aspect="task", suffix=suffix, sources=cited, more=more)


def _failed(stage: Stage, found: ir.Asynchronous) -> Iterator[Case]:
    """A task that failed says why, with a reason of this release or of a later one."""
    status, names = found.status, [one.wire for one in stage.outputs]
    for state in status.failed[:1]:
        for name, reason in _reasons(stage, status).items():
            output = _state(stage, status, state.raw)
            said: dict[str, Json] = {"reasonCode": None, "message": None}
            for key, member, value in (("reasonCode", status.reason, reason), ("message", status.message, _MESSAGE)):
                if member is not None and member in names:
                    output[member.raw] = said[key] = value
            error: Json = {"class": "task-failed", **said}
            script = [exchange(stage.succeeded(output))]
            yield _waited(stage, found, "task-failed", script, {"error": error}, f"[{name}]")


def _reasons(stage: Stage, status: ir.TaskStatus) -> dict[str, str]:
    member = next((one for one in stage.outputs if status.reason and one.wire == status.reason), None)
    target = stage.examples.model.shapes[member.target] if member else None
    if isinstance(target, ir.Enum):
        return {"known": target.values[-1].value.raw, "unknown": "NOT_A_REASON"}
    return {"any": "Reason"}


def _state(stage: Stage, status: ir.TaskStatus, state: str) -> dict[str, Json]:
    return {**(stage.least or {}), status.member.raw: state}


def _new_state(status: ir.TaskStatus) -> str:
    known: list[Json] = [state.raw for state in (*status.running, *status.complete, *status.failed)]
    return str(stranger_to(known))


def _look(stage: Stage, output: Mapping[str, Json], pause: Json) -> Json:
    """Look again: the same request, after a pause of so many seconds."""
    return exchange(stage.succeeded(output), pause=pause, same=_SAME, url=stage.url(stage.plain))


# --------------------------------------------------------------------------------------------------------------- pages


def _is_plain(stage: Stage, paginator: ir.Paginator) -> bool:
    """Say whether tokens are texts, members of the output itself: others take JMESPath to put in place."""
    names = {one.wire.raw: stage.examples.model.shapes[one.target] for one in stage.outputs}
    wanted = [names.get(token.raw) for token in paginator.output_tokens]
    more = paginator.more_results is None or isinstance(names.get(paginator.more_results.raw), ir.Boolean)
    inputs = {one.wire.raw for one in stage.members}
    fed = all(token.raw in inputs for token in paginator.input_tokens)
    paired = len(paginator.input_tokens) == len(paginator.output_tokens) > 0
    return more and fed and paired and all(isinstance(target, ir.Text) for target in wanted)


def _pages(stage: Stage, paginator: ir.Paginator) -> Iterator[Case]:
    cited = sources_of(paginator.citations, stage.operation.citations)
    first, second, last = (_page(stage, paginator, token) for token in ("token-1", "token-2", None))
    empty = _page(stage, paginator, "")

    def case(kind: str, suffix: str, pages: list[dict[str, Json]], **error: Json) -> Case:
        tokens = [None, *(page.get(paginator.output_tokens[0].raw) for page in pages[:-1])]
        script = [
            exchange(stage.succeeded(page), input=_asking(stage, paginator, token))
            for page, token in zip(pages, tokens, strict=True)
        ]
        listed: list[Json] = [*pages]
        outcome: dict[str, Json] = {"pages": listed, **({"error": error} if error else {})}
        return stage.case(kind, script, outcome, aspect="pages", suffix=suffix, sources=cited, more={"does": "pages"})

    yield case("pages", "[three]", [first, second, last])
    yield case("pages", "[one]", [last])
    yield case("pages", "[empty-token]", [first, empty])
    same: dict[str, Json] = {"class": "response"}
    yield case("pages-same-token", "", [first, first], **same)
    if paginator.more_results is not None:
        yield case("pages", "[no-more-results]", [{**first, paginator.more_results.raw: False}])


def _page(stage: Stage, paginator: ir.Paginator, token: str | None) -> dict[str, Json]:
    found: dict[str, Json] = dict(stage.least or {})
    for name in paginator.output_tokens:
        found.pop(name.raw, None)
        found |= {name.raw: token} if token is not None else {}
    return found | ({paginator.more_results.raw: token is not None} if paginator.more_results is not None else {})


def _asking(stage: Stage, paginator: ir.Paginator, token: Json) -> Json:
    asked: dict[str, Json] = {name.raw: token for name in paginator.input_tokens} if token else {}
    return {**(stage.plain or {}), **asked}


# ------------------------------------------------------------------------------------------------------------- waiters


@dataclass(frozen=True, slots=True)
class _Sign:
    """An answer that an acceptor fits, and what the caller is given of it."""

    state: ir.AcceptorState
    then: Json
    outcome: Mapping[str, Json]


def _waiter(stage: Stage, waiter: ir.Waiter) -> Iterator[Case]:
    """Every acceptor that an answer can be made up for; and an error that none of them speaks of."""
    signs = [sign for one in waiter.acceptors if (sign := _sign(stage, one)) is not None]
    success = next((sign for sign in signs if sign.state is ir.AcceptorState.SUCCESS), None)
    failed: Json = {"class": "task-failed", "reasonCode": waiter.name.raw}
    for number, sign in enumerate(signs, 1):
        first = exchange(sign.then)
        match sign.state:
            case ir.AcceptorState.SUCCESS:
                yield _awaited(stage, waiter, "waiter-success", number, [first], sign.outcome)
            case ir.AcceptorState.FAILURE:
                yield _awaited(stage, waiter, "waiter-failure", number, [first], {"error": failed})
            case ir.AcceptorState.RETRY if success is not None:
                pause: Json = [waiter.delay, waiter.delay]
                script = [first, exchange(success.then, pause=pause, same=_SAME)]
                yield _awaited(stage, waiter, "waiter-retry", number, script, success.outcome)
            case _:
                continue
    if not any(one.matcher is ir.Matcher.ERROR and one.expected is True for one in waiter.acceptors):
        error: Json = {"class": "service", "code": UNKNOWN, "status": 400}
        yield _awaited(stage, waiter, "waiter-error", 0, [exchange(stage.failed(UNKNOWN))], {"error": error})


def _awaited(
    stage: Stage, waiter: ir.Waiter, kind: str, number: int, script: list[Json], outcome: Mapping[str, Json]
) -> Case:
    name = waiter.name.raw
    return stage.case(
        kind,
        script,
        outcome,
        aspect=f"waiter-{name}",
        suffix=f"[{name}-{number}]",
        sources=sources_of(waiter.citations, stage.operation.citations),
        more={"does": "waiter", "waiter": name},
    )


def _sign(stage: Stage, one: ir.Acceptor) -> _Sign | None:
    """Make up an answer that an acceptor fits; None where that is hard."""
    match one.matcher:
        case ir.Matcher.ERROR:
            return _error_sign(stage, one)
        case ir.Matcher.PATH:
            return _path_sign(stage, one)
        case _:
            return None


def _error_sign(stage: Stage, one: ir.Acceptor) -> _Sign | None:
    """An error by its code, or any; `false` stands for none. One that is tried again by itself tells nothing here."""
    if one.expected is False:
        return _Sign(one.state, stage.succeeded(), stage.given())
    code = one.expected if isinstance(one.expected, str) else UNKNOWN
    passing = [error.name.raw for error in stage.examples.model.errors.values() if error.retryable or error.throttling]
    if code in (*passing, *THROTTLING, *TRANSIENT):
        return None
    return _Sign(one.state, stage.failed(code), {"answer": {"output": None}})


def _path_sign(stage: Stage, one: ir.Acceptor) -> _Sign | None:
    names = one.argument.raw.split(".") if one.argument is not None else []
    known = {member.wire.raw for member in stage.outputs}
    if not names or names[0] not in known or not all(name.isidentifier() for name in names):
        return None
    value: Json = one.expected
    for name in reversed(names[1:]):
        value = {name: value}
    output = {**(stage.least or {}), names[0]: value}
    return _Sign(one.state, stage.succeeded(output), stage.given(output))
