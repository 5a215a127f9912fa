"""Readings -> typed columns: text of a time -> timestamp, word -> level, missing columns -> nulls."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from logtui.formats.timestamps import parse_timestamps
from logtui.model.levels import levels_of

_TEXT_COLUMNS: Final = ("service", "host", "logger", "message", "stream")


def normalise(reading: pl.DataFrame, zone: tzinfo = UTC) -> pl.DataFrame:
    """Give a reading its typed columns.

    Args:
        reading: As `Cascade.read` returns it.
        zone: Zone of the times that state none.

    Returns:
        The reading with `timestamp`, `yearless`, `level`, `severity_text`, `service`, `host`, `logger`, `message`
        and `stream` instead of the texts they were made of; `@` columns, `format` and `starts` stay.
    """
    missing = [pl.lit(None, pl.String).alias(name) for name in _TEXT_COLUMNS if name not in reading.columns]
    return (
        reading.with_columns(*missing, *_times(reading, zone), *_levels(reading))
        .drop("read", "time_text", "level_text", "severity", "payload", strict=False)
        .with_columns(pl.col("stream").fill_null(""))
    )


def _times(reading: pl.DataFrame, zone: tzinfo) -> list[pl.Series | pl.Expr]:
    texts = (
        reading["time_text"]
        if "time_text" in reading.columns
        else pl.repeat(None, len(reading), dtype=pl.String, eager=True)
    )
    parsed = parse_timestamps(texts)
    timestamp = parsed["timestamp"]
    if isinstance(zone, ZoneInfo) and zone.key != "UTC":
        local = timestamp.dt.replace_time_zone(None)
        shifted = pl.select(
            local.to_frame("local")
            .lazy()
            .select(
                pl.col("local")
                .dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
                .dt.convert_time_zone("UTC")
            )
            .collect()
            .to_series()
        ).to_series()
        timestamp = timestamp.zip_with(parsed["zoned"].fill_null(value=True), shifted)
    return [timestamp.alias("timestamp"), parsed["yearless"].fill_null(value=False).alias("yearless")]


def _levels(reading: pl.DataFrame) -> list[pl.Series | pl.Expr]:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(reading))
    written = reading["level_text"] if "level_text" in reading.columns else nothing
    derived = reading["severity"] if "severity" in reading.columns else nothing
    level = pl.coalesce(levels_of(written), levels_of(derived)).alias("level")
    return [level, pl.coalesce(written, derived).str.strip_chars().alias("severity_text")]
