"""Tallies: counts of records by time and level, in steps that are fine enough to draw any histogram from."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.query import WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request

TALLY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "level": LEVEL_DTYPE,
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: records without a time), level, number of records."""

MOST_BUCKETS: Final = 2_500
"""Buckets with records that a tally has at most, unless even the widest step needs more."""

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
        A frame of `TALLY_SCHEMA`, in the finest step that needs no more than 2,500 buckets.
    """
    return _tally(records, pl.len())


def weighed_tally(counted: pl.DataFrame) -> pl.DataFrame:
    """Count the records of a weighed frame, whose rows stand for several records, by time and level."""
    return _tally(counted, pl.col(WEIGHT).sum())


def spread(request: Request, pieces: Iterable[Piece], width: int) -> pl.DataFrame:
    """Count the records of pieces by intervals of one width.

    Args:
        request: The request; pieces that its deadline leaves no time for are not counted.
        pieces: The matches of each part.
        width: Nanoseconds of an interval.

    Returns:
        A frame of `TALLY_SCHEMA`, ordered by time and level.
    """
    found = [pl.DataFrame(schema=TALLY_SCHEMA)]
    for piece in pieces:
        if request.has_ended():
            break
        if piece.counted is not None and width % piece.step == 0:
            found.append(_by(width, piece.counted, pl.col(WEIGHT).sum()))
        else:
            found += [_by(width, frame, pl.len()) for frame in piece.frames(["timestamp", "level"])]
    total = pl.concat(found).group_by("start", "level").agg(pl.col("count").sum())
    return total.sort("start", "level", nulls_last=True)


def _tally(frame: pl.DataFrame, count: pl.Expr) -> pl.DataFrame:
    return _by(_step(frame["timestamp"].cast(pl.Int64)), frame, count)


def _by(width: int, frame: pl.DataFrame, count: pl.Expr) -> pl.DataFrame:
    start = (pl.col("timestamp").cast(pl.Int64) // width * width).alias("start")
    counted = frame.group_by(start, "level").agg(count.alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in TALLY_SCHEMA.items())


def _step(times: pl.Series) -> int:
    """The finest width with few enough buckets. Only buckets with records count, so a few far-away times do no harm."""
    at = bisect_left(TALLY_STEPS, True, key=lambda step: (times // step).n_unique() <= MOST_BUCKETS)
    return TALLY_STEPS[min(at, len(TALLY_STEPS) - 1)]
