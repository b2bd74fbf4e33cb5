"""The JSON routes; the package's docstring lists them.

In: ASGI messages, below `/_admin`. Out: JSON. The engine blocks until what it did is stored, so it is asked in a
thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from codegen.sandbox.admin.exchange import (
    Asked,
    Refused,
    json_answer,
    read_body,
    read_head,
    refusal,
    send_answer,
)
from codegen.sandbox.admin.orders import read_advance, read_events_wanted, read_object, read_switching
from codegen.sandbox.admin.reset import forget_everything
from codegen.sandbox.app import Send
from codegen.sandbox.behaviour.engine import Engine
from codegen.sandbox.behaviour.events import envelope
from codegen.sandbox.behaviour.settings import Settings
from codegen.sandbox.bodies import Message, Receive
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import moment
from codegen.spec.ir import Json

HEADER = "x-speccast-sandbox"


@dataclass(frozen=True, slots=True)
class Admin:
    """`await admin(scope, receive, send)`; `accounts` are those that have keys."""

    engine: Engine
    accounts: tuple[str, ...]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            asked = read_head(scope)
            function = _function(asked)
            asked = replace(asked, body=await read_body(receive))
            answer = json_answer(await asyncio.to_thread(function, self, asked))
        except Refused as refused:
            answer = refusal(refused)
        await send_answer(send, answer)


Function = Callable[[Admin, Asked], Mapping[str, Json]]


def _overview(admin: Admin, asked: Asked) -> Mapping[str, Json]:
    return admin.engine.overview()


def _events(admin: Admin, asked: Asked) -> Mapping[str, Json]:
    wanted = read_events_wanted(asked.query)
    found = admin.engine.events(wanted.account, wanted.after, wanted.limit)
    return {"events": [{"sequence": each.sequence, **envelope(each)} for each in found]}


def _clock(admin: Admin, asked: Asked) -> Mapping[str, Json]:
    by = read_advance(asked.body, admin.engine.clock.now())
    return {"now": moment(admin.engine.advance(by))}


def _switch(admin: Admin, asked: Asked) -> Mapping[str, Json]:
    switching = read_switching(asked.body, admin.accounts)
    settings = admin.engine.switch(**switching.changes)
    for account in switching.failing:
        admin.engine.fail_next_task(account, switching.reason)
    return {"settings": _written(settings)}


def _reset(admin: Admin, asked: Asked) -> Mapping[str, Json]:
    if read_object(asked.body):
        raise Refused(400, "reset takes no input")

    def forget(transaction: Transaction) -> None:
        forget_everything(transaction)
        admin.engine.adopt(transaction)

    admin.engine.writer.submit(forget).result()
    return {"now": moment(admin.engine.clock.now())}


def _written(settings: Settings) -> dict[str, Json]:
    return {name: getattr(settings, name) for name in settings.__slots__}


ROUTES: Mapping[str, tuple[str, Function]] = {
    "/_admin/overview": ("GET", _overview),
    "/_admin/events": ("GET", _events),
    "/_admin/clock": ("POST", _clock),
    "/_admin/switch": ("POST", _switch),
    "/_admin/reset": ("POST", _reset),
}


def _function(asked: Asked) -> Function:
    """Find the route; what changes something is refused to whoever cannot set a header."""
    if asked.path not in ROUTES:
        raise Refused(404, f"there is no such route; there are {', '.join(ROUTES)}")
    method, function = ROUTES[asked.path]
    if asked.method != method:
        raise Refused(405, f"{asked.path} takes {method}", {"allow": method})
    if method == "POST" and asked.headers.get(HEADER) != "1":
        raise Refused(403, "this changes something; send the header X-Speccast-Sandbox: 1")
    return function
