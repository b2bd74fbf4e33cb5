"""The sandbox as an ASGI application: the steps of the front end in their order, and one answer whatever happens.

In: ASGI's scope and messages; the model, an engine that has the behaviour, accounts, a clock. Out: messages.

Refusals come in the order of AWS's front ends: host and origin, size, method and content type, JSON, target, signature,
then the input. Only after that the engine is asked. What is mounted under a prefix (a console, an admin page) is for
callers on this machine.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, runtime_checkable
from urllib.parse import quote

from codegen.diagnostics import inert_json
from codegen.sandbox.accounts import Accounts
from codegen.sandbox.answers import Head, error, error_body, success
from codegen.sandbox.bodies import Body, Gone, Held, Message, Receive, check_room
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.checking import check
from codegen.sandbox.clock import Clock
from codegen.sandbox.errors import Statuses, known_error
from codegen.sandbox.fields import Fields
from codegen.sandbox.hosts import LOOPBACK_NAMES, check_caller, check_loopback
from codegen.sandbox.limits import LIMITS, Limits
from codegen.sandbox.requests import HttpRequest, HttpResponse, http_request, new_request_id
from codegen.sandbox.signing import KeyRing, Scope, verify
from codegen.sandbox.wire import answered_in, read_asked
from codegen.spec import ir
from codegen.spec.ir import Json

Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
_LOG = logging.getLogger("speccast.sandbox")
_MADE_UP = (("x-speccast-example", "true"),)
_NO_AUTH = ir.SpecText("smithy.api#noAuth")


class Engine(Protocol):
    """The behaviour of the service."""

    async def perform(self, call: Call) -> Mapping[str, Json]:
        """Give the output of a call, or raise `Fault`."""
        ...


@runtime_checkable
class Closing(Protocol):
    """An engine that has something to put away in the end."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`hosts` None: any name will do, for a sandbox that is not on loopback, where every call is signed anyway.

    `regions` None: any will do, for a service of which the spec lists none.
    """

    hosts: frozenset[str] | None = LOOPBACK_NAMES
    origins: frozenset[str] = frozenset()
    regions: frozenset[str] | None = frozenset({"us-east-1"})
    statuses: Statuses = "pages"
    limits: Limits = LIMITS


@dataclass(slots=True)
class Sandbox:
    """`await sandbox(scope, receive, send)`, or `await sandbox.answer(request)` of one whose body has come.

    `mount` has applications by their prefix, such as `/_console`.
    `examples` are the operations whose answers are made up, and marked as such.
    """

    model: ir.Model
    engine: Engine
    accounts: Accounts
    clock: Clock
    settings: Settings = field(default_factory=Settings)
    mount: Mapping[str, App] = field(default_factory=dict[str, App])
    examples: frozenset[str] = frozenset()
    held: Held = field(default_factory=Held)
    _fields: Fields = field(init=False, repr=False)
    _ring: KeyRing = field(init=False, repr=False)
    _scope: Scope = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._fields = Fields(self.model)
        self._ring = KeyRing(self.accounts)
        self._scope = Scope(self.model.service.signing.name.raw, self.settings.regions)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if isinstance(self.engine, Closing):
            self.engine.close()
        await send({"type": "lifespan.shutdown.complete"})

    def takes(self, request: HttpRequest) -> bool:
        """Tell whether `answer` is to be asked: what is mounted speaks ASGI."""
        return self._mounted(request) is None

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that is for nothing mounted, and whose body has come and is within limits."""
        head = Head(answered_in(self.model, request), new_request_id())
        with _Caught() as caught:
            try:
                check_room(self.held.size + len(request.body), self.settings.limits)
                check_caller(request, self.settings.hosts, self.settings.origins)
                return await self._answer(request, head)
            except Fault as fault:
                return self._refusal(fault, head)
        assert caught.error is not None
        return self._failed(caught.error, head)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        request, body = _request(scope), Body(receive, self.settings.limits, self.held)
        head = Head(answered_in(self.model, request), new_request_id())
        response: HttpResponse | None = None
        with _Caught() as caught:
            response = await self._respond(scope, request, body, head, send)
            if response is not None:
                await body.drain(request)
        if isinstance(caught.error, Gone):
            return
        if caught.error is not None:
            response = self._failed(caught.error, head)
        if response is not None:
            await _send(send, response, keep=body.finished)

    async def _respond(
        self, scope: Message, request: HttpRequest, body: Body, head: Head, send: Send
    ) -> HttpResponse | None:
        """Answer, or let what is mounted answer."""
        try:
            check_caller(request, self.settings.hosts, self.settings.origins)
            mounted = self._mounted(request)
            if mounted is not None:
                check_loopback(request)
                await mounted(scope, body.receive, send)
                return None
            whole = HttpRequest(
                request.method, request.path, request.query, request.headers, await body.read(request), request.client
            )
            return await self._answer(whole, head)
        except Fault as fault:
            return self._refusal(fault, head)

    def _mounted(self, request: HttpRequest) -> App | None:
        path = request.path
        if path == "/":  # first: nearly all calls are
            return None
        fitting = (app for prefix, app in self.mount.items() if path == prefix or path.startswith(f"{prefix}/"))
        return next(fitting, None)

    async def _answer(self, request: HttpRequest, head: Head) -> HttpResponse:
        asked = read_asked(self.model, request)
        name = asked.operation.name.raw
        call = Call(
            operation=name,
            account=self._caller(request, asked.operation),
            input=check(self._fields, name, asked.body),
            now=self.clock.now(),
            request_id=head.request_id,
            wanted=request.one("x-speccast-error"),
            model=self.model,
        )
        output = await self.engine.perform(call)
        marks = _MADE_UP if name in self.examples else ()
        return success(self._fields, asked.operation, output, head, marks)

    def _caller(self, request: HttpRequest, operation: ir.Operation) -> str:
        """Tell whose call it is; what nobody has to sign is the first account's."""
        if _NO_AUTH in operation.auth and not request.all("authorization"):
            return next(iter(self.accounts.values())).account
        return verify(request, self._ring, self._scope, self.clock.machine()).account

    def _refusal(self, fault: Fault, head: Head) -> HttpResponse:
        known = known_error(self.model, fault.code, self.settings.statuses)
        body = error_body(self._fields, known.modelled, fault, known.kind)
        return error(known.status, known.code, body, head)

    def _failed(self, bug: BaseException, head: Head) -> HttpResponse:
        """Tell the caller nothing but the request id, and the log the rest, on one line."""
        told = inert_json(json.dumps("".join(traceback.format_exception(bug))))
        _LOG.error("request %s failed: %s", head.request_id, told)
        return self._refusal(Fault("InternalServerException", "The sandbox failed; its log has the request id."), head)


class _Caught:
    """Keeps whatever a bug raises, so that there is an answer; a cancelled task stays cancelled."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return isinstance(error, Exception)


def _request(scope: Message) -> HttpRequest:
    """Read a scope; its body is still to come."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    client: tuple[str, int] | None = scope.get("client")
    headers = [(name.lower(), value) for name, value in scope["headers"]]
    url = path, scope.get("query_string", b"")
    return http_request(scope["method"].encode("ascii"), url, headers, b"", client[0] if client else "")


async def _send(send: Send, response: HttpResponse, *, keep: bool) -> None:
    """A connection that still holds a body is closed."""
    headers = [(name.encode(), value.encode()) for name, value in response.headers]
    headers += [] if keep else [(b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
