"""What a source's records need from the ones before them: what their times do not state, and the order time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.formats.anchor import (
    CLOCK_RETURNS,
    CLOCK_TURNS,
    DATED_TURNS,
    DAY_NS,
    YEAR_RETURNS,
    YEAR_TURNS,
    last_day,
    last_year,
    possible_year,
)
from logtui.formats.shapes import YEARLESS
from logtui.model.record import TIME_DTYPE

_LONGER_THAN_A_GAP: Final = timedelta(hours=3)
_SLACK: Final = timedelta(days=1)
_OLDEST_YEAR: Final = 1971


@dataclass(frozen=True, slots=True)
class SourceClock:
    """The state of a source's times between two batches of its records.

    Attributes:
        modified: When the source was last written, or now for a pipe; anchors times without a year or a date.
        zone: Zone of the times that state none.
        year: Year of the last yearless time; before the first the one that it is to have, or None.
        last_yearless: That time, in the year `YEARLESS`, in epoch nanoseconds.
        day: Days since 1970 of the last time; before the first those that it is to have, or None.
        clock: That time's nanoseconds since midnight.
        dated: Whether that time stated its date.
        last: Order time of the last record in epoch nanoseconds, None before the first.
    """

    modified: datetime
    zone: tzinfo = UTC
    year: int | None = None
    last_yearless: int | None = None
    day: int | None = None
    clock: int | None = None
    dated: bool = False
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
        clock = self
        if records["yearless"].any():
            records, clock = clock.with_years(records)
        records, clock = clock.with_days(records)
        if isinstance(self.zone, ZoneInfo) and self.zone.key != "UTC":
            placed = _in_zone(records["timestamp"], self.zone)
            records = records.with_columns(records["timestamp"].zip_with(records["zoned"], placed))
        return clock.with_order(records)

    def lacks_anchor(self, records: pl.DataFrame) -> bool:
        """Whether the next records state no year or date, and none of the source has come before them."""
        return bool(
            (self.year is None and records["yearless"].any()) or (self.day is None and records["dateless"].any())
        )

    def with_years(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give yearless records their years; see `apply`."""
        times = records["timestamp"].set(~records["yearless"], None)
        known = times.drop_nulls()
        year = last_year(known[0], self.modified) if self.year is None else self.year
        ns = known.dt.timestamp("ns")
        steps = ns.diff().fill_null(0 if self.last_yearless is None else int(ns[0]) - self.last_yearless)
        years = year + _turns(steps < YEAR_TURNS, steps > YEAR_RETURNS)
        corrected = records["timestamp"].scatter(times.is_not_null().arg_true(), _in_years(known, years))
        clock = replace(self, year=int(years[-1]), last_yearless=int(ns[-1]))
        return records.with_columns(corrected), clock

    def with_days(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give dateless records their days, which follow from the records around them; see `apply`."""
        rows = records["timestamp"].is_not_null().arg_true()
        if not records["dateless"].any():
            rows = rows.tail(1)
        known = records.select("timestamp", "zoned", "dateless").gather(rows)
        if known.is_empty():
            return records, self
        dated = ~known["dateless"]
        if dated.all():
            return records, self._behind(_wall(known.tail(1), self.zone))
        wall = _wall(known, self.zone)
        clocks = wall % DAY_NS
        steps = clocks.diff().fill_null(0 if self.clock is None else int(clocks[0]) - self.clock)
        behind_date = dated.shift(1).fill_null(self.dated)
        back = (steps < DATED_TURNS) | ((steps < CLOCK_TURNS) & ~behind_date)
        turns = _turns(back & ~dated, (steps > CLOCK_RETURNS) & ~dated)
        start = last_day(int(clocks[0]), self.modified) if self.day is None else self.day
        base = (wall // DAY_NS - turns).set(~dated, None).forward_fill().fill_null(start)
        days = base + turns
        placed = (days * DAY_NS + clocks).cast(TIME_DTYPE).zip_with(~dated, known["timestamp"])
        clock = replace(self, day=int(days[-1]), clock=int(clocks[-1]), dated=bool(dated[-1]))
        return records.with_columns(records["timestamp"].scatter(rows, placed)), clock

    def _behind(self, wall: pl.Series) -> SourceClock:
        day, clock = divmod(int(wall[-1]), DAY_NS)
        return replace(self, day=day, clock=clock, dated=True)

    def with_order(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give records whose years are right their order times; see `apply`."""
        latest = pl.lit(self.modified + _SLACK, TIME_DTYPE)
        time = pl.col("timestamp")
        sound = pl.when((time <= latest) & (time.dt.year() >= _OLDEST_YEAR)).then(time)
        start = pl.lit(self.last, pl.Int64).cast(TIME_DTYPE)
        order = pl.max_horizontal(sound.cum_max().forward_fill(), start)
        first = pl.coalesce(sound.drop_nulls().first(), pl.lit(self.modified, TIME_DTYPE))
        records = records.with_columns(order_time=order.fill_null(first))
        return records, replace(self, last=records["order_time"].cast(pl.Int64)[-1])


def _in_zone(times: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Wall times read as UTC, as instants of a zone: a time in a gap is shifted forward, of two the first is taken."""
    wall = times.dt.replace_time_zone(None)
    before = _instants(wall - _LONGER_THAN_A_GAP, zone) + _LONGER_THAN_A_GAP
    instants = _instants(wall, zone)
    return instants.zip_with(instants.is_not_null(), before.cast(TIME_DTYPE))


def _instants(wall: pl.Series, zone: ZoneInfo) -> pl.Series:
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").cast(TIME_DTYPE)


def _wall(records: pl.DataFrame, zone: tzinfo) -> pl.Series:
    """The times in the zone of those that state none, in nanoseconds since 1970 as if in UTC."""
    times = records["timestamp"]
    if isinstance(zone, ZoneInfo) and zone.key != "UTC" and records["zoned"].any():
        there = times.dt.convert_time_zone(zone.key).dt.replace_time_zone(None).dt.replace_time_zone("UTC")
        times = there.zip_with(records["zoned"], times)
    return times.dt.timestamp("ns")


def _turns(later: pl.Series, earlier: pl.Series) -> pl.Series:
    """How many years or days each time lies behind the first."""
    return (later.cast(pl.Int64) - earlier.cast(pl.Int64)).cum_sum()


def _in_years(times: pl.Series, years: pl.Series) -> pl.Series:
    """Times of the year `YEARLESS`, moved to theirs; 29 February to the latest leap year."""
    leap = (times.dt.month() == 2) & (times.dt.day() == 29)
    moved = times
    for year in years.unique().to_list():
        for is_leap in (False, True):
            here = (years == year) & (leap == is_leap)
            if here.any():
                shift = possible_year(year, leap=is_leap) - YEARLESS
                moved = times.dt.offset_by(f"{shift}y").zip_with(here, moved)
    return moved
