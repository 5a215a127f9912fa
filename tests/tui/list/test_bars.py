"""What the histogram's axis says and where its signs stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.tally import TALLY_SCHEMA
from logtui.engine.summaries.histogram import Histogram, histogram_of
from logtui.model.times import ns_of
from logtui.tui.list.bars import BarMarks, BarStyles, bar_strips, duration

START = datetime(2025, 10, 7, 14, 0, tzinfo=UTC)


def counted(*seconds: float, buckets: int = 60, whole: bool = False) -> Histogram:
    """One record at each of these seconds behind the start."""
    rows = [(ns_of(START + timedelta(seconds=second)), "info", 1) for second in seconds]
    return histogram_of([pl.DataFrame(rows, schema=TALLY_SCHEMA, orient="row")], buckets, whole=whole)


def drawn(histogram: Histogram, marks: BarMarks, width: int = 80) -> list[str]:
    return [strip.text for strip in bar_strips(histogram, width, 4, BarStyles(), marks)]


@pytest.mark.parametrize(
    ("seconds", "zone", "first", "last"),
    [
        ((0, 3599), UTC, "14:00", "15:00"),
        ((0, 50), UTC, "14:00:00", "14:00:51"),
        ((0, 0.5), UTC, "14:00:00.000", "14:00:00.510"),
        ((0, 86_400), UTC, "10-07 14:00", "10-08 14:30"),
        ((0, 3599), ZoneInfo("Europe/Berlin"), "16:00", "17:00"),
        ((9 * 3600, 11 * 3600 - 1), ZoneInfo("Europe/Berlin"), "01:00", "03:00"),
        ((7 * 3600, 9 * 3600 - 1), ZoneInfo("Europe/Berlin"), "10-07 23:00", "10-08 01:00"),
        ((0, 400 * 86_400), UTC, "2025-10-02", "2026-11-12"),
    ],
)
def test_both_ends_are_told_apart(seconds: tuple[float, float], zone: tzinfo, first: str, last: str) -> None:
    words = drawn(counted(*seconds), BarMarks(zone=zone))[-1].split("  ")
    words = [word.strip() for word in words if word.strip()]
    assert (words[0], words[-1]) == (first, last)


def test_the_axis_tells_how_many_are_elsewhere_and_the_key_and_the_way_back() -> None:
    seconds = (*range(600), -(10**8), 10**8)
    assert "· 2 elsewhere (B)" in drawn(counted(*seconds), BarMarks(key="B"))[-1]
    assert "· all times (B)" in drawn(counted(*seconds, whole=True), BarMarks(key="B", is_whole=True))[-1]


@pytest.mark.parametrize("width", range(1, 121))
def test_words_never_run_together(width: int) -> None:
    histogram = counted(*range(600), -(10**8), buckets=width)
    axis = drawn(histogram, BarMarks(key="B"), width)[-1]
    whole = ("14:00:00", "14:00", "14:10:00", "14:10", "1 elsewhere (B)")
    parts = [part.strip() for part in axis.split("  ") if part.strip()]
    assert all(part in whole or "/bar" in part or part.endswith("elsewhere (B)") for part in parts)


@given(flags=st.lists(st.integers(0, 3599), max_size=30), cursor=st.integers(0, 3599), width=st.integers(20, 120))
def test_every_alert_has_a_flag_that_touches_no_word(flags: list[int], cursor: int, width: int) -> None:
    histogram = counted(*range(0, 3600, 10), buckets=width)
    moments = [ns_of(START + timedelta(seconds=second)) for second in flags]
    plain = drawn(histogram, BarMarks(), width)
    marked = drawn(histogram, BarMarks(cursor=ns_of(START + timedelta(seconds=cursor)), flags=tuple(moments)), width)
    kept = [(before, now) for before, now in zip(plain[-1], marked[-1], strict=True) if before != " "]
    assert all(before == now for before, now in kept)
    assert not any({one, two} - set(" !▲") and {one, two} & set("!▲") and " " not in (one, two)
                   for one, two in pairwise(marked[-1]))  # fmt: skip
    assert "".join(marked).count("!") == len({histogram.bucket_of(moment) for moment in moments})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(86_400, "1 d"), (34_200_001, "396 d"), (5_400, "90 min"), (0.25, "250 ms"), (10**-5, "0.01 ms")],
)
def test_the_width_of_a_bar_is_told_in_a_unit_that_people_use(seconds: float, text: str) -> None:
    assert duration(round(seconds * 10**9)) == text
