"""The accept list: findings that a reviewer looked at and lives with.

In: a TOML or YAML file of entries, and findings. Out: the findings, those that an entry matches marked as accepted,
never left out; and a finding for each entry that matches nothing or whose day has passed.

    [[accept]]
    rule = "enum.value-added"        # * stands for anything within one step: "enum.*"
    path = "ReasonCode"              # the same: "CreateEngagementRequest.*"
    fingerprint = "0f2bc3d4e5a69788" # of one finding; left out: of every finding that rule and path match
    reason = "we treat unknown reasons alike"
    expires = 2027-01-31             # the last day it holds; left out: for good
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeGuard

import yaml  # type: ignore[import-untyped]

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note, quoted
from codegen.diff.findings import Accepted, Direction, Finding
from codegen.diff.rules import verdicts
from codegen.spec.wording import nearest_name, words

KEYS = ("rule", "path", "fingerprint", "reason", "expires")
_NEEDED = ("rule", "path", "reason")
_compose: Any = yaml.compose  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*accept[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; `fingerprint` and `expires` are None where they are left out."""

    rule: str
    path: str
    fingerprint: str | None
    reason: str
    expires: date | None
    at: Location

    def matches(self, finding: Finding) -> bool:
        fits = _matches(self.rule, finding.rule) and _matches(self.path, finding.path)
        return fits and self.fingerprint in (None, finding.fingerprint)

    def expired(self, today: date) -> bool:
        return self.expires is not None and today > self.expires


@dataclass(frozen=True, slots=True)
class Acceptance:
    entries: tuple[Entry, ...]


def _matches(pattern: str, name: str) -> bool:
    """Match step by step: `Order.*` is no match for `Order.Address.City`, and `Order` none for `Orders`."""
    first, *others = map(re.escape, pattern.split("*"))
    between, last = others[:-1], others[-1:]
    # the first place that fits is as good as any: no star is tried again, so many of them take no longer than one
    within = first + "".join(f"(?>[^.]*?{part})" for part in between) + "".join(f"[^.]*{part}" for part in last)
    return pattern == name or re.fullmatch(within, name) is not None


# -------------------------------------------------------------------------------------------------------------- judging


def accept(findings: Sequence[Finding], acceptance: Acceptance, today: date) -> tuple[Finding, ...]:
    """Mark what is accepted; tell of entries that are of no use."""
    holding = [entry for entry in acceptance.entries if not entry.expired(today)]
    marked = tuple(_marked(finding, holding) for finding in findings)
    used = {entry for entry in acceptance.entries if any(entry.matches(finding) for finding in findings)}
    told = (_told(entry, entry in used, today) for entry in acceptance.entries)
    return (*marked, *(finding for finding in told if finding is not None))


def _marked(finding: Finding, entries: Sequence[Entry]) -> Finding:
    entry = next((entry for entry in entries if entry.matches(finding)), None)
    if entry is None:
        return finding
    return replace(finding, accepted=Accepted(entry.reason, entry.expires.isoformat() if entry.expires else None))


def _told(entry: Entry, used: bool, today: date) -> Finding | None:
    """Tell of an entry that accepts nothing, or no longer."""
    if not used:
        return _about(entry, "accept.unused", f"the entry for {quoted(entry.rule)} matches nothing: remove it")
    if entry.expired(today):
        return _about(entry, "accept.expired", f"the entry for {quoted(entry.rule)} expired on {entry.expires}")
    return None


def _about(entry: Entry, rule: str, summary: str) -> Finding:
    said = {"rule": entry.rule, "fingerprint": entry.fingerprint, "reason": entry.reason}
    return Finding(
        rule=rule,
        path=entry.path,
        summary=summary,
        direction=Direction.NONE,
        old={**said, "expires": entry.expires.isoformat() if entry.expires else None},
        verdicts=verdicts(rule, Direction.NONE),
        new_at=entry.at,
    )


# -------------------------------------------------------------------------------------------------------------- reading


