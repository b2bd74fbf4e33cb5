"""Files that stand beside what was generated, saved pages, settings: found on disk, and changed by anybody."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from documents import BOTO3, CHANGES, REFERENCE

from codegen.diagnostics import Diagnostics
from codegen.documents.reading import read_document
from codegen.files.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from codegen.project import read_project
from codegen.vendoring.host import LOCK, Host
from codegen.vendoring.lockfile import read_lock
from fuzz.target import ROOT, Target, files


def _in_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """Read bytes where they are looked for: in a file of that name."""
    folder = Path(tempfile.mkdtemp(prefix="speccast-fuzz-"))

    def written(data: bytes) -> None:
        (folder / name).write_bytes(data)
        read(folder)

    return written


def _manifests() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((ROOT / "generated").glob("*/MANIFEST.json")))
    for operations in (None, ("Send",)):
        made = Manifest(
            generator="speccast 0",
            spec="a@1",
            spec_digest="0" * 64,
            release="1",
            operations=operations,
            requirements=("pydantic>=2",),
            files={"a.py": "0" * 64, "b/c.py": "1" * 64},
        )
        yield write_manifest(made).encode()
    yield b'{"self": ""}'


_ENTRY = {
    "spec": "a@1",
    "origin": "installed",
    "revision": None,
    "service": "a",
    "release": "1",
    "spec_sha256": "0" * 64,
    "operations": ["Send"],
    "checks": {"enum": "warn"},
    "generator": "speccast 0",
    "manifest": "0" * 64,
    "edited": {"a.py": "1" * 64},
}


def _locks() -> Iterator[bytes]:
    for version in (1, 2, 99):
        yield json.dumps({"version": version, "packages": {"src/a/_vendor": _ENTRY, "b": _ENTRY}}).encode()
    yield from (b"{}", b"[]", b"<<<<<<< a\n{}\n=======\n{}\n>>>>>>> b\n")


def _pages() -> Iterator[bytes]:
    for page in (REFERENCE, BOTO3, CHANGES):
        yield page.encode()
        yield f"<html><body><h1>x</h1><p>{page}</p></body></html>".encode()
    yield from files("data/documents/*.txt", "data/documents/*.html", "data/documents/*.md")
    yield from (b"\xff\xfe<\x00", b'<meta charset="utf-16">', b"<table>" * 500, b"# a\n```\n", b"<!--", b"&#xd800;")


def _settings() -> Iterator[bytes]:
    yield (ROOT / "pyproject.toml").read_bytes()
    yield b'[tool.speccast]\nspecs = ["a@1", { spec = "b", package = "c" }]\nout = "x"\n[tool.speccast.settings]\n'
    yield b"[tool]\nspeccast = 1\n"


TARGETS = (
    Target("manifest", _in_file(MANIFEST, read_manifest), (Diagnostics,), _manifests, is_json=True),
    Target("lock", _in_file(LOCK, lambda folder: read_lock(Host(folder))), (Diagnostics,), _locks, is_json=True),
    Target("page", _in_file("page.html", lambda folder: read_document(folder / "page.html")), (Diagnostics,), _pages),
    Target("settings", _in_file("pyproject.toml", read_project), (Diagnostics,), _settings),
)
