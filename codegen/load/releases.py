"""A place in a tree -> the releases that it holds: a file, the folder of a release, of a service, of services.

In: a tree, on disk or in git, and a step in it. Out: every release that is meant, `Found`; none where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.manifest import MANIFEST
from codegen.load.found import Found
from codegen.spec.files import BOTOCORE_FILES, ENDINGS, SpecFile
from codegen.trees import Tree

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def found_at(tree: Tree, step: str, spec: str) -> tuple[Found, ...]:
    """Find what a file or folder means that is there; one that holds no spec is refused."""
    found = (_release(tree, step),) if tree.is_file(step) else found_in(tree, step)
    if not found:
        message = "neither a spec nor a folder of specs: no *.json file in it, nor one or two folders further down"
        raise Diagnostics([Diagnostic("no-spec", message, Location(tree.shown(step)))])
    return found


def found_in(tree: Tree, step: str) -> tuple[Found, ...]:
    """Find one release; or the newest of a service; or the newest of each service; or those of a project's specs/."""
    if _spec_names(tree, step):
        return (_release(tree, step),)
    if newest := newest_release(tree, step):
        return (_release(tree, newest),)
    services = (newest_release(tree, _join(step, name)) for name in tree.children(step))
    found = tuple(_release(tree, newest) for newest in services if newest)
    shelf = _join(step, "specs")
    return found or (found_in(tree, shelf) if tree.is_folder(shelf) else ())


def found_service(tree: Tree, shelf: str, spec: str) -> tuple[Found, ...]:
    """Find `service` or `service@release` among the services of a shelf."""
    name, mark, release = spec.partition("@")
    if not is_step(name) or (mark and not is_step(release)):
        return ()
    folder = _join(shelf, name)
    step = _join(folder, release) if mark else newest_release(tree, folder)
    return (_release(tree, step),) if step and _spec_names(tree, step) else ()


def service_names(tree: Tree, shelf: str) -> Iterator[str]:
    """Give every name that `found_service` finds."""
    for name in tree.children(shelf):
        releases = release_names(tree, _join(shelf, name))
        if releases:
            yield name
        yield from (f"{name}@{release}" for release in releases)


def is_step(name: str) -> bool:
    """Tell a name of one folder from a path."""
    return name not in ("", ".", "..") and "/" not in name and "\\" not in name


def newest_release(tree: Tree, service: str) -> str | None:
    """Give the folder of the newest release, or None where a folder is no service's."""
    releases = release_names(tree, service)
    return _join(service, releases[-1]) if releases else None


def release_names(tree: Tree, service: str) -> list[str]:
    """Name the releases of a service, the newest last; a name that is no date counts as older than any that is."""
    names = (name for name in tree.children(service) if _spec_names(tree, _join(service, name)))
    return sorted(names, key=lambda name: (bool(_DATE.fullmatch(name)), name))


def _release(tree: Tree, step: str) -> Found:
    steps = _with_siblings(tree, step) if tree.is_file(step) else [_join(step, n) for n in _spec_names(tree, step)]
    files = (SpecFile(PurePosixPath(each).name, tree.shown(each), tree.read(each)) for each in steps)
    return Found(tree.shown(step), tuple(files), tree.on_disk(step), tree.commit())


def _with_siblings(tree: Tree, step: str) -> list[str]:
    """A model of botocore brings along what stands beside it; any other file stands alone."""
    path = PurePosixPath(step)
    if path.name not in _names_of(BOTOCORE_FILES[0]):
        return [step]
    folder = str(path.parent)
    return [step, *(_join(folder, name) for name in _botocore_names(tree, folder, BOTOCORE_FILES[1:]))]


def _spec_names(tree: Tree, folder: str) -> list[str]:
    """Names of the files that make a release; hidden files, JSON Schemas and generated packages are none."""
    if tree.is_file(_join(folder, MANIFEST)):
        return []
    if _botocore_names(tree, folder, BOTOCORE_FILES[:1]):
        return _botocore_names(tree, folder, BOTOCORE_FILES)
    return [
        name
        for name in tree.children(folder)
        if name.endswith(".json") and not name.startswith(".") and not name.endswith(".schema.json")
    ]


def _botocore_names(tree: Tree, folder: str, stems: Iterable[str]) -> list[str]:
    """Find the files of a release of botocore, each plain or packed."""
    there = tree.children(folder)
    found = (next((name for name in _names_of(stem) if name in there), None) for stem in stems)
    return [name for name in found if name]


def _names_of(stem: str) -> tuple[str, ...]:
    return tuple(stem + ending for ending in ENDINGS)


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
