from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
from polars.testing import assert_frame_equal

from logtui.engine.search.answer_order import Order
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.bench.billion import records
from tests.bench.copies import copy_segments

if TYPE_CHECKING:
    from pathlib import Path

RECORDS, HOURS = 300, 3


def shifted(frame: pl.DataFrame, copy: int) -> pl.DataFrame:
    times = pl.col("timestamp", "order_time") + timedelta(hours=copy * HOURS)
    return frame.with_columns(times, pl.col("seq") + copy * RECORDS)


def test_copies_are_the_same_records_some_hours_later(tmp_path: Path) -> None:
    made = records(0, RECORDS).with_columns(pl.col("seq").cast(pl.UInt64))
    with Store(tmp_path, writable=True, by_day=True, rebuilds_raw=True) as store:
        store.outline(store.seal(made, {}))
    assert list(copy_segments(tmp_path, 2, HOURS)) == [2 * RECORDS, 3 * RECORDS]
    columns = ("seq", "timestamp", "order_time", "level", "service", "message", "@user", "@duration_ms")
    with Store(tmp_path) as store:
        dataset = dataset_of_store(store)
        everything = replace(Request.of("*"), order=Order.OLDEST_FIRST, columns=columns)
        found = pl.concat(dataset.records(everything)).select(columns)
        expected = pl.concat(shifted(made, copy) for copy in range(3)).select(columns)
        assert_frame_equal(found.sort("seq"), expected, check_dtypes=False)
        hours = pl.concat(dataset.table(Request.of("* | histogram 1h")))
        assert hours.filter(pl.col("count") > 0)["count"].to_list() == [RECORDS] * 3
        counted = dataset.count(Request.of("level:error")).count
        assert counted == 3 * made.filter(pl.col("level") == "error").height > 0
