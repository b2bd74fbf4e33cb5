"""Two SPECs as a user names them -> what lies between them.

In: names, the project, what narrows the comparison. Out: `Report`s, or what an API change feed says, or `Diagnostics`:
a name that means several releases, a spec with errors, two different services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING

from codegen.diagnostics import Diagnostic, Diagnostics, Level, quoted
from codegen.diff.findings import Report, Side
from codegen.diff.report import diff, pair_of, refuse_two_services
from codegen.load import Found, find
from codegen.load.loaded import Loaded, load_both_lazily, load_lazily
from codegen.project import Project
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.diff.additive import Additive

_BORNE = ("enum-refuses-own-value",)
"""Faults that real models have and a comparison sees through: an enum is what its pattern leaves of it."""

Operations = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was read; `spec` is what the user called it."""

    spec: str
    loaded: Loaded

    @property
    def side(self) -> Side:
        return Side(self.spec, self.loaded.name, lambda: self.loaded.found.digest)


def read_release(spec: str, project: Project) -> Release:
    """Read the one release that a SPEC means."""
    return _sound(spec, load_lazily(_meant(spec, project)))


def read_releases(old: str, new: str, project: Project) -> tuple[Release, Release]:
    """Read the two releases that are to be compared; what large models have alike is parsed once."""
    was, now = load_both_lazily(_meant(old, project), _meant(new, project))
    return _sound(old, was), _sound(new, now)


def _meant(spec: str, project: Project) -> Found:
    found, *more = find([spec], project)
    if more:
        names = ", ".join(one.shown for one in (found, *more[:2])) + (" ..." if len(more) > 2 else "")
        message = f"{quoted(spec)} means {len(more) + 1} specs: name one of them, {names}"
        raise Diagnostics([Diagnostic("several-specs", message)])
    return found


def _sound(spec: str, loaded: Loaded) -> Release:
    findings = _checker()(loaded.model) if loaded.form == "speccast" else ()
    faults = [one for one in findings if one.level is Level.ERROR and one.rule not in _BORNE]
    if faults:
        raise Diagnostics(faults, loaded.locate)
    return Release(spec, loaded)


def _checker() -> Callable[[ir.Model], Iterable[Diagnostic]]:
    """Import the rules for specs of ours when there is one: with them come the engines of all patterns."""
    check: Callable[[ir.Model], Iterable[Diagnostic]] = import_module("codegen.spec.check").check_model
    return check


def review(old: Release, new: Release, operations: Operations = None, *, places: bool = True) -> Report:
    """Compare two releases; without `places` no line of a file is looked up."""
    locate = (old.loaded.locate, new.loaded.locate) if places else None
    ends = (old.side, old.loaded.model), (new.side, new.loaded.model)
    try:
        return diff(*ends, operations=operations, locate=locate)
    except RecursionError:
        sides = f"{quoted(old.spec)} or {quoted(new.spec)}"
        message = f"{sides} cannot be compared: a list or map holds nothing but itself, or types nest too deep"
        raise Diagnostics([Diagnostic("too-deep", message)]) from None


def feed(old: Release, new: Release, operations: Operations = None) -> Additive:
    """Tell what an API change feed would."""
    refuse_two_services((old.side, old.loaded.model), (new.side, new.loaded.model))
    pair = pair_of(old.loaded.model, new.loaded.model, operations)
    found: Additive = import_module("codegen.diff.additive").additive(pair.old, pair.new)
    return found


def steps(specs: Sequence[str], project: Project) -> tuple[Release, ...]:
    """Read a range of releases: those named; and of two that stand side by side, those between them as well."""
    if len(specs) != 2:
        return tuple(read_release(spec, project) for spec in specs)
    first, last = read_releases(specs[0], specs[1], project)
    return (first, *(read_release(spec, project) for spec in _between(first, last)), last)


def _between(old: Release, new: Release) -> list[str]:
    """Name the releases whose folders stand between two; dates sort as they follow each other."""
    first, last = old.loaded.found.origin, new.loaded.found.origin
    if first is None or last is None or first.parent != last.parent or not first.is_dir():
        return []
    names = sorted(path.name for path in first.parent.iterdir() if path.is_dir())
    return [shown_path(first.parent / name) for name in names if first.name < name < last.name]


def reviews(releases: Sequence[Release]) -> tuple[Report, ...]:
    """Compare each release with the one before."""
    return tuple(review(old, new, places=False) for old, new in pairwise(releases))
