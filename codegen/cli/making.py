"""What `generate` prints: a bar while packages are made, then what was written and what was not.

In: what became of each order. Out: the exit code. Of more than a few packages the files are counted, not named.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import print_up_to_date, shown
from codegen.diagnostics import Diagnostic, Diagnostics, Level, printable
from codegen.freshness import Fresh
from codegen.orders import Order
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.mass import Cast

FEW = 20
"""Packages whose files are named one by one; arbitrary: a screen holds no more of them than that."""


def watched(casts: Iterable[Cast], orders: Sequence[Order]) -> Iterator[Cast]:
    """Show how far it has come, on a terminal only: packages a minute, and the time that is left."""
    if not sys.stderr.isatty():
        yield from casts
        return
    start = time.monotonic()
    with click.progressbar(length=len(orders), label="packages", show_pos=True, show_eta=True, file=sys.stderr) as bar:
        for done, one in enumerate(casts, 1):
            bar.label = f"packages, {60 * done / max(time.monotonic() - start, 0.001):.0f} a minute"
            bar.update(1)
            yield one


def print_casts(casts: Sequence[Cast], fresh: Sequence[Fresh]) -> int:
    """Print what became of every package, and give 2 where one could not be made."""
    made = sorted((one for one in casts if not one.faults), key=lambda one: one.folder)
    failed = sorted((one for one in casts if one.faults), key=lambda one: one.spec)
    few = len(casts) + len(fresh) <= FEW
    told = [one for cast in (*failed, *made) for one in (*cast.faults, *cast.warnings)]
    if told := [one for one in told if few or one.level is Level.ERROR]:
        click.echo(Diagnostics(told).text(), err=True)
    if few:
        _print_files(made, fresh)
    elif fresh:
        click.echo(f"up to date: {len(fresh)} packages")
    rows = [(shown(one.folder), one.spec, str(one.files), str(one.changed)) for one in made]
    if any(one.changed for one in made):
        _print_table(("package", "spec", "files", "changed"), rows)
    return _code(failed, len(casts) + len(fresh))


def _print_files(made: Iterable[Cast], fresh: Iterable[Fresh]) -> None:
    for one in fresh:
        print_up_to_date(one)
    for cast in made:
        verbs = {**dict.fromkeys(cast.written, "wrote"), **dict.fromkeys(cast.removed, "removed")}
        folder = shown_path(cast.folder)
        if verbs:
            click.echo("\n".join(f"{verbs[path]}: {printable(f'{folder}/{path}')}" for path in sorted(verbs)))
        else:
            print_up_to_date(Fresh(cast.folder, cast.files, cast.spec))


def _code(failed: Sequence[Cast], count: int) -> int:
    if not failed:
        return 0
    names = ", ".join(one.spec for one in failed)
    message = f"{len(failed)} of {count} packages could not be made: {names}"
    click.echo(Diagnostics([Diagnostic("not-made", message)]).text(), err=True)
    return 2


def _print_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (
            f"{cell:>{width}}" if cell.isdigit() else f"{cell:<{width}}"
            for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())
