"""What a comparison says: findings, their levels for each audience, and the report that holds them.

In: nothing. Out: the records that `compare` makes, that `judge` completes and that every printer reads.

Three audiences are told apart. `caller`: a program that was generated from the old release and talks to the new
service. `source`: a program written against the old generated package, built with the new one. `server`: whoever
implements the service, or stands in for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from codegen.diagnostics import Location
from codegen.digests import sha256
from codegen.records import dataclass
from codegen.spec.ir import Json


class Audience(StrEnum):
    CALLER = "caller"
    SOURCE = "source"
    SERVER = "server"


class Level(StrEnum):
    """How much a change hurts; the order is that of `SEVERITY`."""

    BREAKING = "breaking"
    RISKY = "risky"
    SAFE = "safe"
    COSMETIC = "cosmetic"


SEVERITY = {Level.COSMETIC: 0, Level.SAFE: 1, Level.RISKY: 2, Level.BREAKING: 3}
_WORST_FIRST = sorted(SEVERITY, key=SEVERITY.__getitem__, reverse=True)


def worst(levels: Iterable[Level]) -> Level:
    """Give the level that hurts most; cosmetic where there is none."""
    found = {*levels}
    return next((level for level in _WORST_FIRST if level in found), Level.COSMETIC)


class Direction(StrEnum):
    """Where a shape travels: in requests, in answers (errors and events count as answers), both, or neither."""

    INPUT = "input"
    OUTPUT = "output"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change means to one audience, and why (one clause, lower case, no full stop)."""

    level: Level
    reason: str


Verdicts = Mapping[Audience, Verdict]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Why a finding was accepted by a reviewer, and until when (ISO date; None: for good)."""

    reason: str
    expires: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change of one shape, member, operation or error, judged.

    `path` names it as on the wire: `ReasonCode`, `CreateEngagementRequest.Title`, `Tags.member`, `CreateEngagement`.
    `summary` is one clause that can follow the path: `value "ResourceSnapshotAccessDenied" added`. `old` and `new` are
    JSON values, None where there was or is nothing. `operations` are those that reach it, sorted; empty where all or
    none do. `lost` and `gained` are strings that tell the difference: accepted before and now refused, and the other
    way round. `old_at` and `new_at` are where it stands; a deletion points at the parent that is left.
    """

    rule: str
    path: str
    summary: str
    direction: Direction
    old: Json = None
    new: Json = None
    operations: tuple[str, ...] = ()
    verdicts: Verdicts
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    old_at: Location | None = field(default=None, compare=False)
    new_at: Location | None = field(default=None, compare=False)
    accepted: Accepted | None = None

    @property
    def level(self) -> Level:
        """The worst level of any audience."""
        return worst([verdict.level for verdict in self.verdicts.values()])

    @property
    def fingerprint(self) -> str:
        """Digest what changed, not how it is worded nor where it stands: 16 hexadecimal digits."""
        said = json.dumps([self.rule, self.path, self.old, self.new], sort_keys=True, ensure_ascii=True)
        return sha256(said.encode()).hexdigest()[:16]

    def level_for(self, audience: Audience) -> Level:
        return self.verdicts[audience].level


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two releases: as the user named it, `service@release`, and what works out the digest of its files."""

    spec: str
    name: str
    digested: Callable[[], str] = field(compare=False)

    @property
    def digest(self) -> str:
        return self.digested()


class Bump(StrEnum):
    """The part of a version number that has to grow; NONE: nothing changed."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings, in the order of their paths; `operations` is how many the new release has."""

    old: Side
    new: Side
    findings: tuple[Finding, ...]
    semver: Bump
    upstream_breaking: bool
    """Whether the service tightened requests or otherwise breaks callers that stay as they are."""

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if finding.accepted is None)

    def by_level(self, audience: Audience | None) -> Mapping[Level, Sequence[Finding]]:
        """Sort open findings by their level for one audience, or their worst; the worst level first."""
        found: dict[Level, list[Finding]] = {level: [] for level in Level}
        for finding in self.open:
            found[finding.verdicts[audience].level if audience else finding.level].append(finding)
        return found

    def count(self, audience: Audience) -> Mapping[Level, int]:
        """Count open findings by level for one audience, the worst level first."""
        return {level: len(findings) for level, findings in self.by_level(audience).items()}
