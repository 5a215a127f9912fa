"""The matches of a request in one part, and their counts by time and level."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.executor import weight
from logtui.engine.search.part import pieces_of
from logtui.engine.search.tally import TALLY_SCHEMA, tally_of, weighed_tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.search.part import Piece, PlacedPart
    from logtui.engine.search.request import Request

_NO_ROWS: Final = pl.Series(dtype=pl.UInt32)
_FEW: Final = 16
"""If fewer than one record in so many matches, only the times of the matches are read, else the times of all rows."""


class Matches:
    """The matching records of one part: counted at once if a rollup can, and found when rows are first needed.

    Args:
        part: The part.
        rows: UInt32, the ascending row numbers of the matches; None for all rows.
        piece: Finds the rows later, in place of `rows`.
    """

    def __init__(self, part: PlacedPart, rows: pl.Series | None, piece: Piece | None = None) -> None:
        self.part: Final = part
        self._rows = rows
        self._piece = piece
        self._counted: Final = None if piece is None else piece.counted
        self._step: Final = 1 if piece is None else piece.step

    @cached_property
    def rows(self) -> pl.Series | None:
        """UInt32, the ascending row numbers of the matches in the part; None for all rows."""
        if self._piece is None:
            return self._rows
        return None if self._piece.is_all else pl.concat([_NO_ROWS, *self._piece.runs()])

    @cached_property
    def count(self) -> int:
        """How many records match."""
        if self._counted is not None:
            return weight(self._counted)
        return self.part.rows if self.rows is None else len(self.rows)

    def fits(self, width: int) -> bool:
        """Whether `tally` is exact for intervals of `width` nanoseconds; the steps of rollups may be too coarse."""
        return self._counted is None or not self.count or width % self._step == 0

    @cached_property
    def tally(self) -> pl.DataFrame:
        """Counts by time and level, a frame of `TALLY_SCHEMA`; from a rollup if it decides the request."""
        return self.fine_tally if self._counted is None else weighed_tally(self._counted)

    @cached_property
    def fine_tally(self) -> pl.DataFrame:
        """Counts by time and level, made from the times of the records."""
        if not self.count:
            return pl.DataFrame(schema=TALLY_SCHEMA)
        columns = ("timestamp", "level")
        if self.rows is not None and len(self.rows) * _FEW < self.part.rows:
            return tally_of(self.part.take(self.rows, columns))
        times = self.part.read(columns)
        return tally_of(times if self.rows is None else times[self.rows])

    def at(self, start: int, length: int) -> pl.Series:
        """The row numbers in the part of the matches `start` to `start + length`, UInt32."""
        if self.rows is None:
            return pl.int_range(start, min(start + length, self.count), dtype=pl.UInt32, eager=True)
        return self.rows[start : start + length]

    def rank(self, row: int) -> int:
        """How many matches are before a row of the part."""
        if row <= 0 or row >= self.part.rows:
            return self.count if row > 0 else 0
        return row if self.rows is None else int(self.rows.search_sorted(row))

    def holds(self, row: int) -> bool:
        """Whether a row matches."""
        rank = self.rank(row)
        return self.rows is None or (rank < len(self.rows) and self.rows[rank] == row)

    def between(self, start: int, stop: int) -> pl.Series:
        """The row numbers of the matches between the rows `start` and `stop` of the part, UInt32."""
        if self.rows is None:
            return pl.int_range(start, stop, dtype=pl.UInt32, eager=True)
        return self.rows[self.rank(start) : self.rank(stop)]

    def positions(self, rows: pl.Series) -> pl.Series:
        """Convert row numbers of the part to positions among the matches; rows that do not match are left out."""
        return rows if self.rows is None else self.rows.is_in(rows.implode()).arg_true()


def matches_of(parts: Sequence[PlacedPart], request: Request) -> Iterator[Matches]:
    """Find the matches of a request in parts.

    Args:
        parts: The parts.
        request: The request; its pipes, order and limit are ignored.

    Yields:
        The matches of each part, in their order.
    """
    pieces = {piece.part.id: piece for piece in pieces_of(parts, request)}
    for part in parts:
        piece = pieces.get(part.id)
        yield Matches(part, _NO_ROWS) if piece is None else Matches(part, None, piece)


def hits(part: PlacedPart, request: Request) -> pl.Series:
    """The ascending row numbers of a part's records that match a request, UInt32."""
    return next(matches_of([part], request)).between(0, part.rows)


def all_of(part: PlacedPart) -> Matches:
    """All records of a part, as matches."""
    return Matches(part, None)
