"""What commands share when they print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.completing import complete_operations
from codegen.diagnostics import COMMAND, PRINTERS, Diagnostics, printable
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.freshness import Fresh

Decorator = Callable[[Callable[..., int]], Callable[..., int]]

format_option = click.option(
    "--format", "form", type=click.Choice(list(PRINTERS)), default="text", help="How findings are printed."
)


def print_findings(findings: Diagnostics | None, form: str) -> None:
    """Print on stdout, for a machine; an empty text is no line."""
    if text := findings_text(findings, form):
        click.echo(text)


def findings_text(findings: Diagnostics | None, form: str) -> str:
    """Give findings in a format; what a forge reads names files from the top of the repository."""
    from codegen.cli.annotating import FORMS, from_top

    return PRINTERS[form](from_top(findings) if findings and form in FORMS else findings)


def shown(path: Path) -> str:
    """Give a path as a command prints it: as a user knows it, and inert."""
    return printable(shown_path(path))


def print_lines(difference: str) -> None:
    """Print how files differ; what would act upon a terminal or a runner is spelled out."""
    click.echo("\n".join(map(_inert, difference.split("\n"))), nl=False)


def _inert(line: str) -> str:
    """`+::error::x` gives `+\\x3a:error::x`: the sign of a line may be a blank, which hides no command."""
    shown = "".join(each if each.isprintable() or each == "\t" else _spelled(each) for each in line[1:])
    return line[:1] + COMMAND.sub(lambda found: _spelled(found[0]), shown)


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else character.encode("unicode_escape", "surrogatepass").decode()


def print_up_to_date(fresh: Fresh) -> None:
    """Say of a package that there is nothing to do."""
    click.echo(f"up to date: {shown(fresh.folder)} ({fresh.files} files)")


def reported(form: str, work: Callable[[], int]) -> int:
    """Print what keeps a command from working in the format asked for; as text, that is left to `run`."""
    try:
        return work()
    except Diagnostics as fault:
        if form == "text":
            raise
        print_findings(fault, form)
        return 2


def _names(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """`A, B` gives `A`, `B`."""
    if value is None:
        return None
    names = tuple(name for each in value.split(",") if (name := each.strip()))
    if not names:
        raise click.BadParameter("name at least one operation", context, parameter)
    return names


def names_option(name: str, *, help: str) -> Decorator:
    """Make an option that takes names, parted by commas."""
    return click.option(name, metavar="A,B", callback=_names, help=help, shell_complete=complete_operations)
