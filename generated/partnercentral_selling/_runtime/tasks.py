"""What comes after a call: waiting for a task or a state, and reading on. Generators that wait and send nothing.

Each says what is to be done next (`Again`: the call, once more; `Pause`) and is told the answer or the service's error.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, cast

from .calls import Pause
from .errors import ConfigurationError, ResponseError, ServiceError, TaskFailed, WaitTimedOut
from .operations import Acceptor, Pages, Task, Waiter
from .retries import fraction

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
"""Seconds between two looks at a task; the pause doubles from the first to the longest, half of it at random."""


class Again(NamedTuple):
    """Make the call once more."""


Wait = Generator[Again | Pause, Any, Any]


def task_wait(task: Task, response: Any, timeout: float, monotonic: Callable[[], float] = time.monotonic) -> Wait:
    """Look at a task until it is complete, and give the last answer.

    Raises TaskFailed when it failed, WaitTimedOut when `timeout` seconds went by. A state that is not known here counts
    as running: a later release may add one.
    """
    deadline, longest = monotonic() + timeout, FIRST_PAUSE
    while True:
        wire = response.to_wire()
        state = wire.get(task.member)
        if state in task.complete:
            return response
        if state in task.failed:
            raise TaskFailed(_text(wire, task.reason), _text(wire, task.message), response)
        seconds = longest * (1 + fraction()) / 2
        if monotonic() + seconds >= deadline:
            raise WaitTimedOut(f"the task is not complete after {timeout:g} seconds", response)
        yield Pause(seconds)
        response, longest = (yield Again()), min(longest * 2, LONGEST_PAUSE)
        if isinstance(response, ServiceError):
            raise response


def _text(wire: Mapping[str, Any], member: str | None) -> str | None:
    value = wire.get(member) if member else None
    return value if isinstance(value, str) else None


# ------------------------------------------------------------------------------------------------------------- waiters


def waiter_wait(waiter: Waiter) -> Wait:
    """Make a call until an acceptor of success fits, and give that answer; None where an error meant success.

    Raises TaskFailed when one of failure fits, the service's error when none fits it, WaitTimedOut after the last try.
    """
    told: Any = None
    for attempt in range(waiter.max_attempts):
        if attempt:
            yield Pause(float(waiter.delay))
        told = yield Again()
        state = next((one.state for one in waiter.acceptors if accepts(one, told)), None)
        if state == "success":
            return None if isinstance(told, ServiceError) else told
        if state == "failure":
            raise TaskFailed(waiter.name, f"what {waiter.name} waits for cannot come any more", told)
        if state is None and isinstance(told, ServiceError):
            raise told
    raise WaitTimedOut(f"{waiter.name} is not true after {waiter.max_attempts} tries", told)


def accepts(acceptor: Acceptor, told: Any) -> bool:
    """Say whether an acceptor fits an answer, or an error of the service."""
    failed = isinstance(told, ServiceError)
    if acceptor.matcher == "error":
        return _error_fits(acceptor.expected, told if failed else None)
    if acceptor.matcher == "status":
        status = told.http_status if failed else told.response_metadata.http_status
        return bool(status == acceptor.expected)
    if failed:
        return False
    found = search(acceptor.argument or "@", told.to_wire())
    if acceptor.matcher == "path":
        return bool(found == acceptor.expected)
    if not isinstance(found, list):
        return False
    fits = [item == acceptor.expected for item in cast("list[object]", found)]
    return (all(fits) and bool(fits)) if acceptor.matcher == "pathAll" else any(fits)


def _error_fits(expected: object, error: ServiceError | None) -> bool:
    """`true` stands for any error, `false` for none."""
    if isinstance(expected, bool):
        return (error is not None) is expected
    return error is not None and error.code == expected


# --------------------------------------------------------------------------------------------------------------- pages


class Pager:
    """Reads on from answer to answer: `body` is the request of the next page."""

    def __init__(self, pages: Pages, body: Mapping[str, Any]) -> None:
        self.pages = pages
        self.body = dict(body)
        self._last: Sequence[Any] = [self.body.get(name) for name in pages.input_tokens]

    def advance(self, answer: Mapping[str, Any]) -> bool:
        """Take the tokens of an answer; False when it was the last. Raises ResponseError for the same tokens twice."""
        if self.pages.more_results and not search(self.pages.more_results, answer):
            return False
        tokens = [search(expression, answer) for expression in self.pages.output_tokens]
        if not any(token not in (None, "", {}, []) for token in tokens):
            return False
        if tokens == self._last:
            raise ResponseError("the answer asks to go on with the token that led to it: that would never end")
        self._last = tokens
        for name, token in zip(self.pages.input_tokens, tokens, strict=True):
            if token is None:
                self.body.pop(name, None)
            else:
                self.body[name] = token
        return True


def search(expression: str, value: Any) -> Any:
    """Evaluate a JMESPath expression; names parted by dots need no library. Raises ConfigurationError without it."""
    if all(part.isidentifier() for part in expression.split(".")):
        for name in expression.split("."):
            value = cast("Mapping[str, Any]", value).get(name) if isinstance(value, Mapping) else None
        return value
    try:
        jmespath = import_module("jmespath")  # needed by few services, and by none of their calls
    except ImportError:
        raise ConfigurationError("this needs the package jmespath: pip install jmespath") from None
    return jmespath.search(expression, value)
