"""Compiles a filter and its pipes for records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui import query as language  # a name of it is loaded when it is used

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime, tzinfo

    from logtui.model.needle_words import NeedleWord
    from logtui.model.twins import Twin
    from logtui.query import Approximation, Hint, Node, Outlines, Pipe, Pipeline, Query, Reads, Scope, TimeRange

NO_TWINS: Final[Mapping[str, Twin]] = {}


class Condition:
    """A filter and its pipes in a context; the filter is compiled once per set of columns.

    Args:
        query: The filter and its pipes.
        now: The present, which relative times count back from.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, which filters such as `last:15m@end` count back from; None if unknown.
        text: The query as it was typed, which errors quote.
    """

    def __init__(self, query: Query, *, now: datetime, zone: tzinfo, newest: datetime | None, text: str) -> None:
        self.query: Final = replace(query, filter=language.with_cores(query.filter))
        self.text: Final = text
        self._typed: Final = query
        self._now: Final = now
        self._zone: Final = zone
        self._newest: Final = newest
        self._compiled: dict[tuple[tuple[str, ...], frozenset[tuple[str, bool]]], pl.Expr] = {}

    @property
    def needs_newest(self) -> bool:
        """Whether the query counts back from the newest record, as `last:15m@end` does."""
        return language.counts_back_from_newest(self.query.filter)

    @property
    def needs_day(self) -> bool:
        """Whether the query has clock times without a date."""
        return language.has_clocks(self.query.filter)

    @property
    def needs_units(self) -> bool:
        """Whether the query compares durations or sizes, so that `check` may refuse it."""
        return language.has_units(self.query.filter)

    @property
    def needs_fields(self) -> bool:
        """Whether the query uses a field, so that fields in messages must be extracted first."""
        return not language.is_core_only(self.query)

    @property
    def makes_table(self) -> bool:
        """Whether the query's pipes turn records into a table."""
        return language.makes_table(self.query.pipes)

    @property
    def chooses_columns(self) -> bool:
        """Whether the pipes of the query change which columns there are."""
        return language.chooses_columns(self.query.pipes)

    @property
    def pipes(self) -> tuple[Pipe, ...]:
        """The pipes that process the matching records."""
        return self.query.pipes

    def pipeline(self, *, most: int | None = None, memory: int | None = None) -> Pipeline | None:
        """Create new stages for the pipes of the query.

        Args:
            most: How many rows of the answer are wanted; None for all.
            memory: Bytes that a stage may hold; None for all that it needs.

        Returns:
            None if the query has no pipes.
        """
        if not self.query.pipes:
            return None
        scope = language.PipeScope(self._zone, self.text, most=most, memory=memory)
        return language.Pipeline(self.query.pipes, scope)

    def __call__(self, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
        """Compile the filter for these columns and the numeric twins that some of them have."""
        known = tuple(columns), frozenset((name, twin.is_whole) for name, twin in twins.items())
        if known not in self._compiled:
            self._compiled[known] = self.compiled(self.query.filter, columns, twins)
        return self._compiled[known]

    def within(
        self,
        columns: Sequence[str],
        since: datetime | None,
        until: datetime | None,
        rest: pl.Expr | None,
        twins: Mapping[str, Twin] = NO_TWINS,
    ) -> pl.Expr:
        """Compile the filter for these columns, limited to a half-open range of time and to the rest behind a page."""
        limits = [self(columns, twins)]
        if since is not None:
            limits.append(pl.col("timestamp") >= since)
        if until is not None:
            limits.append(pl.col("timestamp") < until)
        if rest is not None:
            limits.append(rest)
        return pl.all_horizontal(limits).fill_null(value=False)

    def compiled(self, node: Node, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
        """Compile another filter in the same context."""
        return language.compile_filter(
            node, columns, now=self._now, zone=self._zone, newest=self._newest, text=self.text, twins=twins
        )

    def approximated(self, columns: Sequence[str]) -> Approximation:
        """Enclose the filter between two conditions in SQL; see `logtui.query.approximate`."""
        scope = language.Scope(dict.fromkeys(columns, pl.String()), self._now, self._zone, self._newest)
        return language.approximate(self.query.filter, scope, text=self.text)

    def check(self, records: pl.DataFrame) -> None:
        """Refuse a query whose units the data does not allow, such as `took:>1.5s` on bare numbers.

        Args:
            records: A sample of the records that will be filtered.

        Raises:
            QueryError: If a unit is unknown for a field.
        """
        language.check_units(self.query.filter, records, text=self.text)

    def hints(self, sample: pl.DataFrame | None = None) -> list[Hint]:
        """Find likely mistakes in the query.

        Args:
            sample: Some records with all known columns, None if there are none.

        Returns:
            Hints, the most important first.
        """
        return language.hints_of(self._typed, self.text, sample)

    def hint(self, sample: pl.DataFrame, *, is_empty: bool) -> Hint | None:
        """Find the most important hint.

        Args:
            sample: Some records with all known columns.
            is_empty: Whether no record matched.

        Returns:
            The hint; None if there is none.
        """
        return next((hint for hint in self.hints(sample) if is_empty or not hint.only_if_empty), None)

    def reads(self, columns: Sequence[str]) -> Reads:
        """Select the columns that the query reads."""
        return language.reads_of(self.query, columns)

    def reads_of_pipes(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Select the columns that the pipes read of records that the filter has let through."""
        return language.reads_of(replace(self.query, filter=language.All()), columns).columns

    def computed_columns(self, columns: Sequence[str]) -> frozenset[str]:
        """Select the columns whose values the pipes only compute with, so that numbers in place of texts will do."""
        return language.computed_columns(self.query, columns)

    def times(self) -> TimeRange:
        """The range of event times that the query can match."""
        return language.time_range(self.query.filter, self._scope(), text=self.text)

    @property
    def meaning(self) -> str:
        """A text that is equal only for queries that match the same records."""
        return repr((self.query.filter, language.moments_of(self.query.filter, self._scope()), self._zone))

    @property
    def zone(self) -> tzinfo:
        """Zone of times that do not state one."""
        return self._zone

    def decided(self, outlines: Outlines, columns: Sequence[str]) -> pl.Series:
        """Decide for whole groups of records whether they match; see `logtui.query.decide`."""
        return language.decide(self.query.filter, outlines, columns, self._scope(), text=self.text)

    def asks_for_words(self, columns: Sequence[str]) -> bool:
        """Whether the filter needs words with a digit in them, by which the word index can locate matches."""
        return language.asks_for_words(self.query.filter, columns)

    def located(
        self, find: Callable[[Sequence[NeedleWord]], int], columns: Sequence[str], indexed: Collection[str]
    ) -> int:
        """Compute the mask of the places that may hold matches; see `logtui.query.locate`."""
        return language.located(self.query.filter, find, columns, indexed)

    def interval_of(self, column: str) -> tuple[float, float]:
        """Find an interval outside of which no value of an integer core column matches; see `logtui.query`."""
        scope = language.Scope({column: pl.Int64()}, self._now, self._zone, self._newest)
        return language.interval_of(self.query.filter, column, scope)

    def numbers_located(self, columns: Sequence[str], twins: Mapping[str, Twin]) -> int:
        """Compute the mask of the row groups that may hold matches; see `logtui.query.numbers_located`."""
        scope = language.Scope(dict.fromkeys(columns, pl.String()), self._now, self._zone, self._newest, twins)
        return language.numbers_located(self.query.filter, scope)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Find the places in a text that match words of the query, for highlighting."""
        return language.spans(self.query.filter, text)

    def field_spans(self, records: pl.DataFrame) -> dict[str, list[list[tuple[int, int]]]]:
        """Find the places in fields that conditions on them match; see `logtui.query.field_spans`."""
        return language.field_spans(self.query.filter, records)

    def _scope(self) -> Scope:
        """Make the context of a compilation that needs no columns."""
        return language.Scope({}, self._now, self._zone, self._newest)
