"""Packages kept as their specs say: `write_all` makes them so, `examine_all` says how they differ.

In: one `Order` per release that is not fresh. Out: what was written, or what differs; `Diagnostics` of all specs at
once when one of them cannot be generated, and then nothing is written at all.

Rendering costs, so several specs are rendered by several processes; writing does not, and is done here in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Level, quoted
from codegen.files.output import Change, compare, write
from codegen.load import load
from codegen.orders import Order
from codegen.pipeline import Options, Product, generate
from codegen.spec.check import check_model


@dataclass(frozen=True, slots=True)
class Rendered:
    """A release as it should be on disk; `warnings` are its findings below the level of an error."""

    spec: str
    folder: Path
    product: Product
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What writing changed: `changed` holds paths of products and of files that are none any more."""

    rendered: Rendered
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    rendered: Rendered
    changes: tuple[Change, ...]


def write_all(orders: Sequence[Order], *, jobs: int = 1, force: bool = False) -> tuple[Written, ...]:
    """Make every package what its spec says."""
    rendered = render_all(orders, jobs=jobs)
    return tuple(Written(one, write(one.folder, one.product.files, force=force)) for one in rendered)


def examine_all(orders: Sequence[Order], *, jobs: int = 1) -> tuple[Examined, ...]:
    """Compare every package with what its spec says; nothing is written."""
    return tuple(Examined(one, compare(one.folder, one.product.files)) for one in render_all(orders, jobs=jobs))


def render_all(orders: Sequence[Order], *, jobs: int = 1) -> tuple[Rendered, ...]:
    """Render in the order given; no two releases may give the same package."""
    outcomes = _in_processes(orders, jobs) if min(jobs, len(orders)) > 1 else [_outcome(order) for order in orders]
    faults = [fault for outcome in outcomes if isinstance(outcome, tuple) for fault in outcome]
    if faults:
        raise Diagnostics(faults)
    rendered = tuple(outcome for outcome in outcomes if isinstance(outcome, Rendered))
    _refuse_same_package(rendered)
    return rendered


def _in_processes(orders: Sequence[Order], jobs: int) -> list[Rendered | tuple[Diagnostic, ...]]:
    """Spawn: the only way to start a process that is alike on every system."""
    with ProcessPoolExecutor(min(jobs, len(orders)), mp_context=get_context("spawn")) as pool:
        return list(pool.map(_outcome, orders))


def _outcome(order: Order) -> Rendered | tuple[Diagnostic, ...]:
    """Give faults as values: an exception that holds a locator does not travel between processes."""
    try:
        return _render(order)
    except Diagnostics as fault:
        return _settled(fault)


def _render(order: Order) -> Rendered:
    loaded = load(order.found)
    found = check_model(loaded.model)
    findings = Diagnostics(found, loaded.locate) if found else None
    if findings and findings.errors:
        raise findings
    options = Options(
        operations=order.operations,
        spec_digest=order.digest,
        checks=order.checks,
        package=order.package,
        command=order.command,
    )
    try:
        product = generate(loaded.model, options)
    except Diagnostics as fault:
        raise Diagnostics(fault.found, loaded.locate) from None
    warnings = tuple(one for one in _settled(findings) if one.level is Level.WARNING) if findings else ()
    return Rendered(loaded.name, order.out / product.package, product, warnings)


def _settled(diagnostics: Diagnostics) -> tuple[Diagnostic, ...]:
    """Replace every place by line and column, so that diagnostics of several specs can stand together."""
    return tuple(
        replace(
            one,
            place=diagnostics.location(one.place),
            notes=tuple(replace(note, place=diagnostics.location(note.place)) for note in one.notes),
        )
        for one in diagnostics.found
    )


def _refuse_same_package(rendered: Sequence[Rendered]) -> None:
    by_folder: dict[Path, Rendered] = {}
    for one in rendered:
        first = by_folder.setdefault(one.folder, one)
        if first is not one:
            message = f"{quoted(first.spec)} and {quoted(one.spec)} both give the package {quoted(one.product.package)}"
            remedy = 'name one of them, or give each its own "package" in [tool.speccast]'
            raise Diagnostics([Diagnostic("same-package", f"{message}; {remedy}")])
