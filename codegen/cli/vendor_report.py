"""What `vendor add` and `update` tell: what lies between two releases, and what became of every edit by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import shown
from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.vendoring.host import Host, from_here

if TYPE_CHECKING:
    from codegen.vendoring.adding import Added
    from codegen.vendoring.updating import Plan


def print_added(added: Added) -> None:
    """Say what was vendored, what it needs, and what is to be committed."""
    made = added.made
    folder = shown(added.host.folder(added.key))
    commit = (from_here(added.host.root / path) for path in (added.key, "speccast.lock", ".speccast"))
    click.echo(f"vendored: {made.name} in {folder} ({len(made.files)} files)")
    click.echo(f"needs at run time: {', '.join(_requirement(one) for one in made.manifest.requirements)}")
    click.echo(f"commit: {' '.join(commit)}")


def _requirement(text: str) -> str:
    """`urllib3>=2.5; extra == "client"` gives `urllib3>=2.5 (client)`."""
    name, _, extra = text.partition('; extra == "')
    return f"{name} ({extra[:-1]})" if extra else name


def print_difference(host: Host, planned: Plan) -> None:
    """Say why a package changes, and what that means to callers, source and servers."""
    if planned.made is None:
        return
    print_warnings(planned.made.warnings)
    folder = shown(host.folder(planned.key))
    for reason in planned.reasons:
        click.echo(f"{folder}: {reason}")
    if planned.report:
        from codegen.cli.reports import report_text

        click.echo(report_text(planned.report))
    if not planned.has_base:
        click.echo(f"{folder}: what was generated before is not at hand in .speccast: no difference can be shown,")
        click.echo(f"{folder}: and whatever differs from what is generated now stands between markers")


def print_outcome(host: Host, planned: Plan, verb: str) -> None:
    """Say what became of every file that a user touched, and how many changed."""
    if planned.made is None:
        print_up_to_date(host, planned.key, planned.count, planned.kept)
        return
    folder = host.folder(planned.key)
    for path, what in _outcomes(planned):
        click.echo(f"{shown(folder / path)}{what}")
    if planned.changed:
        changed = f"{len(planned.changed)} of {planned.count} files changed"
        click.echo(f"{verb}: {shown(folder)} ({planned.made.name}, {changed})")
    else:
        click.echo(f"nothing to write: {shown(folder)} ({planned.made.name}, {planned.count} files)")


def _outcomes(planned: Plan) -> Iterator[tuple[str, str]]:
    for path in planned.restored:
        yield path, ": restored, for it was not there"
    for fate in planned.fates:
        if fate.is_own:
            yield fate.path, ": kept as your own file, for it is generated no more"
        elif fate.lines:
            yield from (
                (fate.path, f":{line}: conflict: keep what is right without the markers") for line in fate.lines
            )
        elif planned.made and fate.text == planned.made.files[fate.path]:
            yield fate.path, ": the same as what is generated now"
        elif fate.path in planned.changed:
            yield fate.path, ": merged with what you edited"
        else:
            yield fate.path, ": kept as you edited it"


def print_warnings(warnings: Sequence[Diagnostic]) -> None:
    """Print what is no reason to stop, on stderr."""
    if warnings:
        click.echo(Diagnostics(warnings).text(), err=True)


def print_up_to_date(host: Host, key: str, files: int, kept: Sequence[str]) -> None:
    """Say that there is nothing to do, and which edits are known and kept."""
    edits = f", {len(kept)} edited by hand and kept" if kept else ""
    click.echo(f"up to date: {shown(host.folder(key))} ({files} files{edits})")
