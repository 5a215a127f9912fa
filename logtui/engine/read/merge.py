"""Merges the batches of several sources: by order time, then source, then place in the source."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from logtui.engine.read.batch import Batch, Provisional, Records
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOURCE: Final = "\0source"


class _Inlet:
    """The batches of one source, and those of its records that wait to be merged."""

    def __init__(self, number: int, batches: Iterator[Batch]) -> None:
        self.number = number
        self.ended = False
        self.provisional = NO_RECORDS
        self.waiting: pl.DataFrame | None = None
        self._batches = batches
        self._first = self._last = datetime.min

    def pull(self) -> None:
        """Read batches until there are records, the source is quiet, or it ends."""
        for batch in self._batches:
            match batch:
                case Provisional(frame):
                    self.provisional = frame
                    return
                case Records(frame):
                    self.provisional = NO_RECORDS
                    if len(frame):
                        self._wait_with(frame.with_columns(pl.lit(self.number, pl.UInt32).alias(_SOURCE)))
                        return
        self.ended, self.provisional = True, NO_RECORDS

    @property
    def border(self) -> tuple[datetime, int]:
        """The order time of the last waiting record, and the source's number."""
        return self._last, self.number

    def take(self, border: tuple[datetime, int]) -> pl.DataFrame | None:
        """Remove and return the waiting records up to the border; None if there are none."""
        records, (time, number) = self.waiting, border
        if records is None or self._first > time:
            return None
        side: Literal["left", "right"] = "right" if self.number <= number else "left"
        size = records["order_time"].search_sorted(time, side=side)
        self._wait_with(records.slice(size))
        return records.head(size) if size else None

    def _wait_with(self, records: pl.DataFrame) -> None:
        self.waiting = records if len(records) else None
        if len(records):
            self._first, self._last = records["order_time"][0], records["order_time"][-1]


class _Tails:
    """The provisional records of all sources, joined again only when those of one have changed."""

    def __init__(self) -> None:
        self.joined = Provisional(NO_RECORDS)
        self._tails: list[pl.DataFrame] = []

    def take(self, tails: list[pl.DataFrame]) -> bool:
        """Replace the provisional records; returns whether any have changed, judged by the identity of the frames."""
        if [id(tail) for tail in tails] == [id(tail) for tail in self._tails]:
            return False
        self._tails = tails
        self.joined = Provisional(pl.concat(tails, how="diagonal") if tails else NO_RECORDS)
        return True


def merged(sources: Sequence[Iterator[Batch]]) -> Iterator[Batch]:
    """Merge the batches of several sources.

    Args:
        sources: Batches per source; within a source `order_time` never decreases.

    Yields:
        Records ordered by `order_time`, source and place in the source, with new `seq` numbers; and the provisional
        records of all sources, if they have changed or no records are ready. One batch per source is in memory.
    """
    inlets = [_Inlet(number, batches) for number, batches in enumerate(sources)]
    seq = 0
    tails = _Tails()
    while True:
        for inlet in inlets:
            if inlet.waiting is None and not inlet.ended:
                inlet.pull()
        inlets = [inlet for inlet in inlets if inlet.waiting is not None or not inlet.ended]
        if not inlets:
            return
        records = _ready(inlets)
        if len(records):
            numbers = pl.int_range(seq, seq + len(records), dtype=pl.UInt64, eager=True)
            yield Records(records.with_columns(seq=numbers))
            seq += len(records)
        has_changed = tails.take([inlet.provisional for inlet in inlets if len(inlet.provisional)])
        if has_changed or records.is_empty():
            yield tails.joined


def _ready(inlets: list[_Inlet]) -> pl.DataFrame:
    """Remove and return the waiting records that no later record of any source can precede.

    These are the records up to the border: the smallest among the last waiting records of the sources.
    """
    holding = [inlet.border for inlet in inlets if inlet.waiting is not None and not inlet.ended]
    if holding:
        border = min(holding)
        taken = [part for inlet in inlets if (part := inlet.take(border)) is not None]
    else:
        taken = [inlet.waiting for inlet in inlets if inlet.waiting is not None]
        for inlet in inlets:
            inlet.waiting = None
    if not taken:
        return NO_RECORDS
    order = ["order_time", _SOURCE, "seq"]
    return pl.concat(taken, how="diagonal").sort(order).drop(_SOURCE)
