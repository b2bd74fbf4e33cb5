"""What a killed run left, cleared away. Hold the lock of the host project."""

from __future__ import annotations

from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.files.lock import locked
from codegen.files.manifest import is_unreadable, manifest_digest, read_manifest
from codegen.files.places import writing
from codegen.files.swap import clean_leftovers, leftovers
from codegen.vendoring.archive import remove_others
from codegen.vendoring.host import Host, on_the_way
from codegen.vendoring.lockfile import Packages


def healed(folder: Path) -> None:
    """Let the old package come back where a run was killed between two renames."""
    if leftovers(folder.parent, folder.name):
        with writing(folder), locked(folder):
            clean_leftovers(folder.parent, folder.name)


def tidy(host: Host, packages: Packages) -> None:
    """Remove archives that belong to no package, neither as the lock file has it nor as it is on disk."""
    on_disk = [_digest(host, key) for key in packages]
    if None not in on_disk:
        remove_others(host, {*(entry.manifest for entry in packages.values()), *(each for each in on_disk if each)})


def _digest(host: Host, key: str) -> str | None:
    """Name the manifest that stands there; "" where none does, None where that cannot be told."""
    try:
        manifest = None if on_the_way(host, key) else read_manifest(host.folder(key))
    except Diagnostics as fault:
        return None if is_unreadable(fault) else ""
    return manifest_digest(manifest) if manifest else ""
