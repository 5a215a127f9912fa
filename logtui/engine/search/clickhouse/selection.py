"""Which columns are read of a table, and how they come back as columns of a record frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_SCHEMA, field_columns
from logtui.query.clickhouse.filter import cell_of
from logtui.query.clickhouse.sql import Sql, integer, sql
from logtui.store.clickhouse.rows import FIELDS, records_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALL: Final = [Sql(name) for name in (*CORE_SCHEMA, FIELDS)]


@dataclass(frozen=True, slots=True)
class Selection:
    """Columns of records.

    Attributes:
        names: Their names; None for all columns, those of all fields included.
        step: Nanoseconds of the intervals that times are cut to.
    """

    names: tuple[str, ...] | None
    step: int = 1

    def with_also(self, names: Sequence[str]) -> Selection:
        """The same columns and some others."""
        return self if self.names is None else Selection(tuple(dict.fromkeys([*self.names, *names])))

    @property
    def cells(self) -> list[Sql]:
        """What to select; columns have numbers, since the names of fields may be anything."""
        if self.names is None:
            return _ALL
        return [sql(f"{{}} AS c{number}", self._cell(name)) for number, name in enumerate(self.names)]

    def records(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of an answer as a record frame."""
        if self.names is None:
            return records_of(rows)
        named = rows.rename({f"c{number}": name for number, name in enumerate(self.names)})
        fields = [named[name].cast(pl.String) for name in field_columns(named)]
        return pl.DataFrame([*records_of(named), *fields]).select(self.names)

    def _cell(self, name: str) -> Sql:
        if name != "timestamp" or self.step == 1:
            return cell_of(name)
        nanoseconds = "toUnixTimestamp64Nano(timestamp)"
        start = f"{nanoseconds} - positiveModulo({nanoseconds}, {{}})"
        return sql(f"fromUnixTimestamp64Nano({start}, 'UTC')", integer(self.step))
