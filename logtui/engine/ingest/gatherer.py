"""The source of a writer that has a journal for itself."""

from __future__ import annotations

import time
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Protocol

from logtui.engine.ingest.source import POLL_SECONDS, QUIET_SECONDS
from logtui.errors import StoreError
from logtui.store.seq_range import SeqRange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from logtui.engine.ingest.storage import Storage
    from logtui.store.journal import Frame

_MOST_ROWS: Final = 65_536
"""Sealing costs 29 us a record for segments of 1,000 records and 3.7 us for those of 65,000."""

_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_SECONDS: Final = 0.6
"""How long the first record of a segment waits for others: with decoding and sealing it is found within a second."""


class Readable(Protocol):
    """A journal as its reader sees it."""

    def read(self, after: int) -> Iterator[Frame]:
        """Frames that are durable now, in order; see `Journal.read`."""


class Gatherer:
    """A `Source` that gathers what is behind the position of a storage.

    Args:
        journal: Where records come from.
        storage: Where they go; nothing else goes there.

    Attributes:
        complete_until: See `Source`.
    """

    def __init__(self, journal: Readable, storage: Storage) -> None:
        self.complete_until = 0
        self._journal = journal
        self._storage = storage

    def take(self, stop: Event) -> list[Frame]:
        """Gather frames for a while, at most for one segment; see `Source`."""
        self._storage.ready()
        if pending := self._storage.pending:
            return frames_of(self._journal, pending, self._storage.position)
        frames: list[Frame] = []
        rows = size = 0
        until = time.monotonic() + QUIET_SECONDS
        position = self._storage.position
        while True:
            began = time.time_ns()
            stopping = stop.is_set()  # before reading: what is appended between reading and the request must be read
            was_quiet = not frames
            for frame in self._journal.read(frames[-1].last_seq if frames else position):
                frames.append(frame)
                rows, size = rows + frame.count, size + len(frame.payload)
                if rows >= _MOST_ROWS or size >= _MOST_BYTES:
                    return frames
            if not frames:
                self.complete_until = began
            elif was_quiet:
                until = time.monotonic() + _MOST_SECONDS
            if stopping or time.monotonic() >= until:
                return frames
            stop.wait(POLL_SECONDS)

    def done(self, frames: Sequence[Frame]) -> None:
        """See `Source`; the position of the storage says the rest."""
        self.complete_until = max(self.complete_until, *(frame.arrival for frame in frames))


def frames_of(journal: Readable, batch: SeqRange, after: int) -> list[Frame]:
    """The frames of a batch that is known by its range.

    Args:
        journal: The journal.
        batch: The range.
        after: The number of a record before it, behind which nothing is read that is not of the batch.

    Raises:
        StoreError: If the journal does not have them.
    """
    frames = list(takewhile(lambda frame: frame.last_seq <= batch.last_seq, journal.read(after)))
    if not frames or range_of(frames) != batch:
        raise StoreError(f"the journal lacks records {batch.first_seq} to {batch.last_seq}, which were being stored")
    return frames


def range_of(frames: Sequence[Frame]) -> SeqRange:
    """The numbers of the records of frames."""
    return SeqRange(frames[0].first_seq, frames[-1].last_seq)
