"""Which generator this is: its version, and a digest of everything that decides what it prints.

In: the generator's own source and templates. Out: `generator()`, which manifests record, so that an edit of a template
makes what it printed stale. Rooms that cannot change the output (commands, diff, sandbox ...) do not count; that
nothing `pipeline` imports is left out is checked by `tests/test_architecture.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codegen.data import data_folder
from codegen.digests import sha256
from codegen.lineends import with_lf

VERSION = "0.1.0"

COUNTED = (
    "collecting.py",
    "data.py",
    "diagnostics.py",
    "digests.py",
    "lineends.py",
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
    digest = sha256()
    for name, path in sorted(_files()):
        with open(path, "rb", buffering=0) as stream:  # some hundreds, at every start
            content = with_lf(stream.read())
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, str]]:
    """Give every file that counts, by its path beneath the package or beside it."""
    code, templates = Path(__file__).parent, data_folder("templates")
    for room in COUNTED:
        found = str(code / room)
        yield from [(room, found)] if room.endswith(".py") else _beneath(found, room)
    for name, path in _beneath(str(templates), templates.name):
        if name.split("/")[1] not in _NOT_PRINTED:
            yield name, path


def _beneath(folder: str, name: str) -> Iterator[tuple[str, str]]:
    for entry in os.scandir(folder):
        inside = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from () if entry.name == "__pycache__" else _beneath(entry.path, inside)
        elif not entry.name.endswith(_NOT_SOURCE):
            yield inside, entry.path
