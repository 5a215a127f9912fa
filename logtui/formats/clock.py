"""What a source's records need from the ones before them: what their times do not state, and the order time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.formats.shapes import YEARLESS
from logtui.model.record import TIME_DTYPE

_HALF_YEAR: Final = timedelta(days=183)
_DAY: Final = timedelta(days=1)
_HALF_DAY: Final = timedelta(hours=12)
_FIRST_DAY: Final = datetime(YEARLESS, 1, 1, tzinfo=UTC)
_LONGER_THAN_A_GAP: Final = timedelta(hours=3)
_SLACK: Final = timedelta(days=1)
_OLDEST_YEAR: Final = 1971


@dataclass(frozen=True, slots=True)
class SourceClock:
    """The state of a source's times between two batches of its records.

    Attributes:
        modified: When the source was last written, or now for a pipe; anchors times without a year or a date.
        zone: Zone of the times that state none.
        year: Year of the last yearless time; before the first the one that the user named, or None.
        last_yearless: That time, in the year `YEARLESS`.
        day: Day of the last dateless time, None before the first.
        last_dateless: That time, on the first day of `YEARLESS`.
        last: Order time of the last record in epoch nanoseconds, None before the first.
    """

    modified: datetime
    zone: tzinfo = UTC
    year: int | None = None
    last_yearless: datetime | None = None
    day: datetime | None = None
    last_dateless: datetime | None = None
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
        if records["dateless"].any():
            records, clock = clock.with_days(records)
        if isinstance(self.zone, ZoneInfo) and self.zone.key != "UTC":
            placed = _in_zone(records["timestamp"], self.zone)
            records = records.with_columns(records["timestamp"].zip_with(records["zoned"], placed))
        return clock.with_order(records)

    def with_years(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give yearless records their years; see `apply`."""
        times = records["timestamp"].set(~records["yearless"], None)
        known = times.drop_nulls()
        first = known[0]
        year = self.year if self.year is not None else self._first_year(first)
        before = self.last_yearless or first
        steps = pl.concat([pl.Series([before], dtype=TIME_DTYPE), known]).diff().slice(1)
        years = year + _turns(steps, _HALF_YEAR)
        corrected = records["timestamp"].scatter(times.is_not_null().arg_true(), _in_years(known, years))
        clock = replace(self, year=int(years[-1]), last_yearless=known[-1])
        return records.with_columns(corrected), clock

    def with_days(self, records: pl.DataFrame) -> tuple[pl.DataFrame, SourceClock]:
        """Give dateless records their days; see `apply`."""
        times = records["timestamp"].set(~records["dateless"], None)
        known = times.drop_nulls()
        first = known[0]
        day = self.day or self._first_day(first)
        before = self.last_dateless or first
        steps = pl.concat([pl.Series([before], dtype=TIME_DTYPE), known]).diff().slice(1)
        days = pl.Series([day], dtype=TIME_DTYPE) + _turns(steps, _HALF_DAY).cast(pl.Int64) * _DAY
        placed = (days + (known - pl.Series([_FIRST_DAY], dtype=TIME_DTYPE))).cast(TIME_DTYPE)
        corrected = records["timestamp"].scatter(times.is_not_null().arg_true(), placed)
        return records.with_columns(corrected), replace(self, day=days[-1], last_dateless=known[-1])

    def _first_day(self, first: datetime) -> datetime:
        today = self.modified.replace(hour=0, minute=0, second=0, microsecond=0)
        return today if first - _FIRST_DAY <= self.modified - today else today - _DAY

    def _first_year(self, first: datetime) -> int:
        anchor = self.modified + _SLACK
        return anchor.year if first <= anchor.replace(year=YEARLESS) else anchor.year - 1

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


def _turns(steps: pl.Series, half: timedelta) -> pl.Series:
    """How many years or days later each time is: a step back by more than half of one begins the next."""
    return ((steps < -half).cast(pl.Int32) - (steps > half).cast(pl.Int32)).cum_sum()


def _in_years(times: pl.Series, years: pl.Series) -> pl.Series:
    """Times of the year `YEARLESS`, moved to theirs; 29 February becomes the 28th in a year that has none."""
    moved = times
    for year in years.unique().to_list():
        here = years == year
        moved = times.dt.offset_by(f"{year - YEARLESS}y").zip_with(here, moved)
    return moved
