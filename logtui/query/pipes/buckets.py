"""Intervals of time that records are counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.query.syntax.quantities import NANOSECONDS, as_duration

if TYPE_CHECKING:
    from datetime import tzinfo

_DAY: Final = NANOSECONDS["d"]
_WEEK: Final = NANOSECONDS["w"]


class Grid:
    """Intervals of one width, in the calendar of a zone.

    Days and weeks are those of the calendar, so that a day may have 23 or 25 hours; weeks begin on Monday. Shorter
    intervals that a day is made of begin with each day and have their width in elapsed time, but for the last one
    of a day on which clocks change. All others follow each other without regard to days.

    Args:
        width: As typed, such as `5m`.
        zone: Whose days the intervals begin with.
    """

    def __init__(self, width: str, zone: tzinfo) -> None:
        self.width = nanoseconds_of(width)
        self._zone = getattr(zone, "key", "UTC")
        unit, size = ("w", _WEEK) if self.width % _WEEK == 0 else ("d", _DAY)
        self._days = f"{self.width // size}{unit}" if self.width % size == 0 else None
        self._parts_day = _DAY % self.width == 0

    def start(self, time: pl.Expr) -> pl.Expr:
        """The start of the interval that an instant lies in."""
        if self._days:
            return self._instant(self._wall(time).dt.truncate(self._days))
        if not self._parts_day:
            return time.dt.truncate(self._step)
        midnight = self._instant(self._wall(time).dt.truncate("1d"))
        elapsed = (time - midnight).dt.total_nanoseconds()
        return midnight + (elapsed // self.width * self.width).cast(pl.Duration("ns"))

    def next(self, start: pl.Expr) -> pl.Expr:
        """The start of the interval behind the one that begins at an instant."""
        if self._days:
            return self._instant(self._wall(start).dt.truncate(self._days).dt.offset_by(self._days))
        end = start.dt.offset_by(self._step)
        if not self._parts_day:
            return end
        return pl.min_horizontal(end, self._instant(self._wall(start).dt.truncate("1d").dt.offset_by("1d")))

    def every(self, first: pl.Expr, last: pl.Expr) -> pl.Expr:
        """The starts of all intervals from that of one instant to that of another."""
        steps = pl.datetime_range(first, last, self._step, time_unit="ns", time_zone="UTC")
        days = pl.datetime_range(self._wall(first).dt.truncate("1d"), self._wall(last), "1d", time_unit="ns")
        if self._days:
            starts = self.start(self._instant(days)).unique()
        elif self._parts_day:
            midnights = self._instant(days)
            # The last interval of a day may be so short that the steps miss it.
            ends = [self.start(midnights.dt.offset_by("-1ns")), self.start(last)]
            starts = pl.concat([self.start(steps), midnights, *ends]).unique()
        else:
            return steps
        return starts.filter(starts >= first)

    @property
    def _step(self) -> str:
        return f"{self.width}ns"

    def _wall(self, time: pl.Expr) -> pl.Expr:
        """What the clocks of the zone show."""
        return time.dt.convert_time_zone(self._zone).dt.replace_time_zone(None)

    def _instant(self, day: pl.Expr) -> pl.Expr:
        """The first moment of a day; clocks may skip midnight, or show it twice."""
        return pl.coalesce(self._zoned(day), self._zoned(day.dt.offset_by("-1d")).dt.offset_by("24h"))

    def _zoned(self, day: pl.Expr) -> pl.Expr:
        zoned = day.dt.replace_time_zone(self._zone, ambiguous="earliest", non_existent="null")
        return zoned.dt.convert_time_zone("UTC").cast(TIME_DTYPE)


def bucket_of(frame: pl.DataFrame, grid: Grid) -> pl.Expr:
    """The start of the interval that each record lies in.

    Args:
        frame: Records, or a table with a column `time`.
        grid: The intervals.

    Returns:
        `TIME_DTYPE`, null for records without a time.
    """
    column = next((name for name in ("timestamp", "time") if name in frame.columns), None)
    if column is None or not isinstance(frame.schema[column], pl.Datetime):
        return pl.repeat(None, pl.len(), dtype=TIME_DTYPE)
    return grid.start(pl.col(column).cast(TIME_DTYPE))


def nanoseconds_of(width: str) -> int:
    """The width in nanoseconds, at least 1."""
    return max(1, int(as_duration(width) or 0))
