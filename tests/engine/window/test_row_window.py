"""Row windows show the same rows however the records are chunked, and find their way back to a record."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.read.batch import Records
from logtui.engine.search.condition import NO_TWINS
from logtui.engine.search.request import Request
from logtui.engine.search.tally import TALLY_STEPS
from logtui.engine.summaries.histogram import STEPS
from logtui.engine.window.context import around
from logtui.engine.window.filter_worker import FilterWorker
from logtui.engine.window.row_window import RowWindow
from logtui.model.keys import FileKey
from tests.examples import examples
from tests.tui.fakes import START, FakeReader, incident, records, session_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.model.twins import Twin

FRAME = incident(300)
ERRORS = Request.of("level:error")


def window_of(frames: list[pl.DataFrame], *, filtered: bool = True) -> RowWindow:
    snapshot = Snapshot(runs=(Run(tuple(Chunk(frame) for frame in frames)),))
    request = ERRORS if filtered else Request.everything()
    return RowWindow.of(snapshot, request)


def cut(frame: pl.DataFrame, borders: list[int]) -> list[pl.DataFrame]:
    edges = [0, *sorted(border % frame.height for border in borders), frame.height]
    return [frame[low:high] for low, high in pairwise(edges) if high > low]


@settings(deadline=None, max_examples=examples(60))
@given(
    levels=st.lists(st.sampled_from(["error", "info", None]), min_size=1, max_size=60),
    borders=st.lists(st.integers(0, 59), max_size=8),
    size=st.integers(1, 20),
)
def test_pages_joined_equal_the_filtered_frame(levels: list[str | None], borders: list[int], size: int) -> None:
    frame = records([{"level": level} for level in levels])
    expected = frame.filter(pl.col("level") == "error")
    window = window_of(cut(frame, borders))
    pages = [window.page(at, size) for at in range(0, window.count + size, size)]
    assert window.count == expected.height
    assert_frame_equal(pl.concat(pages), expected)


@settings(deadline=None, max_examples=examples(40))
@given(borders=st.lists(st.integers(0, 299), max_size=8), row=st.integers(-1, 300))
def test_finding_does_not_depend_on_chunks(borders: list[int], row: int) -> None:
    window = window_of(cut(FRAME, borders), filtered=False)
    wanted = [number for number in range(300) if number % 25 == 24]
    below = [number for number in wanted if number > row]
    above = [number for number in wanted if number < row]
    assert window.find(row, ERRORS) == (below[0] if below else None)
    assert window.find(row, ERRORS, forward=False) == (above[-1] if above else None)


def test_finding_inside_a_filter_counts_rows_of_the_filter() -> None:
    window = window_of(cut(FRAME, [100, 200]))
    third = Request.of("offset:7400")
    assert window.find(-1, third) == 2


def test_a_key_leads_back_to_its_row_and_to_the_next_match() -> None:
    everything, errors = window_of(cut(FRAME, [100]), filtered=False), window_of(cut(FRAME, [100]))
    key = errors.key_of(5)
    assert key == FileKey("app.log", 14_900)
    assert everything.row_of(key) == 149
    assert errors.row_of(key) == 5
    between = FileKey("app.log", 15_000)
    assert errors.row_of(between) is None
    assert errors.nearest(between) == 6
    assert errors.nearest(FileKey("other.log", 0)) is None


def test_frames_with_other_fields_are_joined() -> None:
    window = window_of([records([{"@a": "1"}]), records([{"@b": "2"}], first=1)], filtered=False)
    assert window.page(0, 2).select("@a", "@b").rows() == [("1", None), (None, "2")]


def test_context_shows_records_that_do_not_match() -> None:
    errors = window_of(cut(FRAME, [100]))
    key = errors.key_of(0)
    assert key is not None
    assert around(errors, key, 2)["line"].to_list() == [23, 24, 25, 26, 27]


def test_a_time_has_a_row() -> None:
    window = window_of(cut(FRAME, [100, 170]), filtered=False)
    assert window.row_at(START + timedelta(seconds=169.5)) == 170
    assert window.row_at(START + timedelta(days=1)) is None


@settings(deadline=None, max_examples=examples(40))
@given(borders=st.lists(st.integers(0, 299), max_size=8), buckets=st.integers(1, 200))
def test_the_histogram_counts_every_matching_record(borders: list[int], buckets: int) -> None:
    histogram = window_of(cut(FRAME, borders), filtered=False).histogram(buckets)
    whole = window_of([FRAME], filtered=False).histogram(buckets)
    assert histogram.buckets <= buckets
    assert histogram.frame["count"].sum() == 300
    assert_frame_equal(histogram.frame, whole.frame)


def test_records_without_a_time_are_counted_beside_the_histogram() -> None:
    frame = records([{}, {"timestamp": None}, {}])
    histogram = window_of([frame], filtered=False).histogram(10)
    assert (histogram.undated, histogram.frame["count"].sum()) == (1, 2)


def test_a_few_times_far_away_do_not_squeeze_the_histogram() -> None:
    frame = pl.concat([incident(2_000), records([{"timestamp": START.replace(year=1980)}], first=2_000)])
    histogram = window_of([frame], filtered=False).histogram(80)
    assert histogram.outside == 1
    assert histogram.buckets > 40


@pytest.mark.parametrize("days", [1, 3, 4_000])
def test_the_histogram_spans_the_true_times_of_most_records(days: int) -> None:
    far = [{"timestamp": START + timedelta(days=sign * days)} for sign in (-1, 1, 1)]
    frame = pl.concat([incident(300), records(far, first=300)])
    bulk, whole = (window_of([frame], filtered=False).histogram(100, whole=whole) for whole in (False, True))
    assert (bulk.outside, bulk.buckets, bulk.step) == (3, 60, 5 * 10**9)
    assert bulk.frame["bucket"].n_unique() == 60
    assert (whole.outside, whole.frame["count"].sum()) == (0, 303)


def test_times_spread_over_a_log_are_all_in_its_histogram() -> None:
    frame = records([{"timestamp": START + timedelta(hours=number**1.5)} for number in range(100)])
    assert window_of([frame], filtered=False).histogram(100).outside == 0


def test_every_bucket_width_is_a_multiple_of_the_tallies_that_are_not_wider() -> None:
    for step in STEPS:
        assert all(step % tally == 0 for tally in TALLY_STEPS if tally <= step)


def settled(filtering: FilterWorker, generation: int) -> RowWindow:
    wait_for(lambda: filtering.window.exact and filtering.window.generation == generation)
    return filtering.window


def test_a_filter_is_extended_when_the_input_grows() -> None:
    reader = FakeReader([Records(FRAME[:100])], endless=True)
    session = session_of(reader)
    filtering = FilterWorker(session).start()
    session.start()
    generation = filtering.request(Request.of("level:error"))
    wait_for(lambda: filtering.window.generation == generation and filtering.window.count == 4)
    reader.push(Records(FRAME[100:]))
    wait_for(lambda: filtering.window.count == 12)
    filtering.close()
    session.close()


def test_only_new_chunks_are_evaluated_when_the_input_grows() -> None:
    evaluated: list[int] = []

    class Counting(Request):
        def expression(self, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
            evaluated.append(1)
            return super().expression(columns, twins)

    big = pl.concat([FRAME] * 150)
    reader = FakeReader([Records(big)], endless=True)
    session = session_of(reader)
    filtering = FilterWorker(session).start()
    session.start()
    wait_for(lambda: session.snapshot.rows == big.height)
    generation = filtering.request(Counting.of("level:error"))
    settled(filtering, generation)
    before = len(evaluated)
    reader.push(Records(FRAME))
    wait_for(lambda: filtering.window.count == 151 * 12)
    assert len(evaluated) == before + 1
    filtering.close()
    session.close()


def test_answers_to_old_requests_are_dropped() -> None:
    session = session_of(FakeReader([Records(pl.concat([FRAME] * 40)) for _ in range(20)]))
    filtering = FilterWorker(session).start()
    session.start()
    wait_for(lambda: session.snapshot.done)
    words = ["refused", "served", "request 7", "level:warn"]
    generations = [filtering.request(Request.of(random.Random(number).choice(words))) for number in range(20)]
    last = filtering.request(Request.of("level:error"))
    window = settled(filtering, last)
    assert last not in generations
    assert window.count == 20 * 40 * 12
    assert filtering.window.generation == last
    filtering.close()
    session.close()


class Impossible(Request):
    def expression(self, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
        return pl.col(f"none of {len(columns) + len(twins)} columns") > 1


def test_a_filter_that_cannot_be_evaluated_says_why() -> None:
    session = session_of(FakeReader([Records(FRAME)]))
    filtering = FilterWorker(session).start()
    session.start()
    generation = filtering.request(Impossible.everything())
    wait_for(lambda: filtering.window.generation == generation and filtering.window.error)
    filtering.close()
    session.close()


def test_closing_while_filtering_returns_within_a_second() -> None:
    session = session_of(FakeReader([Records(pl.concat([FRAME] * 200)) for _ in range(10)]))
    filtering = FilterWorker(session).start()
    session.start()
    filtering.request(Request.of("refused"))
    began = time.process_time()
    filtering.close()
    session.close()
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize("filtered", [True, False])
def test_an_empty_window_has_no_rows(filtered: bool) -> None:
    window = window_of([], filtered=filtered)
    assert (window.count, window.page(0, 10).height, window.key_of(0), window.find(0, ERRORS)) == (
        0,
        0,
        None,
        None,
    )
    assert window.histogram(10).buckets == 0
