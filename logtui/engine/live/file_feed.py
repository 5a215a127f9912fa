"""Feeds a large file to the screen: its first records at once, segments as another process makes them, then its end."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, zip_longest
from typing import IO, TYPE_CHECKING, Final

from logtui.engine.index import INDEXED_BYTES
from logtui.engine.index.file_index import OVERVIEW, FileIndex, Task
from logtui.engine.live.feed import FeedState, ReaderFeed
from logtui.engine.live.snapshot import Chunk, Run
from logtui.engine.live.spill import Spill
from logtui.engine.read.batch import final_frames
from logtui.engine.read.opening import open_inputs
from logtui.engine.search.datasets import parts_of_store
from logtui.errors import LogtuiError
from logtui.model.allocation import ALLOCATION
from logtui.sources import FileSource, FollowedFile, Resolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.engine.live.feed import Feed
    from logtui.engine.read.opening import Opened
    from logtui.engine.read.options import ReadOptions
    from logtui.engine.search.overview import Overview
    from logtui.engine.search.part import PlacedPart
    from logtui.sources import Source
    from logtui.store import Cache, Store

_PREVIEW_BATCHES: Final = 2
_GROUP: Final = 64
"""Small files that are read together. Records of no file can be shown before each of the others has been begun, at 25
ms a file, since one that is earlier could still come."""

_OVERVIEW_BYTES: Final = 32 * 1024 * 1024
"""Size from which all records are counted before they are indexed; the index of a smaller file takes a second."""

_RETRY_SECONDS: Final = 0.1
_turns: Final = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))
"""Limits how many indexers run at once: each keeps two cores busy."""


class FileFeed:
    """Shows one file from its index, from the process that builds the index, and from a reader of the rest.

    Args:
        source: A plain file.
        options: How it is read.
        cache: The folder of indexes.
    """

    def __init__(self, source: FileSource, options: ReadOptions, cache: Cache) -> None:
        self._source = source
        self._options = options
        self._cache = cache
        self._state = FeedState(bytes_total=source.size)
        self._changed: Callable[[], object] = lambda: None
        self._parts: tuple[Store, Callable[[], tuple[PlacedPart, ...]]] | None = None
        self._stored: tuple[PlacedPart, ...] = ()
        self._overview: Overview | None = None
        self._indexer: subprocess.Popen[bytes] | None = None
        self._rest: ReaderFeed | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="logtui-index", daemon=True)

    @property
    def state(self) -> FeedState:
        """The newest state."""
        return self._state

    def start(self, changed: Callable[[], object]) -> None:
        """Begin, once; `changed` is called after every new state, in a thread of the feed."""
        self._changed = changed
        self._thread.start()

    def close(self) -> None:
        """Stop the threads and the process."""
        with self._lock:
            self._closed = True
            rest = self._rest
        if self._indexer is not None:
            self._indexer.kill()
            self._indexer.wait()
        if rest is not None:
            rest.close()

    def _run(self) -> None:
        reader = self._reader()
        try:
            index = FileIndex(self._source.path, self._options, self._cache)
            self._bring_up_to_date(index)
            checkpoint = index.checkpoint(reader.sources[0])
            if checkpoint is not None:
                self._show(index)
                reader.sources[0].resume(checkpoint)
        except (LogtuiError, OSError) as error:
            notice = f"{self._source.name}: reading without an index: {error}"
            self._state = replace(self._state, notices=(*self._state.notices, notice))
            self._stored, self._overview = (), None
        self._read_on(reader)

    def _bring_up_to_date(self, index: FileIndex) -> None:
        """Show the indexed part of the file, and index the rest if it is large."""
        is_there = index.exists()
        if is_there:
            self._show(index)
        else:
            self._preview()
        left = (self._source.size or 0) - (index.indexed_bytes() if is_there else 0)
        if left >= INDEXED_BYTES:
            self._index(index)

    def _preview(self) -> None:
        reader = self._reader()
        frames = list(final_frames(islice(reader.batches(), _PREVIEW_BATCHES)))
        reader.close()
        self._publish(tuple(Chunk(frame) for frame in frames if len(frame)), 0)

    def _index(self, index: FileIndex) -> None:
        """Index the file in another process, once it is this file's turn, and show segments as they are published."""
        while not _turns.acquire(timeout=_RETRY_SECONDS):
            if self._closed:
                return
        try:
            index.prepare()
            self._run_indexer(index)
        finally:
            _turns.release()

    def _run_indexer(self, index: FileIndex) -> None:
        has_overview = (self._source.size or 0) >= _OVERVIEW_BYTES
        task = Task(self._source.path, self._options, self._cache, has_overview)
        with self._lock:
            if self._closed:
                return
            command = [sys.executable, "-m", "logtui.engine.index.file_index"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            environment = {**ALLOCATION, **os.environ}
            self._indexer = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]  # three pipes
        with self._indexer as indexer:
            _send(indexer.stdin, pickle.dumps(task))
            for line in indexer.stdout or ():
                name, count = line.split()
                self._show_progress(index, name.decode(), int(count))
            problem = (indexer.stderr.read() if indexer.stderr else b"").decode("utf-8", "replace").strip()
        if indexer.returncode and not self._closed:
            raise LogtuiError(problem.split("\n")[-1] or "the indexing process ended early")

    def _show_progress(self, index: FileIndex, phase: str, reached: int) -> None:
        self._state = replace(self._state, phase=phase)
        if phase == OVERVIEW:
            self._publish(self._state.run.parts, reached)
            return
        self._overview = self._overview or index.overview()
        self._show(index, reached)

    def _show(self, index: FileIndex, reached: int | None = None) -> None:
        """Publish the segments so far.

        Args:
            index: The index.
            reached: Bytes of the file indexed so far, None to ask the index.
        """
        segments = index.segments() if index.folder.is_dir() else ()
        if segments or reached is None:
            self._stored = self._parts_of(index)
        self._publish(self._stored or self._state.run.parts, index.indexed_bytes() if reached is None else reached)

    def _parts_of(self, index: FileIndex) -> tuple[PlacedPart, ...]:
        """The segments as parts; a segment has the same part as long as its store is open, so results can be reused."""
        store = index.store
        if self._parts is None or self._parts[0] is not store:
            self._parts = (store, parts_of_store(store))
        return self._parts[1]()

    def _publish(self, parts: tuple[PlacedPart, ...], reached: int) -> None:
        self._state = replace(self._state, run=Run(parts, overview=self._overview), bytes_read=reached)
        self._changed()

    def _read_on(self, reader: Opened) -> None:
        """Read the rest of the file, behind the segments, in this process."""
        with self._lock:
            if self._closed:
                return
            self._rest = ReaderFeed(reader, Spill())
        before = self._state
        self._rest.start(lambda: self._add(before))

    def _add(self, before: FeedState) -> None:
        """Publish the records in memory behind the segments."""
        rest = self._rest.state if self._rest else FeedState()
        overview = None if rest.caught_up else self._overview
        run = Run((*self._stored, *rest.run.parts), rest.run.open, overview)
        self._state = replace(rest, run=run, notices=(*before.notices, *rest.notices))
        self._changed()

    def _reader(self) -> Opened:
        options = replace(self._options, message_fields=True)
        return open_inputs(Resolved((FollowedFile(self._source.path),), ()), options)


