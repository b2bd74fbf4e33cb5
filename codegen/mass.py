"""Many packages made by several processes: each loads, renders and writes one at a time, and tells in a few words.

In: one `Order` per release that is not fresh, and where they are made: here, in processes of our own, or by an engine
that has the interface of `concurrent.futures`. Out: one `Cast` per order, as each is done; what is wrong with one stops
none of the others. What would have two packages in one folder is refused before anything is made.

A worker stops at once when it is told to: what it was writing is staged beside the package, which stays as it was.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from types import FrameType

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.emit.views.levels import Levels
from codegen.load import load, load_lazily
from codegen.orders import Order
from codegen.spec import names
from codegen.upkeep import Written, refuse_same_package, refuse_unknown_checks, write_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What became of one order; `files` counts the package's, 0 when it was not made."""

    spec: str
    folder: Path
    files: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    faults: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> int:
        return len(self.written) + len(self.removed)


def cast(order: Order, force: bool) -> Cast:
    """Make one package; runs in a worker."""
    try:
        if _told_to_stop:
            raise SystemExit
        return _cast(order, force)
    finally:
        if _told_to_stop:
            os._exit(1)  # the pool takes SystemExit for a result, and would have this worker wait for more for ever
        gc.collect()  # the next one may be large


def _cast(order: Order, force: bool) -> Cast:
    outcome = write_one(order, force=force)
    if isinstance(outcome, tuple):
        return Cast(spec=order.found.shown, folder=order.out, faults=outcome)
    return cast_of(outcome)


def cast_of(written: Written) -> Cast:
    """Sum up a package that was written."""
    rendered, files = written.rendered, written.rendered.product.files
    return Cast(
        spec=rendered.spec,
        folder=rendered.folder,
        files=len(files),
        written=tuple(path for path in written.changed if path in files),
        removed=tuple(path for path in written.changed if path not in files),
        warnings=rendered.warnings,
    )


def cast_all(
    orders: Sequence[Order], executor: Executor | None, taken: Mapping[Path, str], *, force: bool = False
) -> Iterator[Cast]:
    """Make every package, the largest spec first, so that none is left alone at the end; yield each when it is done."""
    _refuse(orders, taken)
    largest = sorted(orders, key=lambda order: order.size, reverse=True)
    if executor is None:
        yield from (cast(order, force) for order in largest)
        return
    waiting = {executor.submit(cast, order, force): order for order in largest}
    try:
        yield from (_became(done, waiting[done]) for done in as_completed(waiting))
    finally:
        for future in waiting:
            future.cancel()


def _became(done: Future[Cast], order: Order) -> Cast:
    """Give what became of an order; the pool of a worker that was killed gives up all that was waiting."""
    if not isinstance(done.exception(), BrokenExecutor):
        return done.result()
    reason = "a worker was killed, perhaps for want of memory; run again with fewer --jobs"
    fault = Diagnostic("worker-killed", f"{quoted(order.found.shown)} was not made: {reason}")
    return Cast(spec=order.found.shown, folder=order.out, faults=(fault,))


def _refuse(orders: Sequence[Order], taken: Mapping[Path, str]) -> None:
    """Look at names, and at whole models where checks are relaxed, for what cannot be said of one package alone."""
    refuse_same_package((place for order in orders for place in _place(order)), taken)
    if not taken and any(order.checks for order in orders):
        refuse_unknown_checks([found for order in orders for found in _checks(order)])


def _place(order: Order) -> Iterator[tuple[Path, str]]:
    """Give folder and spec; a spec that cannot be read is told of when its turn comes."""
    with suppress(Diagnostics):
        service = load_lazily(order.found).model.service
        spec = f"{service.name.raw}@{service.release.raw}"
        yield order.out / (order.package or names.package(service.name)), spec


def _checks(order: Order) -> Iterator[tuple[Mapping[str, str], Mapping[str, str | None]]]:
    with suppress(Diagnostics):
        yield order.checks, Levels(order.checks).unknown(load(order.found).model)


# ------------------------------------------------------------------------------------------------------------ processes


_told_to_stop: list[bool] = []
"""Holds something once a worker was told to: it gets what was queued for it all the same."""


@contextmanager
def processes(count: int) -> Generator[Executor]:
    """Start workers, spawned: the only way to start a process that is alike on every system."""
    others = {child.pid for child in active_children()}
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_heed)
    with _held_back():
        pool.submit(_heed)  # a pool that spawns starts all of its workers with the first call
    done = False
    try:
        yield pool
        done = True
    finally:
        for child in () if done else (child for child in active_children() if child.pid not in others):
            child.terminate()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _held_back() -> Generator[None]:
    """Have Ctrl-C wait, for processes started meanwhile too: before `_heed` one prints a traceback."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _heed() -> None:
    """Leave Ctrl-C to the process that started this one, and stop when that says so: in the middle, if need be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    _told_to_stop.append(True)
    raise SystemExit
