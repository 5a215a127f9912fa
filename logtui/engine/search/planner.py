"""Plans which segments and row groups of a store have to be read to answer a query.

First, times and the catalogue prune segments. Then rollups decide whether all records of a group match, or none. Only
segments with undecided groups have to be read, and of those only the row groups that can match. A segment never
changes, so its plan is cached for the next request with the same condition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.decisions import decisions
from logtui.engine.search.group_tables import GroupTables, batches
from logtui.engine.search.places import blocks_of, doubling, places_of, stepwise
from logtui.engine.search.time_bounds import TimeBounds
from logtui.model.lru import Lru
from logtui.model.names import SEARCHED
from logtui.model.times import ns_of
from logtui.query import WEIGHT, CountKeys, asks_for_texts
from logtui.store import HOUR, MINUTE, ROW, has_pattern

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from logtui.engine.search.decisions import Decision
    from logtui.engine.search.places import Place
    from logtui.engine.search.request import Request
    from logtui.store import Segment, Store

_FEW: Final = 4
"""Patterns are used to select rows if they exclude all but one record in this many."""

_FEW_ROWS: Final = 100
"""Up to so many candidates by pattern are fetched by row number and then filtered; of more, row groups are scanned."""

_FEW_BLOCKS: Final = 8
"""Blocks are read one by one if they exclude all but one record in this many; each costs about a millisecond."""

_FEW_READS: Final = 64
"""A condition that reads columns more often is costly: each read takes 0.1 us a row, and 0.8 ms at once for a glob."""

_STEP_ROWS: Final = 8_192
"""Rows for which a costly condition is computed at once; with fewer, what globs take at once would weigh most."""

_NO_ROWS: Final = pl.Series(dtype=pl.UInt32)
_MOST_BYTES: Final = 64 * 1024 * 1024
_PLAN_BYTES: Final = 1_024
"""Approximate bytes of a plan without its frame and its patterns."""


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """The plan for one segment.

    Attributes:
        segment: The segment.
        matches: A key that plans for the segment share if the same records match.
        counted: The counts of matching records, as a weighed frame; None if rows have to be read to know them.
        step: Width in nanoseconds of the time intervals of `counted`, which are aligned to UTC.
        groups: Numbers of the row groups that may hold matching records; empty if no record matches.
        patterns: UInt32, numbers of the message patterns that matching records may have, null for records without a
            number; None if the patterns exclude too few records.
        blocks: The few places in those row groups that may hold matching records; None if any place may.
    """

    segment: Segment
    matches: str
    counted: pl.DataFrame | None
    step: int
    groups: tuple[int, ...]
    patterns: pl.Series | None = None
    blocks: tuple[Place, ...] | None = None

    @property
    def size(self) -> int:
        """Approximate size of the plan in bytes."""
        columns = [each for each in (self.counted, self.patterns) if each is not None]
        return _PLAN_BYTES + sum(int(each.estimated_size()) for each in columns)

    @property
    def count(self) -> int | None:
        """The number of matching records; None if it is not known."""
        return None if self.counted is None else int(self.counted[WEIGHT].sum())

    @property
    def is_all(self) -> bool:
        """Whether every record of the segment matches."""
        return self.count == self.segment.facts.rows

    def places(self) -> Sequence[Place]:
        """The places that have to be read."""
        return places_of(self.segment, self.groups) if self.blocks is None else self.blocks

    def rows(self, request: Request) -> Iterator[pl.Series]:
        """Find the matching records, from the first row groups to the last.

        Yields:
            UInt32, ascending row numbers in the segment, one series per run of row groups.
        """
        if self.is_all:
            yield pl.int_range(self.segment.facts.rows, dtype=pl.UInt32, eager=True)
            return
        if self.blocks is not None:
            if self.blocks:
                yield self._rows_in_blocks(self.blocks, request)
            return
        for place in self._steps(self.groups, request):
            yield self._rows_in(place, request)

    def within(self, group: int) -> SegmentPlan:
        """The plan for the matches in one of the row groups; its counts are still those of all."""
        (span,) = (place.span for place in places_of(self.segment, (group,)))
        blocks = self.blocks and tuple(block for each in self.blocks for block in each.within(*span))
        return replace(self, groups=(group,), blocks=blocks)

    def rows_along(self, order: Order, request: Request) -> Iterator[pl.Series]:
        """Find the matching records, from the last row groups to the first, or for the oldest first the other way.

        Yields:
            UInt32, ascending row numbers in the segment, one series per run of row groups.
        """
        if self.patterns is not None or self.blocks is not None:
            yield pl.concat([_NO_ROWS, *self.rows(request)])  # few, and found without most texts
            return
        for groups in doubling(self.groups, from_last=order is Order.NEWEST_FIRST):
            if self.is_all:
                places = places_of(self.segment, groups)
                yield pl.concat(pl.int_range(*place.span, dtype=pl.UInt32, eager=True) for place in places)
            else:
                yield pl.concat([_NO_ROWS, *self._found_in_time(groups, request)])

    def _found_in_time(self, groups: Sequence[int], request: Request) -> Iterator[pl.Series]:
        """Find the matching records in some row groups, as long as the request has not ended."""
        for place in self._steps(groups, request):
            yield self._rows_in(place, request)
            if request.has_ended():
                return

    def _steps(self, groups: Sequence[int], request: Request) -> Iterable[Place]:
        """Places that are read at once: short ones for a costly condition, since none is left before its end."""
        places = places_of(self.segment, groups)
        is_costly = len(self.wanted(request).meta.root_names()) > _FEW_READS
        return stepwise(places, _STEP_ROWS) if is_costly else places

    def _rows_in_blocks(self, blocks: Sequence[Place], request: Request) -> pl.Series:
        wanted = self.wanted(request)
        found = self.segment.read(blocks, list(dict.fromkeys([ROW, *wanted.meta.root_names()])), self.patterns)
        return found.filter(wanted)[ROW].cast(pl.UInt32)

    def _rows_in(self, place: Place, request: Request) -> pl.Series:
        wanted, row = self.wanted(request), pl.col(ROW).cast(pl.UInt32)
        records = self.segment.lazy().slice(*place)
        if self.patterns is None:
            return records.filter(wanted).select(row).collect().to_series()
        is_candidate = has_pattern(self.patterns)
        rows = records.filter(is_candidate).select(row).collect().to_series()
        if len(rows) > _FEW_ROWS:
            return records.filter(is_candidate & wanted).select(row).collect().to_series()
        found = self.segment.take(rows, list(dict.fromkeys([ROW, *wanted.meta.root_names()])))
        return found.filter(wanted)[ROW].cast(pl.UInt32)

    def wanted(self, request: Request) -> pl.Expr:
        """The condition of a request on the records of the segment."""
        return request.expression((*self.segment.columns, SEARCHED), self.segment.facts.twins)

    @property
    def is_ordered(self) -> bool:
        """Whether every record has a time, and none of a row group is older than any of the previous row group."""
        groups = self.segment.facts.groups
        return not self.segment.facts.undated and all(
            one.last_time is not None and two.first_time is not None and one.last_time <= two.first_time
            for one, two in pairwise(groups)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for a query.

    Attributes:
        segments: The plans of the segments that may hold matching records, in order.
        pruned: The number of segments without matching records.
    """

    segments: tuple[SegmentPlan, ...]
    pruned: int


