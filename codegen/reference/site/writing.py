"""SPEC as a user names it -> a book; a book -> the folder of its site, staged and swapped as a whole.

In: a SPEC, a folder. Out: the paths that changed, or `Diagnostics`: a spec with errors, a folder that holds something
else, a file that was edited by hand.
"""

from __future__ import annotations

import os
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.files.manifest import MANIFEST, read_manifest
from codegen.files.output import write
from codegen.files.places import is_folder, reading, refuse
from codegen.load import find
from codegen.load.loaded import Loaded, load
from codegen.pipeline import Options, generate
from codegen.project import read_project
from codegen.reference.history import history_of
from codegen.reference.naming import naming_of
from codegen.reference.site.book import Book, make_book
from codegen.reference.site.making import MARK, make_site
from codegen.reference.tracing import Traces, trace
from codegen.spec.check import find_errors


def read_book(spec: str, folder: Path, title: str | None, *, traced: bool) -> Book:
    """Read the one release that is meant and what came before it; `traced` also generates its package."""
    first, *more = find((spec,), read_project(folder))
    if more:
        message = f"a site shows one release; name one of the {len(more) + 1} that fit"
        raise Diagnostics([Diagnostic("several-specs", message)])
    loaded = load(first)
    if errors := find_errors(loaded.model):
        raise Diagnostics(errors, loaded.locate)
    return make_book(loaded, history_of(loaded), _traces(loaded) if traced else None, title)


def _traces(loaded: Loaded) -> Traces:
    product = generate(loaded.model, Options(spec_digest=loaded.found.digest))
    return trace(product.files, naming_of(loaded.model))


def write_site(book: Book, folder: Path, *, force: bool = False) -> tuple[str, ...]:
    """Make the folder hold the site; give the paths that changed."""
    refuse_others(folder, force=force)
    return write(folder, make_site(book), force=force)


def refuse_others(folder: Path, *, force: bool = False) -> None:
    """Let a generated package keep its folder whatever is asked; anything else stays unless forced, then beside it."""
    if os.path.lexists(folder) and not is_folder(folder):
        refuse(
            "not-a-folder",
            "something else stands where the folder of a site belongs; remove it, or name another",
            folder,
        )
    with reading(folder):
        if not is_folder(folder) or not any(folder.iterdir()):
            return
        manifest = read_manifest(folder) if (folder / MANIFEST).exists() else None
    if manifest is not None and MARK not in manifest.files:
        refuse("not-a-site", "a generated package stands here; name another folder", folder)
    if manifest is None and not force:
        message = (
            "this folder holds something else than a site; name another, or run again with --force to write beside it"
        )
        refuse("not-a-site", message, folder)
