"""Leaves over time columns -> expressions: typed times, half-open intervals."""

from __future__ import annotations

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.query.expressions.match_string import pattern_of
from logtui.query.expressions.moments import interval_of, moment_bound
from logtui.query.expressions.scope import Scope, bounds_of, within
from logtui.query.syntax.leaves import LeafError
from logtui.query.syntax.tree import (
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Range,
    Regex,
)


def match_time(leaf: FieldLeaf, column: str, scope: Scope) -> pl.Expr:
    """The expression of a leaf over a time column.

    Args:
        leaf: The leaf.
        column: The column's name.
        scope: The surroundings.

    Returns:
        Boolean, null where the time is.

    Raises:
        LeafError: If a value is no time.
    """
    cell = pl.col(column)
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            return _equals(cell, value, leaf, scope)
        case Compare() | Range():
            moments = [moment_bound(bound, scope, leaf.span) for bound in bounds_of(leaf)]
            return within(cell, [(op, pl.lit(moment, dtype=TIME_DTYPE)) for op, moment in moments])
        case Exists():
            return cell.is_not_null()
        case Prefix() | Glob() | Regex():
            return cell.dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ").str.contains(pattern_of(leaf))
        case Cidr(network=network):
            raise LeafError(f"expected a time, got {network!r}", leaf.span)


def _equals(cell: pl.Expr, value: str, leaf: FieldLeaf, scope: Scope) -> pl.Expr:
    interval = interval_of(value, scope, leaf.span)
    start, end = pl.lit(interval.start, dtype=TIME_DTYPE), pl.lit(interval.end, dtype=TIME_DTYPE)
    if interval.start == interval.end:
        return cell == start
    return (cell >= start) & (cell < end)
