"""Reads inputs into memory: one daemon thread reads records, another publishes them as states of one run."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from logtui.engine.live.late import merged_at_end
from logtui.engine.live.snapshot import CHUNK_ROWS, READING, Run, append
from logtui.engine.read.batch import Provisional, Records
from logtui.errors import LogtuiError
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.engine.live.snapshot import Chunk, Counts
    from logtui.engine.live.spill import Spill
    from logtui.engine.read.batch import Batch

_TICK: Final = 1 / 15
"""The shortest time between two published states, seconds."""

_SETTLE: Final = 1 / 30
"""Time given to the records that may still grow to follow those that are final, seconds; they are published as one."""

_QUEUED_BATCHES: Final = 4
"""Batches that wait to be published; reading then waits too, so that memory stays bounded."""

_JOIN_SECONDS: Final = 0.5


class ProgressLike(Protocol):
    """How far a reader has come."""

    @property
    def bytes_read(self) -> int:
        """Bytes consumed so far."""
        ...

    @property
    def bytes_total(self) -> int | None:
        """Bytes that there are to read, None if unknown."""
        ...

    @property
    def done(self) -> bool:
        """Whether everything that was there at the start has been read."""
        ...


class ReaderLike(Protocol):
    """A reader of inputs, such as `engine.read.Reader`."""

    @property
    def progress(self) -> ProgressLike:
        """How far the reader has come."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """One-line problems, growing."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Records as they are read."""
        ...

    def close(self) -> None:
        """Make `batches` end soon."""
        ...


@dataclass(frozen=True, eq=False)
class FeedState:
    """The records and the progress of a feed at one moment.

    Attributes:
        run: The records so far.
        notices: One-line problems, oldest first.
        bytes_read: Bytes consumed from the inputs.
        bytes_total: Bytes that there are to read, None if unknown.
        caught_up: Whether everything that was there at the start has been read.
        done: Whether no more records will come.
        error: Why reading ended early, if it did.
        dropped: Records that were dropped to make room for newer ones.
        inserted: How often late records were put before others that had been read.
        counts: What else is counted.
        phase: What is done with the inputs now, in a word.
    """

    run: Run = field(default_factory=Run)
    notices: tuple[str, ...] = ()
    bytes_read: int = 0
    bytes_total: int | None = None
    caught_up: bool = False
    done: bool = False
    error: str | None = None
    dropped: int = 0
    inserted: int = 0
    counts: Counts = ()
    phase: str = READING

    @property
    def progress(self) -> tuple[object, ...]:
        """Everything but the records, to compare two states by; how much of a pipe was read is shown nowhere."""
        reached = None if self.bytes_total is None else (self.bytes_read, self.bytes_total)
        return (self.notices, reached, self.caught_up, self.done, self.error, self.dropped)


class Feed(Protocol):
    """Reads the records of one run in the background."""

    @property
    def state(self) -> FeedState:
        """The newest state."""

    def start(self, changed: Callable[[], object]) -> None:
        """Begin, once; `changed` is called after every new state, in a thread of the feed."""

    def close(self) -> None:
        """Stop; returns within a second."""


