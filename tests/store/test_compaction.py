"""Merging neither loses nor doubles a record, whenever it is cut off, and takes no more CPU than it may."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.errors import StoreError
from logtui.store import Store, tiers
from logtui.store.catalogue import Catalogue
from logtui.store.compaction import Budget, compact, compact_once, merge_once, outline_once, patience
from tests.examples import examples
from tests.store.records import ROWS, START, frame_of
from tests.store.test_failing_writes import incompressible, largest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from logtui.store.segment import Segment


def second(number: int, count: int = 3) -> pl.DataFrame:
    """What arrives in a second, `count` records with times of it and sequence numbers of their own."""
    time = START + timedelta(seconds=number)
    rows = [{"timestamp": time, "message": f"{number} {row}", "raw": f"{number} {row}"} for row in range(count)]
    return frame_of(rows).with_columns(seq=pl.int_range(number * count, (number + 1) * count, dtype=pl.UInt64))


def live_store(folder: Path) -> Store:
    return Store(folder, writable=True, by_day=True)


def records_of(segments: Sequence[Segment]) -> pl.DataFrame:
    frames = [segment.lazy().select(segment.columns).collect() for segment in segments]
    return pl.concat(frames, how="diagonal").sort("seq")


def merged_completely(store: Store) -> int:
    count = 0
    while merge_once(store):
        count += 1
    return count


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(st.lists(ROWS, min_size=2, max_size=8), st.integers(2, 4), st.sampled_from([1, 40]))
def test_merged_records_are_the_same_records(blocks: list[list[dict[str, Any]]], fan_in: int, days_apart: int) -> None:
    with tempfile.TemporaryDirectory() as folder, live_store(Path(folder)) as store:
        sealed = 0
        for number, rows in enumerate(blocks):
            later = timedelta(days=number % 2 * days_apart)
            frame = frame_of([{**row, "timestamp": row["timestamp"] and row["timestamp"] + later} for row in rows])
            store.seal(frame.with_columns(pl.col("seq") + sealed), {})
            sealed += frame.height
        before = records_of(store.segments())
        with patch.object(tiers, "FAN_IN", fan_in), patch.object(tiers, "STALE", 4):
            merged_completely(store)
        after = records_of(store.segments())
        assert_frame_equal(after, before, check_column_order=False)
        assert sum(rollup.minutes["count"].sum() for rollup in store.rollups(store.segments())) == before.height


def test_a_merged_segment_is_in_the_order_of_times_and_then_of_arrival(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number // 2 * 2, 2).with_columns(seq=pl.lit(99 - number, pl.UInt64)), {})
        (merged,) = merge_once(store)
        keys = merged.lazy().select("order_time", "seq").collect()
        assert_frame_equal(keys, keys.sort("order_time", "seq"))
        assert store.segments()[0].facts.rows == 2 * tiers.FAN_IN


def test_a_merge_splits_by_day_and_keeps_undated_records_on_the_day_that_orders_them(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            dated = second(number).with_columns(pl.col("timestamp") + pl.duration(days=pl.int_range(3)))
            orders = dated.with_columns(order_time=pl.col("timestamp"))
            store.seal(orders.with_columns(timestamp=pl.when(pl.col("seq") % 6 > 0).then("timestamp")), {})
        merged = merge_once(store)
        days = [
            segment.lazy().select(pl.coalesce("timestamp", "order_time").dt.date().unique()).collect().to_series()
            for segment in store.segments()
        ]
        assert len(merged) == len(days)
        assert [len(day) for day in days] == [1] * len(days)
        assert sorted(day.item() for day in days) == [day.item() for day in days]


def test_fields_of_some_segments_are_kept(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number, 1).with_columns(pl.lit(str(number)).alias(f"@field{number % 3}")), {})
        (merged,) = merge_once(store)
        assert {"@field0", "@field1", "@field2"} <= set(merged.columns)
        assert merged.lazy().select(pl.col("@field2").drop_nulls().len()).collect().item() == tiers.FAN_IN // 3


def test_replaced_files_go_and_arrival_stays(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number), {}, arrived=1_000 + number)
        (merged,) = merge_once(store)
        assert store.arrivals() == {merged.number: 1_000 + tiers.FAN_IN - 1}
        assert [each.tier for each in store.sealed()] == [1]
        assert [path.name for path in store.folder.iterdir()] == [merged.path.name]


def test_only_merged_segments_are_outlined(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number), {})
        assert not outline_once(store)
        assert compact_once(store)
        for number in (97, 98):
            store.seal(second(number), {})
        assert [compact_once(store) for _ in range(2)] == [True, False]
        assert [found is not None for found in store.outlines(store.segments())] == [True, False, False]


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        for _ in range(tiers.FAN_IN):
            store.seal(incompressible(5), {})
        before = store.segments()
        with largest_file(60_000), pytest.raises(StoreError, match="File too large"):
            merge_once(store)
        assert store.segments() == before
        assert {path.name for path in store.folder.iterdir()} == {segment.path.name for segment in before}
        assert merge_once(store)


def test_a_segment_that_was_replaced_meanwhile_is_not_merged(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        first, other = store.seal(second(0), {}), store.seal(second(1), {})
        store.drop([first])
        with pytest.raises(StoreError, match="does not exist any more"):
            store.merge([first, other], [second(0)])
        assert [segment.number for segment in store.segments()] == [other.number]


def compact_until(stop: threading.Event, store: Store, budget: Budget) -> None:
    while not stop.is_set():
        compact(store, stop, budget)


def spin(seconds: float) -> Callable[[], bool]:
    def work() -> bool:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass
        return True

    return work


def test_after_work_it_rests_until_its_share_of_the_time_is_kept() -> None:
    began = time.monotonic()
    is_done, rest = Budget(0.25, time.thread_time).timed(spin(0.1))
    assert is_done
    assert time.monotonic() - began + rest >= 0.4
    assert rest <= 0.4


def test_rests_are_shorter_the_more_segments_wait() -> None:
    assert patience(0) == patience(64) == 1.0
    assert 0.3 < patience(100) < 0.5 < patience(80)
    assert patience(400) < 0.03


def test_compaction_works_beside_a_writer_until_it_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    with live_store(tmp_path) as store:
        worker = threading.Thread(target=compact_until, args=(stop, store, Budget(1.0, time.thread_time)))
        worker.start()
        for number in range(3 * tiers.FAN_IN):
            store.seal(second(number), {})
        deadline = time.monotonic() + 20
        while sum(each.tier == 0 for each in store.sealed()) >= tiers.FAN_IN and time.monotonic() < deadline:
            time.sleep(0.05)
        stop.set()
        worker.join()
        assert len(store.segments()) < tiers.FAN_IN + 3
        assert records_of(store.segments())["seq"].to_list() == list(range(9 * tiers.FAN_IN))


STEPS = {
    "before a file is forced": (os, "fsync"),
    "before a file is renamed": (Path, "rename"),
    "before it is published": (Catalogue, "publish"),
    "before old files are removed": (Path, "unlink"),
    "before old files are forgotten": (Catalogue, "forget"),
}


def die_in_merging(folder: Path, step: str) -> None:
    owner, name = STEPS[step]
    with live_store(folder) as store:
        for number in range(tiers.FAN_IN):
            store.seal(second(number), {})
        with patch.object(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)):
            merge_once(store)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_merger_that_is_killed_at_a_step_leaves_every_record_once(tmp_path: Path, step: str) -> None:
    merger = multiprocessing.get_context("spawn").Process(target=die_in_merging, args=(tmp_path, step))
    merger.start()
    merger.join()
    assert merger.exitcode == -signal.SIGKILL
    with live_store(tmp_path) as store:
        assert records_of(store.segments())["seq"].to_list() == list(range(3 * tiers.FAN_IN))
        assert len(store.segments()) == (1 if step.startswith("before old") else tiers.FAN_IN)
        assert {path.name for path in store.folder.iterdir()} == {each.path.name for each in store.segments()}


def seal_and_merge_for_ever(folder: Path, rounds: int) -> None:
    stop = threading.Event()
    with live_store(folder) as store, patch.object(tiers, "FAN_IN", 4):
        threading.Thread(target=compact_until, args=(stop, store, Budget(1.0)), daemon=True).start()
        first = int(store.state("seconds") or b"0")
        for number in range(first, first + 10_000):
            store.seal(second(number), {"seconds": str(number + 1).encode()})
            if number == first + 2 + rounds:
                (folder / f"going.{rounds}").touch()


@pytest.mark.slow
def test_a_killed_merger_loses_and_doubles_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for rounds in range(4):
        worker = context.Process(target=seal_and_merge_for_ever, args=(tmp_path, rounds), daemon=True)
        worker.start()
        while not (tmp_path / f"going.{rounds}").exists():
            assert worker.is_alive()
            time.sleep(0.01)
        time.sleep(0.05 + 0.083 * rounds)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        with live_store(tmp_path) as store:
            count = 3 * int(store.state("seconds") or b"0")
            assert records_of(store.segments())["seq"].to_list() == list(range(count))
            assert {path.name for path in store.folder.iterdir()} == {each.path.name for each in store.segments()}
    assert max(each.tier for each in store.sealed()) > 0
