"""What watching says: the records that `loop` yields and the command line prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.diff.findings import Finding
from codegen.spec.source import shown_path


@dataclass(frozen=True, slots=True)
class Watching:
    """All is up to date, as far as it can be; `inputs` are the files and folders that count."""

    inputs: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerated:
    """`breaking` are the findings that break callers of the package as it was."""

    folder: Path
    written: int
    removed: int
    seconds: float
    breaking: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong, or a warning; told again only when the files that it is about have changed."""

    diagnostics: Diagnostics


Event = Watching | Regenerated | Told
T = TypeVar("T")


def settled(work: Callable[[], T]) -> T | Diagnostics:
    """Give what goes wrong as a value; files that are looked at may go or change at any moment."""
    try:
        return work()
    except Diagnostics as fault:
        return fault
    except UnicodeDecodeError:
        return Diagnostics([Diagnostic("unreadable", "changed while it was read; it is read again")])
    except OSError as fault:
        place = Location(shown_path(Path(fault.filename))) if isinstance(fault.filename, str) else None
        reason = (fault.strerror or str(fault)).lower()
        return Diagnostics([Diagnostic("unreadable", f"cannot be read: {reason}", place)])
