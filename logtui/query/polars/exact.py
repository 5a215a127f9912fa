"""Exact comparisons of numbers, also of integers beyond 2^53, which floats cannot represent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from logtui.query.meaning.bounds import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WHOLE: Final = pl.Int128
"""The type that represents large integers exactly."""

_EXACT: Final = 2**53
_LARGEST: Final = 10**38


def within_numbers(number: pl.Expr, text: pl.Expr, bounds: Iterable[tuple[str, float]]) -> pl.Expr:
    """Whether numbers meet all bounds.

    Args:
        number: Float64, the texts parsed as numbers.
        text: The original texts, which decide where rounding has made numbers equal.
        bounds: Operators and numbers.

    Returns:
        Boolean, null where the number is.
    """
    return pl.all_horizontal([_compared(number, text, op, bound) for op, bound in bounds])


def _compared(number: pl.Expr, text: pl.Expr, op: str, bound: float) -> pl.Expr:
    compare: Callable[[Any, Any], pl.Expr] = OPERATORS[op]
    rounded = float(bound)
    if not (_EXACT <= abs(rounded) < _LARGEST):
        return compare(number, rounded)
    limit = int(bound)
    whole = text.cast(WHOLE, strict=False)
    settled = pl.coalesce(compare(whole, pl.lit(limit, dtype=WHOLE)), pl.lit(compare(int(rounded), limit)))
    return pl.when(number == rounded).then(settled).otherwise(compare(number, rounded))
