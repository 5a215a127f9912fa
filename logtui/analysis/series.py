"""Finds spikes and gaps in counts over time: robust statistics over a trailing baseline.

The baseline of a bucket is the 30 buckets before it. Its middle is the median and its spread the median absolute
deviation, estimated by half the distance of the quartiles and scaled by 1.4826 to a standard deviation of normal
data (Rousseeuw and Croux, 1993), so that earlier spikes do not hide later ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

BASELINE: Final = 30
"""Buckets that a bucket is compared with."""

_MIN_BASELINE: Final = 5
_NORMAL: Final = 1.4826
"""Scales the quartile-based deviation to the standard deviation of normal data."""

_DEVIATIONS: Final = 6.0
"""Deviations above the median from which a bucket is high."""

_TIMES: Final = 3.0
_MIN_COUNT: Final = 10
"""A bucket with fewer is never high."""

_NEAR: Final = 2
_STEADY: Final = 0.6
"""Share of buckets that must be filled, the gaps left out, for a series to count as steady."""

_MIN_FILLED: Final = 20
_LONG_GAP: Final = 10
"""Empty buckets, and multiples of the usual gap, above which a gap is long."""


class Spike(NamedTuple):
    """A stretch of buckets that hold far more than usual.

    Attributes:
        first: The first bucket.
        last: The last one.
        total: The sum of its counts.
        usual: The sum expected: the baseline's median times the number of buckets.
        peak: The highest count of a bucket.
    """

    first: int
    last: int
    total: int
    usual: float
    peak: int


class Gap(NamedTuple):
    """A stretch of empty buckets where there usually is something.

    Attributes:
        first: The first empty bucket.
        last: The last one.
        usual: The 95 % quantile of the distances between filled buckets, in buckets.
    """

    first: int
    last: int
    usual: float


def spikes(counts: pl.Series, is_alive: pl.Series, times: float = _TIMES) -> list[Spike]:
    """Find buckets whose counts are far above their trailing baseline.

    Args:
        counts: One count per bucket, empty buckets included.
        is_alive: Which buckets have any records at all, of whatever service or level; the others are left out of the
            baseline.
        times: The least ratio of a high count to the median of its baseline.

    Returns:
        The spikes in order; high buckets at most two apart make one spike.
    """
    values = counts.cast(pl.Float64).rename("count").to_frame().with_row_index("at").filter(is_alive)
    before = pl.col("count").shift(1)
    usual, upper, lower = (
        before.rolling_quantile(share, "linear", window_size=BASELINE, min_samples=_MIN_BASELINE)
        for share in (0.5, 0.75, 0.25)
    )
    spread = upper - lower
    frame = values.with_columns(usual=usual, spread=spread * _NORMAL / 2)
    floor = pl.max_horizontal(pl.col("spread"), (pl.col("usual") + 1).sqrt())
    is_high = (
        (pl.col("count") >= _MIN_COUNT)
        & (pl.col("count") > pl.col("usual") + _DEVIATIONS * floor)
        & (pl.col("count") >= times * pl.col("usual"))
    )
    high = frame.filter(is_high)
    return _joined(list(high.select("at", "count", "usual").iter_rows()))


def gaps(counts: pl.Series) -> list[Gap]:
    """Find long runs of empty buckets in a steady series.

    Args:
        counts: One count per bucket, empty buckets included; the first bucket is not empty.

    Returns:
        The gaps in order, also one that lasts to the end; none if the series is not steady.
    """
    filled = (counts > 0).arg_true()
    if len(filled) < _MIN_FILLED:
        return []
    steps = filled.diff().drop_nulls()
    usual = float(steps.quantile(0.95, "higher") or 1)
    longest = max(_LONG_GAP, _LONG_GAP * usual)
    edges = [*filled.to_list(), len(counts)]
    found = [Gap(low + 1, high - 1, usual) for low, high in pairwise(edges) if high - low > longest]
    empty = sum(gap.last - gap.first + 1 for gap in found)
    return found if len(filled) >= _STEADY * (len(counts) - empty) else []


def _joined(high: list[tuple[int, float, float]]) -> list[Spike]:
    found: list[Spike] = []
    for at, count, usual in high:
        last = found[-1] if found else None
        if last is not None and at - last.last <= _NEAR:
            longer = Spike(last.first, at, last.total + int(count), last.usual, max(last.peak, int(count)))
            found[-1] = longer
        else:
            found.append(Spike(at, at, int(count), usual, int(count)))
    return [spike._replace(usual=spike.usual * (spike.last - spike.first + 1)) for spike in found]
