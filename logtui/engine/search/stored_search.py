"""Searches over one store: rollups where they tell, rows where they do not, the newest first where few are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.planner import Planner
from logtui.engine.search.streaming import piped
from logtui.query import count_keys
from logtui.store import GROUP_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.engine.search.planner import SegmentPlan
    from logtui.engine.search.streaming import Search
    from logtui.store import Store

_NO_TIME: Final = -(2**63)


@dataclass(slots=True)
class Cost:
    """What a search has read.

    Attributes:
        rows: Records that were looked at.
        bytes: Bytes of their columns, before compression.
    """

    rows: int = 0
    bytes: int = 0


class StoredSearch:
    """Runs searches over the present segments of a store.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._planner = Planner(store)

    def count(self, search: Search, cost: Cost | None = None) -> int:
        """How many records match."""
        total = 0
        for plan in self._planner.plan(search, self._store.segments()).segments:
            if plan.count is not None:
                total += plan.count
                continue
            self._note(plan, search, cost, sum(length for _, length in plan.spans()))
            total += sum(map(len, plan.rows(search)))
        return total

    def table(self, search: Search, cost: Cost | None = None) -> pl.DataFrame:
        """What the search's pipes make of the records that match."""
        return pl.concat(piped(search.predicate, self._answers(search, cost)), how="diagonal_relaxed")

    def newest(self, search: Search, count: int, cost: Cost | None = None) -> pl.DataFrame:
        """The newest records that match, the newest first.

        Args:
            search: What is wanted.
            count: At most this many.
            cost: Is told what has been read.

        Returns:
            A record frame; records without a time are not among them.
        """
        found: list[pl.DataFrame] = []
        have, oldest = 0, _NO_TIME
        plans = self._planner.plan(search, self._store.segments()).segments
        for plan in sorted(plans, key=_newest_time, reverse=True):
            if have >= count and _newest_time(plan) < oldest:
                break
            rows = self._last_rows(plan, search, count, cost)
            if not len(rows):
                continue
            found.append(plan.segment.take(rows, plan.segment.columns))
            best = pl.concat(found, how="diagonal_relaxed").filter(pl.col("timestamp").is_not_null())
            best = best.sort("timestamp", descending=True, maintain_order=True).head(count)
            found, have = [best], best.height
            oldest = best["timestamp"].cast(pl.Int64)[-1] if have else _NO_TIME
        return found[0] if found else pl.DataFrame()

    def _answers(self, search: Search, cost: Cost | None) -> Iterator[pl.DataFrame]:
        keys = count_keys(search.predicate.pipes)
        for plan in self._planner.plan(search, self._store.segments(), keys).segments:
            if plan.counted is not None and keys is not None:
                yield plan.counted
                continue
            self._note(plan, search, cost, sum(length for _, length in plan.spans()))
            columns = [*search.predicate.reads(plan.segment.columns).columns, "timestamp"]
            yield from plan.frames(search, list(dict.fromkeys(columns)))

    def _last_rows(self, plan: SegmentPlan, search: Search, count: int, cost: Cost | None) -> pl.Series:
        """Rows among which are the newest matching ones: those of the last row groups that hold enough of them."""
        rows = pl.Series(dtype=pl.UInt32)
        for part in plan.backwards(search):
            self._note(plan, search, cost, GROUP_ROWS)
            rows = pl.concat([part, rows])
            if len(rows) >= count and plan.is_ordered:
                return rows.tail(count)
        return rows

    def _note(self, plan: SegmentPlan, search: Search, cost: Cost | None, rows: int) -> None:
        if cost is not None:
            cost.rows += rows
            cost.bytes += plan.segment.bytes_of(search.predicate.reads(plan.segment.columns).columns, rows)


def _newest_time(plan: SegmentPlan) -> int:
    times = plan.segment.facts.times
    return times[1] if times else _NO_TIME
