"""Diagnostics: what is wrong, where, and what to do; and the five ways to print them.

In: `Diagnostic`s with a `Place` (file and JSON pointer, found by line and column only when printed) or a `Location`.
Out: text, JSON, GitHub annotations, SARIF or GitLab's report. `Diagnostics` is never empty, sorted and free of
duplicates: success is "no set", so a printer is a dumb function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any

from codegen.digests import sha256
from codegen.records import dataclass


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A value (or, with `on_key`, the key that names it) in a JSON file: `pointer` holds keys and list indices."""

    file: str
    pointer: tuple[str | int, ...] = ()
    on_key: bool = False

    def child(self, *steps: str | int) -> Place:
        return Place(self.file, (*self.pointer, *steps))

    def key(self) -> Place:
        return Place(self.file, self.pointer, on_key=True)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """1-based line and column, columns in characters; line 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}:{self.column}" if self.line else printable(self.path)


Locate = Callable[[Place], Location]
"""Finds a place's line and column; a place that is gone narrows to its parent's, never to nothing."""


@dataclass(frozen=True, slots=True)
class Note:
    message: str
    place: Place | Location | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message`: lower case, no full stop, one line, wire names quoted with `quoted`."""

    rule: str
    message: str
    place: Place | Location | None = None
    level: Level = Level.ERROR
    notes: tuple[Note, ...] = field(default=())


class Diagnostics(Exception):
    """A non-empty set of diagnostics, sorted by place; raised when work cannot go on, or returned as findings."""

    def __init__(self, found: Iterable[Diagnostic], locate: Locate | None = None) -> None:
        self.locate = locate or _whole_file
        self.found = tuple(sorted(dict.fromkeys(found), key=self._order))
        if not self.found:
            raise ValueError("a set of diagnostics is never empty")
        super().__init__(self.text())

    def _order(self, diagnostic: Diagnostic) -> tuple[Location, str, str]:
        return (self.location(diagnostic.place) or Location(""), diagnostic.rule, diagnostic.message)

    def location(self, place: Place | Location | None) -> Location | None:
        return self.locate(place) if isinstance(place, Place) else place

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.found if one.level is Level.ERROR)

    def text(self) -> str:
        return "\n".join(_text_lines(self))


def _whole_file(place: Place) -> Location:
    return Location(place.file)


def quoted(text: str) -> str:
    """Print a wire name inside JSON quotes, so that control characters stay inert; `a"b` gives `"a\\"b"`."""
    cut = text if len(text) <= 200 else text[:200] + "..."
    return inert_json(json.dumps(cut, ensure_ascii=not text.isprintable()))


def printable(text: str) -> str:
    """Leave text as it is unless it holds something a terminal or a runner of workflows would act upon."""
    return text if is_inert(text) else quoted(text)


COMMAND = re.compile(r"(?:^|(?<=\s)):(?=:)|(?<=#)#(?=(?i:vso|teamcity)?\[)")
"""Where a command of a workflow begins: `::` at the start of a line, where text that is wrapped may come to stand
after any blank; anywhere the older form `##[`, and Azure Pipelines' and TeamCity's `##vso[` and `##teamcity[`."""


def is_inert(text: str) -> bool:
    """Say whether text does nothing to a terminal, nor to the runner of a workflow that prints it."""
    return text.isprintable() and not COMMAND.search(text)


def inert_json(text: str) -> str:
    """Spell out in JSON, where it means the same, what a runner acts upon: `"##[x]"` gives `"#\\u0023[x]"`."""
    return COMMAND.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_text(value: object) -> str:
    """Print a document of JSON: in ASCII, and inert."""
    return inert_json(json.dumps(value, indent=2))


def internal_error(fault: BaseException) -> str:
    """Say that a bug of ours was met; `TypeError("no")` gives `internal error: TypeError: no; please report it`."""
    return f"internal error: {printable(f'{type(fault).__name__}: {fault}')}; please report it"


# ---------------------------------------------------------------------------------------------------------- printers


def _text_lines(diagnostics: Diagnostics) -> Iterator[str]:
    for one in diagnostics.found:
        yield _text_line(diagnostics.location(one.place), one.level, f"{one.message} [{one.rule}]")
        for note in one.notes:
            yield "  " + _text_line(diagnostics.location(note.place), Level.NOTE, note.message)


