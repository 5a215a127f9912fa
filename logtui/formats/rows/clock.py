"""The years and days that one source's times do not state, followed from record to record."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, Final

from logtui.formats.anchor import (
    DAY_NS,
    Anchor,
    day_turn,
    last_day,
    last_year,
    possible_year,
    year_turn,
)
from logtui.formats.rows.times import wall_in
from logtui.formats.shapes import YEARLESS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.rows.times import Time

_FIRST_DAY: Final = round(datetime(YEARLESS, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000_000
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEAP_CYCLE: Final = 8


class RowClock:
    """Gives times without a year or a date theirs, record by record.

    Args:
        modified: When the source was last written, or now for a pipe.
        zone: Zone of the times that state none.
        find: Looks through the source for what its first such times lack; called once, when the first comes.

    Attributes:
        dated: The latest record's time that stated its date, nanoseconds since 1970, until a clock used it.
    """

    def __init__(self, modified: datetime, zone: tzinfo = UTC, find: Callable[[], Anchor] = Anchor) -> None:
        self.dated: int | None = None
        self._modified = modified
        self._zone = zone
        self._find = find
        self._anchor: Anchor | None = None
        self._year: int | None = None
        self._last = 0
        self._day: int | None = None
        self._clock = 0

    def with_year(self, ns: int) -> int:
        """The time in its year.

        Args:
            ns: A time of the year `YEARLESS`, the next one of the source.

        Returns:
            Nanoseconds since 1970; 29 February is in the latest leap year.
        """
        time = _at(ns)
        if self._year is None:
            found = self._found().year
            self._year = last_year(time, self._modified) if found is None else found
        else:
            self._year += year_turn(ns - self._last)
        self._last = ns
        year = possible_year(self._year, leap=_is_leap_day(time))
        return round((time.replace(year=year) - _EPOCH).total_seconds()) * _SECOND + ns % _SECOND

    def with_day(self, ns: int) -> int:
        """The time on its day.

        Args:
            ns: A time on the first day of `YEARLESS`, the next one of the source.

        Returns:
            Nanoseconds since 1970.
        """
        clock, dated = ns - _FIRST_DAY, self.dated is not None
        if self.dated is not None:
            self._day, self._clock = divmod(wall_in(self.dated, self._zone), DAY_NS)
            self.dated = None
        if self._day is None:
            found = self._found().day
            self._day = last_day(clock, self._modified) if found is None else found
        else:
            self._day += day_turn(clock - self._clock, dated=dated)
        self._clock = clock
        return self._day * DAY_NS + clock

    def _found(self) -> Anchor:
        if self._anchor is None:
            self._anchor = self._find()
        return self._anchor


def anchor_of(times: Sequence[Time], modified: datetime) -> Anchor:
    """What the first times of a source lack, so that its last ones are nearest to its date.

    Args:
        times: The times of the source, or of pieces of it from its start to its end.
        modified: When the source was last written.

    Returns:
        The year and the day.
    """
    yearless = [time.ns for time in times if time.yearless]
    year = _first_year(yearless, modified) if yearless else None
    clocks = [time.ns - _FIRST_DAY for time in takewhile(lambda time: time.dateless, times)]
    if not clocks:
        return Anchor(year)
    turns = sum(day_turn(later - clock, dated=False) for clock, later in pairwise(clocks))
    if len(clocks) == len(times):
        return Anchor(year, last_day(clocks[-1], modified) - turns)
    dated = times[len(clocks)]
    ns = RowClock(modified, find=lambda: Anchor(year)).with_year(dated.ns) if dated.yearless else dated.ns
    day, clock = divmod(ns, DAY_NS)
    return Anchor(year, day - day_turn(clock - clocks[-1], dated=True) - turns)


def _first_year(times: Sequence[int], modified: datetime) -> int:
    """The year of the first time: the latest one for which each 29 February there is has its leap year."""
    turns = list(accumulate((year_turn(later - time) for time, later in pairwise(times)), initial=0))
    leaps = {turn for turn, ns in zip(turns, times, strict=True) if _is_leap_day(_at(ns))}
    first = last_year(_at(times[-1]), modified) - turns[-1]
    fitting = (year for year in range(first, first - _LEAP_CYCLE, -1) if all(isleap(year + turn) for turn in leaps))
    return next(fitting, first)


def _at(ns: int) -> datetime:
    return _EPOCH + timedelta(seconds=ns // _SECOND)


def _is_leap_day(time: datetime) -> bool:
    return (time.month, time.day) == (2, 29)
