"""Times that can match, both ends included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from logtui.engine.search.request import Request
from logtui.engine.search.time_bounds import TimeBounds


@pytest.mark.parametrize(
    ("bounds", "times", "meets"),
    [
        (TimeBounds(), None, True),
        (TimeBounds(10, 20, undated=False), None, False),
        (TimeBounds(10, 20, undated=False), (0, 10), True),
        (TimeBounds(10, 20, undated=False), (0, 9), False),
        (TimeBounds(10, 20, undated=False), (20, 30), True),
        (TimeBounds(10, 20, undated=False), (21, 30), False),
        (TimeBounds(10, None, undated=False), (30, 40), True),
        (TimeBounds(None, 20, undated=False), (30, 40), False),
    ],
)
def test_bounds_meet_times_that_overlap_them(bounds: TimeBounds, times: tuple[int, int] | None, meets: bool) -> None:
    assert bounds.meets(times) is meets


def test_narrower_bounds_lie_within_both() -> None:
    bounds = TimeBounds(10, 20, undated=False)
    assert bounds.narrowed(0, 15, undated=False) == TimeBounds(10, 15, undated=False)
    assert TimeBounds().narrowed(0, 15, undated=False) == TimeBounds(0, 15, undated=False)
    assert bounds.narrowed(0, 15, undated=True) == bounds
    assert bounds.narrowed(None, None, undated=False) == bounds


def test_the_filter_and_the_range_bound_together() -> None:
    day = datetime(2025, 7, 23, tzinfo=UTC)
    found = TimeBounds.of(replace(Request.of("timestamp:<2025-07-23T06:00Z"), since=day))
    assert found.first == int(day.timestamp()) * 10**9
    assert found.last == found.first + 6 * 3600 * 10**9
    assert not found.undated
    assert TimeBounds.of(Request.of("level:error")).undated
