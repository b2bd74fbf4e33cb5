"""The sandbox's time: the machine's, a fixed one, one that is ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from codegen.sandbox.clock import Clock, parse_clock, parse_duration

MACHINE = datetime(2024, 12, 15, 12, 30, tzinfo=UTC)


def at(text: str) -> datetime:
    clock = parse_clock(text)
    clock.machine = lambda: MACHINE
    return clock.now()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("real", MACHINE),
        ("fixed:2025-01-01T00:00:00Z", datetime(2025, 1, 1, tzinfo=UTC)),
        ("fixed:2025-01-01T01:00:00+01:00", datetime(2025, 1, 1, tzinfo=UTC)),
        ("fixed:2025-01-01", datetime(2025, 1, 1, tzinfo=UTC)),
        ("+15d", MACHINE + timedelta(days=15)),
        ("+90s", MACHINE + timedelta(seconds=90)),
        ("+0m", MACHINE),
    ],
)
def test_a_clock_is_real_or_fixed_or_ahead(text: str, moment: datetime) -> None:
    assert at(text) == moment
    assert at(text).utcoffset() == timedelta()


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = parse_clock("fixed:2025-01-01T00:00:00Z")
    assert clock.now() == clock.now()
    clock.advance(parse_duration("15d"))
    clock.advance(parse_duration("1s"))
    assert clock.now() == datetime(2025, 1, 16, 0, 0, 1, tzinfo=UTC)


def test_a_real_clock_goes_on_when_it_was_moved() -> None:
    clock = Clock()
    clock.advance(timedelta(hours=1))
    times = iter([MACHINE, MACHINE + timedelta(seconds=1)])
    clock.machine = lambda: next(times)
    assert [clock.now(), clock.now()] == [
        MACHINE + timedelta(hours=1),
        MACHINE + timedelta(hours=1, seconds=1),
    ]


WRONG = {
    "": "write real, fixed:2025-01-01T00:00:00Z, or +15d (s, m, h or d)",
    "Real": "write real, fixed:2025-01-01T00:00:00Z, or +15d (s, m, h or d)",
    "15d": "write real, fixed:2025-01-01T00:00:00Z, or +15d (s, m, h or d)",
    "fixed:": "write the time as 2025-01-01T00:00:00Z",
    "fixed:soon": "write the time as 2025-01-01T00:00:00Z",
    "+15": "write a number and s, m, h or d, such as +15d",
    "+15w": "write a number and s, m, h or d, such as +15d",
    "+-1d": "write a number and s, m, h or d, such as +15d",
    "+1.5d": "write a number and s, m, h or d, such as +15d",
    "+\u0661d": "write a number and s, m, h or d, such as +15d",
    "+999999999d": "that is further than any calendar goes",
    "fixed:0001-01-01T00:00:00+14:00": "that is further than any calendar goes",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_clock_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError) as found:
        parse_clock(text).now()
    assert str(found.value) == WRONG[text]
