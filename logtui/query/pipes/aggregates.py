"""The functions of `stats`, split into parts that are computed frame by frame and merged at the end.

Each function names the parts it needs: a plain part (a count, a sum, the smallest value ...) is one number per
group and frame; a spread (distinct values with their counts) is what medians and distinct counts come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl

from logtui.query.pipes.columns import number_of, ordered_of, text_of
from logtui.query.pipes.weights import WEIGHT
from logtui.query.syntax.pipes.aggregate import percentile_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query.syntax.pipes.aggregate import Aggregate

Values: TypeAlias = tuple[str, str | None]
"""The kind of some values and their field."""

ORDERED: Final = ("min", "max")
SUMMED: Final = ("sum", "avg")

EXACT: Final = (*SUMMED, *ORDERED)
"""Functions that lose no digit of integers, however large."""

SPREAD_COUNT: Final = "spread count"


def needs_spread(aggregate: Aggregate) -> bool:
    """Whether a function needs all distinct values of a group."""
    return aggregate.function in ("count_distinct", "median") or percentile_of(aggregate.function) is not None


def values_of(aggregate: Aggregate) -> Values:
    """Name the values that a function is computed from; functions of the same values share their computation."""
    if aggregate.field is None:
        return "", None
    if aggregate.function in ("count", "count_distinct"):
        return "text", aggregate.field
    return "ordered" if aggregate.function in ORDERED else "number", aggregate.field


def value_of(aggregate: Aggregate, frame: pl.DataFrame, column: str | None) -> pl.Expr:
    """Expression for the values that a function is computed from.

    Args:
        aggregate: The function and its field.
        frame: Records or a table.
        column: The field's column in the frame.

    Returns:
        One value per row; a constant if the function has no field, since it counts records.
    """
    match values_of(aggregate):
        case "", _:
            return pl.repeat(1, pl.len(), dtype=pl.UInt8)
        case "text", _:
            return text_of(frame, column)
        case "ordered", _:
            return ordered_of(frame, column)
        case _:
            return number_of(frame, column)


def plain_parts(aggregate: Aggregate, value: str) -> list[pl.Expr]:
    """The parts of one weighed frame, per group, named after the value's column."""
    cell = pl.col(value)
    parts = [pl.col(WEIGHT).filter(cell.is_not_null()).sum().alias(f"{value} n")]
    whole = pl.col(f"{value} whole")
    if aggregate.function in SUMMED:
        broken = cell.is_not_null() & whole.is_null()
        parts += [cell.sum().alias(f"{value} sum"), whole.sum(), broken.sum().alias(f"{value} broken")]
    if aggregate.function in ORDERED:
        ends = {"end": cell, "whole end": whole}
        parts += [_end(one, aggregate.function).alias(f"{value} {name}") for name, one in ends.items()]
    return parts


def _end(cell: pl.Expr, function: str) -> pl.Expr:
    return cell.min() if function == "min" else cell.max()


def nothing_of(value: str) -> list[str]:
    """The names of all parts that a value can have."""
    return [f"{value} {part}" for part in ("n", "sum", "end", "whole", "broken", "whole end")]


def exact_part(aggregate: Aggregate, value: str) -> list[pl.Expr]:
    """The exact result over integers, for functions that have one; null if any value is not an integer."""
    if aggregate.function == "sum":
        return [_exact_sum(value)]
    if aggregate.function in ORDERED:
        whole = pl.col(f"{value} whole end")
        end = pl.col(f"{value} end").to_physical().cast(pl.Float64)
        return [pl.when(whole.cast(pl.Float64) == end).then(whole)]
    return []


def _exact_sum(value: str) -> pl.Expr:
    return pl.when(pl.col(f"{value} broken") == 0).then(pl.col(f"{value} whole"))


def together(columns: Sequence[str], aggregates: Sequence[Aggregate]) -> list[pl.Expr]:
    """Expressions that merge the parts of several frames: counts and sums are added, smallest and largest compared."""
    maxima = [f"v{place}" for place, one in enumerate(aggregates) if one.function == "max"]
    largest = {f"{value}{end}" for value in maxima for end in (" end", " whole end")}
    merged = []
    for column in columns:
        cell = pl.col(column)
        if column.endswith(" end"):
            merged.append(cell.max() if column in largest else cell.min())
        else:
            merged.append(cell.sum())
    return merged


def result_of(aggregate: Aggregate, value: str, seconds: pl.Expr) -> pl.Expr:
    """Compute the result of a function from its merged parts.

    Args:
        aggregate: The function.
        value: The value's column, which the parts are named after.
        seconds: The time by which rates are divided, seconds.

    Returns:
        One value per group; null for a group without values.
    """
    number = pl.col(f"{value} n")
    match aggregate.function:
        case "count":
            return number
        case "rate":
            return number / seconds
        case "sum":
            return pl.when(number > 0).then(pl.col(f"{value} sum"))
        case "avg":
            exact = _exact_sum(value).cast(pl.Float64)
            return pl.when(number > 0).then(pl.coalesce(exact, pl.col(f"{value} sum")) / number)
        case "min" | "max":
            return pl.col(f"{value} end")
        case _:
            return pl.col(f"{value} spread")


def spread_result(aggregate: Aggregate, scale: int) -> pl.Expr:
    """Compute the result of a function from the sorted distinct values of a group and their counts.

    Percentiles are interpolated as in Hyndman and Fan's definition 7, so that `p50` is the median.

    Args:
        aggregate: The function.
        scale: How many distinct values each one stands for.
    """
    if aggregate.function == "count_distinct":
        return pl.len().cast(pl.Int64) * scale
    share = 0.5 if aggregate.function == "median" else percentile_of(aggregate.function) or 0.0
    place = (pl.col(SPREAD_COUNT).sum() - 1) * share
    low, high = _at(place.floor()), _at(place.ceil())
    return low + (high - low) * (place - place.floor())


def _at(place: pl.Expr) -> pl.Expr:
    """The value at a place, counted from 0, of the group's values in order."""
    return pl.col("value").filter(pl.col(SPREAD_COUNT).cum_sum() > place).first()
