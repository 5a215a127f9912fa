"""The span of time that histograms show: the range that was asked for, else from the first record to the last."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.summaries.histogram import STEPS
from logtui.errors import LogtuiError
from logtui.model.record import TIME_DTYPE
from logtui.model.times import ns_of
from logtui.query.pipes.buckets import Grid
from logtui.query.syntax.quantities import NANOSECONDS

if TYPE_CHECKING:
    from datetime import tzinfo

    from logtui.engine.search.request import Request

MOST_INTERVALS: Final = 10_000
"""Intervals of a histogram; more fit no screen, and make an answer of megabytes."""

_UNITS: Final = ("d", "h", "m", "s", "ms")


class Span:
    """The first and the last moment of a histogram, epoch nanoseconds, None as long as they are unknown.

    Args:
        request: The request.
    """

    def __init__(self, request: Request) -> None:
        self._asked_first, self._asked_last = _asked(request)
        self.first, self.last = self._asked_first, self._asked_last

    def see(self, frame: pl.DataFrame) -> None:
        """Widen the span to the times of records, where the request leaves it open."""
        stamp = pl.col("timestamp").cast(pl.Int64)
        first, last = frame.select(first=stamp.min(), last=stamp.max()).row(0)
        if first is None:
            return
        if self._asked_first is None:
            self.first = first if self.first is None else min(first, self.first)
        if self._asked_last is None:
            self.last = last if self.last is None else max(last, self.last)

    def check(self, interval: str, groups: int = 1) -> None:
        """Refuse intervals that are too short.

        Args:
            interval: The length of the intervals, as typed.
            groups: How many histograms there are, which share one limit ten times as high.

        Raises:
            LogtuiError: If there are too many; it names an interval that fits.
        """
        most = min(MOST_INTERVALS, 10 * MOST_INTERVALS // max(1, groups))
        if self.first is None or self.last is None:
            return
        count = (self.last - self.first) // Grid(interval, UTC).width + 1
        if count > most:
            fitting = _fitting(self.last - self.first, most)
            raise LogtuiError(f"{count:,} intervals of {interval}, at most {most:,}", hint=f"interval {fitting} fits")

    def starts(self, interval: str, zone: tzinfo) -> pl.Series:
        """The starts of all intervals, `TIME_DTYPE`; none if no record has a time and no range was asked for."""
        if self.first is None or self.last is None or self.first > self.last:
            return pl.Series(dtype=TIME_DTYPE)
        grid = Grid(interval, zone)
        ends = pl.DataFrame({"first": [self.first], "last": [self.last]}).cast(TIME_DTYPE)
        first, last = grid.start(pl.col("first")), pl.col("last")
        return ends.select(grid.every(first.min(), last.max()).alias("time")).to_series().sort()


def _asked(request: Request) -> tuple[int | None, int | None]:
    times = request.condition.times()
    firsts = [ns_of(moment) for moment in (times.first, request.since) if moment is not None]
    lasts = [] if times.last is None else [ns_of(times.last)]
    if request.until is not None:
        lasts.append(ns_of(request.until) - 1)
    return max(firsts, default=None), min(lasts, default=None)


def _fitting(span: int, most: int) -> str:
    """The shortest usual interval of which no more than `most` make up a span."""
    step = next((step for step in STEPS if span // step + 1 <= most), STEPS[-1])
    unit = next(unit for unit in _UNITS if step % NANOSECONDS[unit] == 0)
    return f"{step // NANOSECONDS[unit]}{unit}"
