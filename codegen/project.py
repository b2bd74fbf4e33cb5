"""The project around the current folder: `[tool.speccast]` of the nearest pyproject.toml that has it.

In: a folder to start from. Out: `Project`, or `Diagnostics` that name the line. Without such a table the project is the
folder itself, with the defaults.

    [tool.speccast]
    specs = ["partnercentral-selling@2024-12-05"]   # what commands without SPEC are about
    out = "generated"                               # the folder that gets the package folders
    operations = ["CreateEngagement"]               # all, if not stated
    checks = { "CreateEngagementRequest.Title:length" = "warn" }
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note, quoted
from codegen.spec.cursor import nearest_name, words
from codegen.spec.source import read_regular_file, shown_path

KEYS = ("specs", "out", "operations", "checks")
CHECK_LEVELS = ("error", "warn", "off")
CHECK_KINDS = ("required", "unknown", "type", "length", "range", "pattern", "enum", "union", "unique")
_CHECK_KEY = re.compile(rf"(?:{'|'.join(CHECK_KINDS)})|[^.:]+(?:\.[^.:]+)?:(?:{'|'.join(CHECK_KINDS)})|[^.:]+\.[^.:]+")
_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`root` is where `specs/` stands; `specs` empty means every service there, `operations` None all of them."""

    root: Path
    out: Path
    specs: tuple[str, ...] = ()
    operations: tuple[str, ...] | None = None
    checks: Mapping[str, str] = field(default_factory=dict[str, str])


def read_project(start: Path) -> Project:
    """Find and read the project that `start` is in."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and (table := _read_table(path)) is not None:
            return _project(folder, path, table)
    return Project(root=start, out=start / "generated")


def _read_table(path: Path) -> object:
    """Give the value of `[tool.speccast]`; None when the file has none."""
    shown = shown_path(path)
    try:
        document = tomllib.loads(read_regular_file(path).decode("utf-8"))
    except UnicodeDecodeError:
        raise Diagnostics([Diagnostic("config", "not UTF-8; save the file as UTF-8", Location(shown))]) from None
    except tomllib.TOMLDecodeError as fault:
        raise Diagnostics([_syntax_fault(shown, str(fault))]) from None
    tool: object = document.get("tool")
    return tool.get("speccast") if _is_table(tool) else None


def _syntax_fault(shown: str, message: str) -> Diagnostic:
    at = _TOML_PLACE.search(message)
    place = Location(shown, int(at[1]), int(at[2])) if at else Location(shown)
    said = _TOML_PLACE.sub("", message)
    return Diagnostic("config", f"not TOML: {said[:1].lower()}{said[1:]}", place)


# ------------------------------------------------------------------------------------------------------ one key each


def _project(root: Path, path: Path, table: object) -> Project:
    reader = _Reader(path)
    values = reader.table(table)
    project = Project(
        root=root,
        out=root / reader.text(values, "out", "generated"),
        specs=reader.texts(values, "specs") or (),
        operations=reader.texts(values, "operations"),
        checks=reader.checks(values),
    )
    if reader.found:
        raise Diagnostics(reader.found)
    return project


class _Reader:
    """Takes values out of the table, each checked; collects what is wrong."""

    def __init__(self, path: Path) -> None:
        self.shown = shown_path(path)
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.found: list[Diagnostic] = []

    def table(self, value: object) -> Mapping[str, object]:
        if not _is_table(value):
            self.report('"speccast" must be a table', "speccast")
            return {}
        for key in value.keys() - set(KEYS):
            nearest = nearest_name(key, KEYS)
            meant = f"did you mean {quoted(nearest)}?" if nearest else f"keys are {words(KEYS)}"
            self.report(f"unknown key {quoted(key)}", key, Note(meant))
        return value

    def text(self, values: Mapping[str, object], key: str, default: str) -> str:
        value = values.get(key, default)
        if isinstance(value, str) and value:
            return value
        self.report(f"{quoted(key)} must be a string", key)
        return default

    def texts(self, values: Mapping[str, object], key: str) -> tuple[str, ...] | None:
        value = values.get(key)
        if value is None:
            return None
        texts = tuple(one for one in value if isinstance(one, str)) if _is_list(value) else ()
        if not _is_list(value) or not value or len(texts) != len(value):
            self.report(f"{quoted(key)} must be a list of strings, at least one", key)
        return texts

    def checks(self, values: Mapping[str, object]) -> dict[str, str]:
        value = values.get("checks", {})
        checks = (
            {name: str(level) for name, level in value.items() if level in CHECK_LEVELS} if _is_table(value) else {}
        )
        if not _is_table(value) or len(checks) != len(value):
            self.report(f'"checks" must be a table whose values are among {words(CHECK_LEVELS)}', "checks")
        for name in checks:
            if not _CHECK_KEY.fullmatch(name):
                message = f"{quoted(name)} is no key of checks: write KIND, Shape.Member or Shape.Member:KIND"
                self.report(message, "checks", Note(f"kinds are {words(CHECK_KINDS)}"))
        return checks

    def report(self, message: str, key: str, *notes: Note) -> None:
        place = Location(self.shown, *self._where(key))
        self.found.append(Diagnostic("config", message, place, notes=notes))

    def _where(self, key: str) -> tuple[int, int]:
        """Find `key =` after the table's header, or the header; TOML's other spellings are named by file alone."""
        inside, header = False, (0, 0)
        for number, line in enumerate(self.lines, 1):
            if line.lstrip().startswith("["):
                inside = line.strip().startswith("[tool.speccast")
                header = (number, 1) if inside and not header[0] else header
            elif inside and (match := re.match(rf"""\s*["']?({re.escape(key)})["']?\s*=""", line)):
                return number, match.start(1) + 1
        return header


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)
