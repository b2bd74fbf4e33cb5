"""Waiting for tasks and states, and reading on: what is done next, told answer by answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import runtime
from runtime import errors

if TYPE_CHECKING:
    from templates.static import answers, calls, operations, tasks
else:
    answers, calls, operations, tasks = (runtime.load(name) for name in ("answers", "calls", "operations", "tasks"))

TASK = operations.Task("Status", ("RUNNING",), ("DONE", "ALSO_DONE"), ("FAILED",), "Reason", "Text")


class Answer:
    """An answer as far as waiting looks at it."""

    def __init__(self, **wire: Any) -> None:
        self.wire = wire
        self.response_metadata = answers.ResponseMetadata(None, 200, 1, None, {})

    def to_wire(self) -> Mapping[str, Any]:
        return self.wire


class World:
    """Carries out what a wait says, on a clock of its own."""

    def __init__(self, *told: Any) -> None:
        self.told = list(told)
        self.time = 0.0
        self.pauses: list[float] = []
        self.calls = 0

    def wait(self, steps: Any) -> Any:
        told: Any = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as done:
                return done.value
            told = None
            if isinstance(step, calls.Pause):
                self.pauses.append(step.seconds)
                self.time += step.seconds
            else:
                self.calls += 1
                told = self.told.pop(0) if len(self.told) > 1 else self.told[0]

    def task(self, first: Any, timeout: float = 300) -> Any:
        return self.wait(tasks.task_wait(TASK, first, timeout, lambda: self.time))


@pytest.mark.parametrize("state", ["DONE", "ALSO_DONE"])
def test_a_task_that_is_complete_is_not_asked_for_again(state: str) -> None:
    world, done = World(), Answer(Status=state)
    assert world.task(done) is done
    assert (world.calls, world.pauses) == (0, [])


def test_a_task_is_looked_at_until_it_is_complete() -> None:
    done = Answer(Status="DONE")
    world = World(Answer(Status="RUNNING"), Answer(Status="SOMETHING_NEW"), Answer(), Answer(Status=None), done)
    assert world.task(Answer(Status="RUNNING")) is done
    assert world.calls == 5
    for pause, longest in zip(world.pauses, [1, 2, 4, 8, 15], strict=True):
        assert longest / 2 <= pause <= longest


@pytest.mark.parametrize(
    ("wire", "reason", "text"),
    [
        ({"Reason": "Denied", "Text": "no"}, "Denied", "no"),
        ({"Reason": "null"}, "null", None),
        ({"Reason": 5, "Text": ["x"]}, None, None),
        ({}, None, None),
    ],
)
def test_a_task_that_failed_says_why(wire: dict[str, Any], reason: str | None, text: str | None) -> None:
    failed = Answer(Status="FAILED", **wire)
    with pytest.raises(errors.TaskFailed) as raised:
        World(failed).task(Answer(Status="RUNNING"))
    assert (raised.value.reason_code, raised.value.message, raised.value.response) == (reason, text, failed)


def test_a_task_that_does_not_end_is_given_up_in_time() -> None:
    running = Answer(Status="RUNNING")
    world = World(running)
    with pytest.raises(errors.WaitTimedOut, match="not complete after 30 seconds") as raised:
        world.task(running, timeout=30)
    assert raised.value.response is running
    assert world.time < 30
    assert World(running).pauses == []
    with pytest.raises(errors.WaitTimedOut):
        World(running).task(running, timeout=0)


def test_an_error_while_waiting_is_raised() -> None:
    gone = errors.ServiceError("gone", code="NotFound")
    with pytest.raises(errors.ServiceError) as raised:
        World(gone).task(Answer(Status="RUNNING"))
    assert raised.value is gone


# ------------------------------------------------------------------------------------------------------------ waiters


def acceptor(state: str, matcher: str, argument: str | None, expected: object) -> Any:
    return operations.Acceptor(state, matcher, argument, expected)


LIST = Answer(Things=[{"State": "UP"}, {"State": "DOWN"}], Head={"State": "UP"}, Empty=[])


@pytest.mark.parametrize(
    ("rule", "told", "fits"),
    [
        (acceptor("success", "path", "Head.State", "UP"), LIST, True),
        (acceptor("success", "path", "Head.State", "DOWN"), LIST, False),
        (acceptor("success", "path", "Nowhere.State", "UP"), LIST, False),
        (acceptor("success", "path", "length(Things)", 2), LIST, True),
        (acceptor("success", "pathAny", "Things[].State", "DOWN"), LIST, True),
        (acceptor("success", "pathAny", "Things[].State", "GONE"), LIST, False),
        (acceptor("success", "pathAll", "Things[].State", "UP"), LIST, False),
        (acceptor("success", "pathAll", "Things[?State=='UP'].State", "UP"), LIST, True),
        (acceptor("success", "pathAll", "Empty[]", "UP"), LIST, False),
        (acceptor("success", "pathAll", "Head.State", "UP"), LIST, False),
        (acceptor("success", "path", "Head.State", "UP"), errors.ServiceError(code="X"), False),
        (acceptor("success", "status", None, 200), LIST, True),
        (acceptor("success", "status", None, 404), errors.ServiceError(http_status=404), True),
        (acceptor("success", "error", None, "X"), errors.ServiceError(code="X"), True),
        (acceptor("success", "error", None, "X"), errors.ServiceError(code="Y"), False),
        (acceptor("success", "error", None, "X"), LIST, False),
        (acceptor("success", "error", None, True), errors.ServiceError(code="Y"), True),
        (acceptor("success", "error", None, False), LIST, True),
        (acceptor("success", "error", None, False), errors.ServiceError(code="Y"), False),
    ],
)
def test_an_acceptor_fits_what_it_names(rule: Any, told: Any, fits: bool) -> None:
    assert tasks.accepts(rule, told) is fits


UP = operations.Waiter(
    "ThingUp",
    7,
    4,
    (
        acceptor("success", "path", "State", "UP"),
        acceptor("failure", "path", "State", "LOST"),
        acceptor("retry", "error", None, "NotFound"),
        acceptor("success", "error", None, "Fine"),
    ),
)


def test_a_waiter_repeats_until_success() -> None:
    up = Answer(State="UP")
    world = World(Answer(State="DOWN"), errors.ServiceError(code="NotFound"), up)
    assert world.wait(tasks.waiter_wait(UP)) is up
    assert world.pauses == [7, 7]
    assert World(errors.ServiceError(code="Fine")).wait(tasks.waiter_wait(UP)) is None


def test_a_waiter_fails_gives_up_and_passes_errors_on() -> None:
    with pytest.raises(errors.TaskFailed, match="ThingUp"):
        World(Answer(State="LOST")).wait(tasks.waiter_wait(UP))
    world = World(Answer(State="DOWN"))
    with pytest.raises(errors.WaitTimedOut, match="after 4 tries"):
        world.wait(tasks.waiter_wait(UP))
    assert world.calls == 4
    with pytest.raises(errors.ServiceError, match="Other"):
        World(errors.ServiceError(code="Other")).wait(tasks.waiter_wait(UP))


# -------------------------------------------------------------------------------------------------------------- pages


def pager(*answers_: Mapping[str, Any], more: str | None = None, outputs: tuple[str, ...] = ("Next",)) -> list[Any]:
    """Give the bodies of every request, told these answers."""
    inputs = tuple(f"Token{number}" for number, _ in enumerate(outputs))
    found = tasks.Pager(operations.Pages(inputs, outputs, more), {"Size": 1})
    bodies = [dict(found.body)]
    for one in answers_:
        if not found.advance(one):
            break
        bodies.append(dict(found.body))
    return bodies


def test_pages_are_read_until_there_is_no_token() -> None:
    assert pager({"Next": "a"}, {"Next": "b"}, {}) == [
        {"Size": 1},
        {"Size": 1, "Token0": "a"},
        {"Size": 1, "Token0": "b"},
    ]
    assert pager({"Next": ""}, {"Next": "b"}) == [{"Size": 1}]
    assert pager({"Next": None}, {"Next": "b"}) == [{"Size": 1}]


def test_the_same_token_twice_would_never_end() -> None:
    with pytest.raises(errors.ResponseError, match="never end"):
        pager({"Next": "a"}, {"Next": "a"})


def test_the_token_that_was_passed_in_counts_as_the_first() -> None:
    found = tasks.Pager(operations.Pages(("Token",), ("Next",)), {"Token": "a"})
    with pytest.raises(errors.ResponseError, match="never end"):
        found.advance({"Next": "a"})


def test_pages_go_on_only_where_more_is_said_to_come() -> None:
    assert len(pager({"Next": "a", "More": True}, {"Next": "b", "More": False}, more="More")) == 2


def test_several_tokens_are_taken_together_and_one_that_is_gone_is_left_out() -> None:
    first = {"A": "1", "B": {"C": "2"}}
    assert pager(first, {"A": "3"}, outputs=("A", "B.C")) == [
        {"Size": 1},
        {"Size": 1, "Token0": "1", "Token1": "2"},
        {"Size": 1, "Token0": "3"},
    ]


def test_an_expression_is_evaluated_as_jmespath_does() -> None:
    answer = {"Marker": None, "Items": [{"Key": "a"}, {"Key": "z"}]}
    assert tasks.search("Marker || Items[-1].Key", answer) == "z"
    assert tasks.search("Items.Key", answer) is None
