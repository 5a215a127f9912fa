"""The tables of ClickHouse that a worker fills, in memory: an insert whose token is known is ignored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Self

import polars as pl

from logtui.errors import StoreConnectionError
from logtui.store.clickhouse.rows import records_of
from logtui.store.clickhouse.schema import LOGS, POSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.faults.puppet import Point

_PARAMETER: Final = re.compile(r"\{(\w+):\w+\}")
_NUMBERS: Final = dict.fromkeys(("first_seq", "last_seq", "stored"), pl.UInt64())


class Tables:
    """A database. Each day of records is a partition, and each insert into it is done as a whole or not at all.

    Attributes:
        logs: The records that are stored, in the order of their coming.
        positions: What is noted of journals.
    """

    def __init__(self) -> None:
        self.logs = pl.DataFrame(schema={"seq": pl.UInt64(), "message": pl.String()})
        self.positions = pl.DataFrame(schema={"journal": pl.String(), **_NUMBERS})
        self._known: set[tuple[object, str]] = set()

    def query(self, sql: str, parameters: Mapping[str, Any]) -> pl.DataFrame:
        """Run a query."""
        text = _PARAMETER.sub(lambda found: _literal(parameters[found[1]]), sql)
        with pl.SQLContext({LOGS: self.logs, POSITIONS: self.positions}) as context:
            return context.execute(text).collect().fill_null(0)

    def note(self, rows: pl.DataFrame) -> None:
        """Insert rows into the positions."""
        self.positions = pl.concat([self.positions, rows.select(self.positions.columns)])

    def store(self, day: object, rows: pl.DataFrame, token: str) -> None:
        """Insert records of one day, unless others have come with the same token."""
        if (day, token) not in self._known:
            self._known.add((day, token))
            self.logs = pl.concat([self.logs, rows], how="diagonal")

    @property
    def position(self) -> int:
        """All records up to this number are stored, as is noted."""
        return int(self.positions["stored"].max() or 0)  # type: ignore[arg-type]

    def between(self, after: int, upto: int) -> pl.DataFrame:
        """The records between two numbers, in the order of these."""
        return self.logs.filter(pl.col("seq") > after, pl.col("seq") <= upto).sort("seq")


class TablesConnection:
    """A `Connection` to tables, at which each request is a point.

    Args:
        tables: The tables.
        point: What becomes of the requests.
    """

    name = "clickhouse://tables"

    def __init__(self, tables: Tables, point: Point) -> None:
        self._tables = tables
        self._point = point

    def query_arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """See `Connection`."""
        found: pl.DataFrame = self._asked(lambda: self._tables.query(sql, parameters or {}))
        return found

    def insert(self, table: str, rows: pl.DataFrame, token: str = "") -> None:
        """See `Connection`; between two partitions everything may end."""
        if table == POSITIONS:
            self._asked(lambda: self._tables.note(rows))
            return
        for (day,), part in rows.group_by(pl.col("order_time").dt.date(), maintain_order=True):
            self._asked(lambda day=day, part=part: self._tables.store(day, part, token))  # type: ignore[misc]

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[pl.DataFrame]:
        """See `Connection`."""
        yield self.query_arrow(sql, parameters)

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """See `Connection`; there is nothing to command."""

    def close(self) -> None:
        """See `Connection`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def _asked(self, act: Callable[[], Any]) -> Any:  # noqa: ANN401
        return self._point(act, StoreConnectionError(f"{self.name}: connection failed"))


class TablesNews:
    """The `News` of tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def position(self) -> int:
        """See `News`."""
        return self._tables.position

    def behind(self, after: int, upto: int, needed: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[pl.DataFrame]:
        """See `News`."""
        yield _needed(self._tables.between(after, upto), needed)

    def since(self, first: int, upto: int, needed: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[pl.DataFrame]:
        """See `News`."""
        rows = self._tables.between(0, upto)
        if len(rows):
            times = pl.max_horizontal(pl.col("timestamp", "ingest_time").cast(pl.Int64))
            yield _needed(rows.filter(times >= first), needed)


def _needed(rows: pl.DataFrame, needed: Callable[[Sequence[str]], Sequence[str]]) -> pl.DataFrame:
    records = records_of(rows)
    return records.select(needed(records.columns))


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
