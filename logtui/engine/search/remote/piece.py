"""Pieces whose records a server has found and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.part import FramePart, OneRun
from logtui.query import WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class FetchedPiece(OneRun):
    """Records that match, all of them; or their counts, if the frame is weighed.

    Args:
        frame: The frame.
    """

    is_all: Final = True

    def __init__(self, frame: pl.DataFrame) -> None:
        super().__init__(FramePart(frame, is_complete=True))
        self.counted = frame if WEIGHT in frame.columns else None
        self._frame = frame

    def runs(self) -> Iterator[pl.Series]:
        """The row numbers of all records, in one run."""
        yield pl.int_range(self.part.rows, dtype=pl.UInt32, eager=True)

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The records with some or all of the columns."""
        known = self._frame.columns
        yield self._frame if columns is None else self._frame.select(name for name in columns if name in known)
