"""What a caller of an admin route asks for: the text of a query or of a body, read whole before anything is done.

In: bytes and text. Out: values that the engine takes, or `Refused` with 400 and one message that says what is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from codegen.diagnostics import quoted
from codegen.sandbox.admin.exchange import Refused
from codegen.sandbox.behaviour import settings
from codegen.sandbox.behaviour.tasks import REASONS
from codegen.sandbox.clock import parse_duration
from codegen.sandbox.strict_json import BadJson, read_json
from codegen.spec.ir import Json

MOST_EVENTS = 1000
FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""Where the clock ends: an invitation that is sent then still has room to lapse."""


@dataclass(frozen=True, slots=True)
class EventsWanted:
    account: str | None = None
    after: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Switching:
    """Settings to change, and the accounts whose next task shall fail for `reason`."""

    changes: Mapping[str, Json]
    reason: str = ""
    failing: tuple[str, ...] = ()


def read_object(body: bytes) -> dict[str, Json]:
    """An empty body stands for an empty object."""
    try:
        value = read_json(body) if body.strip() else {}
    except BadJson as fault:
        raise _bad(f"the body cannot be read: {fault}") from None
    if not isinstance(value, dict):
        raise _bad("the body must be a JSON object")
    return value


def read_events_wanted(query: str) -> EventsWanted:
    """`account=111122223333&after=7&limit=10`"""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=3)
    except ValueError:
        raise _bad("the query has account, after and limit, each once at most") from None
    given = {name: value for name, value in pairs if value}
    if len(dict(pairs)) < len(pairs) or not given.keys() <= {"account", "after", "limit"}:
        raise _bad("the query has account, after and limit, each once at most")
    limit = _count("limit", given.get("limit", "100"))
    if not 1 <= limit <= MOST_EVENTS:
        raise _bad(f"limit is a number from 1 to {MOST_EVENTS}")
    return EventsWanted(given.get("account"), _count("after", given.get("after", "0")), limit)


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise _bad(f"{name} is a whole number")
    return int(text)


def read_advance(body: bytes, now: datetime) -> timedelta:
    """`{"advance": "+15d"}` gives fifteen days; the clock goes up to the year 9000."""
    order = read_object(body)
    text = order.get("advance")
    if order.keys() != {"advance"} or not isinstance(text, str):
        raise _bad('write {"advance": "+15d"}')
    try:
        by = parse_duration(text)
        if now + by <= FAR:
            return by
    except ValueError as fault:
        raise _bad(f"advance: {fault}") from None
    except OverflowError:
        pass
    raise _bad(f"advance: the clock goes no further than the year {FAR.year}")


def read_switching(body: bytes, accounts: Sequence[str]) -> Switching:
    """`{"tasks": "in-steps", "fail_next_task": "InternalError", "account": "111122223333"}`"""
    order = read_object(body)
    if not order:
        raise _bad(f"name at least one of {', '.join(settings.SWITCHES)} and fail_next_task")
    failing = {name: order.pop(name) for name in ("fail_next_task", "account") if name in order}
    try:
        settings.check(order)
    except ValueError as fault:
        raise _bad(str(fault)) from None
    if not failing:
        return Switching(order)
    return Switching(order, _reason(failing.get("fail_next_task")), _failing(failing.get("account"), accounts))


def _reason(reason: Json) -> str:
    if not isinstance(reason, str) or reason not in REASONS:
        raise _bad(f"fail_next_task is one of {', '.join(REASONS)}")
    return reason


def _failing(account: Json, accounts: Sequence[str]) -> tuple[str, ...]:
    """Without an account, all of them."""
    if account is None:
        return tuple(accounts)
    if not isinstance(account, str) or account not in accounts:
        shown = quoted(account) if isinstance(account, str) else "what is given"
        raise _bad(f"account: {shown} has no key here; there are {', '.join(accounts)}")
    return (account,)


def _bad(message: str) -> Refused:
    return Refused(400, message)
