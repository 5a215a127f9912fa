"""The times that a request can match, against those of segments and row groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.model.times import ns_of

if TYPE_CHECKING:
    from logtui.engine.search.request import Request
    from logtui.store import Segment


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """Times that can match.

    Attributes:
        first: The first moment, in epoch nanoseconds; None if there is no such bound.
        last: The last moment, which can match itself.
        undated: Whether records without a time can match.
    """

    first: int | None = None
    last: int | None = None
    undated: bool = True

    @classmethod
    def of(cls, request: Request) -> TimeBounds:
        """The bounds that a request sets by its filter, its `since` and its `until`."""
        times = request.condition.times()
        firsts = [moment for moment in (times.first, request.since) if moment is not None]
        lasts = [moment for moment in (times.last, request.until) if moment is not None]
        first = max(map(ns_of, firsts), default=None)
        last = min(map(ns_of, lasts), default=None)
        return cls(first, last, first is None and last is None)

    def narrowed(self, first: int | None, last: int | None, *, undated: bool) -> TimeBounds:
        """These bounds within others; the same ones if records without a time are wanted, too."""
        if undated or first is None or last is None:
            return self
        return TimeBounds(
            first if self.first is None else max(first, self.first),
            last if self.last is None else min(last, self.last),
            undated=False,
        )

    def meets(self, times: tuple[int, int] | None) -> bool:
        """Whether records from the first to the second of these times can match; None stands for no time."""
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
