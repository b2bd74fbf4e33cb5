"""Which generator this is: its version, and a digest of everything that decides what it prints.

In: the generator's own source and templates. Out: `generator()`, which manifests record, so that an edit of a template
makes what it printed stale. Rooms that cannot change the output (commands, diff, sandbox ...) do not count; that
nothing `pipeline` imports is left out is checked by `tests/test_architecture.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codegen.data import data_folder

VERSION = "0.1.0"

COUNTED = (
    "collecting.py",
    "data.py",
    "diagnostics.py",
    "overrides.py",
    "pipeline.py",
    "records.py",
    "version.py",
    "spec",
    "emit",
    "files",
)
"""Modules and rooms of `codegen` that decide what is printed."""

_NOT_PRINTED = ("pages", "starter")
"""Templates of what a browser shows, and the project to start from."""

_NOT_SOURCE = (".pyc", ".pyo")


def generator() -> str:
    """`0.1.0+1f0c9a2b3d4e`."""
    return f"{VERSION}+{fingerprint()[:12]}"


@cache
def fingerprint() -> str:
    """Digest source and templates; the same in a checkout and in a wheel, with either kind of line ends."""
    digest = hashlib.sha256()
    for name, path in sorted(_files()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    code, templates = Path(__file__).parent, data_folder("templates")
    for room in COUNTED:
        yield from _beneath(code / room, code)
    for folder in (folder for folder in templates.iterdir() if folder.name not in _NOT_PRINTED):
        yield from _beneath(folder, templates.parent)


def _beneath(folder: Path, base: Path) -> Iterator[tuple[str, Path]]:
    """Name each file relative to `base`; a file alone is its own folder."""
    for path in (folder, *folder.rglob("*")):
        if path.is_file() and path.suffix not in _NOT_SOURCE and "__pycache__" not in path.parts:
            yield path.relative_to(base).as_posix(), path
