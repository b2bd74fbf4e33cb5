"""`validate` and `schema`: specs checked and described."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.completing import complete_spec
from codegen.cli.printing import format_option, print_findings, reported
from codegen.lint import Report, lint
from codegen.load import find
from codegen.load.loaded import Loaded
from codegen.project import read_project
from codegen.spec.schema import schema_text


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, shell_complete=complete_spec)
@format_option
def validate(specs: tuple[str, ...], form: str) -> int:
    """Lint specs: their form, their references, their constraints, their sources."""
    return reported(form, lambda: _validate(specs, form))


def _validate(specs: tuple[str, ...], form: str) -> int:
    report = lint(find(specs, read_project(Path.cwd())))
    _print_report(report, form)
    if report.unreadable:
        return 2
    return 1 if report.findings and report.findings.errors else 0


def _print_report(report: Report, form: str) -> None:
    if form != "text":
        print_findings(report.findings, form)
        return
    if report.findings:
        click.echo(report.findings.text(), err=True)
    for loaded in report.sound:
        click.echo(f"ok: {loaded.name}: {_counts(loaded)}")


def _counts(loaded: Loaded) -> str:
    model = loaded.model
    counts = {"operation": model.operations, "shape": model.shapes, "error": model.errors, "source": model.sources}
    return ", ".join(f"{len(each)} {what}{'' if len(each) == 1 else 's'}" for what, each in counts.items())


@click.command()
def schema() -> int:
    """Print the JSON Schema of spec files, for editors."""
    click.echo(schema_text(), nl=False)
    return 0
