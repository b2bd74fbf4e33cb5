"""`explain`: why a line is there, and what came of a fact."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.completing import complete_spec
from codegen.collecting import uncollected
from codegen.diagnostics import Diagnostic, Diagnostics, Location, json_text

if TYPE_CHECKING:
    from codegen.reference.explain import Asked, Explanation

_LINE = re.compile(r"(.+):(\d+)(?::\d+)?")
"""`generated/post/client.py:57`, with a column or without."""


@click.command()
@click.argument("what", metavar="SPEC SUBJECT | FILE:LINE", nargs=-1, required=True, shell_complete=complete_spec)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of package folders.")
@click.option("--render", is_flag=True, help="Without a package on disk, tell what speccast generate would write.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@uncollected()
def explain(what: tuple[str, ...], out: Path | None, render: bool, form: str) -> int:
    """Tell what is stated of SUBJECT, by which document, what is generated of it and what proves it.

    SUBJECT is a shape, a member (Request.Title, Operation.request.Items[].Name), an operation, error, event,
    decision, source or conformance case, as the spec or the Python calls it; FILE:LINE a generated line.
    """
    from codegen.reference.printing import as_json, as_text

    if len(what) > 2:
        raise click.UsageError("name a SPEC and one SUBJECT, or FILE:LINE")
    by_line = _of_line(what)
    if by_line and (out or render):
        raise click.UsageError(
            f"{'--out' if out else '--render'} goes with a SUBJECT; a line says where its package is"
        )
    found, asked = by_line or _of_subject(what, out, render)
    click.echo(as_text(found, asked) if form == "text" else json_text(as_json(found, asked)))
    return 0


def _of_line(what: tuple[str, ...]) -> tuple[Explanation | None, Asked] | None:
    """Explain FILE:LINE, the spec before it or not; None for what is no file."""
    match = _LINE.fullmatch(what[-1])
    if match is None or (len(what) == 2 and not Path(match[1]).exists()):
        return None
    from codegen.reference.answering import explain_line

    return explain_line(Path(match[1]), int(match[2]), what[0] if len(what) == 2 else None)


def _of_subject(what: tuple[str, ...], out: Path | None, render: bool) -> tuple[Explanation, None]:
    from codegen.reference.answering import explain_subject

    if len(what) == 1:
        if Path(what[0]).is_file():
            raise Diagnostics([Diagnostic("no-line", "name a line of the file: FILE:LINE", Location(what[0]))])
        raise click.UsageError("name a SPEC and a SUBJECT, or FILE:LINE")
    return explain_subject(what[0], what[1], out, render=render), None
