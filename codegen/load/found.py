"""One release as it was found: its names and bytes, enough to tell that nothing changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from codegen.digests import sha256
from codegen.lineends import with_lf
from codegen.records import dataclass
from codegen.spec.files import SpecFile


@dataclass(frozen=True, slots=True)
class Found:
    """One release before it is read as a model; `origin` is where it stands on disk, None in git; `commit` is git's."""

    shown: str
    files: tuple[SpecFile, ...]
    origin: Path | None
    commit: str | None = None

    @property
    def digest(self) -> str:
        return digest_of(self.files)


def digest_of(files: Iterable[SpecFile]) -> str:
    """Digest names and bytes, in the order of the names; nothing is parsed."""
    digest = sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(file.name.encode("utf-8", "surrogateescape") + b"\0" + _as_committed(file) + b"\0")
    return digest.hexdigest()


def _as_committed(file: SpecFile) -> bytes:
    """A checkout may have other line ends than the repository; in JSON they stand between values alone."""
    return file.content if file.name.endswith(".gz") else with_lf(file.content)
