"""Expressions for comparisons of integer columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.polars.bounds import within

if TYPE_CHECKING:
    import polars as pl

    from logtui.query.meaning.integers import IntegerBounds


def integer_bounds(comparison: IntegerBounds, cell: pl.Expr) -> pl.Expr:
    """Whether an integer is between the bounds."""
    return within(cell, [(op, _literal(number)) for op, number in comparison.bounds])


def _literal(number: float) -> float | int:
    return int(number) if 0 <= number < 2**63 and number == int(number) else float(number)
