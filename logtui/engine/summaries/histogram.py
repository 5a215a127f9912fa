"""Histograms: counts by time bucket and level, made from the tallies of parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.tally import TALLY_SCHEMA
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

_FEW: Final = 0.01
"""Share of the records, at either end of the times, that may be left out if they are far from the others."""

_FEW_RECORDS: Final = 3
"""So many records may be left out even of a log in which they are more than that share,"""

_OF_A_SMALL_LOG: Final = 0.1
"""as long as they are no more than this share."""

_MARGIN: Final = 2
"""Far means: further from the others than these span in time, divided by this,"""

_NEAR: Final = 3_600 * _SECOND
"""and further than an hour: the crash that ends a short log is not far, a wrong clock is."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bucket and level.

    Args:
        frame: `bucket` (time of its start), `level`, `count`; only buckets that hold records.
        start: Epoch nanoseconds of the first bucket.
        step: Width of a bucket in nanoseconds.
        buckets: Number of buckets from the first to the last.
        undated: Number of records without a time.
        outside: Number of records that no bucket holds, because their time is far from all others.
    """

    frame: pl.DataFrame
    start: int = 0
    step: int = _SECOND
    buckets: int = 0
    undated: int = 0
    outside: int = 0

    @property
    def records(self) -> int:
        """How many records were counted, those that are not shown included."""
        return int(self.frame["count"].sum()) + self.undated + self.outside

    def bucket_of(self, nanoseconds: int) -> int | None:
        """The number of the bucket that holds an epoch time, None if no bucket does."""
        bucket = (nanoseconds - self.start) // self.step
        return bucket if 0 <= bucket < self.buckets else None


def histogram_of(tallies: Sequence[pl.DataFrame], buckets: int, *, whole: bool = False) -> Histogram:
    """Make a histogram of tallies.

    Args:
        tallies: Frames of `TALLY_SCHEMA`.
        buckets: How many buckets at most.
        whole: Whether to show all times; if not, the few that are far from most are left out.

    Returns:
        The histogram.
    """
    joined = pl.concat(tallies) if tallies else pl.DataFrame(schema=TALLY_SCHEMA)
    dated = joined.filter(pl.col("start").is_not_null())
    undated = int(joined["count"].sum()) - int(dated["count"].sum())
    if not dated.height:
        return Histogram(_shaped(dated), undated=undated)
    low, high = _ends(dated) if whole else _bulk(dated)
    step = _step(low, high, buckets)
    low -= low % step
    shown = dated.filter(pl.col("start").is_between(low, high))
    start = pl.col("start") // step * step
    frame = shown.group_by(start, "level").agg(pl.col("count").sum()).sort("start", "level")
    outside = int(dated["count"].sum()) - int(shown["count"].sum())
    return Histogram(_shaped(frame), low, step, (high - low) // step + 1, undated, outside)


def histogram_by(width: int, tally: pl.DataFrame) -> Histogram:
    """Make a histogram in buckets of a given width, from the first time to the last.

    Args:
        width: Nanoseconds of a bucket.
        tally: A frame of `TALLY_SCHEMA` whose times are the starts of such buckets.
    """
    dated = tally.filter(pl.col("start").is_not_null())
    undated = int(tally["count"].sum()) - int(dated["count"].sum())
    if not dated.height:
        return Histogram(_shaped(dated), step=width, undated=undated)
    low, high = _ends(dated)
    return Histogram(_shaped(dated), low, width, (high - low) // width + 1, undated)


def joined(histograms: Sequence[Histogram], width: int) -> Histogram:
    """Add up histograms in buckets of the same width, in nanoseconds."""
    undated = pl.DataFrame({"count": [each.undated for each in histograms]}, schema_overrides={"count": pl.UInt32})
    starts = [
        each.frame.select(pl.col("bucket").cast(pl.Int64).alias("start"), "level", "count") for each in histograms
    ]
    tally = pl.concat([pl.DataFrame(schema=TALLY_SCHEMA), *starts, undated], how="diagonal")
    summed = tally.group_by("start", "level").agg(pl.col("count").sum())
    return histogram_by(width, summed.sort("start", "level", nulls_last=True))


def _ends(dated: pl.DataFrame) -> tuple[int, int]:
    low, high = dated.select(low=pl.col("start").min(), high=pl.col("start").max()).row(0)
    return low, high


def _bulk(dated: pl.DataFrame) -> tuple[int, int]:
    """First and last time, leaving out the few records at either end that are far from all others."""
    by_time = dated.sort("start").select("start", until=pl.col("count").cast(pl.Int64).cum_sum())
    total = by_time["until"][-1]
    few = max(int(total * _FEW), min(_FEW_RECORDS, int(total * _OF_A_SMALL_LOG)))
    starts, until = by_time["start"], by_time["until"]
    inner = starts.filter((until > few) & (until.shift(1, fill_value=0) < total - few))
    margin = max((inner[-1] - inner[0]) // _MARGIN, _NEAR)
    return _ends(by_time.filter(starts.is_between(inner[0] - margin, inner[-1] + margin)))


def _step(low: int, high: int, buckets: int) -> int:
    fitting = (step for step in STEPS if high // step - low // step < buckets)
    return next(fitting, (high - low) // max(1, buckets - 1) + 1)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    bucket = pl.col("start").cast(TIME_DTYPE).alias("bucket")
    return frame.select(bucket, pl.col("level"), pl.col("count").cast(pl.UInt32))
