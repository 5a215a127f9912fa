"""Stored parts: the segments of a store, which are planned together."""

from __future__ import annotations

import time
import weakref
from dataclasses import replace
from itertools import accumulate, pairwise
from threading import Lock, Timer
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.found_rows import FoundRows
from logtui.engine.search.part import Around, Cost, Extent, Fence, neighbours, part_ids
from logtui.engine.search.planner import Planner
from logtui.engine.search.weighing import Sums, WeighedValues
from logtui.formats.coverage import Covered, Gap
from logtui.model.lru import Lru
from logtui.model.masks import pattern_columns
from logtui.model.twins import twin_column
from logtui.query import count_keys
from logtui.store import PATTERN, ROW, Lease

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from logtui.engine.search.planner import SegmentPlan
    from logtui.engine.search.request import Request
    from logtui.store import Segment, Store
    from logtui.store.segment import Facts

_NO_ROWS: Final = pl.Series(dtype=pl.UInt32)
_NEAR_ROWS: Final = 65_536
"""Rows that are at most this far apart are read as one slice of the file."""

_FEW_ROWS: Final = 256
_TAKEN_BYTES: Final = 16 * 1024 * 1024
"""A record that is read alone costs 8 ms, since whole Parquet pages of all columns are unpacked for it."""

_IDLE_SECONDS: Final = 5.0
"""So long the parts of the last request are kept for the next one: making 400 again takes 15 ms, asking for them 2 ms.
Meanwhile the files of segments that were dropped stay on the disk."""


class StoredParts:
    """Provides the segments of one store as parts; an unchanged segment keeps its part, or at least the id of it.

    Args:
        store: The store.

    Attributes:
        found: The rows that are known to match.
        weighed: The values that are known of matches.
        sums: The sums of those.
        taken: The records that were shown lately.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._planner = Planner(store)
        self.found: Final = FoundRows()
        self.weighed: Final = WeighedValues()
        self.sums: Final = Sums()
        self.taken: Final = Lru[tuple[object, ...], pl.DataFrame](
            _TAKEN_BYTES, lambda frame: int(frame.estimated_size())
        )
        self._ids: dict[int, int] = {}
        self._known: dict[int, StoredPart] = {}
        self._asked_at = 0.0
        self._lock = Lock()
        self._is_watched = False

    def now(self) -> tuple[StoredPart, ...]:
        """The parts of all present segments, in order; their files are kept as long as the parts are in use."""
        with self._lock, self._store.lease() as lease:
            ids = {each.number: self._ids.get(each.number) or next(part_ids) for each in lease.segments}
            if gone := self._ids.keys() - ids.keys():
                self._forget(gone)
            self._ids = ids
            self._known = {
                each.number: self._known.get(each.number) or StoredPart(each, self, self._ids[each.number])
                for each in lease.segments
            }
            self._asked_at = time.monotonic()
            self._watch(_IDLE_SECONDS)
            return tuple(self._known.values())

    def _forget(self, gone: Container[int]) -> None:
        """Forget what is kept of segments that are no more: merging would fill the caches with it."""
        for each in (self.found, self.weighed, self._planner, self._store):
            each.forget(gone)
        self.taken.drop(lambda key: key[0] in gone)

    def _watch(self, seconds: float) -> None:
        """Look after some time whether anybody has asked again."""
        if self._known and not self._is_watched:
            self._is_watched = True
            timer = Timer(seconds, self._let_go)
            timer.daemon = True
            timer.start()

    def _let_go(self) -> None:
        """Keep no parts any more, if nobody has asked for a while."""
        with self._lock:
            self._is_watched = False
            rest = self._asked_at + _IDLE_SECONDS - time.monotonic()
            if rest > 0:
                self._watch(rest)
            else:
                self._known = {}

    def lease(self, segment: Segment) -> Lease:
        """Keep the file of a segment that is leased already."""
        return self._store.lease_again(segment)

    def pieces(self, parts: Sequence[StoredPart], request: Request) -> Iterator[StoredPiece]:
        """Make the pieces of parts; parts that cannot match the request are left out."""
        by_number = {part.segment.number: part for part in parts}
        keys = count_keys(request.condition.pipes)
        plan = self._planner.plan(request, [part.segment for part in parts], keys)
        return (StoredPiece(by_number[one.segment.number], _paged(one, request), request) for one in plan.segments)

    def together(self, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """Put frames of pieces together, as their sum if it is known."""
        return self.sums.of(frames)

    def pattern_table(self, segment: Segment) -> pl.DataFrame:
        """Read `pattern` and `is_cut` of a segment's numbered patterns, in the order of their numbers."""
        return self._planner.pattern_table(segment)


def _paged(plan: SegmentPlan, request: Request) -> SegmentPlan:
    """Drop the counts of a plan if the request has a cursor, because rollups do not know where a page begins."""
    return plan if request.after is None else replace(plan, counted=None)


