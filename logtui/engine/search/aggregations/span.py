"""The span of time that a histogram shows: the range that was asked for, else from the first record to the last."""

from __future__ import annotations

from functools import cached_property, lru_cache
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

_LAST_MOMENT: Final = 2**63 - 1
_UNITS: Final = ("d", "h", "m", "s", "ms")


class Span:
    """The first and the last moment of a histogram, epoch nanoseconds, None as long as they are unknown.

    Args:
        request: The request.
        interval: The length of the intervals, as typed.

    Raises:
        LogtuiError: If the range of the request has too many intervals; it names an interval that fits.
    """

    def __init__(self, request: Request, interval: str) -> None:
        self._interval = interval
        self._zone = request.zone
        self._grid = Grid(interval, request.zone)
        self.first, self.last = _asked(request)
        self._has_start = self.first is not None
        self.check()

    def see(self, frame: pl.DataFrame) -> None:
        """Widen the span to the times of records, where the request leaves it open.

        A filter does not tell whether its last moment is included; if it is, a record there widens the span.

        Raises:
            LogtuiError: If there are too many intervals; it names an interval that fits.
        """
        stamp = pl.col("timestamp").cast(pl.Int64)
        first, last = frame.select(first=stamp.min(), last=stamp.max()).row(0)
        if first is None:
            return
        if not self._has_start:
            self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)
        self.check()

    def check(self, groups: int = 1) -> None:
        """Refuse intervals that are too short.

        Args:
            groups: How many histograms there are, which share one limit ten times as high.

        Raises:
            LogtuiError: If there are too many; it names an interval that fits.
        """
        if self.first is None or self.last is None:
            return
        most = min(MOST_INTERVALS, 10 * MOST_INTERVALS // max(1, groups))
        count = (self.last - self.first) // self._grid.width + 1
        if count > most:
            message = f"{count:,} intervals of {self._interval}, at most {most:,}"
            raise LogtuiError(message, hint=f"interval {_fitting(self.last - self.first, most)} fits")

    @cached_property
    def starts(self) -> pl.Series:
        """The starts of all intervals, `TIME_DTYPE`; none if no record has a time and no range was asked for."""
        if self.first is None or self.last is None or self.first > self.last:
            return pl.Series(dtype=TIME_DTYPE)
        width = self._grid.width
        # The newest record moves on with each answer, the whole widths around the range do not.
        before, behind = self.first // width * width, min((self.last // width + 1) * width, _LAST_MOMENT)
        starts = _starts(self._interval, self._zone, max(before, -_LAST_MOMENT), behind)
        ends = pl.Series([self.first, self.last]).cast(TIME_DTYPE)
        low, high = starts.search_sorted(ends, side="right").to_list()
        return starts[low - 1 : high]


@lru_cache(maxsize=32)
def _starts(interval: str, zone: tzinfo, first: int, last: int) -> pl.Series:
    """The ascending starts of all intervals from that of one moment to that of another, epoch nanoseconds."""
    grid, ends = Grid(interval, zone), pl.DataFrame({"first": [first], "last": [last]}).cast(TIME_DTYPE)
    # Two steps: within one, the start would be computed anew wherever `every` names it, which takes 50 ms.
    ends = ends.with_columns(grid.start(pl.col("first")))
    return ends.select(grid.every(pl.col("first").min(), pl.col("last").max()).alias("time")).to_series().sort()


def _asked(request: Request) -> tuple[int | None, int | None]:
    times = request.condition.times()
    firsts = [ns_of(moment) for moment in (times.first, request.since) if moment is not None]
    lasts = [ns_of(moment) - 1 for moment in (times.last, request.until) if moment is not None]
    return max(firsts, default=None), min(lasts, default=None)


def _fitting(span: int, most: int) -> str:
    """The shortest usual interval of which no more than `most` make up a span."""
    step = next((step for step in STEPS if span // step + 1 <= most), STEPS[-1])
    unit = next(unit for unit in _UNITS if step % NANOSECONDS[unit] == 0)
    return f"{step // NANOSECONDS[unit]}{unit}"
