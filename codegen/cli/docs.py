"""`docs`: a reference of one release as a static site."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.printing import shown
from codegen.cli.vendor_completing import complete_one_spec
from codegen.collecting import uncollected


@click.command()
@click.argument("spec", metavar="SPEC", shell_complete=complete_one_spec)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder of the site.")
@click.option("--title", metavar="TEXT", help="Instead of the service's title.")
@click.option("--no-traces", is_flag=True, help="Leave out which generated lines and cases come of each fact.")
@click.option("--force", is_flag=True, help="Discard edits by hand, and write beside files that are not the site's.")
@uncollected()
def docs(spec: str, out: Path, title: str | None, no_traces: bool, force: bool) -> int:
    """Write a reference of SPEC as a static site: open DIR/index.html, or serve the folder.

    It needs no network and nothing but a browser.
    """
    from codegen.reference.site.writing import read_book, refuse_others, write_site

    refuse_others(out, force=force)  # before what takes time
    book = read_book(spec, Path.cwd(), title, traced=not no_traces)
    changed = write_site(book, out, force=force)
    pages = "unchanged" if not changed else f"wrote {len(changed)} {'file' if len(changed) == 1 else 'files'}"
    click.echo(f"{pages}: {shown(out / 'index.html')}")
    return 0
