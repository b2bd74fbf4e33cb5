"""A vendored package taken out of its project again.

In: DEST, the lock file. Out: the package is gone, then its entry, then its archive; a user's own files in the folder
stay. A kill between any two leaves what the same command finishes: without a manifest nothing in a folder is ours.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from codegen.files.manifest import MANIFEST
from codegen.files.output import remove as remove_folder
from codegen.vendoring.host import Host, changing, chosen
from codegen.vendoring.lockfile import Entry, read_lock, write_lock
from codegen.vendoring.settling import healed, tidy


@dataclass(frozen=True, slots=True)
class Removed:
    """`paths` has what was deleted; `left` says that files of the user's own keep the folder."""

    key: str
    entry: Entry
    paths: tuple[str, ...]
    left: bool


def remove(host: Host, dest: str, here: Path, *, force: bool = False) -> Removed:
    """Remove one package; what was edited by hand is refused unless forced."""
    with changing(host):
        packages = read_lock(host)
        tidy(host, packages)
        (key,) = chosen(host, [dest], here, packages)
        folder = host.folder(key)
        healed(folder)
        paths = remove_folder(folder, force=force) if os.path.lexists(folder / MANIFEST) else ()
        rest = {each: entry for each, entry in packages.items() if each != key}
        write_lock(host, rest)
        tidy(host, rest)
    return Removed(key, packages[key], paths, os.path.lexists(folder))
