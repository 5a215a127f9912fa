"""Gives records that arrive one by one their times: what a time does not state follows from the arrival."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from logtui.engine.ingest.enrich import INGEST_TIME
from logtui.engine.ingest.record_time import is_time_path, time_of
from logtui.formats.clock import in_years
from logtui.formats.rows.flat import flattened, object_of
from logtui.formats.shapes import YEARLESS
from logtui.model.record import FIELD_PREFIX, TIME_DTYPE

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_OLDEST_YEAR: Final = 1971
_ARRIVAL: Final = pl.col(INGEST_TIME)
_TIME: Final = pl.col("timestamp")
_STATED: Final = ("time_text", "yearless", "dateless", "zoned")


def placed(records: pl.DataFrame) -> pl.DataFrame:
    """Give records their times.

    Args:
        records: Normalised readings with `time_text`, `raw` and `ingest_time`.

    Returns:
        The records with `timestamp` (no nulls: the arrival stands in for a missing time) and `order_time`, which is the
        timestamp, or the arrival where the timestamp is more than a day after it or before 1971.
    """
    records = _with_days(_with_years(_with_odd_times(records)))
    time = _TIME.fill_null(_ARRIVAL)
    is_sound = (time <= _ARRIVAL + _DAY) & (time.dt.year() >= _OLDEST_YEAR)
    return records.with_columns(
        timestamp=time, order_time=pl.when(is_sound).then(time).otherwise(_ARRIVAL).cast(TIME_DTYPE)
    ).drop(_STATED)


def _with_odd_times(records: pl.DataFrame) -> pl.DataFrame:
    """Read the times of objects that acceptance takes and the formats do not, such as an epoch of 9 digits."""
    fields = [name for name in records.columns if name[:1] == FIELD_PREFIX and is_time_path(name[1:])]
    states_time = pl.any_horizontal(pl.col("time_text", *fields).is_not_null())
    is_unread = _TIME.is_null() | pl.col("yearless") | pl.col("dateless")
    wanted = is_unread & states_time & pl.col("raw").str.starts_with("{")
    rows = records.select(wanted.arg_true()).to_series()
    if not len(rows):
        return records
    found = pl.Series([_time_in(text) for text in records["raw"].gather(rows).to_list()], dtype=pl.Int64)
    rows, found = rows.filter(found.is_not_null()), found.drop_nulls().cast(TIME_DTYPE)
    is_read = pl.Series([False]).new_from_index(0, len(records)).scatter(rows, True)
    return records.with_columns(
        records["timestamp"].scatter(rows, found), *(pl.col(name) & ~is_read for name in ("yearless", "dateless"))
    )


def _time_in(text: str) -> int | None:
    found = object_of(text)
    return None if found is None else time_of(flattened(found))


def _with_years(records: pl.DataFrame) -> pl.DataFrame:
    """Move times without a year to the year in which they are nearest to the arrival and not a day after it."""
    rows = records.select(pl.col("yearless").arg_true()).to_series()
    if not len(rows):
        return records
    latest = _ARRIVAL + _DAY
    in_latest_year = latest.dt.offset_by(pl.format("{}y", YEARLESS - latest.dt.year()))
    found = records[rows].select("timestamp", year=latest.dt.year().cast(pl.Int64) - (in_latest_year < _TIME))
    return records.with_columns(records["timestamp"].scatter(rows, in_years(found["timestamp"], found["year"])))


def _with_days(records: pl.DataFrame) -> pl.DataFrame:
    """Move times without a date to the day on which they are nearest to the arrival and not an hour after it."""
    if not records["dateless"].any():
        return records
    latest = _ARRIVAL + _HOUR
    clock = _TIME - _TIME.dt.truncate("1d")
    day = latest.dt.truncate("1d")
    moved = day + clock - pl.when(day + clock > latest).then(_DAY).otherwise(timedelta())
    return records.with_columns(timestamp=pl.when("dateless").then(moved).otherwise(_TIME).cast(TIME_DTYPE))
