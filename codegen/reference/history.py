"""The releases of a service beside each other -> in which of them a subject came, and what changed of it.

In: a release that was read, or several models by their names, oldest first. Out: `History`.

    history = history_of(loaded)
    history.releases                         ("2024-11-15", "2024-12-05")
    history.having(subject)                  the releases that have it, oldest first
    history.changes(subject)                 what changed of it, oldest first

What changed is what `speccast diff` finds between neighbours. A release that cannot be read is named in `unread`, and
those on either side of it are compared with each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.diff.findings import Finding, Side
from codegen.diff.report import diff
from codegen.load import find
from codegen.load.loaded import Loaded, load_lazily
from codegen.project import Project, Settings
from codegen.reference.subjects import Kind, Subject, told_of
from codegen.spec import ir


@dataclass(frozen=True, slots=True)
class Release:
    """A release by its name, which is its date where it has one."""

    name: str
    model: ir.Model


@dataclass(frozen=True, slots=True)
class Change:
    """What changed from the release `old` to `new`, as `diff` has it."""

    old: str
    new: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class History:
    """All releases, oldest first; `by_path` has what changed, by the path that `diff` gives it."""

    beside: tuple[Release, ...]
    by_path: Mapping[str, tuple[Change, ...]]
    unread: tuple[str, ...] = ()

    @property
    def releases(self) -> tuple[str, ...]:
        return tuple(release.name for release in self.beside)

    def having(self, subject: Subject) -> tuple[str, ...]:
        """Name the releases that have a subject."""
        return tuple(one.name for one in self.beside if told_of(one.model, subject) is not None)

    def changes(self, subject: Subject) -> tuple[Change, ...]:
        """Give what changed of a subject itself; of a value, its coming and going."""
        if subject.kind is Kind.VALUE:
            told = self.by_path.get(subject.name, ())
            return tuple(one for one in told if subject.part in (one.finding.old, one.finding.new))
        return tuple(one for one in self.by_path.get(subject.path, ()) if _is_of(one.finding, subject))


def _is_of(finding: Finding, subject: Subject) -> bool:
    """Tell things of one name apart: pages are written under the name of their operation, say."""
    area = finding.rule.partition(".")[0]
    own = {Kind.PAGINATOR: ("paginator",), Kind.WAITER: ("waiter",), Kind.EVENT: ("event",)}.get(subject.kind)
    return area in own if own else area not in ("paginator", "waiter", "event")


def compare(releases: Sequence[Release], unread: tuple[str, ...] = ()) -> History:
    """Compare each release with the one before."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for old, new in pairwise(releases):
        for finding in diff((_side(old), old.model), (_side(new), new.model)).findings:
            found[finding.path].append(Change(old.name, new.name, finding))
    return History(tuple(releases), {path: tuple(changes) for path, changes in found.items()}, unread)


def _side(release: Release) -> Side:
    return Side(release.name, release.name, str)


# ------------------------------------------------------------------------------------------ releases beside each other


def history_of(loaded: Loaded) -> History:
    """Read the releases whose folders stand beside that of a release, of the same service; else that one alone."""
    own = Release(loaded.model.service.release.raw, loaded.model)
    others: list[Release] = []
    unread: list[str] = []
    for folder in _beside(loaded):
        try:
            others += _read(folder, loaded.model.service)
        except Diagnostics as fault:
            unread += [folder.name] if fault.found[0].rule != "no-spec" else []
    by_name = {release.name: release for release in (*others, own)}
    return compare([by_name[name] for name in sorted(by_name)], tuple(unread))


def _beside(loaded: Loaded) -> Iterator[Path]:
    """The folders beside a release's own, where they are a service's: `post/2024-12-05`."""
    origin = loaded.found.origin
    if origin is None or not origin.is_dir():
        return
    shelf = origin.resolve().parent
    if shelf.name != loaded.model.service.name.raw and origin.resolve().name != loaded.model.service.release.raw:
        return
    yield from sorted(path for path in shelf.iterdir() if path.is_dir() and path.name != origin.resolve().name)


def _read(folder: Path, service: ir.Service) -> Iterator[Release]:
    for found in find([str(folder)], Project(root=folder, settings=Settings(out=folder))):
        model = load_lazily(found).model
        if model.service.service_id == service.service_id:
            yield Release(model.service.release.raw, model)
