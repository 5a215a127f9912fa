"""Segments of a store as parts, planned together."""

from __future__ import annotations

import weakref
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.part import Around, Cost, Extent, Fence, neighbours, part_ids
from logtui.engine.search.planner import Planner
from logtui.formats.coverage import Covered, Gap
from logtui.model.masks import pattern_columns
from logtui.query import count_keys
from logtui.store import PATTERN, ROW, Lease

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.search.planner import SegmentPlan
    from logtui.engine.search.request import Request
    from logtui.store import Segment, Store
    from logtui.store.segment import Facts

_NEAR_ROWS: Final = 65_536
"""Rows that are no farther apart are cut out of the file together."""


class StoredParts:
    """The segments of one store as parts; those that stay the same keep their parts.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._planner = Planner(store)
        self._known: dict[int, StoredPart] = {}

    def now(self) -> tuple[StoredPart, ...]:
        """The parts of all segments that exist now, in order; their files stay as long as the parts are in use."""
        with self._store.lease() as lease:
            self._known = {
                each.number: self._known.get(each.number) or StoredPart(each, self) for each in lease.segments
            }
        return tuple(self._known.values())

    def lease(self, segment: Segment) -> Lease:
        """Keep the file of a segment that is leased already."""
        return self._store.lease_again(segment)

    def pieces(self, parts: Sequence[StoredPart], request: Request) -> Iterator[StoredPiece]:
        """What a request wants of parts; those that it cannot match are left out."""
        by_number = {part.segment.number: part for part in parts}
        keys = count_keys(request.condition.pipes)
        plan = self._planner.plan(request, [part.segment for part in parts], keys)
        return (StoredPiece(by_number[one.segment.number], _paged(one, request), request) for one in plan.segments)

    def pattern_table(self, segment: Segment) -> pl.DataFrame:
        """The `pattern` and `is_cut` of a segment's numbered patterns, in the order of their numbers."""
        return self._planner.pattern_table(segment)


def _paged(plan: SegmentPlan, request: Request) -> SegmentPlan:
    """The plan of a segment; rollups do not know where a page begins."""
    return plan if request.after is None else replace(plan, counted=None)


class StoredPart:
    """The records of a sealed segment, which stay on disk: its file is leased for the life of this object.

    Args:
        segment: The segment.
        planner: The parts of its store.
    """

    is_complete: Final = True
    is_kept: Final = True

    def __init__(self, segment: Segment, planner: StoredParts) -> None:
        weakref.finalize(self, planner.lease(segment).release).atexit = False
        facts = segment.facts
        self.id: Final = next(part_ids)
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
        """The records as a lazy frame; only the columns and rows that are asked for are read."""
        return self.segment.lazy().select(self.columns)

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """All records, with some or all of their columns."""
        return self.segment.lazy().select(self.columns if columns is None else columns).collect()

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of the records with these ascending row numbers."""
        return self.segment.take(rows, list(columns))

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns, `pattern` and `is_cut` of some records, or of all, in their order; few messages are read."""
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
        """The records `start` to `start + length`, cut at the end of the part."""
        return self.lazy().slice(start, length).collect()

    def around(self, rows: pl.Series) -> Around:
        """Where the records with these ascending row numbers are."""
        if not len(rows) or rows[-1] - rows[0] < _NEAR_ROWS:
            return neighbours(self, rows)
        return Around(self.segment.lazy(rows).select(self.columns), None)


class StoredPiece:
    """The records of a segment that a request wants.

    Args:
        part: The segment.
        plan: How it is answered.
        request: The request.
    """

    def __init__(self, part: StoredPart, plan: SegmentPlan, request: Request) -> None:
        self.part: Final = part
        self.plan: Final = plan
        self._request = request

    @property
    def counted(self) -> pl.DataFrame | None:
        """The records counted by rollups, as a weighed frame; None if rows have to be looked at to know."""
        return self.plan.counted

    @property
    def step(self) -> int:
        """Nanoseconds of the intervals of UTC by which `counted` counts."""
        return self.plan.step

    @property
    def is_all(self) -> bool:
        """Whether it is known that every record of the segment is wanted."""
        return self.plan.is_all

    @property
    def newest(self) -> int | None:
        """The latest `timestamp` of the segment, epoch nanoseconds; None if it has none."""
        times = self.part.segment.facts.times
        return times[1] if times else None

    @property
    def is_ordered(self) -> bool:
        """Whether earlier row groups hold nothing newer, and every record has a time."""
        return self.plan.is_ordered

    @property
    def cost(self) -> Cost:
        """The row groups that have to be looked at."""
        segment, rows = self.part.segment, sum(place.rows for place in self.plan.places())
        reads = {*self._request.condition.reads(segment.columns).columns, "timestamp"}
        size = segment.bytes_of([name for name in segment.columns if name in reads], rows)
        return Cost(rows, len(self.plan.groups), size)

    def runs(self) -> Iterator[pl.Series]:
        """Ascending row numbers, UInt32, run by run of row groups."""
        return self.plan.rows(self._request)

    def backwards(self) -> Iterator[pl.Series]:
        """Row numbers from the last row groups to the first ones, ascending in each."""
        return self.plan.backwards(self._request)

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The records with some of the segment's columns, or all; the others are not read."""
        known = self.part.columns
        wanted = list(known) if columns is None else [name for name in columns if name in known]
        return self._all(wanted) if self.is_all else self.plan.frames(self._request, wanted)

    def _all(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        """Row group by row group: a whole segment takes half a gigabyte, and few of its records may be wanted."""
        for fence in self.part.fences:
            yield self.part.lazy().slice(fence.start, fence.rows).select(columns).collect()


def _coverage(facts: Facts) -> dict[str, Covered]:
    """What each format has read of a segment, which has one source; without examples."""
    return {
        name: Covered(Gap(count), Gap(facts.timeless.get(name, 0)), Gap(facts.levelless.get(name, 0)))
        for name, count in facts.formats.items()
    }
