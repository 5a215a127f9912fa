"""`patterns`: the commonest messages, their variable parts masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.masks import masked, shown
from logtui.query.pipes.columns import column_of

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.patterns import Patterns

_SCHEMA: Final = {"count": pl.Int64, "percent": pl.Float64, "pattern": pl.String, "example": pl.String}


class PatternsStage:
    """Counts messages by their patterns.

    Args:
        pipe: How many are wanted.
        scope: The context.
    """

    def __init__(self, pipe: Patterns, scope: PipeScope) -> None:
        self.done = False
        self._pipe = pipe
        self._scope = scope
        self._parts: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> None:
        """Count the patterns of one frame."""
        column = column_of("message", frame.columns)
        if column is None:
            return
        example = pl.col(column).cast(pl.String).alias("example")
        named = frame.select(masked(example).alias("pattern"), example).drop_nulls("example")
        self._parts.append(named.group_by("pattern", maintain_order=True).agg(pl.len().alias("count"), _first()))
        self._parts = [self._together()]

    def finish(self) -> pl.DataFrame:
        """The table: `count`, `percent`, `pattern`, and one message as an `example`."""
        if not self._parts:
            return pl.DataFrame(schema=_SCHEMA)
        percent = (pl.col("count") * 100 / pl.col("count").sum()).round(2).alias("percent")
        table = self._parts[0].select(pl.col("count").cast(pl.Int64), percent, shown(pl.col("pattern")), "example")
        return table.sort("count", "pattern", descending=[True, False]).head(self._pipe.count)

    def _together(self) -> pl.DataFrame:
        if len(self._parts) == 1:
            return self._parts[0]
        whole = pl.concat(self._parts)
        return whole.group_by("pattern", maintain_order=True).agg(pl.col("count").sum(), _first())


def _first() -> pl.Expr:
    return pl.col("example").first()
