"""Joins the rollups of several segments to one table of groups, so that a filter is decided once for all of them.

Deciding a filter costs a millisecond or two however few groups there are; neighbouring segments therefore share a
table. A table is made of a fixed set of segments and cached, so that a new segment invalidates no other table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.lru import Lru
from logtui.query import WEIGHT, Outlines
from logtui.store import HOUR, MINUTE, OTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterable, Sequence

    from logtui.store import Rollup, Segment, Store, TextOutlines

SEGMENT: Final = "\0segment"
OWN_PATTERN: Final = "\0own pattern"

_BATCH: Final = 64
"""Segments of a batch at most: so many share the fixed cost of deciding a filter, and at most so many are joined again
after a publication."""

_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of several segments; each series has a value per group.

    Attributes:
        outlines: The groups; patterns are numbered over all segments together.
        segments: The number of the group's segment.
        counts: The number of records in the group.
        own_patterns: The number that the group's pattern has in its segment.
    """

    outlines: Outlines
    segments: pl.Series
    counts: pl.Series
    own_patterns: pl.Series

    @property
    def size(self) -> int:
        """Estimated bytes in memory."""
        columns = (self.outlines.patterns, self.segments, self.counts, self.own_patterns)
        return int(self.outlines.groups.estimated_size()) + sum(int(each.estimated_size()) for each in columns)


def batches(
    segments: Iterable[Segment], outlined: frozenset[int], reads: Callable[[tuple[str, ...]], Hashable]
) -> list[list[Segment]]:
    """Divide segments into batches that are decided together.

    Args:
        segments: The segments.
        outlined: The numbers of the segments that have text outlines.
        reads: What a filter reads of columns.

    Returns:
        Segments with neighbouring numbers of which the same columns are read. All or none of a batch have outlines,
        since one segment without them would leave those of the whole batch unused. Later segments do not change earlier
        batches.
    """
    found: dict[tuple[int, Hashable, bool], list[Segment]] = defaultdict(list)
    reads = cache(reads)
    for segment in segments:
        found[segment.number // _BATCH, reads(segment.columns), segment.number in outlined].append(segment)
    return list(found.values())


class _Key(NamedTuple):
    """What a table is kept under.

    Attributes:
        by_pattern: Whether it counts by hours and patterns.
        lacks_outlines: Whether any of the segments has no outlines yet.
        segments: The numbers of the segments.
    """

    by_pattern: bool
    lacks_outlines: bool
    segments: tuple[int, ...]


class GroupTables:
    """Caches the group tables of batches of segments.

    Args:
        store: The store of the segments.
    """

    def __init__(self, store: Store) -> None:
        self._store: Final = store
        self._tables: Final = Lru[_Key, GroupTable](_MOST_BYTES, lambda table: table.size)

    def forget(self, gone: Container[int]) -> None:
        """Forget the tables of batches in which there is a segment with one of these numbers."""
        self._tables.drop(lambda key: any(number in gone for number in key.segments))

    def of(self, segments: Sequence[Segment], *, by_pattern: bool) -> GroupTable:
        """The table of a batch of segments: by hours and patterns if `by_pattern`, else by minutes."""
        texts = self._store.outlines(segments) if by_pattern else []
        key = _Key(by_pattern, None in texts, tuple(segment.number for segment in segments))
        table = self._tables.get(key)
        if table is None:
            table = _joined(segments, self._store.rollups(segments), texts, by_pattern=by_pattern)
            self._tables.put(key, table)
        return table


def _joined(
    segments: Sequence[Segment], rollups: Sequence[Rollup], texts: Sequence[TextOutlines | None], *, by_pattern: bool
) -> GroupTable:
    parts = [rollup.patterns if by_pattern else rollup.minutes for rollup in rollups]
    tables = [rollup.table if by_pattern else rollup.table.head(0) for rollup in rollups]
    patterns = pl.concat(tables).group_by("pattern", maintain_order=True).agg(pl.col("is_cut").max())
    rows = pl.concat(_renumbered(parts, tables, patterns["pattern"]))
    owners = [
        pl.repeat(segment.number, part.height, dtype=pl.Int64, eager=True)
        for segment, part in zip(segments, parts, strict=True)
    ]
    outlines = Outlines(
        rows.drop("count"),
        HOUR if by_pattern else MINUTE,
        patterns["pattern"],
        patterns["is_cut"],
        _runs([None if each is None else each.letters for each in texts]),
        _heads(texts),
        _runs([None if each is None else each.rare for each in texts]),
        OTHER,
    )
    own_patterns = pl.concat([part["pattern"] for part in parts]).alias(OWN_PATTERN)
    return GroupTable(outlines, pl.concat(owners).alias(SEGMENT), rows["count"].alias(WEIGHT), own_patterns)


def _renumbered(
    parts: Sequence[pl.DataFrame], tables: Sequence[pl.DataFrame], patterns: pl.Series
) -> list[pl.DataFrame]:
    """Replace the pattern numbers of each segment by those in the pattern table of all segments."""
    numbers = {text: number for number, text in enumerate(patterns.to_list())}
    places = [{place: numbers[text] for place, text in enumerate(table["pattern"].to_list())} for table in tables]
    pattern = pl.col("pattern")
    return [
        part.with_columns(pattern.replace_strict(places_of_it, default=None, return_dtype=pl.UInt32))
        for part, places_of_it in zip(parts, places, strict=True)
    ]


def _runs(texts: Sequence[str | None]) -> str | None:
    """The runs of letters of all segments; None if those of any segment are unknown."""
    known = [one for one in texts if one is not None]
    return "\n".join(known) if len(known) == len(texts) else None


def _heads(texts: Sequence[TextOutlines | None]) -> pl.DataFrame | None:
    """The heads of all segments; None if those of any segment are unknown."""
    known = [one.heads for one in texts if one is not None and one.heads is not None]
    return pl.concat(known).unique() if known and len(known) == len(texts) else None
