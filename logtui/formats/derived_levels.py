"""Column readers of formats whose lines hold a number instead of a level: a syslog priority, a status."""

from __future__ import annotations

import polars as pl

from logtui.formats.access import ACCESS
from logtui.formats.base import PatternFormat
from logtui.model.levels import SYSLOG_SEVERITIES


class Access(PatternFormat):
    """Access logs; the status is the level of a line that has no other: 5xx error, 4xx warn, else info."""

    def __init__(self) -> None:
        super().__init__(ACCESS)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts."""
        reading = super().read(texts)
        status = pl.col("@status").cast(pl.UInt16, strict=False)
        level = pl.when(status >= 500).then(pl.lit("error")).when(status >= 400).then(pl.lit("warn"))
        return reading.with_columns(severity=pl.when(status.is_not_null()).then(level.otherwise(pl.lit("info"))))


class Syslog(PatternFormat):
    """A syslog dialect; the priority gives the level (RFC 5424, section 6.2.1)."""

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts."""
        reading = super().read(texts)
        severity = pl.col("@priority").cast(pl.UInt16, strict=False) % 8
        words = severity.replace_strict(dict(enumerate(SYSLOG_SEVERITIES)), default=None, return_dtype=pl.String)
        return reading.with_columns(level_text=words)
