"""The table from comparisons to expressions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from logtui.model.levels import LEVELS
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
from logtui.query.polars import addresses, integers, levels, quantities, texts, times

if TYPE_CHECKING:
    from collections.abc import Callable

    Code: TypeAlias = Callable[[Any, pl.Expr], pl.Expr]
    """Compiles a comparison of a cell to a Boolean, null where the cell is null or cannot be parsed as needed."""


def met(comparison: Comparison, cell: pl.Expr) -> pl.Expr:
    """Whether a cell meets a comparison.

    Args:
        comparison: The comparison.
        cell: The column; String for comparisons of texts.

    Returns:
        Boolean; null if the cell is null or cannot be parsed as the comparison needs.
    """
    return TABLE.code_of(comparison)(comparison, cell)


def holds(condition: Condition) -> pl.Expr:
    """Whether a record meets a condition; times and integers are written as text for comparisons of texts.

    Args:
        condition: A condition on a core column.

    Returns:
        Boolean, null where the column is.
    """
    cell, comparison = pl.col(condition.column), condition.comparison
    written = _WRITTEN.get(class_of(condition.column))
    return met(comparison, written(cell) if written and isinstance(comparison, TextComparison) else cell)


def levels_named(comparison: LevelNamed) -> list[str]:
    """The levels whose names meet a comparison of levels by their names."""
    names = pl.Series("name", LEVELS)
    return names.filter(pl.select(met(comparison.name, pl.lit(names))).to_series()).to_list()


def _any_of(comparison: AnyOf, cell: pl.Expr) -> pl.Expr:
    return reduce(or_, (met(one, cell) for one in comparison.comparisons))


def _level_named(comparison: LevelNamed, cell: pl.Expr) -> pl.Expr:
    return cell.is_in(levels_named(comparison))


_WRITTEN: Final[dict[ColumnClass, Callable[[pl.Expr], pl.Expr]]] = {
    "time": lambda cell: cell.dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ"),
    "integer": lambda cell: cell.cast(pl.String),
}

TABLE: Final[Table[Code]] = Table(
    "polars",
    {
        Never: lambda _comparison, _cell: pl.lit(False),
        Present: lambda _comparison, cell: cell.is_not_null(),
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
        WrittenTimes: times.written_times,
        Instants: times.instants,
        IntegerBounds: integers.integer_bounds,
        IsLevel: levels.is_level,
        LevelNamed: _level_named,
        LevelBounds: levels.level_bounds,
    },
)
