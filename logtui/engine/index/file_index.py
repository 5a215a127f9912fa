"""Builds the index of a file: segments are sealed in one thread while the next ones are read in others.

`python -m logtui.engine.index.file_index` builds it in a process of its own. It reads a pickled `Task` from standard
input and prints one line per step: the pass, `overview` or `index`, and how many bytes of the file it has done; it ends
if that pipe is closed.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.engine.read.batch import final_frames
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.opening import open_inputs
from logtui.engine.read.source_reader import SourceReader
from logtui.engine.search.overview import OVERVIEW_COLUMNS, Overview, OverviewCounter
from logtui.errors import LogtuiError, StoreBusyError, StoreError, StoreVersionError
from logtui.formats import with_message_fields
from logtui.sources import Change, FileFingerprint, FileSource, Resolved
from logtui.store import SEGMENT_BYTES, SEGMENT_ROWS, Cache, Store, peek, remove_store
from logtui.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path

    from logtui.engine.read.opening import Opened
    from logtui.engine.read.options import ReadOptions
    from logtui.store import Segment

_VERSION: Final = 4
"""Version of the records that reading makes of a file; a new version makes all older indexes invalid."""

_SHORT_REST: Final = 1024 * 1024
"""So many bytes behind the index are read rather than indexed."""

_NICENESS: Final = 10
_RETRY_SECONDS: Final = 0.2
_SMALL_SEGMENT: Final = SEGMENT_ROWS // 2


OVERVIEW: Final = "overview"
INDEX: Final = "index"
"""The passes over a file, as progress names them."""


class FileState(msgspec.Struct, frozen=True):
    """The file as it was when it was indexed.

    Attributes:
        path: Its absolute path.
        fingerprint: Its fingerprint, with the bytes up to the checkpoint as read.
    """

    path: str
    fingerprint: FileFingerprint


class _KnownOverview(msgspec.Struct, frozen=True):
    """A packed overview, and the file as it was when it had been counted."""

    file: FileState
    overview: bytes


def index_key(path: Path, options: ReadOptions) -> str:
    """Name the index of a file by everything that its records depend on: the versions, the file, and how it is read.

    Args:
        path: The file.
        options: How it is read.

    Returns:
        The name of the index's folder in the cache.
    """
    own = tuple((each.name, each.patterns, each.checks, each.refinements) for each in options.own_formats)
    parts = (
        (_VERSION, VERSION, pl.__version__),
        FileFingerprint.of_start(path).identity,
        (options.format, str(options.zone_of(str(path))), options.year, options.force, options.encoding, own),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


class FileIndex:
    """The index of one plain file, in the cache.

    Args:
        path: The file.
        options: How it is read; an index always holds the `key=value` fields of messages.
        cache: The folder of all indexes.
    """

    def __init__(self, path: Path, options: ReadOptions, cache: Cache) -> None:
        self.path: Final = path
        self.options: Final = replace(options, message_fields=False)
        self.cache: Final = cache
        self.folder: Final = cache.folder(index_key(path, options))
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store of the index, opened for reading at the first use."""
        if self._store is None:
            self._store = Store(self.folder, source=str(self.path))
        return self._store

    def exists(self) -> bool:
        """Whether there is an intact index of the file or of its first part.

        Raises:
            StoreVersionError: If a newer logtui has written the index.
        """
        if not self.folder.is_dir():
            return False
        try:
            return _is_valid(self.path, self._state()) and all(segment.is_whole() for segment in self.segments())
        except StoreVersionError:
            raise  # not damaged: the newer logtui can still use it, so it must not be removed
        except StoreError:
            return False  # damaged: it will be removed and built again

    def is_current(self) -> bool:
        """Whether the index is complete, except for a rest of the file that is short enough to be read instead."""
        is_near = self.exists() and self.path.stat().st_size - self.indexed_bytes() < _SHORT_REST
        return is_near and not self.store.not_outlined()

    def segments(self) -> tuple[Segment, ...]:
        """The segments published so far, in the order of the file."""
        return self.store.segments()

    def open_rest(self) -> Opened:
        """Open the file for reading from where the index ends."""
        opened = open_inputs(Resolved((FileSource(self.path),), ()), self.options)
        if checkpoint := self.checkpoint(opened.sources[0]):
            opened.sources[0].resume(checkpoint)
        return opened

    def checkpoint(self, reader: SourceReader) -> Checkpoint | None:
        """The state from which a reader resumes behind the segments; None if nothing is indexed."""
        data = self.store.state("checkpoint")
        return Checkpoint.unpacked(data, reader.fresh_clock) if data else None

    def indexed_bytes(self) -> int:
        """How many bytes of the file, from its start, the segments hold."""
        state = self._state()
        return state.fingerprint.read if state else 0

    def prepare(self) -> None:
        """Remove an index that no longer fits the file, and evict old indexes to make room for the new one.

        Raises:
            StoreError: If the index to remove is in use.
        """
        if self.folder.is_dir() and not self._is_new() and not self.exists():
            self.close()
            if not remove_store(self.folder):
                raise StoreError(f"{self.path}: its index is out of date and in use by another process")
        self.close()
        self.cache.evict(self.path.stat().st_size // 2)

    def overview(self) -> Overview | None:
        """What counting all records has found before they were indexed; None if that was not done, or is outdated."""
        data = self.store.state("overview")
        if not data:
            return None
        known = msgspec.msgpack.decode(data, type=_KnownOverview)
        return Overview.unpacked(known.overview) if _is_valid(self.path, known.file) else None

    def build(
        self,
        on_progress: Callable[[int], None] = lambda _bytes: None,
        on_overview: Callable[[int], None] | None = None,
    ) -> None:
        """Index the file from where the index ends to the file's present end.

        Args:
            on_progress: Called with the number of bytes indexed so far, from the start of the file.
            on_overview: Called with the number of bytes counted so far, while an overview of a file that is not indexed
                yet is made; None to make none.

        Raises:
            StoreError: If the index cannot be written.
            SourceError: If the file cannot be read.
        """
        self.prepare()
        with self._writable(on_progress) as store, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            if on_overview and not (store.segments() or self.overview()):
                self._count(store, pool, on_overview)
            reader = self._reader(pool)
            if data := store.state("checkpoint"):
                reader.resume(Checkpoint.unpacked(data, reader.fresh_clock))
            _Sealer(self.path, store).run(reader, on_progress)
            if reader.problem:
                raise StoreError(reader.problem)
            reached = reader.checkpoint.place.offset if reader.checkpoint else 0
            on_progress(reached)
            waiting = store.not_outlined()
            for _ in pool.map(store.outline, (each for each in store.segments() if each.number in waiting)):
                on_progress(reached)
            store.note({"overview": b""})  # the index says by itself what it holds

    def _count(self, store: Store, pool: Executor, on_overview: Callable[[int], None]) -> None:
        """Read the few columns that an overview needs, and keep the overview in the store."""
        start, counter, reader = FileFingerprint.of(self.path, 0), OverviewCounter(), self._reader(pool)
        for frame in final_frames(reader.batches(OVERVIEW_COLUMNS)):
            counter.add(frame)
            on_overview(reader.decoded_bytes)
        state = _state_of(self.path, start, reader.decoded_bytes)
        store.note({"overview": msgspec.msgpack.encode(_KnownOverview(state, counter.overview().packed()))})

    def _reader(self, pool: Executor) -> SourceReader:
        return SourceReader(FileSource(self.path), self.options, pool, lookahead=os.cpu_count() or 1)

    def _writable(self, on_progress: Callable[[int], None]) -> Store:
        """Open the store for writing, waiting while another process writes to it and reporting that one's progress."""
        while True:
            try:
                return Store(self.folder, writable=True)
            except StoreBusyError:
                on_progress(self.indexed_bytes())
                self.close()
                time.sleep(_RETRY_SECONDS)

    def close(self) -> None:
        """Close the store; the next use opens it again."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _is_new(self) -> bool:
        """Whether the index was only begun, perhaps by another process, and holds nothing yet."""
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
    """The part of `FileState` that all versions of an index have."""

    path: str


def cached_files(cache: Cache) -> list[CachedFile]:
    """List all indexes in a cache, the last used first."""
    found = []
    for entry in cache.entries():
        try:
            state = peek(entry.path, "file")
        except StoreError:
            state = None
        path = msgspec.msgpack.decode(state, type=_Indexed).path if state else ""
        found.append(CachedFile(path, entry.size, entry.used))
    return found


class _Sealer:
    """Gathers records and seals them as segments; reading waits if two segments are to be sealed at once."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path = path
        self._store = store
        self._frames: list[pl.DataFrame] = []
        self._rows = self._bytes = 0
        self._started = FileFingerprint.of(path, 0)
        self._replaces: Sequence[Segment] = ()
        self._pending: Future[None] | None = None

    def run(self, reader: SourceReader, on_progress: Callable[[int], None]) -> None:
        """Read to the end of the file and seal the records.

        Only records before a checkpoint are taken, since those behind it may still grow.
        """
        self._take_back_small_segment()
        checkpoint = reader.checkpoint
        with ThreadPoolExecutor(1, thread_name_prefix="logtui-seal") as sealer:
            for frame in final_frames(reader.batches()):
                if reader.checkpoint is None or reader.checkpoint is checkpoint:
                    continue
                checkpoint = reader.checkpoint
                self._add(frame)
                on_progress(checkpoint.place.offset)
                if self._rows >= SEGMENT_ROWS or self._bytes >= SEGMENT_BYTES:
                    self._seal(sealer, checkpoint)
            if checkpoint is not None:
                self._seal(sealer, checkpoint)
            if self._pending:
                self._pending.result()

    def _take_back_small_segment(self) -> None:
        """Start with the records of a small last segment, so that no small segment is left between larger ones."""
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
        file = _state_of(self._path, self._started, checkpoint.place.offset)
        state = {"checkpoint": checkpoint.packed(), "file": msgspec.msgpack.encode(file)}
        if not frames:
            self._store.note(state)
            return
        self._store.seal(_in_one_piece(frames), state, replaces=replaces)


def _in_one_piece(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Join frames with the fields of their messages; the frames are given up, since sealing would hold them beside."""
    joined = pl.concat([with_message_fields(frame) for frame in frames], how="diagonal_relaxed")
    frames.clear()
    return pl.DataFrame([joined.drop_in_place(name).rechunk() for name in joined.columns])


def _state_of(path: Path, start: FileFingerprint, read: int) -> FileState:
    """The state of a file that was read from its start to some byte, by its fingerprint before that."""
    if not start.is_at(path):
        raise StoreError(f"{path}: replaced by another file while it was indexed")
    return FileState(str(path.absolute()), start.read_to(path, read))


def _is_valid(path: Path, state: FileState | None) -> bool:
    """Whether a file still begins with the indexed bytes; a file that changed without growing may not."""
    return state is not None and state.fingerprint.change_of(path) in (Change.NONE, Change.GROWN)


@dataclass(frozen=True, slots=True)
class Task:
    """The file that an indexing process is to index, and whether it makes an overview first."""

    path: Path
    options: ReadOptions
    cache: Cache
    has_overview: bool = False


def main() -> int:
    """Index the file that standard input names; the exit code is 1 if that failed."""
    task: Task = pickle.load(sys.stdin.buffer)
    os.nice(_NICENESS)
    try:
        index = FileIndex(task.path, task.options, task.cache)
        index.build(partial(_print, INDEX), partial(_print, OVERVIEW) if task.has_overview else None)
    except LogtuiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _print(name: str, count: int) -> None:
    sys.stdout.write(f"{name} {count}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
