"""The buckets of a timeline hold all counts but those far off, and are as fine as they can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from logtui.analysis.profile import SECOND, STEPS, Place, Profile
from logtui.analysis.timeline import Timeline, of, services
from tests.analysis.test_anomalies import NOW, START, Rows, frame_of, row


def timeline_of(rows: Rows) -> Timeline:
    timeline = Timeline.of(Profile.of(frame_of(rows), NOW))
    assert timeline is not None
    return timeline


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(1, 10), (2_990, 10), (3_010, 60), (299 * 60, 60), (301 * 60, 600), (301 * 600, 3_600), (301 * 86_400, 86_400)],
)
def test_buckets_are_as_fine_as_three_hundred_of_them_can_be(seconds: int, step: int) -> None:
    start = START - timedelta(days=302)
    rows = [row(0, timestamp=start + timedelta(seconds=seconds * part / 10)) for part in range(11)]
    timeline = timeline_of(rows)
    assert timeline.step == step * SECOND
    assert timeline.buckets <= 301 or timeline.step == STEPS[-1]
    assert timeline.series(timeline.counts, None).sum() == len(rows)


def test_a_series_counts_every_bucket_also_the_empty_ones() -> None:
    rows = [row(second, service=service) for second, service in ((0, "api"), (5, "web"), (25, "api"), (49, None))]
    timeline = timeline_of(rows)
    assert timeline.buckets == 5
    assert timeline.series(timeline.counts, None).to_list() == [2, 0, 1, 0, 1]
    assert timeline.series(timeline.counts, "api").to_list() == [1, 0, 1, 0, 0]
    assert timeline.is_alive.to_list() == [True, False, True, False, True]
    assert timeline.moment(2) == START + timedelta(seconds=20)
    assert timeline.length(3) == "30 s"


def test_few_times_far_from_all_others_are_outside() -> None:
    rows = [row(second) for second in range(2_000)]
    timeline = timeline_of([*rows, row(0, timestamp=datetime(2021, 1, 1, tzinfo=UTC))])
    assert timeline.outside == 1
    assert timeline.moment(0) == START
    assert timeline.series(timeline.counts, None).sum() == 2_000
    assert timeline_of(rows).outside == 0


def test_a_coarser_timeline_holds_the_same_counts() -> None:
    timeline = timeline_of([row(second * 7) for second in range(400)])
    coarser = timeline.coarser()
    assert coarser is not None
    assert coarser.step > timeline.step
    assert coarser.moment(0) <= timeline.moment(0)
    assert coarser.series(coarser.counts, None).sum() == timeline.series(timeline.counts, None).sum() == 400


def test_too_few_buckets_get_no_wider() -> None:
    assert timeline_of([row(second) for second in range(60)]).coarser() is None


def test_without_times_there_is_no_timeline() -> None:
    assert Timeline.of(Profile.of(frame_of([row(0, timestamp=None)] * 3), NOW)) is None


def test_services_come_the_busiest_first_behind_all_together() -> None:
    rows = [row(0, service=f"s{number}") for number in range(60)]
    rows += [row(1, service="s7"), row(2, service=None), row(2, service=None), row(2, service=None)]
    counts = timeline_of(rows).counts
    ranked = services(counts)
    assert (ranked[:3], len(ranked)) == ([None, "s7", "s0"], 51)
    assert of(counts, "s7")["count"].sum() == 2
    assert of(counts, None)["count"].sum() == len(rows)


def test_places_are_those_of_the_first_records_of_the_buckets() -> None:
    timeline = timeline_of([row(second, line=second + 1, offset=second * 10) for second in range(60)])
    assert timeline.places(timeline.counts, 2, 4) == (
        Place("app.log", 21, 200),
        Place("app.log", 31, 300),
        Place("app.log", 41, 400),
    )
