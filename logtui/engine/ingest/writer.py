"""Moves records from the journal into the store: frames are decoded together and sealed as one batch.

The store keeps the position in the journal together with the records, so whenever the process ends, a record is either
in the store or read from the journal again, and never both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from logtui.engine.ingest.decode import Decoder
from logtui.errors import JournalError, StoreError, line_of_error
from logtui.model.record import NO_RECORDS
from logtui.store.dead_letters import DeadLetter
from logtui.store.seq_range import SeqRange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.storage import Storage
    from logtui.store.dead_letters import DeadLetters
    from logtui.store.journal import Frame

_MOST_ROWS: Final = 65_536
"""Sealing costs 29 us a record for segments of 1,000 records and 3.7 us for those of 65,000."""

_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_SECONDS: Final = 0.6
"""How long the first record of a segment waits for others: with decoding and sealing it is found within a second."""

_POLL_SECONDS: Final = 0.05
_FIRST_RETRY_SECONDS: Final = 0.1
_LAST_RETRY_SECONDS: Final = 5.0


class Readable(Protocol):
    """A journal as its reader sees it."""

    def read(self, after: int) -> Iterator[Frame]:
        """Frames that are durable now, in order; see `Journal.read`."""


@dataclass(slots=True)
class Written:
    """What a writer has done since it began.

    Attributes:
        records: Records that it has put into the store.
        segments: Segments that it has made of them.
        lost: Records that were damaged in the journal.
        buried: Records that could not be decoded or sealed; their frames are dead letters.
        arrived: When the newest record in the store arrived, nanoseconds since 1970; None before the first one.
        complete_until: What arrived before this moment is in the store, but for what was on its way; epoch nanoseconds.
        problem: Why nothing can be read or stored at the moment; None if it can.
    """

    records: int = 0
    segments: int = 0
    lost: int = 0
    buried: int = 0
    arrived: int | None = None
    complete_until: int = 0
    problem: str | None = None


class Writer:
    """Reads a journal and writes a store, in one thread.

    Args:
        journal: Where records come from.
        storage: Where they go.
        dead_letters: Where frames go that cannot be stored, so that they do not hold up those behind them.
        enrichment: What is added to each record.

    Attributes:
        written: What has been done so far.
    """

    def __init__(
        self, journal: Readable, storage: Storage, dead_letters: DeadLetters, enrichment: Enrichment | None = None
    ) -> None:
        self.written: Final = Written()
        self._journal = journal
        self._storage = storage
        self._dead_letters = dead_letters
        self._decoder = Decoder(enrichment)

    def run(self, stop: Event, give_up: Event) -> None:
        """Write what is in the journal and what comes, until it is asked to stop; then what is there at that moment.

        While the disk refuses it is tried again and again, and records wait in the journal.

        Args:
            stop: Set from another thread.
            give_up: Set to leave the rest in the journal after the segment that is being written.
        """
        retry = _FIRST_RETRY_SECONDS
        frames: list[Frame] = []
        while True:
            try:
                frames = frames or self._gathered(stop)
                if not frames or give_up.is_set():
                    return
                self.write(frames)
            except Exception as error:  # Whatever it is, a thread that ended would end the store unseen.
                self.written.problem = line_of_error(error)
                if stop.wait(retry):
                    return
                retry = min(2 * retry, _LAST_RETRY_SECONDS)
            else:
                frames, retry, self.written.problem = [], _FIRST_RETRY_SECONDS, None

    def write(self, frames: Sequence[Frame]) -> None:
        """Put the records of frames into the store, as one segment if all of them can be stored.

        Args:
            frames: Frames of the journal in order, the first of them not above the next one to be stored. Those that
                are stored already are passed over.

        Raises:
            StoreError: If the disk refuses; what the store's position says is stored then, and nothing else.
            OSError: Likewise.
        """
        # A transaction that failed may have reached the disk after all, and a part of the frames may be stored.
        position = self._storage.position
        rest = [frame for frame in frames if frame.last_seq > position]
        try:
            if rest:
                self._seal(rest)
        except (Exception, pl.exceptions.PanicException) as error:
            if _is_refusal(error):
                raise
            self._divide(rest, error)

    def _seal(self, frames: Sequence[Frame]) -> None:
        decoded = self._decoder.decode(frames)
        arrived = max(frame.arrival for frame in frames)
        self._storage.seal(decoded.records, _batch_of(frames), lost=decoded.lost, arrived=arrived)
        if len(decoded.records):
            self.written.segments += 1
            self.written.arrived = arrived
        self.written.complete_until = max(self.written.complete_until, arrived)
        self.written.records += len(decoded.records)
        self.written.lost += decoded.lost

    def _divide(self, frames: Sequence[Frame], error: BaseException) -> None:
        """Store frames one of which cannot be stored; halves make few segments of the others."""
        middle = len(frames) // 2
        if middle:
            self.write(frames[:middle])
            self.write(frames[middle:])
        elif self._storage.position < frames[0].last_seq:
            self._bury(frames[0], error)

    def _bury(self, frame: Frame, error: BaseException) -> None:
        """Make a frame a dead letter, and pass over it."""
        letter = _letter(frame, f"cannot be stored: {line_of_error(error)}")
        # It is there already if the process ended, or the disk refused, before the position was noted.
        if self._dead_letters.newest(letter.protocol) != letter:
            self._dead_letters.add([letter])
        self._storage.seal(NO_RECORDS, _batch_of([frame]), lost=0, arrived=frame.arrival)
        self.written.buried += frame.count

    def _gathered(self, stop: Event) -> list[Frame]:
        """The frames that become the next segment; none once it is asked to stop and nothing is left."""
        self._storage.ready()
        if pending := self._storage.pending:
            return self._begun(pending)
        frames: list[Frame] = []
        rows = size = 0
        until: float | None = None
        position = self._storage.position
        while True:
            began = time.time_ns()
            stopping = stop.is_set()  # before reading: what is appended between reading and the request must be read
            for frame in self._journal.read(frames[-1].last_seq if frames else position):
                frames.append(frame)
                rows, size = rows + frame.count, size + len(frame.payload)
                if rows >= _MOST_ROWS or size >= _MOST_BYTES:
                    return frames
            if not frames:
                self.written.complete_until = began
            elif until is None:
                until = time.monotonic() + _MOST_SECONDS
            if stopping or (until is not None and time.monotonic() >= until):
                return frames
            stop.wait(_POLL_SECONDS)

    def _begun(self, batch: SeqRange) -> list[Frame]:
        """The frames of a batch that was under way when a process ended; the same ones, since they are known by it."""
        behind = self._journal.read(self._storage.position)
        frames = list(takewhile(lambda frame: frame.last_seq <= batch.last_seq, behind))
        if not frames or _batch_of(frames) != batch:
            raise StoreError(
                f"the journal lacks records {batch.first_seq} to {batch.last_seq}, which were being stored"
            )
        return frames


def _batch_of(frames: Sequence[Frame]) -> SeqRange:
    return SeqRange(frames[0].first_seq, frames[-1].last_seq)


def _is_refusal(error: BaseException) -> bool:
    """Whether the disk has refused, whatever the frames hold; a `JournalError` is about a frame."""
    return isinstance(error, (StoreError, OSError)) and not isinstance(error, JournalError)


def _letter(frame: Frame, reason: str) -> DeadLetter:
    return DeadLetter(
        arrival=frame.arrival,
        protocol="journal",
        peer=frame.peer,
        tenant=frame.tenant,
        position=frame.first_seq,
        reason=reason,
        raw=frame.payload,
    )
