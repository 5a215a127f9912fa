"""A fold counts records by the keys of one aggregation, frame by frame, as the pipe `stats` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.query import count_keys, weight_of
from logtui.query.pipes.aggregates import SUMMED
from logtui.query.pipes.columns import column_of, number_of
from logtui.query.pipes.grouped import Grouped
from logtui.query.syntax.escapes import escape
from logtui.query.syntax.pipes.aggregate import Aggregate
from logtui.query.syntax.pipes.keys import Bucket, Field
from logtui.query.syntax.pipes.stats import Stats as StatsPipe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from logtui.engine.search.aggregations.span import Span
    from logtui.engine.search.part import Piece
    from logtui.query import PipeScope
    from logtui.query.syntax.pipes.keys import Key

COUNT: Final = "count"


@dataclass(frozen=True, slots=True)
class LabelledField(Field):
    """A field whose column in the table has a name of its own, since two keys may be the same field."""

    label: str

    @property
    def column(self) -> str:
        """The label."""
        return self.label


@dataclass(frozen=True, slots=True)
class LabelledBucket(Bucket):
    """An interval whose column in the table has a name of its own."""

    label: str

    @property
    def column(self) -> str:
        """The label."""
        return self.label


def field_key(name: str, label: str) -> Key:
    """The key of a field's values."""
    return LabelledField(escape(name), label)


def counting() -> Aggregate:
    """The number of records."""
    return Aggregate("count", alias=COUNT)


def function_of(function: str, name: str, alias: str | None = None) -> Aggregate:
    """A function of a field's values."""
    return Aggregate(function, escape(name), alias or function)


class Fold:
    """Groups records by keys.

    Args:
        aggregates: What to compute for each group.
        keys: What the records are grouped by; none for one group of all.
        scope: The context.
        numbers: The field of which only numbers are values, so that `count` counts numbers; None for no such field.
        span: The span of time that its records widen; rollups give it the starts of their intervals, which are enough
            for a fold whose intervals consist of those. None if there are no intervals.

    Attributes:
        records: How many records were added.
    """

    def __init__(
        self,
        aggregates: Sequence[Aggregate],
        keys: Sequence[Key],
        scope: PipeScope,
        *,
        numbers: str | None = None,
        span: Span | None = None,
    ) -> None:
        self.pipe: Final = StatsPipe(tuple(aggregates), tuple(keys))
        self._count_keys = count_keys((self.pipe,))
        self._numbers = numbers
        self._span = span
        self._grouped = Grouped(aggregates, keys, scope)
        self.records = 0

    @property
    def sums(self) -> bool:
        """Whether it adds numbers up."""
        return any(one.function in SUMMED for one in self.pipe.aggregates)

    @property
    def is_exact(self) -> bool:
        """Whether memory sufficed for all different values."""
        return self._grouped.is_exact

    def counts(self, piece: Piece, zone: tzinfo) -> bool:
        """Whether the rollups of a piece say all that the fold needs."""
        return self._count_keys is not None and piece.counted is not None and self._count_keys.fits(piece.step, zone)

    def push(self, frame: pl.DataFrame) -> None:
        """Add records, or a weighed frame.

        Raises:
            LogtuiError: If their times make too many intervals.
        """
        self.records += int(frame.select(weight_of(frame).sum()).item())
        if self._span is not None:
            self._span.see(frame)
        self._grouped.push(frame if self._numbers is None else _with_numbers(frame, self._numbers))

    def table(self) -> pl.DataFrame:
        """One row per group."""
        return self._grouped.finish()


def _with_numbers(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Replace texts of a field that are no numbers by null."""
    column = column_of(escape(name), frame.columns)
    if column is None or frame.schema[column] != pl.String:
        return frame
    return frame.with_columns(pl.when(number_of(frame, column).is_not_null()).then(pl.col(column)))
