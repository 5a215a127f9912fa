"""Orders the rows of several runs for display: by time, then run, then place in the run.

The rows are cut into blocks at fences, which are stretches of rows with known first and last times. The rows of a block
are merged only when a page shows them, so that a page costs no more than the blocks that it overlaps.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl

from logtui.engine.window.order_times import times_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.live.snapshot import Run
    from logtui.engine.search.part import Fence, PlacedPart


_STRIDE: Final = 2_048
"""Rows after which a stretch is cut further, if it overlaps with another run."""


class Slice(NamedTuple):
    """Neighbouring rows of a part.

    Attributes:
        part: The number of the part in the snapshot.
        start: The first row.
        stop: The row behind the last one.
    """

    part: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Order:
    """Blocks of rows; every row of a block is shown before all of the next one.

    Attributes:
        blocks: The slices of each block, grouped by run.
        is_merged: Whether the slices of a block have to be merged by time.
    """

    blocks: tuple[tuple[Slice, ...], ...]
    is_merged: bool


def order_of(runs: Sequence[Run]) -> Order:
    """Cut the rows of runs into blocks.

    Args:
        runs: Runs of a snapshot, each ordered by time.

    Returns:
        The order; a single run needs no merging and has a block per part.
    """
    filled = [run for run in runs if run.all_parts]
    if len(filled) <= 1:
        parts = filled[0].all_parts if filled else ()
        return Order(tuple((Slice(number, 0, part.rows),) for number, part in enumerate(parts)), is_merged=False)
    starts = list(accumulate((len(run.all_parts) for run in runs), initial=0))
    cutters = [_Cutter(run.all_parts, first) for run, first in zip(runs, starts, strict=False) if run.all_parts]
    keys = sorted((time, number, row) for number, cutter in enumerate(cutters) for time, row in cutter.keys(cutters))
    frame = pl.DataFrame(keys, schema={"time": pl.Int64, "run": pl.Int64, "row": pl.Int64}, orient="row")
    cuts = [cutter.cuts(frame, number) for number, cutter in enumerate(cutters)]
    blocks = []
    for place in range(len(keys)):
        slices = [
            piece
            for cutter, rows in zip(cutters, cuts, strict=True)
            for piece in cutter.slices(rows[place], rows[place + 1])
        ]
        if slices:
            blocks.append(tuple(slices))
    return Order(tuple(blocks), is_merged=True)


class _Cutter:
    """Cuts one run into rows at given keys, which are pairs of a time and a row of some run."""

    def __init__(self, parts: Sequence[PlacedPart], first_part: int) -> None:
        self._parts = parts
        self._first_part = first_part
        self._part_starts = list(accumulate((part.rows for part in parts), initial=0))
        placed = [
            (start + fence.start, fence, part)
            for start, part in zip(self._part_starts, parts, strict=False)
            for fence in part.fences
        ]
        self.starts = [row for row, _, _ in placed]
        self.fences = [fence for _, fence, _ in placed]
        self._owners = [part for _, _, part in placed]
        self._lasts = [fence.last for fence in self.fences]

    @property
    def rows(self) -> int:
        """How many rows the run has."""
        return self._part_starts[-1]

    def keys(self, others: Sequence[_Cutter]) -> Iterator[tuple[int, int]]:
        """Yield times and rows to cut at: the start of each stretch, and more inside one that overlaps another run.

        Args:
            others: All runs, this one among them.
        """
        for place, (start, fence) in enumerate(zip(self.starts, self.fences, strict=True)):
            yield fence.first, start
            if fence.rows <= _STRIDE or not any(other.overlaps(fence) for other in others if other is not self):
                continue
            times = self._times(place).gather_every(_STRIDE).to_list()
            yield from ((time, start + number * _STRIDE) for number, time in enumerate(times) if number)

    def overlaps(self, fence: Fence) -> bool:
        """Whether any row of the run may lie between the first and the last time of a stretch."""
        place = bisect_left(self._lasts, fence.first)
        return place < len(self.fences) and self.fences[place].first <= fence.last

    def cuts(self, keys: pl.DataFrame, number: int) -> list[int]:
        """Find the row of this run at which each key cuts it, and the end of the run.

        Args:
            keys: `time`, `run` and `row` in that run; ascending.
            number: The number of this run.

        Returns:
            Row numbers, ascending, one more than there are keys.
        """
        times = keys["time"]
        before, after = self._rows_at(times, after=False), self._rows_at(times, after=True)
        found = keys.select(
            pl.when(pl.col("run") == number)
            .then("row")
            .when(pl.col("run") > number)
            .then(after)
            .otherwise(before)
            .alias("found")
        )["found"]
        # Late records make times step back; the cuts must still ascend, so that each row is in exactly one block.
        return list(accumulate([*found.to_list(), self.rows], max))

    def _rows_at(self, times: pl.Series, *, after: bool) -> pl.Series:
        """The first row at or after each of some ascending times; with `after`, the first row behind it."""
        side: Literal["left", "right"] = "right" if after else "left"
        places = pl.Series(self._lasts, dtype=pl.Int64).search_sorted(times, side)
        found = pl.Series([*self.starts, self.rows], dtype=pl.Int64).gather(places)
        for place in places.unique().to_list():
            if place == len(self.fences):
                continue
            here = (places == place).arg_true()
            wanted = times.gather(here)
            if wanted[-1] >= self.fences[place].first:
                rows = self._times(place).search_sorted(wanted, side).cast(pl.Int64) + self.starts[place]
                found = found.scatter(here, rows)
        return found

    def slices(self, start: int, stop: int) -> list[Slice]:
        """Convert rows `start` to `stop` of the run to slices of its parts."""
        found = []
        place = max(0, bisect_right(self._part_starts, start) - 1)
        while start < stop:
            first, end = self._part_starts[place], min(stop, self._part_starts[place + 1])
            if end > start:
                found.append(Slice(self._first_part + place, start - first, end - first))
            start, place = max(start, end), place + 1
        return found

    def _times(self, place: int) -> pl.Series:
        return times_of(self._owners[place], self.fences[place])
