"""`fields`: rows with some of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.model.record import FIELD_PREFIX
from logtui.query.names import columns_named
from logtui.query.pipes.columns import column_of, with_named
from logtui.query.syntax.escapes import has_wildcards

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.fields import Fields


class FieldsStage:
    """Keeps some columns, under the names that were typed.

    Args:
        pipe: The names.
        scope: The context.
    """

    def __init__(self, pipe: Fields, scope: PipeScope) -> None:
        self.done = False
        self._fields = pipe.fields
        self._scope = scope

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The chosen columns; a field that a frame does not have is null in it."""
        frame = with_named(frame, (field.name for field in self._fields))
        cells: dict[str, pl.Expr] = {}
        for field in self._fields:
            if has_wildcards(field.name):
                found = columns_named(field.name, frame.columns)
                cells |= {name.removeprefix(FIELD_PREFIX): pl.col(name) for name in found}
                continue
            column = column_of(field.name, frame.columns, span=field.span, text=self._scope.text)
            missing = pl.repeat(None, pl.len(), dtype=pl.String)
            cells[field.column] = missing if column is None else pl.col(column)
        return frame.select(cell.alias(name) for name, cell in cells.items())

    def finish(self) -> None:
        """No rows are held back."""
