"""What is too old by arrival, or too much, goes; first into the archive, if there is one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import StoreError
from logtui.store import Store, tiers
from logtui.store.archive import manifest_of, opened_archive
from logtui.store.compaction import merge_once, merged_records
from logtui.store.retention import Retention, drop_archived, expire, expired
from logtui.store.segment import Segment
from tests.store.restoring import restore
from tests.store.test_catalogue import FACTS
from tests.store.test_compaction import live_store, records_of, second

HOUR = 3_600 * 10**9


def store_of_hours(folder: Path, count: int) -> Store:
    """A store of a segment that arrived in each hour, the last one first in the order of places."""
    store = live_store(folder)
    for number in range(count):
        frame = second(number).with_columns(pl.col("timestamp") - timedelta(days=number))
        store.seal(frame, {}, arrived=number * HOUR)
    return store


def test_age_is_that_of_arrival_whatever_the_times_of_the_records_are(tmp_path: Path) -> None:
    with store_of_hours(tmp_path, 5) as store:
        gone = expire(store, Retention(age=timedelta(hours=2)), now=4 * HOUR)
        assert (gone.segments, gone.rows, gone.archived) == (2, 6, 0)
        assert gone.size > 0
        assert records_of(store.segments())["seq"].to_list() == list(range(6, 15))
        assert len(list(store.folder.iterdir())) == 3


def test_a_merged_segment_is_as_young_as_its_last_record(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number), {}, arrived=number * HOUR)
        merge_once(store)
        limit = Retention(age=timedelta(hours=1))
        assert expire(store, limit, now=tiers.FAN_IN * HOUR).segments == 0
        assert expire(store, limit, now=(tiers.FAN_IN + 1) * HOUR).segments == 1


def test_size_lets_go_of_what_arrived_first(tmp_path: Path) -> None:
    with store_of_hours(tmp_path, 4) as store:
        sizes = {segment.number: segment.facts.size for segment in store.segments()}
        expire(store, Retention(size=sizes[3] + sizes[4]), now=0)
        assert sorted(segment.number for segment in store.segments()) == [3, 4]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 100)), max_size=12), st.integers(0, 25), st.integers(0, 500)
)
def test_what_stays_is_young_and_fits_and_nothing_goes_without_need(
    segments: list[tuple[int, int]], hours: int, size: int
) -> None:
    every = [
        Segment(number, Path(str(number)), msgspec.structs.replace(FACTS, size=size))
        for number, (_, size) in enumerate(segments)
    ]
    arrivals = {number: arrived * HOUR for number, (arrived, _) in enumerate(segments)}
    gone = expired(every, arrivals, Retention(timedelta(hours=hours), size), 20 * HOUR)
    kept = [segment for segment in every if segment not in gone]
    assert all(20 * HOUR - arrivals[segment.number] <= hours * HOUR for segment in kept)
    assert sum(segment.facts.size for segment in kept) <= size
    if gone:
        last = gone[-1]
        is_old = 20 * HOUR - arrivals[last.number] > hours * HOUR
        assert is_old or sum(segment.facts.size for segment in (*kept, last)) > size


def test_a_leased_segment_goes_and_can_be_read_to_the_end(tmp_path: Path) -> None:
    with store_of_hours(tmp_path, 2) as store, Store(tmp_path) as reader:
        with reader.lease() as lease:
            expire(store, Retention(size=0), now=0)
            assert reader.segments() == ()
            assert records_of(lease.segments).height == 6
        store.sweep()
        assert list(store.folder.iterdir()) == []


def test_what_expires_is_in_the_archive_first(tmp_path: Path) -> None:
    with store_of_hours(tmp_path / "store", 5) as store:
        gone = expire(store, Retention(age=timedelta(hours=2)), 4 * HOUR, tmp_path / "archive")
        assert gone.archived == gone.rows == 6
    assert [file.arrived for file in manifest_of(tmp_path / "archive").files] == [HOUR, 0]


def test_nothing_goes_that_cannot_be_archived(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file, no folder")
    with store_of_hours(tmp_path / "store", 2) as store:
        with pytest.raises(StoreError, match="cannot archive"):
            expire(store, Retention(size=0), 0, tmp_path / "archive")
        assert records_of(store.segments()).height == 6


def test_what_was_restored_is_not_archived_twice(tmp_path: Path) -> None:
    archive, everything = tmp_path / "archive", Retention(size=0)
    with live_store(tmp_path / "store") as store:
        for number in range(3):
            store.seal(second(number).with_columns(ingest_time=pl.col("timestamp")), {})
        assert expire(store, everything, 0, archive).archived == 9
        assert restore(archive, store) == 9
        pair = store.segments()[:2]
        store.merge(pair, [merged_records(pair)])
        store.seal(second(3).with_columns(ingest_time=pl.col("timestamp")), {})
        gone = expire(store, everything, 0, archive)
        assert (gone.rows, gone.archived) == (12, 3)
    with opened_archive(archive, tmp_path / "copy").store as copy:
        assert sorted(records_of(copy.segments())["seq"]) == list(range(12))


def die_before_dropping(folder: Path) -> None:
    with (
        store_of_hours(folder / "store", 3) as store,
        patch.object(Store, "drop", lambda *_: os.kill(os.getpid(), signal.SIGKILL)),
    ):
        expire(store, Retention(size=0), 0, folder / "archive")


@pytest.mark.slow
def test_what_was_archived_before_a_crash_is_dropped_without_being_archived_again(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=die_before_dropping, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with live_store(tmp_path / "store") as store:
        assert len(store.segments()) == 3
        assert drop_archived(store, tmp_path / "archive") == 3
        assert store.segments() == ()
    assert sum(file.rows for file in manifest_of(tmp_path / "archive").files) == 9


def test_without_an_archive_nothing_has_been_archived(tmp_path: Path) -> None:
    with store_of_hours(tmp_path / "store", 2) as store:
        assert drop_archived(store, tmp_path / "archive") == 0
        assert len(store.segments()) == 2
