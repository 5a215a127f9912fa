"""A histogram counts every record once: in a bucket, without a time, or far from all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.tally import tally_of
from logtui.engine.summaries.histogram import STEPS, Histogram, histogram_of
from tests.tui.fakes import START, records

MILLISECONDS = st.lists(st.none() | st.integers(0, 10**9) | st.integers(0, 10**4), max_size=60)


def tally(*milliseconds: int | None) -> list[object]:
    times = [None if each is None else START + timedelta(milliseconds=each) for each in milliseconds]
    return [{"timestamp": time, "level": "error" if place % 3 == 0 else None} for place, time in enumerate(times)]


def histogram(milliseconds: list[int | None], buckets: int, *, whole: bool = False) -> Histogram:
    half = len(milliseconds) // 2
    frames = [records(tally(*part)) for part in (milliseconds[:half], milliseconds[half:]) if part]  # type: ignore[arg-type]
    return histogram_of([tally_of(frame) for frame in frames], buckets, whole=whole)


@given(MILLISECONDS, st.integers(1, 200), st.booleans())
def test_every_record_is_counted_once(milliseconds: list[int | None], buckets: int, whole: bool) -> None:
    made = histogram(milliseconds, buckets, whole=whole)
    assert made.records == len(milliseconds)
    assert made.undated == milliseconds.count(None)
    assert made.buckets <= buckets
    assert not (whole and made.outside)


@given(MILLISECONDS, st.integers(2, 200))
def test_buckets_hold_the_records_of_their_times(milliseconds: list[int | None], buckets: int) -> None:
    made = histogram(milliseconds, buckets, whole=True)
    start = int(START.timestamp()) * 10**9
    expected: dict[int | None, int] = {}
    for each in milliseconds:
        if each is not None:
            bucket = made.bucket_of(start + each * 10**6)
            expected[bucket] = expected.get(bucket, 0) + 1
    counted: dict[int | None, int] = {}
    for time, _, count in made.frame.iter_rows():
        bucket = made.bucket_of(int(time.timestamp()) * 10**9 + time.microsecond * 1_000)
        counted[bucket] = counted.get(bucket, 0) + count
    assert counted == expected
    assert None not in counted


def test_a_few_times_far_from_all_others_are_outside() -> None:
    rows = [{"timestamp": START + timedelta(seconds=number)} for number in range(600)]
    rows += [{"timestamp": datetime(1970, 1, 1, tzinfo=UTC)}, {"timestamp": datetime(2038, 1, 1, tzinfo=UTC)}]
    tallies = [tally_of(records(rows))]
    made = histogram_of(tallies, 100)
    assert (made.outside, made.step, made.buckets) == (2, 10 * 10**9, 60)
    assert histogram_of(tallies, 100, whole=True).outside == 0


def test_the_end_of_a_short_log_is_not_far() -> None:
    made = histogram([*range(10), 50 * 60_000], 100)
    assert (made.outside, made.records) == (0, 11)


@pytest.mark.parametrize("seconds", [1, 99, 100, 86_399, 10_000_000])
def test_widths_read_well(seconds: int) -> None:
    made = histogram([0, seconds * 1_000], 100, whole=True)
    assert made.step in STEPS
    assert made.buckets <= 100


def test_a_time_that_is_not_shown_has_no_bucket() -> None:
    made = histogram([0, 1_000], 10, whole=True)
    start = int(START.timestamp()) * 10**9
    assert made.bucket_of(start - 1) is None
    assert made.bucket_of(start + made.step * made.buckets) is None
    assert histogram_of([], 10).bucket_of(start) is None
