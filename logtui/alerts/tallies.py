"""Counts a part's records for the rules, by step of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import resolve_name
from logtui.query import WEIGHT, weight_of
from logtui.store import MINUTE

if TYPE_CHECKING:
    from logtui.engine.search.part import Piece

COUNTS: Final[dict[str, pl.DataType]] = {"step": pl.Int64(), "count": pl.UInt32()}
"""`step` is the number of the step since the epoch, `count` the number of records in it."""

FIRST_SEEN: Final[dict[str, pl.DataType]] = {"value": pl.String(), "step": pl.Int64()}
"""`value` is a value of the field, `step` the number of the first step in which a record has it."""

_EARLIEST: Final = 946_684_800 * 10**9
"""2000-01-01, epoch nanoseconds: an earlier time comes from a clock that was never set, which starts in 1970."""


def count_steps(piece: Piece, step: int) -> pl.DataFrame:
    """Count records by step of time.

    Args:
        piece: The matching records of a part; its rollups are used if a step is a multiple of their minutes.
        step: Length of a step, nanoseconds.

    Returns:
        A frame of `COUNTS`, without records that have no time, or one before 2000.
    """
    frames = [piece.counted] if piece.counted is not None and step % MINUTE == 0 else list(piece.frames(["timestamp"]))
    joined = pl.concat([pl.DataFrame(schema=COUNTS), *(_counted(frame, step) for frame in frames)])
    return joined.group_by("step").agg(pl.col("count").sum())


def first_seen(piece: Piece, field: str, step: int) -> pl.DataFrame:
    """Find the step in which each value of a field occurs first.

    Args:
        piece: The matching records of a part.
        field: The field as users name it.
        step: Length of a step, nanoseconds.

    Returns:
        A frame of `FIRST_SEEN`.
    """
    columns = piece.part.columns
    column = resolve_name(field, list(columns))
    if column is None or column not in columns:
        return pl.DataFrame(schema=FIRST_SEEN)
    frames = [pl.DataFrame(schema=FIRST_SEEN)]
    for frame in piece.frames(["timestamp", column]):
        values = frame.with_columns(pl.col(column).cast(pl.String).alias("value")).drop_nulls("value")
        found = _stepped(values, step).group_by("value").agg(pl.col("step").min())
        frames.append(found.select(pl.col(name).cast(dtype) for name, dtype in FIRST_SEEN.items()))
    return pl.concat(frames).group_by("value").agg(pl.col("step").min())


def _counted(frame: pl.DataFrame, step: int) -> pl.DataFrame:
    weighed = _stepped(frame.with_columns(weight_of(frame)), step)
    counted = weighed.group_by("step").agg(pl.col(WEIGHT).sum().alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in COUNTS.items())


def _stepped(frame: pl.DataFrame, step: int) -> pl.DataFrame:
    time = pl.col("timestamp").cast(pl.Int64)
    return frame.filter(time >= _EARLIEST).with_columns((time // step).alias("step"))
