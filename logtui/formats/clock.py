"""Adds to times what follows from the records before: the year or day that they lack, and the order time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.formats.anchor import DAY_NS, last_day, last_year, possible_year
from logtui.formats.shapes import YEARLESS
from logtui.formats.turn_columns import turned
from logtui.formats.turns import CLOCKS, YEARS, Track, started, stated
from logtui.model.record import TIME_DTYPE

_LONGER_THAN_A_GAP: Final = timedelta(hours=3)
SLACK: Final = timedelta(days=1)
"""A time that is later than this after the source was written does not order records,"""

OLDEST_YEAR: Final = 1971
"""and none before this year does."""


@dataclass(frozen=True, slots=True)
class SourceClock:
    """The state of a source's times between two batches of its records.

    Attributes:
        modified: When the source was last written, or now for what comes as it is written; anchors times without a
            year or a date.
        zone: Zone of the times that state none.
        year: The year of the first time without one; None if it is not known yet.
        years: The track of the times without a year; None before the first one.
        day: The day of the first time without a date, days since 1970; None if it is not known yet.
        days: The track of the times of day; None before the first one.
        last: Order time of the last record in epoch nanoseconds, None before the first.
    """

    modified: datetime
    zone: tzinfo = UTC
    year: int | None = None
    years: Track | None = None
    day: int | None = None
    days: Track | None = None
    last: int | None = None

    def apply(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give the next records their years, days and order times.

        Args:
            records: A frame with `timestamp`, `zoned`, `yearless` and `dateless`, in source order.

        Returns:
            The frame with `timestamp` corrected and `order_time` added, and the clock after it. Order times never
            decrease: a record without a time takes that of the one before it, leading ones that of the first.
        """
        if records.is_empty():
            return records.with_columns(order_time=pl.lit(None, TIME_DTYPE)), self
        records, clock = records.with_columns(odd=pl.lit(value=False)), self
        if records["yearless"].any():
            records, clock = clock.with_years(records)
        records, clock = clock.with_days(records)
        if not _is_utc(self.zone):
            placed = in_zone(records["timestamp"], self.zone)
            records = records.with_columns(records["timestamp"].zip_with(records["zoned"], placed))
        return clock.with_order(records)

    def lacks_anchor(self, records: pl.DataFrame) -> bool:
        """Whether the next records state no year or date, and none of the source has come before them."""
        lacks_year = self.year is None and self.years is None and records["yearless"].any()
        lacks_day = self.day is None and self.days is None and records["dateless"].any()
        return bool(lacks_year or lacks_day)

    def with_years(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give yearless records their years; see `apply`."""
        times = records["timestamp"].set(~records["yearless"], None)
        known = times.drop_nulls()
        ns = known.dt.timestamp("ns")
        track = self.years or started(self.year or last_year(known[0], self.modified), int(ns[0]))
        years, track = turned(track, ns, pl.repeat(None, len(ns), dtype=pl.Int64, eager=True), YEARS)
        corrected = records["timestamp"].scatter(times.is_not_null().arg_true(), in_years(known, years))
        return records.with_columns(corrected), replace(self, years=track)

    def with_days(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give dateless records their days, which follow from the records around them; see `apply`."""
        rows = records["timestamp"].is_not_null().arg_true()
        if not records["dateless"].any():
            rows = rows.tail(1)
        known = records.select("timestamp", "zoned", "dateless").gather(rows)
        if known.is_empty():
            return records, self
        wall = _wall(known, self.zone)
        dated = ~known["dateless"]
        if dated.all():
            return records, replace(self, days=stated(*divmod(int(wall[-1]), DAY_NS)))
        clocks = wall % DAY_NS
        first = int(clocks[0])
        start = self.days or started(last_day(first, self.modified) if self.day is None else self.day, first)
        days, track = turned(start, clocks, (wall // DAY_NS).set(~dated, None), CLOCKS)
        wall = days * DAY_NS + clocks
        placed = wall.cast(TIME_DTYPE).zip_with(~dated, known["timestamp"])
        records = records.with_columns(
            records["timestamp"].scatter(rows, placed),
            records["odd"].scatter(rows, ~dated & _leaps(wall, dated, start)),
        )
        return records, replace(self, days=track)

    def with_order(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give records whose years are right their order times; see `apply`."""
        latest = pl.lit(self.modified + SLACK, TIME_DTYPE)
        time = pl.col("timestamp")
        sound = pl.when((time <= latest) & (time.dt.year() >= OLDEST_YEAR) & ~pl.col("odd")).then(time)
        start = pl.lit(self.last, pl.Int64).cast(TIME_DTYPE)
        order = pl.max_horizontal(sound.cum_max().forward_fill(), start)
        first = pl.coalesce(sound.drop_nulls().first(), pl.lit(self.modified, TIME_DTYPE))
        records = records.with_columns(order_time=order.fill_null(first))
        return records, replace(self, last=records["order_time"].cast(pl.Int64)[-1])


def in_zone(times: pl.Series, zone: tzinfo) -> pl.Series:
    """Convert wall times to instants: a time that clocks skip is shifted forward, of two instants the first wins.

    Args:
        times: UTC ns, as if the wall times were of UTC.
        zone: The zone that they are of.

    Returns:
        UTC ns, same length.
    """
    if not isinstance(zone, ZoneInfo):
        return _moved(times, -_offset(zone))
    wall = times.dt.replace_time_zone(None)
    before = _moved(_instants(_moved(wall, -_LONGER_THAN_A_GAP), zone), _LONGER_THAN_A_GAP)
    instants = _instants(wall, zone)
    return instants.zip_with(instants.is_not_null(), before)


def _moved(times: pl.Series, by: timedelta) -> pl.Series:
    """Times that are later by a span, with all their digits: adding a `timedelta` would cut them to microseconds."""
    return times + pl.Series([by], dtype=pl.Duration("ns"))


def _is_utc(zone: tzinfo) -> bool:
    return zone is UTC or getattr(zone, "key", None) == "UTC"


def _offset(zone: tzinfo) -> timedelta:
    """The offset of a zone that is no other at any time, such as `+05:30`; Polars knows only zones with names."""
    return zone.utcoffset(None) or timedelta()


def _instants(wall: pl.Series, zone: ZoneInfo) -> pl.Series:
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").cast(TIME_DTYPE)


def _wall(records: pl.DataFrame, zone: tzinfo) -> pl.Series:
    """The times in the zone of those that state none, in nanoseconds since 1970 as if in UTC."""
    times = records["timestamp"]
    if not _is_utc(zone) and records["zoned"].any():
        times = _shown(times, zone).zip_with(records["zoned"], times)
    return times.dt.timestamp("ns")


def _shown(times: pl.Series, zone: tzinfo) -> pl.Series:
    """What the clocks of a zone show, as if it were of UTC."""
    if not isinstance(zone, ZoneInfo):
        return _moved(times, _offset(zone))
    return times.dt.convert_time_zone(zone.key).dt.replace_time_zone(None).dt.replace_time_zone("UTC")


def _leaps(wall: pl.Series, dated: pl.Series, start: Track) -> pl.Series:
    """Which times are far ahead of one before them that states its date; a lone clock there may be an odd one."""
    steps = wall.diff().fill_null(int(wall[0]) - (start.turn * DAY_NS + start.last))
    return (steps > CLOCKS.gap) & dated.shift(1).fill_null(start.states)


def in_years(times: pl.Series, years: pl.Series) -> pl.Series:
    """Move times of the year `YEARLESS` to their years, 29 February to the latest leap year.

    Args:
        times: Datetimes, no nulls.
        years: Int64, same length.

    Returns:
        The times in these years.
    """
    leap = (times.dt.month() == 2) & (times.dt.day() == 29)
    moved = times
    for year in years.unique().to_list():
        for is_leap in (False, True):
            here = (years == year) & (leap == is_leap)
            if here.any():
                shift = possible_year(year, leap=is_leap) - YEARLESS
                moved = times.dt.offset_by(f"{shift}y").zip_with(here, moved)
    return moved
