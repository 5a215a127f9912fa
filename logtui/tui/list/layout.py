"""The layout of the list: its columns and their widths, and the format of times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_FORMATS: Final = {
    "none": "",
    "time": "%H:%M:%S",
    "date": "%m-%d %H:%M:%S",
    "full": "%Y-%m-%d %H:%M:%S",
}
_TIME_WIDTHS: Final = {"none": 0, "time": 8, "date": 14, "full": 19}
_FRACTION_WIDTH: Final = 4
_LEVEL_WIDTH: Final = 5
_SPAN_WIDTH: Final = 7
_MILLISECONDS_SHOWN: Final = 10
_SECONDS_SHOWN: Final = 100
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


class Column(NamedTuple):
    """A column to the left of the message.

    Attributes:
        name: `time`, `delta`, `level`, `origin`, or the column of a field.
        width: Width in cells that the user has set; 0 to fit the values.
    """

    name: str
    width: int = 0


USUAL_COLUMNS: Final = (Column("time"), Column("level"), Column("origin"))
"""The default columns."""

OWN_COLUMNS: Final = ("time", "delta", "level", "origin")
"""Columns that the list formats itself; others show the values of one column of the record frame."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of the list, their widths, and the format of times.

    Args:
        width: Width of a line in cells.
        left: Number of cells by which messages are scrolled to the left.
        columns: The columns before the message.
        time: One of `TIME_FORMATS`, the shortest that shows as much of the date as the records seen so far need.
        fraction: Whether milliseconds are shown.
        widths: Width in cells of the widest value seen so far, by column.
        zone: The time zone of the times.
        anchor: The moment that times are shown relative to; None for times of day.
    """

    width: int = 80
    left: int = 0
    columns: tuple[Column, ...] = USUAL_COLUMNS
    time: str = "none"
    fraction: bool = False
    widths: Mapping[str, int] = field(default_factory=dict)
    zone: tzinfo = UTC
    anchor: datetime | None = None

    def width_of(self, column: Column) -> int:
        """The width of a column in cells; 0 if it is hidden, because no record seen so far has a value."""
        if column.name == "time":
            return self._time_width
        if column.name == "delta":
            return _SPAN_WIDTH
        seen = self.widths.get(column.name, 0)
        if column.name == "level":
            return _LEVEL_WIDTH if seen else 0
        return (column.width or seen) if seen else 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are shown as columns."""
        return tuple(column.name for column in self.columns if column.name not in OWN_COLUMNS)

    @property
    def _time_width(self) -> int:
        if self.time == "none":
            return 0
        return _SPAN_WIDTH if self.anchor else _TIME_WIDTHS[self.time] + _FRACTION_WIDTH * self.fraction


def clock(time: datetime | None, layout: Layout) -> str:
    """Format a time for its column; blank if there is none."""
    width = layout.width_of(Column("time"))
    if time is None or not width:
        return " " * width
    if layout.anchor is not None:
        return span(time - layout.anchor).rjust(width)
    local = time.astimezone(layout.zone)
    text = local.strftime(TIME_FORMATS[layout.time])
    return f"{text}.{local.microsecond // 1000:03d}" if layout.fraction else text


def since_before(time: datetime | None, before: datetime | None) -> str:
    """Format the time between two records; blank if one of them has no time."""
    return "" if time is None or before is None else span(time - before)


def span(difference: timedelta) -> str:
    """Format a signed duration in at most seven cells."""
    seconds = difference.total_seconds()
    size, sign = abs(seconds), "-" if seconds < 0 else "+"
    if size < _SECONDS_SHOWN:
        return f"{sign}{size:.3f}" if size < _MILLISECONDS_SHOWN else f"{sign}{size:.1f}"
    unit, length = ("d", _DAY) if size >= _DAY else ("h", _HOUR) if size >= _HOUR else ("m", _MINUTE)
    return f"{sign}{size / length:.1f}{unit}"
