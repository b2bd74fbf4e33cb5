"""Vendored packages brought up to date, with what was edited by hand.

In: an entry of the lock file, its spec as it is now or another. Out: first a `Plan`, which says what lies between the
two releases, what becomes of every edit, and writes nothing; then, if that is wanted, the package as planned.

Archive, package and lock file are written in this order. A kill between any two leaves a tree whose manifest the lock
file does not name; it is believed only if it is exactly what would be written now, and then the rest is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note
from codegen.diff.findings import Report
from codegen.files.manifest import MANIFEST, digest
from codegen.files.output import compare, write
from codegen.files.places import IN_THE_WAY, refuse, standing
from codegen.files.swap import leftovers
from codegen.load import Found, digest_of
from codegen.load.loaded import load_both_lazily
from codegen.review import Release, review
from codegen.spec.source import read_regular_file, shown_path
from codegen.vendoring.archive import Base, archive_path, write_base
from codegen.vendoring.checking import check_package
from codegen.vendoring.host import Host, from_here
from codegen.vendoring.lockfile import Entry, Packages, write_lock
from codegen.vendoring.making import Made, entry_of, make
from codegen.vendoring.merging import marked_lines, merge
from codegen.vendoring.naming import Named, find_again, name_spec
from codegen.vendoring.packages import Package, package_of
from codegen.vendoring.settling import healed, tidy
from codegen.vendoring.wanting import COMMAND, Wanted, reasons, want


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for besides what the lock file says; paths in `to` are seen from `here`."""

    here: Path
    to: str | None = None
    operations: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a file that a user edited: `before` is the digest of what stands there, `text` what is to.

    `lines` has where conflicts stand in it; `is_own` says that it is no product any more, and stays as the user's own.
    """

    path: str
    before: str
    text: str
    lines: tuple[int, ...] = ()
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An update that was not carried out yet; `made` is None where there is nothing to do.

    `report` is None where both sides have the same spec, or the old one is not at hand (`has_base` tells).
    """

    key: str
    entry: Entry
    made: Made | None = None
    reasons: tuple[str, ...] = ()
    report: Report | None = None
    has_base: bool = True
    fates: tuple[Fate, ...] = ()
    restored: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    count: int = 0

    @property
    def files(self) -> Mapping[str, str]:
        products: Mapping[str, str] = self.made.files if self.made else {}
        return {**products, **{fate.path: fate.text for fate in self.fates}}


# ---------------------------------------------------------------------------------------------------------------- plan


def plan(host: Host, packages: Packages, key: str, wish: Wish) -> Plan:
    """Say what updating one package would do; hold the lock."""
    entry, folder = packages[key], host.folder(key)
    healed(folder)
    if not wish.to and not wish.operations and _is_settled(host, key, entry):
        checked = check_package(host, key, entry)
        if not checked.findings:
            return Plan(key=key, entry=entry, kept=checked.kept, count=checked.files)
    wanted = want(host, key, _named(host, key, entry, wish), wish.operations or entry.operations)
    made = make(wanted)
    package = package_of(host, key, entry, made)
    fates = tuple(_fates(package, made))
    planned = Plan(
        key=key,
        entry=entry,
        made=made,
        reasons=reasons(entry, wanted, package.manifest),
        report=_report(entry, package.base, wanted, made),
        has_base=package.base is not None or package.manifest is None,
        fates=fates,
        restored=_restored(package, made),
        count=len(made.files),
    )
    return replace(planned, changed=tuple(change.path for change in compare(folder, planned.files)))


def _is_settled(host: Host, key: str, entry: Entry) -> bool:
    return archive_path(host, entry.manifest).is_file() and not leftovers(
        host.folder(key).parent, host.folder(key).name
    )


def _named(host: Host, key: str, entry: Entry, wish: Wish) -> Named:
    if wish.to:
        return name_spec(wish.to, host, wish.here)
    try:
        return find_again(entry.spec, entry.origin, host)
    except Diagnostics as fault:
        if fault.found[0].rule == "config":
            raise
        note = Note(f"name another: {COMMAND} {from_here(host.folder(key))} --to SPEC")
        raise Diagnostics(replace(one, notes=(*one.notes, note)) for one in fault.found) from None


