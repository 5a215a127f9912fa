"""Overviews: all records of a file, counted before they are indexed, which answer for what the index still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import polars as pl

from logtui.engine.search.decisions import limited
from logtui.engine.search.tally import MOST_BUCKETS, TALLY_STEPS, weighed_tally
from logtui.model.levels import LEVEL_DTYPE
from logtui.model.record import CORE_SCHEMA, TIME_DTYPE
from logtui.query import ELSEWHERE, WEIGHT, Outlines
from logtui.store import OTHER
from logtui.store.frames import from_bytes, to_bytes

if TYPE_CHECKING:
    from logtui.engine.search.request import Request

OVERVIEW_COLUMNS: Final = ("timestamp", "level", "severity_text", "service")
"""The columns of records that an overview needs."""

OVERVIEW_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    WEIGHT: pl.Int64(),
}
"""Epoch nanoseconds of a bucket's start (null: no time), the values that the records share, number of records."""

_SHARED: Final = ("level", "severity_text", "service")
_MOST_GROUPS: Final = 100_000
"""With more groups than these, services are counted together, and then severity texts."""


class OverviewAnswer:
    """The records of an overview that match a request.

    Args:
        matching: A weighed frame of them.
        step: Width in nanoseconds of the time intervals.
    """

    def __init__(self, matching: pl.DataFrame, step: int) -> None:
        self.count: Final = int(matching[WEIGHT].sum())
        self.tally: Final = weighed_tally(matching)
        self._step: Final = step

    def fits(self, width: int) -> bool:
        """Whether `tally` is exact for intervals of `width` nanoseconds."""
        return not self.count or width % self._step == 0


class Overview:
    """The records of a file by time, level, severity text and service.

    Args:
        groups: A frame of `OVERVIEW_SCHEMA`.
        step: Width in nanoseconds of the time intervals, which are aligned to UTC.
    """

    def __init__(self, groups: pl.DataFrame, step: int) -> None:
        self.groups: Final = groups
        self.step: Final = step
        self.rows: Final = int(groups[WEIGHT].sum())
        self._answered: tuple[Request, OverviewAnswer | None] | None = None

    def answer(self, request: Request) -> OverviewAnswer | None:
        """Count the records that match a request; None if only reading them can tell.

        Raises:
            QueryError: If a value of the filter is not valid for its column.
        """
        if self._answered is None or self._answered[0] is not request:
            self._answered = request, self._answer(request)
        return self._answered[1]

    def _answer(self, request: Request) -> OverviewAnswer | None:
        if request.condition.needs_fields:
            return None
        outlines = self._outlines()
        decided = limited(request.condition.decided(outlines, tuple(CORE_SCHEMA)), outlines, request)
        if decided.has_nulls():
            return None
        times = self.groups.with_columns(pl.col("start").cast(TIME_DTYPE).alias("timestamp"))
        return OverviewAnswer(times.filter(decided), self.step)

    def _outlines(self) -> Outlines:
        """The groups without anything on the texts of the records, so that filters on texts stay undecided."""
        unknown = pl.lit(None, pl.UInt32).alias("pattern"), pl.lit(ELSEWHERE, pl.UInt8).alias("reach")
        none = pl.Series(dtype=pl.String), pl.Series(dtype=pl.Boolean)
        return Outlines(
            self.groups.with_columns(*unknown), self.step, *none, letters=None, heads=None, rare=None, other=OTHER
        )

    def packed(self) -> bytes:
        """Encode the overview."""
        return to_bytes(self.groups.with_columns(step=self.step))

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """Decode what `packed` has made."""
        groups = from_bytes(data)
        return cls(groups.drop("step"), groups["step"][0] if groups.height else TALLY_STEPS[0])


class OverviewCounter:
    """Counts records for an overview, in the finest time intervals of which few enough hold records."""

    def __init__(self) -> None:
        self._step = TALLY_STEPS[0]
        self._groups = pl.DataFrame(schema=OVERVIEW_SCHEMA)
        self._fresh: list[pl.DataFrame] = []
        self._fresh_rows = 0

    def add(self, records: pl.DataFrame) -> None:
        """Count records.

        Args:
            records: A frame with `OVERVIEW_COLUMNS`.
        """
        self._fresh.append(self._counted(records, pl.col("timestamp").cast(pl.Int64), pl.len()))
        self._fresh_rows += self._fresh[-1].height
        if self._fresh_rows > max(self._groups.height, MOST_BUCKETS):
            self._fold()

    def overview(self) -> Overview:
        """The overview of all records so far."""
        self._fold()
        return Overview(self._groups.sort("start", *_SHARED), self._step)

    def _fold(self) -> None:
        """Add up what was counted since the last time, in wider intervals if there are too many."""
        self._groups = self._summed(pl.concat([self._groups, *self._fresh]))
        self._fresh, self._fresh_rows = [], 0
        wider = iter(step for step in TALLY_STEPS if step > self._step)
        while self._groups["start"].n_unique() > MOST_BUCKETS and (step := next(wider, None)):
            self._step = step
            self._groups = self._summed(self._groups)
        for name in ("service", "severity_text"):
            if self._groups.height > _MOST_GROUPS:
                self._groups = self._summed(self._groups.with_columns(pl.lit(OTHER).alias(name)))

    def _summed(self, groups: pl.DataFrame) -> pl.DataFrame:
        return self._counted(groups, pl.col("start"), pl.col(WEIGHT).sum())

    def _counted(self, frame: pl.DataFrame, time: pl.Expr, count: pl.Expr) -> pl.DataFrame:
        start = (time // self._step * self._step).alias("start")
        return frame.group_by(start, *_SHARED).agg(count.cast(pl.Int64).alias(WEIGHT))
