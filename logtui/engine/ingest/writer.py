"""Moves records from the journal into the store: frames are decoded together and sealed as one segment.

The position in the journal is noted in the transaction that publishes the segment, so whenever the process ends, a
record is either in the store or read from the journal again, and never both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from logtui.engine.ingest.decode import Decoder
from logtui.errors import StoreError
from logtui.store.dead_letters import DeadLetter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from logtui.engine.ingest.decode import Decoded
    from logtui.engine.ingest.enrich import Enrichment
    from logtui.store import Store
    from logtui.store.dead_letters import DeadLetters
    from logtui.store.journal import Frame

POSITION: Final = "journal position"
"""The key of the store's state under which the number of the last record is noted that is in the store."""

_LOST: Final = "lost in the journal"
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
        undecoded: Records that could not be decoded and have become dead letters.
        arrived: When the newest record in the store arrived, nanoseconds since 1970; None before the first one.
        problem: Why the disk refuses at the moment; None if it does not.
    """

    records: int = 0
    segments: int = 0
    lost: int = 0
    undecoded: int = 0
    arrived: int | None = None
    problem: str | None = None


class Writer:
    """Reads a journal and writes a store, in one thread.

    Args:
        journal: Where records come from.
        store: Where they go; a writable one that is ordered by day.
        dead_letters: Where frames go that cannot be decoded, so that they do not hold up those behind them.
        enrichment: What is added to each record.

    Attributes:
        written: What has been done so far.
    """

    def __init__(
        self, journal: Readable, store: Store, dead_letters: DeadLetters, enrichment: Enrichment | None = None
    ) -> None:
        self.written: Final = Written()
        self._journal = journal
        self._store = store
        self._dead_letters = dead_letters
        self._decoder = Decoder(enrichment)
        self._position = position_of(store)
        self._lost = int(store.state(_LOST) or 0)
        self._buried = 0

    def run(self, stop: Event, give_up: Event) -> None:
        """Write what is in the journal and what comes, until it is asked to stop; then what is there at that moment.

        While the disk refuses it is tried again and again, and records wait in the journal.

        Args:
            stop: Set from another thread.
            give_up: Set to leave the rest in the journal after the segment that is being written.
        """
        retry = _FIRST_RETRY_SECONDS
        while True:
            frames = self._gathered(stop)
            if not frames or give_up.is_set():
                return
            while not self._is_written(frames):
                if stop.wait(retry):
                    return
                retry = min(2 * retry, _LAST_RETRY_SECONDS)
            retry = _FIRST_RETRY_SECONDS

    def write(self, frames: Sequence[Frame]) -> None:
        """Put the records of frames into the store, as one segment.

        Args:
            frames: The frames of the journal behind its position, in order, at least one.

        Raises:
            StoreError: If the disk refuses; neither the store nor its position has changed then.
        """
        decoded = self._decoded(frames)
        records, lost = decoded.records, decoded.lost
        position = frames[-1].last_seq
        state = {POSITION: str(position).encode(), _LOST: str(self._lost + lost).encode()}
        if len(records):
            self._store.seal(records, state, arrived=max(frame.arrival for frame in frames))
            self.written.segments += 1
        else:
            self._store.note(state)
        self._position, self._lost = position, self._lost + lost
        self.written.records += len(records)
        self.written.lost += lost
        self.written.arrived = frames[-1].arrival

    def _is_written(self, frames: Sequence[Frame]) -> bool:
        try:
            self.write(frames)
        except StoreError as error:
            self.written.problem = str(error)
            return False
        self.written.problem = None
        return True

    def _gathered(self, stop: Event) -> list[Frame]:
        """The frames that become the next segment; none once it is asked to stop and nothing is left."""
        frames: list[Frame] = []
        rows = size = 0
        until: float | None = None
        while True:
            for frame in self._journal.read(frames[-1].last_seq if frames else self._position):
                frames.append(frame)
                rows, size = rows + frame.count, size + len(frame.payload)
                if rows >= _MOST_ROWS or size >= _MOST_BYTES:
                    return frames
            if frames and until is None:
                until = time.monotonic() + _MOST_SECONDS
            if stop.is_set() or (until is not None and time.monotonic() >= until):
                return frames
            stop.wait(_POLL_SECONDS)

    def _decoded(self, frames: Sequence[Frame]) -> Decoded:
        """The records of frames; a frame that cannot be decoded becomes a dead letter."""
        try:
            return self._decoder.decode(frames)
        except Exception:  # Whatever it is, one frame must not hold up all that come behind it.
            return self._decoder.decode([frame for frame in frames if self._is_decodable(frame)])

    def _is_decodable(self, frame: Frame) -> bool:
        try:
            self._decoder.decode([frame])
        except Exception as error:  # as above
            if frame.first_seq > self._buried:  # not when the disk has refused the segment and it is tried again
                self._dead_letters.add([_letter(frame, f"cannot be decoded: {error}")])
                self._buried = frame.first_seq
                self.written.undecoded += frame.count
            return False
        return True


def position_of(store: Store) -> int:
    """The number of the last record of the journal that is in a store, 0 if none is."""
    return int(store.state(POSITION) or 0)


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
