"""What a condition refuses, whoever has written it."""

from __future__ import annotations

import math

import pytest

from logtui.alerts.conditions import Aggregate, Count, nanoseconds, positive
from logtui.alerts.maintenance import Maintenance


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_numbers_are_finite(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Count(number)
    with pytest.raises(ValueError, match="finite"):
        Count(1, clear=number)


@pytest.mark.parametrize("window", ["0s", "4000d", "soon"])
def test_a_window_is_from_a_second_to_ten_years(window: str) -> None:
    with pytest.raises(ValueError, match=r"at (least|most)|duration"):
        Count(1, window=window)


@pytest.mark.parametrize("of", ["p99", "p99(", "p42(duration_ms)", "median(x)"])
def test_an_aggregate_is_a_known_statistic_of_a_field(of: str) -> None:
    with pytest.raises(ValueError, match="of"):
        Aggregate(1, of=of)


def test_a_condition_says_itself_in_a_line() -> None:
    assert Aggregate(2000, of="p99(duration_ms)", window="1m").described == "p99(duration_ms) > 2,000 in 1m"


@pytest.mark.parametrize("schedule", ["", "* * * *", "0 0 30 2 *", "0 2 * * 6 *", "@daily", "x * * * *"])
def test_a_schedule_of_maintenance_has_five_fields_and_comes(schedule: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        Maintenance(schedule, "1h")


def test_maintenance_covers_its_duration() -> None:
    nightly, second = Maintenance("0 2 * * *", "1h"), 10**9
    assert [nightly.covers(at * 60 * second) for at in (119, 120, 179, 180)] == [False, True, True, False]
    assert positive("window", "1m") == nanoseconds("60s")
