"""Timestamps as the wire writes them: RFC 3339 text, seconds since 1970, or an HTTP date.

Reading is lenient (any of the three forms, 0 to 9 fraction digits, any offset, none meaning UTC); `Moment` keeps what
the wire said, so that an answer goes back out exactly as it came in. Requests are settled: what is not plain in the
member's own form is written anew, in UTC. An HTTP date is written in whole seconds, which is all that readers agree on;
seconds as a JSON number are exact to the microsecond until the year 2242.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeAlias

Wire: TypeAlias = str | int | float

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_RFC_3339 = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{0,9}))?"
    r"([Zz]|[+-][0-9]{2}:?[0-5][0-9])?"
)
_HTTP_DATE = (
    r"(?:[A-Z][a-z]{2,8}, *)?([0-9]{1,2})[ -]([A-Z][a-z]{2})[ -]([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{0,9}))? *(GMT|UTC|[+-][0-9]{2}[0-5][0-9])"
)
_PLAIN = {
    "date-time": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{1,9})?Z",
    "http-date": r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{1,9})? GMT",
}
_OUTSIDE = "expected a time between the years 1 and 9999"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when a moment is first read: many programs read none."""
    return re.compile(pattern)


class Moment(datetime):
    """A `datetime` (always aware) that remembers its text or number on the wire."""

    wire: Wire | None = None

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _remember, (plain(self), self.wire)


def _remember(moment: datetime, wire: Wire | None) -> Moment:
    found = Moment(*_parts(moment), tzinfo=moment.tzinfo)
    found.wire = wire
    return found


def plain(moment: datetime) -> datetime:
    """Forget what the wire said."""
    return datetime(*_parts(moment), tzinfo=moment.tzinfo)


def _parts(moment: datetime) -> tuple[int, int, int, int, int, int, int]:
    return moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond


def read_moment(value: object) -> Moment:
    """Read any of the three forms; raises ValueError with what was expected."""
    if isinstance(value, str):
        return _remember(_read_text(value), value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected a timestamp")
    try:
        return _remember(_EPOCH + timedelta(seconds=value), value)
    except (OverflowError, ValueError):
        raise ValueError(_OUTSIDE) from None


def _read_text(text: str) -> datetime:
    found = _compiled(_RFC_3339).fullmatch(text)
    if found is not None:
        year, month, day, *clock, fraction, offset = found.groups()
        return _moment((year, month, day), clock, fraction, offset)
    found = _compiled(_HTTP_DATE).fullmatch(text)
    if found is not None and found[2] in _MONTHS:
        day, month, year, *clock, fraction, offset = found.groups()
        return _moment((year, str(_MONTHS.index(month) + 1), day), clock, fraction, offset)
    raise ValueError("expected an RFC 3339 date and time")


def _moment(date: tuple[str, str, str], clock: list[str], fraction: str | None, offset: str | None) -> datetime:
    year, month, day = map(int, date)
    hour, minute, second = map(int, clock)
    micros = int((fraction or "").ljust(6, "0")[:6])
    leap = second == 60
    try:
        moment = datetime(year, month, day, hour, minute, 59 if leap else second, micros, _zone(offset))
        return moment + timedelta(seconds=1) if leap else moment
    except (ValueError, OverflowError):
        raise ValueError("expected a date and time that exist") from None


def _zone(text: str | None) -> timezone:
    if text is None or text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def settled(value: datetime | str, form: str) -> datetime:
    """Take a time for a request that writes `form`; raises ValueError with what was expected.

    Text has to say its offset. What the wire or the caller wrote is kept where it is plain in that form.
    """
    if isinstance(value, str):
        found = _compiled(_RFC_3339).fullmatch(value)
        if not (found and found[8]) and not (form == "http-date" and _compiled(_HTTP_DATE).fullmatch(value)):
            raise ValueError("expected RFC 3339 text with a time zone")
    moment = value if isinstance(value, datetime) else read_moment(value)
    if moment.utcoffset() is None:
        raise ValueError("expected a datetime with a time zone")
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_OUTSIDE) from None
    return plain(moment) if isinstance(moment, Moment) and not _is_plain(moment.wire, form) else moment


def _is_plain(wire: Wire | None, form: str) -> bool:
    if isinstance(wire, str):
        return form in _PLAIN and _compiled(_PLAIN[form]).fullmatch(wire) is not None
    return wire is not None and form == "epoch-seconds"


def write_moment(moment: datetime, form: str) -> Wire:
    """Write in `form` (`date-time`, `epoch-seconds` or `http-date`); what was read goes back as it was."""
    wire = moment.wire if isinstance(moment, Moment) else None
    if wire is not None:
        return wire
    utc = plain(moment.astimezone(UTC))
    if form == "epoch-seconds":
        seconds = (utc - _EPOCH).total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    if form == "http-date":
        # Not strftime: its names follow the locale.
        date = f"{_DAYS[utc.weekday()]}, {utc.day:02} {_MONTHS[utc.month - 1]} {utc.year:04}"
        return f"{date} {utc.time().isoformat('seconds')} GMT"
    return utc.replace(tzinfo=None).isoformat() + "Z"
