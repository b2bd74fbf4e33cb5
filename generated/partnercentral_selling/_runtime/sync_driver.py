"""The synchronous driver: it sends, waits and fetches credentials as `calls` and `tasks` say."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from .calls import Pause, Reply, Send, exchange
from .driver import Driver, Prepared, seconds_of
from .errors import ServiceError, TransportError
from .foundation import Settings
from .operations import Operation, Waiter
from .tasks import Again, Pager, Wait, task_wait, waiter_wait
from .transport import Transport
from .transports import sync_transport


class SyncDriver(Driver):
    """Makes calls for any number of threads, over a transport of its own unless one was passed in."""

    def __init__(self, settings: Settings, transport: Transport | None) -> None:
        super().__init__(settings)
        self.transport = transport or sync_transport()
        self._owned = None if transport else self.transport
        self._closed = False

    def close(self) -> None:
        self._closed = True
        if self._owned is not None:
            self._owned.close()

    def call(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        """Make one call. Raises what `errors` has."""
        return self._made(operation, self.prepare(operation, request, members))

    def wait_for_task(self, response: Any, timeout: object) -> Any:
        task, operation, prepared = self.task_call(response)
        return self._wait(task_wait(task, response, seconds_of(timeout, "timeout")), operation, prepared)

    def _made(self, operation: Operation, prepared: Prepared) -> Any:
        try:
            return self.answer(operation, prepared, self._exchanged(operation, prepared))
        finally:
            if self._closed:  # a call that outlives its client may have opened a connection since
                self.close()

    def _exchanged(self, operation: Operation, prepared: Prepared) -> Reply:
        """Do what the exchange says until it is over."""
        steps = exchange(prepared.core or self.core, operation, prepared.message, prepared.host_prefix)
        step, source = next(steps), self.settings.source
        while True:
            told: Any = None
            if isinstance(step, Send):
                try:
                    told = self.transport.send(step.request, step.limits)
                except TransportError as failure:
                    told = failure
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            else:
                told = source.renewed(step.refused) if step.refused else source.current()
            try:
                step = steps.send(told)
            except StopIteration as done:
                reply: Reply = done.value
                return reply

    def pages(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Iterator[Any]:
        """Give every page; each is fetched when it is asked for."""
        prepared = self.prepare(operation, request, members)
        pager = Pager(self.paged(operation), prepared.wire)
        while True:
            answer = self._made(operation, self.rewritten(operation, prepared, pager.body))
            yield answer
            if not pager.advance(answer.to_wire()):
                return

    def wait_until(self, waiter: Waiter, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        return self._wait(waiter_wait(waiter), operation, self.prepare(operation, request, members))

    def _wait(self, steps: Wait, operation: Operation, prepared: Prepared) -> Any:
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
                    told = self._made(operation, prepared)
                except ServiceError as error:
                    told = error
            else:
                time.sleep(step.seconds)
