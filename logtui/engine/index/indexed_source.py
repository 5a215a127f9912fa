"""A file that is read through its index: only what can match, and behind that what is not indexed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.index.file_index import INDEXED_BYTES, FileIndex
from logtui.engine.read.source_reader import Batch, SourceReader
from logtui.engine.search.planner import Planner, SegmentPlan
from logtui.errors import StoreError
from logtui.query import count_keys
from logtui.sources import FileSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from logtui.engine.read.source_reader import ReadOptions
    from logtui.engine.search.planner import Plan
    from logtui.engine.search.streaming import Search
    from logtui.store import Cache, Segment

_SAMPLE_ROWS: Final = 200


class IndexedSource:
    """Reads one indexed file for one search.

    Args:
        index: The file's index.
        rest: A reader of the same file, which has not begun.
        search: What is wanted.
    """

    def __init__(self, index: FileIndex, rest: SourceReader, search: Search) -> None:
        self.source = rest.source
        self._index = index
        self._rest = rest
        self._search = search
        checkpoint = index.checkpoint(rest)
        if checkpoint is not None:
            rest.resume(checkpoint)

    @property
    def problem(self) -> str | None:
        """Why reading ended early, None if it did not."""
        return self._rest.problem

    def plan(self) -> Plan:
        """How the indexed part answers the search."""
        keys = count_keys(self._search.predicate.pipes)
        return Planner(self._index.store).plan(self._search, self.segments, keys)

    def columns(self, segment: Segment) -> list[str]:
        """The columns of a segment that the search reads."""
        reads = set(self._search.predicate.reads(segment.columns).columns) | {"timestamp"}
        return [name for name in segment.columns if name in reads]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The indexed part of the file."""
        return self._index.segments()

    def sample(self) -> pl.DataFrame:
        """Some of the first records, whether they match or not."""
        first = self.segments[0]
        return first.lazy().head(_SAMPLE_ROWS).select(first.columns).collect()

    def newest(self) -> datetime | None:
        """The latest time of the indexed records."""
        lasts = [times[1] for segment in self.segments if (times := segment.facts.times)]
        return pl.Series([max(lasts)]).cast(pl.Datetime("ns", "UTC"))[0] if lasts else None

    def batches(self) -> Iterator[Batch]:
        """The records that the search wants, and those that have not been looked at.

        Yields:
            Answers, or weighed frames if the search only counts; then batches of the rest of the file.
        """
        is_counted = count_keys(self._search.predicate.pipes) is not None
        for plan in self.plan().segments:
            if plan.counted is not None and is_counted:
                yield Batch(plan.counted, is_answer=True)
            else:
                yield from (Batch(frame, is_answer=True) for frame in self._rows(plan))
        yield from self._rest.batches()

    def _rows(self, plan: SegmentPlan) -> Iterator[pl.DataFrame]:
        makes_table = self._search.predicate.makes_table
        yield from plan.frames(self._search, self.columns(plan.segment) if makes_table else plan.segment.columns)


class Indexes:
    """The indexes of a cache, for searches over files.

    Args:
        cache: Where indexes are kept.
        options: How files are read.
        build: Whether to index a large file that is not, or not to its end.

    Attributes:
        notices: Why files are read without an index, a line each.
    """

    def __init__(self, cache: Cache, options: ReadOptions, *, build: bool = False) -> None:
        self._cache = cache
        self._options = options
        self._build = build
        self.notices: list[str] = []

    def opener(self, search: Search) -> Callable[[SourceReader], IndexedSource | None]:
        """What gives readers the indexes of their files for one search."""
        return lambda reader: self._opened(reader, search)

    def _opened(self, reader: SourceReader, search: Search) -> IndexedSource | None:
        source = reader.source
        if not isinstance(source, FileSource) or (source.size or 0) < INDEXED_BYTES:
            return None
        try:
            index = FileIndex(source.path, self._options, self._cache)
            if self._build and not index.is_current():
                index.build()
            if not index.exists() or not index.segments():
                return None
            return IndexedSource(index, reader, search)
        except (StoreError, OSError) as error:
            self.notices.append(f"reading without an index: {error}")
            return None
