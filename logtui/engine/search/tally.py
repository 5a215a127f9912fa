"""Tallies: how records spread over time and levels, in steps that are fine enough for any view of them."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.query import WEIGHT

TALLY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "level": LEVEL_DTYPE,
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: records without a time), level, number of records."""

_MOST_BUCKETS: Final = 2_500
_MS: Final = 1_000_000
TALLY_STEPS: Final = tuple(
    ms * _MS for ms in (1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000)
)
"""Bucket widths of tallies in nanoseconds; each divides the next."""


def tally_of(records: pl.DataFrame) -> pl.DataFrame:
    """Count records by time and level.

    Args:
        records: A frame with `timestamp` and `level`.

    Returns:
        A frame of `TALLY_SCHEMA`, in the finest step with few buckets.
    """
    return _tally(records, pl.len())


def weighed_tally(counted: pl.DataFrame) -> pl.DataFrame:
    """The same of rows that stand for several records."""
    return _tally(counted, pl.col(WEIGHT).sum())


def _tally(frame: pl.DataFrame, count: pl.Expr) -> pl.DataFrame:
    nanoseconds = pl.col("timestamp").cast(pl.Int64)
    step = _step(frame["timestamp"].cast(pl.Int64))
    start = (nanoseconds // step * step).alias("start")
    counted = frame.group_by(start, "level").agg(count.alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in TALLY_SCHEMA.items())


def _step(times: pl.Series) -> int:
    """The finest width with few buckets that hold records; times far away take one each and make it no coarser."""
    at = bisect_left(TALLY_STEPS, True, key=lambda step: (times // step).n_unique() <= _MOST_BUCKETS)
    return TALLY_STEPS[min(at, len(TALLY_STEPS) - 1)]
