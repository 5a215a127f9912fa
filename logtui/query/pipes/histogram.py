"""`histogram`: records per interval, the empty intervals between the first and the last included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.query.pipes.buckets import Grid
from logtui.query.pipes.grouped import Grouped
from logtui.query.syntax.pipes.aggregate import Aggregate

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.histogram import Histogram

_MOST_ROWS: Final = 100_000
"""Empty intervals are left out if there would be more rows than this."""


class HistogramStage:
    """Counts by interval, and by the values of some fields.

    Args:
        pipe: The pipe.
        scope: The context.
    """

    def __init__(self, pipe: Histogram, scope: PipeScope) -> None:
        self.done = False
        self._pipe = pipe
        self._grid = Grid(pipe.width, scope.zone)
        self._counts = Grouped((Aggregate("count"),), pipe.counted_by, scope)

    def push(self, frame: pl.DataFrame) -> None:
        """Count one frame."""
        self._counts.push(frame)

    def finish(self) -> pl.DataFrame:
        """The table: `time`, the fields, `count`; records without a time come last."""
        table = self._counts.finish()
        groups = table.select(field.column for field in self._pipe.by).unique(maintain_order=True)
        every = self._intervals(table["time"].drop_nulls(), max(1, groups.height))
        if every is None:
            return table
        frame = every.to_frame() if not self._pipe.by else every.to_frame().join(groups, how="cross")
        missing = frame.join(table, on=frame.columns, how="anti", nulls_equal=True)
        filled = pl.concat([table, missing.with_columns(count=pl.lit(0, dtype=table["count"].dtype))])
        order = ["time", "count", *(field.column for field in self._pipe.by)]
        return filled.sort(order, descending=[name == "count" for name in order], nulls_last=True)

    def _intervals(self, times: pl.Series, groups: int) -> pl.Series | None:
        """The starts of all intervals from the first to the last; None if there are none or too many."""
        if times.is_empty():
            return None
        moment = pl.col("time")
        spanned = times.to_frame().select((moment.max() - moment.min()).dt.total_nanoseconds()).item()
        if spanned // self._grid.width * groups > _MOST_ROWS:
            return None
        return times.to_frame().select(self._grid.every(moment.min(), moment.max()).alias("time")).to_series()