def read_acceptance(path: str, content: bytes, rules: Sequence[str]) -> Acceptance:
    """Read an accept list; `rules` are those there are. Raises Diagnostics with everything that is wrong with it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(Location(path, 1, 1), "encoding", "not UTF-8; save the file as UTF-8") from None
    raw = _toml(path, text) if path.endswith(".toml") else _yaml(path, text)
    faults = [fault for at, entry in raw for fault in _faults(at, entry, rules)]
    if faults:
        raise Diagnostics(faults)
    entries = tuple(_entry(at, entry) for at, entry in raw)
    twice = [entry for number, entry in enumerate(entries) if any(_same(entry, other) for other in entries[:number])]
    if twice:
        raise Diagnostics(Diagnostic("duplicate-entry", "this entry is written twice", entry.at) for entry in twice)
    return Acceptance(entries)


def _same(one: Entry, other: Entry) -> bool:
    return (one.rule, one.path, one.fingerprint) == (other.rule, other.path, other.fingerprint)


Raw = list[tuple[Location, Any]]


def _toml(path: str, text: str) -> Raw:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(fault))
        at = Location(path, int(place[1]), int(place[2])) if place else Location(path)
        said = str(fault).partition(" (at ")[0]
        raise _refused(at, "syntax", f"not TOML: {said[:1].lower()}{said[1:]}") from None
    except (ValueError, RecursionError):
        raise _refused(Location(path), "syntax", "not TOML that can be read: too deep, or a number too long") from None
    lines = [text.count("\n", 0, match.start()) + 1 for match in _HEADER.finditer(text)]
    return _entries(path, found, [Location(path, line, 1) for line in lines])


def _yaml(path: str, text: str) -> Raw:
    """Read every value as a text: a fingerprint may be all digits, and `_date` tells what is no day."""
    try:
        root: Any = _compose(text, Loader=yaml.BaseLoader)
        found = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        at = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
        raise _refused(at, "syntax", f"not YAML: {' '.join(str(fault.problem or fault.context).split())}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _refused(Location(path), "syntax", "not YAML") from None
    if twice := [_at(path, key) for key in _twice(root)]:
        raise Diagnostics(Diagnostic("duplicate-key", "this key is written twice", at) for at in twice)
    return _entries(path, found, [_at(path, item) for item in _items(root)])


def _at(path: str, node: Any) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)


def _items(root: Any) -> Iterator[Any]:
    """Walk the items of the list under `accept`."""
    for key, value in _pairs(root):
        if key.value == "accept" and isinstance(value, yaml.SequenceNode):
            yield from value.value


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return [*node.value] if isinstance(node, yaml.MappingNode) else []


def _twice(root: Any) -> Iterator[Any]:
    """Walk the keys that an object has already, of which the last would win."""
    for node in (root, *_items(root)):
        keys = [key for key, _ in _pairs(node)]
        names = [key.value for key in keys]
        yield from (key for number, key in enumerate(keys) if key.value in names[:number])


def _entries(path: str, found: Any, places: list[Location]) -> Raw:
    """Pair each entry with its place; one that is written in an unusual way has that of the file."""
    found = {} if found is None else found
    unknown = sorted({*found} - {"accept"}) if _is_table(found) else []
    entries: Any = (found.get("accept") or []) if _is_table(found) else None
    if not _is_list(entries) or unknown:
        message = f"unknown key {quoted(unknown[0])}" if unknown else "an accept list is a list of entries"
        note = "write entries under `accept`: [[accept]] in TOML, a list in YAML"
        raise Diagnostics([Diagnostic("accept-list", message, Location(path), notes=(Note(note),))])
    known = places if len(places) == len(entries) else [Location(path)] * len(entries)
    return list(zip(known, entries, strict=True))


def _is_table(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _refused(at: Location, rule: str, message: str) -> Diagnostics:
    return Diagnostics([Diagnostic(rule, message, at)])


def _faults(at: Location, entry: Any, rules: Sequence[str]) -> Iterator[Diagnostic]:
    """Walk what is wrong with one entry."""
    if not _is_table(entry):
        yield Diagnostic("accept-list", "an entry is a table with rule, path and reason", at)
        return
    for key in (key for key in entry if key not in KEYS):
        nearest = nearest_name(key, KEYS)
        meant = f"did you mean {quoted(nearest)}?" if nearest else f"known are {words(KEYS)}"
        yield Diagnostic("unknown-key", f"unknown key {quoted(key)}", at, notes=(Note(meant),))
    for key in _NEEDED:
        if not str(entry.get(key) or "").strip():
            yield Diagnostic("missing-key", f"an entry needs a {key}", at)
    for key in (key for key in KEYS[:-1] if not isinstance(entry.get(key, ""), str)):
        yield Diagnostic("wrong-type", f"{quoted(key)} is a text", at)
    yield from _wrong_date(at, entry.get("expires"))
    yield from _unknown_rule(at, entry.get("rule"), rules)


def _wrong_date(at: Location, value: Any) -> Iterator[Diagnostic]:
    if value is not None and _date(value) is None:
        yield Diagnostic("wrong-date", "expires is a day, written as 2027-01-31", at)


def _date(value: Any) -> date | None:
    """Read a day; TOML and YAML have dates of their own."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _unknown_rule(at: Location, rule: Any, rules: Sequence[str]) -> Iterator[Diagnostic]:
    if not isinstance(rule, str) or not rule or any(_matches(rule, known) for known in rules):
        return
    nearest = nearest_name(rule, rules)
    notes = (Note(f"did you mean {quoted(nearest)}?"),) if nearest else ()
    yield Diagnostic("unknown-rule", f"no rule is called {quoted(rule)}", at, notes=notes)


def _entry(at: Location, raw: Mapping[str, Any]) -> Entry:
    return Entry(
        rule=raw["rule"],
        path=raw["path"],
        fingerprint=raw.get("fingerprint"),
        reason=raw["reason"],
        expires=_date(raw.get("expires")),
        at=at,
    )
