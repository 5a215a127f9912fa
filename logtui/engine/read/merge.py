"""Merges the batches of several sources: by order time, then source, then place in the source."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from logtui.engine.read.batch import Batch, Provisional, Records
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SOURCE: Final = "\0source"

_QUIET_SECONDS: Final = 0.1
"""So long a quiet source is not asked again: it would answer only after a pause, and those of a folder of 2,000 files
would take minutes."""


class _Inlet:
    """The batches of one source, and those of its records that wait to be merged."""

    def __init__(self, number: int, batches: Iterator[Batch], due: Callable[[], float]) -> None:
        self.number = number
        self.ended = False
        self.provisional = NO_RECORDS
        self.waiting: pl.DataFrame | None = None
        self._batches = batches
        self._due = due
        self._quiet_until = 0.0
        self._first = self._last = datetime.min

    @property
    def due(self) -> float:
        """When it is to be asked for records, on the clock of `time.monotonic`."""
        return max(self._quiet_until, self._due()) if self._quiet_until else 0.0

    def pull(self) -> None:
        """Read batches until there are records, the source is quiet, or it ends."""
        for batch in self._batches:
            match batch:
                case Provisional(frame):
                    self.provisional, self._quiet_until = frame, monotonic() + _QUIET_SECONDS
                    return
                case Records(frame):
                    self.provisional, self._quiet_until = NO_RECORDS, 0.0
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


def merged(sources: Sequence[tuple[Iterator[Batch], Callable[[], float]]]) -> Iterator[Batch]:
    """Merge the batches of several sources.

    Args:
        sources: Of each the batches, within which `order_time` never decreases, and what tells when it has anything new
            at the earliest once it is quiet, on the clock of `time.monotonic`.

    Yields:
        Records ordered by `order_time`, source and place in the source, with new `seq` numbers; and the provisional
        records of all sources, if they have changed or no records are ready. One batch per source is in memory.
    """
    inlets = [_Inlet(number, *each) for number, each in enumerate(sources)]
    seq = 0
    tails = _Tails()
    while True:
        _ask(inlets)
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


def _ask(inlets: Sequence[_Inlet]) -> None:
    """Ask the sources that are due for records, and wait for the first that is if none has any."""
    empty = [inlet for inlet in inlets if inlet.waiting is None and not inlet.ended]
    if empty and len(empty) == len(inlets):
        sleep(max(0.0, min(inlet.due for inlet in empty) - monotonic()))
    now = monotonic()
    for inlet in empty:
        if inlet.due <= now:
            inlet.pull()


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
