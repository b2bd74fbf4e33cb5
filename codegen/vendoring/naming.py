"""Which spec a vendored package is made from: named by a user now, found again years later from any folder.

In: SPEC as a user writes it, the host project. Out: the one release that is meant, with a name that means the same to
everybody who works in the project: paths are relative to its root. Nothing is ever fetched.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.load import Found, carried, find
from codegen.project import Project, read_project
from codegen.vendoring.host import Host

Origin = Literal["project", "git", "installed", "file", "botocore"]
ORIGINS: Final[tuple[Origin, ...]] = ("project", "git", "installed", "file", "botocore")

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://.*|git@[^:/]+:.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """`spec` is how the lock file calls what was found."""

    spec: str
    origin: Origin
    found: Found


def name_spec(spec: str, host: Host, here: Path) -> Named:
    """Find the one release that a SPEC means, seen from a folder of the project."""
    if _URL.fullmatch(spec):
        message = f"{quoted(spec)} is a URL, and nothing is ever fetched: download it and name the file"
        raise Diagnostics([Diagnostic("url", message)])
    project = read_project(host.root)
    found = _only(spec, find([spec], project, base=here))
    if _may_mean_several(spec, found, here):
        message = f"{quoted(spec)} is a whole folder of services, and a package is of one; name it: {found.shown}"
        raise Diagnostics([Diagnostic("several-specs", message)])
    origin = _origin(spec, found, project, here)
    return Named(_as_seen_from_root(spec, origin, host, here), origin, found)


def find_again(spec: str, origin: Origin, host: Host) -> Named:
    """Find what the lock file names; a folder that is called like a service is not taken for it."""
    project = read_project(host.root)
    bases = {"project": project.root / "specs", "installed": carried()}
    return Named(spec, origin, _only(spec, find([spec], project, base=bases.get(origin, host.root))))


def _only(spec: str, found: tuple[Found, ...]) -> Found:
    if len(found) > 1:
        names = ", ".join(one.shown for one in found[:3]) + (" ..." if len(found) > 3 else "")
        message = f"{quoted(spec)} means {len(found)} specs: name one of them, {names}"
        raise Diagnostics([Diagnostic("several-specs", message)])
    return next(iter(found))


def _may_mean_several(spec: str, found: Found, here: Path) -> bool:
    """`specs` with a single service in it does not mean that service; the next one would make it ambiguous."""
    if spec == "all":
        return True
    if found.origin:
        origin, named = Path(os.path.normpath(found.origin)), Path(os.path.normpath(here / spec))
        return named.is_dir() and named not in (origin, origin.parent)
    path, meant = PurePosixPath(spec.partition(":")[2]), PurePosixPath(found.shown.partition(":")[2])
    return path.name not in ("", "..") and path.name.partition("@")[0] not in (meant.name, meant.parent.name)


def _origin(spec: str, found: Found, project: Project, here: Path) -> Origin:
    if found.origin is None:
        return "git"
    if spec.startswith("botocore:"):
        return "botocore"
    if (here / spec).exists():
        return "file"
    return "project" if found.origin.is_relative_to(project.root / "specs") else "installed"


def _as_seen_from_root(spec: str, origin: Origin, host: Host, here: Path) -> str:
    """`../specs/notes` in `src` gives `specs/notes`, `HEAD:./notes` gives `HEAD:./src/notes`; a service is no path."""
    if origin == "file":
        return _from_root(spec, host, here)
    revision, _, path = spec.partition(":")
    if origin == "git" and (path in (".", "..") or path.startswith(("./", "../"))):
        return f"{revision}:./{_from_root(path, host, here)}"
    return spec


def _from_root(path: str, host: Host, here: Path) -> str:
    try:
        return Path(os.path.relpath(here / path, host.root)).as_posix()
    except ValueError:  # on another drive of Windows
        return (here / path).as_posix()
