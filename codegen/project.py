"""The project around the current folder: `[tool.speccast]` of the nearest pyproject.toml that has it.

In: a folder to start from. Out: `Project`, or `Diagnostics` that name the line. Without such a table the project is the
folder itself, with the defaults.

    [tool.speccast]
    specs = [                                       # what commands without SPEC are about: names alone, or tables
        "partnercentral-selling@2024-12-05",
        { spec = "notes", package = "acme_notes", out = "src", operations = ["PutNote"], checks = { pattern = "off" } },
    ]
    out = "generated"                               # the folder that gets the package folders
    operations = ["CreateEngagement"]               # all, if not stated
    checks = { "CreateEngagementRequest.Title:length" = "warn" }
    accept = "accepted.toml"                        # findings of `diff` that reviewers accepted
    templates = "overrides"                         # templates that are printed instead of ours

What stands at the top holds for every spec that says nothing else; `checks` of both are joined.
"""

from __future__ import annotations

import keyword
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TypeGuard

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note, quoted
from codegen.records import dataclass
from codegen.spec.source import read_regular_file, shown_path
from codegen.spec.wording import nearest_name, words
from codegen.tomlplaces import Places

FILE = "pyproject.toml"
KEYS = ("specs", "out", "operations", "checks", "accept", "templates")
ENTRY_KEYS = ("spec", "package", "out", "operations", "checks")
CHECK_LEVELS = ("error", "warn", "off")
CHECK_KINDS = ("required", "unknown", "type", "length", "range", "pattern", "enum", "union", "unique")
_CHECK_KEY = rf"(?:{'|'.join(CHECK_KINDS)})|[^.:]+(?:\.[^.:]+)?:(?:{'|'.join(CHECK_KINDS)})|[^.:]+\.[^.:]+"
_PACKAGE = "[A-Za-z_][A-Za-z0-9_]{0,99}"
_TOML_PLACE = r" \(at line (\d+), column (\d+)\)$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What changes a package besides its spec; `operations` None means all, `package` None the service's own name."""

    out: Path
    package: str | None = None
    operations: tuple[str, ...] | None = None
    checks: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the project's specs: what it is called, and its settings, defaults included."""

    spec: str
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`root` is where `specs/` stands; `entries` empty means every service there; `file` is None without a table."""

    root: Path
    settings: Settings
    entries: tuple[Entry, ...] = ()
    accept: Path | None = None
    templates: Path | None = None
    file: Path | None = None

    @property
    def specs(self) -> tuple[str, ...]:
        return tuple(entry.spec for entry in self.entries)


def read_project(start: Path) -> Project:
    """Find and read the project that `start` is in."""
    for folder in (start, *start.parents):
        path = folder / FILE
        if path.is_file() and (table := _read_table(path)) is not None:
            return _Reader(path).project(table)
    return Project(root=start, settings=Settings(out=start / "generated"))


def package_fault(name: str) -> str | None:
    """Say what keeps a name from being a package's; `class` gives `is a keyword of Python`."""
    if not re.fullmatch(_PACKAGE, name):
        return "must be letters, digits and underscores, no digit first"
    return "is a keyword of Python" if keyword.iskeyword(name) else None


_NEEDED = ("aiohttp", "boto3", "botocore", "hypothesis", "jmespath", "pydantic", "pytest", "regex", "urllib3")
"""What a generated package imports, or may import."""


def _shadowing(name: str) -> str | None:
    """A package beside others on the path hides what has its name; vendored inside another it hides nothing."""
    if name in _NEEDED or name in sys.stdlib_module_names:
        return "would hide the module of that name that it imports"
    return None


def _read_table(path: Path) -> object:
    """Give the value of `[tool.speccast]`; None when the file has none."""
    shown = shown_path(path)
    try:
        text = read_regular_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Diagnostics([Diagnostic("config", "not UTF-8; save the file as UTF-8", Location(shown))]) from None
    tool = read_toml(shown, text).get("tool")
    return tool.get("speccast") if _is_table(tool) else None


