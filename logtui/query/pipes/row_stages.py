"""`fields`, `limit`, `sort` and `dedup`: rows stay rows, fewer of them, with fewer columns or in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import FIELD_PREFIX
from logtui.query.names import columns_named
from logtui.query.pipes.columns import column_of, number_of, text_of, whole_of
from logtui.query.syntax.escapes import has_wildcards

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes import Dedup, Fields, Limit, Sort

_MESSAGE: Final = "message"


class FieldsStage:
    """Keeps some columns, under the names that were typed.

    Args:
        pipe: The names.
        scope: The surroundings.
    """

    def __init__(self, pipe: Fields, scope: PipeScope) -> None:
        self.done = False
        self._fields = pipe.fields
        self._scope = scope

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The chosen columns; a field that a frame does not have is null in it."""
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
        """Nothing is held back."""


class LimitStage:
    """Lets the first rows through.

    Args:
        pipe: How many.
    """

    def __init__(self, pipe: Limit) -> None:
        self._left = pipe.count
        self.done = pipe.count == 0

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that are still wanted."""
        wanted = frame.head(self._left)
        self._left -= wanted.height
        self.done = self._left == 0
        return wanted

    def finish(self) -> None:
        """Nothing is held back."""


class SortStage:
    """Holds all rows and gives them in order; only the first ones if no more are wanted.

    Numbers are sorted as numbers, before other text; missing values come last.

    Args:
        pipe: The keys.
        scope: The surroundings.
        most: How many rows are wanted, None for all.
    """

    def __init__(self, pipe: Sort, scope: PipeScope, most: int | None = None) -> None:
        self.done = False
        self._keys = pipe.keys
        self._scope = scope
        self._most = most
        self._rows: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> None:
        """Hold one frame back."""
        self._rows.append(frame)
        if self._most is not None:
            self._rows = [self._sorted().head(self._most)]

    def finish(self) -> pl.DataFrame | None:
        """All rows in order."""
        return self._sorted() if self._rows else None

    def _sorted(self) -> pl.DataFrame:
        frame = pl.concat(self._rows, how="diagonal_relaxed") if len(self._rows) > 1 else self._rows[0]
        cells: list[pl.Expr] = []
        descending: list[bool] = []
        for key in self._keys:
            column = column_of(key.name, frame.columns, span=key.span, text=self._scope.text)
            found = _sort_cells(frame, column)
            cells += found
            descending += [key.descending] * len(found)
        if not cells:
            return frame
        return frame.sort(cells, descending=descending, nulls_last=True, maintain_order=True)


def _sort_cells(frame: pl.DataFrame, column: str | None) -> list[pl.Expr]:
    if column is None:
        return []
    if frame.schema[column] != pl.String:
        return [pl.col(column)]
    return [number_of(frame, column), whole_of(frame, column), pl.col(column)]


class DedupStage:
    """Lets the first row of each combination of values through.

    Args:
        pipe: The fields, none for the message.
        scope: The surroundings.
    """

    def __init__(self, pipe: Dedup, scope: PipeScope) -> None:
        self.done = False
        self._fields = [(field.name, field.span) for field in pipe.fields] or [(_MESSAGE, pipe.span)]
        self._scope = scope
        self._seen: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows whose values have not been seen."""
        keys = [f"k{place}" for place in range(len(self._fields))]
        keyed = frame.select(
            self._cell(frame, *field).alias(key) for key, field in zip(keys, self._fields, strict=True)
        )
        fresh = keyed.with_row_index("row").unique(keys, keep="first", maintain_order=True)
        if self._seen:
            fresh = fresh.join(self._known(), on=keys, how="anti", nulls_equal=True, maintain_order="left")
        self._seen.append(fresh.select(keys))
        return frame[fresh["row"]]

    def finish(self) -> None:
        """Nothing is held back."""

    def _cell(self, frame: pl.DataFrame, name: str, span: tuple[int, int]) -> pl.Expr:
        return text_of(frame, column_of(name, frame.columns, span=span, text=self._scope.text))

    def _known(self) -> pl.DataFrame:
        if len(self._seen) > 1:
            self._seen = [pl.concat(self._seen)]
        return self._seen[0]
