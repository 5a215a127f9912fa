"""Rollups of a segment: its records counted by time, level and service, and by message pattern.

A rollup frame has the columns of `ROLLUP_SCHEMA`; `pattern` is null in the one by minutes. It is kept beside the segment
as compressed Arrow IPC.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.masks import MASK, MASKED_LENGTH, masked

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE: Final = 60_000_000_000
HOUR: Final = 60 * MINUTE
OTHER: Final = MASK
"""Stands for the services beyond the thousand commonest ones."""

ROLLUP_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "pattern": pl.UInt32(),
    "level": LEVEL_DTYPE,
    "service": pl.String(),
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: no timestamp), pattern number (null: any other), level, service, count."""

PATTERN_SCHEMA: Final[dict[str, pl.DataType]] = {
    "pattern": pl.String(),
    "count": pl.UInt32(),
    "is_cut": pl.Boolean(),
}
"""The pattern, its records, and whether one of their messages is longer than a pattern may be."""

_MOST_SERVICES: Final = 1_000
_MOST_PATTERNS: Final = 65_536
_ROLLED_PATTERNS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Rollup:
    """What is counted of a segment.

    Attributes:
        minutes: A rollup frame by minutes, without patterns.
        patterns: A rollup frame by hours and patterns.
        table: A frame of `PATTERN_SCHEMA`, the commonest pattern first; a pattern's number is its row.
    """

    minutes: pl.DataFrame
    patterns: pl.DataFrame
    table: pl.DataFrame

    def packed(self) -> dict[str, bytes]:
        """The frames as they are kept."""
        return {"minutes": _packed(self.minutes), "patterns": _packed(self.patterns), "table": _packed(self.table)}


def numbered(messages: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Number the patterns of messages.

    Args:
        messages: String.

    Returns:
        UInt32 pattern numbers, null for those beyond the 65,536 commonest; and the table, a frame of `PATTERN_SCHEMA`.
    """
    is_long = pl.col("message").str.len_bytes() > MASKED_LENGTH
    frame = messages.to_frame("message").select(masked(pl.col("message")).alias("pattern"), is_long.alias("is_cut"))
    table = frame.group_by("pattern").agg(pl.len().alias("count"), pl.col("is_cut").max())
    table = table.sort("count", "pattern", descending=[True, False]).head(_MOST_PATTERNS)
    texts = table["pattern"]
    numbers = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    found = frame["pattern"].replace_strict(texts, numbers, default=None, return_dtype=pl.UInt32)
    return found, table.select(pl.col(name).cast(dtype) for name, dtype in PATTERN_SCHEMA.items())


def rolled_up(records: pl.DataFrame, patterns: pl.Series, table: pl.DataFrame) -> Rollup:
    """Count the records of a segment.

    Args:
        records: A record frame.
        patterns: UInt32, the numbers of their patterns.
        table: The pattern table.

    Returns:
        The rollup.
    """
    common = records["service"].value_counts(sort=True).head(_MOST_SERVICES)["service"]
    service = (
        pl.when(pl.col("service").is_in(common.implode(), nulls_equal=True)).then("service").otherwise(pl.lit(OTHER))
    )
    if len(common) < _MOST_SERVICES:
        service = pl.col("service")
    time = pl.col("timestamp").cast(pl.Int64)
    rows = records.lazy().select(time.alias("time"), "level", service.alias("service"), patterns.alias("pattern"))
    rolled = pl.when(pl.col("pattern") < _ROLLED_PATTERNS).then("pattern")
    keys = (pl.col("time") // MINUTE * MINUTE, pl.lit(None, pl.UInt32).alias("pattern"))
    hours = (pl.col("time") // HOUR * HOUR, rolled)
    by_minute, by_hour = pl.collect_all([_counted(rows, *keys), _counted(rows, *hours)])
    return Rollup(by_minute, by_hour, table)


def unpacked(parts: Mapping[str, bytes]) -> Rollup:
    """A rollup out of what is kept."""
    return Rollup(*(pl.read_ipc(io.BytesIO(parts[kind])) for kind in ("minutes", "patterns", "table")))


def _counted(rows: pl.LazyFrame, start: pl.Expr, pattern: pl.Expr) -> pl.LazyFrame:
    keys = [start.alias("start"), pattern.alias("pattern"), pl.col("level"), pl.col("service")]
    counted = rows.group_by(keys).agg(pl.len().alias("count")).sort("start", "pattern", "level", "service")
    return counted.select(pl.col(name).cast(dtype) for name, dtype in ROLLUP_SCHEMA.items())


def _packed(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_ipc(target, compression="zstd")
    return target.getvalue()
