"""The matching rows of one block of an order; if it has several slices, their rows are merged by time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.window.order_times import times_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.engine.window.matches import Matches
    from logtui.engine.window.order import Slice


class Block:
    """Matching rows of a few neighbouring slices.

    Args:
        slices: The slices, grouped by run.
        matches: The matches of all parts, by the parts' numbers.
    """

    def __init__(self, slices: Sequence[Slice], matches: Mapping[int, Matches]) -> None:
        self.slices: Final = slices
        self._matches = matches
        self._spans = [
            (matches[piece.part].rank(piece.start), matches[piece.part].rank(piece.stop)) for piece in slices
        ]
        self.count: Final = sum(last - first for first, last in self._spans)

    def rows(self, start: int, length: int) -> pl.DataFrame:
        """`part` and `row` of the matches `start` to `start + length` of the block."""
        if len(self.slices) > 1:
            return self._merged.slice(start, length).select("part", "row")
        part, first = self.slices[0].part, self._spans[0][0]
        rows = self._matches[part].at(first + start, max(0, min(length, self.count - start)))
        return pl.DataFrame({"row": rows}).select(pl.lit(part, pl.Int32).alias("part"), "row")

    def position(self, part: int, row: int) -> tuple[int, bool]:
        """The position of a row among the matches of the block, and whether it matches; if not, where it would be."""
        matches = self._matches[part]
        if len(self.slices) == 1:
            return matches.rank(row) - self._spans[0][0], matches.holds(row)
        time = times_in(matches.part, row, row + 1)[0]
        earlier_place = (pl.col("part") < part) | ((pl.col("part") == part) & (pl.col("row") < row))
        before = (pl.col("time") < time) | ((pl.col("time") == time) & earlier_place)
        return int(self._merged.select(before.sum()).item()), matches.holds(row)

    def positions(self, hits: Mapping[int, pl.Series]) -> pl.Series:
        """The ascending positions of those matches of the block that are among other hits.

        Args:
            hits: Ascending row numbers by part.
        """
        if len(self.slices) == 1:
            piece = self.slices[0]
            rows = hits[piece.part]
            inside = rows.filter((rows >= piece.start) & (rows < piece.stop))
            return self._matches[piece.part].positions(inside).cast(pl.Int64) - self._spans[0][0]
        wanted = [
            pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_columns(part=pl.lit(part, pl.Int32))
            for part, rows in hits.items()
        ]
        joined = self._merged.with_row_index(_PLACE).join(pl.concat(wanted), on=["part", "row"], how="semi")
        return joined[_PLACE].sort().cast(pl.Int64)

    @cached_property
    def _merged(self) -> pl.DataFrame:
        """`time`, `part` and `row` of every match, in the order in which they are shown."""
        return pl.concat(map(self._rows, self.slices)).sort("time", maintain_order=True)

    def _rows(self, piece: Slice) -> pl.DataFrame:
        matches = self._matches[piece.part]
        rows = matches.between(piece.start, piece.stop)
        times = times_in(matches.part, piece.start, piece.stop).gather(rows - piece.start)
        return pl.DataFrame({"time": times, "row": rows}).with_columns(part=pl.lit(piece.part, pl.Int32))


_PLACE: Final = "\0place"
