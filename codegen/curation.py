"""Documents and specs on disk: pages read, drafts written, releases audited, citations given their lines.

In: what a user names. Out: pages, the files of a draft, an `Outcome`, or `Diagnostics`. A folder stands for the pages
in it: those that are no page, or no source of the spec, are passed over; a file that is named is read or refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Place
from codegen.documents.audit import Audited, audit
from codegen.documents.auditing.citing import with_lines
from codegen.documents.auditing.matching import sources_of
from codegen.documents.auditing.settling import coarse
from codegen.documents.draft import Draft
from codegen.documents.facts import Page
from codegen.documents.pages.markup import MISSING_LIBRARY
from codegen.documents.reading import read_document
from codegen.exporters.pretty import pretty
from codegen.exporters.spec_files import spec_files
from codegen.files.places import reading, refuse
from codegen.files.specs import write_spec
from codegen.load import Found
from codegen.load.loaded import Loaded
from codegen.spec import ir
from codegen.spec.check.walk import citations
from codegen.spec.files import SpecFile
from codegen.spec.ir import Json
from codegen.spec.parse import parse_model
from codegen.spec.source import Source, read_source
from codegen.spec.write import write_model
from codegen.vendoring.atomic import replace_file

PAGES = (".html", ".htm", ".md", ".txt")


@dataclass(frozen=True, slots=True)
class Documents:
    """Pages by how they were asked for: by name, or as part of a folder; `unread` says what in a folder is no page."""

    named: tuple[Page, ...]
    found: tuple[Page, ...]
    unread: tuple[Diagnostic, ...] = ()

    @property
    def pages(self) -> tuple[Page, ...]:
        return (*self.named, *self.found)


def read_documents(paths: Iterable[Path]) -> Documents:
    """Read every page, each once; what is wrong with several is told at once."""
    folders, files = _parted(dict.fromkeys(paths))
    named, faults = _read(files)
    found, unread = _read([path for folder in folders for path in _pages_in(folder)])
    if faults or not (named or found) or any(one.rule == MISSING_LIBRARY for one in unread):
        raise Diagnostics([*faults, *unread])
    known = {page.sha256 for page in named}
    return Documents(named, tuple(page for page in found if page.sha256 not in known), unread)


def _parted(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    folders = [path for path in paths if path.is_dir()]
    return folders, [path for path in paths if path not in folders]


def _read(paths: Iterable[Path]) -> tuple[tuple[Page, ...], tuple[Diagnostic, ...]]:
    """Read pages; of those that hold the same the first stands for all."""
    pages: dict[str, Page] = {}
    faults: list[Diagnostic] = []
    for path in paths:
        try:
            page = read_document(path)
        except Diagnostics as fault:
            faults += fault.found
        else:
            pages.setdefault(page.sha256, page)
    return tuple(pages.values()), tuple(faults)


def _pages_in(folder: Path) -> Iterator[Path]:
    with reading(folder):
        pages = sorted(path for path in folder.iterdir() if path.suffix.lower() in PAGES and path.is_file())
    if not pages:
        refuse("no-pages", f"this folder holds no page: no file in it ends in {', '.join(PAGES)}", folder)
    yield from pages


# ------------------------------------------------------------------------------------------------------------ drafting


def draft_model(draft: Draft) -> ir.Model:
    """Read a draft as any spec is read."""
    return parse_model((read_source("draft.json", json.dumps(draft.spec).encode()),))


def draft_text(draft: Draft) -> str:
    """Print a draft as one file."""
    return pretty(write_model(draft_model(draft), docs=True))


def write_draft(draft: Draft, folder: Path, *, force: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write a draft as the folder of a release; give its files, and those that changed."""
    files = spec_files(draft_model(draft), docs=True)
    return tuple(files), write_spec(folder, files, force=force)


