"""Pieces whose records a server has found and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.part import Cost, FramePart
from logtui.query import WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.search.answer_order import Order


class FetchedPiece:
    """Records that match, all of them; or their counts, if the frame is weighed.

    Args:
        frame: The frame.
    """

    step: Final = 1
    is_all: Final = True
    is_ordered: Final = False

    def __init__(self, frame: pl.DataFrame) -> None:
        self.part: Final = FramePart(frame, is_complete=True)
        self.counted: Final = frame if WEIGHT in frame.columns else None
        self._frame = frame

    @property
    def cost(self) -> Cost:
        """The cost of reading the records, which are in memory."""
        return Cost(self.part.rows, 1, 0)

    @property
    def newest(self) -> int | None:
        """The latest timestamp, epoch nanoseconds; None if no record has a time."""
        return self._time_of(pl.col("timestamp").max())

    @property
    def oldest(self) -> int | None:
        """The earliest timestamp, epoch nanoseconds; None if no record has a time."""
        return self._time_of(pl.col("timestamp").min())

    def _time_of(self, wanted: pl.Expr) -> int | None:
        found: int | None = self._frame.select(wanted.cast(pl.Int64)).item()
        return found

    def runs(self) -> Iterator[pl.Series]:
        """The row numbers of all records, in one run."""
        yield pl.int_range(self.part.rows, dtype=pl.UInt32, eager=True)

    def runs_along(self, _order: Order) -> Iterator[pl.Series]:
        """The same single run as `runs`."""
        return self.runs()

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The records with some or all of the columns."""
        known = self._frame.columns
        yield self._frame if columns is None else self._frame.select(name for name in columns if name in known)
