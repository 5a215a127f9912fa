"""The message patterns of the matching records, with counts, levels, trends, and changes since a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.levels import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.engine.summaries.histogram import Histogram
    from logtui.engine.window.matches import Matches
    from logtui.engine.window.row_window import RowWindow

TREND_BUCKETS: Final = 12
"""Number of equal spans of a trend."""

_MOST: Final = 2_000
_FINE_BUCKETS: Final = 240
_CHANGED: Final = 2.0
"""A pattern is more or less frequent than before if its count has changed by this factor."""

_COUNTED: Final = ("pattern", "is_cut", "level", "bucket")


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One pattern.

    Attributes:
        pattern: The masked message, as `logtui.model.masks.masked` makes it.
        count: Number of records with the pattern.
        level: The most severe level among them, None if they have none.
        trend: Number of records in each of `TREND_BUCKETS` equal spans of the time that the histogram shows.
        is_cut: Whether any message was cut before it was masked.
        before: Number of records older than the moment of comparison.
        after: Number of the other records.
    """

    pattern: str
    count: int
    level: str | None
    trend: tuple[int, ...]
    is_cut: bool
    before: int = 0
    after: int = 0

    @property
    def change(self) -> str:
        """`new`, `gone`, `more`, `less` or `""`, by the counts before and after."""
        if not self.before:
            return "new"
        if not self.after:
            return "gone"
        if self.after >= _CHANGED * self.before:
            return "more"
        return "less" if self.before >= _CHANGED * self.after else ""


def pattern_table(
    window: RowWindow, moment: datetime | None = None, cancelled: Callable[[], bool] = lambda: False
) -> list[PatternRow]:
    """Count the patterns of a window's records.

    Args:
        window: The records.
        moment: The moment of comparison, which divides the records into before and after; None for no comparison.
        cancelled: Called between parts; true ends the work early.

    Returns:
        At most 2,000 patterns, the commonest first.
    """
    spread = window.histogram(_FINE_BUCKETS)
    split = None if moment is None else int(moment.timestamp() * 1_000_000) * 1_000
    frames = [_counted(matches, spread, split) for matches in window.parts.values() if not cancelled()]
    if not frames:
        return []
    together = pl.concat(frames).group_by(_COUNTED).agg(pl.col("count", "after").sum())
    trend = [
        pl.col("count").filter(pl.col("bucket") == number).sum().alias(str(number)) for number in range(TREND_BUCKETS)
    ]
    summed = together.group_by("pattern").agg(
        pl.col("count").sum(),
        pl.col("level").to_physical().max(),
        pl.col("is_cut").any(),
        pl.col("after").sum(),
        *trend,
    )
    table = summed.sort("count", "pattern", descending=[True, False]).head(_MOST)
    return [
        PatternRow(
            pattern,
            count,
            None if level is None else LEVELS[level],
            tuple(counts),
            is_cut,
            count - after,
            after,
        )
        for pattern, count, level, is_cut, after, *counts in table.iter_rows()
    ]


def _counted(matches: Matches, spread: Histogram, split: int | None) -> pl.DataFrame:
    frame = matches.part.patterns(matches.rows, ["timestamp", "level"])
    time = pl.col("timestamp").cast(pl.Int64)
    width = max(1, -(-spread.step * spread.buckets // TREND_BUCKETS))
    bucket = ((time - spread.start) // width).alias("bucket")
    is_after = pl.lit(value=False) if split is None else (time >= split).fill_null(value=False)
    rows = frame.select("pattern", "is_cut", "level", bucket, is_after.alias("after"))
    return rows.group_by(_COUNTED).agg(pl.len().alias("count"), pl.col("after").sum().cast(pl.UInt32))
