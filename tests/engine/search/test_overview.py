"""An overview counts like a full scan, or says that it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.search.overview import Overview, OverviewCounter
from logtui.engine.search.request import Request
from logtui.engine.search.tally import MOST_BUCKETS
from logtui.engine.summaries.histogram import histogram_of
from logtui.store import OTHER
from tests.examples import examples
from tests.store.records import ROWS, START, frame_of, rows_of_services
from tests.tui.fakes import records

QUERIES = (
    "*",
    "level:error",
    "NOT level:>=warn",
    "service:api OR level:info",
    "service:*",
    "timestamp:*",
    f"timestamp:>={START:%Y-%m-%dT%H:%M:%SZ}",
    "severity_text:odd",
)
UNDECIDED = ("timeout", "code:500", "message:*", "raw:user*", "level:error timeout")


def counted(*frames: pl.DataFrame) -> Overview:
    counter = OverviewCounter()
    for frame in frames:
        counter.add(frame)
    return counter.overview()


def by_level(tally: pl.DataFrame) -> dict[str | None, int]:
    return dict(tally.group_by("level").agg(pl.col("count").sum()).iter_rows())


@settings(deadline=None, max_examples=examples(40))
@given(rows=ROWS, borders=st.lists(st.integers(0, 40), max_size=4), query=st.sampled_from(QUERIES), late=st.booleans())
def test_it_counts_what_a_full_scan_finds(
    rows: list[dict[str, Any]], borders: list[int], query: str, late: bool
) -> None:
    frame = frame_of(rows)
    overview = counted(*(frame[low:high] for low, high in pairwise([0, *sorted(borders), frame.height])))
    request = replace(Request.of(query, now=START), since=START + timedelta(milliseconds=1) if late else None)
    found, expected = overview.answer(request), request.matching(frame)
    assert found is not None
    assert (overview.rows, found.count) == (frame.height, expected.height)
    assert by_level(found.tally) == dict(expected["level"].value_counts().iter_rows())


@pytest.mark.parametrize("query", UNDECIDED)
def test_it_cannot_tell_what_texts_and_fields_hold(query: str) -> None:
    frame = frame_of([{"message": "timeout", "raw": "{timeout}", "format": "json", "level": "error", "@code": "500"}])
    assert counted(frame).answer(Request.of(query)) is None


def test_many_times_are_counted_in_wider_steps_that_still_give_every_histogram() -> None:
    step = timedelta(seconds=1)
    frame = records([{"timestamp": START + number * step} for number in range(3 * MOST_BUCKETS)])
    overview = counted(frame[:10], frame[10:5_000], frame[5_000:])
    answer = overview.answer(Request.everything())
    assert overview.step == 10_000_000_000
    assert answer is not None
    histogram = histogram_of([answer.tally], 200)
    assert answer.fits(histogram.step)
    assert not answer.fits(1_000_000_000)
    start = (pl.col("timestamp").cast(pl.Int64) // histogram.step * histogram.step).alias("start")
    expected = frame.group_by(start).len().sort("start")["len"]
    assert histogram.frame["count"].to_list() == expected.to_list()


def test_too_many_groups_are_counted_without_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logtui.engine.search.overview._MOST_GROUPS", 100)
    frame = frame_of([{**row, "level": "error"} for row in rows_of_services(150)])
    overview = counted(frame)
    assert overview.groups["service"].to_list() == [OTHER]
    assert overview.answer(Request.of("service:service-aaaa")) is None
    answer = overview.answer(Request.of("level:error"))
    assert answer is not None
    assert answer.count == 301


@pytest.mark.parametrize("rows", [0, 7])
def test_it_survives_being_written_down(rows: int) -> None:
    overview = counted(records([{} for _ in range(rows)]))
    again = Overview.unpacked(overview.packed())
    assert again.step == overview.step
    assert_frame_equal(again.groups, overview.groups)
