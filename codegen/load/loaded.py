"""A release that was found -> its model.

In: `Found`. Out: `Loaded`, or `Diagnostics`; what a foreign model contradicts itself in is not enforced, but told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from codegen.diagnostics import Diagnostic, Diagnostics, Locate
from codegen.forms import Read, read_both_lazily, read_files, read_files_lazily
from codegen.load.found import Found
from codegen.load.meaning import carried, find
from codegen.project import Project
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.files import Form
from codegen.spec.source import locator

if TYPE_CHECKING:
    from codegen.importers.settling import Settled


@dataclass(frozen=True, slots=True)
class Loaded:
    """One release as a model; `name` is `service@release`, `warnings` say where a foreign model contradicts itself."""

    name: str
    model: ir.Model
    locate: Locate
    found: Found
    form: Form = "speccast"
    warnings: tuple[Diagnostic, ...] = ()


def resolve(specs: Sequence[str], project: Project) -> tuple[Loaded, ...]:
    """Find and read every release that is meant; with no SPEC, what the project says."""
    return tuple(load(found) for found in find(specs, project))


def load(found: Found) -> Loaded:
    """Read one release, of whichever form it is; what a foreign model contradicts itself in is not enforced."""
    loaded = _loaded(found, read_files(found.files))
    if loaded.form == "speccast":
        return loaded
    settled = _settler()(loaded.model)
    return replace(loaded, model=settled.model, warnings=settled.warnings)


def _settler() -> Callable[[ir.Model], Settled]:
    """Import what judges a foreign model when there is one, for its rules take as long as a small spec does."""
    settle: Callable[[ir.Model], Settled] = import_module("codegen.importers.settling").settle
    return settle


def load_sound(found: Found) -> Loaded:
    """Read one release, and refuse it if it has errors; specs that come with speccast have none, as its tests see."""
    loaded = load(found)
    if found.origin and found.origin.is_relative_to(carried()):
        return loaded
    findings = (*loaded.warnings, *_checker()(loaded.model))
    whole = Diagnostics(findings, loaded.locate) if findings else None
    if whole and whole.errors:
        raise whole
    return loaded


def _checker() -> Callable[[ir.Model], Iterable[Diagnostic]]:
    """Import the rules when there is a spec to check: with them come the engines of all patterns."""
    check: Callable[[ir.Model], Iterable[Diagnostic]] = import_module("codegen.spec.check").check_model
    return check


def load_lazily(found: Found) -> Loaded:
    """Read one release; of a large model what is asked for, and what is wrong elsewhere in it is never told."""
    return _loaded(found, read_files_lazily(found.files))


def load_both_lazily(old: Found, new: Found) -> tuple[Loaded, Loaded]:
    """Read two releases that are to be compared, each as `load_lazily` does; faults of both are reported together."""
    was, now = read_both_lazily(old.files, new.files)
    return _loaded(old, was), _loaded(new, now)


def _loaded(found: Found, read: Read) -> Loaded:
    service = read.model.service
    return Loaded(
        name=f"{service.name.raw}@{service.release.raw}",
        model=read.model,
        locate=locator(read.sources),
        found=found,
        form=read.form,
    )
