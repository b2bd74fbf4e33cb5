"""A vendored package made from its spec, and what the lock file is to say of it.

In: what is `Wanted`. Out: `Made`; nothing is written. What renders is imported here and nowhere else in this room but
in `adding` and `updating`: checking costs little.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen.diagnostics import Diagnostic
from codegen.files.manifest import MANIFEST, Manifest, manifest_digest
from codegen.upkeep import render_all
from codegen.vendoring.archive import Base
from codegen.vendoring.lockfile import Entry
from codegen.vendoring.wanting import Wanted
from codegen.version import generator


@dataclass(frozen=True, slots=True)
class Made:
    """A package as it was generated just now; `files` has the manifest too."""

    wanted: Wanted
    name: str
    files: Mapping[str, str]
    manifest: Manifest
    warnings: tuple[Diagnostic, ...] = field(default=())

    @property
    def base(self) -> Base:
        files = {path: text for path, text in self.files.items() if path != MANIFEST}
        return Base(files, self.wanted.named.found.files)


def make(wanted: Wanted) -> Made:
    """Generate the package; nothing is written."""
    (rendered,) = render_all([wanted.order])
    files = rendered.product.files
    return Made(wanted, rendered.spec, files, _manifest_of(files), rendered.warnings)


def entry_of(made: Made, edited: Mapping[str, str]) -> Entry:
    """Say what the lock file is to have, edits by hand included that the package keeps."""
    named, order = made.wanted.named, made.wanted.order
    return Entry(
        spec=named.spec,
        origin=named.origin,
        revision=named.found.commit,
        service=made.name.partition("@")[0],
        release=made.manifest.release,
        spec_sha256=named.found.digest,
        operations=order.operations,
        checks=order.checks,
        generator=generator(),
        manifest=manifest_digest(made.manifest),
        edited=dict(edited),
    )


def _manifest_of(files: Mapping[str, str]) -> Manifest:
    """Read a manifest of ours, which nobody can have changed yet."""
    content = json.loads(files[MANIFEST])
    operations = content["operations"]
    return Manifest(
        generator=content["generator"],
        spec=content["spec"],
        spec_digest=content["spec_digest"],
        release=content["release"],
        operations=None if operations is None else tuple(operations),
        requirements=tuple(content["requirements"]),
        files=content["files"],
    )
