"""How fast records arrive."""

from __future__ import annotations

import pytest

from logtui.tui.session.rates import Rate


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


def test_what_was_there_already_does_not_arrive() -> None:
    rate = Rate()
    for now, total, is_live in ((0, 0, False), (1, 900_000, False), (2, 1_000_000, True), (3, 1_000_050, True)):
        rate.note(now, total, is_live=is_live)
    assert rate.per_second == pytest.approx(50)
