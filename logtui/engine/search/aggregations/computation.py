"""The computation of one aggregation: its folds, and the result that their tables make."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.aggregations.fold import COUNT, Fold, LabelledBucket, counting, field_key, function_of
from logtui.engine.search.aggregations.results import (
    CardinalityResult,
    HistogramResult,
    Interval,
    StatsResult,
    Term,
    TermsResult,
)
from logtui.engine.search.aggregations.span import Span
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Stats, Terms, inner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from logtui.engine.search.aggregations.results import Number, Result
    from logtui.engine.search.aggregations.specs import Spec
    from logtui.engine.search.request import Request
    from logtui.query import PipeScope
    from logtui.query.syntax.pipes.aggregate import Aggregate
    from logtui.query.syntax.pipes.keys import Key

_OUTER: Final = "outer"
_KEY: Final = "key"
_BY: Final = "by"
_VALUES: Final = "values"
_FUNCTIONS: Final = ("min", "max", "avg", "sum", "p50", "p95", "p99")


class Computation:
    """The folds of an aggregation and of those nested in it.

    Args:
        spec: The aggregation.
        scope: The context of its folds.
        request: The request, whose range its histogram shows.
        outer: The keys of the aggregation that it is nested in.
    """

    def __init__(self, spec: Spec, scope: PipeScope, request: Request, outer: Sequence[Key] = ()) -> None:
        self.spec: Final = spec
        self._span: Final = Span(request, spec.interval) if isinstance(spec, Histogram) else None
        numbers = spec.field if isinstance(spec, Stats) else None
        self._fold = Fold(_aggregates(spec), [*outer, *_keys(spec)], scope, numbers=numbers, span=self._span)
        group = _grouping(spec, _OUTER)
        self._nested = {name: Computation(each, scope, request, group) for name, each in inner_of(spec).items()}

    def folds(self) -> Iterator[Fold]:
        """Its fold, and those of the nested ones."""
        yield self._fold
        for nested in self._nested.values():
            yield from nested.folds()

    def result(self) -> Result:
        """The result for all records."""
        return self._result(self._fold.table(), self._fold.records)

    def results_for(self, groups: pl.Series) -> dict[object, Result]:
        """The result for each of some groups of the outer aggregation."""
        if self._span is not None:
            self._span.check(len(groups))
        table = self._fold.table()
        found = table.filter(pl.col(_OUTER).is_in(groups.implode())).partition_by(
            _OUTER, as_dict=True, include_key=False
        )
        nothing = table.head(0).drop(_OUTER)
        tables = {group: found.get((group,), nothing) for group in groups.to_list()}
        return {group: self._result(part, _total(part)) for group, part in tables.items()}

    def _result(self, table: pl.DataFrame, records: int) -> Result:
        """The result of a table of groups, for so many records; groups that memory did not suffice for are missing."""
        match self.spec:
            case Terms():
                return self._terms(self.spec, table, records)
            case Histogram():
                return self._histogram(self.spec, table)
            case Stats():
                return self._stats(table)
            case Cardinality():
                return self._cardinality(table)

    def _terms(self, spec: Terms, table: pl.DataFrame, records: int) -> TermsResult:
        known = table.filter(pl.col(_KEY).is_not_null()).sort(COUNT, _KEY, descending=[True, False])
        shown = known if spec.size is None else known.head(spec.size)
        nested = self._nested_results(shown[_KEY])
        terms = tuple(Term(value, count, nested.get(value, {})) for value, count in shown.select(_KEY, COUNT).rows())
        missing = _total(table) - _total(known)
        return TermsResult(terms, records - missing - _total(shown), missing, self._fold.is_exact)

    def _histogram(self, spec: Histogram, table: pl.DataFrame) -> HistogramResult:
        assert self._span is not None
        starts = self._span.starts
        dated = table.filter(pl.col(_KEY).is_not_null())
        counts = dict(dated.group_by(_KEY).agg(pl.col(COUNT).sum()).rows())
        by, other = _divided(spec, dated)
        nested = self._nested_results(starts)
        intervals = tuple(
            Interval(time, counts.get(time, 0), by.get(time, {}), nested.get(time, {})) for time in starts.to_list()
        )
        missing = _total(table) - _total(dated)
        return HistogramResult(intervals, spec.by is not None, other, missing, self._fold.is_exact)

    def _stats(self, table: pl.DataFrame) -> StatsResult:
        row = table.row(0, named=True) if table.height else {}
        values = row.get(_VALUES, 0)
        numbers = {name: _number(row.get(name)) for name in _FUNCTIONS}
        return StatsResult(values, **numbers, missing=row.get(COUNT, 0) - values, is_exact=self._fold.is_exact)

    def _cardinality(self, table: pl.DataFrame) -> CardinalityResult:
        row = table.row(0, named=True) if table.height else {}
        missing = row.get(COUNT, 0) - row.get(_VALUES, 0)
        return CardinalityResult(row.get("count_distinct", 0), missing, self._fold.is_exact)

    def _nested_results(self, groups: pl.Series) -> Mapping[object, dict[str, Result]]:
        """The nested results for each of some groups, by the value of its key."""
        each: dict[object, dict[str, Result]] = {group: {} for group in groups.to_list()}
        for name, nested in self._nested.items():
            for group, result in nested.results_for(groups).items():
                each[group][name] = result
        return each


def _keys(spec: Spec) -> list[Key]:
    by = [field_key(spec.by, _BY)] if isinstance(spec, Histogram) and spec.by is not None else []
    return [*_grouping(spec, _KEY), *by]


def _grouping(spec: Spec, label: str) -> list[Key]:
    """The key by which an aggregation divides records into groups."""
    if isinstance(spec, Terms):
        return [field_key(spec.field, label)]
    return [LabelledBucket(spec.interval, label)] if isinstance(spec, Histogram) else []


def _aggregates(spec: Spec) -> list[Aggregate]:
    if isinstance(spec, Terms | Histogram):
        return [counting()]
    functions = _FUNCTIONS if isinstance(spec, Stats) else ("count_distinct",)
    return [
        counting(),
        function_of("count", spec.field, _VALUES),
        *(function_of(function, spec.field) for function in functions),
    ]


def _divided(spec: Histogram, dated: pl.DataFrame) -> tuple[dict[object, dict[str, int]], int]:
    """How many records of each interval have each of the commonest values, and how many records have other values."""
    if spec.by is None:
        return {}, 0
    known = dated.filter(pl.col(_BY).is_not_null())
    totals = known.group_by(_BY).agg(pl.col(COUNT).sum()).sort(COUNT, _BY, descending=[True, False])
    common = totals if spec.size is None else totals.head(spec.size)
    order = {value: place for place, value in enumerate(common[_BY].to_list())}
    rows = [row for row in known.select(_KEY, _BY, COUNT).rows() if row[1] in order]
    found: dict[object, dict[str, int]] = {}
    for time, value, count in sorted(rows, key=lambda row: order[row[1]]):
        found.setdefault(time, {})[value] = count
    return found, _total(totals) - _total(common)


def _total(table: pl.DataFrame) -> int:
    return int(table[COUNT].sum())


def _number(cell: float | Decimal | None) -> Number | None:
    """A number that JSON can state."""
    return int(cell) if isinstance(cell, Decimal) else cell
