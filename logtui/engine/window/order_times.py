"""Caches the order times of parts, one stretch of rows (a fence) at a time, the least recently used out first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from logtui.engine.search.part import Fence, PlacedPart

_MOST_ROWS: Final = 6_000_000
"""Times in the cache at most, 8 bytes each."""

_kept: OrderedDict[tuple[int, int], pl.Series] = OrderedDict()
_lock = threading.Lock()
"""Guards `_kept`, which the threads of the screen and of the filter both use."""


def times_in(part: PlacedPart, start: int, stop: int) -> pl.Series:
    """Read the order times of neighbouring rows of a part.

    Args:
        part: The part.
        start: The first row.
        stop: The row behind the last one.

    Returns:
        Int64, epoch nanoseconds.
    """
    found = [
        times_of(part, fence).slice(
            max(0, start - fence.start), min(stop, fence.start + fence.rows) - max(start, fence.start)
        )
        for fence in part.fences
        if fence.start < stop and start < fence.start + fence.rows
    ]
    return pl.concat(found) if found else pl.Series(dtype=pl.Int64)


def times_of(part: PlacedPart, fence: Fence) -> pl.Series:
    """Read the order times of one stretch of rows; Int64, epoch nanoseconds."""
    key = (part.id, fence.start)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    frame = part.lazy().select(pl.col("order_time").cast(pl.Int64)).slice(fence.start, fence.rows).collect()
    times = frame.to_series()
    with _lock:
        _kept[key] = times
        while sum(map(len, _kept.values())) > _MOST_ROWS:
            _kept.popitem(last=False)
    return times
