"""`override`: templates of the project's own, listed, started from ours, compared with ours, and brought up to date."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import click

from codegen.cli.printing import print_lines, shown
from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.overrides import (
    Overrides,
    add_overrides,
    is_stale,
    known_template,
    our_text,
    ours,
    read_overrides,
    rebase_override,
)
from codegen.project import Project, read_project
from codegen.spec.source import shown_path


def complete_template(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer the templates that can be replaced."""
    return [path for path in ours() if path.startswith(incomplete)]


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_template)
@click.option("--diff", "show_diff", is_flag=True, help="Show what the project's templates change in ours.")
@click.option("--rebase", is_flag=True, help="Say that a template takes account of ours as it is now.")
def override(paths: tuple[str, ...], show_diff: bool, rebase: bool) -> int:
    """Replace templates by the project's own: copy PATH into its folder, or list them all.

    PATH is that of a template, such as package/errors.py.j2, or of its copy in the project.
    """
    if show_diff and rebase:
        raise click.UsageError("--diff and --rebase do not go together")
    if rebase and not paths:
        raise click.UsageError("--rebase needs the PATH of a template")
    project = read_project(Path.cwd())
    names = tuple(dict.fromkeys(_named(path, project.templates) for path in paths))
    if show_diff:
        return _diff(names, _read(project))
    if rebase:
        return _rebase(names, _folder(project))
    return _add(names, _folder(project)) if names else _list(_read(project))


def _named(path: str, folder: Path | None) -> str:
    """`overrides/package/errors.py.j2` means what `package/errors.py.j2` means."""
    absolute = Path(path).absolute()
    if path not in ours() and folder and absolute.is_relative_to(folder.absolute()):
        return known_template(absolute.relative_to(folder.absolute()).as_posix())
    return known_template(path)


def _folder(project: Project) -> Path:
    if project.templates is not None:
        return project.templates
    if project.file:
        message = 'this project names no folder for templates; add to [tool.speccast]: templates = "overrides"'
        raise Diagnostics([Diagnostic("config", message, Location(shown_path(project.file)))])
    raise Diagnostics([Diagnostic("no-project", "no [tool.speccast] in a pyproject.toml here; run: speccast init")])


def _read(project: Project) -> Overrides:
    """Until the first template is copied there need be no folder."""
    there = project.templates is not None and project.templates.is_dir()
    return read_overrides(project.templates if there else None)


def _list(overrides: Overrides) -> int:
    for path in ours():
        found = overrides.get(path)
        state = "ours" if found is None else "stale" if is_stale(found) else "overridden"
        click.echo(f"{state:<10}  {path}")
    return 0


def _add(names: tuple[str, ...], folder: Path) -> int:
    for path in add_overrides(folder, names):
        click.echo(f"wrote: {shown(path)}")
    return 0


def _rebase(names: tuple[str, ...], folder: Path) -> int:
    for name in names:
        written = rebase_override(folder, name)
        click.echo(f"wrote: {shown(written)}" if written else f"up to date: {shown(folder / name)}")
    return 0


def _diff(names: tuple[str, ...], overrides: Overrides) -> int:
    missing = [name for name in names if overrides.get(name) is None]
    if missing:
        raise Diagnostics(
            Diagnostic("template", f"{name} is not overridden; run: speccast override {name}") for name in missing
        )
    for line in _compared(names or tuple(one.path for one in overrides.found), overrides):
        print_lines(f"{line}\n")
    return 0


def _compared(names: tuple[str, ...], overrides: Overrides) -> Iterator[str]:
    for name in names:
        if found := overrides.get(name):
            old, new = our_text(name).splitlines(), found.text.splitlines()
            yield from difflib.unified_diff(old, new, f"templates/{name}", found.shown, lineterm="")
