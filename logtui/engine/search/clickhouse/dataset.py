"""The records of a ClickHouse database as a dataset, read only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.clickhouse.counting import counted_by
from logtui.engine.search.clickhouse.field_names import FieldNames
from logtui.engine.search.clickhouse.search import Search, ends_of_times
from logtui.engine.search.clickhouse.selection import Selection
from logtui.engine.search.dataset import Bound, Searched
from logtui.engine.search.executor import wanted_columns
from logtui.engine.search.remote.piece import FetchedPiece
from logtui.engine.search.request import Request
from logtui.model.record import CORE_SCHEMA, NO_RECORDS
from logtui.model.times import moment_of
from logtui.store.clickhouse.claim import position_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from logtui.engine.search.explanation import StoredShare
    from logtui.engine.search.part import Piece
    from logtui.engine.summaries.histogram import Histogram
    from logtui.store.clickhouse.connection import Connection

_SAMPLE_ROWS: Final = 200


class ClickHouseDataset(Searched):
    """Records in the table of a database, which SQL narrows down; what matches, the condition of the request says.

    Args:
        connection: The database, which has been migrated.
        upto: The number of the last record that is looked at; None for all.
        field_names: The names of fields that are known already.
    """

    def __init__(self, connection: Connection, upto: int | None = None, field_names: FieldNames | None = None) -> None:
        self._connection = connection
        self._upto = upto
        self._field_names = field_names or FieldNames(connection)

    def still(self) -> ClickHouseDataset:
        """The same records without those that come from now on; with them, if they come from no journal."""
        if self._upto is not None:
            return self
        return ClickHouseDataset(self._connection, position_in(self._connection) or None, self._field_names)

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches, one piece for each frame that is read."""
        return map(FetchedPiece, self.frames(request))

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """The frames of the records that match; weighed frames if the pipes only count them."""
        search = self._search(request)
        counted = None if also else counted_by(request, search.columns)
        if counted is not None:
            return search.weighed(*counted)
        columns = wanted_columns(request, search.columns)
        wanted = Selection(None if columns is None else tuple(dict.fromkeys([*columns, *also])))
        return search.as_read(wanted) if request.order in (Order.AS_READ, Order.ANY) else search.by_time(wanted)

    def count(self, request: Request) -> Bound:
        """Count the records that match."""
        total = 0
        for number in self._search(request).count():
            total += number
            if request.has_ended():
                return Bound(total, is_exact=False)
        return Bound(total)

    def histogram(self, request: Request, width: int) -> Histogram:
        """Count the records that match by time and level."""
        from logtui.engine.search.tally import spread
        from logtui.engine.summaries.histogram import histogram_by  # a query needs none

        weighed = self._search(request).weighed(("timestamp", "level"), width)
        return histogram_by(width, spread(request, map(FetchedPiece, weighed), width))

    def shares(self, request: Request) -> list[StoredShare]:
        """How much of the table is read for a request."""
        return [self._search(request).share()]

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""
        ends = ends_of_times(self._connection)
        return None if ends is None else moment_of(ends[1])

    def sample(self) -> pl.DataFrame:
        """The first records, with a column for each field that any record has."""
        everything = replace(Request.everything(), limit=_SAMPLE_ROWS)
        first = Search(self._connection, everything, tuple(CORE_SCHEMA), self._upto).as_read(Selection(None))
        records = pl.concat([NO_RECORDS, *first], how="diagonal_relaxed")
        missing = [name for name in self._field_names.columns() if name not in records.columns]
        return records.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)

    def _search(self, request: Request) -> Search:
        if request.condition.needs_units:
            request.condition.check(self.sample())
        fields = self._field_names.columns() if request.condition.needs_fields else ()
        return Search(self._connection, request, (*CORE_SCHEMA, *fields), self._upto)
