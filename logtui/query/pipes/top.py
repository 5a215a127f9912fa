"""`top`: the commonest values with their counts and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.query.pipes.grouped import Grouped
from logtui.query.syntax.pipes.aggregate import Aggregate

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.top import Top


class TopStage:
    """Counts by value; the commonest are given at the end.

    Args:
        pipe: The pipe.
        scope: The context.
    """

    def __init__(self, pipe: Top, scope: PipeScope) -> None:
        self.done = False
        self._count = pipe.count
        self._counts = Grouped((Aggregate("count"),), pipe.fields, scope)

    def push(self, frame: pl.DataFrame) -> None:
        """Count one frame."""
        self._counts.push(frame)

    def finish(self) -> pl.DataFrame:
        """The table: the fields, `count`, and `percent` of all records."""
        table = self._counts.finish()
        percent = (pl.col("count") * 100 / pl.col("count").sum()).round(2)
        return table.with_columns(percent.alias("percent")).head(self._count)
