"""Compaction: segments are merged one merge at a time, and then outlined, in what time there is for it.

A merge is one transaction of the catalogue, so whenever it is cut off, either the old segments exist or the new ones.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.store.days import by_day
from logtui.store.tiers import next_merge

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from threading import Event

    from logtui.store.segment import Segment
    from logtui.store.store import Store

SHARE: Final = 0.25
"""Of one core, at most."""

_UNHURRIED: Final = 64
"""So many segments may wait before merging takes more than its share."""

_IDLE_SECONDS: Final = 0.5
_ORDER: Final = ("order_time", "seq")


class Budget:
    """Keeps work within a share of a core, by rests after it.

    Args:
        share: Of one core; 1 rests never.
        clock: Seconds of CPU that the work takes. Polars works in threads of its own, so only the whole process's time
            counts all of it; beside other work of the process that is too much, and so the rests are too long, not
            too short.

    Attributes:
        seconds: How long work has taken so far.
    """

    def __init__(self, share: float = SHARE, clock: Callable[[], float] = time.process_time) -> None:
        self._share: Final = share
        self._clock: Final = clock
        self.seconds = 0.0

    def timed(self, work: Callable[[], bool]) -> tuple[bool, float]:
        """Do some work.

        Args:
            work: Returns whether there was something to do.

        Returns:
            What it returned, and the seconds to rest before the next work.
        """
        began, used = time.monotonic(), self._clock()
        is_done = work()
        took = time.monotonic() - began
        self.seconds += took if is_done else 0.0
        return is_done, max(0.0, (self._clock() - used) / self._share - took)


def compact(store: Store, stop: Event, budget: Budget) -> None:
    """Merge or outline once, then rest until the budget admits more, or it is asked to stop.

    The rests are shorter when many segments wait to be merged, since each of them makes every search slower.

    Args:
        store: A store that this process writes.
        stop: Set from another thread.
        budget: How much CPU it may take.

    Raises:
        StoreError: If the disk refuses; it may be called again then.
    """
    is_done, rest = budget.timed(lambda: compact_once(store))
    stop.wait(rest * patience(unmerged(store)) if is_done else _IDLE_SECONDS)


def unmerged(store: Store) -> int:
    """Count the segments that were never merged."""
    return sum(each.tier == 0 for each in store.sealed())


def patience(waiting: int) -> float:
    """The part of its rests that merging takes while so many segments wait.

    With all of its rests it merges 78,000 records a second beside 100,000 that come, with half of them all that come:
    then about 90 segments wait.
    """
    return min(1.0, (_UNHURRIED / max(1, waiting)) ** 2)


def compact_once(store: Store) -> bool:
    """Do one merge, or outline one merged segment if none is due; whether there was something to do.

    Args:
        store: A store that this process writes.

    Raises:
        StoreError: If the disk refuses; everything is as it was then.
    """
    return bool(merge_once(store)) or outline_once(store)


def merge_once(store: Store) -> tuple[Segment, ...]:
    """Do the merge that is due; the new segments, none if none is due."""
    with store.rewriting:
        due = {each.number for each in next_merge(store.sealed(), store.last_number())}
        merged = _merged(store, due) if due else ()
    if merged:
        store.sweep()
    return merged


def _merged(store: Store, numbers: Container[int]) -> tuple[Segment, ...]:
    """Merge the segments with these numbers."""
    with store.lease() as lease:
        segments = [segment for segment in lease.segments if segment.number in numbers]
        return store.merge(segments, by_day(merged_records(segments)))


def outline_once(store: Store) -> bool:
    """Outline the largest merged segment that is not outlined; whether there was one."""
    missing = store.not_outlined()
    merged = [each for each in store.sealed() if each.tier and each.number in missing]
    if not merged:
        return False
    largest = max(merged, key=lambda each: each.rows).number
    store.outline(next(segment for segment in store.segments() if segment.number == largest))
    return True


def merged_records(segments: Sequence[Segment]) -> pl.DataFrame:
    """The records of segments, in the order of their times, and of their arrival where these are equal.

    Args:
        segments: Segments of one store.

    Returns:
        A record frame.
    """
    frames = [segment.lazy().select(segment.columns).collect() for segment in segments]
    order = (
        pl.concat(frame.select(*_ORDER) for frame in frames)
        .select(pl.arg_sort_by(*_ORDER, maintain_order=True))
        .to_series()
    )
    # One column after the other, since all of them in both orders would take twice the memory.
    return pl.DataFrame([_taken(frames, *column).rechunk().gather(order) for column in _columns_of(frames).items()])


def _columns_of(frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataType]:
    return {name: dtype for frame in frames for name, dtype in frame.schema.items()}


def _taken(frames: Sequence[pl.DataFrame], name: str, dtype: pl.DataType) -> pl.Series:
    """Take a column out of frames; where one does not have it, it is null."""
    return pl.concat(
        frame.drop_in_place(name)
        if name in frame.columns
        else pl.repeat(None, frame.height, dtype=dtype, eager=True).alias(name)
        for frame in frames
    )