class Planner:
    """Plans queries over one store.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tables = GroupTables(store)
        self._plans = Lru[tuple[str, int, bool], SegmentPlan](_MOST_BYTES, lambda plan: plan.size)

    def forget(self, gone: Container[int]) -> None:
        """Forget what is known of segments with these numbers, which are no more."""
        self._tables.forget(gone)
        self._plans.drop(lambda key: key[1] in gone)

    def plan(self, request: Request, segments: Sequence[Segment], keys: CountKeys | None = None) -> Plan:
        """Plan what has to be read to answer a request.

        Args:
            request: The request.
            segments: Segments of the store.
            keys: The keys by which the records are only counted; None if the records themselves are needed.

        Returns:
            The plan.
        """
        question = _Question.of(request, keys)
        seqs = request.condition.interval_of("seq")
        possible = [each for each in segments if question.bounds.meets(each.facts.times) and _holds_any(each, seqs)]
        whole = [segment for segment in possible if request.is_ranged and _is_within(segment, request)]
        plans = {}
        if whole:  # without the range, whose ends move with the present, their plans are those of earlier requests
            plans = self._plans_for(_Question.of(replace(request, since=None, until=None), keys), whole)
        plans |= self._plans_for(question, [segment for segment in possible if segment.number not in plans])
        kept = tuple(plan for segment in possible if (plan := plans[segment.number]).groups)
        return Plan(kept, len(segments) - len(kept))

    def pattern_table(self, segment: Segment) -> pl.DataFrame:
        """Read `pattern` and `is_cut` of a segment's numbered patterns, in the order of their numbers."""
        return self._store.rollups([segment])[0].table.select("pattern", "is_cut")

    def _plans_for(self, question: _Question, segments: Sequence[Segment]) -> dict[int, SegmentPlan]:
        """The plans of segments, by their numbers."""
        outlined = self._outlined(question, segments)
        key = question.key
        names = {each.number: (key, each.number, each.number in outlined) for each in segments}
        plans = {number: plan for number, name in names.items() if (plan := self._plans.get(name)) is not None}
        unknown = (each for each in segments if each.number not in plans)
        for batch in batches(unknown, outlined, lambda columns: question.request.condition.reads(columns).columns):
            for plan in self._planned(question, batch):
                plans[plan.segment.number] = plan
                self._plans.put(names[plan.segment.number], plan)
        return plans

    def _outlined(self, question: _Question, segments: Sequence[Segment]) -> frozenset[int]:
        """Find the numbers of the segments whose outlines and words are known.

        They are computed after a segment is published; plans from before are then outdated.
        """
        asks = {columns: question.asks_for_outlines(columns) for columns in {each.columns for each in segments}}
        wanted = [segment for segment in segments if asks[segment.columns]]
        return self._store.outlined(wanted) if wanted else frozenset()

    def _planned(self, question: _Question, segments: Sequence[Segment]) -> list[SegmentPlan]:
        """Plan segments of which the question reads the same columns."""
        table = self._tables.of(segments, by_pattern=question.by_pattern)
        found = decisions(question.request, table, segments[0].columns)
        return [self._plan_of(question, segment, found.get(segment.number)) for segment in segments]

    def _plan_of(self, question: _Question, segment: Segment, decision: Decision | None) -> SegmentPlan:
        if decision is None:
            return SegmentPlan(segment, question.matches, None, question.step, ())
        bounds = question.bounds.narrowed(decision.first, decision.last, undated=decision.undated)
        groups, blocks = bounds.groups(segment), None
        if decision.counted is None:
            groups = _with_numbers(question.request, segment, groups)
            groups, blocks = self._with_words(question.request, segment, groups)
        is_few = question.by_pattern and decision.count * _FEW < segment.facts.rows
        counted = decision.counted if question.is_counted else None
        patterns = decision.patterns if is_few else None
        return SegmentPlan(segment, question.matches, counted, question.step, groups, patterns, blocks)

    def _with_words(
        self, request: Request, segment: Segment, groups: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[Place, ...] | None]:
        """Select the row groups that may hold the words of a query, and the blocks if they are few."""
        asks = request.condition.asks_for_words(segment.columns)
        words = self._store.words(segment) if asks else None
        if words is None:
            return groups, None
        mask = request.condition.located(words.blocks, segment.columns, words.columns)
        found = tuple(group for group in groups if words.has_blocks(group, mask))
        blocks = blocks_of(segment, found, words, mask)
        is_few = sum(block.rows for block in blocks) * _FEW_BLOCKS <= segment.facts.rows
        return found, tuple(blocks) if is_few else None