# ------------------------------------------------------------------------------------------------------------ auditing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the pages; `passed_over` are those of a folder that no fact of the spec rests on, and why.

    `coarse` are decisions that have heard one of the pages, with the facts of which they name no aspect.
    """

    audited: tuple[Audited, ...]
    passed_over: Mapping[str, str]
    findings: Diagnostics | None
    coarse: Mapping[str, tuple[str, ...]]


def audit_release(release: Loaded, documents: Documents) -> Outcome:
    """Hold a release against pages."""
    pages, passed_over = _of_release(release.model, documents)
    audited = audit(release.model, pages)
    findings = [finding for one in audited for finding in one.findings] or [*_nothing(release.model, pages)]
    told = Diagnostics(findings, release.locate) if findings else None
    return Outcome(audited, passed_over, told, coarse(release.model, [one.source for one in audited if one.source]))


def _nothing(model: ir.Model, pages: Iterable[Page]) -> Iterator[Diagnostic]:
    """An audit of no page at all has not passed."""
    if not pages:
        message = "nothing was audited: none of the pages is a source that facts of the spec cite"
        yield Diagnostic("nothing-audited", message, Place(model.service.at.file, ("sources",), on_key=True))


def _of_release(model: ir.Model, documents: Documents) -> tuple[tuple[Page, ...], Mapping[str, str]]:
    """Tell pages that a release is held against from those of a folder that belong to other releases."""
    every = documents.pages
    sources = dict(zip(every, sources_of(model, every), strict=True))
    cited = {citation.source for citation in citations(model)}
    strange = {
        one.place.path: one.message.partition(": expected ")[0]
        for one in documents.unread
        if isinstance(one.place, Location)
    } | {
        page.path: "only decisions speak of it" if sources[page] else "no source of the spec"
        for page in documents.found
        if sources[page] not in cited
    }
    return tuple(page for page in every if page.path not in strange), dict(sorted(strange.items()))


# -------------------------------------------------------------------------------------------------------------- citing


def cite(found: Found, loaded: Loaded, documents: Documents) -> tuple[str, ...]:
    """Write the line into every citation of the pages; give the names of the files that changed."""
    if found.origin is None:
        refuse("not-on-disk", "citations are written into files; this spec stands in git", Path(found.shown))
    if loaded.form != "speccast":
        refuse("foreign-spec", f"citations are written into specs of ours; this one is {loaded.form}'s", found.origin)
    model = loaded.model
    pages, _ = _of_release(model, documents)
    if nothing := [*_nothing(model, pages)]:
        raise Diagnostics(nothing, loaded.locate)
    changes: dict[str, dict[Place, str]] = {}
    for place, text in with_lines(model, pages):
        changes.setdefault(place.file, {})[place] = text
    files = {file.name: _rewritten(file, changes.get(file.path, {})) for file in found.files}
    if not found.origin.is_dir():
        _replace(found.origin, found.files[0], files[found.files[0].name])
        return tuple(file.name for file in found.files if file.path in changes)
    return write_spec(found.origin, files, force=True)


def _replace(path: Path, file: SpecFile, text: str) -> None:
    content = text.encode("utf-8")
    if content != file.content:
        replace_file(path, content)


def _rewritten(file: SpecFile, changes: Mapping[Place, str]) -> str:
    """Put texts in place of others; a file that is printed as we print stays so, else only the texts change."""
    source = read_source(file.path, file.content)
    if pretty(source.value) == source.text:
        return pretty(_put(source.value, {place.pointer: text for place, text in changes.items()}))
    return _spliced(source, changes)


def _put(value: Json, changes: Mapping[tuple[str | int, ...], str], at: tuple[str | int, ...] = ()) -> Json:
    match value:
        case dict():
            return {key: _put(each, changes, (*at, key)) for key, each in value.items()}
        case list():
            return [_put(each, changes, (*at, number)) for number, each in enumerate(value)]
        case _:
            return changes.get(at, value)


def _spliced(source: Source, changes: Mapping[Place, str]) -> str:
    lines = source.text.split("\n")
    spots = sorted(((source.locate(place), text) for place, text in changes.items()), reverse=True)
    for spot, text in spots:
        line = lines[spot.line - 1]
        _, end = json.JSONDecoder().raw_decode(line, spot.column - 1)
        lines[spot.line - 1] = line[: spot.column - 1] + json.dumps(text, ensure_ascii=False) + line[end:]
    return "\n".join(lines)
