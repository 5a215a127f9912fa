"""Intervals of time that records are counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.query.syntax.quantities import NANOSECONDS, as_duration

if TYPE_CHECKING:
    from datetime import tzinfo

_DAY: Final = NANOSECONDS["d"]
_WEEK: Final = NANOSECONDS["w"]


def bucket_of(frame: pl.DataFrame, width: str, zone: tzinfo) -> pl.Expr:
    """The start of the interval that each record lies in.

    Args:
        frame: Records, or a table with a column `time`.
        width: As typed, such as `5m`.
        zone: Whose days and hours the intervals begin with; weeks begin on Monday.

    Returns:
        `TIME_DTYPE`, null for records without a time.
    """
    column = next((name for name in ("timestamp", "time") if name in frame.columns), None)
    if column is None or not isinstance(frame.schema[column], pl.Datetime):
        return pl.repeat(None, pl.len(), dtype=TIME_DTYPE)
    local = pl.col(column).dt.convert_time_zone(zone.key) if isinstance(zone, ZoneInfo) else pl.col(column)
    return local.dt.truncate(interval_of(width)).dt.convert_time_zone("UTC").cast(TIME_DTYPE)


def interval_of(width: str) -> str:
    """The width in the notation of Polars; days and weeks are those of the calendar."""
    nanoseconds = nanoseconds_of(width)
    for unit, size in (("w", _WEEK), ("d", _DAY)):
        if nanoseconds % size == 0:
            return f"{nanoseconds // size}{unit}"
    return f"{nanoseconds}ns"


def nanoseconds_of(width: str) -> int:
    """The width in nanoseconds, at least 1."""
    return max(1, int(as_duration(width) or 0))


def seconds_of(width: str) -> float:
    """The width in seconds."""
    return nanoseconds_of(width) / NANOSECONDS["s"]
