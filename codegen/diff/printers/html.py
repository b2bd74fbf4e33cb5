"""Report -> a page for a browser: one file that needs no network, and no script to be read.

In: a report. Out: HTML, printed by `templates/pages/diff.html.j2`. Every decision is taken here: what stands in which
section, how much of it is shown at once, how values are cut. The script only hides what a filter leaves out; that
needs no more than each finding's levels and the numbers of its operations, which stand in its attributes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Location
from codegen.diff.findings import SEVERITY, Accepted, Audience, Bump, Direction, Finding, Level, Report, worst
from codegen.diff.printers import wording
from codegen.diff.printers.html_values import ValueView, beside
from codegen.pages.environment import Inline, inline, page

SHOWN = 100
"""So many findings of a section are shown at first; the script has the same number."""
OPENED = 12
"""So many breaking findings are shown unfolded, if there are no more."""
_MARKS = {Level.BREAKING: "✕", Level.RISKY: "!", Level.SAFE: "✓", Level.COSMETIC: "–"}
_TITLES = {
    Level.BREAKING: ("Breaking", "somebody has to act before the update"),
    Level.RISKY: ("Risky", "it depends on how the service is used"),
    Level.SAFE: ("Safe", "what works goes on working"),
    Level.COSMETIC: ("Cosmetic", "said differently, meant the same"),
}
_VERDICTS = {Level.BREAKING: "Breaks", Level.RISKY: "At risk", Level.SAFE: "Safe", Level.COSMETIC: "Unaffected"}
_BUMPS = {
    Bump.MAJOR: "code written against the old package can break",
    Bump.MINOR: "what is generated grows",
    Bump.PATCH: "only words changed",
    Bump.NONE: "nothing changed",
}
_DIRECTIONS = {
    Direction.INPUT: "requests",
    Direction.OUTPUT: "answers",
    Direction.BOTH: "requests and answers",
    Direction.NONE: "neither requests nor answers",
}


@dataclass(frozen=True, slots=True)
class VerdictView:
    audience: Audience
    level: Level
    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as it stands on the page; `said` is the finding itself, for what is printed as it is."""

    said: Finding
    anchor: str
    opened: bool
    level: Level
    fingerprint: str
    levels: str
    numbers: str
    direction: str
    verdicts: tuple[VerdictView, ...]
    old: ValueView | None
    new: ValueView | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    old_at: str
    new_at: str
    accepted: Accepted | None


@dataclass(frozen=True, slots=True)
class SectionView:
    key: str
    mark: str
    title: str
    note: str
    count: str
    findings: tuple[FindingView, ...]
    rest: tuple[FindingView, ...]
    more: str


@dataclass(frozen=True, slots=True)
class CountView:
    level: Level
    mark: str
    count: str


@dataclass(frozen=True, slots=True)
class AudienceView:
    """The headline of one audience."""

    key: Audience
    who: str
    level: Level
    mark: str
    verdict: str
    counts: tuple[CountView, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    report: Report
    title: str
    upstream: str
    why: str
    audiences: tuple[AudienceView, ...]
    sections: tuple[SectionView, ...]
    operations: tuple[str, ...]
    total: str
    limit: int
    style: Inline
    script: Inline


def as_html(report: Report) -> str:
    """Print the report as one HTML file."""
    return page("pages/diff.html.j2", {"view": _page(report)})


def _page(report: Report) -> PageView:
    operations = tuple(sorted({name for finding in report.findings for name in finding.operations}))
    return PageView(
        report=report,
        title=wording.title(report).replace(" -> ", " → "),
        upstream=wording.UPSTREAM if report.upstream_breaking else "",
        why=_BUMPS[report.semver],
        audiences=tuple(_audience(report, audience) for audience in Audience),
        sections=_sections(report, {name: number for number, name in enumerate(operations)}),
        operations=operations,
        total=_counted(len(report.findings), "finding"),
        limit=SHOWN,
        style=inline("pages/diff.css"),
        script=inline("pages/diff.js"),
    )


def _audience(report: Report, audience: Audience) -> AudienceView:
    counts = report.count(audience)
    level = worst(level for level, count in counts.items() if count)
    return AudienceView(
        key=audience,
        who=wording.AUDIENCES[audience],
        level=level,
        mark=_MARKS[level],
        verdict=_VERDICTS[level],
        counts=tuple(CountView(level, _MARKS[level], f"{count:,}") for level, count in counts.items() if count),
    )


# ----------------------------------------------------------------------------------------------------------- sections


def _sections(report: Report, operations: Mapping[str, int]) -> tuple[SectionView, ...]:
    """Order findings by what hurts most to anybody; those that were accepted stand last, by themselves."""
    views = _findings(report, operations)
    still_open = [view for view in views if view.accepted is None]
    by_level = [
        _section(level, _MARKS[level], *_TITLES[level], [view for view in still_open if view.level is level])
        for level in Level
    ]
    accepted = sorted((view for view in views if view.accepted), key=lambda view: -SEVERITY[view.level])
    return (*by_level, _section("accepted", "☑", "Accepted", "a reviewer looked at these and took them", accepted))


def _section(key: str, mark: str, title: str, note: str, views: Sequence[FindingView]) -> SectionView:
    return SectionView(
        key=key,
        mark=mark,
        title=title,
        note=note,
        count=f"{len(views):,}",
        findings=tuple(views[:SHOWN]),
        rest=tuple(views[SHOWN:]),
        more=f"{len(views) - SHOWN:,}",
    )


def _findings(report: Report, operations: Mapping[str, int]) -> tuple[FindingView, ...]:
    breaking = sum(finding.level is Level.BREAKING for finding in report.open)
    seen: Counter[str] = Counter()
    views: list[FindingView] = []
    for finding in report.findings:
        opened = finding.level is Level.BREAKING and breaking <= OPENED and finding.accepted is None
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        again = f"-{seen[fingerprint]}" if seen[fingerprint] > 1 else ""
        views.append(_finding(finding, fingerprint, f"f-{fingerprint}{again}", opened, operations))
    return tuple(views)


def _finding(
    finding: Finding, fingerprint: str, anchor: str, opened: bool, operations: Mapping[str, int]
) -> FindingView:
    old, new = beside(finding.old, finding.new)
    verdicts = {audience: finding.verdicts[audience] for audience in Audience}
    return FindingView(
        said=finding,
        anchor=anchor,
        opened=opened,
        level=finding.level,
        fingerprint=fingerprint,
        levels=" ".join(verdict.level for verdict in verdicts.values()),
        numbers=" ".join(str(operations[name]) for name in finding.operations),
        direction=_DIRECTIONS[finding.direction],
        verdicts=tuple(
            VerdictView(audience, verdict.level, _MARKS[verdict.level], verdict.reason)
            for audience, verdict in verdicts.items()
        ),
        old=old,
        new=new,
        lost=tuple(_witness(text) for text in finding.lost),
        gained=tuple(_witness(text) for text in finding.gained),
        old_at=_place(finding.old_at),
        new_at=_place(finding.new_at),
        accepted=finding.accepted,
    )


def _place(location: Location | None) -> str:
    return str(location) if location else ""


def _witness(text: str) -> str:
    return text or '""'


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
