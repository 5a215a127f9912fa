"""Expressions for comparisons of numeric twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.model.twins import twin_column
from logtui.query.polars.bounds import within
from logtui.query.polars.exact import within_numbers

if TYPE_CHECKING:
    from logtui.query.meaning.numbers import NumberBounds


def twin_bounds(numbers: NumberBounds, column: str, *, is_whole: bool) -> pl.Expr:
    """Whether the numbers of a field are between bounds.

    Args:
        numbers: The bounds.
        column: The field's column.
        is_whole: Whether all numbers are integers that floats represent exactly; if not, the texts decide where
            rounding has made numbers equal.

    Returns:
        Boolean, null where the field has no number.
    """
    number = pl.col(twin_column(column)).cast(pl.Float64)
    if numbers.unit is not None:
        return within(number * numbers.unit, numbers.bounds)
    if is_whole:
        return within(number, [(op, float(bound)) for op, bound in numbers.bounds])
    return within_numbers(number, pl.col(column), numbers.bounds)
