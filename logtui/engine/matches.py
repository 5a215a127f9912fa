"""Which records of one chunk match, and how they spread over time and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE

if TYPE_CHECKING:
    from logtui.engine.predicate import Predicate
    from logtui.engine.snapshot import Chunk

TALLY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "level": LEVEL_DTYPE,
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: records without a time), level, number of records."""

_FINEST_BUCKETS: Final = 400
_TAIL: Final = 0.01
_MS: Final = 1_000_000
TALLY_STEPS: Final = tuple(ms * _MS for ms in (1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000))
"""Bucket widths of tallies in nanoseconds; each divides the next."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The matching records of one chunk.

    Args:
        chunk: The chunk.
        rows: Their ascending row numbers inside the chunk; None means all.
        tally: A frame of `TALLY_SCHEMA`.
    """

    chunk: Chunk
    rows: pl.Series | None
    tally: pl.DataFrame

    @property
    def count(self) -> int:
        """How many records match."""
        return self.chunk.rows if self.rows is None else len(self.rows)

    def page(self, start: int, length: int) -> pl.DataFrame:
        """The matching records `start` to `start + length`."""
        if self.rows is None:
            return self.chunk.slice(start, length)
        return self.chunk.take(self.rows[start : start + length])

    def positions(self, rows: pl.Series) -> pl.Series:
        """The positions among the matches of those row numbers of the chunk that match."""
        return rows if self.rows is None else self.rows.is_in(rows.implode()).arg_true()


def matches_of(chunk: Chunk, predicate: Predicate | None) -> Matches:
    """Find the matching records of a chunk.

    Args:
        chunk: The records.
        predicate: The condition, None for all records.

    Returns:
        The matches with their tally.
    """
    if predicate is None:
        return Matches(chunk, None, _tally(chunk.read(["timestamp", "level"])))
    mask = predicate(chunk.columns).alias("match")
    frame = chunk.lazy().select("timestamp", "level", mask).collect()
    rows = frame["match"].arg_true()
    return Matches(chunk, rows, _tally(frame.filter("match")))


def hits(chunk: Chunk, predicate: Predicate) -> pl.Series:
    """The ascending row numbers of a chunk's records that meet a condition."""
    mask = predicate(chunk.columns).alias("match")
    frame = chunk.lazy().select(pl.col("offset"), mask).collect()
    return frame["match"].arg_true()


def all_of(chunk: Chunk) -> Matches:
    """All records of a chunk, without a tally."""
    return Matches(chunk, None, pl.DataFrame(schema=TALLY_SCHEMA))


def _tally(frame: pl.DataFrame) -> pl.DataFrame:
    nanoseconds = pl.col("timestamp").cast(pl.Int64)
    step = _step(frame.lazy().select(nanoseconds).collect()["timestamp"])
    start = (nanoseconds // step * step).alias("start")
    counted = frame.group_by(start, "level").agg(pl.len().alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in TALLY_SCHEMA.items())


def _step(times: pl.Series) -> int:
    low, high = times.quantile(_TAIL, "nearest"), times.quantile(1 - _TAIL, "nearest")
    span = 0 if low is None or high is None else high - low
    fine = [step for step in TALLY_STEPS if step * _FINEST_BUCKETS <= span]
    return fine[-1] if fine else TALLY_STEPS[0]
