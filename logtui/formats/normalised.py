"""Readings -> typed columns: text of a time -> timestamp, word -> level, missing columns -> nulls."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.formats.timestamps import parse_timestamps
from logtui.model.levels import levels_of
from logtui.model.record import TIME_DTYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGER_THAN_A_GAP: Final = timedelta(hours=3)
_TEXT_COLUMNS: Final = ("service", "host", "logger", "message", "stream", "partial")


def normalise(
    reading: pl.DataFrame, zone: tzinfo = UTC, orders: Mapping[str, tuple[str, ...]] | None = None
) -> pl.DataFrame:
    """Give a reading its typed columns.

    Args:
        reading: As `Cascade.read` returns it.
        zone: Zone of the times that state none.
        orders: Where year, month and day stand in dates of numbers.

    Returns:
        The reading with `timestamp`, `yearless`, `dateless`, `level`, `severity_text`, `service`, `host`, `logger`,
        `message`, `stream` and `partial` instead of the texts they were made of; `@` columns, `format` and `starts`
        stay.
    """
    missing = [pl.lit(None, pl.String).alias(name) for name in _TEXT_COLUMNS if name not in reading.columns]
    return (
        reading.with_columns(*missing, *_times(reading, zone, orders), *_levels(reading))
        .drop("read", "time_text", "level_text", "severity", "payload", strict=False)
        .with_columns(pl.col("stream").fill_null(""))
    )


def _times(
    reading: pl.DataFrame, zone: tzinfo, orders: Mapping[str, tuple[str, ...]] | None
) -> list[pl.Series | pl.Expr]:
    texts = (
        reading["time_text"]
        if "time_text" in reading.columns
        else pl.repeat(None, len(reading), dtype=pl.String, eager=True)
    )
    parsed = parse_timestamps(texts, orders)
    timestamp = parsed["timestamp"]
    if isinstance(zone, ZoneInfo) and zone.key != "UTC":
        timestamp = timestamp.zip_with(parsed["zoned"].fill_null(value=True), _in_zone(timestamp, zone))
    lacking = [parsed[name].fill_null(value=False).alias(name) for name in ("yearless", "dateless")]
    return [timestamp.alias("timestamp"), *lacking]


def _in_zone(times: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Wall times read as UTC, as instants of a zone: a time in a gap is shifted forward, of two the first is taken."""
    wall = times.dt.replace_time_zone(None)
    before = _instants(wall - _LONGER_THAN_A_GAP, zone) + _LONGER_THAN_A_GAP
    instants = _instants(wall, zone)
    return instants.zip_with(instants.is_not_null(), before.cast(TIME_DTYPE))


def _instants(wall: pl.Series, zone: ZoneInfo) -> pl.Series:
    local = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").cast(TIME_DTYPE)


def _levels(reading: pl.DataFrame) -> list[pl.Series | pl.Expr]:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(reading))
    written = reading["level_text"] if "level_text" in reading.columns else nothing
    derived = reading["severity"] if "severity" in reading.columns else nothing
    level = pl.coalesce(levels_of(written), levels_of(derived)).alias("level")
    return [level, pl.coalesce(written, derived).str.strip_chars().alias("severity_text")]
