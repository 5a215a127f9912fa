"""One request to ClickHouse: the records that match, or their numbers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.clickhouse.ranges import ORDERS, windows, within
from logtui.engine.search.clickhouse.selection import Selection
from logtui.engine.search.explanation import StoredShare
from logtui.engine.search.time_bounds import TimeBounds
from logtui.query import WEIGHT, weight_of
from logtui.query.clickhouse.approximation import Approximation, both
from logtui.query.clickhouse.sql import FALSE, Sql, all_of, integer, listed, sql
from logtui.store.clickhouse.schema import LOGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.engine.search.request import Request
    from logtui.store.clickhouse.connection import Connection


_ENDS: Final = f"""
SELECT min(toUnixTimestamp64Nano(timestamp)) AS first, max(toUnixTimestamp64Nano(timestamp)) AS last FROM {LOGS}
"""


_ESTIMATE: Final = f"""
SELECT sum(parts) AS parts, sum(rows) AS rows, sum(marks) AS marks
FROM (EXPLAIN ESTIMATE SELECT seq FROM {LOGS} WHERE {{}})
"""
_PARTS: Final = f"""
SELECT count() AS parts, sum(rows) AS rows FROM system.parts
WHERE database = currentDatabase() AND table = '{LOGS}' AND active
"""


class Search:
    """A request to a table of records.

    Args:
        connection: The database.
        request: The request.
        columns: The columns that its names may mean: the core columns, and those of the fields.
        upto: The number of the last record that is looked at; None for all.
    """

    def __init__(
        self, connection: Connection, request: Request, columns: Sequence[str], upto: int | None = None
    ) -> None:
        self.columns: Final = tuple(columns)
        self._connection = connection
        self._request = request
        self._upto = upto
        self._exact = request.expression(self.columns)

    @cached_property
    def approximation(self) -> Approximation:
        """The conditions in SQL that enclose the request's."""
        filtered = self._request.condition.approximated(self.columns)
        return both([filtered, Approximation.exactly(within(self._request, self._upto))])

    def as_read(self, wanted: Selection) -> Iterator[pl.DataFrame]:
        """Read the records that match, in the order of the table."""
        return self._read(self.approximation.necessary, wanted, self._most)

    def by_time(self, wanted: Selection) -> Iterator[pl.DataFrame]:
        """Read the records that match from one end of time, window by window until there are enough."""
        left = self._most
        for window in windows(self._times(), self._request.order):
            for frame in self._read(all_of([window, self.approximation.necessary]), wanted, left):
                yield frame if left is None else frame.head(left)
                left = None if left is None else left - len(frame)
                if left is not None and left <= 0:
                    return

    def weighed(self, columns: Sequence[str], step: int) -> Iterator[pl.DataFrame]:
        """Count the records that match by columns, and by intervals of time if `timestamp` is one of them.

        Args:
            columns: The columns.
            step: Nanoseconds of an interval.

        Yields:
            A weighed frame of what ClickHouse has counted, then the records that SQL cannot decide.
        """
        if self.approximation.sufficient != FALSE:
            yield self._counted(Selection(tuple(columns), step))
        if self.approximation.undecided != FALSE:
            # Records without any column could not be counted.
            yield from self._read(self.approximation.undecided, Selection(tuple(columns) or ("seq",)), None)

    def count(self) -> Iterator[int]:
        """Count the records that match; the total is the sum of what this yields."""
        for frame in self.weighed((), 1):
            yield int(frame.select(weight_of(frame).sum()).item())

    def share(self) -> StoredShare:
        """How much of the table is read, as far as its indexes tell; parts count as segments, granules as groups."""
        asked = sql(_ESTIMATE, self.approximation.necessary)
        parts, rows, marks = self._connection.query_arrow(*asked.bound()).row(0)
        every, records = self._connection.query_arrow(_PARTS).row(0)
        return StoredShare(
            name=self._connection.name,
            records=records,
            segments=every,
            pruned=records - rows,
            pruned_segments=every - parts,
            known=0,
            known_segments=0,
            looked_at=rows,
            groups=marks,
            bytes=0,
        )

    @property
    def _most(self) -> int | None:
        """How many records can be wanted, None for all."""
        return None if self._request.condition.pipes else self._request.limit

    def _counted(self, wanted: Selection) -> pl.DataFrame:
        keys = listed([*wanted.cells, Sql("count() AS weight")])
        asked = sql(f"SELECT {{}} FROM {LOGS} WHERE {{}} GROUP BY ALL", keys, self.approximation.sufficient)
        rows = self._connection.query_arrow(*asked.bound()).filter(pl.col("weight") > 0)
        weights = rows.select(pl.col("weight").cast(pl.Int64).alias(WEIGHT))
        return weights.hstack(wanted.records(rows).get_columns())

    def _read(self, condition: Sql, wanted: Selection, most: int | None) -> Iterator[pl.DataFrame]:
        """Read records that meet a condition in SQL, and of them those that match.

        Args:
            condition: The condition.
            wanted: The columns of the frames.
            most: So many are enough; None for all.
        """
        if condition == FALSE:
            return
        also = [name for name in self._exact.meta.root_names() if name in self.columns]
        selection = wanted.with_also(also)
        parts = (listed(selection.cells), condition, ORDERS[self._request.order])
        asked = sql(f"SELECT {{}} FROM {LOGS} WHERE {{}} ORDER BY {{}}", *parts)
        if most is not None and self.approximation.is_exact:
            asked = sql("{} LIMIT {}", asked, integer(most, "UInt64"))
        for rows in self._connection.stream(*asked.bound()):
            yield self._matching(selection.records(rows), wanted)

    def _matching(self, records: pl.DataFrame, wanted: Selection) -> pl.DataFrame:
        """The records that match, with the wanted columns."""
        missing = {*self._exact.meta.root_names()}.difference(records.columns)
        completed = records.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
        # Not DataFrame.filter, for the reason that `Request.matching` gives.
        found = completed.lazy().filter(self._exact).collect()
        return found.select(records.columns if wanted.names is None else wanted.names)

    def _times(self) -> tuple[int, int] | None:
        """The earliest and the latest time to look at, epoch nanoseconds; None if no record has one."""
        bounds = TimeBounds.of(self._request)
        ends = ends_of_times(self._connection)
        if ends is None:
            return None
        reached = self._request.after.time if self._request.after else None
        is_falling = self._request.order is Order.NEWEST_FIRST
        firsts = (ends[0], bounds.first, None if is_falling else reached)
        lasts = (ends[1], bounds.last, reached if is_falling else None)
        return max(_known(firsts)), min(_known(lasts))


def ends_of_times(connection: Connection) -> tuple[int, int] | None:
    """The earliest and the latest time of all records, epoch nanoseconds; None if none has a time."""
    first, last = connection.query_arrow(_ENDS).row(0)
    return None if first is None else (first, last)


def _known(times: Iterable[int | None]) -> list[int]:
    return [time for time in times if time is not None]
