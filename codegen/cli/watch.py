"""`watch`: packages regenerated whenever a spec, the project file or a template changes."""

from __future__ import annotations

import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.completing import complete_spec
from codegen.cli.printing import names_option, shown
from codegen.diagnostics import printable

if TYPE_CHECKING:
    from codegen.diff.findings import Finding
    from codegen.watching.events import Event, Regenerated

SHOWN = 8
"""Paths that are named on start; arbitrary."""


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, shell_complete=complete_spec)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of package folders.")
@names_option("--operations", help="Only these operations.")
def watch(specs: tuple[str, ...], out: Path | None, operations: tuple[str, ...] | None) -> int:
    """Regenerate whenever a spec, the project file or a template changes; Ctrl-C ends it."""
    with _until_interrupted():
        from codegen.watching.asking import Wanted
        from codegen.watching.loop import watch as follow
        from codegen.watching.wakes import Wakes

        wanted = Wanted(start=Path.cwd(), specs=specs, out=out, operations=operations)
        for event in follow(wanted, Wakes()):
            _print(event)
    return 0


@contextmanager
def _until_interrupted() -> Generator[None]:
    """Ctrl-C and a plain `kill` both end the work within; so they do where a shell started it in the background."""
    ends = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, signal.default_int_handler) for one in ends]
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for one, handler in zip(ends, before, strict=True):
            signal.signal(one, handler)


def _print(event: Event) -> None:
    """Packages on stdout, everything else on stderr; each line is out at once, for people pipe it."""
    from codegen.watching.events import Regenerated, Told

    if isinstance(event, Regenerated):
        click.echo("\n".join(lines(event)))
    elif isinstance(event, Told):
        click.echo(event.diagnostics.text(), err=True)
    else:
        click.echo(f"watching: {_named(event.inputs)}", err=True)


def lines(event: Regenerated) -> Generator[str]:
    """Say in one line what was written, and in a second one whom it breaks."""
    written = f"{event.written} file{'' if event.written == 1 else 's'} written" if event.written else ""
    removed = f"{event.removed} removed" if event.removed else ""
    counts = ", ".join(count for count in (written, removed) if count)
    yield f"{shown(event.folder)}: {counts} ({event.seconds:.1f} s)"
    if event.breaking:
        yield f"  breaks callers: {_headline(event.breaking)}"


def _headline(findings: Sequence[Finding]) -> str:
    first, *more = findings
    rest = f" (+{len(more)} more)" if more else ""
    return f"{printable(first.path)}: {printable(first.summary)} [{first.rule}]{rest}"


def _named(paths: Sequence[Path]) -> str:
    names = [shown(path) for path in paths]
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{rest}"
