"""Places in a segment: neighbouring rows that are read together, by their first row and their number."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.store import Segment, WordMasks


class Place(NamedTuple):
    """Neighbouring rows.

    Attributes:
        start: The first one.
        rows: How many there are.
    """

    start: int
    rows: int

    @property
    def span(self) -> tuple[int, int]:
        """The first row and the one behind the last."""
        return self.start, self.start + self.rows

    def within(self, start: int, end: int) -> list[Place]:
        """Those of the rows that lie from one to before another; no place if there are none."""
        first, last = max(start, self.start), min(end, self.start + self.rows)
        return [Place(first, last - first)] if first < last else []


def places_of(segment: Segment, groups: Iterable[int]) -> list[Place]:
    """Row groups of a segment, those that are neighbours as one place.

    Args:
        segment: The segment.
        groups: Ascending numbers of row groups.
    """
    starts = _starts(segment)
    return _joined(Place(starts[group], starts[group + 1] - starts[group]) for group in groups)


def blocks_of(segment: Segment, groups: Iterable[int], words: WordMasks, mask: int) -> list[Place]:
    """Blocks of a segment's row groups, those that are neighbours as one place.

    Args:
        segment: The segment.
        groups: Ascending numbers of row groups.
        words: What knows how they are cut into blocks.
        mask: The blocks that are wanted.
    """
    starts = _starts(segment)
    size = words.block_rows or segment.facts.rows
    return _joined(
        Place(start, min(size, starts[group + 1] - start))
        for group in groups
        for number, start in enumerate(range(starts[group], starts[group + 1], size))
        if mask >> group * words.per_group + number & 1
    )


def stepwise(places: Iterable[Place], rows: int) -> Iterator[Place]:
    """The same places, in steps of at most so many rows."""
    for place in places:
        start, end = place.span
        for first in range(start, end, rows):
            yield Place(first, min(rows, end - first))


def doubling(groups: Sequence[int], *, from_last: bool) -> Iterator[Sequence[int]]:
    """Row groups from one end to the other: one, two, four and so on, since few may be needed or all."""
    done, size, count = 0, 1, len(groups)
    while done < count:
        until = min(done + size, count)
        yield groups[count - until : count - done] if from_last else groups[done:until]
        done, size = until, 2 * size


def _starts(segment: Segment) -> list[int]:
    return list(accumulate((group.rows for group in segment.facts.groups), initial=0))


def _joined(places: Iterable[Place]) -> list[Place]:
    found: list[Place] = []
    for place in places:
        start, rows = place
        if found and sum(found[-1]) == start:
            start, before = found.pop()
            rows += before
        found.append(Place(start, rows))
    return found
