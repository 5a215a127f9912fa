"""Records are split by day, in their order, into a bounded number of parts."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from hypothesis import given
from polars.testing import assert_frame_equal

from logtui.model.record import TIME_DTYPE
from logtui.store.days import by_day, day_of
from tests.store.records import ROWS, START, frame_of
from tests.store.test_compaction import second


@given(ROWS)
def test_parts_are_all_records_each_of_one_day(rows: list[dict[str, object]]) -> None:
    frame = frame_of(rows)
    parts = list(by_day(frame))
    assert_frame_equal(pl.concat(parts).sort("seq"), frame)
    assert all(part["seq"].is_sorted() and part.select(day_of().n_unique()).item() == 1 for part in parts)


def test_records_of_many_days_stay_together_beyond_the_commonest_days() -> None:
    times = pl.datetime_range(START, START + timedelta(days=99), "1d", eager=True).cast(TIME_DTYPE)
    frame = pl.concat([second(0, 100).with_columns(timestamp=times, order_time=times), second(0, 20)])
    parts = list(by_day(frame))
    assert len(parts) == 17
    assert parts[0].height == 21
    assert sum(part.height for part in parts) == frame.height
    assert parts[-1]["timestamp"].dt.date().n_unique() == 84
