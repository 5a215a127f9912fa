"""Converts readings to typed columns: texts of times to timestamps, words to levels, missing columns to nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.timestamps import parse_timestamps
from logtui.model.levels import levels_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT_COLUMNS: Final = ("service", "host", "logger", "message", "stream", "partial")


def normalise(reading: pl.DataFrame, orders: Mapping[str, tuple[str, ...]] | None = None) -> pl.DataFrame:
    """Give a reading its typed columns.

    Args:
        reading: As `Cascade.read` returns it.
        orders: The order of year, month and day in numeric dates, by shape.

    Returns:
        The reading with `timestamp` (as if in UTC where no zone is stated), `zoned`, `yearless`, `dateless`, `level`,
        `severity_text`, `service`, `host`, `logger`, `message`, `stream` and `partial` instead of the texts they were
        made of; `@` columns, `format` and `starts` stay.
    """
    missing = [pl.lit(None, pl.String).alias(name) for name in _TEXT_COLUMNS if name not in reading.columns]
    return (
        reading.with_columns(*missing, *_times(reading, orders), *_levels(reading))
        .drop("read", "time_text", "level_text", "severity", "payload", strict=False)
        .with_columns(pl.col("stream").fill_null(""))
    )


def _times(reading: pl.DataFrame, orders: Mapping[str, tuple[str, ...]] | None) -> list[pl.Series | pl.Expr]:
    texts = (
        reading["time_text"]
        if "time_text" in reading.columns
        else pl.repeat(None, len(reading), dtype=pl.String, eager=True)
    )
    parsed = parse_timestamps(texts, orders)
    flags = [parsed[name].fill_null(value=False).alias(name) for name in ("zoned", "yearless", "dateless")]
    return [parsed["timestamp"], *flags]


def _levels(reading: pl.DataFrame) -> list[pl.Series | pl.Expr]:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(reading))
    written = reading["level_text"] if "level_text" in reading.columns else nothing
    derived = reading["severity"] if "severity" in reading.columns else nothing
    level = pl.coalesce(levels_of(written), levels_of(derived)).alias("level")
    return [level, pl.coalesce(written, derived).str.strip_chars().alias("severity_text")]