class StoredPart:
    """A part whose records are in a sealed segment; the file is leased as long as this object lives.

    Args:
        segment: The segment.
        planner: The parts of its store, which plan together.
        number: The id.
    """

    is_complete: Final = True
    is_kept: Final = True

    def __init__(self, segment: Segment, planner: StoredParts, number: int) -> None:
        weakref.finalize(self, planner.lease(segment).release).atexit = False
        facts = segment.facts
        self.id: Final = number
        self.rows: Final = facts.rows
        self.columns: Final = segment.columns
        self.planner: Final = planner
        self.segment: Final = segment
        self.extents: Final[dict[str | None, Extent]] = {
            source: Extent(*bounds) for source, bounds in facts.sources.items()
        }
        self.formats: Final = facts.formats
        self.coverage: Final[dict[str | None, dict[str, Covered]]] = dict.fromkeys(segment.sources, _coverage(facts))
        starts = accumulate((group.rows for group in facts.groups), initial=0)
        self.fences: Final = tuple(
            Fence(start, group.rows, group.first_order, group.last_order)
            for start, group in zip(starts, facts.groups, strict=False)
        )

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame, which reads only the columns and rows that are needed."""
        return self.segment.lazy().select(self.columns)

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Read all records, with some or all of their columns."""
        return self.segment.lazy().select(self.columns if columns is None else columns).collect()

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns of the records with these ascending row numbers; of a few records they are kept."""
        if len(rows) > _FEW_ROWS:
            return self.segment.take(rows, list(columns))
        key = self.segment.number, tuple(columns), tuple(rows)
        found = self.planner.taken.get(key)
        if found is None:
            found = self.segment.take(rows, list(columns))
            self.planner.taken.put(key, found)
        return found

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns, `pattern` and `is_cut` of some records, or of all, in order; few messages are read."""
        table = self.planner.pattern_table(self.segment)
        numbered = self.segment.lazy(rows).select(*columns, number=pl.col(PATTERN), row=pl.col(ROW))
        named = table.lazy().with_row_index("number")
        frame = numbered.join(named, on="number", how="left", maintain_order="left").collect()
        others = frame.filter(pl.col("pattern").is_null())["row"].cast(pl.UInt32).sort()
        messages = self.segment.take(others, ["message"]).select(*pattern_columns(pl.col("message")))
        rest = messages.with_columns(others.cast(frame["row"].dtype))
        joined = frame.update(rest, on="row") if rest.height else frame
        return joined.select(*columns, "pattern", "is_cut")

    def slice(self, start: int, length: int) -> pl.DataFrame:
        """Read `length` records from `start` on, or fewer at the end of the part."""
        return self.lazy().slice(start, length).collect()

    def around(self, rows: pl.Series) -> Around:
        """Locate the records with these ascending row numbers, without reading them."""
        if not len(rows) or rows[-1] - rows[0] < _NEAR_ROWS:
            return neighbours(self, rows)
        return Around(self.segment.lazy(rows).select(self.columns), None)


