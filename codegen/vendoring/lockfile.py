"""The lock file: what is vendored in a project, from where, and which edits by hand an update has kept.

In: `speccast.lock` at the root of the host project, or `Entry`s. Out: the one or the other, or `Diagnostics`.

On disk the file is untrusted: its keys say which folders are written and removed. A path that leaves the project, a
value of another type, a key that is not known and half a merge are refused by line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Place, quoted
from codegen.files.manifest import path_fault
from codegen.files.places import reading, writing
from codegen.project import CHECK_LEVELS
from codegen.spec.ir import Json
from codegen.spec.source import Source, read_regular_file, read_source, shown_path
from codegen.spec.wording import nearest_name, words
from codegen.vendoring.atomic import refuse_link, replace_file
from codegen.vendoring.host import Host, key_fault, neighbour_fault
from codegen.vendoring.merging import marked_lines
from codegen.vendoring.naming import ORIGINS, Origin

_ABOUT = "What speccast vendored in this project, and from where: commit it, do not edit it."
_VERSION = 1
_KEYS = ("about", "packages", "version")
_SHA256 = re.compile("[0-9a-f]{64}")
_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_REMEDY = "restore the file from version control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One vendored package. `spec` is what the user called it, paths relative to the root; `revision` is git's commit.

    `manifest` is the digest that the package's manifest has of itself; `edited` has the digest of each file that was
    edited by hand, as the last update left it.
    """

    spec: str
    origin: Origin
    revision: str | None
    service: str
    release: str
    spec_sha256: str
    operations: tuple[str, ...] | None
    checks: Mapping[str, str]
    generator: str
    manifest: str
    edited: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        return f"{self.service}@{self.release}"


Packages = Mapping[str, Entry]
"""By the path of the package's folder, relative to the root."""


def write_lock(host: Host, packages: Packages) -> None:
    """Write the lock file; with nothing vendored there is none."""
    if packages:
        replace_file(host.lock, print_lock(packages).encode())
    else:
        with writing(host.lock):
            host.lock.unlink(missing_ok=True)


def print_lock(packages: Packages) -> str:
    """Print the lock file: every key sorted, so that two branches that vendor merge well."""
    entries = {key: asdict(entry) for key, entry in packages.items()}
    return json.dumps({"about": _ABOUT, "packages": entries, "version": _VERSION}, indent=2, sort_keys=True) + "\n"


# ------------------------------------------------------------------------------------------------------------- reading


def read_lock(host: Host) -> Packages:
    """Read what is vendored; nothing where there is no lock file."""
    with reading(host.lock):
        refuse_link(host.lock)
        if not host.lock.exists():
            return {}
    shown, content = shown_path(host.lock), read_regular_file(host.lock)
    if lines := marked_lines(content.decode("utf-8", "replace")):
        message = "a merge left both sides here; keep the packages of both, without the markers"
        _refuse(message, Location(shown, lines[0], 1))
    return _Reader(_source(shown, content)).packages()


