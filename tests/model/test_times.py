"""Typed times are intervals in the zone at hand; times written come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import TimeError
from logtui.model.times import Interval, moment_of, ns_of, parse_duration, parse_time, rfc3339, zone_named

NOW = datetime(2025, 10, 7, 16, 20, 30, 123456, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NANOSECONDS = st.integers(-(10**18), 4 * 10**18)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("now", "2025-10-07T16:20:30.123456", "2025-10-07T16:20:30.123456"),
        ("-15m", "2025-10-07T16:05:30.123456", "2025-10-07T16:05:30.123456"),
        ("now-1h", "2025-10-07T15:20:30.123456", "2025-10-07T15:20:30.123456"),
        ("now+1.5s", "2025-10-07T16:20:31.623456", "2025-10-07T16:20:31.623456"),
        ("now/ms", "2025-10-07T16:20:30.123", "2025-10-07T16:20:30.124"),
        ("now/m", "2025-10-07T16:20", "2025-10-07T16:21"),
        ("now-1d/d", "2025-10-06T00:00", "2025-10-07T00:00"),
        ("now/w", "2025-10-06T00:00", "2025-10-13T00:00"),
        ("now/M", "2025-10-01T00:00", "2025-11-01T00:00"),
        ("now/y", "2025-01-01T00:00", "2026-01-01T00:00"),
        ("now/y-1s", "2024-12-31T23:59:59", "2024-12-31T23:59:59"),
        ("today", "2025-10-07T00:00", "2025-10-08T00:00"),
        ("YESTERDAY", "2025-10-06T00:00", "2025-10-07T00:00"),
        ("14:05", "2025-10-07T14:05", "2025-10-07T14:06"),
        ("14:05:09", "2025-10-07T14:05:09", "2025-10-07T14:05:10"),
        ("14:05:09.25", "2025-10-07T14:05:09.25", "2025-10-07T14:05:09.26"),
        ("2025-10", "2025-10-01T00:00", "2025-11-01T00:00"),
        ("2025-12", "2025-12-01T00:00", "2026-01-01T00:00"),
        ("2025-10-07T16", "2025-10-07T16:00", "2025-10-07T17:00"),
        ("2025-10-07 16:00 +02:00", "2025-10-07T14:00", "2025-10-07T14:01"),
        ("1759852800", "2025-10-07T16:00", "2025-10-07T16:00"),
        ("1759852800.25", "2025-10-07T16:00:00.25", "2025-10-07T16:00:00.25"),
        ("1759852800250.0", "2025-10-07T16:00:00.25", "2025-10-07T16:00:00.25"),
        ("1759852800250", "2025-10-07T16:00:00.25", "2025-10-07T16:00:00.25"),
        ("1759852800250000", "2025-10-07T16:00:00.25", "2025-10-07T16:00:00.25"),
        ("1759852800250000999", "2025-10-07T16:00:00.25", "2025-10-07T16:00:00.25"),
    ],
)
def test_a_typed_time_is_an_interval(text: str, start: str, end: str) -> None:
    assert parse_time(text, now=NOW) == Interval(at(start), at(end))


def test_months_are_as_long_as_the_calendar_says() -> None:
    last_of_march = datetime(2024, 3, 31, 12, tzinfo=UTC)
    assert parse_time("-1M", now=last_of_march).start == at("2024-02-29T12:00")
    assert parse_time("now-1y-1M", now=last_of_march).start == at("2023-02-28T12:00")


def test_days_are_those_of_the_zone_and_may_have_23_or_25_hours() -> None:
    short = parse_time("2025-03-30", now=NOW, zone=BERLIN)
    long = parse_time("2025-10-26", now=NOW, zone=BERLIN)
    assert (short.end - short.start, long.end - long.start) == (timedelta(hours=23), timedelta(hours=25))
    assert short.start == at("2025-03-29T23:00")


def test_a_time_that_clocks_skip_is_the_moment_behind_the_gap() -> None:
    assert parse_time("2025-03-30T02:30", now=NOW, zone=BERLIN).start == at("2025-03-30T01:00")


def test_a_day_before_and_24_hours_before_differ_where_clocks_change() -> None:
    monday = datetime(2025, 10, 26, 12, tzinfo=BERLIN)
    assert parse_time("-1d", now=monday, zone=BERLIN).start == at("2025-10-25T10:00")
    assert parse_time("-24h", now=monday, zone=BERLIN).start == at("2025-10-25T11:00")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "14", "25:00", "2025-13-01", "2025-02-30", "12345", "now-", "/d", "-99999999999y", "9999-12-31"],
)
def test_what_is_no_time_is_one_line_with_an_example(text: str) -> None:
    with pytest.raises(TimeError) as caught:
        parse_time(text, now=NOW)
    assert repr(text) in caught.value.message
    assert "\n" not in str(caught.value)
    assert caught.value.hint is not None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15m", 900), ("1h30m", 5400), ("1.5s", 1.5), ("250ms", 0.25), ("2min", 120), ("1w 1d", 691200)],
)
def test_durations_add_up(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "15 parsecs", "1h and more"])
def test_what_is_no_duration_is_said(text: str) -> None:
    with pytest.raises(TimeError, match="expected a duration"):
        parse_duration(text)


def test_a_duration_that_no_clock_holds_is_out_of_range() -> None:
    with pytest.raises(TimeError, match="out of range"):
        parse_duration("99999999999w")


def test_zones_go_by_their_iana_names() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
    assert zone_named("utc") is zone_named("Z") is UTC
    for name in ("Mars/Olympus", "../etc/passwd", "", "Europe", "+", "+15", "+05:60", "5:30", "CET+1"):
        with pytest.raises(TimeError, match="expected a time zone"):
            zone_named(name)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("+05:30", 330), ("-0800", -480), ("UTC+2", 120), ("gmt-3:30", -210), ("+14", 840), ("UTC-08:00", -480)],
)
def test_zones_go_by_their_offsets_too(name: str, minutes: int) -> None:
    zone = zone_named(name)
    assert zone.utcoffset(None) == timedelta(minutes=minutes)
    assert zone_named(str(zone)) == zone


def test_no_offset_is_utc() -> None:
    assert zone_named("+00:00") is zone_named("-00") is zone_named("UTC+0") is UTC


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (1_000, "1970-01-01T00:00:00.000001Z"),
        (-1_000_000, "1969-12-31T23:59:59.999Z"),
        (1_759_852_800_250_000_000, "2025-10-07T16:00:00.250Z"),
    ],
)
def test_a_time_is_written_with_as_many_digits_as_it_needs(ns: int, text: str) -> None:
    assert rfc3339(ns) == text


@given(NANOSECONDS)
def test_nanoseconds_come_back_to_the_microsecond(ns: int) -> None:
    assert ns_of(moment_of(ns)) == ns // 1000 * 1000
    assert datetime.fromisoformat(rfc3339(ns // 1000 * 1000)) == moment_of(ns)
