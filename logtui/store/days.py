"""Days: records split by the days of their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_DAYS: Final = 16
"""Records of rarer days stay together, since a file for each day of records with random times would be more files
than there were."""


def day_of() -> pl.Expr:
    """The day of a record in days since 1970, Int32; one without a time is on the day that orders it."""
    return pl.coalesce("timestamp", "order_time").dt.epoch("d")


def by_day(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Split records by their days.

    Args:
        records: A record frame.

    Yields:
        Record frames in the same order, one for each of the 16 commonest days, and one for all other days.
    """
    day = records.select(day_of().alias("day"))["day"]
    days = day.value_counts().sort("count", "day", descending=True)["day"].to_list()
    if len(days) == 1:
        yield records
        return
    for each in days[:_MOST_DAYS]:
        yield records.filter(day == each)
    if rest := days[_MOST_DAYS:]:
        yield records.filter(day.is_in(rest))
