"""Moves records from the journal into the store: frames are decoded together and sealed as one batch.

The store knows which records it has, by the position in the journal or by their numbers, so whenever the process ends,
a record is either in the store or read from the journal again, and never both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.gatherer import range_of
from logtui.errors import JournalError, StoreError, line_of_error
from logtui.model.record import NO_RECORDS
from logtui.store.dead_letters import DeadLetter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.source import Source
    from logtui.engine.ingest.storage import Storage
    from logtui.store.dead_letters import DeadLetters
    from logtui.store.journal import Frame

_FIRST_RETRY_SECONDS: Final = 0.1
_LAST_RETRY_SECONDS: Final = 5.0


@dataclass(slots=True)
class Written:
    """What a writer has done since it began.

    Attributes:
        records: Records that it has put into the store.
        segments: Segments that it has made of them.
        lost: Records that were damaged in the journal.
        buried: Records that could not be decoded or sealed; their frames are dead letters.
        arrived: When the newest record in the store arrived, nanoseconds since 1970; None before the first one.
        problem: Why nothing can be read or stored at the moment; None if it can.
    """

    records: int = 0
    segments: int = 0
    lost: int = 0
    buried: int = 0
    arrived: int | None = None
    problem: str | None = None


class Writer:
    """Reads a journal and writes a store, in one thread.

    Args:
        source: Where records come from.
        storage: Where they go.
        dead_letters: Where frames go that cannot be stored, so that they do not hold up those behind them.
        enrichment: What is added to each record.

    Attributes:
        written: What has been done so far.
    """

    def __init__(
        self, source: Source, storage: Storage, dead_letters: DeadLetters, enrichment: Enrichment | None = None
    ) -> None:
        self.written: Final = Written()
        self._source = source
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
            stopping = stop.is_set()  # before taking: what comes between taking and the request must be taken
            try:
                frames = frames or self._source.take(stop)
                if give_up.is_set() or (stopping and not frames):
                    return
                if frames:
                    self.write(frames)
                    self._source.done(frames)
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
        self._storage.seal(decoded.records, range_of(frames), lost=decoded.lost, arrived=arrived)
        if len(decoded.records):
            self.written.segments += 1
            self.written.arrived = arrived
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
        self._storage.seal(NO_RECORDS, range_of([frame]), lost=0, arrived=frame.arrival)
        self.written.buried += frame.count


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
