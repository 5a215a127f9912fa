from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.record_time import is_time_path, read_time, time_of
from logtui.model.times import ns_of

NOON = 1_705_320_000_000_000_000
"""2024-01-15T12:00:00Z."""


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-15T12:00:00Z",
        "2024-01-15 12:00:00",
        "2024-01-15T14:00:00+02:00",
        "20240115T120000Z",
        "2024-01-15t12:00:00z",
        "2024-W03-1T12:00:00Z",
        "15/Jan/2024:12:00:00 +0000",
        "1705320000",
        " 1705320000.000 ",
        "1705320000000",
        "1705320000000000",
        "1705320000000000000",
    ],
)
def test_every_spelling_of_noon_is_noon(text: str) -> None:
    assert read_time(text) == NOON


@pytest.mark.parametrize(
    "text", ["", "soon", "12:00:00", "Jan 15 12:00:00", "1e9", "2024-13-01", "10000-01-01", "20000000000"]
)
def test_what_lacks_its_date_or_its_year_or_its_sense_is_no_time(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("1677-09-21T00:12:44Z", True),
        ("1677-09-21T00:12:42Z", False),
        ("2262-04-11T23:47:16Z", True),
        ("2262-04-11T23:47:17Z", False),
        ("9223372035", True),
        ("9223372037", False),
    ],
)
def test_only_times_that_nanoseconds_can_hold_are_read(text: str, *, is_read: bool) -> None:
    assert (read_time(text) is not None) == is_read


@given(st.integers(10**8, 9 * 10**9), st.sampled_from([1, 10**3, 10**6, 10**9]))
def test_an_epoch_means_the_same_in_every_unit_that_its_size_tells(second: int, per_second: int) -> None:
    assert read_time(str(second * per_second)) == second * 10**9


@given(st.datetimes(datetime(1700, 1, 1), datetime(2261, 12, 31), timezones=st.just(UTC)))
def test_iso_8601_is_read_to_the_microsecond(moment: datetime) -> None:
    assert read_time(moment.isoformat()) == ns_of(moment)


def test_the_surest_alias_that_holds_a_time_wins() -> None:
    assert time_of({"timestamp": "soon", "ts": "1705320000", "date": "1"}) == NOON
    assert time_of({"date": "2024-01-15", "time": "12:00:00"}) == NOON
    assert time_of({"created_at": "2024-01-15T12:00:00Z"}) == NOON
    assert time_of({"message": "2024-01-15T12:00:00Z"}) is None


def test_aliases_are_those_of_the_formats() -> None:
    assert [path for path in ("@timestamp", "_time", "eventTime", "message", "n") if is_time_path(path)] == [
        "@timestamp",
        "_time",
        "eventTime",
    ]
