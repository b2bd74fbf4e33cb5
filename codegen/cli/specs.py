"""`validate`, `schema` and `init`: specs checked, described and started."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.printing import format_option, print_findings, reported
from codegen.lint import Report, lint
from codegen.load import Loaded, find
from codegen.project import read_project
from codegen.spec.schema import schema_text
from codegen.spec.source import shown_path
from codegen.starter import write_starter


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1)
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


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option("--service", default="example", show_default=True, help="Name of the service: a-z, 0-9 and hyphens.")
def init(folder: Path, service: str) -> int:
    """Start a project: a small, complete service that validates, generates and passes its own tests."""
    for path in write_starter(folder, service):
        click.echo(f"wrote: {shown_path(path)}")
    return 0
