"""Retention: which segments are too old, by the arrival of their records, or too many, by their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from logtui.store.archive import archive_segments, is_archive, manifest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from logtui.store.segment import Segment
    from logtui.store.store import Store


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records are kept.

    Attributes:
        age: A segment goes once its last record arrived so long ago; None for never.
        size: Bytes of all segment files; the segments whose records arrived first go until they fit. None for any.
    """

    age: timedelta | None = None
    size: int | None = None


class Expiry(msgspec.Struct, frozen=True):
    """What has gone.

    Attributes:
        segments: Segments.
        rows: Their records.
        size: Bytes of their files.
        archived: Records that have been added to the archive.
    """

    segments: int
    rows: int
    size: int
    archived: int


def expired(
    segments: Sequence[Segment], arrivals: Mapping[int, int], retention: Retention, now: int
) -> tuple[Segment, ...]:
    """The segments that are to go.

    Args:
        segments: All segments.
        arrivals: When the last record of each arrived, in epoch nanoseconds, by the numbers of the segments.
        retention: How long they are kept.
        now: Epoch nanoseconds.

    Returns:
        Those that are too old or too many, the one whose records arrived first at the beginning.
    """
    oldest = sorted(segments, key=lambda segment: (arrivals[segment.number], segment.number))
    old = sum(_is_old(arrivals[segment.number], retention.age, now) for segment in oldest)
    return tuple(oldest[: max(old, _too_many(oldest, retention.size))])


def _is_old(arrived: int, age: timedelta | None, now: int) -> bool:
    return age is not None and now - arrived > age.total_seconds() * 1e9


def _too_many(oldest: Sequence[Segment], size: int | None) -> int:
    """How many of the segments go, so that the rest fits."""
    sizes = [segment.facts.size for segment in reversed(oldest)]
    return 0 if size is None else sum(total > size for total in accumulate(sizes))


def expire(store: Store, retention: Retention, now: int, archived: Path | None = None) -> Expiry:
    """Let the segments go that are too old or too many.

    Args:
        store: A store that this process writes.
        retention: How long they are kept.
        now: Epoch nanoseconds.
        archived: The folder of an archive that gets their records first; None if they are not wanted any more.

    Returns:
        What has gone.

    Raises:
        StoreError: If the disk refuses; nothing goes that is not in the archive.
    """
    with store.rewriting, store.lease() as lease:
        arrivals = store.arrivals()
        gone = expired([each for each in lease.segments if each.number in arrivals], arrivals, retention, now)
        rows = archive_segments(archived, gone, arrivals, store) if archived and gone else 0
        store.drop(gone)
    store.sweep()
    return Expiry(len(gone), sum(each.facts.rows for each in gone), sum(each.facts.size for each in gone), rows)


def drop_archived(store: Store, archived: Path) -> int:
    """Let segments go that an archive holds already, as a crash between archiving and dropping leaves them.

    It is done before anything is merged, because a merged segment is not known to be in the archive.

    Args:
        store: A store that this process writes.
        archived: The folder of the archive.

    Returns:
        The segments that have gone.

    Raises:
        StoreError: If the archive cannot be read, or the disk refuses.
    """
    known = manifest_of(archived).segments if is_archive(archived) else frozenset()
    gone = [segment for segment in store.segments() if segment.path.name in known]
    store.drop(gone)
    store.sweep()
    return len(gone)
