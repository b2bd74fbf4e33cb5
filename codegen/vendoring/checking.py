"""Whether vendored packages are as they should be: edited, incomplete, stale, or not what the lock file says.

In: an entry of the lock file, the package on disk, its spec. Out: findings, each with what to do about it; and which
edits by hand are known and kept. Nothing is written, and nothing rendered: digests tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.manifest import MANIFEST, Manifest, is_unreadable, manifest_digest, read_manifest
from codegen.files.output import edited
from codegen.files.places import IN_THE_WAY, standing
from codegen.spec.source import read_regular_file, shown_path
from codegen.vendoring.archive import archive_path, read_base
from codegen.vendoring.host import LOCK, Host, from_here, on_the_way
from codegen.vendoring.lockfile import Entry
from codegen.vendoring.merging import marked_lines
from codegen.vendoring.naming import find_again
from codegen.vendoring.wanting import COMMAND, reasons, want

RESTORE = f"restore the package and {LOCK} from version control"


@dataclass(frozen=True, slots=True)
class Checked:
    """`kept` has what was edited by hand and is as the last update left it; `files` counts the manifest."""

    key: str
    findings: tuple[Diagnostic, ...]
    kept: tuple[str, ...] = ()
    files: int = 0


def check_package(host: Host, key: str, entry: Entry) -> Checked:
    """Find whatever is not as it should be with one package."""
    folder = host.folder(key)
    if blocked := on_the_way(host, key):
        return Checked(key, (blocked,))
    try:
        manifest = read_manifest(folder)
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        return Checked(key, (_unbelieved(fault),))
    if manifest is None:
        return Checked(key, (_gone(folder),))
    if manifest_digest(manifest) != entry.manifest:
        return Checked(key, (mismatch(folder),))
    edits = edited(folder)
    kept = tuple(path for path, now in edits.items() if entry.edited.get(path) == now)
    others = [path for path in edits if path not in kept]
    found = [*_missing(folder, manifest), *_edited(folder, others), *_stale(host, key, entry, manifest)]
    found += _archive(host, key, entry, manifest)
    return Checked(key, tuple(found), kept, len(manifest.files) + 1)


def mismatch(folder: Path) -> Diagnostic:
    """Say that package and lock file do not belong together (a kill in between, or a hand on one of them)."""
    message = f"not the manifest that {LOCK} names; {RESTORE}, or run again the command that was interrupted"
    return Diagnostic("lock-mismatch", message, Location(shown_path(folder / MANIFEST)))


def _unbelieved(fault: Diagnostics) -> Diagnostic:
    return Diagnostic("manifest", f"changed by hand, or half a merge; {RESTORE}", fault.location(fault.found[0].place))


def _gone(folder: Path) -> Diagnostic:
    if os.path.lexists(folder):
        return Diagnostic("manifest", f"not there; {RESTORE}", Location(shown_path(folder / MANIFEST)))
    dest = from_here(folder)
    message = f"not there, although {LOCK} lists it; run: {COMMAND} {dest}, or: speccast vendor remove {dest}"
    return Diagnostic("gone", message, Location(shown_path(folder)))


def _missing(folder: Path, manifest: Manifest) -> Iterator[Diagnostic]:
    for path in sorted(manifest.files):
        if (found := standing(folder, path)) is None:
            yield Diagnostic(
                "missing", f"not there; run: {COMMAND} {from_here(folder)}", Location(shown_path(folder / path))
            )
        elif found == IN_THE_WAY:
            message = "no regular file, but a generated one belongs here; move it away"
            yield Diagnostic("missing", message, Location(shown_path(folder / path)))


def _edited(folder: Path, paths: list[str]) -> Iterator[Diagnostic]:
    update = f"{COMMAND} {from_here(folder)}"
    for path in paths:
        shown = shown_path(folder / path)
        lines = marked_lines(read_regular_file(folder / path).decode("utf-8", "replace"))
        for line in lines:
            message = f"a conflict is not resolved; keep what is right without the markers, then run: {update}"
            yield Diagnostic("conflict", message, Location(shown, line, 1))
        if not lines:
            message = f"edited by hand; to keep the edit through updates, run: {update}"
            yield Diagnostic("edited", message, Location(shown))


def _archive(host: Host, key: str, entry: Entry, manifest: Manifest) -> Iterator[Diagnostic]:
    if read_base(host, manifest, entry.spec_sha256) is None:
        lost = "what was generated is not kept beside the lock file, so hand edits can be neither shown nor merged"
        remedy = f"restore .speccast from version control, or run: {COMMAND} {from_here(host.folder(key))}"
        yield Diagnostic("archive", f"{lost}; {remedy}", Location(shown_path(archive_path(host, entry.manifest))))


def _stale(host: Host, key: str, entry: Entry, manifest: Manifest) -> Iterator[Diagnostic]:
    folder = host.folder(key)
    place = Location(shown_path(folder))
    try:
        named = find_again(entry.spec, entry.origin, host)
    except Diagnostics as fault:
        if fault.found[0].rule == "config":
            raise
        said = fault.found[0].message
        message = f"its spec is not found any more: {said}; name another: {COMMAND} {from_here(folder)} --to SPEC"
        yield Diagnostic("no-spec", message, place)
        return
    for reason in reasons(entry, want(host, key, named, entry.operations), manifest):
        yield Diagnostic("stale", f"{reason}; run: {COMMAND} {from_here(folder)}", place)
