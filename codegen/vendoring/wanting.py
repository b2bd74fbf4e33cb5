"""What a vendored package is to be, and why the one that is there is not that; nothing is rendered to tell.

In: a spec that was found, the place of the package, an entry of the lock file. Out: `Wanted`, and reasons in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from codegen.diagnostics import printable, quoted
from codegen.files.manifest import Manifest
from codegen.orders import Order
from codegen.overrides import read_overrides
from codegen.project import read_project
from codegen.vendoring.host import Host
from codegen.vendoring.lockfile import Entry
from codegen.vendoring.naming import Named
from codegen.version import generator

COMMAND = "speccast vendor update"
"""What the first line of every file says to run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a package is to be; `order` has the spec, the operations and the checks."""

    named: Named
    order: Order


def want(host: Host, key: str, named: Named, operations: tuple[str, ...] | None) -> Wanted:
    """Say what a package is to be, with the project's checks and templates."""
    path, project = PurePosixPath(key), read_project(host.root)
    order = Order(
        found=named.found,
        out=host.root / path.parent,
        package=path.name,
        operations=tuple(sorted(set(operations))) if operations else None,
        checks=project.settings.checks,
        command=COMMAND,
        overrides=read_overrides(project.templates),
    )
    return Wanted(named, order)


def reasons(entry: Entry, wanted: Wanted, manifest: Manifest | None) -> tuple[str, ...]:
    """Say what makes a package stale; nothing for one that is as it would be generated now."""
    found = tuple(_reasons(entry, wanted))
    if found or manifest is None or manifest.spec_digest == wanted.order.digest:
        return found
    return ("the templates that [tool.speccast] names changed",)


def _reasons(entry: Entry, wanted: Wanted) -> Iterator[str]:
    order = wanted.order
    if entry.spec != wanted.named.spec:
        yield f"the spec is {quoted(wanted.named.spec)} from now on, {quoted(entry.spec)} no more"
    elif entry.spec_sha256 != order.found.digest:
        yield f"the spec {quoted(entry.spec)} changed"
    if entry.generator != generator():
        yield f"the generator changed, from {printable(entry.generator)} to {generator()}"
    if entry.operations != order.operations:
        yield "other operations are wanted"
    if entry.checks != order.checks:
        yield "the checks in [tool.speccast] changed"
