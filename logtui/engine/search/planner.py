"""What has to be read of a store to answer a query: nothing, rollups, or rows, and of which segments.

Time and catalogue prune first; then rollups say of whole groups of records that all of them match, or none; only
segments with groups about which that is not known have to be looked at, and of those only the row groups whose times
can match.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import TIME_DTYPE
from logtui.model.times import ns_of
from logtui.query import WEIGHT, CountKeys, Outlines, asks_for_texts
from logtui.store import HOUR, MINUTE, OTHER, PATTERN, ROLLUP_SCHEMA, ROW, TextOutlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.search.request import Request
    from logtui.store import Rollup, Segment, Store

_OWN_PATTERN: Final = "\0own pattern"
_FEW: Final = 4
"""Patterns are looked at first where they rule out all but one record in so many."""

_FEW_ROWS: Final = 100
"""So few rows are fetched before they are looked at."""

_SEGMENT: Final = "\0segment"
_MOST_JOINED: Final = 1_024


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """How one segment is answered.

    Attributes:
        segment: The segment.
        counted: The records that match, as a weighed frame; None if rows have to be looked at to know.
        groups: Numbers of the row groups in which the records that match are.
        patterns: UInt32, numbers of the message patterns that the records that match have, null for those without a
            number; None if that rules out too little.
    """

    segment: Segment
    counted: pl.DataFrame | None
    groups: tuple[int, ...]
    patterns: pl.Series | None = None

    @property
    def count(self) -> int | None:
        """Records that match, None if that is not known."""
        return None if self.counted is None else int(self.counted[WEIGHT].sum())

    @property
    def is_all(self) -> bool:
        """Whether every record of the segment matches."""
        return self.count == self.segment.facts.rows

    def spans(self) -> list[tuple[int, int]]:
        """First rows and lengths of the neighbouring row groups to look at."""
        starts = list(accumulate((group.rows for group in self.segment.facts.groups), initial=0))
        found: list[tuple[int, int]] = []
        for group in self.groups:
            start, stop = starts[group], starts[group + 1]
            if found and sum(found[-1]) == start:
                start, _ = found.pop()
            found.append((start, stop - start))
        return found

    def rows(self, request: Request) -> Iterator[pl.Series]:
        """The records that match, run by run of row groups.

        Yields:
            UInt32, ascending numbers of rows in the segment.
        """
        if self.is_all:
            yield pl.int_range(self.segment.facts.rows, dtype=pl.UInt32, eager=True)
            return
        for start, length in self.spans():
            yield self._rows_in(start, length, request)

    def backwards(self, request: Request) -> Iterator[pl.Series]:
        """The records that match, from the last row groups to the first ones.

        Yields:
            UInt32, ascending numbers of rows in the segment.
        """
        if self.patterns is not None:
            yield pl.concat([pl.Series(dtype=pl.UInt32), *self.rows(request)])  # few, and found without their texts
            return
        starts = list(accumulate((group.rows for group in self.segment.facts.groups), initial=0))
        for group in reversed(self.groups):
            start, stop = starts[group], starts[group + 1]
            if self.is_all:
                yield pl.int_range(start, stop, dtype=pl.UInt32, eager=True)
            else:
                yield self._rows_in(start, stop - start, request)

    def _rows_in(self, start: int, length: int, request: Request) -> pl.Series:
        wanted, row = request.expression(self.segment.columns), pl.col(ROW).cast(pl.UInt32)
        records = self.segment.lazy().slice(start, length)
        if self.patterns is None:
            return records.filter(wanted).select(row).collect().to_series()
        has_pattern = pl.col(PATTERN).is_in(self.patterns.implode(), nulls_equal=True)
        rows = records.filter(has_pattern).select(row).collect().to_series()
        if len(rows) > _FEW_ROWS:
            return records.filter(has_pattern & wanted).select(row).collect().to_series()
        found = self.segment.take(rows, self.segment.columns)
        return rows.filter(found.select(wanted.alias("match"))["match"])

    @property
    def is_ordered(self) -> bool:
        """Whether the records of each row group are not older than those of the one before it."""
        groups = self.segment.facts.groups
        is_dated = all(group.first_time is not None for group in groups)
        return is_dated and all(
            one.last_time is not None and two.first_time is not None and one.last_time <= two.first_time
            for one, two in pairwise(groups)
        )

    def frames(self, request: Request, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The records that match, with some of their columns; the others are not read."""
        for rows in self.rows(request):
            if len(rows) == self.segment.facts.rows:
                yield self.segment.lazy().select(columns).collect()
            elif len(rows):
                yield self.segment.take(rows, columns)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is answered.

    Attributes:
        segments: How each segment that can match is answered, in order.
        pruned: Segments whose times cannot match, or of whose records none matches.
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
        self._outlines: dict[tuple[tuple[int, ...], bool], _Joined] = {}

    def plan(self, request: Request, segments: Sequence[Segment], keys: CountKeys | None = None) -> Plan:
        """Find out what has to be read.

        Args:
            request: What is wanted.
            segments: Segments of the store.
            keys: What the records are only counted by, None if the records themselves are wanted.

        Returns:
            The plan.
        """
        bounds = _Bounds.of(request)
        possible = [segment for segment in segments if bounds.meets(segment.facts.times)]
        by_columns: dict[tuple[str, ...], list[Segment]] = defaultdict(list)
        for segment in possible:
            by_columns[segment.columns].append(segment)
        plans = {
            plan.segment.number: plan
            for alike in by_columns.values()
            for plan in self._alike(request, alike, keys, bounds)
        }
        kept = tuple(plans[segment.number] for segment in possible if segment.number in plans)
        return Plan(kept, len(segments) - len(kept))

    def _alike(
        self, request: Request, segments: list[Segment], keys: CountKeys | None, bounds: _Bounds
    ) -> list[SegmentPlan]:
        """The plans of segments with the same columns; those that cannot match are left out."""
        condition = request.condition
        by_pattern = asks_for_texts(condition.query.filter)
        step = HOUR if by_pattern else MINUTE
        joined = self._joined(segments, by_pattern=by_pattern)
        decided = condition.decided(joined.outlines, segments[0].columns)
        decided = _limited(decided, joined.outlines, request)
        groups = joined.outlines.groups.with_columns(
            decided.alias("decided"), joined.counts, joined.segments, joined.own_patterns
        )
        is_counted = keys is None or keys.fits(step, condition.zone)
        maybe = groups.filter(pl.col("decided").is_null())
        unknown = set(maybe[_SEGMENT].to_list())
        sure = groups.filter("decided")
        counted = {key[0]: frame for key, frame in sure.partition_by(_SEGMENT, as_dict=True, include_key=False).items()}
        possible = pl.concat([maybe, sure])
        spans = {row[0]: row[1:] for row in _hours_of(possible, step).iter_rows()}
        patterns = _patterns_of(possible) if by_pattern else {}
        asks_for_words = condition.asks_for_words(segments[0].columns)
        plans = []
        for segment in segments:
            frame = counted.get(segment.number)
            if frame is None and segment.number not in unknown:
                continue
            groups_of_it = bounds.narrowed(*spans[segment.number]).groups(segment)
            if asks_for_words and segment.number in unknown:
                groups_of_it = self._with_words(request, segment, groups_of_it)
            if not groups_of_it:
                continue
            is_known = is_counted and segment.number not in unknown
            weighed = _weighed(frame) if is_known and frame is not None else None
            few, count = patterns.get(segment.number, (None, 0))
            is_few = count * _FEW < segment.facts.rows
            plans.append(SegmentPlan(segment, weighed, groups_of_it, few if is_few else None))
        return plans

    def pattern_table(self, segment: Segment) -> pl.DataFrame:
        """The `pattern` and `is_cut` of a segment's numbered patterns, in the order of their numbers."""
        return self._store.rollups([segment])[0].table.select("pattern", "is_cut")

    def _with_words(self, request: Request, segment: Segment, groups: tuple[int, ...]) -> tuple[int, ...]:
        """Those of a segment's row groups that may hold the words that a query asks for."""
        words = self._store.words(segment)
        if words is None:
            return groups
        mask = request.condition.located(words.row_groups, segment.columns, words.columns)
        return tuple(group for group in groups if mask >> group & 1)

    def _joined(self, segments: list[Segment], *, by_pattern: bool) -> _Joined:
        key = (tuple(segment.number for segment in segments), by_pattern)
        if key in self._outlines:
            return self._outlines[key]
        rollups = self._store.rollups(segments)
        texts = self._store.outlines(segments) if by_pattern else []
        joined = _join(segments, rollups, texts, by_pattern=by_pattern)
        if None not in texts:  # outlines that are not known yet will be
            if len(self._outlines) >= _MOST_JOINED:
                self._outlines.clear()
            self._outlines[key] = joined
        return joined


