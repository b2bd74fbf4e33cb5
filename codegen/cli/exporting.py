"""`export`: one spec as JSON Schema, OpenAPI or Smithy, on stdout or in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from codegen.cli.printing import shown
from codegen.cli.vendor_completing import complete_one_spec

if TYPE_CHECKING:
    from codegen.spec.ir import Model

Command = TypeVar("Command", bound=Callable[..., int])


def _options(command: Command) -> Command:
    """What every form takes."""
    for option in (
        click.option("--no-docs", is_flag=True, help="Leave out documentation."),
        click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Instead of stdout."),
        click.argument("spec", metavar="SPEC", shell_complete=complete_one_spec),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=False)
def export() -> None:
    """Write a spec in another form."""


@export.command()
@_options
def jsonschema(spec: str, out: Path | None, no_docs: bool) -> int:
    """Write a JSON Schema (2020-12) with a definition of every shape."""
    from codegen.exporters.json_schema import json_schema_text

    return _export(spec, out, lambda model: json_schema_text(model, docs=not no_docs))


@export.command()
@_options
def openapi(spec: str, out: Path | None, no_docs: bool) -> int:
    """Write an OpenAPI document (3.1)."""
    from codegen.exporters.openapi import openapi_text

    return _export(spec, out, lambda model: openapi_text(model, docs=not no_docs))


@export.command()
@_options
def smithy(spec: str, out: Path | None, no_docs: bool) -> int:
    """Write a Smithy model (a JSON AST, 2.0); importing it gives the same spec again."""
    from codegen.exporters.smithy import smithy_text

    return _export(spec, out, lambda model: smithy_text(model, docs=not no_docs))


def _export(spec: str, out: Path | None, printed: Callable[[Model], str]) -> int:
    text = printed(_model(spec))
    if out is None:
        click.echo(text, nl=False)
        return 0
    from codegen.files.places import writing
    from codegen.vendoring.atomic import replace_file

    with writing(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, text.encode("utf-8"))
    click.echo(f"wrote: {shown(out)}")
    return 0


def _model(spec: str) -> Model:
    """Read the one spec that is meant; what is wrong with it is told, and keeps it from being exported."""
    from codegen.diagnostics import Diagnostic, Diagnostics
    from codegen.load import find
    from codegen.load.loaded import load_sound
    from codegen.project import read_project

    first, *more = find((spec,), read_project(Path.cwd()))
    if more:
        message = f"one spec is exported at a time; name one of the {len(more) + 1} that fit"
        raise Diagnostics([Diagnostic("export", message)])
    return load_sound(first).model
