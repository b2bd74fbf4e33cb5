"""`import`: service models of botocore and Smithy models, written as specs.

Exit 0 when all was imported, 1 when `--keep-going` left something out (each is named), 2 when a model could
not be read or must not be written; of `all` or a folder the others are imported all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from codegen.cli.importing_completing import complete_service
from codegen.cli.printing import shown
from codegen.diagnostics import Diagnostics, printable
from codegen.project import read_project
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.intake import Imported, Wanted, Wish

Command = TypeVar("Command", bound=Callable[..., int])


@dataclass(frozen=True, slots=True)
class Task:
    """One model: what it is called until it is read, and how it is found."""

    name: str
    find: Callable[[], Wanted]


def _options(command: Command) -> Command:
    """What both forms take."""
    for option in (
        click.option(
            "--keep-going", is_flag=True, help="Leave out what cannot be read, and what reaches it; each is named."
        ),
        click.option("--force", is_flag=True, help="Replace specs that are there with other content."),
        click.option("--no-docs", is_flag=True, help="Leave out every sentence of the model's authors."),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            metavar="DIR",
            required=True,
            help="Folder of specs: DIR/SERVICE/RELEASE is written.",
        ),
    ):
        command = option(command)
    return command


@click.group("import", no_args_is_help=False)
def import_() -> None:
    """Write service models of other forms as specs."""


@import_.command()
@click.argument("source", metavar="SERVICE|FILE|all", shell_complete=complete_service)
@_options
def botocore(source: str, out: Path, no_docs: bool, force: bool, keep_going: bool) -> int:
    """Import a service of the installed botocore, by its name, or a service-2.json.

    SERVICE@RELEASE names one API version, `all` the newest of every service. Paginators, waiters, endpoint rules and
    examples beside the model come along.
    """
    from codegen.intake import Wish, botocore_model, botocore_names

    project = read_project(Path.cwd())
    tasks = [Task(name, partial(botocore_model, name, project)) for name in botocore_names(source)]
    return _import(tasks, Wish(kind="botocore", out=out, docs=not no_docs, force=force, keep_going=keep_going))


@import_.command()
@click.argument("source", metavar="FILE|DIR")
@_options
def smithy(source: str, out: Path, no_docs: bool, force: bool, keep_going: bool) -> int:
    """Import a Smithy model (a JSON AST with one service), or every one below a folder."""
    from codegen.intake import Wish, smithy_model, smithy_models

    tasks = [Task(shown_path(path), partial(smithy_model, path)) for path in smithy_models(source)]
    return _import(tasks, Wish(kind="smithy", out=out, docs=not no_docs, force=force, keep_going=keep_going))


# ----------------------------------------------------------------------------------------------------------- importing


def _import(tasks: Sequence[Task], wish: Wish) -> int:
    """Import one model after the other; what is wrong with one is told at once, and again by name in the summary."""
    imported: list[Imported] = []
    failed: list[str] = []
    for task in _watched(tasks):
        try:
            imported.append(_one(task, wish, {one.folder: one for one in imported}))
        except Diagnostics as fault:
            failed.append(task.name)
            click.echo(fault.text(), err=True)
    if len(tasks) > 1:
        _print_summary(imported, failed)
    return 2 if failed else int(any(one.findings and one.findings.errors for one in imported))


def _one(task: Task, wish: Wish, before: dict[Path, Imported]) -> Imported:
    from codegen.intake import import_model

    one = import_model(task.find(), wish, frozenset(before))
    if one.findings:
        click.echo(one.findings.text(), err=True)
    _print_one(one)
    return one


def _print_one(one: Imported) -> None:
    folder = shown(one.folder)
    wrote = [name for name in one.changed if name in one.files]
    removed = f", {len(one.changed) - len(wrote)} removed" if len(wrote) < len(one.changed) else ""
    verb, count = ("wrote", len(wrote)) if one.changed else ("unchanged", len(one.files))
    click.echo(f"{verb}: {folder} ({count} file{'' if count == 1 else 's'}{removed}{_left_out(one.lost)})")


def _left_out(count: int) -> str:
    return f", {count} operation{'' if count == 1 else 's'} left out" if count else ""


def _print_summary(imported: Sequence[Imported], failed: Sequence[str]) -> None:
    wrote, lost = sum(1 for one in imported if one.changed), sum(one.lost for one in imported)
    counts = f"{wrote} written, {len(imported) - wrote} unchanged, {len(failed)} failed"
    click.echo(f"services: {counts}{_left_out(lost)}")
    for name in failed:
        click.echo(f"failed: {printable(name)}")


def _watched(tasks: Sequence[Task]) -> Iterator[Task]:
    """Show how far it is, with rate and time left, on a terminal alone."""
    if len(tasks) == 1 or not sys.stderr.isatty():
        yield from tasks
        return
    with click.progressbar(
        tasks,
        file=sys.stderr,
        show_pos=True,
        show_eta=True,
        width=24,
        item_show_func=lambda task: task.name if task else "",
    ) as bar:
        yield from bar
