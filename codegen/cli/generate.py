"""`generate` and `check`: packages made what their specs say, or told how they differ.

A run with nothing to do never gets past `codegen.freshness`; what renders is imported only then.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import format_option, names_option, print_findings, reported
from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.output import Change, State
from codegen.freshness import Fresh, fresh_package
from codegen.orders import Order, orders
from codegen.project import read_project
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.upkeep import Examined, Written

REMEDIES = {
    State.STALE: "the spec or the generator changed since it was generated; run: speccast generate",
    State.EDITED: "edited by hand; move the change into the spec or a template, then run: speccast generate --force",
    State.MISSING: "not there, or never generated; run: speccast generate",
    State.ORPHANED: "generated once, and part of nothing any more; run: speccast generate",
}


@dataclass(frozen=True, slots=True)
class Shard:
    """`2/3` takes the second, fifth, eighth ... spec."""

    number: int
    of: int


def _shard(context: click.Context, parameter: click.Parameter, value: str | None) -> Shard:
    """Without `--shard` there is one shard, and it is everything."""
    match = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", value or "1/1")
    if not match or int(match[1]) > int(match[2]):
        raise click.BadParameter("write K/N, K from 1 to N", context, parameter)
    return Shard(int(match[1]), int(match[2]))


_specs = click.argument("specs", metavar="[SPEC]...", nargs=-1)
_out = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of package folders.")
_operations = names_option("--operations", help="Only these operations.")


@click.command()
@_specs
@_out
@_operations
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes, where there are several specs.")
@click.option("--shard", metavar="K/N", callback=_shard, help="Of the specs, the K-th and every N-th after it.")
@click.option("--force", is_flag=True, help="Discard what was edited by hand.")
def generate(
    specs: tuple[str, ...],
    out: Path | None,
    operations: tuple[str, ...] | None,
    jobs: int | None,
    shard: Shard,
    force: bool,
) -> int:
    """Make every package what its spec says."""
    orders = _orders(specs, out, operations)
    todo = _without_fresh(orders[shard.number - 1 :: shard.of])
    if todo:
        from codegen.upkeep import write_all

        _print_written(write_all(todo, jobs=jobs or os.cpu_count() or 1, force=force))
    return 0


@click.command()
@_specs
@_out
@_operations
@click.option("--diff", "show_diff", is_flag=True, help="Show what generating would change.")
@format_option
def check(
    specs: tuple[str, ...], out: Path | None, operations: tuple[str, ...] | None, show_diff: bool, form: str
) -> int:
    """Name every generated file that is stale, edited, missing or orphaned."""
    return reported(form, lambda: _check(_orders(specs, out, operations), show_diff, form))


def _check(orders: Sequence[Order], show_diff: bool, form: str) -> int:
    todo = _without_fresh(orders, quiet=form != "text")
    examined: tuple[Examined, ...] = ()
    if todo:
        from codegen.upkeep import examine_all

        examined = examine_all(todo, jobs=os.cpu_count() or 1)
    _print_examined(examined, form)
    if show_diff and form == "text":
        _print_diffs(examined)
    return 1 if any(one.changes for one in examined) else 0


# ------------------------------------------------------------------------------------------------------- what to do


def _orders(specs: Sequence[str], out: Path | None, operations: tuple[str, ...] | None) -> tuple[Order, ...]:
    return orders(specs, read_project(Path.cwd()), out=out, operations=operations)


def _without_fresh(orders: Sequence[Order], *, quiet: bool = False) -> list[Order]:
    """Say of each package with nothing to do that it is so; give the rest."""
    todo: list[Order] = []
    for order in orders:
        fresh = fresh_package(order)
        if fresh is None:
            todo.append(order)
        elif not quiet:
            _print_up_to_date(fresh)
    return todo


# ----------------------------------------------------------------------------------------------------------- printing


def _print_up_to_date(fresh: Fresh) -> None:
    click.echo(f"up to date: {shown_path(fresh.folder)} ({fresh.files} files)")


def _print_written(written: Sequence[Written]) -> None:
    for one in written:
        rendered = one.rendered
        if rendered.warnings:
            click.echo(Diagnostics(rendered.warnings).text(), err=True)
        for path in one.changed:
            verb = "wrote" if path in rendered.product.files else "removed"
            click.echo(f"{verb}: {shown_path(rendered.folder / path)}")
        if not one.changed:
            _print_up_to_date(Fresh(rendered.folder, len(rendered.product.files)))
    if any(one.changed for one in written):
        _print_table(("package", "spec", "files", "changed"), (_row(one) for one in written))


def _row(one: Written) -> tuple[str, ...]:
    rendered = one.rendered
    return shown_path(rendered.folder), rendered.spec, str(len(rendered.product.files)), str(len(one.changed))


def _print_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (
            f"{cell:>{width}}" if cell.isdigit() else f"{cell:<{width}}"
            for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def _print_examined(examined: Sequence[Examined], form: str) -> None:
    if form != "text":
        found = [_finding(one, change) for one in examined for change in one.changes]
        print_findings(Diagnostics(found) if found else None, form)
        return
    for one in examined:
        if not one.changes:
            _print_up_to_date(Fresh(one.rendered.folder, len(one.rendered.product.files)))
        for change in one.changes:
            click.echo(f"{_location(one, change)}: {change.state}: {REMEDIES[change.state]}")


def _finding(one: Examined, change: Change) -> Diagnostic:
    return Diagnostic(str(change.state), REMEDIES[change.state], _location(one, change))


def _location(one: Examined, change: Change) -> Location:
    return Location(shown_path(one.rendered.folder / change.path))


def _print_diffs(examined: Sequence[Examined]) -> None:
    for one in examined:
        for change in one.changes:
            for line in _diff(one.rendered.folder / change.path, one.rendered.product.files.get(change.path)):
                click.echo(line)


def _diff(path: Path, wanted: str | None) -> Iterable[str]:
    """Compare what is there with what would be; a file that is not there, or would not be, is `/dev/null`."""
    there = path.is_file() and not path.is_symlink()
    old = path.read_text(encoding="utf-8", errors="replace").splitlines() if there else []
    before = shown_path(path) if there else "/dev/null"
    after = shown_path(path) if wanted is not None else "/dev/null"
    return difflib.unified_diff(old, (wanted or "").splitlines(), before, after, lineterm="")
