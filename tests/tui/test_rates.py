"""How fast records arrive."""

from __future__ import annotations

import pytest

from logtui.tui.rates import Rate


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], 0),
        ([(0, 100)], 0),
        ([(0, 0), (1, 50), (2, 100)], 50),
        ([(0, 0), (10, 1_000), (20, 1_000)], 0),
        ([(0, 0), (4, 400), (6, 600), (8, 600)], 75),
    ],
)
def test_the_rate_is_that_of_the_last_seconds(seen: list[tuple[float, int]], expected: float) -> None:
    rate = Rate()
    for now, total in seen:
        rate.note(now, total)
    assert rate.per_second == pytest.approx(expected)
