"""Times of day in a filter are on the day that is told, wherever in the filter they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from logtui.query import Query, canonical, dated, has_clocks, parse

DAY = datetime(2025, 10, 7, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "typed", "meant"),
    [
        ("UTC", "ts:>=15:20", "ts:>=2025-10-07T15:20"),
        ("UTC", "ts:<=15:20:30", "ts:<=2025-10-07T15:20:30"),
        ("UTC", "ts:[15:00 TO 15:20]", "ts:[2025-10-07T15:00 TO 2025-10-07T15:20]"),
        ("UTC", "ts:[15:00 TO *]", "ts:[2025-10-07T15:00 TO *]"),
        ("UTC", "NOT ts:>=15:20", "NOT ts:>=2025-10-07T15:20"),
        ("UTC", "(a OR ts:<15:20) b", "(a OR ts:<2025-10-07T15:20) b"),
        ("UTC", "timestamp:>15:20 level:error", "timestamp:>2025-10-07T15:20 level:error"),
        ("Europe/Berlin", "ts:>=15:20", "ts:>=2025-10-08T15:20"),
        ("America/New_York", "ts:>=15:20", "ts:>=2025-10-07T15:20"),
        ("Asia/Tokyo", "ts:>=15:20Z", "ts:>=2025-10-07T15:20Z"),
        ("UTC", "ts:>=15:20+14:00", "ts:>=2025-10-08T15:20+14:00"),
    ],
)
def test_a_clock_is_on_the_day(zone: str, typed: str, meant: str) -> None:
    query = parse(typed)
    assert has_clocks(query.filter)
    found = dated(query.filter, DAY, ZoneInfo(zone))
    assert canonical(Query(found)) == canonical(parse(meant))
    assert not has_clocks(found)


@pytest.mark.parametrize(
    "typed", ["ts:>=2025-01-01T15:20", "ts:>=2025-01-01", "message:15:20", '"15:20"', "last:15m", "took:>15", "ts:*"]
)
def test_what_is_no_clock_stays(typed: str) -> None:
    filter_ = parse(typed).filter
    assert not has_clocks(filter_)
    assert dated(filter_, DAY, UTC) == filter_
