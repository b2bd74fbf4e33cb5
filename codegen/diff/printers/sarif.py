"""A report as SARIF 2.1.0, for code scanning.

In: a report and the titles of the rules. Out: one result a finding; accepted ones are suppressed, not left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from codegen.diagnostics import Location, printable, sarif_location, sarif_log
from codegen.diff.findings import Audience, Finding, Level, Report
from codegen.diff.printers import wording

_LEVELS = {Level.BREAKING: "error", Level.RISKY: "warning", Level.SAFE: "note", Level.COSMETIC: "none"}
_UNTITLED: Mapping[str, str] = MappingProxyType({})


def as_sarif(report: Report, titles: Mapping[str, str] = _UNTITLED) -> str:
    """Print SARIF; `titles` gives a rule's short description by its id."""
    names = sorted({finding.rule for finding in report.findings})
    rules = [_rule(name, titles.get(name)) for name in names]
    indices = {name: index for index, name in enumerate(names)}
    return sarif_log(rules, [_result(finding, indices[finding.rule]) for finding in report.findings])


def _rule(name: str, title: str | None) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": title}} if title else {"id": name}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place = finding.new_at or finding.old_at
    optional = {
        "locations": [sarif_location(_as_uri(place))] if place else [],
        "suppressions": _suppressions(finding),
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        # SARIF wants another kind than "fail" where the level is none.
        "kind": "informational" if finding.level is Level.COSMETIC else "fail",
        "level": _LEVELS[finding.level],
        "message": {"text": _message(finding)},
        "partialFingerprints": {"speccastFinding/v1": finding.fingerprint},
        **{key: value for key, value in optional.items() if value},
        "properties": _properties(finding),
    }


def _message(finding: Finding) -> str:
    """Say what and why; `](` is parted, for it would begin a link."""
    reasons = [
        f"{audience} {finding.level_for(audience)}: {finding.verdicts[audience].reason}" for audience in Audience
    ]
    said = [f"{printable(finding.path)}: {wording.summary(finding)}", *map(printable, reasons)]
    return "; ".join([*said, *wording.witnesses(finding)]).replace("](", "] (")


def _as_uri(place: Location) -> Location:
    return Location(quote(place.path.encode("utf-8", "backslashreplace"), safe="/"), place.line, place.column)


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if not finding.accepted:
        return []
    said = wording.acceptance(finding.accepted)
    return [{"kind": "external", "status": "accepted", "justification": said}]


def _properties(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "direction": str(finding.direction),
        "operations": list(finding.operations),
        "levels": {audience.value: str(finding.level_for(audience)) for audience in Audience},
        "reasons": {audience.value: finding.verdicts[audience].reason for audience in Audience},
    }
