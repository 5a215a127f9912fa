"""Expressions for comparisons of the level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.query.polars.bounds import within

if TYPE_CHECKING:
    from logtui.query.meaning.levels import IsLevel, LevelBounds


def is_level(comparison: IsLevel, cell: pl.Expr) -> pl.Expr:
    """Whether the level of a record is the one compared with."""
    return cell == pl.lit(comparison.level, dtype=LEVEL_DTYPE)


def level_bounds(comparison: LevelBounds, cell: pl.Expr) -> pl.Expr:
    """Whether the level is between the bounds."""
    return within(cell, [(op, pl.lit(level, dtype=LEVEL_DTYPE)) for op, level in comparison.bounds])
