"""A spike is far above its trailing baseline, a gap far longer than usual ones; noise is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.analysis.series import BASELINE, Gap, Spike, gaps, spikes

if TYPE_CHECKING:
    import random

STEADY = [10, 11, 9, 10] * 15


def found(counts: list[int], alive: list[bool] | None = None, times: float = 3.0) -> list[Spike]:
    return spikes(pl.Series(counts), pl.Series(alive or [True] * len(counts)), times)


def test_a_spike_is_told_with_what_is_usual() -> None:
    (spike,) = found([*STEADY, 200, *STEADY])
    assert (spike.first, spike.last, spike.total, spike.peak) == (60, 60, 200, 200)
    assert spike.usual == pytest.approx(10)


def test_high_buckets_near_each_other_are_one_spike_and_far_ones_two() -> None:
    (near,) = found([*STEADY, 200, 10, 300, *STEADY])
    assert (near.first, near.last, near.total, near.peak) == (60, 62, 500, 300)
    assert near.usual == pytest.approx(30)
    assert [spike.first for spike in found([*STEADY, 200, 10, 10, 300, *STEADY])] == [60, 63]


@pytest.mark.parametrize(("count", "is_spike"), [(29, False), (30, True)])
def test_a_spike_has_at_least_so_many_times_the_usual_count(count: int, is_spike: bool) -> None:
    steady = [10] * 60
    assert bool(found([*steady, count])) is is_spike
    assert not found([*steady, count], times=5.0)


@pytest.mark.parametrize(("count", "is_spike"), [(9, False), (10, True)])
def test_a_few_records_are_no_spike_where_there_were_none(count: int, is_spike: bool) -> None:
    assert bool(found([0] * 40 + [count])) is is_spike


def test_without_a_baseline_nothing_is_unusual() -> None:
    assert found([10] * 4 + [10_000]) == []
    assert [spike.first for spike in found([10] * 5 + [10_000])] == [5]


def test_buckets_in_which_nothing_is_alive_say_nothing_about_what_is_usual() -> None:
    counts, alive = [100, 0] * 40, [True, False] * 40
    assert found([*counts, 110], [*alive, True]) == []
    assert [spike.first for spike in found([*counts, 900], [*alive, True])] == [80]


def test_an_earlier_spike_does_not_hide_a_later_one() -> None:
    counts = [*STEADY, 5_000, *STEADY[: BASELINE // 2], 200, *STEADY]
    assert [spike.first for spike in found(counts)] == [60, 60 + 1 + BASELINE // 2]


@given(st.randoms(use_true_random=False), st.integers(20, 2_000))
def test_noise_is_no_spike(chance: random.Random, usual: int) -> None:
    assert found([chance.randint(usual // 2, usual * 3 // 2) for _ in range(200)]) == []


def test_a_gap_is_told_with_where_it_is() -> None:
    assert gaps(pl.Series([1] * 30 + [0] * 15 + [1] * 30)) == [Gap(30, 44, 1.0)]
    assert gaps(pl.Series([1] * 30 + [0] * 15)) == [Gap(30, 44, 1.0)]


@pytest.mark.parametrize(("empty", "is_gap"), [(9, False), (10, True)])
def test_a_gap_is_longer_than_ten_usual_ones(empty: int, is_gap: bool) -> None:
    assert bool(gaps(pl.Series([1] * 30 + [0] * empty + [1] * 30))) is is_gap


@pytest.mark.parametrize(("filled", "is_known"), [(19, False), (20, True)])
def test_of_few_records_no_gap_is_told(filled: int, is_known: bool) -> None:
    assert bool(gaps(pl.Series([1] * filled + [0] * 60))) is is_known


def test_a_series_that_is_mostly_empty_has_no_gaps() -> None:
    assert gaps(pl.Series(([1] + [0] * 4) * 30 + [0] * 100)) == []
    assert gaps(pl.Series([], dtype=pl.Int64)) == []
