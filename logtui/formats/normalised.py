"""Converts readings to typed columns: texts of times to timestamps, words to levels, missing columns to nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.timestamps import parse_timestamps
from logtui.model.levels import levels_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TIMES: Final = frozenset({"timestamp", "order_time"})
"""The columns that a time makes."""

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
    missing = [nothing(reading, name) for name in _TEXT_COLUMNS if name not in reading.columns]
    return (
        reading.with_columns(*missing, *times(reading, orders), level(reading), severity_text(reading))
        .drop("read", "time_text", "level_text", "severity", "payload", strict=False)
        .with_columns(pl.col("stream").fill_null(""))
    )


def columns(
    reading: pl.DataFrame, names: Collection[str], orders: Mapping[str, tuple[str, ...]] | None
) -> list[pl.Series | pl.Expr]:
    """Make some of the columns that `normalise` makes.

    Args:
        reading: As of `normalise`.
        names: Core columns; either name of a time stands for `timestamp` and `zoned`.
        orders: As of `normalise`.

    Returns:
        The columns, and `yearless` and `dateless`, which are false if no time was asked for.
    """
    found: list[pl.Series | pl.Expr] = [_column(reading, name) for name in names if name not in TIMES]
    if TIMES.isdisjoint(names):
        return [*found, *(pl.lit(value=False).alias(name) for name in ("yearless", "dateless"))]
    return [*found, *times(reading, orders)]


def _column(reading: pl.DataFrame, name: str) -> pl.Series:
    if name == "level":
        return level(reading)
    if name == "severity_text":
        return severity_text(reading)
    return reading[name] if name in reading.columns else nothing(reading, name)


def nothing(reading: pl.DataFrame, name: str) -> pl.Series:
    """A String column of nulls, of the height of a reading."""
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(reading))


def times(reading: pl.DataFrame, orders: Mapping[str, tuple[str, ...]] | None) -> list[pl.Series]:
    """The columns `timestamp`, `zoned`, `yearless` and `dateless` of a reading; arguments as of `normalise`."""
    texts = reading["time_text"] if "time_text" in reading.columns else nothing(reading, "time_text")
    parsed = parse_timestamps(texts, orders)
    flags = [parsed[name].fill_null(value=False).alias(name) for name in ("zoned", "yearless", "dateless")]
    return [parsed["timestamp"], *flags]


def level(reading: pl.DataFrame) -> pl.Series:
    """The column `level` of a reading: of the word that is written, else of what a number or sign means."""
    found = [levels_of(reading[name]) for name in ("level_text", "severity") if name in reading.columns]
    if len(found) == 2:
        return found[0].zip_with(found[0].is_not_null(), found[1]).alias("level")
    return (found[0] if found else levels_of(nothing(reading, "level"))).alias("level")


def severity_text(reading: pl.DataFrame) -> pl.Series:
    """The column `severity_text` of a reading."""
    written = reading["level_text"] if "level_text" in reading.columns else nothing(reading, "level_text")
    if "severity" in reading.columns:
        written = written.zip_with(written.is_not_null(), reading["severity"])
    return written.str.strip_chars().alias("severity_text")