def _source(shown: str, content: bytes) -> Source:
    try:
        return read_source(shown, content)
    except Diagnostics as fault:
        first = fault.found[0]
        why = "its top level is no object" if first.rule == "not-an-object" else first.message
        _refuse(f"this is no lock file of speccast: {why}; {_REMEDY}", fault.location(first.place) or Location(shown))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of the file, each checked."""

    source: Source

    def packages(self) -> Packages:
        content = self.table((), _KEYS)
        version = content.get("version")
        if isinstance(version, int) and version > _VERSION:
            self.refuse("a newer speccast wrote this file; install that one", "version")
        if version != _VERSION:
            self.refuse(f'"version" must be {_VERSION}; {_REMEDY}', "version")
        packages = self.mapping(content, (), "packages")
        for key in packages:
            fault = key_fault(key) or neighbour_fault(key, packages)
            if fault:
                self.refuse_key(f"{quoted(key)} cannot be a package: {fault}; {_REMEDY}", "packages", key)
        return {key: self.entry(key) for key in sorted(packages)}

    def entry(self, key: str) -> Entry:
        at = ("packages", key)
        values = self.table(at, tuple(each.name for each in fields(Entry)))
        origin: Origin | None = next((one for one in ORIGINS if one == values.get("origin")), None)
        if origin is None:
            self.refuse(f'"origin" must be one of {words(ORIGINS)}; {_REMEDY}', *at, "origin")
        return Entry(
            spec=self.text(values, at, "spec"),
            origin=origin,
            revision=None if values.get("revision") is None else self.text(values, at, "revision", _COMMIT),
            service=self.text(values, at, "service"),
            release=self.text(values, at, "release"),
            spec_sha256=self.text(values, at, "spec_sha256", _SHA256),
            operations=self.operations(values, at),
            checks=self.checks(values, at),
            generator=self.text(values, at, "generator"),
            manifest=self.text(values, at, "manifest", _SHA256),
            edited=self.edited(values, at),
        )

    def table(self, at: tuple[str, ...], keys: tuple[str, ...]) -> Mapping[str, Json]:
        value = self.source.value
        for step in at:
            value = value.get(step) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            self.refuse(f"{quoted(at[-1] if at else '')} must be an object; {_REMEDY}", *at)
        for key in value:
            if key not in keys:
                nearest = nearest_name(key, keys)
                meant = f"did you mean {quoted(nearest)}?" if nearest else f"keys are {words(keys)}"
                self.refuse_key(f"unknown key {quoted(key)}; {meant}", *at, key)
        return value

    def mapping(self, values: Mapping[str, Json], at: tuple[str, ...], key: str) -> Mapping[str, Json]:
        value = values.get(key)
        if not isinstance(value, dict):
            self.refuse(f"{quoted(key)} must be an object; {_REMEDY}", *at, key)
        return value

    def text(
        self, values: Mapping[str, Json], at: tuple[str, ...], key: str, pattern: re.Pattern[str] | None = None
    ) -> str:
        value = values.get(key)
        if not isinstance(value, str) or not value:
            self.refuse(f"{quoted(key)} must be a string; {_REMEDY}", *at, key)
        if pattern and not pattern.fullmatch(value):
            what = "a sha256" if pattern is _SHA256 else "a commit"
            self.refuse(f"{quoted(key)} is not {what}; {_REMEDY}", *at, key)
        return value

    def operations(self, values: Mapping[str, Json], at: tuple[str, ...]) -> tuple[str, ...] | None:
        value = values.get("operations")
        if value is None:
            return None
        texts = tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
        if not isinstance(value, list) or not texts or len(texts) != len(value):
            self.refuse(f'"operations" must be null or a list of strings; {_REMEDY}', *at, "operations")
        return texts

    def checks(self, values: Mapping[str, Json], at: tuple[str, ...]) -> Mapping[str, str]:
        found = self.mapping(values, at, "checks")
        for name, level in found.items():
            if level not in CHECK_LEVELS:
                self.refuse(f"the level of {quoted(name)} must be one of {words(CHECK_LEVELS)}", *at, "checks", name)
        return {name: str(level) for name, level in found.items()}

    def edited(self, values: Mapping[str, Json], at: tuple[str, ...]) -> Mapping[str, str]:
        found = self.mapping(values, at, "edited")
        for path in found:
            if fault := path_fault(path):
                self.refuse_key(f"{quoted(path)} is no path of a product: {fault}; {_REMEDY}", *at, "edited", path)
        return {path: self.text(found, (*at, "edited"), path, _SHA256) for path in found}

    def refuse(self, message: str, *pointer: str) -> NoReturn:
        _refuse(message, self.source.locate(Place(self.source.path, pointer)))

    def refuse_key(self, message: str, *pointer: str) -> NoReturn:
        _refuse(message, self.source.locate(Place(self.source.path, pointer, on_key=True)))


def _refuse(message: str, place: Location) -> NoReturn:
    raise Diagnostics([Diagnostic("lock", message, place)])
