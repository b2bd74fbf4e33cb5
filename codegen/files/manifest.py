"""The manifest: what one run of the generator wrote, so that the next one can tell its own files from a user's.

In: what was generated (`Manifest`), or a package folder. Out: the text of its `MANIFEST.json`, or what that file says.

On disk the manifest is untrusted: it decides what may be deleted. It carries a digest of itself, so a change by hand
(or half a merge) is refused by name, and its paths are checked as those of a product are.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Place, quoted
from codegen.digests import sha256
from codegen.lineends import with_lf
from codegen.records import dataclass
from codegen.spec.source import Source, read_regular_file, read_source, shown_path

if TYPE_CHECKING:
    from codegen.spec.ir import Json

MANIFEST = "MANIFEST.json"
_ABOUT = "What speccast generated here, so that it can tell its own files from yours: do not edit."
_REMEDY = "restore it from version control, or run generate with --force to write it anew"
_BLOCK = 1 << 16
"""More than most products have; each read makes room for as much."""
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`spec` is name@release; `operations` is None for all of them; `files` maps each product's path to its digest."""

    generator: str
    spec: str
    spec_digest: str
    release: str
    operations: tuple[str, ...] | None
    requirements: tuple[str, ...]
    files: Mapping[str, str]


def digest(text: str) -> str:
    """Give the sha256 of a product's text, in hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()


def file_digest(path: Path) -> str | None:
    """Digest a file as `digest` does its text, CRLF read as LF; None where no regular file stands, links included.

    Git may check text out with CRLF. That is no edit, and reading it so hides none: no product has a raw CR (see
    `output.write`), so only a copy that differs in line ends alone has a product's digest.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(open_itself(path, os.O_RDONLY), "rb", buffering=0) as stream:
            return _digest_text(stream) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def open_itself(path: Path, flags: int, mode: int = 0o644) -> int:
    """Open what stands at a path: not what a link points to, not waiting for a pipe, not with Windows' line ends."""
    plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags | plain, mode)


def _digest_text(stream: RawIOBase) -> str:
    found, held = sha256(), b""
    while block := stream.read(_BLOCK):
        block = held + block
        held = b"\r" if block.endswith(b"\r") else b""  # its LF may come with the next block
        found.update(with_lf(block.removesuffix(held)))
    found.update(held)
    return found.hexdigest()


def write_manifest(manifest: Manifest) -> str:
    """Print the manifest: keys in a fixed order, files sorted, and last a digest of all before it."""
    return json.dumps({**_content(manifest), "self": manifest_digest(manifest)}, indent=2) + "\n"


def manifest_digest(manifest: Manifest) -> str:
    """Give what the printed manifest has as "self": it names this manifest, however its file is laid out."""
    return _self_digest(_content(manifest))


def _content(manifest: Manifest) -> dict[str, Json]:
    return {
        "about": _ABOUT,
        "generator": manifest.generator,
        "spec": manifest.spec,
        "spec_digest": manifest.spec_digest,
        "release": manifest.release,
        "operations": None if manifest.operations is None else [*manifest.operations],
        "requirements": [*manifest.requirements],
        "files": {path: manifest.files[path] for path in sorted(manifest.files)},
    }


def _self_digest(content: Mapping[str, Json]) -> str:
    """Digest values, not bytes: a change of line ends or indentation is no change of the manifest."""
    rest = {key: value for key, value in content.items() if key != "self"}
    return digest(json.dumps(rest, sort_keys=True, separators=(",", ":")))


# ----------------------------------------------------------------------------------------------------------- reading


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a package folder; None when there is none."""
    path = folder / MANIFEST
    if not _stands(path):
        return None
    try:
        source = read_source(shown_path(path), read_regular_file(path))
    except Diagnostics as fault:
        if is_unreadable(fault):
            raise
        first = fault.found[0]
        why = "its top level is no object" if first.rule == "not-an-object" else first.message
        raise Diagnostics([Diagnostic("manifest", f"{why}; {_REMEDY}", first.place)]) from None
    return _Reader(source).manifest()


def is_unreadable(fault: Diagnostics) -> bool:
    """Tell what nobody let us read, which may be as it should, from what was read and is not."""
    return fault.found[0].rule == "unreadable"


def _stands(path: Path) -> bool:
    try:
        is_link = stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as fault:
        message = f"cannot be read: {(fault.strerror or str(fault)).lower()}"
        raise Diagnostics([Diagnostic("unreadable", message, Location(shown_path(path)))]) from None
    if is_link:
        _refuse(f"a symbolic link stands where the manifest belongs; {_REMEDY}", Location(shown_path(path)))
    return True


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of the file, each checked; nothing in it is believed before its own digest fits."""

    source: Source

    def manifest(self) -> Manifest:
        content = self.source.value
        if not isinstance(content, dict) or content.get("self") != _self_digest(content):
            self.refuse(f"the manifest was changed by hand; {_REMEDY}")
        return Manifest(
            generator=self.text(content, "generator"),
            spec=self.text(content, "spec"),
            spec_digest=self.text(content, "spec_digest"),
            release=self.text(content, "release"),
            operations=None if content.get("operations") is None else self.texts(content, "operations"),
            requirements=self.texts(content, "requirements"),
            files=self.files(content),
        )

    def text(self, content: dict[str, Json], key: str) -> str:
        value = content.get(key)
        if not isinstance(value, str):
            self.refuse(f"{quoted(key)} must be a string; {_REMEDY}", key)
        return value

    def texts(self, content: dict[str, Json], key: str) -> tuple[str, ...]:
        value = content.get(key)
        if not isinstance(value, list):
            self.refuse(f"{quoted(key)} must be a list of strings; {_REMEDY}", key)
        texts = tuple(item for item in value if isinstance(item, str))
        if len(texts) != len(value):
            self.refuse(f"{quoted(key)} must be a list of strings; {_REMEDY}", key)
        return texts

    def files(self, content: dict[str, Json]) -> dict[str, str]:
        value = content.get("files")
        if not isinstance(value, dict):
            self.refuse(f'"files" must be an object; {_REMEDY}', "files")
        found: dict[str, str] = {}
        for path, told in value.items():
            if fault := path_fault(path):
                self.refuse(f"{quoted(path)} is no path of a product: {fault}; {_REMEDY}", "files", path)
            if not isinstance(told, str) or not _SHA256.fullmatch(told):
                self.refuse(f"the digest of {quoted(path)} is not a sha256; {_REMEDY}", "files", path)
            found[path] = told
        return found

    def refuse(self, message: str, *pointer: str) -> NoReturn:
        _refuse(message, self.source.locate(Place(self.source.path, pointer)))


def path_fault(path: str) -> str | None:
    """Say what keeps a relative POSIX path from naming a file inside the package folder; `a/../b` gives `has ".."`."""
    parts = path.split("/")
    if not path.isprintable() or "\\" in path or ":" in path:
        return "has a character that no product's name has"
    if PurePosixPath(path).is_absolute():
        return "is absolute"
    if ".." in parts:
        return 'has ".."'
    if "" in parts or "." in parts:
        return "has an empty step"
    return None


def _refuse(message: str, place: Location) -> NoReturn:
    raise Diagnostics([Diagnostic("manifest", message, place)])
