"""Many packages made by several processes: each loads, renders and writes one at a time, and tells in a few words.

In: one `Order` per release that is not fresh, and where they are made: here, in processes of our own, or by an engine
that has the interface of `concurrent.futures`. Out: one `Cast` per order, as each is done; what is wrong with one stops
none of the others. What would have two packages in one folder is refused before anything is made.

What a worker that is stopped was writing is staged beside the package, which stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.emit.views.levels import Levels
from codegen.load.loaded import load, load_lazily
from codegen.orders import Order
from codegen.processes import Broken, each
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


def cast(order: Order, *, force: bool) -> Cast:
    """Make one package; runs in a worker."""
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
    for position, outcome in each(partial(cast, force=force), largest, executor):
        yield _failed(largest[position], outcome) if isinstance(outcome, Broken) else outcome


def _failed(order: Order, broken: Broken) -> Cast:
    fault = broken.fault(f"{quoted(order.found.shown)} was not made", "run again with fewer --jobs")
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
