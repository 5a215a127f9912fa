"""Files and streams as a dataset that is read anew for every request."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.read.batch import final_frames
from logtui.engine.search.answer_order import Order
from logtui.engine.search.asked import asked_columns
from logtui.engine.search.dataset import Intake, Searched
from logtui.engine.search.message_fields import with_asked_fields
from logtui.engine.search.part import FramePart, FramePiece
from logtui.engine.search.request import Request
from logtui.engine.search.sieving import sieve_of
from logtui.engine.search.time_bounds import TimeBounds
from logtui.formats import with_message_fields
from logtui.model.record import CORE_SCHEMA, NO_RECORDS
from logtui.query import count_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from logtui.engine.read.opening import Opened
    from logtui.engine.search.part import Piece

_SAMPLE_ROWS: Final = 200
_SAMPLE_SECONDS: Final = 0.05


class ReadFiles(Searched):
    """Inputs that are read for each request; only the newest time and a sample are kept from the last reading.

    Args:
        opened: Opens the inputs for one reading.
        can_repeat: Whether they can be opened again; a pipe cannot.
    """

    def __init__(self, opened: Callable[[], Opened], *, can_repeat: bool = True) -> None:
        self.can_repeat = can_repeat
        self._open = opened
        self._opened: Opened | None = None
        self._seen = _Seen()

    def pieces(self, request: Request) -> Iterator[Piece]:
        """Read the inputs, one piece per batch; several inputs are merged by time if the order matters."""
        opened = self._opened = self._open()
        seen = self._seen = _Seen()
        columns, sieve, bounds = asked_columns(request), sieve_of(request), TimeBounds.of(request)
        are_all_read = bounds.undated or not opened.leave_out(lambda span: not bounds.meets(span))
        in_order = request.order is Order.AS_READ and count_keys(request.condition.pipes) is None
        try:
            for frame in final_frames(opened.batches(in_order=in_order, columns=columns, sieve=sieve)):
                if frame.is_empty():
                    continue
                seen.note(frame)
                records = with_asked_fields(frame, request)
                if not seen.is_checked:
                    request.condition.check(records)
                    seen.is_checked = True
                yield FramePiece(FramePart(records, is_complete=request.condition.needs_fields), request)
            seen.is_whole = are_all_read and sieve is None and (columns is None or "timestamp" in columns)
        finally:
            opened.close()

    def sample(self) -> pl.DataFrame:
        """The first records, and the first ones with each further field that the last reading has met.

        A reading that left out what cannot match has met none: then some records are read anew.
        """
        if self._seen.sample.is_empty() and self.can_repeat:
            deadline = monotonic() + _SAMPLE_SECONDS
            next((_ for _ in self.pieces(Request.everything(Order.ANY)) if monotonic() > deadline), None)
        return with_message_fields(self._seen.sample)

    def newest(self) -> datetime | None:
        """The latest time of all records; they are read once more if the last reading did not reach the end."""
        if not self._seen.is_whole and self.can_repeat:
            for _ in self.pieces(Request.everything(Order.ANY)):
                pass
        return self._seen.newest

    def intake(self) -> Intake:
        """How far the last reading could read the inputs."""
        if self._opened is None:
            return Intake()
        opened = self._opened
        mains = {each.source.name: each.detection.main for each in opened.sources if each.detection}
        return Intake((*opened.notices, *opened.guesses), opened.has_failed, mains)


class _Seen:
    """What is kept from a reading: the newest time, and a sample with every field."""

    def __init__(self) -> None:
        self.newest: datetime | None = None
        self.sample = NO_RECORDS
        self.is_checked = False
        self.is_whole = False

    def note(self, records: pl.DataFrame) -> None:
        latest = records.select(pl.col("timestamp").max()).item() if "timestamp" in records.columns else None
        if latest is not None and (self.newest is None or latest > self.newest):
            self.newest = latest
        columns = set(records.columns)
        if columns >= CORE_SCHEMA.keys() and (self.sample.is_empty() or not columns <= set(self.sample.columns)):
            self.sample = pl.concat([self.sample, records.head(_SAMPLE_ROWS)], how="diagonal_relaxed")
