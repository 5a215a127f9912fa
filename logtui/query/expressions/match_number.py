"""Leaves over the integer core columns (`line`, `bytes` ...) -> expressions."""

from __future__ import annotations

import polars as pl

from logtui.query.expressions.kinds import number_bound
from logtui.query.expressions.match_string import pattern_of
from logtui.query.expressions.scope import bounds_of, within
from logtui.query.syntax.quantities import as_number
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


def match_number(leaf: FieldLeaf, column: str) -> pl.Expr:
    """The expression of a leaf over an integer column.

    Args:
        leaf: The leaf.
        column: The column's name.

    Returns:
        Boolean, null where the column is.

    Raises:
        LeafError: If a comparison is not with a number, or has a unit that the column has not.
    """
    cell = pl.col(column)
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            number = as_number(value)
            return pl.lit(False) if number is None else cell == _literal(number)
        case Compare() | Range():
            return within(cell, [(op, _literal(number_bound(value, column, leaf))) for op, value in bounds_of(leaf)])
        case Exists():
            return cell.is_not_null()
        case Prefix() | Glob() | Regex():
            return cell.cast(pl.String).str.contains(pattern_of(leaf))
        case Cidr():
            return pl.lit(False)


def _literal(number: float) -> float | int:
    return int(number) if 0 <= number < 2**63 and number == int(number) else float(number)
