"""Finds the year and the day of a source's first times, if these state none.

The last record of a source is nearest to the date of its file. The year and day of the first record follow from the
steps back in between, so the source is looked through before its first record is delivered.
"""

from __future__ import annotations

from calendar import isleap
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

HOUR_NS: Final = 3_600 * 1_000_000_000
DAY_NS: Final = 24 * HOUR_NS
_FIRST_YEAR: Final = 1700
_LAST_YEAR: Final = 2250  # nanoseconds since 1970 hold these
_YEAR_SLACK: Final = timedelta(days=1)
_DAY_SLACK: Final = timedelta(hours=1)


class Anchor(NamedTuple):
    """The year and the day of a source's first times that state none.

    Attributes:
        year: Year of the first time without one; None if there is none.
        day: Days since 1970 of the first time without a date; None if there is none.
    """

    year: int | None = None
    day: int | None = None


def possible_year(year: int, *, leap: bool) -> int:
    """The latest year that is not after a year and holds the time; `leap` if that is of 29 February."""
    year = min(max(year, _FIRST_YEAR), _LAST_YEAR)
    return next(each for each in range(year, year - 9, -1) if isleap(each) or not leap)


def last_year(time: datetime, modified: datetime) -> int:
    """The year in which a time of `YEARLESS` is nearest to the date of its file and not after it."""
    latest = modified + _YEAR_SLACK
    late = (time.month, time.day, time.time()) > (latest.month, latest.day, latest.time())
    return latest.year - late


def last_day(clock: int, modified: datetime) -> int:
    """The day, since 1970, on which a clock is nearest to the date of its file and not after it."""
    latest = round((modified + _DAY_SLACK).timestamp() * 1_000_000) * 1000
    return latest // DAY_NS - (clock > latest % DAY_NS)
