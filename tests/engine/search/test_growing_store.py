"""A store that grows and is merged meanwhile answers as a full scan of all that was sealed does, and pages go on."""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor
from logtui.engine.search.datasets import dataset_of_runs, dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store, compact_once, tiers
from logtui.store.compaction import merged_records
from tests.engine.ingest.batches import ARRIVED, numbered, wait_until
from tests.examples import examples
from tests.store.records import ROWS, START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from logtui.engine.search.dataset import Dataset

QUERIES: Final = ["*", "level:error", "timeout", "service:api or user17", "-level:info @code:500", "@id:abc17"]
MINUTE: Final = 60 * 10**9


@contextmanager
def merging(store: Store) -> Iterator[None]:
    """Merge and outline meanwhile, again and again."""
    stop, failures = threading.Event(), list[Exception]()

    def merge() -> None:
        try:
            while not stop.is_set():
                if not compact_once(store):
                    stop.wait(0.001)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=merge)
    with patch.object(tiers, "FAN_IN", 2), patch.object(tiers, "STALE", 4):
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
    assert failures == []


def arrived(rows: list[dict[str, Any]], first_seq: int) -> pl.DataFrame:
    """Records as a live store gets them, known by their `seq` alone."""
    nothing = pl.lit(None, pl.UInt64)
    seq = pl.int_range(first_seq, first_seq + len(rows), dtype=pl.UInt64)
    return frame_of(rows).with_columns(seq=seq, offset=nothing, line=nothing)


def numbers(dataset: Dataset, request: Request) -> list[int]:
    return [seq for frame in dataset.records(request) for seq in frame["seq"]]


def pages(dataset: Dataset, request: Request, limit: int) -> Iterator[list[int]]:
    """The numbers on each page, from the newest record on; each page is asked for when it is wanted."""
    request = replace(request, order=Order.NEWEST_FIRST, limit=limit)
    while frames := [frame for frame in dataset.records(request) if frame.height]:
        page = pl.concat(frames, how="diagonal")
        yield page["seq"].to_list()
        request = replace(request, after=Cursor.read(Cursor.of(page).written))


@pytest.mark.slow
@settings(max_examples=examples(25))
@given(blocks=st.lists(ROWS, min_size=2, max_size=7), query=st.sampled_from(QUERIES), limit=st.integers(3, 30))
def test_while_a_merger_works_every_answer_is_that_of_a_full_scan(
    blocks: list[list[dict[str, Any]]], query: str, limit: int
) -> None:
    request, frames, first_seq = Request.of(query), list[pl.DataFrame](), 1
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder), writable=True, group_rows=8, by_day=True) as store,
    ):
        dataset = dataset_of_store(store)
        with merging(store):
            for rows in blocks:
                frames.append(arrived(rows, first_seq))
                first_seq += len(rows)
                store.seal(frames[-1], {})
                assert_answers_as_a_scan(dataset, dataset_of_runs([[Chunk(pl.concat(frames))]]), request, limit)


def assert_answers_as_a_scan(dataset: Dataset, scan: Dataset, request: Request, limit: int) -> None:
    newest_first = replace(request, order=Order.NEWEST_FIRST)
    expected = numbers(scan, newest_first)
    assert dataset.count(request).count == len(expected)
    assert numbers(dataset, newest_first) == expected
    assert sorted(numbers(dataset, request)) == sorted(expected)
    assert [number for page in pages(dataset, request, limit) for number in page] == expected
    found, whole = dataset.histogram(request, MINUTE), scan.histogram(request, MINUTE)
    assert (found.start, found.buckets, found.undated) == (whole.start, whole.buckets, whole.undated)
    assert_frame_equal(found.frame, whole.frame)


def test_a_page_begins_with_the_undated_records_of_a_segment_whose_dated_ones_were_on_the_page_before(
    tmp_path: Path,
) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        rows = [{"timestamp": time, "message": "same", "raw": "same"} for time in (START, None)]
        store.seal(arrived(rows, 1), {})
        store.seal(arrived([{**rows[0], "timestamp": START - timedelta(hours=1)}], 3), {})
        assert list(pages(dataset_of_store(store), Request.of("*"), 1)) == [[1], [3], [2]]


@pytest.mark.slow
@pytest.mark.parametrize("is_equal", [True, False], ids=["equal times", "different times"])
def test_a_cursor_survives_that_its_segments_are_merged(tmp_path: Path, is_equal: bool) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        for number in range(12):
            time = START + timedelta(seconds=0 if is_equal else number % 5)
            rows = [{"timestamp": time, "message": "same", "raw": "same"} for _ in range(3)]
            store.seal(arrived(rows, 1 + 3 * number), {})
        expected = numbers(dataset_of_store(store), replace(Request.everything(), order=Order.NEWEST_FIRST))
        found = list[int]()
        for page in pages(dataset_of_store(store), Request.everything(), 4):
            found += page
            pair = store.segments()[-2:]
            store.merge(pair, [merged_records(pair)])
            store.sweep()
        assert len(store.segments()) < 5
        assert found == expected
        assert len(found) == 36


@pytest.mark.slow
def test_pages_of_a_store_that_grows_lose_and_double_nothing_that_was_there(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store, patch.object(tiers, "FAN_IN", 2):
        sent = 0

        def send(blocks: int) -> None:
            nonlocal sent
            for _ in range(blocks):
                store.intake.append(numbered(sent, 10, ARRIVED + sent * timedelta(seconds=1)))
                sent += 10
            wait_until(lambda: not store.behind)

        send(5)
        found = list[int]()
        for page in pages(store.dataset, Request.everything(), 10):
            found += page
            send(1)
        assert found == list(range(50, 0, -1))
        assert store.dataset.count(Request.everything()).count == sent == 100