def _text_line(location: Location | None, level: Level, message: str) -> str:
    return f"{location}: {level}: {message}" if location else f"speccast: {level}: {message}"


def _json_entry(diagnostics: Diagnostics, one: Diagnostic) -> dict[str, Any]:
    location = diagnostics.location(one.place)
    return {
        "rule": one.rule,
        "level": str(one.level),
        "message": one.message,
        "path": location.path if location else None,
        "line": location.line if location else None,
        "column": location.column if location else None,
        "pointer": _pointer(one.place) if isinstance(one.place, Place) else None,
        "notes": [
            {"message": note.message, "location": str(diagnostics.location(note.place)) if note.place else None}
            for note in one.notes
        ],
    }


def _pointer(place: Place) -> str:
    """`("shapes", "a/b", 0)` gives `/shapes/a~1b/0` (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place.pointer)


def as_json(diagnostics: Diagnostics | None) -> str:
    entries = [_json_entry(diagnostics, one) for one in diagnostics.found] if diagnostics else []
    return json_text({"diagnostics": entries})


_GITHUB_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def as_github(diagnostics: Diagnostics | None) -> str:
    """Print workflow commands; data and properties escaped as GitHub's runner wants them."""
    return "\n".join(_github_line(diagnostics, one) for one in diagnostics.found) if diagnostics else ""


def _github_line(diagnostics: Diagnostics, one: Diagnostic) -> str:
    return github_command(_GITHUB_LEVELS[one.level], one.rule, one.message, diagnostics.location(one.place))


def github_command(kind: str, title: str, message: str, location: Location | None) -> str:
    """Print one workflow command: `::error file=a.json,line=1,col=2,title=rule::what is wrong`."""
    where = f"file={_property(location.path)}," if location else ""
    line = f"line={location.line},col={location.column}," if location and location.line else ""
    return f"::{kind} {where}{line}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(diagnostics: Diagnostics | None) -> str:
    """Print SARIF 2.1.0, one result per diagnostic."""
    found = diagnostics.found if diagnostics else ()
    rules = [{"id": rule} for rule in sorted({one.rule for one in found})]
    return sarif_log(rules, [_sarif_result(diagnostics, one) for one in found] if diagnostics else [])


def sarif_log(rules: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> str:
    """Print SARIF 2.1.0 of one run of speccast."""
    driver = {"name": "speccast", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json_text(log)


def _sarif_result(diagnostics: Diagnostics, one: Diagnostic) -> dict[str, Any]:
    location = diagnostics.location(one.place)
    result: dict[str, Any] = {"ruleId": one.rule, "level": str(one.level), "message": {"text": one.message}}
    return {**result, "locations": [sarif_location(location)]} if location else result


def sarif_location(location: Location) -> dict[str, Any]:
    """Give the `location` object of a place; without a region where the file as a whole is meant."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": location.path}}
    if location.line:
        physical["region"] = {"startLine": location.line, "startColumn": location.column}
    return {"physicalLocation": physical}


_GITLAB_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def as_gitlab(diagnostics: Diagnostics | None) -> str:
    """Print a Code Quality report; it needs a file and a line, even where a finding has none."""
    return json_text([_gitlab_issue(diagnostics, one) for one in diagnostics.found] if diagnostics else [])


def _gitlab_issue(diagnostics: Diagnostics, one: Diagnostic) -> dict[str, Any]:
    location = diagnostics.location(one.place) or Location(".")
    known = json.dumps([one.rule, one.message, location.path, location.line, location.column])
    return {
        "check_name": one.rule,
        "description": one.message,
        "fingerprint": sha256(known.encode()).hexdigest(),
        "severity": _GITLAB_SEVERITIES[one.level],
        "location": {"path": location.path, "lines": {"begin": max(location.line, 1)}},
    }


PRINTERS: dict[str, Callable[[Diagnostics | None], str]] = {
    "text": lambda diagnostics: diagnostics.text() if diagnostics else "",
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
    "gitlab": as_gitlab,
}
