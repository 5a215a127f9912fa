"""A segment as a part of a snapshot."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.live.snapshot import Around, Extent, Fence, around, part_ids
from logtui.formats.coverage import Covered, Gap
from logtui.model.masks import pattern_columns
from logtui.store import PATTERN, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.planner import Planner, SegmentPlan
    from logtui.engine.search.streaming import Search
    from logtui.store import Segment
    from logtui.store.segment import Facts


_NEAR_ROWS: Final = 65_536
"""Rows that are no farther apart are cut out of the file together."""


class StoredPart:
    """The records of a sealed segment, which stay on disk.

    Args:
        segment: The segment.
        planner: Plans queries over its store.
    """

    def __init__(self, segment: Segment, planner: Planner) -> None:
        facts = segment.facts
        self.id: Final = next(part_ids)
        self.rows: Final = facts.rows
        self.columns: Final = segment.columns
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
        self._segment = segment
        self._planner = planner

    def plan(self, search: Search) -> SegmentPlan | None:
        """What has to be read to answer a search, None if nothing matches."""
        return next(iter(self._planner.plan(search, [self._segment]).segments), None)

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame; only the columns and rows that are asked for are read."""
        return self._segment.lazy().select(self.columns)

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """All records, with some or all of their columns."""
        return self._segment.lazy().select(self.columns if columns is None else columns).collect()

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns, `pattern` and `is_cut` of some records, or of all, in their order; few messages are read."""
        table = self._planner.pattern_table(self._segment)
        numbered = self._segment.lazy(rows).select(*columns, number=pl.col(PATTERN), row=pl.col(ROW))
        named = table.lazy().with_row_index("number")
        frame = numbered.join(named, on="number", how="left", maintain_order="left").collect()
        others = frame.filter(pl.col("pattern").is_null())["row"].cast(pl.UInt32).sort()
        messages = self._segment.take(others, ["message"]).select(*pattern_columns(pl.col("message")))
        rest = messages.with_columns(others.cast(frame["row"].dtype))
        joined = frame.update(rest, on="row") if rest.height else frame
        return joined.select(*columns, "pattern", "is_cut")

    def slice(self, start: int, length: int) -> pl.DataFrame:
        """The records `start` to `start + length`, cut at the end of the part."""
        return self.lazy().slice(start, length).collect()

    def around(self, rows: pl.Series) -> Around:
        """Where the records with these ascending row numbers are."""
        if not len(rows) or rows[-1] - rows[0] < _NEAR_ROWS:
            return around(self, rows)
        return Around(self._segment.lazy(rows).select(self.columns), None)


def _coverage(facts: Facts) -> dict[str, Covered]:
    """What each format has read of a segment, which has one source; without examples."""
    return {
        name: Covered(Gap(count), Gap(facts.timeless.get(name, 0)), Gap(facts.levelless.get(name, 0)))
        for name, count in facts.formats.items()
    }
