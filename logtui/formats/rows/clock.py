"""The years of one source's yearless times, followed from record to record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from logtui.formats.shapes import YEARLESS

_HALF_YEAR: Final = 183 * 86_400 * 1_000_000_000
_SLACK: Final = timedelta(days=1)
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RowClock:
    """Gives yearless times their years, record by record.

    Args:
        modified: When the source was last written, or now for a pipe.
    """

    def __init__(self, modified: datetime) -> None:
        self._anchor = modified + _SLACK
        self._year: int | None = None
        self._last = 0

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


def _in_year(time: datetime, year: int) -> datetime:
    try:
        return time.replace(year=year)
    except ValueError:
        return time.replace(year=year, day=28)
