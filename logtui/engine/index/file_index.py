"""A file into its store: segments are sealed in one thread while the next ones are read in others.

`python -m logtui.engine.index.file_index` does it in a process of its own, for what a front end sends on its stdin;
it prints the bytes that it has come to, a number a line, and ends when that pipe is closed.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.engine.read.batch import final_frames
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.opening import open_inputs
from logtui.engine.read.source_reader import SourceReader
from logtui.errors import LogtuiError, StoreBusyError, StoreError, StoreVersionError
from logtui.formats import with_message_fields
from logtui.sources import Change, FileFingerprint, FileSource, Resolved
from logtui.store import SEGMENT_BYTES, SEGMENT_ROWS, Cache, Store, peek, remove_store
from logtui.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from logtui.engine.read.opening import Opened
    from logtui.engine.read.options import ReadOptions
    from logtui.store import Segment

_VERSION: Final = 4
"""Of what reading makes of a file; another one makes all indexes void."""

_SHORT_REST: Final = 1024 * 1024
_NICENESS: Final = 10
_PATIENCE: Final = 0.2
_SMALL_SEGMENT: Final = SEGMENT_ROWS // 2


class FileState(msgspec.Struct, frozen=True):
    """The file as it was when it was indexed.

    Attributes:
        path: Where it was.
        fingerprint: The file, read up to the checkpoint.
    """

    path: str
    fingerprint: FileFingerprint


def index_key(path: Path, options: ReadOptions) -> str:
    """What a file's index is kept under: the file's identity, its first bytes, and how it is read.

    Args:
        path: The file.
        options: How it is read.

    Returns:
        A name for a folder.
    """
    own = tuple((each.name, each.patterns, each.checks, each.refinements) for each in options.own_formats)
    told = (
        (_VERSION, VERSION, pl.__version__),
        FileFingerprint.of_start(path).identity,
        (options.format, str(options.zone_of(str(path))), options.year, options.force, options.encoding, own),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


class FileIndex:
    """The index of one plain file as it is in the cache.

    Args:
        path: The file.
        options: How it is read; fields in messages are always among the records of an index.
        cache: Where indexes are kept.
    """

    def __init__(self, path: Path, options: ReadOptions, cache: Cache) -> None:
        self.path: Final = path
        self.options: Final = replace(options, message_fields=False)
        self.cache: Final = cache
        self.folder: Final = cache.folder(index_key(path, options))
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store, open for reading."""
        if self._store is None:
            self._store = Store(self.folder, source=str(self.path))
        return self._store

    def exists(self) -> bool:
        """Whether there is an index that holds for the first part of the file, or for all of it.

        Raises:
            StoreVersionError: If a newer logtui has written the index.
        """
        if not self.folder.is_dir():
            return False
        try:
            return _is_valid(self.path, self._state()) and all(segment.is_whole() for segment in self.segments())
        except StoreVersionError:
            raise  # not damaged: the newer logtui goes on with it
        except StoreError:
            return False  # damaged; it is made anew

    def is_current(self) -> bool:
        """Whether what the index lacks of the file is read sooner than it is indexed."""
        is_near = self.exists() and self.path.stat().st_size - self.indexed_bytes() < _SHORT_REST
        return is_near and not _without_outlines(self.store)

    def segments(self) -> tuple[Segment, ...]:
        """The segments so far."""
        return self.store.segments()

    def open_rest(self) -> Opened:
        """The file, open behind what is indexed of it."""
        opened = open_inputs(Resolved((FileSource(self.path),), ()), self.options)
        if checkpoint := self.checkpoint(opened.sources[0]):
            opened.sources[0].resume(checkpoint)
        return opened

    def checkpoint(self, reader: SourceReader) -> Checkpoint | None:
        """Where a reader of the file goes on behind the segments; None if nothing is indexed."""
        data = self.store.state("checkpoint")
        return Checkpoint.unpacked(data, reader.fresh_clock) if data else None

    def indexed_bytes(self) -> int:
        """Bytes of the file that the segments hold."""
        state = self._state()
        return state.fingerprint.read if state else 0

    def prepare(self) -> None:
        """Remove an index that does not hold any more, and make room for another one.

        Raises:
            StoreError: If somebody uses it.
        """
        if self.folder.is_dir() and not self._is_new() and not self.exists():
            self.close()
            if not remove_store(self.folder):
                raise StoreError(f"{self.path}: its index is out of date and in use by another process")
        self.close()
        self.cache.evict(self.path.stat().st_size // 2)

    def build(self, told: Callable[[int], None] = lambda _bytes: None) -> None:
        """Index what is not indexed yet; returns when the file's present end is reached.

        Args:
            told: Called with the bytes that reading has come to.

        Raises:
            StoreError: If the disk refuses.
            SourceError: If the file cannot be read.
        """
        self.prepare()
        with self._writable(told) as store, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            reader = SourceReader(FileSource(self.path), self.options, pool, lookahead=os.cpu_count() or 1)
            if data := store.state("checkpoint"):
                reader.resume(Checkpoint.unpacked(data, reader.fresh_clock))
            _Sealing(self.path, store).run(reader, told)
            if reader.problem:
                raise StoreError(reader.problem)
            reached = reader.checkpoint.place.offset if reader.checkpoint else 0
            told(reached)
            for _ in pool.map(store.outline, _without_outlines(store)):
                told(reached)

    def _writable(self, told: Callable[[int], None]) -> Store:
        """The store, once no other process writes to it; what that one does meanwhile is told."""
        while True:
            try:
                return Store(self.folder, writable=True)
            except StoreBusyError:
                told(self.indexed_bytes())
                self.close()
                time.sleep(_PATIENCE)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _is_new(self) -> bool:
        """Whether somebody has begun an index that holds nothing yet."""
        try:
            return self._state() is None
        except StoreVersionError:
            raise
        except StoreError:
            return False

    def _state(self) -> FileState | None:
        data = self.store.state("file")
        return msgspec.msgpack.decode(data, type=FileState) if data else None


@dataclass(frozen=True, slots=True)
class CachedFile:
    """An index in the cache.

    Attributes:
        path: The file that was indexed; empty if that is not known.
        size: Bytes of the index.
        used: When it was last used (UTC).
    """

    path: str
    size: int
    used: datetime


class _Indexed(msgspec.Struct, frozen=True):
    """What the state of an index tells in all versions."""

    path: str


def cached_files(cache: Cache) -> list[CachedFile]:
    """All indexes in a cache, the one used last first."""
    found = []
    for entry in cache.entries():
        try:
            state = peek(entry.path, "file")
        except StoreError:
            state = None
        path = msgspec.msgpack.decode(state, type=_Indexed).path if state else ""
        found.append(CachedFile(path, entry.size, entry.used))
    return found


def _without_outlines(store: Store) -> list[Segment]:
    """The segments of which it is not known what their texts may hold."""
    segments = store.segments()
    outlines = store.outlines(segments)
    return [segment for segment, texts in zip(segments, outlines, strict=True) if texts is None]


class _Sealing:
    """Gathers records and seals them as segments; at most one segment waits for another."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path = path
        self._store = store
        self._frames: list[pl.DataFrame] = []
        self._rows = self._bytes = 0
        self._started = FileFingerprint.of(path, 0)
        self._replaces: Sequence[Segment] = ()
        self._pending: Future[None] | None = None

    def run(self, reader: SourceReader, told: Callable[[int], None]) -> None:
        """Read to the end of the file."""
        self._take_back_small_segment()
        checkpoint = reader.checkpoint
        with ThreadPoolExecutor(1, thread_name_prefix="logtui-seal") as sealer:
            for frame in final_frames(reader.batches()):
                if reader.checkpoint is None or reader.checkpoint is checkpoint:
                    continue
                checkpoint = reader.checkpoint
                self._add(frame)
                told(checkpoint.place.offset)
                if self._rows >= SEGMENT_ROWS or self._bytes >= SEGMENT_BYTES:
                    self._seal(sealer, checkpoint)
            if checkpoint is not None:
                self._seal(sealer, checkpoint)
            if self._pending:
                self._pending.result()

    def _take_back_small_segment(self) -> None:
        """Let a small last segment grow instead of putting another small one behind it."""
        last = self._store.segments()[-1:]
        if last and last[0].facts.rows < _SMALL_SEGMENT:
            self._replaces = last
            self._add(last[0].lazy().select(last[0].columns).collect())

    def _add(self, records: pl.DataFrame) -> None:
        if records.height:
            self._frames.append(records)
            self._rows += records.height
            self._bytes += int(records["bytes"].sum())

    def _seal(self, sealer: ThreadPoolExecutor, checkpoint: Checkpoint) -> None:
        if self._pending:
            self._pending.result()
        frames, replaces = self._frames, self._replaces
        self._frames, self._rows, self._bytes, self._replaces = [], 0, 0, ()
        self._pending = sealer.submit(self._seal_now, frames, checkpoint, replaces)

    def _seal_now(self, frames: list[pl.DataFrame], checkpoint: Checkpoint, replaces: Sequence[Segment]) -> None:
        state = {"checkpoint": checkpoint.packed(), "file": msgspec.msgpack.encode(self._file_state(checkpoint))}
        if not frames:
            self._store.note(state)
            return
        records = pl.concat([with_message_fields(frame) for frame in frames], how="diagonal_relaxed")
        self._store.seal(records, state, replaces=replaces)

    def _file_state(self, checkpoint: Checkpoint) -> FileState:
        if not self._started.is_at(self._path):
            raise StoreError(f"{self._path}: replaced by another file while it was indexed")
        fingerprint = self._started.read_to(self._path, checkpoint.place.offset)
        return FileState(str(self._path.absolute()), fingerprint)


def _is_valid(path: Path, state: FileState | None) -> bool:
    """Whether a file still begins with what was indexed; one that was written without growing may not."""
    return state is not None and state.fingerprint.change_of(path) in (Change.NONE, Change.GROWN)


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is to index."""

    path: Path
    options: ReadOptions
    cache: Cache


def main() -> int:
    """Index the file that standard input names; the exit code is 1 if that failed."""
    task: Task = pickle.load(sys.stdin.buffer)
    os.nice(_NICENESS)
    try:
        FileIndex(task.path, task.options, task.cache).build(_tell)
    except LogtuiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _tell(count: int) -> None:
    sys.stdout.write(f"{count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
