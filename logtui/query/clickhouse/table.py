"""The table from comparisons to conditions in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from logtui.query.clickhouse import addresses, cores, quantities, texts
from logtui.query.clickhouse.approximation import NEVER, Approximation, either
from logtui.query.clickhouse.sql import Sql, sql
from logtui.query.meaning.addresses import AddressBounds, InNetwork, Ipv4Bounds
from logtui.query.meaning.columns import ColumnClass, class_of
from logtui.query.meaning.comparison import Comparison, Condition, Never, Present
from logtui.query.meaning.integers import IntegerBounds
from logtui.query.meaning.levels import IsLevel, LevelBounds, LevelNamed
from logtui.query.meaning.quantities import CanonicalNumber, Quantities, SameNumber, Signs
from logtui.query.meaning.table import Table
from logtui.query.meaning.texts import (
    AnyOf,
    Contains,
    Exactly,
    InnerGlob,
    Matches,
    StartsWith,
    TextBounds,
    TextComparison,
    Whole,
    WholeGlob,
)
from logtui.query.meaning.times import Instants, WrittenTimes
from logtui.query.polars.table import levels_named

if TYPE_CHECKING:
    from collections.abc import Callable

    Code: TypeAlias = Callable[[Any, Sql], Approximation]
    """Approximates a comparison of a cell, which may be null."""


def met(comparison: Comparison, cell: Sql) -> Approximation:
    """Whether a cell meets a comparison.

    Args:
        comparison: The comparison.
        cell: The expression of the cell; a String for comparisons of texts.
    """
    return TABLE.code_of(comparison)(comparison, cell)


def holds(condition: Condition) -> Approximation:
    """Whether a record meets a condition on a core column."""
    cell, comparison = Sql(condition.column), condition.comparison
    kind: ColumnClass = class_of(condition.column)
    if not isinstance(comparison, TextComparison) or kind not in ("time", "integer"):
        return met(comparison, cell)
    return met(comparison, sql("toString({})", cell)) if kind == "integer" else _present_at_least(cell)


def _present_at_least(cell: Sql) -> Approximation:
    """What a text comparison of a time needs; how Polars writes times is left to Polars."""
    return Approximation.needing(sql("isNotNull({})", cell))


def _any_of(comparison: AnyOf, cell: Sql) -> Approximation:
    return either(met(one, cell) for one in comparison.comparisons)


def _level_named(comparison: LevelNamed, cell: Sql) -> Approximation:
    return cores.one_of(levels_named(comparison), cell)


TABLE: Final[Table[Code]] = Table(
    "clickhouse",
    {
        Never: lambda _comparison, _cell: NEVER,
        Present: lambda _comparison, cell: Approximation.exactly(sql("isNotNull({})", cell)),
        AnyOf: _any_of,
        Exactly: texts.exactly,
        Whole: texts.whole,
        StartsWith: texts.starts_with,
        Contains: texts.contains,
        WholeGlob: texts.whole_glob,
        InnerGlob: texts.inner_glob,
        Matches: texts.matches,
        TextBounds: texts.text_bounds,
        CanonicalNumber: quantities.canonical_number,
        SameNumber: quantities.same_number,
        Quantities: quantities.quantity_bounds,
        Signs: quantities.signs,
        InNetwork: addresses.in_network,
        Ipv4Bounds: addresses.ipv4_bounds,
        AddressBounds: addresses.address_bounds,
        WrittenTimes: cores.written_times,
        Instants: cores.instants,
        IntegerBounds: cores.integer_bounds,
        IsLevel: cores.is_level,
        LevelNamed: _level_named,
        LevelBounds: cores.level_bounds,
    },
)
