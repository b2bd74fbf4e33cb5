"""The sandbox's time: the machine's, a fixed one, or one that is ahead; moved on while it runs.

In: `real`, `fixed:2025-01-01T00:00:00Z` or `+15d` from the command line; a move from a test or the console. Out: the
time of a call, in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"\+?([0-9]{1,9})([smhd])")
_TOO_FAR = "that is further than any calendar goes"


@dataclass(slots=True)
class Clock:
    """`fixed` None means that time passes as it does on the machine; `ahead` is added to either."""

    fixed: datetime | None = None
    ahead: timedelta = timedelta()
    machine: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        return (self.fixed or self.machine()) + self.ahead

    def advance(self, by: timedelta) -> None:
        """Move on; raises ValueError where no calendar goes."""
        try:
            Clock(self.fixed, self.ahead + by, self.machine).now()
            self.ahead += by
        except OverflowError:
            raise ValueError(_TOO_FAR) from None


def parse_clock(text: str) -> Clock:
    """Read `real`, `fixed:TIME` or `+DURATION`; raises ValueError that says what is accepted."""
    if text == "real":
        return Clock()
    if text.startswith("fixed:"):
        return Clock(fixed=_moment(text.removeprefix("fixed:")))
    if text.startswith("+"):
        clock = Clock()
        clock.advance(parse_duration(text))
        return clock
    raise ValueError("write real, fixed:2025-01-01T00:00:00Z, or +15d (s, m, h or d)")


def parse_duration(text: str) -> timedelta:
    """`+15d` gives fifteen days, `90s` a minute and a half."""
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError("write a number and s, m, h or d, such as +15d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write the time as 2025-01-01T00:00:00Z") from None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(_TOO_FAR) from None
