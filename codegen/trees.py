"""Files by path, on disk or in a git revision, behind one small protocol.

In: a folder, or a repository and a revision. Out: what stands there, read only. Steps are relative POSIX paths; "." is
the tree itself. Git is asked by its own command: it alone knows every way that a repository is stored.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn, Protocol

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.files.places import reading
from codegen.records import dataclass
from codegen.spec.source import read_regular_file, shown_path


class Tree(Protocol):
    def is_file(self, step: str) -> bool: ...

    def is_folder(self, step: str) -> bool: ...

    def children(self, step: str) -> tuple[str, ...]:
        """Name what is directly in a folder, sorted; nothing where no folder is."""
        ...

    def read(self, step: str) -> bytes: ...

    def shown(self, step: str) -> str:
        """Give the path as a user knows it."""
        ...

    def on_disk(self, step: str) -> Path | None: ...

    def commit(self) -> str | None:
        """Name the commit that the files are of; None where they are of none."""
        ...


@dataclass(frozen=True, slots=True)
class Disk:
    """The files beneath a folder."""

    root: Path

    def is_file(self, step: str) -> bool:
        with reading(self.root / step):
            return (self.root / step).exists() and not (self.root / step).is_dir()

    def is_folder(self, step: str) -> bool:
        with reading(self.root / step):
            return (self.root / step).is_dir()

    def children(self, step: str) -> tuple[str, ...]:
        with reading(self.root / step):
            return tuple(sorted(os.listdir(self.root / step))) if self.is_folder(step) else ()

    def read(self, step: str) -> bytes:
        return read_regular_file(self.root / step)

    def shown(self, step: str) -> str:
        return shown_path(self.root / step)

    def on_disk(self, step: str) -> Path | None:
        return self.root / step

    def commit(self) -> str | None:
        return None


# ---------------------------------------------------------------------------------------------------------------- git

_FILE_MODES = ("100644", "100755", "100664")


def is_git_path(text: str) -> bool:
    r"""`HEAD:specs` is one; `:specs` and `C:` are not, nor is `C:\specs` on Windows."""
    revision, colon, path = text.partition(":")
    return bool(revision and colon and path) and not Path(text).drive


@dataclass(frozen=True, slots=True)
class Git:
    """The files of one revision; `blobs` has the object of every file by its path from the top."""

    folder: Path
    revision: str
    prefix: str
    blobs: Mapping[str, str]
    folders: Mapping[str, tuple[str, ...]]
    commit_id: str | None = None
    """The commit that the revision means; a revision may be a tree, which is of none."""

    @classmethod
    def open(cls, folder: Path, revision: str) -> Git:
        """List a revision, in the repository around a folder."""
        prefix = _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")
        commit = _object(folder, revision, "commit")
        tree = commit or _object(folder, revision, "tree") or _refuse_revision(revision)
        listing = _git(folder, "ls-tree", "-r", "-z", "--full-tree", tree)
        blobs = _blobs(listing.decode("utf-8", "surrogateescape"))
        return cls(folder, revision, prefix, blobs, _folders(blobs), commit)

    def step_from_top(self, path: str) -> str:
        """`specs/x` counts from the top, `./x` and `../x` from the current folder, as in git."""
        from_here = path in (".", "..") or path.startswith(("./", "../"))
        parts: list[str] = []
        for part in PurePosixPath(self.prefix if from_here else "", path.replace("\\", "/")).parts:
            if part == ".." and parts:
                parts.pop()
            elif part not in ("..", "/"):
                parts.append(part)
        return "/".join(parts) or "."

    def is_file(self, step: str) -> bool:
        return step in self.blobs

    def is_folder(self, step: str) -> bool:
        return step in self.folders

    def children(self, step: str) -> tuple[str, ...]:
        return self.folders.get(step, ())

    def read(self, step: str) -> bytes:
        return _git(self.folder, "cat-file", "blob", self.blobs[step])

    def shown(self, step: str) -> str:
        return f"{self.revision}:{step}"

    def on_disk(self, step: str) -> Path | None:
        return None

    def commit(self) -> str | None:
        return self.commit_id


def _blobs(listing: str) -> dict[str, str]:
    """`100644 blob 5f3a...\\ta/b.json\\0` gives `a/b.json: 5f3a...`; links and submodules are left out."""
    entries = (entry.partition("\t") for entry in listing.split("\0") if entry)
    return {path: head.split()[2] for head, _, path in entries if head.split()[0] in _FILE_MODES}


def _folders(blobs: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {".": set()}
    for path in blobs:
        child = PurePosixPath(path)
        for parent in child.parents:
            names.setdefault(str(parent), set()).add(child.name)
            child = parent
    return {folder: tuple(sorted(children)) for folder, children in names.items()}


@cache
def _processes() -> Any:
    """Import what runs git when a revision is named: it takes a hundredth of a comparison of files."""
    return import_module("subprocess")


def _git(folder: Path, *arguments: str) -> bytes:
    done = _ran(folder, arguments)
    if done.returncode == 0:
        output: bytes = done.stdout
        return output
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    _refuse(f"git says: {said[0].removeprefix('fatal: ') if said else 'nothing'}")


def _object(folder: Path, revision: str, kind: str) -> str | None:
    """Give the id of the commit or tree that a revision means; None where it means none."""
    wanted = f"{revision}^{{{kind}}}"
    done = _ran(folder, ("rev-parse", "--verify", "--quiet", "--end-of-options", wanted))
    return done.stdout.decode().strip() if done.returncode == 0 else None


def _ran(folder: Path, arguments: tuple[str, ...]) -> Any:
    running = _processes()
    try:
        return running.run(("git", *arguments), cwd=folder, capture_output=True, stdin=running.DEVNULL)
    except FileNotFoundError:
        _refuse("git is not installed, and a spec is named by a revision")


def _refuse_revision(revision: str) -> NoReturn:
    _refuse(f"{quoted(revision)} is no revision of this git repository")


def _refuse(message: str) -> NoReturn:
    raise Diagnostics([Diagnostic("git", message)])
