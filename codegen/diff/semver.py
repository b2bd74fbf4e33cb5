"""Which part of the generated package's version has to grow.

In: findings. Out: major where the source breaks (minor below 1.0), minor where something came or works otherwise, patch
where only words changed. A service that tightened its requests breaks callers, not the source: that is minor, and a
headline says that it broke upstream, for the update is the cure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from codegen.diagnostics import Diagnostic, Diagnostics, printable, quoted
from codegen.diff.findings import Audience, Bump, Finding, Level, Report
from codegen.records import dataclass

_PART = "(0|[1-9][0-9]{0,17})"
_VERSION = re.compile(rf"{_PART}\.{_PART}\.{_PART}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_SHOWN = 10
UPSTREAM = "upstream-breaking: callers that stay as they are break; the update is the cure"

_ASKING: Sequence[tuple[Bump, Callable[[Finding], bool]]] = (
    (Bump.MAJOR, lambda finding: finding.level_for(Audience.SOURCE) is Level.BREAKING),
    (Bump.MINOR, lambda finding: finding.level is not Level.COSMETIC),
    (Bump.PATCH, lambda finding: True),
)
"""Which findings ask for a part to grow, the part that weighs most first."""


def bump_of(findings: Iterable[Finding]) -> Bump:
    """Give the part that has to grow; what was accepted and what is said of the accept list do not count."""
    counted = [finding for finding in findings if _counts(finding)]
    return next((bump for bump, asks in _ASKING if any(map(asks, counted))), Bump.NONE)


def _counts(finding: Finding) -> bool:
    return finding.accepted is None and not finding.rule.startswith("accept.")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def read_version(text: str) -> Version:
    """Read X.Y.Z; what stands behind it (a pre-release, a build) is left out. Raises Diagnostics for anything else."""
    match = _VERSION.fullmatch(text)
    if match is None:
        message = f"{quoted(text)} is no version: write X.Y.Z, as in 1.4.0"
        raise Diagnostics([Diagnostic("version", message)])
    return Version(int(match[1]), int(match[2]), int(match[3]))


def next_version(current: Version, bump: Bump) -> Version:
    """Count on; below 1.0 what breaks is minor, and all else patch but what adds, which is minor as well."""
    if bump is Bump.MAJOR and current.major > 0:
        return Version(current.major + 1, 0, 0)
    if bump in (Bump.MAJOR, Bump.MINOR):
        return Version(current.major, current.minor + 1, 0)
    return Version(current.major, current.minor, current.patch + 1) if bump is Bump.PATCH else current


def semver_text(report: Report, current: str | None, proposed: str | None) -> tuple[str, bool]:
    """Write the answer: the bump, or the next version; then why. Also whether what was proposed is enough."""
    wanted = next_version(read_version(current), report.semver) if current is not None else None
    lines = [str(wanted) if wanted else str(report.semver)]
    enough = True
    if proposed is not None:
        if wanted is None:
            raise Diagnostics([Diagnostic("usage", "--proposed needs --current: the version to count from")])
        enough = read_version(proposed) >= wanted
        lines += [] if enough else [f"{proposed} is too small a step from {current}: {_wanting(report, wanted)}"]
    if report.upstream_breaking:
        lines.append(UPSTREAM)
    return "\n".join([*lines, *_why(report)]) + "\n", enough


def _wanting(report: Report, wanted: Version) -> str:
    """Name the part that grew to give a version: the last that is not 0."""
    if report.semver is Bump.NONE:
        return "nothing changed, it may stay"
    return f"{Bump.PATCH if wanted.patch else Bump.MINOR if wanted.minor else Bump.MAJOR} has to grow"


def _why(report: Report) -> list[str]:
    """List the findings that decide, the first of them."""
    deciding = [one for one in report.findings if _counts(one) and bump_of([one]) is report.semver]
    shown = [f"- {quoted(one.path)}: {printable(one.summary)} [{one.rule}]" for one in deciding[:_SHOWN]]
    return [*shown, *([f"- and {len(deciding) - _SHOWN} more"] if len(deciding) > _SHOWN else [])]
