"""The years and days that one source's times do not state, followed from record to record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from logtui.formats.shapes import YEARLESS

_HALF_YEAR: Final = 183 * 86_400 * 1_000_000_000
_HALF_DAY: Final = 43_200 * 1_000_000_000
_DAY: Final = 2 * _HALF_DAY
_FIRST_DAY: Final = round(datetime(YEARLESS, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000_000
_SLACK: Final = timedelta(days=1)
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RowClock:
    """Gives times without a year or a date theirs, record by record.

    Args:
        modified: When the source was last written, or now for a pipe.
    """

    def __init__(self, modified: datetime) -> None:
        self._anchor = modified + _SLACK
        self._year: int | None = None
        self._last = 0
        self._modified = round(modified.timestamp() * 1_000_000) * 1000
        self._day: int | None = None
        self._last_clock = 0

    def with_year(self, ns: int) -> int:
        """The time in its year.

        Args:
            ns: A time of the year `YEARLESS`, the next one of the source.

        Returns:
            Nanoseconds since 1970; 29 February becomes the 28th in a year that has none.
        """
        time = _EPOCH + timedelta(seconds=ns // _SECOND)
        if self._year is None:
            self._year = self._anchor.year - (time > self._anchor.replace(year=YEARLESS))
            self._last = ns
        step = ns - self._last
        self._year += (step < -_HALF_YEAR) - (step > _HALF_YEAR)
        self._last = ns
        return round((_in_year(time, self._year) - _EPOCH).total_seconds()) * _SECOND + ns % _SECOND

    def with_day(self, ns: int) -> int:
        """The time on its day.

        Args:
            ns: A time on the first day of `YEARLESS`, the next one of the source.

        Returns:
            Nanoseconds since 1970.
        """
        clock = ns - _FIRST_DAY
        if self._day is None:
            today = self._modified // _DAY
            self._day = today if clock <= self._modified % _DAY else today - 1
            self._last_clock = clock
        step = clock - self._last_clock
        self._day += (step < -_HALF_DAY) - (step > _HALF_DAY)
        self._last_clock = clock
        return self._day * _DAY + clock


def _in_year(time: datetime, year: int) -> datetime:
    try:
        return time.replace(year=year)
    except ValueError:
        return time.replace(year=year, day=28)