class StoredPiece:
    """The records of a segment that match a request.

    Args:
        part: The segment.
        plan: The plan for the segment.
        request: The request.
    """

    def __init__(self, part: StoredPart, plan: SegmentPlan, request: Request) -> None:
        self.part: Final = part
        self.plan: Final = plan
        self._request = request

    @property
    def counted(self) -> pl.DataFrame | None:
        """The counts of the records by rollups, as a weighed frame; None if rows have to be read to know them."""
        return self.plan.counted

    def counted_by(self, columns: Sequence[str]) -> pl.DataFrame | None:
        """The counts of the records by some of their columns; None if rows have to be read to know them."""
        return self.part.planner.weighed.counts(self.plan, columns)

    @property
    def step(self) -> int:
        """Width in nanoseconds of the time intervals of `counted`, which are aligned to UTC."""
        return self.plan.step

    @property
    def is_all(self) -> bool:
        """Whether it is known that every record of the segment matches."""
        return self.plan.is_all

    @property
    def newest(self) -> int | None:
        """The latest `timestamp` of the segment, epoch nanoseconds; None if no record has one."""
        times = self.part.segment.facts.times
        return times[1] if times else None

    @property
    def oldest(self) -> int | None:
        """The earliest `timestamp` of the segment, epoch nanoseconds; None if no record has one."""
        times = self.part.segment.facts.times
        return times[0] if times else None

    @property
    def is_ordered(self) -> bool:
        """Whether every record has a time, and no row group holds a newer record than a later row group."""
        return self.plan.is_ordered

    @property
    def cost(self) -> Cost:
        """The cost of reading the row groups that may hold matching records."""
        segment, rows = self.part.segment, sum(place.rows for place in self.plan.places())
        reads = [*self.plan.wanted(self._request).meta.root_names(), "timestamp"]
        size = segment.bytes_of(reads, rows)
        return Cost(rows, len(self.plan.groups), size)

    def runs(self) -> Iterator[pl.Series]:
        """Find the ascending row numbers, UInt32, one series per run of row groups."""
        return self._once(self.plan.rows(self._request), Order.OLDEST_FIRST)

    def counts(self) -> Iterator[int]:
        """Count the records, run by run unless their number is known since they were found for another request."""
        known = self.part.planner.found.count(self.plan) if self._is_kept else None
        return map(len, self.runs()) if known is None else iter([known])

    def runs_along(self, order: Order) -> Iterator[pl.Series]:
        """Find the row numbers from the last row groups to the first, or the other way; each run is ascending."""
        return self._once(self.plan.rows_along(order, self._request), order)

    @property
    def _is_kept(self) -> bool:
        """Whether the rows that are found are those of the plan, and worth keeping."""
        return not self.is_all and self._request.after is None

    def _once(self, runs: Iterator[pl.Series], order: Order) -> Iterator[pl.Series]:
        """Find rows, unless they are known since they were found for another request."""
        if not self._is_kept:
            yield from runs
            return
        known = self.part.planner.found.get(self.plan)
        if known is not None:
            yield from self._by_group(known, order)
            return
        found = [_NO_ROWS]
        for run in runs:
            found.append(run)
            yield run
        if not self._request.has_ended():  # else the runs may have ended before the last match
            self.part.planner.found.put(self.plan, pl.concat(found).sort())

    def _by_group(self, rows: pl.Series, order: Order) -> Iterator[pl.Series]:
        """Split ascending rows by row groups, which bound what is read at once, if they are many."""
        if len(rows) <= _NEAR_ROWS:
            return iter([rows])
        starts = rows.search_sorted(pl.Series([fence.start for fence in self.part.fences]))
        runs = [rows[low:high] for low, high in pairwise([*starts.to_list(), len(rows)]) if low < high]
        return reversed(runs) if order is Order.NEWEST_FIRST else iter(runs)

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records with some or all of the columns until the request has ended; no other column is read.

        Numbers are read in place of texts that the pipes only compute with.
        """
        wanted = self._wanted(columns)
        twins = self._twins(wanted)
        read = [twins.get(name, name) for name in wanted]
        names = {twin: name for name, twin in twins.items()}
        for frame in self._frames(read):
            yield frame.rename(names) if names else frame

    def _frames(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        if self.is_all:
            yield from self._all(columns)
            return
        for rows in self.runs():
            if self._request.has_ended():
                return
            if len(rows) == self.part.rows:
                yield self.part.segment.lazy().select(columns).collect()
            elif len(rows):
                yield self.part.take(rows, columns)

    def _twins(self, columns: Sequence[str]) -> dict[str, str]:
        """The numeric twins that are read in place of columns: of integers, since those of others may lose digits."""
        known = self.part.segment.facts.twins
        whole = [name for name in columns if name in known and known[name].is_whole]
        computed = self._request.condition.computed_columns(columns) if whole else frozenset()
        return {name: twin_column(name) for name in whole if name in computed}

    def strips(self) -> list[StoredStrip]:
        """The records of each row group."""
        return [StoredStrip(self, group) for group in self.plan.groups]

    def frames_in(self, group: int, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records of one row group; see `frames`."""
        wanted, fence = self._wanted(columns), self.part.fences[group]
        if self.is_all:
            yield self.part.lazy().slice(fence.start, fence.rows).select(wanted).collect()
            return
        for rows in self.plan.within(group).rows(self._request):
            if self._request.has_ended():
                return
            if len(rows):
                yield self.part.take(rows, wanted)

    def _wanted(self, columns: Sequence[str] | None) -> list[str]:
        known = self.part.columns
        return list(known) if columns is None else [name for name in columns if name in known]

    def values(self, columns: Sequence[str], *, weighed: bool) -> Iterator[pl.DataFrame]:
        """Read some columns of the records, in weighed frames where these are shorter and wanted."""
        if self._request.after is not None or not weighed:
            return self.frames(columns)
        return self.part.planner.weighed.values(self.plan, columns, self._request, self.frames(columns))

    def _all(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        """Read row group by row group, since a whole segment takes half a gigabyte and few records may be needed."""
        for fence in self.part.fences:
            yield self.part.segment.lazy().slice(fence.start, fence.rows).select(columns).collect()


class StoredStrip:
    """The records of one row group that match a request.

    Args:
        piece: Those of its segment.
        group: The number of the row group.
    """

    def __init__(self, piece: StoredPiece, group: int) -> None:
        facts = piece.part.segment.facts.groups[group]
        self.part: Final = piece.part
        self.newest: Final = facts.last_time
        self.oldest: Final = facts.first_time
        self._piece = piece
        self._group = group

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records with some or all of the columns; see `Strip`."""
        return self._piece.frames_in(self._group, columns)


def _coverage(facts: Facts) -> dict[str, Covered]:
    """Derive the coverage of a segment with one source, by format and without examples."""
    return {
        name: Covered(Gap(count), Gap(facts.timeless.get(name, 0)), Gap(facts.levelless.get(name, 0)))
        for name, count in facts.formats.items()
    }
