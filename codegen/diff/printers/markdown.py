"""A report as Markdown for a pull request.

In: a report. Out: Markdown as GitHub reads it, within the size of one comment. Names and values are set as code spans,
in which no markup, mention or link works; a pipe, which ends a table cell even there, stands between two spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codegen.diagnostics import printable, quoted
from codegen.diff.findings import Audience, Finding, Level, Report
from codegen.diff.printers import wording
from codegen.pages.markdown import cell

MOST = 65_536
"""The longest comment that GitHub takes, in characters."""

_CAPS = ((None, None), (None, 20), (400, 20), (200, 20), (100, 20), (50, 10), (20, 5), (5, 5), (5, 0), (0, 0))
"""How many rows a table of what hurts, and one of the rest, may have: the first pair that fits is used."""

_HARMLESS = re.compile(r"(?!.*GH-)[A-Za-z0-9 ,;\"'()-]*", re.ASCII)
_SENTENCE = re.compile(r"(?!.*GH-)[A-Za-z0-9 ,;:-]*", re.ASCII)
_TITLE = re.compile(r"(?!.*www)[A-Za-z0-9 .:>-]*", re.ASCII)
_LONGEST = 200


def as_markdown(report: Report) -> str:
    """Print the report as it fits into a comment; what is left out is counted."""
    pages = (_page(report, hurting, rest) for hurting, rest in _CAPS)
    return next(page for page in pages if len(page) <= MOST)


def _page(report: Report, hurting: int | None, rest: int | None) -> str:
    head = f"### {_words(wording.title(report), _TITLE)}"
    if not report.findings:
        return f"{head}\n\nNothing changed.\n"
    blocks = [head, *_verdicts(report)]
    for audience in Audience:
        blocks.extend(_section(report, audience, hurting))
    return "\n\n".join([*blocks, *_accepted(report, hurting), *_folded(report, rest)]) + "\n"


def _verdicts(report: Report) -> Iterator[str]:
    yield f"**Version:** {wording.version(report)}"
    rows = [(str(audience), *map(str, report.count(audience).values())) for audience in Audience]
    yield "\n".join(_table(("", *(str(level) for level in Level)), rows, len(rows)))


def _section(report: Report, audience: Audience, cap: int | None) -> Iterator[str]:
    found = [
        (one, one.level_for(audience))
        for level in wording.HURTING
        for one in report.open
        if one.level_for(audience) is level
    ]
    if not found:
        return
    yield f"#### {audience}: {wording.AUDIENCES[audience]}"
    rows = [
        (_level(level), _code(one.path), _what(one, audience), _operations(one), _code(one.rule))
        for one, level in found[:cap]
    ]
    yield "\n".join(_table(("level", "path", "what", "operations", "rule"), rows, len(found)))


def _level(level: Level) -> str:
    return f"**{level}**" if level is Level.BREAKING else str(level)


def _what(finding: Finding, audience: Audience) -> str:
    """Tell a finding in a table's cell: what, the values, the witnesses, why it matters."""
    values = wording.difference(finding)
    change = [f"{_code(values[0])} → {_code(values[1])}"] if values else []
    witnesses = [f"{_sample(sample)} {said}" if said else sample for sample, said in wording.samples(finding)]
    reason = _words(finding.verdicts[audience].reason)
    return "<br>".join([_words(wording.summary(finding)), *change, *witnesses, f"*{reason}*"])


def _sample(text: str) -> str:
    return _code(text) if text.strip() else _code(quoted(text))


def _operations(finding: Finding) -> str:
    told = ", ".join(_code(name) for name in finding.operations[: wording.NAMES])
    left = len(finding.operations) - wording.NAMES
    return f"{told} and {left} more" if left > 0 else told


def _accepted(report: Report, cap: int | None) -> Iterator[str]:
    found = [(one, one.accepted) for one in report.findings if one.accepted]
    if found:
        yield f"#### Accepted ({len(found)})"
        rows = [
            (
                wording.judged(one),
                _code(one.path),
                f"{_words(wording.summary(one))}<br>" f"{_words(wording.acceptance(accepted), _SENTENCE)}",
                _code(one.rule),
            )
            for one, accepted in found[:cap]
        ]
        yield "\n".join(_table(("level", "path", "what", "rule"), rows, len(found)))


def _folded(report: Report, cap: int | None) -> Iterator[str]:
    for level in (Level.SAFE, Level.COSMETIC):
        found = [one for one in report.open if one.level is level]
        if found:
            rows = [(_code(one.path), _words(wording.summary(one)), _code(one.rule)) for one in found[:cap]]
            yield f"<details><summary>{len(found)} {level}: {wording.by_rule(found)}</summary>"
            yield "\n".join(_table(("path", "what", "rule"), rows, len(found)))
            yield "</details>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], number: int) -> Iterator[str]:
    """Print rows, and how many more there are of so many."""
    if rows:
        yield _row(heads)
        yield _row(["---"] * len(heads))
        yield from map(_row, rows)
    if number > len(rows):
        yield f"\n… and {number - len(rows)} more; `--format json` lists all"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(text: str, harmless: re.Pattern[str] = _HARMLESS) -> str:
    """Leave text that cannot be markup as it is; set the rest as code."""
    return text if harmless.fullmatch(text) else _code(text)


def _code(text: str) -> str:
    return cell(wording.cut(printable(text), _LONGEST))
