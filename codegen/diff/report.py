"""Two loaded releases -> a report.

In: models with their names, digests and places. Out: `Report`, or `Diagnostics` when the two are not one service.
"""

from __future__ import annotations

from collections.abc import Iterable

from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.diff.changes import Pair
from codegen.diff.compare import changes
from codegen.diff.findings import Audience, Finding, Level, Report, Side
from codegen.diff.judge import Locates, asked_by, judge
from codegen.diff.semver import bump_of
from codegen.diff.surface import source_changes
from codegen.emit.selection import select
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.wording import nearest_name, words

Release = tuple[Side, ir.Model]


def diff(
    old: Release, new: Release, *, operations: tuple[str, ...] | None = None, locate: Locates | None = None
) -> Report:
    """Compare two releases of one service; `operations` are those a program uses, None means all.

    Raises Diagnostics for two services, or an operation that neither release has.
    """
    refuse_two_services(old, new)
    pair = pair_of(old[1], new[1], operations)
    found = tuple(changes(pair))
    python = source_changes(pair.old, pair.new, asked_by(pair, found))
    findings = judge(pair, found, python, locate)
    return report_of(old[0], new[0], findings)


def report_of(old: Side, new: Side, findings: tuple[Finding, ...]) -> Report:
    """Sum findings up."""
    upstream = any(_upstream(finding) for finding in findings if finding.accepted is None)
    return Report(old=old, new=new, findings=findings, semver=bump_of(findings), upstream_breaking=upstream)


def _upstream(finding: Finding) -> bool:
    return finding.level_for(Audience.CALLER) is Level.BREAKING


def refuse_two_services(old: Release, new: Release) -> None:
    ids = [side[1].service.service_id.raw for side in (old, new)]
    if _folded(ids[0]) != _folded(ids[1]):
        sides = f"{quoted(old[0].spec)} is {quoted(ids[0])}, {quoted(new[0].spec)} is {quoted(ids[1])}"
        raise Diagnostics([Diagnostic("two-services", f"{sides}: compare two releases of one service")])


def _folded(service_id: str) -> str:
    return "".join(char for char in service_id.casefold() if char.isalnum())


def pair_of(old: ir.Model, new: ir.Model, operations: tuple[str, ...] | None) -> Pair:
    """Cut both models down to some operations; one that only one release has was added or removed."""
    if operations is None:
        return Pair(old, new)
    _refuse_unknown(operations, {name.raw for name in (*old.operations, *new.operations)})
    return Pair(_cut(old, operations), _cut(new, operations))


def _cut(model: ir.Model, operations: tuple[str, ...]) -> ir.Model:
    return select(model, tuple(name for name in operations if SpecText(name) in model.operations))


def _refuse_unknown(operations: Iterable[str], known: set[str]) -> None:
    unknown = [name for name in operations if name not in known]
    if unknown:
        raise Diagnostics(_unknown(name, sorted(known)) for name in unknown)


def _unknown(name: str, known: list[str]) -> Diagnostic:
    nearest = nearest_name(name, known)
    note = Note(f"did you mean {quoted(nearest)}?" if nearest else f"known are {words(known)}")
    return Diagnostic("unknown-operation", f"{quoted(name)} is an operation of neither release", notes=(note,))
