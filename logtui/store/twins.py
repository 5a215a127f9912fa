"""Computes the numeric twins of a segment's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.names import FIELD_PREFIX
from logtui.model.twins import Twin, twin_column

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_WHOLE: Final = r"^(?:0|-?[1-9][0-9]{0,14})$"
"""Integers in their canonical spelling, with so few digits that floats represent them exactly."""

_SAMPLE_ROWS: Final = 256
_FEWEST: Final = 0.5
"""Least share of numbers among the values of a field; with fewer, a twin is not worth its space."""


def numeric_twins(records: pl.DataFrame, group_rows: int) -> tuple[list[pl.Series], dict[str, Twin]]:
    """Compute the numeric twins of a segment.

    Args:
        records: Its records.
        group_rows: Records per row group.

    Returns:
        The columns of numbers, null where a record has none, and the twins by field column.
    """
    columns, known = list[pl.Series](), dict[str, Twin]()
    for field in _fields(records):
        numbers = _numbers(field)
        if numbers is not None:
            columns.append(numbers.alias(twin_column(field.name)))
            known[field.name] = Twin(numbers.dtype.is_integer(), _extents(numbers, group_rows))
    return columns, known


def _fields(records: pl.DataFrame) -> Iterator[pl.Series]:
    return (column for column in records if column.name.startswith(FIELD_PREFIX) and column.dtype == pl.String)


def _numbers(texts: pl.Series) -> pl.Series | None:
    """Parse a column of texts as numbers, of the smallest integer type that fits; None if it has no twin."""
    values = texts.drop_nulls()
    if not _is_mostly_numbers(values.gather_every(max(1, len(values) // _SAMPLE_ROWS))):
        return None
    is_number = values.str.contains(_NUMBER)
    others = values.filter(~is_number)
    if len(others) > len(values) * (1 - _FEWEST) or others.str.contains("[0-9]").any():
        return None
    if values.filter(is_number).str.contains(_WHOLE).all():
        return texts.cast(pl.Int64, strict=False).shrink_dtype()
    # The words `inf` and `nan`, which the engine takes for numbers, are none.
    return texts.set(~texts.str.contains("[0-9]"), None).cast(pl.Float64)


def _is_mostly_numbers(values: pl.Series) -> bool:
    return len(values) > 0 and values.str.contains(_NUMBER).sum() >= len(values) * _FEWEST


def _extents(numbers: pl.Series, group_rows: int) -> tuple[tuple[float, float] | None, ...]:
    groups = (numbers[start : start + group_rows] for start in range(0, len(numbers), group_rows))
    return tuple(_extent(group) for group in groups)


def _extent(numbers: pl.Series) -> tuple[float, float] | None:
    low, high = numbers.to_frame("number").select(low=pl.col("number").min(), high=pl.col("number").max()).row(0)
    return None if low is None else (low, high)
