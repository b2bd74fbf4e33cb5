"""Other projects that put packages into the same folder: what they give is no orphan of this one's.

In: packages that no spec of the project gives, and the project. Out: those that another project gives. A manifest names
release and digest of a spec, not where it stood, so the other projects are asked: every pyproject.toml of the
repository with a table of ours whose packages go there. One that cannot be read may give any of them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.load.loaded import load_lazily
from codegen.orders import Order, orders
from codegen.project import FILE, Project, read_project
from codegen.spec import names

_TABLE = b"tool.speccast"
_FOREIGN = frozenset(("node_modules", "site-packages", "__pycache__"))
"""Folders that hold other people's projects, if any."""


def given_elsewhere(packages: Collection[Path], project: Project) -> frozenset[Path]:
    """Find the packages that another project of the repository gives."""
    return frozenset(
        package
        for file in _files(_top(packages, project))
        if file != project.file
        for package in _given(file, packages)
    )


def _top(packages: Collection[Path], project: Project) -> Path:
    """Give the top of the repository; without one, the folder that holds the project and the packages."""
    common = Path(os.path.commonpath([project.root.resolve(), *(package.parent.resolve() for package in packages)]))
    return next((folder for folder in (common, *common.parents) if os.path.lexists(folder / ".git")), common)


def _files(top: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(top):
        below[:] = [] if "pyvenv.cfg" in files else [one for one in below if one[0] != "." and one not in _FOREIGN]
        path = Path(folder, FILE)
        if FILE in files and path.is_file() and _TABLE in path.read_bytes():
            yield path


def _given(file: Path, packages: Collection[Path]) -> Iterator[Path]:
    """Give those of the packages that one project gives, or may give."""
    try:
        project = read_project(file.parent)
        outs = {settings.out.resolve() for settings in (project.settings, *(one.settings for one in project.entries))}
        there = [package for package in packages if project.file == file and package.parent.resolve() in outs]
        given = {_folder(order) for order in orders((), project)} if there else frozenset[Path]()
    except Diagnostics:
        yield from packages
        return
    yield from (package for package in there if package.resolve() in given)


def _folder(order: Order) -> Path:
    return order.out.resolve() / (order.package or names.package(load_lazily(order.found).model.service.name))
