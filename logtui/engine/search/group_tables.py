"""The rollups of several segments as one table of groups, so that a filter is decided once for all of them.

Deciding a filter costs a millisecond or two however few groups there are; neighbouring segments therefore share a
table. A table is made of a fixed set of segments and kept, so that a new segment makes none of the others void.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.lru import Lru
from logtui.query import WEIGHT, Outlines
from logtui.store import HOUR, MINUTE, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.store import Rollup, Segment, Store, TextOutlines

SEGMENT: Final = "\0segment"
OWN_PATTERN: Final = "\0own pattern"

_BATCH: Final = 64
"""Numbers of segments that a batch spans: so many segments share what it costs to decide a filter at all, and at most
so many are joined anew for a filter that is asked for the first time after a publication."""

_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of several segments; the series are as high as the groups are many.

    Attributes:
        outlines: The groups; patterns are numbered for all segments together.
        segments: The number of each group's segment.
        counts: Its records.
        own_patterns: The number of its pattern in its segment.
    """

    outlines: Outlines
    segments: pl.Series
    counts: pl.Series
    own_patterns: pl.Series

    @property
    def size(self) -> int:
        """Bytes that the table takes, about."""
        columns = (self.outlines.patterns, self.segments, self.counts, self.own_patterns)
        return int(self.outlines.groups.estimated_size()) + sum(int(each.estimated_size()) for each in columns)


def batches(segments: Iterable[Segment], outlined: frozenset[int]) -> list[list[Segment]]:
    """Divide segments into those that are decided together.

    Args:
        segments: The segments.
        outlined: The numbers of those of which it is known what their texts may hold.

    Returns:
        Segments with near numbers, the same columns, and all or none of them outlined: one segment without outlines
        would leave those of its whole batch unused. Which of them are together does not depend on later segments.
    """
    found: dict[tuple[int, tuple[str, ...], bool], list[Segment]] = defaultdict(list)
    for segment in segments:
        found[segment.number // _BATCH, segment.columns, segment.number in outlined].append(segment)
    return list(found.values())


class GroupTables:
    """The group tables of batches of segments, kept for the next filter.

    Args:
        store: The store of the segments.
    """

    def __init__(self, store: Store) -> None:
        self._store: Final = store
        self._tables: Final = Lru[tuple[object, ...], GroupTable](_MOST_BYTES, lambda table: table.size)

    def of(self, segments: Sequence[Segment], *, by_pattern: bool) -> GroupTable:
        """The table of some segments, by hours and patterns or else by minutes."""
        texts = self._store.outlines(segments) if by_pattern else []
        key = (by_pattern, None in texts, *(segment.number for segment in segments))
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
        _letters(texts),
        _heads(texts),
        OTHER,
    )
    own_patterns = pl.concat([part["pattern"] for part in parts]).alias(OWN_PATTERN)
    return GroupTable(outlines, pl.concat(owners).alias(SEGMENT), rows["count"].alias(WEIGHT), own_patterns)


def _renumbered(
    parts: Sequence[pl.DataFrame], tables: Sequence[pl.DataFrame], patterns: pl.Series
) -> list[pl.DataFrame]:
    """Rollup frames with the numbers that their patterns have among the patterns of all segments."""
    numbers = {text: number for number, text in enumerate(patterns.to_list())}
    places = [{place: numbers[text] for place, text in enumerate(table["pattern"].to_list())} for table in tables]
    pattern = pl.col("pattern")
    return [
        part.with_columns(pattern.replace_strict(places_of_it, default=None, return_dtype=pl.UInt32))
        for part, places_of_it in zip(parts, places, strict=True)
    ]


def _letters(texts: Sequence[TextOutlines | None]) -> str | None:
    """The runs of letters of all segments; None if those of one are not known."""
    known = [one.letters for one in texts if one is not None and one.letters is not None]
    return "\n".join(known) if len(known) == len(texts) else None


def _heads(texts: Sequence[TextOutlines | None]) -> pl.DataFrame | None:
    """The heads of all segments; None if those of one are not known."""
    known = [one.heads for one in texts if one is not None and one.heads is not None]
    return pl.concat(known).unique() if known and len(known) == len(texts) else None