@dataclass(frozen=True, slots=True)
class _Joined:
    """The outlines of several segments; the series are as high as their groups.

    Attributes:
        outlines: The groups; patterns are numbered for all segments together.
        segments: The segment of each group.
        counts: Its records.
        own_patterns: The number of its pattern in its segment.
    """

    outlines: Outlines
    segments: pl.Series
    counts: pl.Series
    own_patterns: pl.Series


def _join(
    segments: Sequence[Segment], rollups: Sequence[Rollup], texts: Sequence[TextOutlines | None], *, by_pattern: bool
) -> _Joined:
    numbers = pl.Series(_SEGMENT, [segment.number for segment in segments], dtype=pl.Int64)
    parts = [rollup.patterns if by_pattern else rollup.minutes for rollup in rollups]
    tables = [rollup.table.head(0) if not by_pattern else rollup.table for rollup in rollups]
    table = pl.concat(tables)
    distinct = table.group_by("pattern", maintain_order=True).agg(pl.col("is_cut").max())
    rename = {text: number for number, text in enumerate(distinct["pattern"].to_list())}
    renumbered = [
        part.with_columns(pl.col("pattern").replace_strict(_places(one, rename), default=None, return_dtype=pl.UInt32))
        for part, one in zip(parts, tables, strict=True)
    ]
    rows = pl.concat(renumbered) if renumbered else pl.DataFrame(schema=ROLLUP_SCHEMA)
    owners = pl.concat(
        [pl.repeat(number, len(part), dtype=pl.Int64, eager=True) for number, part in zip(numbers, parts, strict=True)]
    )
    known = [one for one in texts if one is not None]
    heads = [one.heads for one in known if one.heads is not None]
    letters = [one.letters for one in known if one.letters is not None]
    is_complete = len(known) == len(segments)
    outlines = Outlines(
        rows.drop("count"),
        HOUR if by_pattern else MINUTE,
        distinct["pattern"],
        distinct["is_cut"],
        "\n".join(letters) if is_complete and len(letters) == len(texts) else None,
        pl.concat(heads).unique() if is_complete and heads and len(heads) == len(texts) else None,
        OTHER,
    )
    own = pl.concat([part["pattern"] for part in parts]).alias(_OWN_PATTERN)
    return _Joined(outlines, owners.alias(_SEGMENT), rows["count"].alias(WEIGHT), own)


