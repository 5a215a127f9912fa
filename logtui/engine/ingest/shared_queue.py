"""The source of a writer that shares the records of a journal in Redis with writers of other processes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from logtui.engine.ingest.gatherer import frames_of, range_of
from logtui.engine.ingest.source import POLL_SECONDS, QUIET_SECONDS
from logtui.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from logtui.engine.ingest.gatherer import Readable
    from logtui.store.journal import Frame
    from logtui.store.journal.redis_shares import Progress, RedisShares


class SharedStorage(Protocol):
    """A storage that several processes fill at once."""

    @property
    def position(self) -> int:
        """All records of the journal up to this number are stored, as the store says."""

    def ready(self) -> None:
        """Reach the store; see `Storage.ready`."""

    def advance(self, position: int) -> None:
        """Note that all records up to a number are stored, by whomever; nothing if that is known.

        Raises:
            StoreError: If the store cannot be reached.
        """


class SharedQueue:
    """A `Source` of one share after the other.

    Args:
        journal: The journal.
        shares: Says which of its records are to be stored here.
        storage: Where they go.

    Attributes:
        complete_until: See `Source`; of all who share the journal.
    """

    def __init__(self, journal: Readable, shares: RedisShares, storage: SharedStorage) -> None:
        self.complete_until = 0
        self._journal = journal
        self._shares = shares
        self._storage = storage

    def take(self, stop: Event) -> list[Frame]:
        """Wait for a share; see `Source`."""
        self._storage.ready()
        until = time.monotonic() + QUIET_SECONDS
        while True:
            began = time.time_ns()
            stopping = stop.is_set()  # before asking: what is appended between asking and the request must be stored
            progress = self._shares.take(at_once=stopping)
            self._note(progress, began)
            if progress.share:
                return frames_of(self._journal, progress.share, progress.share.first_seq - 1)
            if stopping or time.monotonic() >= until:
                return []
            stop.wait(POLL_SECONDS)

    def done(self, frames: Sequence[Frame]) -> None:
        """Let others know; see `Source`."""
        arrived = max(frame.arrival for frame in frames)
        self._note(self._shares.done(range_of(frames), arrived))

    def _note(self, progress: Progress, began: int = 0) -> None:
        """Note how far all have come: one who was to note it may have ended before."""
        if progress.stored < self._storage.position:
            raise JournalError(
                f"all records of the queue up to {progress.stored} are stored, and the store has all to"
                f" {self._storage.position}",
                hint="the queue was emptied, and its numbers are those of other records: use another database of Redis",
            )
        self._storage.advance(progress.stored)
        self.complete_until = max(
            self.complete_until, progress.arrived, began if progress.stored == progress.last else 0
        )
