"""Counts by time bucket and level, put together from the tallies of chunks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.matches import TALLY_SCHEMA
from logtui.model.record import TIME_DTYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECOND: Final = 1_000_000_000
_BELOW_SECOND: Final = tuple(n * 10**6 for n in (1, 2, 5, 10, 20, 50, 100, 200, 500))
_ABOVE: Final = tuple(
    n * _SECOND for n in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
)
_DAY: Final = 86_400 * _SECOND
STEPS: Final = _BELOW_SECOND + _ABOVE + tuple(n * _DAY for n in (2, 7, 30, 90, 365))
"""Bucket widths in nanoseconds that read well; each is a multiple of every tally width that is not wider."""

_OUTLIERS: Final = 0.002
_STRETCH: Final = 10


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bucket and level.

    Args:
        frame: `bucket` (time of its start), `level`, `count`; only buckets that hold records.
        start: Epoch nanoseconds of the first bucket.
        step: Width of a bucket in nanoseconds.
        buckets: Number of buckets from the first to the last.
        undated: Records without a time.
        outside: Records whose time is far from all others and that are not shown.
    """

    frame: pl.DataFrame
    start: int = 0
    step: int = _SECOND
    buckets: int = 0
    undated: int = 0
    outside: int = 0

    def bucket_of(self, nanoseconds: int) -> int | None:
        """The number of the bucket that holds an epoch time, None if it is not shown."""
        bucket = (nanoseconds - self.start) // self.step
        return bucket if 0 <= bucket < self.buckets else None


def histogram_of(tallies: Sequence[pl.DataFrame], buckets: int) -> Histogram:
    """Put tallies together.

    Args:
        tallies: Frames of `TALLY_SCHEMA`.
        buckets: How many buckets at most.

    Returns:
        The histogram; times that stretch it more than tenfold although they are few are left out.
    """
    joined = pl.concat(tallies) if tallies else pl.DataFrame(schema=TALLY_SCHEMA)
    dated = joined.filter(pl.col("start").is_not_null())
    undated = int(joined["count"].sum()) - int(dated["count"].sum())
    if not dated.height:
        return Histogram(_shaped(dated), undated=undated)
    low, high = _range(dated)
    step = _step(low, high, buckets)
    low -= low % step
    shown = dated.filter(pl.col("start").is_between(low, high))
    start = pl.col("start") // step * step
    frame = shown.group_by(start, "level").agg(pl.col("count").sum()).sort("start", "level")
    outside = int(dated["count"].sum()) - int(shown["count"].sum())
    return Histogram(_shaped(frame), low, step, (high - low) // step + 1, undated, outside)


def _range(dated: pl.DataFrame) -> tuple[int, int]:
    until, total = pl.col("count").cum_sum(), pl.col("count").sum()
    by_time = dated.sort("start").select("start", until=until / total, before=(until - pl.col("count")) / total)
    inner = by_time.filter((pl.col("until") >= _OUTLIERS) & (pl.col("before") <= 1 - _OUTLIERS))["start"]
    starts = by_time["start"]
    spread = inner[-1] - inner[0] if len(inner) > 1 else 0
    if starts[-1] - starts[0] > _STRETCH * spread > 0:
        starts = starts.filter(starts.is_between(inner[0] - spread, inner[-1] + spread))
    return starts[0], starts[-1]


def _step(low: int, high: int, buckets: int) -> int:
    fitting = (step for step in STEPS if high // step - low // step < buckets)
    return next(fitting, (high - low) // max(1, buckets - 1) + 1)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    bucket = pl.col("start").cast(TIME_DTYPE).alias("bucket")
    return frame.select(bucket, pl.col("level"), pl.col("count").cast(pl.UInt32))
