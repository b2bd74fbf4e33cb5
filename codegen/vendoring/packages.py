"""A vendored package as it stands on disk, before an update: what of it was edited, and what it was before that.

In: an entry of the lock file, and what would be generated now. Out: `Package`, or `Diagnostics` for one that neither
the lock file explains nor an update that was killed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics
from codegen.files.manifest import MANIFEST, Manifest, is_unreadable, manifest_digest, read_manifest
from codegen.files.output import edited
from codegen.files.places import refuse
from codegen.vendoring.archive import Base, read_base
from codegen.vendoring.checking import RESTORE, mismatch
from codegen.vendoring.host import Host
from codegen.vendoring.lockfile import Entry
from codegen.vendoring.making import Made, make
from codegen.vendoring.naming import Named, find_again
from codegen.vendoring.wanting import want
from codegen.version import generator


@dataclass(frozen=True, slots=True)
class Package:
    """`edits` has path and digest; `manifest` is None where there is no package, `base` where nobody knows."""

    folder: Path
    manifest: Manifest | None
    edits: Mapping[str, str]
    base: Base | None


def package_of(host: Host, key: str, entry: Entry, made: Made) -> Package:
    """Read what is there; a manifest that neither the lock file nor this very update explains is refused."""
    folder = host.folder(key)
    manifest = _believed(folder)
    if manifest is None:
        return Package(folder, None, {}, None)
    now = manifest_digest(manifest)
    if now == manifest_digest(made.manifest):
        base: Base | None = made.base
    elif now == entry.manifest:
        base = read_base(host, manifest, entry.spec_sha256) or _made_anew(host, key, entry)
    else:
        raise Diagnostics([mismatch(folder)])
    return Package(folder, manifest, edited(folder), base)


def _believed(folder: Path) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        place = fault.location(fault.found[0].place)
        message = f"changed by hand, or half a merge; {RESTORE}"
        raise Diagnostics([Diagnostic("manifest", message, place)]) from None
    if manifest is None and os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        refuse("manifest", f"not there; {RESTORE}", folder / MANIFEST)
    return manifest


def _made_anew(host: Host, key: str, entry: Entry) -> Base | None:
    """Generate once more what was generated, where spec and generator are still the same."""
    if entry.generator != generator():
        return None
    for named in _candidates(host, entry):
        if named.found.digest == entry.spec_sha256:
            wanted = want(host, key, named, entry.operations)
            made = make(replace(wanted, order=replace(wanted.order, checks=entry.checks)))
            return made.base if manifest_digest(made.manifest) == entry.manifest else None
    return None


def _candidates(host: Host, entry: Entry) -> Iterator[Named]:
    """The spec where the lock file says, or as it was at the commit that was vendored."""
    specs = [entry.spec]
    if entry.origin == "git" and entry.revision:
        specs.append(f"{entry.revision}:{entry.spec.partition(':')[2]}")
    for spec in specs:
        try:
            yield find_again(spec, entry.origin, host)
        except Diagnostics:
            continue
