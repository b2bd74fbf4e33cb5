"""`extract` and `audit`: specs drafted from documents, and held against them.

`extract`: exit 0 when the documents were read, whatever of them could not be told; 2 when one is no page. `audit`: exit
1 on anything unsettled, 2 when a document or the spec cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import format_option, print_findings, reported, shown
from codegen.cli.vendor_completing import complete_one_spec
from codegen.diagnostics import Diagnostics, Level, printable
from codegen.records import replace

if TYPE_CHECKING:
    from codegen.curation import Outcome
    from codegen.load import Found

FACTS = 6
"""Facts of a decision that a line names; arbitrary."""

documents_argument = click.argument(
    "documents", metavar="DOCUMENT...", nargs=-1, required=True, type=click.Path(path_type=Path)
)


@click.command()
@documents_argument
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the release that is written.")
@click.option("--service", metavar="NAME", help="Name of the service, where the documents tell another.")
@click.option("--release", metavar="DATE", help="Date of the release, where the documents tell none.")
@click.option("--force", is_flag=True, help="Replace a spec that is there with other content.")
@click.option("--prose", is_flag=True, help="Keep the sentences of the documents as documentation.")
def extract(
    documents: tuple[Path, ...], out: Path | None, service: str | None, release: str | None, force: bool, prose: bool
) -> int:
    """Draft a spec of what documents state: saved pages of one service, each a file or a folder of them."""
    from codegen.curation import draft_text, read_documents, write_draft
    from codegen.documents.draft import draft

    read = read_documents(documents)
    made = draft(read.pages, service=service, release=release, prose=prose)
    notes = (*made.notes, *(replace(one, level=Level.NOTE) for one in read.unread))
    if notes:
        click.echo(Diagnostics(notes).text(), err=True)
    if out is None:
        click.echo(draft_text(made), nl=False)
        return 0
    written, changed = write_draft(made, out, force=force)
    verb, count = ("wrote", [name for name in changed if name in written]) if changed else ("unchanged", written)
    click.echo(f"{verb}: {shown(out)} ({len(count)} file{'' if len(count) == 1 else 's'})")
    return 0


@click.command()
@click.argument("spec", metavar="SPEC", shell_complete=complete_one_spec)
@documents_argument
@format_option
@click.option("--coverage", is_flag=True, help="Print the table of documents alone, in Markdown.")
@click.option("--cite", is_flag=True, help="Write the line into every citation of the documents, in place.")
def audit(spec: str, documents: tuple[Path, ...], form: str, coverage: bool, cite: bool) -> int:
    """Hold a spec against the documents that it cites, each a file or a folder of them.

    Told are contradictions that no decision settles, facts of a document that the spec lacks, and citations that a
    document does not bear out.
    """
    if form != "text" and (coverage or cite):
        raise click.UsageError(f"--format goes with findings; {'--coverage' if coverage else '--cite'} prints none")
    return reported(form, lambda: _cite(spec, documents) if cite else _audit(spec, documents, form, coverage))


def _audit(spec: str, documents: tuple[Path, ...], form: str, coverage: bool) -> int:
    from codegen.curation import audit_release, read_documents
    from codegen.load.loaded import load

    outcome = audit_release(load(_one(spec)), read_documents(documents))
    if form != "text":
        print_findings(outcome.findings, form)
    else:
        if outcome.findings:
            click.echo(outcome.findings.text(), err=True)
        _print_table(outcome, coverage)
    return 1 if outcome.findings and outcome.findings.errors else 0


def _cite(spec: str, documents: tuple[Path, ...]) -> int:
    from codegen.curation import cite, read_documents
    from codegen.load.loaded import load

    found = _one(spec)
    changed = cite(found, load(found), read_documents(documents))
    for name in changed:
        click.echo(f"cited: {printable(name)}")
    if not changed:
        click.echo("unchanged: every citation has its line")
    return 0


def _one(spec: str) -> Found:
    from codegen.load import find
    from codegen.project import read_project

    found, *more = find((spec,), read_project(Path.cwd()))
    if more:
        raise click.UsageError(f"{spec} means {len(more) + 1} specs; name one of them")
    return found


def _print_table(outcome: Outcome, markdown: bool) -> None:
    from codegen.documents.auditing.tables import as_markdown, as_text
    from codegen.pages.markdown import words

    click.echo((as_markdown if markdown else as_text)(outcome.audited), nl=False)
    if markdown and outcome.coarse:
        click.echo()
    show, mark = (words, "- ") if markdown else (printable, "")
    for decision, facts in outcome.coarse.items():
        click.echo(f"{mark}no aspect: decision {show(decision)} settles any difference in {_named(facts, show)}")
    if not markdown:
        for path, reason in outcome.passed_over.items():
            click.echo(f"passed over: {printable(path)}: {reason}")


def _named(facts: Sequence[str], show: Callable[[str], str]) -> str:
    more = f" and {len(facts) - FACTS} more" if len(facts) > FACTS else ""
    return ", ".join(map(show, facts[:FACTS])) + more