def read_toml(shown: str, text: str) -> Mapping[str, object]:
    """Parse TOML; what is wrong with it is named by line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Diagnostics([_syntax_fault(shown, str(fault))]) from None
    except (ValueError, RecursionError):
        said = "not TOML that can be read: too deep, or a number too long"
        raise Diagnostics([Diagnostic("config", said, Location(shown))]) from None


def _syntax_fault(shown: str, message: str) -> Diagnostic:
    at = re.search(_TOML_PLACE, message)
    place = Location(shown, int(at[1]), int(at[2])) if at else Location(shown)
    said = re.sub(_TOML_PLACE, "", message)
    return Diagnostic("config", f"not TOML: {said[:1].lower()}{said[1:]}", place)


# ------------------------------------------------------------------------------------------------------ one key each


class _Reader:
    """Takes values out of the table, each checked; collects what is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = shown_path(path)
        self.places = Places(path.read_text(encoding="utf-8"))
        self.number: int | None = None
        """Which entry of `specs` is read; None for the table itself."""
        self.found: list[Diagnostic] = []

    def project(self, table: object) -> Project:
        values = self.table(table, "speccast", KEYS)
        root = self.path.parent
        settings = self.settings(values, Settings(out=root / "generated"))
        accept, templates = self.text(values, "accept"), self.text(values, "templates")
        project = Project(
            root=root,
            settings=settings,
            entries=self.entries(values, settings),
            accept=root / accept if accept else None,
            templates=root / templates if templates else None,
            file=self.path,
        )
        if self.found:
            raise Diagnostics(self.found)
        return project

    def entries(self, values: Mapping[str, object], defaults: Settings) -> tuple[Entry, ...]:
        value = values.get("specs")
        if value is None:
            return ()
        if not _is_list(value) or not value:
            self.report('"specs" must be a list of strings or tables, at least one', "specs")
            return ()
        return tuple(self.numbered(number, one, defaults) for number, one in enumerate(value))

    def numbered(self, number: int, value: object, defaults: Settings) -> Entry:
        self.number = number
        entry = self.entry(value, defaults)
        self.number = None
        return entry

    def entry(self, value: object, defaults: Settings) -> Entry:
        if isinstance(value, str) and value:
            return Entry(value, defaults)
        values = self.table(value, "specs", ENTRY_KEYS, 'an entry of "specs" must be a string or a table')
        spec = self.text(values, "spec")
        if values and spec is None:
            self.report('an entry of "specs" needs the key "spec"', "specs")
        return Entry(spec or "", self.settings(values, defaults))

    def settings(self, values: Mapping[str, object], defaults: Settings) -> Settings:
        out = self.text(values, "out")
        return Settings(
            out=self.path.parent / out if out else defaults.out,
            package=self.package(values),
            operations=self.texts(values, "operations") or defaults.operations,
            checks={**defaults.checks, **self.checks(values)},
        )

    def table(self, value: object, name: str, keys: tuple[str, ...], message: str = "") -> Mapping[str, object]:
        if not _is_table(value):
            self.report(message or f"{quoted(name)} must be a table", name)
            return {}
        for key in value.keys() - set(keys):
            nearest = nearest_name(key, keys)
            meant = f"did you mean {quoted(nearest)}?" if nearest else f"keys are {words(keys)}"
            self.report(f"unknown key {quoted(key)}", key, Note(meant))
        return value

    def text(self, values: Mapping[str, object], key: str) -> str | None:
        value = values.get(key)
        if value is None or (isinstance(value, str) and value and value.isprintable()):
            return value
        self.report(f"{quoted(key)} must be a string{' that can be printed' if isinstance(value, str) else ''}", key)
        return None

    def package(self, values: Mapping[str, object]) -> str | None:
        name = self.text(values, "package")
        if name and (fault := package_fault(name) or _shadowing(name)):
            self.report(f"{quoted(name)} cannot name a package: it {fault}", "package")
        return name

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
        if not _is_table(value):
            self.report('"checks" must be a table', "checks")
            return {}
        for name, level in value.items():
            if level not in CHECK_LEVELS:
                self.report(f"{quoted(name)} of checks must be one of {words(CHECK_LEVELS)}", name)
            if not re.fullmatch(_CHECK_KEY, name):
                message = f"{quoted(name)} is no key of checks: write KIND, Shape.Member or Shape.Member:KIND"
                self.report(message, name, Note(f"kinds are {words(CHECK_KINDS)}"))
        return {name: str(level) for name, level in value.items()}

    def report(self, message: str, key: str, *notes: Note) -> None:
        place = Location(self.shown, *self.places.of(key, self.number))
        self.found.append(Diagnostic("config", message, place, notes=notes))


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)
