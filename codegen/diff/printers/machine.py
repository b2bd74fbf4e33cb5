"""A report as JSON, complete, and the JSON Schema of what `speccast diff --format json` prints.

In: a report. Out: ASCII text, so that no name in it can act upon a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.diagnostics import Location, json_text
from codegen.diff.findings import Audience, Bump, Direction, Finding, Level, Report, Side


def as_json(report: Report) -> str:
    """Print everything the report holds; keys and their order are fixed."""
    said = {
        "old": _side(report.old),
        "new": _side(report.new),
        "findings": [_finding(finding) for finding in report.findings],
        "semver": str(report.semver),
        "upstream_breaking": report.upstream_breaking,
        "counts": {
            audience.value: {level.value: number for level, number in report.count(audience).items()}
            for audience in Audience
        },
    }
    return json_text(said)


def _side(side: Side) -> dict[str, Any]:
    return {"spec": side.spec, "name": side.name, "digest": side.digest}


def _finding(finding: Finding) -> dict[str, Any]:
    verdicts = [(audience.value, finding.verdicts[audience]) for audience in Audience]
    accepted = finding.accepted
    return {
        "rule": finding.rule,
        "path": finding.path,
        "direction": str(finding.direction),
        "old": finding.old,
        "new": finding.new,
        "operations": list(finding.operations),
        "levels": {audience: str(verdict.level) for audience, verdict in verdicts},
        "reasons": {audience: verdict.reason for audience, verdict in verdicts},
        "fingerprint": finding.fingerprint,
        "accepted": {"reason": accepted.reason, "expires": accepted.expires} if accepted else None,
        "summary": finding.summary,
        "lost": list(finding.lost),
        "gained": list(finding.gained),
        "places": {"old": _place(finding.old_at), "new": _place(finding.new_at)},
    }


def _place(location: Location | None) -> str | None:
    return str(location) if location else None


# ------------------------------------------------------------------------------------------------------------ schema


def report_schema() -> dict[str, Any]:
    """Give the JSON Schema of both views: the findings, and what an API change feed would say."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What speccast diff --format json prints",
        "oneOf": [{"$ref": "#/$defs/report"}, {"$ref": "#/$defs/additive"}],
        "$defs": {
            "report": _REPORT,
            "side": _SIDE,
            "finding": _FINDING,
            "accepted": _ACCEPTED,
            "level": _one_of(Level),
            "additive": _ADDITIVE,
            "additions": _ADDITIONS,
        },
    }


def _object(required: dict[str, Any], description: str = "", **optional: Any) -> dict[str, Any]:
    words = {"description": description} if description else {}
    properties = {**required, **optional}
    return {
        **words,
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def _one_of(names: Iterable[str], description: str = "") -> dict[str, Any]:
    return {**({"description": description} if description else {}), "enum": [str(name) for name in names]}


def _each_audience(value: dict[str, Any], description: str) -> dict[str, Any]:
    return _object({audience.value: value for audience in Audience}, description)


def _strings(description: str) -> dict[str, Any]:
    return {"description": description, "type": "array", "items": _TEXT}


_TEXT: dict[str, Any] = {"type": "string"}
_PLACE: dict[str, Any] = {"type": ["string", "null"]}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 0}

_SIDE = _object(
    {
        "spec": {"description": "The release as the user named it.", "type": "string"},
        "name": {"description": "service@release.", "type": "string"},
        "digest": {"description": "The digest of its files.", "type": "string"},
    }
)

_ACCEPTED = _object(
    {"reason": _TEXT, "expires": {"description": "An ISO date; null: for good.", "type": ["string", "null"]}},
    "Why a reviewer accepted the finding, and until when.",
)

_FINDING = _object(
    {
        "rule": {"description": "The rule's stable id, as in enum.value-added.", "type": "string"},
        "path": {"description": "What changed, named as on the wire.", "type": "string"},
        "direction": _one_of(Direction, "Whether the shape travels in requests, in answers, in both or in neither."),
        "old": {"description": "The old value; null where there was none."},
        "new": {"description": "The new value; null where there is none."},
        "operations": _strings("The operations that reach it; empty where all or none do."),
        "levels": _each_audience({"$ref": "#/$defs/level"}, "How much it hurts each audience."),
        "reasons": _each_audience(_TEXT, "Why."),
        "fingerprint": {
            "description": "A digest of what changed, not of its wording or place.",
            "type": "string",
            "pattern": "^[0-9a-f]{16}$",
        },
        "accepted": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/accepted"}]},
        "summary": {"description": "One clause that can follow the path.", "type": "string"},
        "lost": _strings("Strings that were accepted and are now refused."),
        "gained": _strings("Strings that were refused and are now accepted."),
        "places": _object({"old": _PLACE, "new": _PLACE}, "Where it stands, as path:line:column."),
    }
)

_REPORT = _object(
    {
        "old": {"$ref": "#/$defs/side"},
        "new": {"$ref": "#/$defs/side"},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
        "semver": _one_of(Bump, "The part of the generated package's version that has to grow."),
        "upstream_breaking": {
            "description": "Whether the service now breaks callers that stay as they are.",
            "type": "boolean",
        },
        "counts": _each_audience(
            _object({level.value: _NUMBER for level in Level}), "Findings that nobody accepted, by level."
        ),
    },
    "The view full: every finding.",
)

_ADDITIONS: dict[str, Any] = {
    "description": "What was added: member paths nest as objects; an added member is a sample of its form, "
    "added enum values are a sorted list.",
    "type": "object",
    "minProperties": 1,
}

_ADDITIVE = _object(
    {
        "new": _strings("The operations that were added."),
        "updated": {
            "description": "The operations that gained something, by name.",
            "type": "object",
            "additionalProperties": {
                **_object({}, request={"$ref": "#/$defs/additions"}, response={"$ref": "#/$defs/additions"}),
                "minProperties": 1,
            },
        },
    },
    "The view additive: what an API change feed would say.",
)
