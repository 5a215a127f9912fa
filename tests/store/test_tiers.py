"""Merging keeps the number of small segments bounded, writes few records again, and keeps days and order."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.store.tiers import FAN_IN, MERGED_BYTES, STALE, Sealed, next_merge
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Simulated:
    """A store of sizes: what is sealed in it is merged whenever something is due."""

    def __init__(self) -> None:
        self.segments: list[Sealed] = []
        self.days: dict[int, dict[int, int]] = {}
        self.last = self.seq = self.arrived = self.written = self.most_fresh = 0

    def seal(self, days: dict[int, int]) -> None:
        self._add(days, self.seq, 0)
        self.seq += sum(days.values())
        self.arrived += sum(days.values())
        while merge := next_merge(self.segments, self.last):
            self._merge(merge)
        self.most_fresh = max(self.most_fresh, sum(segment.tier == 0 for segment in self.segments))

    def _merge(self, merge: Sequence[Sealed]) -> None:
        check_neighbours(self.segments, merge)
        rows: dict[int, int] = {}
        for segment in merge:
            self.segments.remove(segment)
            for day, count in self.days.pop(segment.number).items():
                rows[day] = rows.get(day, 0) + count
        self.written += sum(rows.values())
        for day, count in rows.items():
            self._add({day: count}, min(segment.first_seq for segment in merge), 1 + max(each.tier for each in merge))

    def _add(self, days: dict[int, int], first_seq: int, tier: int) -> None:
        self.last += 1
        rows = sum(days.values())
        self.segments.append(Sealed(self.last, min(days), max(days), first_seq, rows, rows * 60, tier))
        self.segments.sort(key=lambda each: (each.first_day, each.first_seq, each.number))
        self.days[self.last] = days


def check_neighbours(segments: Sequence[Sealed], merge: Sequence[Sealed]) -> None:
    """Segments of one day are merged only if nothing of that day is between them."""
    if any(segment.is_mixed for segment in merge):
        assert all(segment.is_mixed for segment in merge)
        return
    start = segments.index(merge[0])
    assert list(merge) == segments[start : start + len(merge)]
    assert len({segment.first_day for segment in merge}) == 1


def simulated(arrivals: Iterable[dict[int, int]]) -> Simulated:
    store = Simulated()
    for days in arrivals:
        store.seal(days)
    return store


ROWS = st.sampled_from([1, 7, 300, 5_000, 32_768, 40_000])
DAYS = st.dictionaries(st.integers(0, 3), ROWS, min_size=1, max_size=2)
BURSTS = st.lists(st.tuples(DAYS, st.integers(1, 150)), min_size=1, max_size=6)


@settings(max_examples=examples(60), deadline=None)
@given(BURSTS)
def test_whatever_arrives_few_segments_stay_unmerged_and_records_are_written_again_few_times(
    bursts: list[tuple[dict[int, int], int]],
) -> None:
    store = simulated(days for days, times in bursts for _ in range(times))
    assert store.most_fresh <= STALE < 100
    assert store.written <= 3 * store.arrived
    assert sum(segment.rows for segment in store.segments) == store.arrived


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 4_000), st.just(1), min_size=1, max_size=3), max_size=300))
def test_records_of_any_days_leave_few_segments_unmerged(arrivals: list[dict[int, int]]) -> None:
    assert simulated(arrivals).most_fresh <= STALE


def test_under_load_a_record_is_written_again_twice() -> None:
    store = simulated({0: 32_768} for _ in range(1_000))
    assert store.written <= 2 * store.arrived
    assert [segment.tier for segment in store.segments].count(2) >= 30
    assert len(store.segments) < 55


def test_a_backlog_is_merged_into_the_largest_room_at_once() -> None:
    few = [Sealed(number, 0, 0, number, 32_768, 3_276_800) for number in range(6)]
    assert next_merge(few, 6) == tuple(few[:4])
    many = [Sealed(number, 0, 0, number, 32_768, 1_500_000) for number in range(40)]
    assert next_merge(many, 40) == tuple(many[:32])
    long = [Sealed(number, 0, 0, number, 32_768, MERGED_BYTES // 8) for number in range(40)]
    assert next_merge(long, 40) == tuple(long[:8])


@pytest.mark.slow
def test_a_trickle_of_a_day_ends_in_few_segments() -> None:
    store = simulated({second // 20_000: 1} for second in range(40_000))
    assert store.written <= 3 * store.arrived
    assert len(store.segments) < 3 * FAN_IN


def test_segments_of_different_days_are_not_merged_together() -> None:
    segments = [Sealed(number, number // 20, number // 20, number, 5, 500) for number in range(60)]
    assert next_merge(segments, 59) == ()
    crowded = [Sealed(number, number // 40, number // 40, number, 5, 500) for number in range(60)]
    assert {segment.first_day for segment in next_merge(crowded, 59)} == {0}


def test_a_lone_segment_is_merged_by_itself_when_it_is_stale() -> None:
    lone = Sealed(1, 7, 7, 0, 5, 500)
    assert next_merge([lone], STALE) == ()
    assert next_merge([lone], STALE + 1) == (lone,)


def test_merged_segments_are_bounded_in_bytes() -> None:
    segments = [Sealed(number, 0, 0, number, 10, MERGED_BYTES // 3) for number in range(4)]
    assert next_merge(segments, 4) == tuple(segments[:3])


@pytest.mark.parametrize("tier", [1, 2, 5])
def test_a_full_segment_is_left_alone(tier: int) -> None:
    assert next_merge([Sealed(1, 0, 0, 0, 1_000_000, 10**8, tier)] * 3, 500) == ()


def test_merging_keeps_first_sequence_numbers_ascending_in_a_day() -> None:
    store = simulated({second % 3: 20_000} for second in range(300))
    for _, day in groupby(store.segments, lambda each: each.first_day):
        assert all(earlier.first_seq < later.first_seq for earlier, later in pairwise(day))