def _with_numbers(request: Request, segment: Segment, groups: tuple[int, ...]) -> tuple[int, ...]:
    """Select the row groups of a segment that may hold the numbers of a query."""
    mask = request.condition.numbers_located(segment.columns, segment.facts.twins)
    return tuple(group for group in groups if mask >> group & 1)


def _holds_any(segment: Segment, seqs: tuple[float, float]) -> bool:
    """Whether a segment may hold any `seq` between two."""
    known = segment.facts.seqs
    return known is None or (known[0] <= seqs[1] and known[1] >= seqs[0])


def _is_within(segment: Segment, request: Request) -> bool:
    """Whether all records of a segment lie between `since` and `until`."""
    times = segment.facts.times
    if times is None or segment.facts.undated:
        return False
    is_early = request.since is not None and times[0] < ns_of(request.since)
    return not is_early and (request.until is None or times[1] < ns_of(request.until))


@dataclass(frozen=True)
class _Question:
    """A request, and what is derived from it once for all segments.

    Attributes:
        request: The request.
        bounds: The range of times that can match.
        by_pattern: Whether the patterns of messages decide more records than times, levels and services do.
        is_counted: Whether counts by the groups of the rollup answer it.
    """

    request: Request
    bounds: TimeBounds
    by_pattern: bool
    is_counted: bool

    @classmethod
    def of(cls, request: Request, keys: CountKeys | None) -> _Question:
        by_pattern = asks_for_texts(request.condition.query.filter)
        is_counted = keys is None or keys.fits(_step(by_pattern=by_pattern), request.condition.zone)
        return cls(request, TimeBounds.of(request), by_pattern, is_counted)

    @property
    def step(self) -> int:
        """Width in nanoseconds of the time intervals of the rollup that decides it."""
        return _step(by_pattern=self.by_pattern)

    @cached_property
    def matches(self) -> str:
        """A key that questions share if the same records match; a text, because Python caches the hash of a text."""
        return f"{self.request.condition.meaning} {self.request.since} {self.request.until}"

    @property
    def key(self) -> str:
        """A key that questions with the same answer share."""
        return f"{self.matches} {self.is_counted}"

    def asks_for_outlines(self, columns: Sequence[str]) -> bool:
        return self.by_pattern or self.request.condition.asks_for_words(columns)


def _step(*, by_pattern: bool) -> int:
    return HOUR if by_pattern else MINUTE
