"""A dataset counts by time, sums up fields, and does so the same way from rollups and from rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.search.datasets import dataset_of_runs, dataset_of_store, parts_of_store
from logtui.engine.search.request import Request
from logtui.engine.window.row_window import RowWindow
from logtui.store import Store
from tests.examples import examples
from tests.tui.fakes import records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START = datetime(2025, 10, 7, 12, 0, 30, tzinfo=UTC)
SECOND = 1_000_000_000
WIDTHS = [SECOND, 30 * SECOND, 60 * SECOND, 300 * SECOND, 3_600 * SECOND]
QUERIES = ["", "level:error", "timeout", "level:error timeout", "-timeout", "nothing", "service:api timeout"]


def log(minutes: Sequence[int | None]) -> pl.DataFrame:
    """Records at some minutes; every third is an error, every second speaks of a timeout."""
    return records(
        [
            {
                "timestamp": None if minute is None else START + timedelta(minutes=minute),
                "level": "error" if number % 3 == 0 else "info",
                "service": "api" if number % 5 else None,
                "message": f"timeout after {number} ms" if number % 2 else "done",
                "raw": f"timeout after {number} ms" if number % 2 else "done",
            }
            for number, minute in enumerate(minutes)
        ]
    )


def stored(frame: pl.DataFrame, folder: Path) -> Store:
    store = Store(folder, writable=True, group_rows=8)
    half = max(1, frame.height // 2)
    for part in (frame[:half], frame[half:]):
        if part.height:
            store.outline(store.seal(part, {}))
    return store


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(10))
@given(minutes=st.lists(st.none() | st.integers(0, 400), min_size=1, max_size=60))
def test_a_store_spreads_records_over_time_as_their_own_times_do(
    tmp_path_factory: pytest.TempPathFactory, query: str, minutes: list[int | None]
) -> None:
    frame, request = log(minutes), Request.of(query)
    with stored(frame, tmp_path_factory.mktemp("store")) as store:
        dataset, plain = dataset_of_store(store), dataset_of_runs([[Chunk(frame)]])
        window = RowWindow.of(Snapshot(runs=(Run(parts_of_store(store)()),)), request)
        other = RowWindow.of(Snapshot(runs=(Run((Chunk(frame),)),)), request)
        for width in WIDTHS:
            one, two = dataset.histogram(request, width), plain.histogram(request, width)
            assert (one.start, one.buckets, one.undated) == (two.start, two.buckets, two.undated)
            assert_frame_equal(one.frame, two.frame)
            assert one.records == dataset.count(request).count
        for buckets in (5, 50):
            seen, expected = window.histogram(buckets, whole=True), other.histogram(buckets, whole=True)
            assert (seen.start, seen.step) == (expected.start, expected.step)
            assert_frame_equal(seen.frame, expected.frame)


def test_facets_count_the_values_of_the_fields_of_what_matches(tmp_path: Path) -> None:
    with stored(log(range(20)), tmp_path) as store:
        facets = dataset_of_store(store).facets(Request.of("level:error"), ["service", "level"])
    assert (facets.rows, facets.total) == (7, 7)
    top = {facet.field: facet.top for facet in facets.fields}
    assert top["level"] == (("error", 7),)
    assert top["service"] == (("api", 5),)
    assert "message" not in top


def test_an_answer_that_has_begun_is_finished_although_its_segments_are_replaced(tmp_path: Path) -> None:
    frame = log(range(40))
    with stored(frame, tmp_path) as store:
        old = [segment.path for segment in store.segments()]
        dataset = dataset_of_store(store)
        answer = dataset.records(Request.everything())
        first = next(answer)
        store.seal(frame, {}, replaces=store.segments())
        store.sweep()
        assert [path.exists() for path in old] == [True, True]
        assert first.height + sum(map(len, answer)) == 40
        assert dataset.count(Request.everything()).count == 40
        del answer
        store.sweep()
        assert [path.exists() for path in old] == [False, False]


@pytest.mark.parametrize("written", ["key", "KEY", "\u212aey", "\u212aEY"])
def test_a_letter_that_only_looks_like_k_is_found_with_and_without_an_index(tmp_path: Path, written: str) -> None:
    text = f"{written} gone"
    frame = records([{"timestamp": START, "level": "info", "message": text, "raw": text}] * 3)
    with stored(frame, tmp_path) as store:
        counts = [
            each.count(Request.of("key")).count for each in (dataset_of_store(store), dataset_of_runs([[Chunk(frame)]]))
        ]
    assert counts == [3, 3]


def test_the_sample_of_a_store_has_the_fields_of_all_segments(tmp_path: Path) -> None:
    with stored(log(range(3)), tmp_path) as store:
        later = log(range(3)).with_columns(pl.lit("x").alias("@later"))
        store.seal(later, {})
        sample = dataset_of_store(store).sample()
    assert sample["message"].null_count() == 0
    assert "@later" in sample.columns
