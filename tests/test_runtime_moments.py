"""Timestamps: read in any form, written back as they came; settled for a request."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime import moments

read, write, settled = moments.read_moment, moments.write_moment, moments.settled
FORMS = ("date-time", "epoch-seconds", "http-date")
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)


@pytest.mark.parametrize(
    ("wire", "moment"),
    [
        ("2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02t03:04:05z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02 03:04:05", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02T03:04:05.1Z", datetime(2024, 1, 2, 3, 4, 5, 100000, tzinfo=UTC)),
        ("2024-01-02T03:04:05.12345678Z", datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2024-01-02T03:04:05.999999999Z", datetime(2024, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)),
        ("2024-01-02T03:04:05+05:30", datetime(2024, 1, 1, 21, 34, 5, tzinfo=UTC)),
        ("2024-01-02T03:04:05-0100", datetime(2024, 1, 2, 4, 4, 5, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2017, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        ("9999-12-31T23:59:59.9-14:00", datetime(9999, 12, 31, 23, 59, 59, 900000, timezone(timedelta(hours=-14)))),
        ("Tue, 02 Jan 2024 03:04:05 GMT", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("Tue, 02 Jan 2024 03:04:05.25 GMT", datetime(2024, 1, 2, 3, 4, 5, 250000, tzinfo=UTC)),
        ("2 Jan 2024 03:04:05 +0100", datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1.5, datetime(1969, 12, 31, 23, 59, 58, 500000, tzinfo=UTC)),
        (1704164645.123457, datetime(2024, 1, 2, 3, 4, 5, 123457, tzinfo=UTC)),
        (253402300799, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (-62135596800, datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_form_is_read_and_goes_back_as_it_came(wire: Any, moment: datetime) -> None:
    found = read(wire)
    assert found == moment
    for form in FORMS:
        assert write(found, form) == wire
    for again in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert (again, again.wire, type(again)) == (found, wire, moments.Moment)


@pytest.mark.parametrize(
    "wire",
    [
        *("", "now", "2024-01-02", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-02T24:00:00Z"),
        *("2024-01-02T03:04:61Z", "2024-01-02T03:04:05.1234567890Z", "2024-01-02T03:04:05+24:00"),
        *("2024-01-02T03:04:05+05:99", "2024-01-02T03:04:05Z\n", "٢٠٢٤-01-02T03:04:05Z", "9999-12-31T23:59:60Z"),
        *("Tue, 32 Jan 2024 03:04:05 GMT", "Tue, 02 Foo 2024 03:04:05 GMT", "Tue, 02 Jan 2024 03:04:05", "1704164645"),
        *(1e18, -1e18, 10**400, float("nan"), float("inf"), 253402300800, True, None, [], b"2024"),
    ],
)
def test_what_is_no_timestamp_is_refused_with_what_was_expected(wire: Any) -> None:
    with pytest.raises(ValueError, match=r"^expected ") as refused:
        read(wire)
    assert str(wire) not in str(refused.value) or not wire


def test_each_form_is_written_in_utc() -> None:
    moment = datetime(5, 1, 2, 3, 4, 5, 600, tzinfo=timezone(timedelta(hours=1)))
    assert write(moment, "date-time") == "0005-01-02T02:04:05.000600Z"
    assert write(moment, "http-date") == "Sun, 02 Jan 0005 02:04:05 GMT"
    assert write(moment.replace(year=2024, microsecond=0), "http-date") == "Tue, 02 Jan 2024 02:04:05 GMT"
    assert write(datetime(2024, 1, 2, tzinfo=UTC), "epoch-seconds") == 1704153600
    assert write(datetime(1969, 12, 31, 23, 59, 59, 1, UTC), "epoch-seconds") == -0.999999


@given(times)
def test_text_is_exact(moment: datetime) -> None:
    assert read(write(moment, "date-time")) == moment
    assert read(write(moment, "http-date")) == moment.replace(microsecond=0)


@given(st.datetimes(datetime(1700, 1, 1), datetime(2242, 1, 1), timezones=st.just(UTC)))
def test_numbers_are_exact_to_the_microsecond(moment: datetime) -> None:
    assert read(json.loads(json.dumps(write(moment, "epoch-seconds")))) == moment


@given(st.text() | st.floats() | st.integers() | st.from_regex(moments._RFC_3339))
def test_any_value_is_read_or_refused(wire: Any) -> None:
    try:
        assert write(read(wire), "date-time") == wire
    except ValueError:
        assert True


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        ("2024-01-02T03:04:05.123456789Z", "date-time", "2024-01-02T03:04:05.123456789Z"),
        ("2024-01-02T03:04:05+01:00", "date-time", "2024-01-02T02:04:05Z"),
        ("2024-01-02t03:04:05z", "date-time", "2024-01-02T03:04:05Z"),
        ("2016-12-31T23:59:60Z", "date-time", "2017-01-01T00:00:00Z"),
        ("2024-01-02T03:04:05Z", "epoch-seconds", 1704164645),
        ("2024-01-02T03:04:05Z", "http-date", "Tue, 02 Jan 2024 03:04:05 GMT"),
        ("Tue, 02 Jan 2024 03:04:05 GMT", "http-date", "Tue, 02 Jan 2024 03:04:05 GMT"),
        (read(1704164645.25), "epoch-seconds", 1704164645.25),
        (read(1704164645.25), "date-time", "2024-01-02T03:04:05.250000Z"),
        (read("2024-01-02T03:04:05.123456789Z"), "date-time", "2024-01-02T03:04:05.123456789Z"),
        (read("Tue, 02 Jan 2024 03:04:05 GMT"), "epoch-seconds", 1704164645),
    ],
)
def test_a_request_says_it_in_its_own_form(value: Any, form: str, written: Any) -> None:
    assert write(settled(value, form), form) == written


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime(2024, 1, 2), "expected a datetime with a time zone"),
        ("2024-01-02T03:04:05", "expected RFC 3339 text with a time zone"),
        ("Tue, 02 Jan 2024 03:04:05 GMT", "expected RFC 3339 text with a time zone"),
        ("2024-02-30T03:04:05Z", "expected a date and time that exist"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), "expected a time between the years 1 and 9999"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "expected a time between the years 1 and 9999"),
    ],
)
def test_a_request_says_when_and_where(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        settled(value, "date-time")


def test_a_moment_that_is_changed_forgets_what_the_wire_said() -> None:
    moment = read("2024-01-02T03:04:05.123456789Z")
    for changed in (moment + timedelta(days=1), moment.replace(year=2023), moment.astimezone(UTC) - timedelta(1)):
        assert write(changed, "date-time") != "2024-01-02T03:04:05.123456789Z"
