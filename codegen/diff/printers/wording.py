"""How every printer puts things: the head line, counts, values, operations, witnesses.

In: a report or a part of a finding. Out: printable text, never a control character: the text of a spec is untrusted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile

from codegen.diagnostics import inert_json, is_inert, printable, quoted
from codegen.diff.findings import Accepted, Audience, Bump, Finding, Level, Report
from codegen.spec.ir import Json

AUDIENCES = {
    Audience.CALLER: "a program generated from the old release that talks to the new service",
    Audience.SOURCE: "a program written against the old package and built with the new one",
    Audience.SERVER: "whoever implements the service or stands in for it",
}
LEVELS = (Level.BREAKING, Level.RISKY, Level.SAFE, Level.COSMETIC)
HURTING = (Level.BREAKING, Level.RISKY)
UPSTREAM = "callers that stay as they are break: update soon"
NAMES = 3
"""How many names are told before the rest is counted; as many as fit into a line."""


def title(report: Report) -> str:
    """Name what is compared: `selling@1` and `selling@2` give `selling: 1 -> 2`.

    Models of botocore have one release for years; then what the user called them tells them apart.
    """
    (old, _, before), (new, _, after) = report.old.name.rpartition("@"), report.new.name.rpartition("@")
    if old and old == new:
        before, after = (before, after) if before != after else (report.old.spec, report.new.spec)
        return f"{printable(old)}: {printable(before)} -> {printable(after)}"
    return f"{printable(report.old.name)} -> {printable(report.new.name)}"


def version(report: Report) -> str:
    """Say which part of the version has to grow, and whether waiting hurts."""
    part = "no new one is needed" if report.semver is Bump.NONE else str(report.semver)
    return f"{part}; {UPSTREAM}" if report.upstream_breaking else part


def counts(counted: Mapping[Level, int]) -> str:
    """`{breaking: 2, risky: 0, safe: 1}` gives `2 breaking, 1 safe`."""
    return ", ".join(f"{number} {level}" for level, number in counted.items() if number) or "nothing"


def some(names: Sequence[str], most: int = NAMES) -> str:
    """`a, b, c and 14 more`."""
    told = ", ".join(printable(name) for name in names[:most])
    return f"{told} and {len(names) - most} more" if len(names) > most else told


def cut(text: str, most: int) -> str:
    """Shorten text and say how long it was."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def value(said: Json, most: int = 60) -> str:
    """Print a JSON value in one line; plain text without quotes, so that a pattern reads as it stands in the spec."""
    if isinstance(said, str) and said and is_inert(said) and " " not in said:
        return cut(said, most)
    if isinstance(said, str) and len(said) > most:
        return f"{quoted(said[:most])}… ({len(said)} characters)"
    text = json.dumps(said, ensure_ascii=False)
    return cut(inert_json(text if text.isprintable() else json.dumps(said)), most)


def difference(finding: Finding, most: int = 60) -> tuple[str, str] | None:
    """Give old and new value where both say something; long texts from shortly before they differ."""
    old, new = finding.old, finding.new
    if old is None or new is None or isinstance(old, bool) or finding.level is Level.COSMETIC:
        return None
    if isinstance(old, dict) and old.keys() == {"min", "max"}:
        return None  # the summary says it
    if not isinstance(old, str) or not isinstance(new, str) or max(len(old), len(new)) <= most:
        return value(old, most), value(new, most)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(0, alike - 20)
    return _from(old, start, most), _from(new, start, most)


def _from(text: str, start: int, most: int) -> str:
    if not start:
        return value(text, most)
    part = value(text[start : start + most])
    return f"…{part}{'…' if len(text) > start + most else ''} ({len(text)} characters)"


def witnesses(finding: Finding) -> tuple[str, ...]:
    """Say which strings tell the difference: "`abc!` was accepted, is now refused"."""
    return tuple(f"{sample(one)} {said}" if said else one for one, said in samples(finding))


def samples(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Give the strings that tell the difference, each with what became of it; ones the summary names are left out."""
    lost = [(one, "was accepted, is now refused") for one in finding.lost if quoted(one) not in finding.summary]
    gained = [(one, "was refused, is now accepted") for one in finding.gained if quoted(one) not in finding.summary]
    return (*_few(lost), *_few(gained))


def _few(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    left = len(told) - NAMES
    return [*told[:NAMES], (f"and {left} more like these", "")] if left > 0 else told


def sample(text: str, most: int = 60) -> str:
    """Set a sample off with backticks; quote what they would not show plainly."""
    plain = text and is_inert(text) and text == text.strip() and "`" not in text
    said = f"`{text[:most]}`" if plain else quoted(text[:most])
    return f"{said}… ({len(text)} characters)" if len(text) > most else said


def summary(finding: Finding) -> str:
    return cut(printable(finding.summary), 300)


def acceptance(accepted: Accepted) -> str:
    until = f" until {printable(accepted.expires)}" if accepted.expires else ""
    return f"accepted{until}: {printable(accepted.reason)}"


def judged(finding: Finding) -> str:
    """`breaking for caller and source`: whom a finding hurts most."""
    names = [str(audience) for audience in Audience if finding.level_for(audience) is finding.level]
    return f"{finding.level} for {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def by_rule(findings: Sequence[Finding]) -> str:
    """`docs.changed (83), enum.reordered (1)`."""
    tally = Counter(finding.rule for finding in findings)
    return ", ".join(f"{rule} ({number})" for rule, number in tally.most_common())
