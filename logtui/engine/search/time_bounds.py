"""Time bounds of a request, by which segments and row groups are pruned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.model.times import ns_of

if TYPE_CHECKING:
    from logtui.engine.search.request import Request
    from logtui.store import Segment


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """The times that can match, both ends included.

    Attributes:
        first: The first moment, epoch nanoseconds; None for no bound.
        last: The last moment, epoch nanoseconds; None for no bound.
        undated: Whether records without a time can match.
    """

    first: int | None = None
    last: int | None = None
    undated: bool = True

    @classmethod
    def of(cls, request: Request) -> TimeBounds:
        """Derive the bounds from a request's filter, `since` and `until`."""
        times = request.condition.times()
        firsts = [moment for moment in (times.first, request.since) if moment is not None]
        lasts = [moment for moment in (times.last, request.until) if moment is not None]
        first = max(map(ns_of, firsts), default=None)
        last = min(map(ns_of, lasts), default=None)
        return cls(first, last, first is None and last is None)

    def narrowed(self, first: int | None, last: int | None, *, undated: bool) -> TimeBounds:
        """Intersect the bounds with others; unchanged if records without a time are wanted too."""
        if undated or first is None or last is None:
            return self
        return TimeBounds(
            first if self.first is None else max(first, self.first),
            last if self.last is None else min(last, self.last),
            undated=False,
        )

    def meets(self, times: tuple[int, int] | None) -> bool:
        """Whether any record between two times can match; None stands for records without a time."""
        if self.undated:
            return True
        if times is None:
            return False
        return (self.last is None or times[0] <= self.last) and (self.first is None or times[1] >= self.first)

    def groups(self, segment: Segment) -> tuple[int, ...]:
        """The numbers of the row groups of a segment that can hold matches."""
        found = []
        for number, group in enumerate(segment.facts.groups):
            times = None
            if group.first_time is not None and group.last_time is not None:
                times = (group.first_time, group.last_time)
            if self.meets(times):
                found.append(number)
        return tuple(found)
