"""`dedup`: the first row of each combination of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.query.pipes.columns import column_of, text_of, with_named

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.dedup import Dedup

_MESSAGE: Final = "message"


class DedupStage:
    """Lets the first row of each combination of values through.

    Args:
        pipe: The fields, none for the message.
        scope: The context.
    """

    def __init__(self, pipe: Dedup, scope: PipeScope) -> None:
        self.done = False
        self._fields = [(field.name, field.span) for field in pipe.fields] or [(_MESSAGE, pipe.span)]
        self._scope = scope
        self._seen: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows whose values have not been seen."""
        keys = [f"k{place}" for place in range(len(self._fields))]
        named = with_named(frame, (name for name, _ in self._fields))
        keyed = named.select(
            self._cell(named, *field).alias(key) for key, field in zip(keys, self._fields, strict=True)
        )
        fresh = keyed.with_row_index("row").unique(keys, keep="first", maintain_order=True)
        if self._seen:
            fresh = fresh.join(self._known(), on=keys, how="anti", nulls_equal=True, maintain_order="left")
        self._seen.append(fresh.select(keys))
        self._scope.check_held(self._seen)
        return frame[fresh["row"]]

    def finish(self) -> None:
        """No rows are held back."""

    def _cell(self, frame: pl.DataFrame, name: str, span: tuple[int, int]) -> pl.Expr:
        return text_of(frame, column_of(name, frame.columns, span=span, text=self._scope.text))

    def _known(self) -> pl.DataFrame:
        if len(self._seen) > 1:
            self._seen = [pl.concat(self._seen)]
        return self._seen[0]
