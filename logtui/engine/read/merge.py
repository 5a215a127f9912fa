"""Several ordered sources -> one order: by order time, then source, then place in the source."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from logtui.engine.read.batch import Batch
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOURCE: Final = "\0source"


class _Inlet:
    """One source's batches, with the records that are not merged yet."""

    def __init__(self, number: int, batches: Iterator[Batch]) -> None:
        self.number = number
        self.ended = False
        self.quiet = False
        self.open = NO_RECORDS
        self.waiting: pl.DataFrame | None = None
        self._batches = batches
        self._first = self._last = datetime.min

    def pull(self) -> None:
        """Take batches until there are records, the source is quiet, or it ends."""
        self.quiet = False
        for batch in self._batches:
            self.open = batch.open
            if len(batch.records):
                self._wait_with(batch.records.with_columns(pl.lit(self.number, pl.UInt32).alias(_SOURCE)))
                return
            if batch.is_quiet:
                self.quiet = True
                return
        self.ended, self.open = True, NO_RECORDS

    @property
    def border(self) -> tuple[datetime, int]:
        """The order time of the last waiting record, and the source's number."""
        return self._last, self.number

    def take(self, border: tuple[datetime, int]) -> pl.DataFrame | None:
        """Remove and return the records that no source whose records end at the border can precede."""
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


def merged(sources: Sequence[Iterator[Batch]]) -> Iterator[Batch]:
    """Merge the batches of several sources.

    Args:
        sources: Batches per source; within a source `order_time` never decreases.

    Yields:
        Batches in (`order_time`, source, place in the source) order, `seq` renumbered; memory is bounded by one
        batch per source.
    """
    inlets = [_Inlet(number, batches) for number, batches in enumerate(sources)]
    seq = 0
    opened: tuple[list[pl.DataFrame], pl.DataFrame] = ([], NO_RECORDS)
    while True:
        for inlet in inlets:
            if inlet.waiting is None and not inlet.ended:
                inlet.pull()
        inlets = [inlet for inlet in inlets if inlet.waiting is not None or not inlet.ended]
        if not inlets:
            return
        records = _ready(inlets)
        numbered = records.with_columns(seq=pl.int_range(seq, seq + len(records), dtype=pl.UInt64, eager=True))
        seq += len(records)
        still_open = [inlet.open for inlet in inlets if len(inlet.open)]
        if len(numbered) or [id(each) for each in still_open] != [id(each) for each in opened[0]]:
            opened = (still_open, pl.concat(still_open, how="diagonal") if still_open else NO_RECORDS)
        yield Batch(numbered, opened[1])


def _ready(inlets: list[_Inlet]) -> pl.DataFrame:
    """The waiting records before which no source can bring another one."""
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
