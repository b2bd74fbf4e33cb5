"""What is wanted of each release: SPECs of the command line, or the project's own, with the settings of the project.

In: SPECs, the project, what the command line says besides. Out: one `Order` per package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.load import Found, find
from codegen.overrides import NONE, Overrides, read_overrides
from codegen.project import Entry, Project, Settings
from codegen.records import dataclass, replace
from codegen.spec.source import shown_path

_NAMESAKES = {"botocore:sms-voice": "sms_voice"}
"""Models of botocore whose service id is another's as well: the package has botocore's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One package: where it goes, and what changes it besides the spec.

    `package` None means the service's own name; `command` is what the first line of every file says to run.
    """

    found: Found
    out: Path
    package: str | None = None
    operations: tuple[str, ...] | None = None
    checks: Mapping[str, str] = field(default_factory=dict[str, str])
    command: str = "speccast generate"
    overrides: Overrides = NONE

    @property
    def digest(self) -> str:
        """Digest the spec, and beside it what else changes the output, where there is any.

        `1f0c...`, or `1f0c...+settings:9a2b...+templates:3d4e...`, so that what changed can be told.
        """
        settings = {"checks": self.checks, "package": self.package}
        said = json.dumps(settings, sort_keys=True) if any(settings.values()) else ""
        parts = {"settings": _sha256(said) if said else "", "templates": self.overrides.digest}
        return "".join((self.found.digest, *(f"+{name}:{digest[:16]}" for name, digest in parts.items() if digest)))

    @property
    def size(self) -> int:
        """Say roughly how much there is to do."""
        return sum(len(file.content) for file in self.found.files)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def orders(
    specs: Sequence[str], project: Project, *, out: Path | None = None, operations: Sequence[str] | None = None
) -> tuple[Order, ...]:
    """Order what the SPECs mean; with none, what the project says. The command line wins over the project."""
    pairs = _named(specs, project) if specs else _configured(project)
    overrides = read_overrides(project.templates)
    made = (_order(found, settings, out, operations) for found, settings in pairs)
    once = {(_place(order.found), order.out, order.package, order.operations): order for order in made}
    return tuple(replace(order, overrides=overrides) for order in once.values())


def _order(found: Found, settings: Settings, out: Path | None, operations: Sequence[str] | None) -> Order:
    wanted = operations or settings.operations
    return Order(
        found=found,
        out=out or settings.out,
        package=settings.package or _NAMESAKES.get(found.shown),
        operations=tuple(sorted(set(wanted))) if wanted else None,
        checks=settings.checks,
    )


def _configured(project: Project) -> list[tuple[Found, Settings]]:
    if not project.entries:
        return [(found, project.settings) for found in find((), project)]
    return [(found, entry.settings) for entry in project.entries for found in _entry(entry, project)]


def _entry(entry: Entry, project: Project) -> tuple[Found, ...]:
    found = find([entry.spec], project, base=project.root)
    if entry.settings.package and len(found) > 1:
        message = f'{quoted(entry.spec)} means {len(found)} specs, and "package" names one; give each an entry'
        place = Location(shown_path(project.file)) if project.file else None
        raise Diagnostics([Diagnostic("config", message, place)])
    return found


def _named(specs: Sequence[str], project: Project) -> list[tuple[Found, Settings]]:
    """A SPEC that means what an entry of the project means has that entry's settings, however it is called."""
    found = find(specs, project)
    own = [entry for entry in project.entries if entry.settings != project.settings]
    settings = {_place(one): entry.settings for entry in own for one in _entry(entry, project)}
    return [(one, settings.get(_place(one), project.settings)) for one in found]


def _place(found: Found) -> Path | str:
    return found.origin.resolve() if found.origin else found.shown