def _restored(package: Package, made: Made) -> tuple[str, ...]:
    listed: Mapping[str, str] = package.manifest.files if package.manifest else {}
    return tuple(sorted(path for path in listed if path in made.files and standing(package.folder, path) is None))


def _report(entry: Entry, base: Base | None, wanted: Wanted, made: Made) -> Report | None:
    """Compare the spec that was vendored with the one that is to be; None where it is the same, or lost."""
    found = wanted.named.found
    if base is None or digest_of(base.spec) == found.digest:
        return None
    names = (entry.name, made.name) if entry.name != made.name else ("as vendored", "as it is now")
    old, new = map(Release, names, load_both_lazily(Found(names[0], base.spec, None), found))
    both = (*entry.operations, *wanted.order.operations) if entry.operations and wanted.order.operations else None
    return review(old, new, both, places=False)


# -------------------------------------------------------------------------------------------------------------- merges


def _fates(package: Package, made: Made) -> Iterator[Fate]:
    """Merge every file that was edited, and what of the user's own stands where a new product belongs."""
    unresolved: list[Diagnostic] = []
    for path, now in {**package.edits, **_in_the_way(package, made)}.items():
        try:
            yield _fate(package, made, path, now)
        except Diagnostics as fault:
            unresolved += fault.found
    if unresolved:
        raise Diagnostics(unresolved)


def _in_the_way(package: Package, made: Made) -> Mapping[str, str]:
    listed: Mapping[str, str] = package.manifest.files if package.manifest else {}
    new = (path for path in made.files if path not in listed and path != MANIFEST)
    found = {path: standing(package.folder, path) for path in new}
    return {path: now for path, now in found.items() if now not in (None, IN_THE_WAY, digest(made.files[path])) and now}


def _fate(package: Package, made: Made, path: str, before: str) -> Fate:
    yours = _text(package.folder / path)
    now = made.files.get(path)
    if now is None:
        return Fate(path=path, before=before, text=yours, is_own=True)
    generated = package.base.files.get(path) if package.base else None
    marked = marked_lines(yours) if path in package.edits else ()
    if marked and generated != now:
        message = "the conflict of an earlier update is not resolved; keep what is right without the markers first"
        place = Location(shown_path(package.folder / path), marked[0], 1)
        raise Diagnostics([Diagnostic("conflict", message, place)])
    merged = merge(path, generated, yours, now)
    return Fate(path=path, before=before, text=merged.text, lines=marked or merged.conflicts)


def _text(path: Path) -> str:
    """Read what a user made of a file; a checkout with CRLF merges as one with LF."""
    try:
        return read_regular_file(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        refuse("not-text", "edited by hand, and not UTF-8: it cannot be merged; save it as UTF-8 or move it away", path)


# --------------------------------------------------------------------------------------------------------------- write


def carry_out(host: Host, packages: Packages, planned: Plan) -> Packages:
    """Write what was planned; give what the lock file says then. Hold the lock since the plan was made."""
    made = planned.made
    if made is None:
        tidy(host, packages)
        return packages
    write_base(host, made.manifest, made.base)
    write(host.folder(planned.key), planned.files, merged={fate.path: fate.before for fate in planned.fates})
    packages = {**packages, planned.key: entry_of(made, kept_edits(planned))}
    write_lock(host, packages)
    tidy(host, packages)
    return packages


def kept_edits(planned: Plan) -> dict[str, str]:
    """Give path and digest of every edit that the package keeps and that nobody has to look at."""
    products: Mapping[str, str] = planned.made.files if planned.made else {}
    fates = (fate for fate in planned.fates if not fate.lines and not fate.is_own)
    return {fate.path: digest(fate.text) for fate in fates if fate.text != products.get(fate.path)}
