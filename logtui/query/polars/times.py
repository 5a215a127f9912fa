"""Expressions for comparisons of times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.query.polars.bounds import within

if TYPE_CHECKING:
    from logtui.query.meaning.times import Instants, WrittenTimes

_WALL_TIME: Final = "%Y-%m-%dT%H:%M:%S%.f"


def instants(comparison: Instants, cell: pl.Expr) -> pl.Expr:
    """Whether a time is in the interval."""
    ends = ((">=", comparison.start), ("<", comparison.end))
    return within(cell, [(op, pl.lit(ns, dtype=TIME_DTYPE)) for op, ns in ends if ns is not None])


def written_times(comparison: WrittenTimes, cell: pl.Expr) -> pl.Expr:
    """Whether a text is a time between the bounds; null where the text is not a time."""
    zoned = cell.str.to_datetime("%+", time_unit="us", strict=False)
    joined = cell.str.replace(" ", "T", literal=True).str.to_datetime(_WALL_TIME, time_unit="us", strict=False)
    wall = pl.coalesce(joined, cell.str.to_datetime("%Y-%m-%d", time_unit="us", strict=False))
    return pl.coalesce(within(zoned, comparison.instants), within(wall, comparison.walls))
