"""The changelog of one or several updates, as Markdown and in words of our own.

In: a report for each step, oldest first, and for a range one of its first and last release. Out: Markdown, newest step
first. Each open finding stands in one section, the worst that fits; what belongs together shares a line. Texts of the
specs are set as code, in which no markup works, and what a service says of itself in sentences is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from codegen.diagnostics import printable, quoted
from codegen.diff.findings import Audience, Finding, Level, Report, Side
from codegen.diff.printers import wording
from codegen.diff.rules import RULES
from codegen.pages.markdown import span

BREAKS = {
    Audience.CALLER: "Breaks callers",
    Audience.SOURCE: "Breaks source",
    Audience.SERVER: "Servers have to follow",
}
SECTIONS = (*BREAKS.values(), "Added", "Changed", "Deprecated", "Removed", "Documentation")

_COUNTED = {"documentation", "example", "curation"}
_COMING = {"operation", "member", "shape", "alias", "enum", "union", "error", "paginator", "waiter", "event", "python"}
"""Areas in which something of its own comes or goes; elsewhere `added` says that something changed."""

_LISTED = {
    "operation.added": ("operation added", "operations added"),
    "operation.removed": ("operation removed", "operations removed"),
    "shape.added": ("structure, union or enum added", "structures, unions and enums added"),
    "alias.added": ("name of a scalar, list or map added", "names of scalars, lists and maps added"),
    "alias.removed": ("name of a scalar, list or map removed", "names of scalars, lists and maps removed"),
}
"""What needs no more than its name, so that one line holds all."""

_CHOICE = {
    "enum.value-added": "can now be",
    "enum.value-removed": "can no longer be",
    "union.member-added": "can now be",
    "union.member-removed": "can no longer be",
}
_MEMBERS = {
    "member.added": ("has a new optional member", "has new optional members"),
    "member.required-added": ("has a new required member", "has new required members"),
    "member.defaulted-added": ("has a new required member with a default", "has new required members with a default"),
    "member.removed": ("has lost an optional member", "has lost optional members"),
    "member.required-removed": ("has lost a required member", "has lost required members"),
    "member.defaulted-removed": ("has lost a required member with a default", "has lost required members"),
}
_RAISED = {"operation.error-added": "can now come from", "operation.error-removed": "no longer comes from"}
_VALUED = ("pattern", "default", "timestamp")
"""Areas whose old and new value a line may hold: none of them is a sentence."""

_SHARED = ("sensitive.", "deprecated.", "operation.readonly-", "shape.direction-")
"""Rules that say the same of many things, so that one line names them all."""

_HARMLESS = re.compile(r"(?!.*(?:GH-|www))(?:[A-Za-z0-9 ,;.()'-]|: )*", re.ASCII)
_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')
_LONGEST = 200
_SHOWN = 90
_NAMES = 60
_FEW = 8
"""How many names a line tells before it counts, and how many of what only makes up something else; both arbitrary."""


def changelog(reports: Sequence[Report], whole: Report | None) -> str:
    """Write the changelog of steps that follow each other; `whole` compares the first release with the last."""
    head = f"# Changelog of {_words(_service(reports[-1].new))}" if reports else "# Changelog"
    closing = _closing(reports, whole) if whole else ()
    return "\n\n".join([head, *chain.from_iterable(map(_step, reversed(reports))), *closing]) + "\n"


def _step(report: Report) -> Iterator[str]:
    yield f"## {_words(_release(report))}"
    if not report.findings:
        yield "Nothing changed."
        return
    if report.upstream_breaking:
        yield "**Callers that stay as they are break: update soon.**"
    told = [finding for finding in report.open if not _of_the_list(finding)]
    for title in SECTIONS:
        found = [finding for finding in told if section_of(finding) == title]
        if found:
            yield f"### {title}"
            yield _bullets(_counted(found) if title == "Documentation" else _lines(found))
    accepted = [*_accepted(report.findings)]
    if accepted:
        yield "### Accepted"
        yield _bullets(accepted)


def section_of(finding: Finding) -> str:
    """Name the section of an open finding: the first audience that it breaks, else what kind of change it is."""
    broken = [title for audience, title in BREAKS.items() if finding.level_for(audience) is Level.BREAKING]
    area, _, action = finding.rule.partition(".")
    if broken:
        return broken[0]
    if area in _COUNTED:
        return "Documentation"
    if area == "deprecated":
        return "Deprecated"
    if area in _COMING and not action.startswith("readonly-"):
        return {"added": "Added", "removed": "Removed"}.get(action.rpartition("-")[2], "Changed")
    return "Changed"


def _service(side: Side) -> str:
    return side.name.rpartition("@")[0] or side.name


def _release(report: Report, *, first: bool = False) -> str:
    """Name the new release (or the old one); models of botocore that share one go by what the user called them."""
    side = report.old if first else report.new
    return side.spec if report.old.name == report.new.name else side.name.rpartition("@")[2]


# --------------------------------------------------------------------------------------------------------------- lines


def _counted(findings: Sequence[Finding]) -> Iterator[str]:
    tally = Counter(_title(finding) for finding in findings)
    return (f"{title} ({number})" for title, number in tally.items())


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_group(finding), []).append(finding)
    return map(_line, sorted(groups.values(), key=_rank))


def _rank(group: Sequence[Finding]) -> int:
    """Put operations first and what nobody notices last; paths give the order between."""
    first = group[0]
    return 2 if first.level is Level.COSMETIC else 0 if first.rule.startswith("operation.") else 1


def _group(finding: Finding) -> tuple[str, ...]:
    """Say with which findings one shares its line: those that have the same key."""
    rule, path = finding.rule, finding.path
    if _is_named_only(finding):
        return (rule,)
    if _is_of_values(finding):
        return rule, path
    if rule in _CHOICE or rule in _MEMBERS:
        return rule, _owner(path)
    return (rule, finding.summary) if rule.startswith(_SHARED) else (rule, path, finding.summary)


def _line(group: Sequence[Finding]) -> str:
    first = group[0]
    operations = _operations(group)
    if _is_named_only(first):
        return _named(group)
    if _is_of_values(first):
        values = [_value(finding) for finding in group]
        return f"{_code(first.path)} {_CHOICE[first.rule]} {_some(values, ' or ')}{operations}"
    if first.rule in _CHOICE:
        return f"{_code(_owner(first.path))} {_CHOICE[first.rule]} {_some(_steps(group), ' or ')}{operations}"
    if first.rule in _MEMBERS:
        said = _MEMBERS[first.rule][len(group) > 1]
        return f"{_code(_owner(first.path))} {said} {_some(_steps(group))}{operations}"
    if first.rule in _RAISED and first.operations:
        return f"{_code(first.path)} {_RAISED[first.rule]} {_some(first.operations)}"
    if len(group) > 1:
        return f"{_clause(first)}: {', '.join(_code(finding.path) + _operations([finding]) for finding in group)}"
    return f"{_told(first)}{_no_longer(first)}{operations}"


def _told(finding: Finding) -> str:
    return f"{_code(finding.path)}: {_clause(finding)}{_change(finding)}"


def _is_of_values(finding: Finding) -> bool:
    return finding.rule.startswith("enum.") and finding.rule in _CHOICE


def _is_named_only(finding: Finding) -> bool:
    return finding.rule in _LISTED or finding.level is Level.COSMETIC


def _named(group: Sequence[Finding]) -> str:
    """`3 operations added: ...`; what nobody notices is told by what the rule is called."""
    first = group[0]
    names = _some([finding.path for finding in group], most=_NAMES if first.rule.startswith("operation.") else _FEW)
    if first.rule in _LISTED:
        return f"{len(group)} {_LISTED[first.rule][len(group) > 1]}: {names}"
    return f"{_title(first)} ({len(group)}): {names}"


def _title(finding: Finding) -> str:
    rule = RULES.get(finding.rule)
    return rule.title if rule else _clause(finding)


def _owner(path: str) -> str:
    return path.rpartition(".")[0] or path


def _steps(group: Sequence[Finding]) -> list[str]:
    return [finding.path.rpartition(".")[2] for finding in group]


def _value(finding: Finding) -> str:
    value = finding.new if finding.old is None else finding.old
    return value if isinstance(value, str) else json.dumps(value)


def _change(finding: Finding) -> str:
    """Tell what a pattern, default or format was and is, if the summary does not."""
    if finding.rule.partition(".")[0] not in _VALUED:
        return ""
    if finding.old is None or finding.new is None:
        value = finding.new if finding.old is None else finding.old
        return "" if value is None else f": {_code(wording.value(value, _SHOWN))}"
    pair = wording.difference(finding, _SHOWN)
    return f", from {_code(pair[0])} to {_code(pair[1])}" if pair else ""


def _no_longer(finding: Finding) -> str:
    lost = [text for text in finding.lost if quoted(text) not in finding.summary]
    return f"; no longer fits: {_code(wording.cut(lost[0], 60))}" if lost else ""


def _operations(group: Sequence[Finding]) -> str:
    """`(2 operations)`, or the one there is; nothing where the line is about it anyway."""
    names = sorted({name for finding in group for name in finding.operations})
    if not names or names == [group[0].path]:
        return ""
    return f" ({len(names)} operations)" if len(names) > 1 else f" ({_code(names[0])})"


def _accepted(findings: Iterable[Finding]) -> Iterator[str]:
    """Walk what reviewers accepted, and what is to be said of their list."""
    for finding in findings:
        if finding.accepted:
            until = f" until {_words(finding.accepted.expires)}" if finding.accepted.expires else ""
            yield f"{_told(finding)}; accepted{until}: {_words(finding.accepted.reason)}"
        elif _of_the_list(finding):
            yield f"{_code(finding.path)}: {_clause(finding)}"


def _of_the_list(finding: Finding) -> bool:
    return finding.rule.startswith("accept.")


# --------------------------------------------------------------------------------------------------- from first to last


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding of a step, and that step's new release."""

    release: str
    finding: Finding

    @property
    def shown(self) -> str:
        return f"{_clause(self.finding)} ({_words(self.release)})"


