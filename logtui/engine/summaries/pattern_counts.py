"""Pattern counts: the message patterns of matching records, how many records have each, and one record as a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.levels import LEVELS
from logtui.model.masks import shown
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request

MOST_PATTERNS: Final = 100_000
"""Patterns that are kept while they are counted, about 300 bytes each; beyond that the rarest are dropped."""

_SCHEMA: Final = {
    "pattern": pl.String(),
    "count": pl.UInt32(),
    "level": pl.UInt32(),
    "first": pl.Int64(),
    "last": pl.Int64(),
    "place": pl.Struct({"part": pl.UInt32(), "row": pl.UInt32()}),
}
_MERGED: Final = (
    pl.col("count").sum(),
    pl.col("level").max(),
    pl.col("first").min(),
    pl.col("last").max(),
    pl.col("place").last(),
)


@dataclass(frozen=True, slots=True)
class PatternCount:
    """A pattern.

    Attributes:
        pattern: The message with `<*>` for each variable part.
        count: Number of records that have it.
        level: The most severe level among them; None if they have none.
        first: The earliest time of them, RFC 3339; None if they have none.
        last: The latest time of them.
        sample: The message of one of them.
    """

    pattern: str
    count: int
    level: str | None
    first: str | None
    last: str | None
    sample: str | None


@dataclass(frozen=True, slots=True)
class PatternCounts:
    """The patterns of some records.

    Attributes:
        patterns: The commonest patterns, by count and then by pattern.
        other: Number of records that have other patterns.
        is_exact: Whether no pattern was dropped while counting.
        is_partial: Whether the deadline or cancelling ended it early.
    """

    patterns: tuple[PatternCount, ...]
    other: int
    is_exact: bool
    is_partial: bool


def pattern_counts(
    request: Request, pieces: Iterable[Piece], size: int, most_kept: int = MOST_PATTERNS
) -> PatternCounts:
    """Count the patterns of records.

    Args:
        request: The request.
        pieces: The matches of each part.
        size: How many patterns to return.
        most_kept: How many patterns are kept in memory.
    """
    kept, records, is_exact = pl.DataFrame(schema=_SCHEMA), 0, True
    read: list[Piece] = []
    for piece in pieces:
        read.append(piece)
        for rows in piece.runs():
            if request.has_ended():
                return _answer(kept, read, size, records, is_exact=is_exact, is_partial=True)
            together = pl.concat([kept, _counted(piece, rows, len(read) - 1)]).group_by("pattern").agg(_MERGED)
            kept = _ranked(together).head(most_kept)
            is_exact &= len(kept) == len(together)
            records += len(rows)
    return _answer(kept, read, size, records, is_exact=is_exact, is_partial=False)


def _counted(piece: Piece, rows: pl.Series, number: int) -> pl.DataFrame:
    """Count the patterns of some rows of a piece; the place of one record of each says where its sample is."""
    frame = piece.part.patterns(rows, ["timestamp", "level"]).with_columns(rows.alias("row"))
    time = pl.col("timestamp").cast(pl.Int64)
    place = pl.struct(pl.lit(number, pl.UInt32).alias("part"), pl.col("row").last().cast(pl.UInt32))
    counted = frame.group_by("pattern").agg(
        pl.len().alias("count"),
        pl.col("level").to_physical().max().cast(pl.UInt32),
        time.min().alias("first"),
        time.max().alias("last"),
        place.alias("place"),
    )
    return counted.select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())


def _ranked(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.sort("count", "pattern", descending=[True, False])


def _answer(
    kept: pl.DataFrame, read: Sequence[Piece], size: int, records: int, *, is_exact: bool, is_partial: bool
) -> PatternCounts:
    top = _ranked(kept).head(size)
    table = _with_samples(top, read).select(shown(pl.col("pattern")), "count", "level", "first", "last", "sample")
    patterns = tuple(
        PatternCount(pattern, count, None if level is None else LEVELS[level], _written(first), _written(last), sample)
        for pattern, count, level, first, last, sample in table.iter_rows()
    )
    return PatternCounts(patterns, records - int(top["count"].sum()), is_exact, is_partial)


def _with_samples(top: pl.DataFrame, read: Sequence[Piece]) -> pl.DataFrame:
    """Read the messages of the samples, part by part."""
    placed = top.unnest("place")
    samples = pl.DataFrame(schema={"part": pl.UInt32, "row": pl.UInt32, "sample": pl.String})
    for number in placed["part"].unique():
        rows = placed.filter(pl.col("part") == number)["row"].sort()
        found = (
            read[number].part.take(rows, ["message"]).select(part=pl.lit(number, pl.UInt32), row=rows, sample="message")
        )
        samples.extend(found)
    return placed.join(samples, on=["part", "row"], how="left", maintain_order="left")


def _written(time: int | None) -> str | None:
    return None if time is None else rfc3339(time)
