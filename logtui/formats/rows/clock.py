"""Adds the years and days that a source's times do not state, from record to record."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Final

from logtui.formats.anchor import (
    DAY_NS,
    Anchor,
    last_day,
    last_year,
    possible_year,
)
from logtui.formats.rows.times import wall_in
from logtui.formats.shapes import YEARLESS
from logtui.formats.turns import CLOCKS, YEARS, Steps, Track, started, stated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.rows.times import Time

_FIRST_DAY: Final = round(datetime(YEARLESS, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000_000
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEAP_CYCLE: Final = 8


class RowClock:
    """Adds the year or the day to times that state none, record by record.

    Args:
        modified: When the source was last written, or now for a pipe.
        zone: Zone of the times that state none.
        find: Finds the year and the day of the source's first such times; called once, when the first one comes.

    Attributes:
        dated: The latest time with a date, epoch nanoseconds; None once a time without a date has taken its day from
            it.
    """

    def __init__(self, modified: datetime, zone: tzinfo = UTC, find: Callable[[], Anchor] = Anchor) -> None:
        self.dated: int | None = None
        self._modified = modified
        self._zone = zone
        self._find = find
        self._anchor: Anchor | None = None
        self._years: Track | None = None
        self._days: Track | None = None

    @property
    def has_days(self) -> bool:
        """Whether a time without a date has come."""
        return self._days is not None

    def with_year(self, ns: int) -> int:
        """Add the year to the source's next time.

        Args:
            ns: The time in the year `YEARLESS`, epoch nanoseconds.

        Returns:
            Epoch nanoseconds; 29 February is in the latest leap year.
        """
        if self._years is None:
            found = self._found().year
            self._years = started(last_year(_at(ns), self._modified) if found is None else found, ns)
        self._years = self._years.then(ns, YEARS)
        return _in_year(ns, self._years.turn)

    def with_day(self, ns: int) -> int:
        """Add the day to the source's next time.

        Args:
            ns: The time on the first day of the year `YEARLESS`, epoch nanoseconds.

        Returns:
            Epoch nanoseconds.
        """
        clock = ns - _FIRST_DAY
        if self.dated is not None:
            self._days = stated(*divmod(wall_in(self.dated, self._zone), DAY_NS))
            self.dated = None
        if self._days is None:
            found = self._found().day
            self._days = started(last_day(clock, self._modified) if found is None else found, clock)
        self._days = self._days.then(clock, CLOCKS)
        return self._days.turn * DAY_NS + clock

    def _found(self) -> Anchor:
        if self._anchor is None:
            self._anchor = self._find()
        return self._anchor


def anchor_of(times: Sequence[Time], modified: datetime) -> Anchor:
    """Find the year and the day of a source's first times, such that its last times are nearest to `modified`.

    Args:
        times: The times of the source, or of samples from its start to its end.
        modified: When the source was last written.
    """
    yearless = [time.ns for time in times if time.yearless]
    year = _first_year(yearless, modified) if yearless else None
    clocks = [time.ns - _FIRST_DAY for time in takewhile(lambda time: time.dateless, times)]
    if not clocks:
        return Anchor(year)
    track = _tracks(clocks, CLOCKS)[-1]
    if len(clocks) == len(times):
        turn, clock = _end(track, modified, _on_last_day, CLOCKS)
        return Anchor(year, last_day(clock, modified) - turn)
    dated = times[len(clocks)]
    ns = RowClock(modified, find=lambda: Anchor(year)).with_year(dated.ns) if dated.yearless else dated.ns
    day, clock = divmod(ns, DAY_NS)
    return Anchor(year, day - CLOCKS.turn(clock - track.last, is_stated=True) - track.turn)


def _first_year(times: Sequence[int], modified: datetime) -> int:
    """The year of the first time: the latest year with which every 29 February falls into a leap year."""
    tracks = _tracks(times, YEARS)
    leaps = {track.turn for track in tracks if _is_leap_day(_at(track.last))}
    turn, ns = _end(tracks[-1], modified, _in_last_year, YEARS)
    first = last_year(_at(ns), modified) - turn
    fitting = (year for year in range(first, first - _LEAP_CYCLE, -1) if all(isleap(year + turn) for turn in leaps))
    return next(fitting, first)


def _tracks(times: Sequence[int], steps: Steps) -> list[Track]:
    """The track at each time, turns counted from the first one's."""
    first = started(0, times[0]).passed(times[0], 1)
    return list(accumulate(times[1:], lambda track, time: track.then(time, steps), initial=first))


def _end(track: Track, modified: datetime, placed: Callable[[int, datetime], int], steps: Steps) -> tuple[int, int]:
    """The turn and the time nearest to when the source was written: the last, or the one before odd times."""
    last, before = (track.turn, track.last), track.before_odd
    written = _ns(modified)
    if before and written - placed(before[1], modified) <= steps.near < written - placed(last[1], modified):
        return before
    return last


def _in_last_year(ns: int, modified: datetime) -> int:
    return _in_year(ns, last_year(_at(ns), modified))


def _on_last_day(clock: int, modified: datetime) -> int:
    return last_day(clock, modified) * DAY_NS + clock


def _in_year(ns: int, year: int) -> int:
    """A time of the year `YEARLESS` in another one; 29 February in the latest leap year."""
    time = _at(ns)
    return _ns(time.replace(year=possible_year(year, leap=_is_leap_day(time)))) + ns % _SECOND


def _ns(time: datetime) -> int:
    """Nanoseconds since 1970 of a time, in whole seconds."""
    return round((time - _EPOCH).total_seconds()) * _SECOND


def _at(ns: int) -> datetime:
    return _EPOCH + timedelta(seconds=ns // _SECOND)


def _is_leap_day(time: datetime) -> bool:
    return (time.month, time.day) == (2, 29)