def _closing(reports: Sequence[Report], whole: Report) -> Iterator[str]:
    """Tell what the steps one by one do not: what one takes back of another, and what is left in all."""
    yield "## From first to last"
    ends = f"{_words(_release(whole, first=True))} to {_words(_release(whole))}"
    steps = sum(len(report.open) for report in reports)
    yield f"Compared at once, {ends}, there are {len(whole.open)} changes; the steps add up to {steps}."
    yield _bullets(f"{audience}: {wording.counts(whole.count(audience))}" for audience in Audience)
    undone = [_taken_back(one, other, whole) for one, other in _undone(reports)]
    yield "What a later step takes back:" if undone else "No step takes back what another did."
    if undone:
        yield _bullets(undone)


def _undone(reports: Sequence[Report]) -> Iterator[tuple[_Told, _Told]]:
    """Pair findings with those of later steps that are their mirrors; what has no effect is left out."""
    before: dict[tuple[str, str, str], _Told] = {}
    for report in reports:
        release = _release(report)
        found = [_Told(release, one) for one in report.open if one.level is not Level.COSMETIC]
        yield from ((before[key], told) for told in found if (key := _mirrored(told.finding)) in before)
        before |= {_key(told.finding): told for told in found}


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.path, _which(finding, finding.old, finding.new)


