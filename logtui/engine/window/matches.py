"""Which records of one part match, and how they spread over time and levels."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.live.stored_part import StoredPart
from logtui.engine.search.predicate import TextPredicate
from logtui.engine.search.streaming import Search
from logtui.model.levels import LEVEL_DTYPE

if TYPE_CHECKING:
    from logtui.engine.live.snapshot import Part
    from logtui.engine.search.predicate import Predicate

TALLY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "level": LEVEL_DTYPE,
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: records without a time), level, number of records."""

NO_TALLY: Final = pl.DataFrame(schema=TALLY_SCHEMA)
"""The tally of no records."""

_MOST_BUCKETS: Final = 2_500
_MS: Final = 1_000_000
TALLY_STEPS: Final = tuple(
    ms * _MS for ms in (1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000)
)
"""Bucket widths of tallies in nanoseconds; each divides the next."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The matching records of one part.

    Args:
        part: The part.
        rows: UInt32, their ascending row numbers inside the part; None means all.
        tally: A frame of `TALLY_SCHEMA`.
    """

    part: Part
    rows: pl.Series | None
    tally: pl.DataFrame

    @property
    def count(self) -> int:
        """How many records match."""
        return self.part.rows if self.rows is None else len(self.rows)

    def at(self, start: int, length: int) -> pl.Series:
        """The row numbers of the matches `start` to `start + length`, UInt32."""
        if self.rows is None:
            return pl.int_range(start, min(start + length, self.count), dtype=pl.UInt32, eager=True)
        return self.rows[start : start + length]

    def rank(self, row: int) -> int:
        """How many matches stand before a row."""
        return row if self.rows is None else int(self.rows.search_sorted(row))

    def holds(self, row: int) -> bool:
        """Whether a row matches."""
        rank = self.rank(row)
        return self.rows is None or (rank < len(self.rows) and self.rows[rank] == row)

    def between(self, start: int, stop: int) -> pl.Series:
        """The row numbers of the matches from `start` to `stop`, UInt32."""
        if self.rows is None:
            return pl.int_range(start, stop, dtype=pl.UInt32, eager=True)
        return self.rows[self.rank(start) : self.rank(stop)]

    def positions(self, rows: pl.Series) -> pl.Series:
        """The positions among the matches of those row numbers of the part that match."""
        return rows if self.rows is None else self.rows.is_in(rows.implode()).arg_true()


def matches_of(part: Part, predicate: Predicate | None) -> Matches:
    """Find the matching records of a part.

    Args:
        part: The records.
        predicate: The condition, None for all records.

    Returns:
        The matches with their tally.
    """
    if predicate is None:
        return Matches(part, None, _tally(part.read(["timestamp", "level"])))
    if isinstance(part, StoredPart) and isinstance(predicate, TextPredicate):
        return _planned(part, predicate)
    mask = predicate(part.columns).alias("match")
    frame = part.lazy().select("timestamp", "level", mask).collect()
    rows = frame["match"].arg_true()
    return Matches(part, rows, _tally(frame.filter("match")))


def _planned(part: StoredPart, predicate: TextPredicate) -> Matches:
    """The matches in a segment; rows that cannot match are not looked at."""
    search = Search(predicate)
    plan = part.plan(search)
    if plan is None:
        return Matches(part, pl.Series(dtype=pl.UInt32), NO_TALLY)
    if plan.is_all:
        return matches_of(part, None)
    rows = pl.concat([pl.Series(dtype=pl.UInt32), *plan.rows(search)])
    times = part.read(["timestamp", "level"])
    return Matches(part, rows, _tally(times[rows]))


def hits(part: Part, predicate: Predicate) -> pl.Series:
    """The ascending row numbers of a part's records that meet a condition, UInt32."""
    if isinstance(part, StoredPart) and isinstance(predicate, TextPredicate):
        return _planned(part, predicate).between(0, part.rows)
    mask = predicate(part.columns).alias("match")
    frame = part.lazy().select(pl.col("offset"), mask).collect()
    return frame["match"].arg_true()


def all_of(part: Part) -> Matches:
    """All records of a part, without a tally."""
    return Matches(part, None, NO_TALLY)


def _tally(frame: pl.DataFrame) -> pl.DataFrame:
    nanoseconds = pl.col("timestamp").cast(pl.Int64)
    step = _step(frame["timestamp"].cast(pl.Int64))
    start = (nanoseconds // step * step).alias("start")
    counted = frame.group_by(start, "level").agg(pl.len().alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in TALLY_SCHEMA.items())


def _step(times: pl.Series) -> int:
    """The finest width with few buckets that hold records; times far away take one each and make it no coarser."""
    at = bisect_left(TALLY_STEPS, True, key=lambda step: (times // step).n_unique() <= _MOST_BUCKETS)
    return TALLY_STEPS[min(at, len(TALLY_STEPS) - 1)]
