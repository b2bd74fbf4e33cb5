"""What is wrong with specs: form and meaning, all specs at once.

In: specs as found. Out: a `Report` that tells input that cannot be read from findings, and what is without an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codegen.diagnostics import Diagnostic, Diagnostics, Locate, Location, Place
from codegen.load import Found
from codegen.load.loaded import Loaded, load
from codegen.spec.check import check_model


@dataclass(frozen=True, slots=True)
class Report:
    """`findings` is None when nothing was found; `sound` are the specs that have no error."""

    findings: Diagnostics | None
    sound: tuple[Loaded, ...]
    unreadable: bool


def lint(specs: Iterable[Found]) -> Report:
    """Read and check every spec; one that cannot be read does not hide the others."""
    found: list[Diagnostic] = []
    locates: list[Locate] = []
    sound: list[Loaded] = []
    unreadable = False
    for spec in specs:
        try:
            loaded = load(spec)
        except Diagnostics as fault:
            unreadable = True
            found.extend(fault.found)
            locates.append(fault.locate)
            continue
        findings = (*loaded.warnings, *check_model(loaded.model))
        found.extend(findings)
        locates.append(loaded.locate)
        if not findings or not Diagnostics(findings).errors:
            sound.append(loaded)
    return Report(Diagnostics(found, _joined(locates)) if found else None, tuple(sound), unreadable)


def _joined(locates: Sequence[Locate]) -> Locate:
    """Ask each spec for a place; the one whose file it is in knows the line."""

    def locate(place: Place) -> Location:
        answers = (each(place) for each in locates)
        return next((answer for answer in answers if answer.line), Location(place.file))

    return locate
