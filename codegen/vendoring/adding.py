"""A package vendored for the first time.

In: SPEC, the folder that becomes the package, the host project. Out: the package, an archive of it and an entry in the
lock file, written in this order: a kill between any two leaves what the same command takes up.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.files.manifest import Manifest, is_unreadable, manifest_digest, read_manifest
from codegen.files.output import write
from codegen.files.places import refuse
from codegen.spec.source import shown_path
from codegen.vendoring.archive import write_base
from codegen.vendoring.host import LOCK, Host, changing, from_here, key_of, neighbour_fault
from codegen.vendoring.lockfile import Packages, read_lock, write_lock
from codegen.vendoring.making import Made, entry_of, make
from codegen.vendoring.naming import name_spec
from codegen.vendoring.settling import healed, tidy
from codegen.vendoring.wanting import COMMAND, want


@dataclass(frozen=True, slots=True)
class Added:
    """What was vendored; `key` is its path in the host project."""

    host: Host
    key: str
    made: Made


def add(host: Host, spec: str, dest: str, operations: tuple[str, ...] | None, here: Path) -> Added:
    """Generate a package into the host project, and note from what."""
    key = key_of(host, dest, here)
    made = make(want(host, key, name_spec(spec, host, here), operations))
    with changing(host):
        packages = read_lock(host)
        _refuse_listed(host, key, packages)
        healed(host.folder(key))
        _refuse_taken(host.folder(key), made)
        write_base(host, made.manifest, made.base)
        write(host.folder(key), made.files)
        packages = {**packages, key: entry_of(made, {})}
        write_lock(host, packages)
        tidy(host, packages)
    return Added(host, key, made)


def _refuse_listed(host: Host, key: str, packages: Packages) -> None:
    if key in packages:
        message = f"vendored already, as {LOCK} says; run: {COMMAND} {from_here(host.folder(key))}"
        raise Diagnostics([Diagnostic("vendored", message, Location(shown_path(host.folder(key))))])
    if fault := neighbour_fault(key, packages):
        raise Diagnostics([Diagnostic("destination", f"{quoted(key)} {fault}, which is vendored; name another folder")])


def _refuse_taken(folder: Path, made: Made) -> None:
    """Only what this very command wrote before it was killed may stand there."""
    if not os.path.lexists(folder) or (folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())):
        return
    manifest = None if folder.is_symlink() or not folder.is_dir() else _believed(folder)
    if manifest is None or manifest_digest(manifest) != manifest_digest(made.manifest):
        refuse("taken", "something stands here already; name a folder that is not there yet", folder)


def _believed(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        return None
