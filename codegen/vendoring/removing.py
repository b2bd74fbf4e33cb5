"""A vendored package taken out of its project again.

In: DEST, the lock file. Out: the package is gone, then its entry, then its archive; a user's own files in the folder
stay. A kill between any two leaves what the same command finishes: without a manifest nothing in a folder is ours.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.manifest import MANIFEST, is_unreadable, read_manifest
from codegen.files.output import remove as remove_folder
from codegen.spec.source import shown_path
from codegen.vendoring.archive import packed_paths
from codegen.vendoring.host import Host, changing, chosen, from_here
from codegen.vendoring.lockfile import Entry, read_lock, write_lock
from codegen.vendoring.settling import healed, tidy


@dataclass(frozen=True, slots=True)
class Removed:
    """`paths` has what was deleted; `left` says that files of the user's own keep the folder.

    `forgotten` says that nobody could tell whose the files in it are, so that all of them stay.
    """

    key: str
    entry: Entry
    paths: tuple[str, ...]
    left: bool
    forgotten: bool = False


def remove(host: Host, dest: str, here: Path, *, force: bool = False) -> Removed:
    """Remove one package; what was edited by hand, or cannot be told apart, is refused unless forced."""
    with changing(host):
        packages = read_lock(host)
        tidy(host, packages)
        (key,) = chosen(host, [dest], here, packages)
        folder = host.folder(key)
        healed(folder)
        unknown = _unknown(host, key, packages[key])
        if unknown and not force:
            raise Diagnostics([unknown])
        is_there = not unknown and os.path.lexists(folder / MANIFEST)
        paths = remove_folder(folder, force=force) if is_there else ()
        rest = {each: entry for each, entry in packages.items() if each != key}
        write_lock(host, rest)
        tidy(host, rest)
    return Removed(key, packages[key], paths, os.path.lexists(folder), unknown is not None)


def _unknown(host: Host, key: str, entry: Entry) -> Diagnostic | None:
    """Say what keeps us from telling whose the files are: a manifest that is lost, or that somebody changed."""
    folder = host.folder(key)
    try:
        if read_manifest(folder) or not _has_products(host, folder, entry):
            return None
        what = "not there, so nobody can tell which files were generated"
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        what = "changed by hand, or half a merge, so it does not tell which files were generated"
    again = f"remove the folder by hand and run again: speccast vendor remove {from_here(folder)}"
    remedy = f"restore it from version control, or {again}; --force removes the record alone"
    return Diagnostic("manifest", f"{what}; {remedy}", Location(shown_path(folder / MANIFEST)))


def _has_products(host: Host, folder: Path, entry: Entry) -> bool:
    """What a removal leaves that was killed is the user's own; without an archive any file may be a product."""
    paths = packed_paths(host, entry.manifest)
    if paths is None:
        return folder.is_dir() and any(folder.iterdir())
    return any(os.path.lexists(folder / path) for path in paths)