def _mirrored(finding: Finding) -> tuple[str, str, str]:
    rule = RULES.get(finding.rule)
    return rule.mirror if rule else "", finding.path, _which(finding, finding.new, finding.old)


def _which(finding: Finding, old: object, new: object) -> str:
    """Tell findings of one rule and path apart by their values: of enums, and where a rule mirrors itself."""
    rule = RULES.get(finding.rule)
    several = finding.rule.startswith(("enum.value-", "operation.error-"))
    return json.dumps([old, new]) if several or (rule and rule.mirror == rule.id) else ""


def _taken_back(one: _Told, other: _Told, whole: Report) -> str:
    left = [_clause(finding) + _change(finding) for finding in whole.open if _is_of(finding, one.finding)]
    in_all = "; ".join(left) or "nothing"
    return f"{_code(one.finding.path)}: {one.shown}, then {other.shown}; in all: {in_all}"


def _is_of(finding: Finding, step: Finding) -> bool:
    areas = {rule.partition(".")[0] for rule in (finding.rule, step.rule)}
    if finding.path != step.path or len(areas) > 1:
        return False
    return _which(step, step.old, step.new) in ("", _which(finding, finding.old, finding.new))


# ------------------------------------------------------------------------------------------------------------- markdown


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _some(names: Sequence[str], last: str = " and ", most: int = _NAMES) -> str:
    """Set names as code: "`a`, `b` and `c`"; above `most`, "`a`, `b` and 5 more"."""
    shown = [_code(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return last.join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _clause(finding: Finding) -> str:
    """Set a summary: what it quotes as code, the rest as it is."""
    parts = _QUOTED.split(wording.summary(finding))
    return "".join(_code(_unquoted(part)) if odd % 2 else _words(part) for odd, part in enumerate(parts))


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text


def _words(text: str) -> str:
    """Leave text that cannot be markup as it is; set the rest as code."""
    return text if _HARMLESS.fullmatch(text) else _code(text)


def _code(text: str) -> str:
    return span(wording.cut(printable(text) if text.strip() else quoted(text), _LONGEST))
