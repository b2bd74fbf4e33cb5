"""What each call demands of both clients: the requests that leave, in order, and what the caller is given.

The service is a function that answers as the case says. No time passes: pauses are noted, and the clock that dates
requests moves only as the case says.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

from .. import errors, models
from .._runtime import async_driver, sync_driver
from .._runtime.credentials import Credentials
from .._runtime.in_process import AsyncInProcessTransport, InProcessTransport
from ..async_client import AsyncClient
from ..client import Client
from .checks import Broken, as_held, expect, plain
from .script import Script
from .vectors import Case, Json, document, members, spelling


class Found(NamedTuple):
    """What a caller was given: an answer, pages, or an error, after pages maybe."""

    answer: Any = None
    pages: tuple[Any, ...] = ()
    error: errors.Error | None = None


def check_call(case: Case) -> None:
    """Both clients do what a case demands."""
    check_sync_call(case)
    check_async_call(case)


def check_sync_call(case: Case) -> None:
    script = Script(case)
    with _alone(), Client(transport=InProcessTransport(script.answer), **_options(case)) as client:
        _settle(client, script)
        with mock.patch.object(sync_driver, "time", SimpleNamespace(sleep=script.pause)):
            found = _sync_outcome(client, case)
    _judge(case, script, found, client)


def check_async_call(case: Case) -> None:
    asyncio.run(_check_async_call(case))


async def _check_async_call(case: Case) -> None:
    script = Script(case)

    async def sleep(seconds: float) -> None:
        script.pause(seconds)

    with _alone():
        async with AsyncClient(transport=AsyncInProcessTransport(script.answer), **_options(case)) as client:
            _settle(client, script)
            with mock.patch.object(async_driver, "asyncio", SimpleNamespace(sleep=sleep, to_thread=asyncio.to_thread)):
                found = await _async_outcome(client, case)
    _judge(case, script, found, client)


# ------------------------------------------------------------------------------------------------------------- clients


@contextmanager
def _alone() -> Generator[None, None, None]:
    """Forget what the environment says of AWS: a case says all that there is."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
    try:
        yield
    finally:
        os.environ.update(taken)


def _config(case: Case) -> Mapping[str, Json]:
    return {**document()["config"], **case.get("config", {})}


def _options(case: Case) -> dict[str, Any]:
    config = _config(case)
    keys = config["credentials"]
    credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken"))
    endpoint = config.get("endpoint")
    return {
        "region": config["region"],
        "endpoint_url": endpoint,
        "credentials": credentials,
        "retries": config["attempts"],
    }


def _settle(client: Any, script: Script) -> None:
    """Have the client read the script's clock."""
    client._driving().core.clock.now = script.now


def _arguments(case: Case) -> tuple[list[Any], dict[str, Any]]:
    """Pass the input: its members by name; those within by their names on the wire, unless the case says otherwise."""
    name = document()["operations"][case["operation"]].get("input")
    if name is None:
        return [], {}
    values, names = as_held(case, case["input"]), members("members", name)
    shape = getattr(models, spelling("shapes", name))
    if case.get("style") == "model":
        return [shape.model_validate(values)], {}
    if case.get("style") == "read":
        return [shape.from_wire(case["input"])], {}
    if case.get("style") == "wire":
        nested = shape.model_validate(values).model_dump(exclude_unset=True)
        return [], {wire: nested[attribute] for wire, attribute in names.items() if attribute in nested}
    return [], {names.get(wire, wire): value for wire, value in values.items()}


def _method(case: Case) -> str:
    section = {"call": "methods", "task": "methods", "pages": "pages", "waiter": "waiters"}[case["does"]]
    return spelling(section, case.get("waiter", case["operation"]))


def _sync_outcome(client: Any, case: Case) -> Found:
    given, named = _arguments(case)
    pages: list[Any] = []
    try:
        result = getattr(client, _method(case))(*given, **named)
        if case["does"] == "pages":
            for page in result:
                pages.append(page)
            return Found(pages=tuple(pages))
        return Found(client.wait_for_task(result, timeout=case["timeout"]) if case["does"] == "task" else result)
    except errors.Error as error:
        return Found(pages=tuple(pages), error=error)


