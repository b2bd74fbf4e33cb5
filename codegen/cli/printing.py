"""What commands share when they print for a machine."""

from __future__ import annotations

from collections.abc import Callable

import click

from codegen.diagnostics import PRINTERS, Diagnostics

format_option = click.option(
    "--format", "form", type=click.Choice(list(PRINTERS)), default="text", help="How findings are printed."
)


def print_findings(findings: Diagnostics | None, form: str) -> None:
    """Print on stdout, for a machine; an empty text is no line."""
    if text := PRINTERS[form](findings):
        click.echo(text)


def reported(form: str, work: Callable[[], int]) -> int:
    """Print what keeps a command from working in the format asked for; as text, that is left to `run`."""
    try:
        return work()
    except Diagnostics as fault:
        if form == "text":
            raise
        print_findings(fault, form)
        return 2
