"""Resolves names in pipes to columns, as text to group by or as numbers to compute with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX, TIME_DTYPE
from logtui.model.written_columns import with_written
from logtui.query.names import AmbiguousNameError, columns_named
from logtui.query.polars.exact import WHOLE
from logtui.query.polars.quantities import measure
from logtui.query.syntax.escapes import unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.query.syntax.tree import Span

TIME_TEXT: Final = "%Y-%m-%dT%H:%M:%S%.fZ"


def column_of(name: str, columns: Sequence[str], *, span: Span = (0, 0), text: str = "") -> str | None:
    """Resolve a name in a pipe to a column.

    Args:
        name: The name in escaped form, without wildcards.
        columns: The columns at hand; those of a table go by their own names.
        span: The place of the name.
        text: The query text, for the caret of the error.

    Returns:
        A column, or None if nothing has that name.

    Raises:
        QueryError: If several columns differ from the name only in case.
    """
    try:
        found = columns_named(name, columns)
    except AmbiguousNameError as error:
        raise QueryError(str(error), text=text, start=span[0], end=span[1]) from None
    return found[0] if found else None


def with_named(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Add what records have under names that logs write for core columns, such as `app`.

    Args:
        frame: Records or a table.
        names: Names in escaped form.

    Returns:
        The frame, in which `column_of` finds the added columns.
    """
    return with_written(frame, map(unescape, names))


def text_of(frame: pl.DataFrame, column: str | None) -> pl.Expr:
    """A column as the text that it is grouped and compared by.

    Args:
        frame: Records or a table.
        column: One of its columns, None for a missing field.

    Returns:
        String, null where there is no value.
    """
    if column is None:
        return pl.repeat(None, pl.len(), dtype=pl.String)
    if isinstance(frame.schema[column], pl.Datetime):
        return pl.col(column).dt.to_string(TIME_TEXT)
    return pl.col(column).cast(pl.String)


def number_of(frame: pl.DataFrame, column: str | None) -> pl.Expr:
    """A column as numbers.

    Args:
        frame: Records or a table.
        column: One of its columns, None for a missing field.

    Returns:
        Float64, null where a value is no number. Durations and sizes with a unit count in the unit that the
        field's name ends in, as in `took_ms`; without one in seconds and bytes.
    """
    if column is None:
        return pl.repeat(None, pl.len(), dtype=pl.Float64)
    dtype = frame.schema[column]
    if dtype.is_numeric():
        return _finite(pl.col(column).cast(pl.Float64))
    if dtype == pl.String:
        return _finite(measure(pl.col(column), column.removeprefix(FIELD_PREFIX)))
    return pl.repeat(None, pl.len(), dtype=pl.Float64)


def _finite(number: pl.Expr) -> pl.Expr:
    """Replace infinities by null: a single one would make every sum and mean infinite."""
    return pl.when(number.is_finite()).then(number)


def whole_of(frame: pl.DataFrame, column: str | None) -> pl.Expr:
    """A column as integers, which stay exact beyond 2^53, unlike floats.

    Args:
        frame: Records or a table.
        column: One of its columns, None for a missing field.

    Returns:
        `WHOLE`, null where a value is no integer.
    """
    if column is None or not _may_be_whole(frame.schema[column]):
        return pl.repeat(None, pl.len(), dtype=WHOLE)
    return pl.col(column).cast(WHOLE, strict=False)


def _may_be_whole(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or dtype.is_decimal() or dtype == pl.String


def ordered_of(frame: pl.DataFrame, column: str | None) -> pl.Expr:
    """A column as what its smallest and largest values are taken from: times and levels as they are, else numbers."""
    if column is not None and (frame.schema[column] == TIME_DTYPE or isinstance(frame.schema[column], pl.Enum)):
        return pl.col(column)
    return number_of(frame, column)


def tidy(numbers: pl.Series, exact: pl.Series | None = None) -> pl.Series:
    """Numbers without a fraction as integers, all others as they are.

    Args:
        numbers: Any column.
        exact: The same results as integers, null where they are none.
    """
    if exact is not None and numbers.dtype.is_float():
        whole = exact.set(numbers.is_null(), None)
        if whole.null_count() == numbers.null_count():
            return _narrow(whole).alias(numbers.name)
    is_whole = numbers.dtype.is_float() and bool(((numbers == numbers.round()) & (numbers.abs() < 2**53)).all())
    return numbers.cast(pl.Int64) if is_whole else numbers


def _narrow(whole: pl.Series) -> pl.Series:
    """Integers in the type that every reader of files knows."""
    small = whole.cast(pl.Int64, strict=False)
    return small if small.null_count() == whole.null_count() else whole.cast(pl.Decimal(38, 0))
