"""The column reader of CMTrace's log format."""

from __future__ import annotations

import polars as pl

from logtui.formats.base import fill_unread
from logtui.formats.cmtrace import END, ENTRY, FIELDS, LEVELS, NAME, OPENING, OPPOSITE, SAMPLES
from logtui.formats.patterns import groups
from logtui.model.record import field_column


class CmTrace:
    """Entries whose time, component and type stand behind the message."""

    name = NAME
    headed = True
    samples = SAMPLES
    patterns = (OPENING,)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of entries, or of the first lines of such."""
        found = groups(texts, OPENING)
        first_lines = found.with_columns(read=found["message"].is_not_null())
        return fill_unread(read_entries(texts), first_lines) if first_lines["read"].any() else first_lines

    def read_whole(self, records: pl.Series) -> pl.DataFrame:
        """Read a column of entries of several lines."""
        return read_entries(records)


def read_entries(texts: pl.Series) -> pl.DataFrame:
    """Read a column of whole entries.

    Args:
        texts: String.

    Returns:
        A reading.
    """
    zone = pl.col("sign").replace(OPPOSITE) + pl.col("bias").str.zfill(3)
    date = (pl.col("year"), pl.col("month").str.zfill(2), pl.col("day").str.zfill(2))
    fields = [pl.when(pl.col(name) != "").then(name).alias(field_column(name)) for name in FIELDS]
    return groups(texts, ENTRY).select(
        pl.col("message").is_not_null().alias("read"),
        pl.concat_str(*date, separator="-").add(" ").add(pl.col("clock")).add(zone.fill_null("")).alias("time_text"),
        pl.col("type").replace_strict(LEVELS, default=None, return_dtype=pl.String).alias("severity"),
        pl.when(pl.col("logger") != "").then("logger").alias("logger"),
        "message",
        *fields,
    )


def with_open_entries(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that start no record within an entry whose message goes on.

    Args:
        lines: Consecutive lines with `text`, `stream`, `starts`, `message`, `format` and `timestamp`.

    Returns:
        The lines with `starts` and `message`.
    """
    begins = (pl.col("format") == NAME).fill_null(value=False)
    if not lines.select(begins.any()).item():
        return lines
    ended = pl.col("text").str.contains(END, literal=True) | (~begins & pl.col("timestamp").is_not_null())
    is_open = pl.when(ended).then(False).when(begins).then(True).forward_fill().over("stream")
    within = is_open.shift(1).over("stream").fill_null(value=False) & ~begins & pl.col("timestamp").is_null()
    return lines.with_columns(
        starts=pl.col("starts") & ~(within & (pl.col("base") == 0)),
        message=pl.when(within).then("text").otherwise("message"),
    )
