"""Computes aggregates per group, merging frame by frame, so that memory grows with the groups and not the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import QueryError
from logtui.model.record import TIME_DTYPE
from logtui.query.pipes.aggregates import (
    EXACT,
    ORDERED,
    SPREAD_COUNT,
    exact_part,
    needs_spread,
    nothing_of,
    plain_parts,
    result_of,
    spread_result,
    together,
    value_of,
    values_of,
)
from logtui.query.pipes.buckets import Grid, bucket_of
from logtui.query.pipes.columns import column_of, text_of, tidy, whole_of, with_named
from logtui.query.pipes.merged import MergedGroups, MergedValues
from logtui.query.pipes.weights import WEIGHT, weight_of
from logtui.query.syntax.pipes.keys import Bucket, Field
from logtui.query.syntax.quantities import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query.pipes.aggregates import Values
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.aggregate import Aggregate
    from logtui.query.syntax.pipes.keys import Key

_EVERYTHING: Final = "everything"


class Grouped:
    """Collects the parts of every frame and makes one table of them at the end.

    Args:
        aggregates: The aggregates to compute for each group.
        by: The keys to group by; none for one group of all records.
        scope: The context.
    """

    def __init__(self, aggregates: Sequence[Aggregate], by: Sequence[Key], scope: PipeScope) -> None:
        self.done = False
        self._aggregates = aggregates
        self._by = by
        self._scope = scope
        self._names = [key.name for key in by if isinstance(key, Field)] + [
            one.field for one in aggregates if one.field
        ]
        self._keys = [f"k{place}" for place in range(len(by))] or [_EVERYTHING]
        self._plain = MergedGroups(self._keys, scope.most_values)
        self._values = list(dict.fromkeys(map(values_of, aggregates)))
        self._spreads = {
            values_of(one): MergedValues(self._keys, scope.most_values) for one in aggregates if needs_spread(one)
        }
        self._times: list[pl.DataFrame] = []

    def push(self, frame: pl.DataFrame) -> None:
        """Add the parts of one frame."""
        frame = with_named(frame, self._names)
        keyed = frame.select(*self._key_cells(frame), *self._value_cells(frame), weight_of(frame))
        keyed = keyed.with_columns(
            pl.col(self._shared(one)).alias(f"v{place}") for place, one in enumerate(self._aggregates)
        )
        parts = [part for place, one in self._plain_ones() for part in plain_parts(one, f"v{place}")]
        counted = keyed.group_by(self._keys).agg(pl.col(WEIGHT).sum().alias("rows"), *parts)
        merging = together(counted.columns[len(self._keys) :], self._aggregates)
        self._plain.add(counted, merging)
        for values, spread in self._spreads.items():
            cells = keyed.select(*self._keys, WEIGHT, value=f"s{self._values.index(values)}").drop_nulls("value")
            spread.add(cells.group_by(*self._keys, "value").agg(pl.col(WEIGHT).sum().alias(SPREAD_COUNT)))
        self._scope.check_held(part for one in (self._plain, *self._spreads.values()) for part in one.held)
        self._see_times(frame)

    @property
    def is_exact(self) -> bool:
        """Whether the memory sufficed for all groups and all of their values."""
        return self._plain.is_exact and all(spread.is_exact for spread in self._spreads.values())

    def finish(self) -> pl.DataFrame:
        """The table: one row per group, one row if nothing is grouped by."""
        groups = self._plain.result()
        if groups is None:
            groups = self._nothing()
        for values, spread in self._spreads.items():
            groups = self._with_spread(groups, values, spread)
        seconds = self._seconds()
        keys = [groups[name].alias(key.column) for name, key in zip(self._keys, self._by, strict=False)]
        cells = [
            tidy(*groups.select(result_of(one, f"v{place}", seconds), *exact_part(one, f"v{place}"))).alias(one.column)
            for place, one in enumerate(self._aggregates)
        ]
        return self._sorted(pl.DataFrame([*keys, *cells]))

    def _plain_ones(self) -> list[tuple[int, Aggregate]]:
        return [(place, one) for place, one in enumerate(self._aggregates) if not needs_spread(one)]

    def _shared(self, one: Aggregate) -> str:
        """The column of the values of an aggregate, which others with the same values share."""
        return f"s{self._values.index(values_of(one))}"

    def _key_cells(self, frame: pl.DataFrame) -> list[pl.Expr]:
        if not self._by:
            return [pl.repeat(None, pl.len(), dtype=pl.String).alias(_EVERYTHING)]
        return [self._key_cell(frame, key).alias(name) for name, key in zip(self._keys, self._by, strict=True)]

    def _key_cell(self, frame: pl.DataFrame, key: Key) -> pl.Expr:
        if isinstance(key, Bucket):
            return bucket_of(frame, Grid(key.width, self._scope.zone))
        return text_of(frame, column_of(key.name, frame.columns, span=key.span, text=self._scope.text))

    def _value_cells(self, frame: pl.DataFrame) -> list[pl.Expr]:
        cells = {}
        for place, one in enumerate(self._aggregates):
            column = None if one.field is None else self._column(frame.columns, one)
            self._refuse_arithmetic(one, frame, column)
            cells[self._shared(one)] = value_of(one, frame, column)
            if one.function in EXACT:
                cells[f"v{place} whole"] = whole_of(frame, column)
        return [cell.alias(name) for name, cell in cells.items()]

    def _column(self, columns: Sequence[str], one: Aggregate) -> str | None:
        return column_of(one.field or "", columns, span=one.span, text=self._scope.text)

    def _refuse_arithmetic(self, one: Aggregate, frame: pl.DataFrame, column: str | None) -> None:
        """Refuse sums and means of times and levels, which make no sense, unlike min, max and counts."""
        is_number = column is None or not isinstance(frame.schema[column], pl.Datetime | pl.Enum)
        if is_number or one.function in ("count", "count_distinct", *ORDERED):
            return
        start, end = one.span
        message = f"{one.function} needs numbers, and {column} holds none"
        raise QueryError(message, text=self._scope.text, start=start, end=end, hint="min, max and count take it")

    def _see_times(self, frame: pl.DataFrame) -> None:
        if "timestamp" in frame.columns:
            self._times.append(frame.select(first=pl.col("timestamp").min(), last=pl.col("timestamp").max()))
        if len(self._times) > 1:
            self._times = [pl.concat(self._times).select(pl.col("first").min(), pl.col("last").max())]

    def _seconds(self) -> pl.Expr:
        """The time by which rates are divided: the length of the bucket, or from the first to the last record."""
        for name, key in zip(self._keys, self._by, strict=False):
            if isinstance(key, Bucket):
                start = pl.col(name)
                width = Grid(key.width, self._scope.zone).next(start) - start
                return width.dt.total_nanoseconds() / NANOSECONDS["s"]
        first, last = self._times[0].row(0) if self._times else (None, None)
        elapsed = (last - first).total_seconds() if first is not None else 0.0
        return pl.lit(elapsed or None, dtype=pl.Float64)

    def _with_spread(self, groups: pl.DataFrame, values: Values, spread: MergedValues) -> pl.DataFrame:
        """Add the results that come from the same values."""
        found = spread.result()
        ones = {f"v{place} spread": one for place, one in enumerate(self._aggregates) if _is_of(one, values)}
        if found is None:
            return groups.with_columns(pl.lit(_nothing_in(one), dtype=pl.Float64).alias(n) for n, one in ones.items())
        results = [spread_result(one, spread.scale).alias(name) for name, one in ones.items()]
        table = found.sort("value").group_by(self._keys, maintain_order=True).agg(results)
        joined = groups.join(table, on=self._keys, how="left", nulls_equal=True)
        return joined.with_columns(
            pl.col(name).fill_null(_nothing_in(one)) for name, one in ones.items() if _counts(one)
        )

    def _nothing(self) -> pl.DataFrame:
        """No groups; or the one group of an ungrouped question, with nothing in it."""
        kinds = [TIME_DTYPE if isinstance(key, Bucket) else pl.String() for key in self._by] or [pl.String()]
        columns = dict(zip(self._keys, kinds, strict=True))
        rows = 0 if self._by else 1
        keys = pl.DataFrame({name: pl.Series([None] * rows, dtype=kind) for name, kind in columns.items()})
        parts = [name for place, _ in self._plain_ones() for name in nothing_of(f"v{place}")]
        return keys.with_columns(
            (pl.lit(0) if name.endswith(" n") else pl.lit(None, dtype=pl.Float64)).alias(name) for name in parts
        )

    def _sorted(self, table: pl.DataFrame) -> pl.DataFrame:
        """By time if there are buckets, else the largest first; equal rows by their keys."""
        buckets = [key.column for key in self._by if isinstance(key, Bucket)]
        keys = [key.column for key in self._by if isinstance(key, Field)]
        first = self._aggregates[0].column
        order = [*buckets, first, *keys]
        return table.sort(order, descending=[name == first for name in order], nulls_last=True, maintain_order=True)


def _is_of(one: Aggregate, values: Values) -> bool:
    return needs_spread(one) and values_of(one) == values


def _counts(one: Aggregate) -> bool:
    return one.function == "count_distinct"


def _nothing_in(one: Aggregate) -> int | None:
    """The result for a group without values."""
    return 0 if _counts(one) else None
