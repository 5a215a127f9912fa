"""The values of a numeric field over time: median and 95th percentile in each of equal spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import LogtuiError
from logtui.model.record import field_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.engine.window.matches import Matches
    from logtui.engine.window.row_window import RowWindow

_SCHEMA: Final = {"bucket": pl.Int64(), "value": pl.Float64()}


@dataclass(frozen=True, slots=True)
class FieldSeries:
    """The values of a field.

    Attributes:
        field: The field's name.
        start: The beginning of the first span, epoch nanoseconds.
        step: Length of a span, nanoseconds.
        count: Records with a number in the field and a time in one of the spans.
        least: The least value.
        median: The median of all values.
        late: The 95th percentile of all values.
        most: The greatest value.
        medians: The median in each span, None if it has no value.
        lates: The 95th percentile in each span, None if it has no value.
        elsewhere: Records with a number whose time is far from most others, so that no span holds them.
    """

    field: str
    start: int
    step: int
    count: int
    least: float
    median: float
    late: float
    most: float
    medians: tuple[float | None, ...]
    lates: tuple[float | None, ...]
    elsewhere: int = 0


def field_series(
    window: RowWindow, field: str, spans: int, cancelled: Callable[[], bool] = lambda: False
) -> FieldSeries:
    """Compute the series of a numeric field over the records of a window.

    Args:
        window: The records.
        field: The field's plain name.
        spans: How many spans at most.
        cancelled: Called between parts; true ends the work early.

    Returns:
        The series.

    Raises:
        LogtuiError: If no record with a time has a number in the field.
    """
    spread = window.histogram(spans)
    column = field_column(field)
    at = (pl.col("timestamp").cast(pl.Int64) - spread.start) // spread.step
    frames = [
        _read(matches, column).select(bucket=at, value=pl.col(column).cast(pl.Float64, strict=False))
        for matches in window.parts.values()
        if column in matches.part.columns and not cancelled()
    ]
    numbers = pl.concat([pl.DataFrame(schema=_SCHEMA), *frames]).filter(
        pl.col("bucket").is_not_null() & pl.col("value").is_finite()
    )
    values = numbers.filter(pl.col("bucket").is_between(0, spread.buckets - 1))
    if values.is_empty():
        raise LogtuiError(f"{field} has no numbers to draw")
    value = pl.col("value")
    every = pl.DataFrame({"bucket": range(spread.buckets)}, schema={"bucket": pl.Int64})
    spanned = every.join(
        values.group_by("bucket").agg(median=value.median(), late=value.quantile(0.95)),
        on="bucket",
        how="left",
        maintain_order="left",
    )
    whole = values.select(least=value.min(), median=value.median(), late=value.quantile(0.95), most=value.max())
    least, median, late, most = whole.row(0)
    return FieldSeries(
        field=field,
        start=spread.start,
        step=spread.step,
        count=values.height,
        least=least,
        median=median,
        late=late,
        most=most,
        medians=tuple(spanned["median"].to_list()),
        lates=tuple(spanned["late"].to_list()),
        elsewhere=numbers.height - values.height,
    )


def _read(matches: Matches, column: str) -> pl.DataFrame:
    frame = matches.part.read(["timestamp", column])
    return frame if matches.rows is None else frame[matches.rows]
