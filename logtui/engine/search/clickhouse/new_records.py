"""The records of a ClickHouse database as they come, for those who count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.search.clickhouse.field_names import FieldNames
from logtui.engine.search.clickhouse.selection import Selection
from logtui.model.record import CORE_SCHEMA
from logtui.query.clickhouse.cores import moment
from logtui.query.clickhouse.sql import Sql, any_of, integer, listed, sql
from logtui.store.clickhouse.claim import position_in
from logtui.store.clickhouse.schema import LOGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl

    from logtui.store.clickhouse.connection import Connection

_TIMES: Final = ("timestamp", "ingest_time")


class ClickHouseNews:
    """New records of a database, which are read by their numbers; see `logtui.alerts.news.News`.

    Args:
        connection: The database, which has been migrated.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._field_names = FieldNames(connection)

    def position(self) -> int:
        """All records up to this number are stored."""
        return position_in(self._connection)

    def behind(self, after: int, upto: int, needed: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[pl.DataFrame]:
        """The records between two numbers, in blocks."""
        return self._read(sql("seq > {} AND seq <= {}", _number(after), _number(upto)), needed)

    def since(self, first: int, upto: int, needed: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[pl.DataFrame]:
        """The records up to a number whose time or arrival is not before a moment, in blocks."""
        is_recent = any_of(sql(f"{name} >= {{}}", moment(first)) for name in _TIMES)
        return self._read(sql("{} AND seq <= {}", is_recent, _number(upto)), needed)

    def _read(self, condition: Sql, needed: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[pl.DataFrame]:
        selection = Selection(tuple(needed((*CORE_SCHEMA, *self._field_names.columns()))))
        asked = sql(f"SELECT {{}} FROM {LOGS} WHERE {{}}", listed(selection.cells), condition)
        return map(selection.records, self._connection.stream(*asked.bound()))


def _number(value: int) -> Sql:
    return integer(value, "UInt64")
