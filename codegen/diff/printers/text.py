"""A report as a person reads it on a terminal.

In: a report, how wide the terminal is, whether it has colours. Out: text. A finding is told in full once, under the
first audience that it hurts; the others give one line with their reason. Safe findings get a line each, cosmetic ones
are counted by rule. Long lists are grouped by rule and capped with a count, for some updates have thousands.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import click

from codegen.diagnostics import printable
from codegen.diff.findings import Audience, Finding, Level, Report
from codegen.diff.printers import wording
from codegen.records import dataclass

SUMMARIES = 12
"""How many changes of one shape are told one after the other; arbitrary."""
LOTS = 5
"""From how many findings of one rule on a capped list is grouped; arbitrary, about a screenful in all."""

_COLOURS = {Level.BREAKING: "red", Level.RISKY: "yellow", Level.SAFE: "green"}
_SPACE = "\0"
"""Stands for a space that is no place to wrap at; printable text has none."""

Paint = Callable[[str, Level], str]
Levels = Mapping[Level, Sequence[Finding]]


def as_text(
    report: Report, *, colour: bool, audience: Audience | None = None, limit: int | None = 20, width: int = 100
) -> str:
    """Print a report: counts, then what hurts by audience, then the rest; for one audience only where one is given."""
    if not report.findings:
        return f"{wording.title(report)}: nothing changed"
    page = _Page(width=max(width, 40), limit=limit, paint=_painted if colour else _plain)
    audiences = (audience,) if audience else tuple(Audience)
    judged = {one: report.by_level(one) for one in audiences}
    worst = judged[audience] if audience else report.by_level(None)
    lines = [*page.head(report, judged), *page.hurting(judged), *page.others(worst)]
    return "\n".join([*lines, *page.accepted(report)])


def _painted(text: str, level: Level) -> str:
    dim = level is Level.COSMETIC
    return click.style(text, fg=_COLOURS.get(level), dim=dim, bold=level is Level.BREAKING)


def _plain(text: str, level: Level) -> str:
    return text


def _unbroken(text: str) -> str:
    return text.replace(" ", _SPACE)


def _name(text: str) -> str:
    return _unbroken(printable(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What all lines of one report share: the width, the cap and the colours."""

    width: int
    limit: int | None
    paint: Paint

    def head(self, report: Report, judged: Mapping[Audience, Levels]) -> Iterator[str]:
        yield wording.title(report)
        for audience, levels in judged.items():
            told = [self.paint(f"{len(findings)} {level}", level) for level, findings in levels.items() if findings]
            yield f"  {audience}: {', '.join(told) or 'nothing'}"
        yield from self._wrapped(f"version: {wording.version(report)}", 2)

    def hurting(self, judged: Mapping[Audience, Levels]) -> Iterator[str]:
        """Tell what is breaking or risky, audience by audience."""
        told: set[int] = set()
        for audience, levels in judged.items():
            if not any(levels[level] for level in wording.HURTING):
                continue
            yield from ("", f"{audience}: {wording.AUDIENCES[audience]}")
            for level in wording.HURTING:
                yield from self._level(levels[level], audience, level, told)

    def _level(self, findings: Sequence[Finding], audience: Audience, level: Level, told: set[int]) -> Iterator[str]:
        if findings:
            yield "  " + self.paint(f"{level} ({len(findings)})", level)
        fresh = [one for one in findings if id(one) not in told]
        for part in self._capped([*fresh, *(one for one in findings if id(one) in told)]):
            match part:
                case str():
                    yield from self._wrapped(part, 4)
                case [one] if id(one) in told:
                    said = f"{_name(one.path)}: {printable(one.verdicts[audience].reason)} [{one.rule}]"
                    yield from self._entry(one, said, level, 4)
                case [one]:
                    told.add(id(one))
                    yield from self._full(one, audience, level)
                case _:
                    told.update(map(id, part))
                    yield from self._group(part, audience)

    def _capped(self, findings: Sequence[Finding]) -> Iterator[Sequence[Finding] | str]:
        """Give single findings, groups of one rule, and at last a line that counts what was left out."""
        if self.limit is None or len(findings) <= self.limit:
            yield from _alike(findings)
            return
        ordered = sorted(findings, key=lambda one: one.rule)
        rules = [list(group) for _, group in groupby(ordered, key=lambda one: one.rule)]
        groups = [group for group in rules if len(group) > LOTS]
        singles = [[one] for group in rules if len(group) <= LOTS for one in group]
        parts = [*sorted(groups, key=len, reverse=True), *singles]
        yield from parts[: self.limit]
        left = sum(len(part) for part in parts[self.limit :])
        if left:
            yield f"… and {left} more of this kind; --format json lists all"

    def _full(self, finding: Finding, audience: Audience, level: Level) -> Iterator[str]:
        said = f"{_name(finding.path)}: {wording.summary(finding)} [{finding.rule}]"
        yield from self._entry(finding, said, level, 4)
        yield from self._wrapped(printable(finding.verdicts[audience].reason), 6)
        values = wording.difference(finding)
        if values:
            yield from self._values(*values)
        for one, said in wording.samples(finding):
            yield from self._wrapped(f"{_unbroken(wording.sample(one))} {said}" if said else one, 6)
        if finding.operations:
            yield from self._wrapped(f"in {wording.some(finding.operations)}", 6)

    def _values(self, old: str, new: str) -> Iterator[str]:
        """Print `old -> new` in one line, or one below the other where that is too long."""
        line = f"{old} -> {new}"
        if 6 + len(line) <= self.width:
            yield " " * 6 + line
        else:
            yield from (f"      was {old}", f"      now {new}")

    def _group(self, findings: Sequence[Finding], audience: Audience | None) -> Iterator[str]:
        """Tell many findings of one rule: how many, on what, and why they matter."""
        first = findings[0]
        if len(findings) <= SUMMARIES and len({one.path for one in findings}) == 1:
            said = ", ".join(wording.summary(one) for one in findings)
            yield from self._entry(first, f"{_name(first.path)}: {said} [{first.rule}]", first.level, 4)
        else:
            yield from self._wrapped(f"{first.rule}: {_where(findings)}", 4)
        if audience:
            reasons = Counter(one.verdicts[audience].reason for one in findings)
            yield from self._wrapped(printable(reasons.most_common(1)[0][0]), 6)

    def others(self, levels: Levels) -> Iterator[str]:
        safe = levels[Level.SAFE]
        if safe:
            yield from ("", self.paint(f"safe ({len(safe)})", Level.SAFE))
            yield from self._short(safe, Level.SAFE)
        cosmetic = levels[Level.COSMETIC]
        if cosmetic:
            yield from ("", self.paint(f"cosmetic ({len(cosmetic)})", Level.COSMETIC))
            in_short = self.limit is not None
            yield from (
                self._wrapped(wording.by_rule(cosmetic), 2) if in_short else self._short(cosmetic, Level.COSMETIC)
            )

    def _short(self, findings: Sequence[Finding], level: Level) -> Iterator[str]:
        for part in self._capped(findings):
            match part:
                case str():
                    yield from self._wrapped(part, 4)
                case [one]:
                    said = f"{_name(one.path)}: {wording.summary(one)} [{one.rule}]"
                    yield from self._entry(one, said, level, 2)
                case _:
                    yield from self._group(part, None)

    def accepted(self, report: Report) -> Iterator[str]:
        found = [(one, one.accepted) for one in report.findings if one.accepted]
        if found:
            yield from ("", f"accepted ({len(found)})")
        for one, accepted in found:
            said = f"{_name(one.path)}: {wording.summary(one)} [{one.rule}]"
            yield from self._entry(one, said, one.level, 2)
            yield from self._wrapped(f"{wording.judged(one)}; {wording.acceptance(accepted)}", 4)

    def _entry(self, finding: Finding, text: str, level: Level, indent: int) -> Iterator[str]:
        """Wrap the line that a finding begins with; its path is coloured."""
        path = printable(finding.path)
        first, *rest = self._wrapped(text, indent)
        yield first.replace(path, self.paint(path, level), 1)
        yield from rest

    def _wrapped(self, text: str, indent: int) -> list[str]:
        start = " " * indent
        if text and indent + len(text) <= self.width:  # as most do; to tell where to wrap takes long
            return [start + text.rstrip().replace(_SPACE, " ")]
        lines = textwrap.wrap(
            text,
            self.width,
            initial_indent=start,
            subsequent_indent=start + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [line.replace(_SPACE, " ") for line in lines]


def _alike(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Put together what one rule finds on one shape for one reason: the values that an enum gained."""
    found: dict[object, list[Finding]] = {}
    for one in findings:
        reasons = tuple(one.verdicts.values())
        found.setdefault((one.rule, one.path, reasons) if not one.lost + one.gained else id(one), []).append(one)
    yield from found.values()


def _where(findings: Sequence[Finding]) -> str:
    """`214 findings on 31 paths, e.g. InstanceType (63), …`; without the numbers where each path has one."""
    paths = Counter(one.path for one in findings).most_common()
    if len(paths) == 1:
        return f"{len(findings)} findings on {_name(paths[0][0])}"
    several = len(paths) < len(findings)
    told = ", ".join(
        _name(path) + (f"{_SPACE}({number})" if several else "") for path, number in paths[: wording.NAMES]
    )
    more = ", …" if len(paths) > wording.NAMES else ""
    return f"{len(findings)} findings{f' on {len(paths)} paths' if several else ''}, e.g. {told}{more}"