def _send(stream: IO[bytes] | None, data: bytes) -> None:
    if stream is not None:
        stream.write(data)
        stream.flush()


def feeds_of(found: Resolved, options: ReadOptions, cache: Cache | None) -> list[Feed]:
    """Make the feeds of some inputs.

    Args:
        found: The inputs.
        options: How they are read.
        cache: The folder of indexes; None reads without indexes.

    Returns:
        One feed for each large plain file; one for all others together, or one for each `_GROUP` of them, which read
        one after the other.
    """
    large = [
        source
        for source in found.sources
        if cache and isinstance(source, FileSource) and (source.size or 0) >= INDEXED_BYTES
    ]
    small = [source for source in found.sources if source not in large]
    turn = threading.Semaphore() if len(small) > _GROUP else None
    if turn:
        small.sort(key=_written)
    groups = [tuple(small[first : first + _GROUP]) for first in range(0, max(1, len(small)), _GROUP)]
    feeds: list[Feed] = []
    for group, problems in zip_longest(groups, [found.problems], fillvalue=()):
        if group or problems:
            reader = open_inputs(Resolved(group, problems), replace(options, message_fields=True))
            feeds.append(ReaderFeed(reader, Spill(), turn))
    return feeds + [FileFeed(source, options, cache) for source in large if cache]


def _written(source: Source) -> datetime:
    """When a source was last written: those that were written first are read first."""
    return source.modified or datetime.max.replace(tzinfo=UTC)
