"""Resolves what a request takes from the records: the day of clock times (`ts:>=15:20`), and the newest time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from logtui.errors import QueryError

if TYPE_CHECKING:
    import polars as pl

    from logtui.engine.search.request import Request


class Dated(Protocol):
    """Records whose times can be asked for, as every `Dataset` is.

    Attributes:
        can_repeat: Whether they can be asked more than once; a pipe cannot.
    """

    can_repeat: bool

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""

    def sample(self) -> pl.DataFrame:
        """Some of the first records, whatever they are."""


def anchored(dataset: Dated, request: Request) -> Request:
    """Complete a request, so that it means the same for every dataset.

    Args:
        dataset: The records.
        request: The request.

    Returns:
        The same request, with clock times on the day on which the log begins, and with the newest time.

    Raises:
        QueryError: If it counts back from the newest record of a stream, which is not known before the end.
    """
    if request.condition.needs_newest and not dataset.can_repeat:
        raise QueryError(
            "a stream has no newest record before its end",
            text=request.text,
            start=0,
            end=len(request.text),
            hint="read a file, or count back from now: last:15m",
        )
    if request.condition.needs_day:
        request = request.on_day(first_day(dataset) or datetime.now(UTC))
    if request.condition.needs_newest:
        request = replace(request, newest=dataset.newest())
    return request


def first_day(dataset: Dated) -> datetime | None:
    """A time on the day on which a log begins; None for a stream, and if none of the first records has a time."""
    return early_time(dataset.sample()) if dataset.can_repeat else None


def early_time(records: pl.DataFrame) -> datetime | None:
    """The middle one of the times of some records, since the first may be odd; None if no record has a time."""
    times = records["timestamp"].drop_nulls()
    middle: datetime | None = times.dt.cast_time_unit("us")[len(times) // 2] if len(times) else None
    return middle