def _places(table: pl.DataFrame, numbers: dict[str, int]) -> dict[int, int]:
    return {place: numbers[text] for place, text in enumerate(table["pattern"].to_list())}


def _limited(decided: pl.Series, outlines: Outlines, request: Request) -> pl.Series:
    """What remains certain under `since` and `until`."""
    if request.since is None and request.until is None:
        return decided
    start = pl.col("start").cast(TIME_DTYPE)
    last = start + timedelta(microseconds=(outlines.step - 1) // 1000)
    inside, outside = [pl.lit(value=True)], [start.is_null()]
    if request.since is not None:
        inside.append(start >= request.since)
        outside.append(last < request.since)
    if request.until is not None:
        inside.append(last < request.until)
        outside.append(start >= request.until)
    within = pl.when(pl.any_horizontal(outside)).then(False).when(pl.all_horizontal(inside)).then(True)
    return outlines.groups.select(decided.alias("decided") & within)["decided"]


def _hours_of(groups: pl.DataFrame, step: int) -> pl.DataFrame:
    """The first and the last moment of each segment's groups, and whether some have no time."""
    start = pl.col("start")
    return groups.group_by(_SEGMENT).agg(
        start.min().alias("first"), (start.max() + (step - 1)).alias("last"), start.has_nulls().alias("undated")
    )


def _patterns_of(groups: pl.DataFrame) -> dict[int, tuple[pl.Series, int]]:
    """The patterns of each segment's groups, and how many records have them."""
    by_segment = groups.group_by(_SEGMENT).agg(pl.col(_OWN_PATTERN).unique(), pl.col(WEIGHT).sum())
    return {number: (pl.Series(patterns, dtype=pl.UInt32), count) for number, patterns, count in by_segment.iter_rows()}


def _weighed(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups as records that stand for several."""
    return groups.select(
        pl.col("start").cast(TIME_DTYPE).alias("timestamp"), "level", "severity_text", "service", WEIGHT
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Times that can match, in epoch nanoseconds, both ends included."""

    first: int | None = None
    last: int | None = None
    undated: bool = field(default=True)

    @classmethod
    def of(cls, request: Request) -> _Bounds:
        times = request.condition.times()
        firsts = [moment for moment in (times.first, request.since) if moment is not None]
        lasts = [moment for moment in (times.last, request.until) if moment is not None]
        first = max(map(ns_of, firsts), default=None)
        last = min(map(ns_of, lasts), default=None)
        return cls(first, last, first is None and last is None)

    def narrowed(self, first: int | None, last: int | None, undated: bool) -> _Bounds:  # noqa: FBT001 - from a row
        if undated or first is None or last is None:
            return self
        return _Bounds(
            first if self.first is None else max(first, self.first),
            last if self.last is None else min(last, self.last),
            undated=False,
        )

    def meets(self, times: tuple[int, int] | None) -> bool:
        if self.undated:
            return True
        if times is None:
            return False
        return (self.last is None or times[0] <= self.last) and (self.first is None or times[1] >= self.first)

    def groups(self, segment: Segment) -> tuple[int, ...]:
        found = []
        for number, group in enumerate(segment.facts.groups):
            times = None
            if group.first_time is not None and group.last_time is not None:
                times = (group.first_time, group.last_time)
            if self.meets(times):
                found.append(number)
        return tuple(found)
