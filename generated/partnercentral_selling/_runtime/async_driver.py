"""The asynchronous driver: it sends, waits and fetches credentials as `calls` and `tasks` say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from .calls import Pause, Reply, Send, exchange
from .credentials import Credentials
from .driver import Driver, Prepared, seconds_of
from .errors import ServiceError, TransportError
from .foundation import Settings
from .operations import Operation, Waiter
from .tasks import Again, Pager, Wait, task_wait, waiter_wait
from .transport import AsyncTransport
from .transports import async_transport


class AsyncDriver(Driver):
    """Makes calls for any number of tasks, over a transport of its own unless one was passed in."""

    def __init__(self, settings: Settings, transport: AsyncTransport | None) -> None:
        super().__init__(settings)
        self.transport = transport or async_transport()
        self._owned = None if transport else self.transport
        self._closed = False
        self._under_way = 0

    async def close(self) -> None:
        self._closed = True
        if self._owned is not None:
            await self._owned.close()

    async def call(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        """Make one call. Raises what `errors` has."""
        return await self._made(operation, self.prepare(operation, request, members))

    async def wait_for_task(self, response: Any, timeout: object) -> Any:
        task, operation, prepared = self.task_call(response)
        return await self._wait(task_wait(task, response, seconds_of(timeout, "timeout")), operation, prepared)

    async def _made(self, operation: Operation, prepared: Prepared) -> Any:
        self._under_way += 1
        try:
            return self.answer(operation, prepared, await self._exchanged(operation, prepared))
        finally:
            self._under_way -= 1
            if self._closed and not self._under_way:  # calls that outlive their client may have opened connections
                await self.close()

    async def _exchanged(self, operation: Operation, prepared: Prepared) -> Reply:
        """Do what the exchange says until it is over."""
        steps = exchange(prepared.core or self.core, operation, prepared.message, prepared.host_prefix)
        step = next(steps)
        while True:
            told: Any = None
            if isinstance(step, Send):
                try:
                    told = await self.transport.send(step.request, step.limits)
                except TransportError as failure:
                    told = failure
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                told = await self._credentials(step.refused)
            try:
                step = steps.send(told)
            except StopIteration as done:
                reply: Reply = done.value
                return reply

    async def _credentials(self, refused: Credentials | None) -> Credentials | None:
        """Ask in a thread where asking may take its time."""
        source = self.settings.source
        ask = partial(source.renewed, refused) if refused else source.current
        return await asyncio.to_thread(ask) if source.blocking else ask()

    async def pages(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> AsyncIterator[Any]:
        """Give every page; each is fetched when it is asked for."""
        prepared = self.prepare(operation, request, members)
        pager = Pager(self.paged(operation), prepared.wire)
        while True:
            answer = await self._made(operation, self.rewritten(operation, prepared, pager.body))
            yield answer
            if not pager.advance(answer.to_wire()):
                return

    async def wait_until(self, waiter: Waiter, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        return await self._wait(waiter_wait(waiter), operation, self.prepare(operation, request, members))

    async def _wait(self, steps: Wait, operation: Operation, prepared: Prepared) -> Any:
        """Call and pause as `steps` says until it is over; an error of the service is told to it."""
        told: Any = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as done:
                return done.value
            told = None
            if isinstance(step, Again):
                try:
                    told = await self._made(operation, prepared)
                except ServiceError as error:
                    told = error
            else:
                await asyncio.sleep(step.seconds)
