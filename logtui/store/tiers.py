"""Tiers: which neighbouring segments are to be merged next, decided from sizes, days and ages alone.

A sealed segment is of tier 0; what segments are merged into is one tier above the highest of them. Segments of one day
are merged when they fill the room of their tier, or when they are too many. So a record is written again twice under
load, and once more for each further factor of `FAN_IN` where segments are tiny. The larger the backlog, the less
merging costs: segments of tier 0 that fill the largest room are merged into it at once, and so written again once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FAN_IN: Final = 32
"""So many segments of one tier are merged however small they are."""

STALE: Final = 64
"""A segment of tier 0 is merged, alone if need be, once so many numbers have been given after its own. It bounds the
segments of tier 0, whatever days they are of."""

MERGED_BYTES: Final = 48 * 1024 * 1024
"""Bytes of records, as received, in a merged segment: they are sorted in memory, which takes four times as many."""

_ROOMS: Final = (131_072, 1_048_576)
"""Most records that segments of tier 0, and those of any higher tier, are merged into."""

_ENOUGH: Final = (98_304, 917_504)
"""So many records are merged without waiting for more: three segments of 32,768, as come under load, and nine of
those that they make."""

_ENOUGH_BYTES: Final = MERGED_BYTES * 7 // 8

_FULL: Final = 0.7
"""A segment that fills this much of the largest room is not merged again."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the policy looks at in a segment.

    Attributes:
        number: Its number, which grows with each segment that is published.
        first_day: The day of its first record in days since 1970; that of its place.
        last_day: The day of its last record.
        first_seq: The `seq` of its place.
        rows: Records.
        raw_bytes: Bytes of the records as received.
        tier: How many merges its records have behind them, at most.
    """

    number: int
    first_day: int
    last_day: int
    first_seq: int
    rows: int
    raw_bytes: int
    tier: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether it holds records of several days."""
        return self.first_day != self.last_day

    @property
    def is_full(self) -> bool:
        """Whether it is as large as a merged segment gets, and so never merged again."""
        return not self.is_mixed and (self.rows >= _FULL * _ROOMS[1] or self.raw_bytes >= _FULL * MERGED_BYTES)


def next_merge(segments: Sequence[Sealed], last_number: int) -> tuple[Sealed, ...]:
    """The segments that are to be merged next.

    Segments of one day are merged with their neighbours only, so that the order by day and first `seq` is kept. Those
    of several days are merged with each other, because what comes out is split by day and has places of its own.

    Args:
        segments: All segments in the order of their places.
        last_number: The number that was given last.

    Returns:
        One or more segments in order; none if nothing is due.
    """
    runs = list(_runs(segments))
    # The highest tier first: the backlog of tier 0 gets cheaper while it waits, that of higher tiers does not.
    for tier in sorted({segment.tier for run in runs for segment in run}, reverse=True):
        for run in runs:
            for low in _not_above(run, tier):
                if merge := _due(low, tier, last_number):
                    return merge
    return ()


def _runs(segments: Sequence[Sealed]) -> Iterator[list[Sealed]]:
    """Segments that may be merged: all of several days, and the neighbours of each day."""
    yield sorted((segment for segment in segments if segment.is_mixed), key=lambda segment: segment.first_seq)
    for is_apart, run in groupby(segments, lambda each: (each.is_mixed or each.is_full, each.first_day)):
        if not is_apart[0]:
            yield list(run)


def _not_above(run: Sequence[Sealed], tier: int) -> Iterator[list[Sealed]]:
    return (list(low) for is_low, low in groupby(run, lambda each: each.tier <= tier) if is_low)


def _due(run: Sequence[Sealed], tier: int, last_number: int) -> tuple[Sealed, ...]:
    """What is merged of a run of segments of a tier and those below it."""
    level = 1 if tier or _is_enough(run, 1) else 0
    rooms = list(_filled(run, _ROOMS[level]))
    for room in rooms:
        is_filled = room is not rooms[-1] or _is_enough(room, level)
        is_long = sum(segment.tier == tier for segment in room) >= FAN_IN
        is_stale = tier == 0 and last_number - min(segment.number for segment in room) >= STALE
        if is_stale or (len(room) > 1 and (is_filled or is_long)):
            return tuple(room)
    return ()


def _is_enough(run: Sequence[Sealed], level: int) -> bool:
    rows, raw_bytes = sum(segment.rows for segment in run), sum(segment.raw_bytes for segment in run)
    return rows >= _ENOUGH[level] or raw_bytes >= _ENOUGH_BYTES


def _filled(run: Sequence[Sealed], most_rows: int) -> Iterator[list[Sealed]]:
    """Cut a run into neighbours that have room in one merged segment."""
    room: list[Sealed] = []
    rows = raw_bytes = 0
    for segment in run:
        rows, raw_bytes = rows + segment.rows, raw_bytes + segment.raw_bytes
        if room and (rows > most_rows or raw_bytes > MERGED_BYTES):
            yield room
            room, rows, raw_bytes = [], segment.rows, segment.raw_bytes
        room.append(segment)
    if room:
        yield room