class ReaderFeed:
    """Reads the batches of one reader in threads and publishes them as states.

    Args:
        reader: The reader; its batches are consumed once.
        spill: The folder on disk for full chunks; None keeps them in memory.
        turn: Held while what was there at the start is read, so that feeds that share it read one after the other.
    """

    def __init__(self, reader: ReaderLike, spill: Spill | None = None, turn: threading.Semaphore | None = None) -> None:
        self._reader = reader
        self._spill = spill
        self._turn = turn
        self._queue: queue.Queue[Batch | None] = queue.Queue(_QUEUED_BATCHES)
        self._stop = threading.Event()
        self._changed: Callable[[], object] = lambda: None
        self._state = FeedState(bytes_total=reader.progress.bytes_total)
        self._error: str | None = None
        self._threads = [
            threading.Thread(target=self._read, name="logtui-read", daemon=True),
            threading.Thread(target=self._publish, name="logtui-publish", daemon=True),
        ]

    @property
    def state(self) -> FeedState:
        """The newest state."""
        return self._state

    def start(self, changed: Callable[[], object]) -> None:
        """Begin to read, once; `changed` is called after every new state, in the publishing thread."""
        self._changed = changed
        for thread in self._threads:
            if thread.ident is None:
                thread.start()

    def close(self) -> None:
        """Stop both threads; returns within a second even if the input never answers."""
        self._stop.set()
        threading.Thread(target=self._reader.close, name="logtui-close", daemon=True).start()
        deadline = time.monotonic() + _JOIN_SECONDS
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _read(self) -> None:
        if self._turn is None:
            self._read_all(lambda: None)
            return
        while not self._turn.acquire(timeout=_TICK):
            if self._stop.is_set():
                return
        with ExitStack() as turn:
            turn.callback(self._turn.release)
            self._read_all(turn.close)

    def _read_all(self, caught_up: Callable[[], object]) -> None:
        """Read to the end; `caught_up` is called, perhaps often, once what was there at the start has been read."""
        try:
            for batch in self._reader.batches():
                if not self._hand_over(batch):
                    return
                if self._reader.progress.done:
                    caught_up()
        except LogtuiError as error:
            self._error = str(error)
        except Exception as error:  # a crash while reading must reach the screen, not a lost thread
            self._error = f"reading failed: {type(error).__name__}: {error}"
        self._hand_over(None)

    def _hand_over(self, batch: Batch | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(batch, timeout=_TICK)
            except queue.Full:
                continue
            return True
        return False

    def _publish(self) -> None:
        backlog = _Backlog(self._spill)
        due, ended = 0.0, False
        while not (self._stop.is_set() or ended):
            ended = self._collect(backlog, due)
            if self._swap(backlog, ended=ended):
                due = time.monotonic() + _TICK

    def _collect(self, backlog: _Backlog, due: float) -> bool:
        """Gather batches until a publication is due; returns whether the reader has ended."""
        while not self._stop.is_set():
            left = due - time.monotonic()
            if backlog.fresh and left <= 0:
                return False
            try:
                batch = self._queue.get(timeout=left if backlog.fresh else _TICK)
            except queue.Empty:
                return False
            if batch is None:
                return True
            is_first = not backlog.fresh
            backlog.add(batch)
            if is_first and self._state.run.parts:
                due = max(due, time.monotonic() + _SETTLE)
        return True

    def _swap(self, backlog: _Backlog, *, ended: bool) -> bool:
        backlog.fold()
        old, progress = self._state, self._reader.progress
        state = FeedState(
            notices=tuple(self._reader.notices),
            bytes_read=progress.bytes_read,
            bytes_total=progress.bytes_total,
            caught_up=old.caught_up or (progress.done and self._queue.empty()),
            done=ended,
            error=self._error,
            dropped=backlog.dropped,
            inserted=backlog.inserted,
        )
        if not backlog.fresh and state.progress == old.progress:
            return False
        self._state = replace(state, run=Run(*backlog.take()))
        self._changed()
        return True


class _Backlog:
    """Turns batches into chunks; small batches are gathered first, so that each is copied only once here."""

    def __init__(self, spill: Spill | None) -> None:
        self.fresh = False
        self.dropped = 0
        self.inserted = 0
        self._spill = spill
        self._chunks: tuple[Chunk, ...] = ()
        self._frames: list[pl.DataFrame] = []
        self._rows = 0
        self._provisional = NO_RECORDS

    def add(self, batch: Batch) -> None:
        """Take in a batch."""
        match batch:
            case Provisional(frame):
                self._replace(frame)
            case Records(frame) if frame.height:
                self._append(frame)

    def _replace(self, provisional: pl.DataFrame) -> None:
        # A quiet reader yields the same provisional records again and again, which need no publication.
        self.fresh = self.fresh or provisional is not self._provisional
        self._provisional = provisional

    def _append(self, records: pl.DataFrame) -> None:
        self.fresh = True
        if self._provisional.height:
            # Provisional records of other sources stay, else they would disappear until their source is quiet again.
            self._provisional = self._provisional.join(records, on="source", how="anti", maintain_order="left")
        self._frames.append(records)
        self._rows += records.height
        if self._rows >= CHUNK_ROWS // 2:
            self.fold()

    def take(self) -> tuple[tuple[Chunk, ...], pl.DataFrame]:
        """All chunks so far and the provisional records, marked as published."""
        self.fresh = False
        return self._chunks, self._provisional

    def fold(self) -> None:
        """Make chunks of the batches that were gathered."""
        if self._frames:
            joined = self._frames[0] if len(self._frames) == 1 else pl.concat(self._frames, how="diagonal_relaxed")
            before, fresh = merged_at_end(self._chunks, joined)
            self.inserted += fresh is not joined
            self._chunks = append(before, fresh, self._spill)
            self._frames, self._rows = [], 0
            self._make_room()

    def _make_room(self) -> None:
        """Drop the oldest chunks while all together exceed the limit on disk."""
        if self._spill is None:
            return
        taken = sum(chunk.bytes for chunk in self._chunks)
        while taken > self._spill.limit and len(self._chunks) > 1:
            oldest, *newer = self._chunks
            taken -= oldest.bytes
            self.dropped += oldest.rows
            self._chunks = tuple(newer)
