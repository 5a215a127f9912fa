"""Intervals of time (buckets) in which records are counted."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.query.syntax.quantities import NANOSECONDS, as_duration

if TYPE_CHECKING:
    from datetime import tzinfo

_HOUR: Final = NANOSECONDS["h"]
_DAY: Final = NANOSECONDS["d"]
_WEEK: Final = NANOSECONDS["w"]


class Grid:
    """Intervals of one width, in the calendar of a zone.

    Parts of an hour, hours that make up a day, days and weeks begin where the clocks of the zone show it, so that
    a day may have 23 or 25 hours, and one interval of it may be longer or shorter than the others; weeks begin on
    Monday. Intervals of an hour or less come again in an hour that the clocks show twice. All others follow each
    other without regard to days.

    Args:
        width: As typed, such as `5m`.
        zone: Whose days the intervals begin with.
    """

    def __init__(self, width: str, zone: tzinfo) -> None:
        self.width = nanoseconds_of(width)
        self._zone = getattr(zone, "key", "UTC")
        # Polars knows zones by their names, and those with an offset have none.
        offset = zone.utcoffset(None) if isinstance(zone, timezone) else timedelta()
        self._offset = pl.lit(offset, dtype=pl.Duration("ns"))
        unit, size = ("w", _WEEK) if self.width % _WEEK == 0 else ("d", _DAY)
        self._days = f"{self.width // size}{unit}" if self.width % size == 0 else None
        self._parts_day = _HOUR % self.width == 0 or (self.width % _HOUR == 0 and _DAY % self.width == 0)

    def start(self, time: pl.Expr) -> pl.Expr:
        """The start of the interval that an instant lies in."""
        if self._days:
            return self._instant(self._wall(time).dt.truncate(self._days))
        if not self._parts_day:
            return time.dt.truncate(self._step)
        floor = self._wall(time).dt.truncate(self._step)
        start = self._instant(floor)
        if self.width > _HOUR:
            return start
        back = time - (self._wall(time) - floor)
        return pl.when(self._wall(back) == floor).then(back).otherwise(start)

    def next(self, start: pl.Expr) -> pl.Expr:
        """The start of the interval behind the one that begins at an instant."""
        end = start.dt.offset_by(self._step)
        if not (self._days or self._parts_day):
            return end
        width = self._days or self._step
        shown = self._instant(self._wall(start).dt.truncate(width).dt.offset_by(width))
        if self._days:
            return shown
        is_again = (self.start(end) == end) & (self.width <= _HOUR)
        return pl.when(is_again).then(end).otherwise(self.start(shown))

    def every(self, first: pl.Expr, last: pl.Expr) -> pl.Expr:
        """The starts of all intervals from that of one instant to that of another."""
        steps = pl.datetime_range(first, last, self._step, time_unit="ns", time_zone="UTC")
        if not (self._days or self._parts_day):
            return steps
        width = "1d" if self._days else self._step
        shown = self._wall(first).dt.truncate(width)
        instants = self._instant(pl.datetime_range(shown, self._wall(last), width, time_unit="ns"))
        # Clocks that are put back show the elapsed steps once more, and the last moment maybe before the first.
        starts = pl.concat([self.start(instants), self.start(last), *([] if self._days else [self.start(steps)])])
        return starts.filter((starts >= first) & (starts <= last)).unique()

    @property
    def _step(self) -> str:
        return f"{self.width}ns"

    def _wall(self, time: pl.Expr) -> pl.Expr:
        """The local time in the zone."""
        return time.dt.convert_time_zone(self._zone).dt.replace_time_zone(None) + self._offset

    def _instant(self, wall: pl.Expr) -> pl.Expr:
        """The first moment of a local time, which may exist twice, or not at all, when clocks change."""
        return pl.coalesce(self._zoned(wall), self._zoned(wall.dt.offset_by("-1d")).dt.offset_by("24h"))

    def _zoned(self, wall: pl.Expr) -> pl.Expr:
        there = wall - self._offset
        zoned = there.dt.replace_time_zone(self._zone, ambiguous="earliest", non_existent="null")
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
