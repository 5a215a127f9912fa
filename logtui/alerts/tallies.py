"""What rules count in the records of a part, by the steps of time that they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.window.matches import hits
from logtui.model.record import resolve_name

if TYPE_CHECKING:
    from logtui.engine.live.snapshot import Part
    from logtui.engine.search.predicate import Predicate

COUNTS: Final[dict[str, pl.DataType]] = {"step": pl.Int64(), "count": pl.UInt32()}
"""Number of a step since the epoch, records in it."""

FIRST_SEEN: Final[dict[str, pl.DataType]] = {"value": pl.String(), "step": pl.Int64()}
"""Value of a field, number of the first step that has it."""

_EARLIEST: Final = 946_684_800 * 10**9
"""2000-01-01: what is older was never set, as 1970 is."""


def count_steps(part: Part, predicate: Predicate | None, step: int) -> pl.DataFrame:
    """Count the matching records of a part by time.

    Args:
        part: The records.
        predicate: Which of them count, None for all.
        step: Nanoseconds of a step.

    Returns:
        A frame of `COUNTS`; records without a time, or with one that was never set, are left out.
    """
    frame = _matching(part, predicate, [])
    counted = _stepped(frame, step).group_by("step").agg(pl.len().alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in COUNTS.items())


def first_seen(part: Part, predicate: Predicate | None, field: str, step: int) -> pl.DataFrame:
    """When each value of a field is there for the first time.

    Args:
        part: The records.
        predicate: Which of them count, None for all.
        field: The field as users name it.
        step: Nanoseconds of a step.

    Returns:
        A frame of `FIRST_SEEN`.
    """
    column = resolve_name(field, list(part.columns))
    if column is None or column not in part.columns:
        return pl.DataFrame(schema=FIRST_SEEN)
    frame = _matching(part, predicate, [column]).with_columns(pl.col(column).cast(pl.String).alias("value"))
    found = _stepped(frame.drop_nulls("value"), step).group_by("value").agg(pl.col("step").min())
    return found.select(pl.col(name).cast(dtype) for name, dtype in FIRST_SEEN.items())


def _matching(part: Part, predicate: Predicate | None, columns: list[str]) -> pl.DataFrame:
    frame = part.read(["timestamp", *columns])
    return frame if predicate is None else frame[hits(part, predicate)]


def _stepped(frame: pl.DataFrame, step: int) -> pl.DataFrame:
    time = pl.col("timestamp").cast(pl.Int64)
    return frame.filter(time >= _EARLIEST).with_columns((time // step).alias("step"))
