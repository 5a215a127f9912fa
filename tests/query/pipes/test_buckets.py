"""Intervals of time in zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from logtui.query.pipes.buckets import Grid

TIMES = pl.datetime_range(
    datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 5, tzinfo=UTC), "37m", time_unit="ns", eager=True
).to_frame("time")


@pytest.mark.parametrize(("hours", "name"), [(5, "Etc/GMT-5"), (-8, "Etc/GMT+8")])
@pytest.mark.parametrize("width", ["7m", "15m", "6h", "1d", "1w"])
def test_an_offset_has_the_intervals_of_the_zone_that_always_has_it(hours: int, name: str, width: str) -> None:
    offset, zone = (Grid(width, each) for each in (timezone(timedelta(hours=hours)), ZoneInfo(name)))
    time, ends = pl.col("time"), (pl.col("time").min(), pl.col("time").max())
    for one, other in (
        (offset.start(time), zone.start(time)),
        (offset.next(offset.start(time)), zone.next(zone.start(time))),
        (offset.every(*ends).sort(), zone.every(*ends).sort()),
    ):
        assert TIMES.select(one).equals(TIMES.select(other))


def test_days_of_an_offset_with_minutes_begin_at_its_midnight() -> None:
    starts = TIMES.select(Grid("1d", timezone(timedelta(hours=5, minutes=30))).start(pl.col("time"))).to_series()
    assert {(start.hour, start.minute) for start in starts} == {(18, 30)}
