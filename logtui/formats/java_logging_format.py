"""The column reader of java.util.logging's records of two lines."""

from __future__ import annotations

import polars as pl

from logtui.formats.base import PatternFormat
from logtui.formats.java_logging import HEAD, LEVEL_LINE, NAME, RECORD


class JavaLogging:
    """Records whose level and message stand in their second line."""

    name = NAME
    headed = True
    samples = HEAD.samples
    patterns = HEAD.patterns

    def __init__(self) -> None:
        self._head = PatternFormat(HEAD)
        self._record = PatternFormat(RECORD)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of first lines."""
        return self._head.read(texts)

    def read_whole(self, records: pl.Series) -> pl.DataFrame:
        """Read a column of records of several lines."""
        return self._record.read(records)


def with_level_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Join the lines of levels and messages to the heads right above them.

    Args:
        lines: Consecutive lines with `text`, `stream`, `starts`, `message`, `format` and `base`.

    Returns:
        The lines with `starts` and `message`.
    """
    heads = (pl.col("format") == NAME).fill_null(value=False)
    if not lines.select(heads.any()).item():
        return lines
    is_below = heads.shift(1).over("stream").fill_null(value=False) & pl.col("text").str.contains(LEVEL_LINE)
    return lines.with_columns(
        starts=pl.col("starts") & ~(is_below & (pl.col("base") == 0)),
        message=pl.when(is_below).then("text").otherwise("message"),
    )
