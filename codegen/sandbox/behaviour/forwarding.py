"""Events on their way out: to a file, one JSON object per line, or to a webhook, one POST each.

In: the outbox, by number. Out: envelopes as EventBridge writes them, in order. How far a target has been served is
stored after it has taken an event, so each event arrives at least once, whatever is killed when; its `id` tells a
repetition. Of several workers one serves a target: who holds its lease, until it has been silent for `LEASE` seconds.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Event as Signal
from threading import Thread

from codegen.sandbox.behaviour.events import Recorded, envelope, recorded
from codegen.sandbox.calling import Fault
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opening import identity, refusal
from codegen.sandbox.store.outbox import drop_lease, last_event, list_events, position, set_position, take_lease
from codegen.sandbox.store.writer import Writer

_LOG = logging.getLogger(__name__)

LEASE = 4
PORTION = 100
PAUSE = 3.0
"""Seconds of the longest pause before a target is tried again; arbitrary."""

Send = Callable[[tuple[Recorded, ...]], int]
"""Passes events on and tells how many the target has taken; raises OSError when it takes none."""


@dataclass(slots=True)
class Forwarder:
    """A thread that passes events on until it is closed."""

    writer: Writer
    target: str
    send: Send
    catch_up: Callable[[Transaction], None] = lambda transaction: None
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _news: Signal = field(default_factory=Signal)
    _stop: Signal = field(default_factory=Signal)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="sandbox-events", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Tell that there may be events."""
        self._news.set()

    def close(self) -> None:
        """Stop once what is on its way has arrived; what has not is passed on after the next start."""
        self._stop.set()
        self._news.set()
        if self._thread:
            self._thread.join()
        with contextlib.suppress(Fault):  # then the next process waits until the lease is over
            self.writer.submit(lambda transaction: drop_lease(transaction, self.target, self.holder)).result()

    def _run(self) -> None:
        pause = 0.1
        while not self._stop.is_set():
            self._news.clear()
            try:
                served = self._serve()
                pause = 0.1
            except (OSError, Fault) as error:
                _LOG.warning("events could not be passed on to %s: %s", self.target, error)
                served = False
                pause = min(pause * 2, PAUSE)
                self._stop.wait(pause)
            if not served:
                self._news.wait(1.0)

    def _serve(self) -> bool:
        """Pass on a portion; False when there was nothing to do."""
        events = self.writer.submit(self._take).result()
        if not events:
            return False
        sent = self.send(events)
        self.writer.submit(
            lambda transaction: set_position(transaction, self.target, events[sent - 1].sequence)
        ).result()
        return True

    def _take(self, transaction: Transaction) -> tuple[Recorded, ...]:
        """Read what is next, if it is for this process to pass on; writes nothing while there is nothing."""
        self.catch_up(transaction)
        now = int(time.time())
        if last_event(transaction) <= position(transaction, self.target):
            return ()
        if not take_lease(transaction, self.target, self.holder, now, now + LEASE):
            return ()
        key = identity(transaction.database, "key")
        stored = list_events(transaction, None, position(transaction, self.target), PORTION)
        return tuple(recorded(key, each) for each in stored)


def sender(target: str) -> Send:
    """Make what passes events on to a file or a URL; Diagnostics when the file cannot be written."""
    if target.startswith(("http://", "https://")):
        post = _poster()
        return lambda events: post(target, _line(events[0]))
    path = Path(target)
    try:
        path.open("ab").close()
    except OSError as error:
        raise refusal(f"cannot write events: {error.strerror}", target) from None
    return lambda events: _append(path, events)


def _poster() -> Callable[[str, bytes], int]:
    """Import what speaks HTTP when there is a URL: most sandboxes have none, and would start later for it."""
    post: Callable[[str, bytes], int] = import_module("codegen.sandbox.behaviour.webhook").post
    return post


def _line(event: Recorded) -> bytes:
    return json.dumps(envelope(event), separators=(",", ":")).encode("ascii")


def _append(path: Path, events: tuple[Recorded, ...]) -> int:
    """Append whole lines; a line that a kill has cut short is ended first, so that it spoils itself only."""
    with path.open("a+b") as file:
        if file.tell() and _last_byte(path) != b"\n":
            file.write(b"\n")
        file.write(b"".join(_line(event) + b"\n" for event in events))
        file.flush()
        os.fsync(file.fileno())
    return len(events)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
