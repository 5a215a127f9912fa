"""The order in which the rows of several runs are shown: by time, then run, then place in the run.

The rows are cut into blocks at fences, so that a page's work is bounded by the stretches that overlap it; inside a
block the rows of the runs are merged when a page asks for them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.snapshot import Part, Run


class Slice(NamedTuple):
    """Neighbouring rows of a part.

    Attributes:
        part: The part's number among all of a snapshot.
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
        blocks: The slices of each block, at most one run's behind the other.
        is_merged: Whether the slices of a block have to be merged by time.
    """

    blocks: tuple[tuple[Slice, ...], ...]
    is_merged: bool


def order_of(runs: Sequence[Run]) -> Order:
    """Cut the rows of runs into blocks.

    Args:
        runs: Runs of a snapshot, each in the order of its times.

    Returns:
        The order; one run is as it is, a block per part.
    """
    filled = [run for run in runs if run.all_parts]
    if len(filled) <= 1:
        parts = filled[0].all_parts if filled else ()
        return Order(tuple((Slice(number, 0, part.rows),) for number, part in enumerate(parts)), is_merged=False)
    starts = list(accumulate((len(run.all_parts) for run in runs), initial=0))
    cutters = [_Cutter(run.all_parts, first) for run, first in zip(runs, starts, strict=False) if run.all_parts]
    keys = sorted(
        (fence.first, number, row)
        for number, cutter in enumerate(cutters)
        for row, fence in zip(cutter.starts, cutter.fences, strict=True)
    )
    cuts = [cutter.cuts(keys, number) for number, cutter in enumerate(cutters)]
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
    """Finds rows of one run by their keys."""

    def __init__(self, parts: Sequence[Part], first_part: int) -> None:
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
        self._latest = (-1, pl.Series(dtype=pl.Int64))
        self._lasts = [fence.last for fence in self.fences]

    @property
    def rows(self) -> int:
        """How many rows the run has."""
        return self._part_starts[-1]

    def cuts(self, keys: Sequence[tuple[int, int, int]], number: int) -> list[int]:
        """The row of this run at which each key stands, and the end.

        Args:
            keys: Time, run and row in that run; ascending.
            number: The number of this run.

        Returns:
            Row numbers, ascending, one more than there are keys.
        """
        found = [row if run == number else self._row_at(time, after=run > number) for time, run, row in keys]
        # Records that came late make times step back; a row must still be in one block and no other.
        return list(accumulate([*found, self.rows], max))

    def _row_at(self, time: int, *, after: bool) -> int:
        """The first row that is not older than a time, or the first that is younger."""
        find = bisect_right if after else bisect_left
        place = find(self._lasts, time)
        if place == len(self.fences):
            return self.rows
        fence = self.fences[place]
        if fence.first > time or (fence.first == time and not after):
            return self.starts[place]
        times = self._times(place)
        return self.starts[place] + int(times.search_sorted(time, "right" if after else "left"))

    def _times(self, place: int) -> pl.Series:
        """The times of one stretch; neighbouring keys ask for the same one."""
        if self._latest[0] != place:
            fence = self.fences[place]
            times = self._owners[place].lazy().select(pl.col("order_time").cast(pl.Int64))
            self._latest = (place, times.slice(fence.start, fence.rows).collect().to_series())
        return self._latest[1]

    def slices(self, start: int, stop: int) -> list[Slice]:
        """The slices of parts that rows of the run are in."""
        found = []
        place = max(0, bisect_right(self._part_starts, start) - 1)
        while start < stop:
            first, end = self._part_starts[place], min(stop, self._part_starts[place + 1])
            if end > start:
                found.append(Slice(self._first_part + place, start - first, end - first))
            start, place = max(start, end), place + 1
        return found
