"""`generate` and `check`: packages made what their specs say, or told how they differ.

A run with nothing to do never gets past `codegen.freshness`; what renders is imported only then, and what tells of
differences only where there is one to tell of.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.completing import complete_spec
from codegen.cli.hiring import Workers, dask_address
from codegen.cli.making import print_casts, watched
from codegen.cli.printing import format_option, names_option, print_up_to_date, reported
from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.freshness import Fresh, fresh_packages, orphaned_packages
from codegen.orders import Order, orders
from codegen.overrides import stale_overrides
from codegen.project import Project, read_project
from codegen.records import dataclass, replace
from codegen.shards import shards
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.mass import Cast
    from codegen.upkeep import Examined


@dataclass(frozen=True, slots=True)
class Shard:
    """`2/3` is the second of three parts of like size."""

    number: int
    of: int


def _shard(context: click.Context, parameter: click.Parameter, value: str | None) -> Shard:
    """Without `--shard` there is one shard, and it is everything."""
    match = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", "1/1" if value is None else value)
    if not match or int(match[1]) > int(match[2]):
        raise click.BadParameter("write K/N, K from 1 to N", context, parameter)
    return Shard(int(match[1]), int(match[2]))


_specs = click.argument("specs", metavar="[SPEC]...", nargs=-1, shell_complete=complete_spec)
_out = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of package folders.")
_operations = names_option("--operations", help="Only these operations.")


@click.command()
@_specs
@_out
@_operations
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes, where there are several specs; one per processor.",
)
@click.option("--shard", metavar="K/N", callback=_shard, help="Of the specs, the K-th of N parts of like size.")
@click.option("--executor", metavar="dask:ADDRESS", callback=dask_address, help="A Dask scheduler whose workers do it.")
@click.option("--force", is_flag=True, help="Discard what was edited by hand.")
@click.option("--prune", is_flag=True, help="Remove the packages that no spec of the project gives any more.")
def generate(
    specs: tuple[str, ...],
    out: Path | None,
    operations: tuple[str, ...] | None,
    jobs: int | None,
    shard: Shard,
    executor: str | None,
    force: bool,
    prune: bool,
) -> int:
    """Make every package what its spec says."""
    if prune and (specs or out or shard.of > 1):
        raise click.UsageError("--prune is about the whole project: leave out SPEC, --out and --shard")
    project = read_project(Path.cwd())
    wanted = orders(specs, project, out=out, operations=operations)
    if stale := _stale_overrides(wanted):
        click.echo(Diagnostics(stale).text(), err=True)
    fresh, todo = _parted(_of_shard(wanted, shard))
    casts = _make(todo, fresh, Workers(jobs, executor), force)
    code = print_casts(casts, fresh)
    made = tuple(one.folder for one in casts if not one.faults)
    if prune and code == 0:
        _prune(_orphaned(wanted, (*(one.folder for one in fresh), *made), project), force)
    return code


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
    return reported(form, lambda: _check(specs, out, operations, show_diff, form))


def _check(
    specs: tuple[str, ...], out: Path | None, operations: tuple[str, ...] | None, show_diff: bool, form: str
) -> int:
    project = read_project(Path.cwd())
    wanted = orders(specs, project, out=out, operations=operations)
    fresh, todo = _parted(wanted)
    examined, faults = _examine(todo, fresh) if todo else ((), ())
    folders = (*(one.folder for one in fresh), *(one.rendered.folder for one in examined))
    orphaned = () if specs or out or faults else _orphaned(wanted, folders, project)
    overridden = _stale_overrides(wanted)
    if form == "text" and not todo and not orphaned and not overridden:
        for one in fresh:
            print_up_to_date(one)
        return 0
    from codegen.cli.checking import Asked, Checked, print_checked

    asked = Asked(specs, out, operations, show_diff)
    return print_checked(Checked(asked, fresh, examined, orphaned, overridden, faults), form)


# ------------------------------------------------------------------------------------------------------- what to do


def _parted(orders: Sequence[Order]) -> tuple[tuple[Fresh, ...], list[Order]]:
    """Part packages with nothing to do from orders where there may be something."""
    found = fresh_packages(orders)
    todo = [order for order, fresh in zip(orders, found, strict=True) if fresh is None]
    return tuple(fresh for fresh in found if fresh), todo


def _stale_overrides(wanted: Sequence[Order]) -> tuple[Diagnostic, ...]:
    """All orders of a project have its templates."""
    return stale_overrides(wanted[0].overrides) if wanted else ()


def _taken(fresh: Iterable[Fresh]) -> dict[Path, str]:
    return {one.folder: one.spec for one in fresh}


def _of_shard(wanted: Sequence[Order], shard: Shard) -> Sequence[Order]:
    if shard.of == 1:
        return wanted
    parts = shards({order.found.shown: order.size for order in wanted}, shard.of)
    return [order for order in wanted if parts[order.found.shown] == shard.number - 1]


def _make(todo: Sequence[Order], fresh: Sequence[Fresh], workers: Workers, force: bool) -> list[Cast]:
    if not todo:
        return []
    several = len(fresh) + len(todo) > 1 or workers.address
    return _cast(todo, fresh, workers, force) if several else _write(todo, fresh, force)


def _write(todo: Sequence[Order], fresh: Iterable[Fresh], force: bool) -> list[Cast]:
    """Make the only package; what is wrong with it is wrong with the command."""
    from codegen.mass import cast_of
    from codegen.upkeep import write_all

    return [cast_of(one) for one in write_all(todo, _taken(fresh), force=force)]


def _cast(todo: Sequence[Order], fresh: Iterable[Fresh], workers: Workers, force: bool) -> list[Cast]:
    """Make several packages; what is wrong with one stops none of the others."""
    from codegen.mass import cast_all

    with workers.hired(len(todo)) as executor:
        orders = [replace(order, out=order.out.absolute()) for order in todo] if workers.address else todo
        return list(watched(cast_all(orders, executor, _taken(fresh), force=force), todo))


def _examine(todo: Sequence[Order], fresh: Iterable[Fresh]) -> tuple[tuple[Examined, ...], tuple[Diagnostic, ...]]:
    from codegen.upkeep import examine_all

    examination = examine_all(todo, _taken(fresh), jobs=os.cpu_count() or 1)
    return examination.examined, examination.faults


def _orphaned(wanted: Iterable[Order], given: Iterable[Path], project: Project) -> tuple[Path, ...]:
    found = orphaned_packages(dict.fromkeys(order.out for order in wanted), given, project.root)
    if not found:
        return ()
    from codegen.neighbours import given_elsewhere

    theirs = given_elsewhere(found, project)
    return tuple(folder for folder in found if folder not in theirs)


def _prune(packages: Iterable[Path], force: bool) -> None:
    from codegen.files.output import remove

    removed = [folder / path for folder in packages for path in remove(folder, force=force)]
    for path in removed:
        click.echo(f"removed: {shown_path(path)}")
