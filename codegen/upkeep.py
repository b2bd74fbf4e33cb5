"""Packages kept as their specs say: `write_all` makes them so, `examine_all` says how they differ.

In: one `Order` per release that is not fresh. Out: what was written, or what differs. When a spec cannot be generated
nothing at all is written, and the `Diagnostics` are those of all specs at once; what differs is told of the others.

Rendering costs, so several specs are rendered by several processes; writing does not, and is done here in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from codegen.collecting import uncollected
from codegen.diagnostics import Diagnostic, Diagnostics, Level, Note, quoted
from codegen.emit.views.levels import Levels
from codegen.files.output import Change, compare, write
from codegen.load.loaded import load
from codegen.orders import Order
from codegen.pipeline import Options, Product, generate
from codegen.processes import Broken, each, processes
from codegen.spec.check import check_model

NONE_TAKEN: Mapping[Path, str] = {}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A release as it should be on disk; `warnings` are its findings below the level of an error.

    `unknown_checks` has the keys of `checks` that name no member of this release, with what they may mean.
    """

    order: Order
    spec: str
    folder: Path
    product: Product
    warnings: tuple[Diagnostic, ...]
    unknown_checks: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Written:
    """What writing changed: `changed` holds paths of products and of files that are none any more."""

    rendered: Rendered
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    rendered: Rendered
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """What differs, and what is wrong with the specs that could not be generated."""

    examined: tuple[Examined, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def write_all(
    orders: Sequence[Order], taken: Mapping[Path, str] = NONE_TAKEN, *, jobs: int = 1, force: bool = False
) -> tuple[Written, ...]:
    """Make every package what its spec says; `taken` says which specs gave the folders that are fresh."""
    rendered = render_all(orders, taken, jobs=jobs)
    return tuple(Written(one, write(one.folder, one.product.files, force=force)) for one in rendered)


def write_one(order: Order, *, force: bool) -> Written | tuple[Diagnostic, ...]:
    """Make one package what its spec says, or tell what keeps it from being made."""
    outcome = _outcome(order)
    if isinstance(outcome, tuple):
        return outcome
    try:
        return Written(outcome, write(outcome.folder, outcome.product.files, force=force))
    except Diagnostics as fault:
        return _settled(fault)


def examine_all(orders: Sequence[Order], taken: Mapping[Path, str] = NONE_TAKEN, *, jobs: int = 1) -> Examination:
    """Compare every package with what its spec says, as far as specs can be generated; nothing is written."""
    rendered, faults = _rendered(orders, jobs)
    if not faults:
        _refuse_same_package(rendered, taken)
    if not faults and not taken:
        _refuse_unknown_checks(rendered)
    return Examination(tuple(Examined(one, compare(one.folder, one.product.files)) for one in rendered), faults)


def render_all(
    orders: Sequence[Order], taken: Mapping[Path, str] = NONE_TAKEN, *, jobs: int = 1
) -> tuple[Rendered, ...]:
    """Render in the order given; no two releases may give the same package."""
    rendered, faults = _rendered(orders, jobs)
    if faults:
        raise Diagnostics(faults)
    _refuse_same_package(rendered, taken)
    if not taken:
        _refuse_unknown_checks(rendered)
    return rendered


def _rendered(orders: Sequence[Order], jobs: int) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    outcomes = [_outcome(order) for order in orders] if len(orders) == 1 else [*_outcomes(orders, jobs)]
    rendered = tuple(outcome for outcome in outcomes if isinstance(outcome, Rendered))
    return rendered, tuple(fault for outcome in outcomes if isinstance(outcome, tuple) for fault in outcome)


_Outcome = Rendered | tuple[Diagnostic, ...]


def _outcomes(orders: Sequence[Order], jobs: int) -> Iterator[_Outcome]:
    """Render each, by several processes if so many are wanted; a bug that one spec meets hides none of the others."""
    count = min(jobs, len(orders))
    with processes(count) if count > 1 else nullcontext() as executor:
        outcomes = dict(each(_outcome, orders, executor))
    for position, order in enumerate(orders):
        outcome = outcomes[position]
        yield (_not_rendered(order, outcome),) if isinstance(outcome, Broken) else outcome


def _not_rendered(order: Order, broken: Broken) -> Diagnostic:
    return broken.fault(f"{quoted(order.found.shown)} could not be generated", "name fewer SPECs at a time")


def _outcome(order: Order) -> _Outcome:
    """Give faults as values: an exception that holds a locator does not travel between processes."""
    try:
        with uncollected():
            return _render(order)
    except Diagnostics as fault:
        return _settled(fault)


def _render(order: Order) -> Rendered:
    loaded = load(order.found)
    found = (*loaded.warnings, *check_model(loaded.model))
    findings = Diagnostics(found, loaded.locate) if found else None
    if findings and findings.errors:
        raise findings
    try:
        product = generate(loaded.model, options_of(order))
    except Diagnostics as fault:
        raise Diagnostics(fault.found, loaded.locate) from None
    warnings = tuple(one for one in _settled(findings) if one.level is Level.WARNING) if findings else ()
    unknown = Levels(order.checks).unknown(loaded.model)
    return Rendered(order, loaded.name, order.out / product.package, product, warnings, unknown)


def options_of(order: Order) -> Options:
    """Give what of an order, beside its spec, makes the package."""
    return Options(
        operations=order.operations,
        spec_digest=order.digest,
        checks=order.checks,
        package=order.package,
        command=order.command,
        overrides=order.overrides,
    )


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


def _refuse_same_package(rendered: Sequence[Rendered], taken: Mapping[Path, str]) -> None:
    refuse_same_package(((one.folder, one.spec) for one in rendered), taken)


def refuse_same_package(found: Iterable[tuple[Path, str]], taken: Mapping[Path, str]) -> None:
    """Refuse two specs for one folder; names that differ in case only are one folder on some systems."""
    by_folder = {str(folder).casefold(): spec for folder, spec in taken.items()}
    for folder, spec in found:
        first = by_folder.get(str(folder).casefold())
        if first is not None:
            message = f"{quoted(first)} and {quoted(spec)} both give the package {quoted(folder.name)}"
            remedy = 'name one of them, or give each its own "package" in [tool.speccast]'
            raise Diagnostics([Diagnostic("same-package", f"{message}; {remedy}")])
        by_folder[str(folder).casefold()] = spec


def _refuse_unknown_checks(rendered: Sequence[Rendered]) -> None:
    refuse_unknown_checks([(one.order.checks, one.unknown_checks) for one in rendered])


def refuse_unknown_checks(packages: Sequence[tuple[Mapping[str, str], Mapping[str, str | None]]]) -> None:
    """Refuse what is unknown of the checks of every package that has them.

    A key that all packages share may be about one of them; one that is about none is a mistake.
    """
    keys = dict.fromkeys(key for checks, _ in packages for key in checks)
    having = {key: [unknown for checks, unknown in packages if key in checks] for key in keys}
    unknown = [key for key, found in having.items() if all(key in one for one in found)]
    if unknown:
        raise Diagnostics(_unknown_check(key, having[key][0][key]) for key in unknown)


def _unknown_check(key: str, nearest: str | None) -> Diagnostic:
    message = f"{quoted(key)} of checks in [tool.speccast] names no member of a shape"
    notes = (Note(f"did you mean {quoted(nearest)}?"),) if nearest else ()
    return Diagnostic("config", message, notes=notes)
