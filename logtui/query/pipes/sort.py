"""`sort`: the rows in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.query.pipes.columns import column_of, number_of, whole_of, with_named

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.sort import Sort


class SortStage:
    """Holds all rows and gives them in order; only the first ones if no more are wanted.

    Numbers are sorted as numbers, before other text; missing values come last.

    Args:
        pipe: The keys.
        scope: The context.
    """

    def __init__(self, pipe: Sort, scope: PipeScope) -> None:
        self.done = False
        self._keys = pipe.keys
        self._scope = scope
        self._most = scope.most
        self._rows: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> None:
        """Hold one frame back."""
        self._rows.append(frame)
        if self._most is not None:
            self._rows = [self._sorted()]
        self._scope.check_held(self._rows)

    def finish(self) -> pl.DataFrame | None:
        """All rows in order."""
        return self._sorted() if self._rows else None

    def _sorted(self) -> pl.DataFrame:
        frame = pl.concat(self._rows, how="diagonal_relaxed") if len(self._rows) > 1 else self._rows[0]
        cells: list[pl.Expr] = []
        descending: list[bool] = []
        named = with_named(frame, (key.name for key in self._keys))
        for key in self._keys:
            column = column_of(key.name, named.columns, span=key.span, text=self._scope.text)
            found = _sort_cells(named, column)
            cells += found
            descending += [key.descending] * len(found)
        if not cells:
            return frame
        # Only the first rows are moved, since a frame of whole records is large.
        order = pl.arg_sort_by(cells, descending=descending, nulls_last=True, maintain_order=True)
        return frame[named.select(order.head(len(frame) if self._most is None else self._most)).to_series()]


def _sort_cells(frame: pl.DataFrame, column: str | None) -> list[pl.Expr]:
    if column is None:
        return []
    if frame.schema[column] != pl.String:
        return [pl.col(column)]
    return [number_of(frame, column), whole_of(frame, column), pl.col(column)]
