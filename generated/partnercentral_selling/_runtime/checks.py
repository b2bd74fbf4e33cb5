"""Which broken constraints count: `checks` relaxes them by kind, by member or by both; the narrowest wins."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

from .errors import ValidationError, Violation

Level = Literal["error", "warn", "off"]
Checks = Mapping[str, Level]

LEVELS = ("error", "warn", "off")
KINDS = ("required", "unknown", "type", "length", "range", "pattern", "enum", "union", "unique")


class ConstraintWarning(UserWarning):
    """A constraint that `checks` turned into a warning is broken."""


def refuse_bad_checks(checks: Mapping[str, str]) -> None:
    """Raise ValueError when `checks` names no kind or member, or no level."""
    for key, level in checks.items():
        member, colon, kind = key.rpartition(":")
        if (colon or "." not in key) and kind not in KINDS:
            raise ValueError(f"checks[{key!r}]: {kind!r} is no kind of constraint; kinds are {', '.join(KINDS)}")
        if not all((member if colon else key).split(".")) or any(map(str.isspace, key)):
            raise ValueError(f"checks[{key!r}] is none of KIND, SHAPE.MEMBER and SHAPE.MEMBER:KIND")
        if level not in LEVELS:
            raise ValueError(f"checks[{key!r}] is {level!r}, not one of {', '.join(LEVELS)}")


def level_of(violation: Violation, checks: Checks) -> Level:
    """Find what `checks` says of a violation: member and kind, else member, else kind, else error."""
    for key in (f"{violation.shape}:{violation.kind}", violation.shape, violation.kind):
        if key in checks:
            return checks[key]
    return "error"


def judge(found: Sequence[Violation], checks: Checks) -> None:
    """Raise ValidationError with the violations that are errors; without one, warn of those that are warnings."""
    graver = [violation for violation in found if level_of(violation, checks) == "error"]
    if graver:
        raise ValidationError(graver)
    for violation in found:
        if level_of(violation, checks) == "warn":
            warnings.warn(str(violation), ConstraintWarning, stacklevel=_callers())


_PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0] or __name__.rpartition(".")[0]


def _callers() -> int:
    """Count the frames from here to the first one outside the package: whoever called it is to be named."""
    import inspect  # costs milliseconds, and few calls warn

    frame, count = inspect.currentframe(), 0
    while frame is not None and f"{frame.f_globals.get('__name__', '')}.".startswith(f"{_PACKAGE}."):
        frame, count = frame.f_back, count + 1
    return count
