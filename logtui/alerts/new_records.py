"""New records, prepared so that hundreds of queries over them cost little."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.request import Request
from logtui.model.names import CORE_NAMES
from logtui.model.twins import twin_column
from logtui.query import All, Query, conjunction, reads_of
from logtui.query.syntax.tree import And
from logtui.store.twins import numeric_twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query import Node

_KEYS: Final = ("level", "severity_text", "service")
_CORE: Final = tuple(CORE_NAMES)
_ROW: Final = "row"


class NewRecords:
    """Records that many queries are asked of.

    Most queries name a level or a service. Records are grouped by these once, so that such conditions are applied to a
    few groups instead of all records, and searches in texts only to the records of the groups that are left. Numbers
    are read once, not by each query.

    Args:
        records: The records with all columns that the queries need.
    """

    def __init__(self, records: pl.DataFrame) -> None:
        numbers, self._twins = numeric_twins(records, max(1, len(records)))
        self._columns = records.columns
        self._records = records.with_columns(numbers)
        keys = [name for name in _KEYS if name in records.columns]
        rows = records.select(*keys, pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW))
        self._groups = rows.group_by(keys).agg(_ROW) if keys else rows.select(pl.col(_ROW).implode())

    def __len__(self) -> int:
        return len(self._records)

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the records."""
        return self._columns

    def matching(self, query: str, columns: Sequence[str]) -> pl.DataFrame:
        """Find the records that match a query.

        Args:
            query: The query.
            columns: The columns to return.
        """
        of_keys, of_others = _parts(query)
        groups = of_keys.matching(self._groups)
        records = self._records
        if len(groups) < len(self._groups):
            rows = groups[_ROW].explode(empty_as_null=False)
            records = pl.DataFrame([records[name].gather(rows) for name in self._needed(of_others, columns)])
        if isinstance(of_others.query.filter, All):
            return records.select(columns)
        return records.lazy().filter(of_others.expression(self._columns, self._twins)).select(columns).collect()

    def _needed(self, request: Request, columns: Sequence[str]) -> list[str]:
        """The columns that a request reads, with the numbers beside them, and those to return."""
        wanted = {*columns, *request.condition.reads(self._columns).columns}
        twins = {twin_column(name) for name in wanted & set(self._twins)}
        return [name for name in self._records.columns if name in wanted | twins]


@lru_cache(maxsize=4_096)
def _parts(query: str) -> tuple[Request, Request]:
    """The conditions of a query that read the keys alone, and the others; a record matches if it meets both."""
    request = Request.of(query)
    node = request.query.filter
    children = node.children if isinstance(node, And) else (node,)
    of_keys = [child for child in children if _reads_keys_alone(child)]
    others = [child for child in children if child not in of_keys]
    return request.filtered(_all_of(of_keys)), request.filtered(_all_of(others))


def _reads_keys_alone(node: Node) -> bool:
    reads = reads_of(Query(node), _CORE)
    return not reads.missing and set(reads.columns) <= set(_KEYS)


def _all_of(nodes: list[Node]) -> Node:
    return conjunction(nodes) if nodes else All()
