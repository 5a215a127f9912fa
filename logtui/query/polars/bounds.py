"""Expressions for bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logtui.query.meaning.bounds import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


def within(cell: pl.Expr, bounds: Iterable[tuple[str, Any]]) -> pl.Expr:
    """Whether all bounds hold for a cell.

    Args:
        cell: A column of one ordered type.
        bounds: Operators, and values that Polars can compare with that type.

    Returns:
        Boolean, null where the cell is.
    """
    held: list[pl.Expr] = [OPERATORS[op](cell, value) for op, value in bounds]
    first, *others = held
    for other in others:
        first = first & other
    return first
