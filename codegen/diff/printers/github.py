"""A report as annotations on a pull request: one workflow command a finding, the worst first.

In: a report. Out: lines that GitHub's runner acts upon. It shows only the first few of a kind, hence the order.
"""

from __future__ import annotations

from codegen.diagnostics import Location, github_command, printable
from codegen.diff.findings import SEVERITY, Audience, Finding, Level, Report
from codegen.diff.printers import wording

_KINDS = {Level.BREAKING: "error", Level.RISKY: "warning", Level.SAFE: "notice"}


def as_github(report: Report) -> str:
    """Print errors for what breaks, warnings for risks, notices for the rest; one notice counts the cosmetic ones."""
    ordered = sorted(report.open, key=lambda finding: SEVERITY[finding.level], reverse=True)
    lines = [_open(finding) for finding in ordered if finding.level is not Level.COSMETIC]
    cosmetic = [finding for finding in ordered if finding.level is Level.COSMETIC]
    counted = f"{wording.title(report)}: {len(cosmetic)} cosmetic: {wording.by_rule(cosmetic)}"
    notice = [github_command("notice", "cosmetic", counted, None)] if cosmetic else []
    return "\n".join([*lines, *notice, *(_accepted(one) for one in report.findings if one.accepted)])


def _open(finding: Finding) -> str:
    verdicts = [(audience, finding.verdicts[audience]) for audience in Audience]
    reasons = "; ".join(f"{audience} {said.level}: {printable(said.reason)}" for audience, said in verdicts)
    witnesses = "".join(f"; {line}" for line in wording.witnesses(finding))
    return _command(_KINDS[finding.level], finding, f"{reasons}{witnesses}")


def _accepted(finding: Finding) -> str:
    said = f"; {wording.acceptance(finding.accepted)}" if finding.accepted else ""
    return _command("notice", finding, wording.judged(finding) + said)


def _command(kind: str, finding: Finding, text: str) -> str:
    message = f"{printable(finding.path)}: {wording.summary(finding)}; {text}"
    return github_command(kind, printable(finding.rule), message, _place(finding))


def _place(finding: Finding) -> Location | None:
    """Where the change stands; a file as a whole is shown at its first line."""
    at = finding.new_at or finding.old_at
    return Location(printable(at.path), max(at.line, 1), max(at.column, 1)) if at else None