async def _async_outcome(client: Any, case: Case) -> Found:
    given, named = _arguments(case)
    pages: list[Any] = []
    try:
        result = getattr(client, _method(case))(*given, **named)
        if case["does"] == "pages":
            async for page in result:
                pages.append(page)
            return Found(pages=tuple(pages))
        result = await result
        return Found(await client.wait_for_task(result, timeout=case["timeout"]) if case["does"] == "task" else result)
    except errors.Error as error:
        return Found(pages=tuple(pages), error=error)


# ------------------------------------------------------------------------------------------------------------- outcome


def _judge(case: Case, script: Script, found: Found, client: object) -> None:
    wanted = case["outcome"]
    script.check_end(_told(found))
    if found.error is not None:
        _judge_error(case, wanted.get("error"), found.error)
        _hides(case, found.error, client)
    elif "error" in wanted:
        expect(case, "error", wanted["error"], None)
    if "answer" in wanted:
        _judge_answer(case, wanted, found.answer)
    expect(case, "pages", wanted.get("pages", []), [page.to_wire() for page in found.pages])


def _told(found: Found) -> str:
    return f"{type(found.error).__name__}: {found.error}" if found.error else "an answer"


def _judge_answer(case: Case, outcome: Mapping[str, Json], answer: Any) -> None:
    wanted = outcome["answer"]
    expect(case, "output", wanted["output"], None if answer is None else answer.to_wire())
    if answer is None:
        return
    shape = document()["operations"][case["operation"]]["output"]
    expect(case, "class of the answer", spelling("shapes", shape), type(answer).__name__)
    metadata = answer.response_metadata
    facts = {"requestId": metadata.request_id, "status": metadata.http_status, "token": metadata.client_token}
    for name, value in facts.items():
        if name in wanted:
            expect(case, name, wanted[name], value)
    if "attempts" in outcome:
        expect(case, "attempts", outcome["attempts"], metadata.attempts)


_CLASSES: Mapping[str, type[errors.Error]] = {
    "service": errors.ServiceError,
    "transport": errors.TransportError,
    "response": errors.ResponseError,
    "validation": errors.ValidationError,
    "task-failed": errors.TaskFailed,
    "wait-timed-out": errors.WaitTimedOut,
}
_ATTRIBUTES = {
    "code": "code",
    "message": "message",
    "status": "http_status",
    "requestId": "request_id",
    "timedOut": "timed_out",
    "sent": "sent",
    "reasonCode": "reason_code",
}


def _judge_error(case: Case, wanted: Mapping[str, Json] | None, error: errors.Error) -> None:
    if wanted is None or not isinstance(error, _CLASSES[wanted["class"]]):
        raise Broken(f"{case['id']}: wanted {wanted or 'an answer'}, found {error!r}")
    for name, attribute in _ATTRIBUTES.items():
        if name in wanted:
            expect(case, name, wanted[name], plain(getattr(error, attribute)))
    if "name" in wanted:
        known = spelling("errors", wanted["name"]) if wanted["name"] else "ServiceError"
        expect(case, "class", known, type(error).__name__)
    attributes = members("errorMembers", wanted.get("name") or "")
    for name, value in wanted.get("members", {}).items():
        expect(case, name, value, plain(getattr(error, attributes[name])))
    if isinstance(error, errors.ValidationError):
        _judge_violations(case, wanted, error)
    elif "path" in wanted:
        expect(case, "path", wanted["path"], getattr(error, "path", None))
    if isinstance(error, errors.TransportError) and "attempts" in case["outcome"]:
        expect(case, "attempts", case["outcome"]["attempts"], error.attempts)


def _judge_violations(case: Case, wanted: Mapping[str, Json], error: errors.ValidationError) -> None:
    listed = [(violation.kind, violation.path) for violation in error.violations]
    if wanted["violation"] not in [kind for kind, _ in listed]:
        expect(case, "violations", wanted["violation"], listed)
    if "path" in wanted and (wanted["violation"], wanted["path"]) not in listed:
        expect(case, "violations", [(wanted["violation"], wanted["path"])], listed)


def _hides(case: Case, error: errors.Error, client: object) -> None:
    """Neither an error nor its traceback, nor the client, shows keys or what the case says is secret."""
    keys = _config(case)["credentials"]
    secrets = [keys["secretAccessKey"], keys.get("sessionToken"), case.get("secret")]
    excerpt = getattr(error, "excerpt", "")
    texts = [str(error), repr(error), repr(client), excerpt, "".join(traceback.format_exception(error))]
    for secret in secrets:
        if secret and any(secret in text for text in texts):
            expect(case, "what is secret shows", False, True)
