"""Counts by step of time, from which the number of records in any window follows at once."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from logtui.alerts.tallies import COUNT, STEP, Tally, value_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.alerts.states import Group


class StepCounts:
    """Records by step.

    Args:
        counts: The number of records of each step, ascending; steps without records are left out.
    """

    def __init__(self, counts: Mapping[int, int]) -> None:
        self.steps: Final = list(counts)
        self._before = [0, *accumulate(counts.values())]

    @classmethod
    def of(cls, counts: pl.DataFrame) -> Self:
        """Make the counts of a tally's frame, whatever else it is counted by."""
        by_step = counts.group_by(STEP).agg(pl.col(COUNT).cast(pl.Int64).sum()).sort(STEP)
        return cls(dict(by_step.iter_rows()))

    def between(self, start: int, end: int) -> int:
        """The number of records in the steps from `start` on, before `end`."""
        return self._before[bisect_left(self.steps, end)] - self._before[bisect_left(self.steps, start)]


class Counted:
    """What was counted for a tally.

    Args:
        tally: The tally.
        frame: The counts in the tally's schema.
    """

    def __init__(self, tally: Tally, frame: pl.DataFrame) -> None:
        self.tally: Final = tally
        self.frame: Final = frame

    @cached_property
    def total(self) -> StepCounts:
        """The records by step alone."""
        return StepCounts.of(self.frame)

    def by_group(self, fields: Sequence[str]) -> dict[Group, StepCounts]:
        """The records by the values of the first fields of the tally, and by step."""
        if not fields:
            return {(): self.total}
        return {group: StepCounts.of(part) for group, part in groups_in(self.frame, fields)}


def groups_in(frame: pl.DataFrame, fields: Sequence[str]) -> list[tuple[Group, pl.DataFrame]]:
    """The rows of each group of a frame that has the columns of a tally.

    Args:
        frame: The frame.
        fields: The fields of the groups, the first ones of the tally.
    """
    if not fields:
        return [((), frame)]
    columns = [value_column(place) for place in range(len(fields))]
    parts = frame.partition_by(columns, as_dict=True, maintain_order=True)
    return [(tuple(zip(fields, map(str, values), strict=True)), part) for values, part in parts.items()]
