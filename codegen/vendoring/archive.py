"""What was generated, kept beside the lock file: without it an edit by hand could not be told from a change of ours.

In: the files of a package as they were generated, and of the spec they came from. Out: `.speccast/vendor/<digest>.xz`,
named for the package's manifest, so that package and archive can never be mistaken for each other's; read back, every
file is held against that manifest. What does not fit, or would be too large, is as good as not there.
"""

from __future__ import annotations

import base64
import json
import lzma
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.files.manifest import Manifest, digest, is_unreadable, manifest_digest
from codegen.files.places import blocked_parent, reading, refuse, writing
from codegen.load import digest_of
from codegen.spec.files import SpecFile
from codegen.spec.source import MAX_BYTES, read_regular_file, read_source, shown_path
from codegen.vendoring.atomic import replace_file
from codegen.vendoring.host import Host

FOLDER = ".speccast/vendor"
_FORMAT = 1
_MEMORY = 64 * 1024 * 1024
_OURS = re.compile(r"[0-9a-f]{16}\.xz|\.[0-9a-f]{16}\.xz\.speccast-[0-9a-f]{16}")
"""An archive, or what a killed run left of one."""


@dataclass(frozen=True, slots=True)
class Base:
    """What a package was before anybody edited it, and its spec; `files` is without the manifest."""

    files: Mapping[str, str]
    spec: tuple[SpecFile, ...]


def archive_path(host: Host, manifest: str) -> Path:
    """Name the archive of the package that has this manifest."""
    return host.root / FOLDER / f"{manifest[:16]}.xz"


def write_base(host: Host, manifest: Manifest, base: Base) -> None:
    """Keep a package as it was generated; what is there already and sound stays, whoever packed it."""
    if read_base(host, manifest, digest_of(base.spec)):
        return
    path = archive_path(host, manifest_digest(manifest))
    _refuse_link_on_the_way(host, path)
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, _packed(base))


def read_base(host: Host, manifest: Manifest, spec_sha256: str) -> Base | None:
    """Read back what a manifest lists; None where it is not there, or anything in it is not as it was."""
    base = _read(host, archive_path(host, manifest_digest(manifest)))
    fits = base and {each: digest(text) for each, text in base.files.items()} == dict(manifest.files)
    return base if base and fits and digest_of(base.spec) == spec_sha256 else None


def packed_paths(host: Host, manifest: str) -> frozenset[str] | None:
    """Name the files of a package whose own manifest is lost; None where nobody knows."""
    base = _read(host, archive_path(host, manifest))
    return frozenset(base.files) if base else None


def _read(host: Host, path: Path) -> Base | None:
    with reading(path):
        if _blocked(host, path) or path.is_symlink() or not path.exists():
            return None
    try:
        return _unpacked(shown_path(path), read_regular_file(path))
    except ValueError:
        return None
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        return None


def remove_others(host: Host, manifests: Collection[str]) -> None:
    """Remove the archives of packages that are there no more, and the folder with the last one. Hold the lock."""
    wanted = {archive_path(host, each).name for each in manifests}
    folder = host.root / FOLDER
    if _blocked(host, folder / "x"):
        return
    with reading(folder), suppress(FileNotFoundError):
        others = [name for name in os.listdir(folder) if _OURS.fullmatch(name) and name not in wanted]
        with writing(folder):
            for name in others:
                (folder / name).unlink(missing_ok=True)
    for each in (folder, folder.parent):
        with suppress(OSError):  # there is more in it, or it is not there
            each.rmdir()


def _blocked(host: Host, path: Path) -> Path | None:
    return blocked_parent(host.root, path.relative_to(host.root).as_posix())


def _refuse_link_on_the_way(host: Host, path: Path) -> None:
    if blocked := _blocked(host, path):
        refuse("archive", "no folder, but speccast keeps here what it generated; remove it", blocked)


# ------------------------------------------------------------------------------------------------------------- packing


def _packed(base: Base) -> bytes:
    content = {
        "format": _FORMAT,
        "files": dict(base.files),
        "spec": {file.name: base64.b64encode(file.content).decode() for file in base.spec},
    }
    return lzma.compress(json.dumps(content, sort_keys=True).encode(), format=lzma.FORMAT_XZ)


def _unpacked(shown: str, packed: bytes) -> Base | None:
    """Unpack at most one byte more than a spec may have: reading refuses it, and no more was ever made."""
    unpacking = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        content = unpacking.decompress(packed, MAX_BYTES + 1)
    except (lzma.LZMAError, EOFError):
        return None
    value = read_source(shown, content).value if unpacking.eof else None
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        return None
    files, spec = value.get("files"), value.get("spec")
    if not isinstance(files, dict) or not isinstance(spec, dict):
        return None
    contents = {name: base64.b64decode(str(content), validate=True) for name, content in spec.items()}
    return Base(
        files={path: str(text) for path, text in files.items()},
        spec=tuple(SpecFile(name, name, content) for name, content in contents.items()),
    )
