"""A condition on records that is compiled once per set of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, TypeAlias

import polars as pl

from logtui.query import (
    Pipeline,
    PipeScope,
    Query,
    check_units,
    compile_filter,
    is_core_only,
    makes_table,
    parse,
    spans,
)

Predicate: TypeAlias = Callable[[Sequence[str]], pl.Expr]
"""The columns of a frame -> a boolean expression without nulls."""


class TextPredicate:
    """A query text as a condition, and what is to be done with the records that meet it.

    Args:
        text: The query.
        now: What relative times refer to, by default the present.
        zone: Zone of times that do not state one.

    Raises:
        QueryError: If the text does not parse.
    """

    def __init__(self, text: str, *, now: datetime | None = None, zone: tzinfo = UTC) -> None:
        self.text: Final = text
        self.query: Final[Query] = parse(text)
        self._now: Final = now or datetime.now(UTC)
        self._zone: Final = zone
        self._compiled: dict[tuple[str, ...], pl.Expr] = {}

    @property
    def needs_fields(self) -> bool:
        """Whether the query asks for a field, so that those in messages must be extracted first."""
        return not is_core_only(self.query)

    @property
    def makes_table(self) -> bool:
        """Whether the query's pipes turn records into a table."""
        return makes_table(self.query.pipes)

    def pipeline(self) -> Pipeline | None:
        """Fresh stages for the query's pipes; None if it has none."""
        if not self.query.pipes:
            return None
        return Pipeline(self.query.pipes, PipeScope(self._zone, self.text))

    def __call__(self, columns: Sequence[str]) -> pl.Expr:
        """The expression for these columns."""
        known = tuple(columns)
        if known not in self._compiled:
            self._compiled[known] = compile_filter(
                self.query.filter, known, now=self._now, zone=self._zone, text=self.text
            )
        return self._compiled[known]

    def check(self, records: pl.DataFrame) -> None:
        """Refuse a query whose units the data does not allow, such as `took:>1.5s` on bare numbers.

        Args:
            records: A sample of what will be filtered.

        Raises:
            QueryError: If a unit is unknown for a field.
        """
        check_units(self.query.filter, records, text=self.text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the query's words occur in a text, for highlighting."""
        return spans(self.query.filter, text)


def literal(text: str) -> str:
    """The query that looks for a text as it stands."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def level_in(*levels: str) -> Predicate:
    """The condition that a record has one of these levels."""
    wanted = pl.col("level").cast(pl.String).is_in(levels).fill_null(value=False)
    return lambda _columns: wanted


def since(moment: datetime) -> Predicate:
    """The condition that a record is not older than a moment."""
    wanted = (pl.col("timestamp") >= moment).fill_null(value=False)
    return lambda _columns: wanted
