"""Whether a package is as one run of the generator left it, told from digests alone.

In: a spec's bytes, the folder of packages, the options. Out: the package's folder, or None when there may be something
to do. Nothing is parsed and nothing heavy is imported: this is what a run with nothing to do costs. A doubt is a None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.files.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from codegen.orders import Order
from codegen.version import generator


@dataclass(frozen=True, slots=True)
class Fresh:
    """A package folder with nothing to do; `files` counts the manifest."""

    folder: Path
    files: int


def fresh_package(order: Order) -> Fresh | None:
    """Find the package that this order gave, if every byte of it is still as it was."""
    for folder, manifest in _manifests(order.out):
        if _is_from(manifest, order) and _is_untouched(folder, manifest):
            return Fresh(folder, len(manifest.files) + 1)
    return None


def _manifests(out: Path) -> Iterator[tuple[Path, Manifest]]:
    """A manifest that cannot be believed is no reason to refuse: the longer way says what is wrong with it."""
    for path in sorted(out.glob(f"[!.]*/{MANIFEST}")):
        try:
            manifest = read_manifest(path.parent)
        except Diagnostics:
            continue
        if manifest:
            yield path.parent, manifest


def _is_from(manifest: Manifest, order: Order) -> bool:
    wanted = (generator(), order.digest, order.operations)
    return (manifest.generator, manifest.spec_digest, manifest.operations) == wanted


def _is_untouched(folder: Path, manifest: Manifest) -> bool:
    """Every file is as listed, the manifest as it was printed, and no killed run left its folder beside."""
    if any(folder.parent.glob(f".{folder.name}.speccast-*")):
        return False
    digests = {MANIFEST: hashlib.sha256(write_manifest(manifest).encode()).hexdigest(), **manifest.files}
    return all(_digest(folder / path) == digest for path, digest in digests.items())


def _digest(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()
