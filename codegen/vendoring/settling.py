"""What a killed run left, cleared away. Hold the lock of the host project."""

from __future__ import annotations

from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.files.lock import locked
from codegen.files.manifest import Manifest, manifest_digest, read_manifest
from codegen.files.swap import clean_leftovers, leftovers
from codegen.vendoring.archive import remove_others
from codegen.vendoring.host import Host
from codegen.vendoring.lockfile import Packages


def healed(folder: Path) -> None:
    """Let the old package come back where a run was killed between two renames."""
    if leftovers(folder.parent, folder.name):
        with locked(folder):
            clean_leftovers(folder.parent, folder.name)


def tidy(host: Host, packages: Packages) -> None:
    """Remove archives that belong to no package, neither as the lock file has it nor as it is on disk."""
    on_disk = (_manifest(host.folder(key)) for key in packages)
    digests = {entry.manifest for entry in packages.values()}
    remove_others(host, digests | {manifest_digest(manifest) for manifest in on_disk if manifest})


def _manifest(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except Diagnostics:
        return None
