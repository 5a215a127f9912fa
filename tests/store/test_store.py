"""A store opens whatever happened before, and shows exactly the segments that were published."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from logtui.errors import StoreBusyError, StoreError
from logtui.store import Store, peek, remove_store
from logtui.store import store as storing
from tests.store.records import frame_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path


def numbered(first: int, count: int) -> pl.DataFrame:
    """Records whose messages tell their numbers."""
    rows = [{"message": f"record {number}", "raw": f"record {number}"} for number in range(first, first + count)]
    return frame_of(rows)


def messages(store: Store) -> list[str]:
    return [text for segment in store.segments() for text in segment.lazy().collect()["message"]]


def seal_until_killed(folder: Path, told: Connection) -> None:
    with Store(folder, writable=True) as store:
        for number in range(10_000):
            store.seal(numbered(number * 50, 50), {"sealed": str(number + 1).encode()})
            told.send(number + 1)


def test_segments_are_what_was_sealed_in_order(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        for first in (0, 5, 12):
            store.seal(numbered(first, 5), {"last": str(first).encode()})
    with Store(tmp_path) as store:
        assert [segment.facts.rows for segment in store.segments()] == [5, 5, 5]
        assert messages(store)[:2] == ["record 0", "record 1"]
        assert store.state("last") == b"12"
        assert store.state("other") is None
    assert peek(tmp_path, "last") == b"12"


@pytest.mark.slow
@pytest.mark.parametrize("rounds", range(4))
def test_a_killed_writer_leaves_whole_segments(tmp_path: Path, rounds: int) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    writer = context.Process(target=seal_until_killed, args=(tmp_path, theirs), daemon=True)
    writer.start()
    told = [ours.recv() for _ in range(3 + 2 * rounds)][-1]
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    (tmp_path / "segments" / "000099999.tmp").write_bytes(b"half a segment")
    (tmp_path / "segments" / "000099998.parquet").write_bytes(b"written, never published")
    with Store(tmp_path, writable=True) as store:
        count = len(store.segments())
        assert count >= told
        assert store.state("sealed") == str(count).encode()
        assert messages(store) == [f"record {number}" for number in range(50 * count)]
        assert {path.name for path in store.folder.iterdir()} == {segment.path.name for segment in store.segments()}
        store.seal(numbered(50 * count, 1), {})
        assert messages(store)[-1] == f"record {50 * count}"


def test_a_replaced_segment_is_gone_and_its_file_stays_for_those_who_read_it(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        old = store.seal(numbered(0, 3), {})
        store.seal(numbered(0, 7), {}, replaces=[old])
        assert [segment.facts.rows for segment in store.segments()] == [7]
        assert old.lazy().collect().height == 3
    with Store(tmp_path, writable=True) as store:
        assert not old.path.exists()
        assert len(messages(store)) == 7


def test_one_process_writes_while_others_read(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as writer, Store(tmp_path) as reader:
        with pytest.raises(StoreBusyError, match="another process writes"):
            Store(tmp_path, writable=True)
        writer.seal(numbered(0, 3), {})
        assert len(messages(reader)) == 3


def test_a_store_in_use_is_not_removed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as store:
        store.seal(numbered(0, 3), {})
        assert not remove_store(folder)
    assert remove_store(folder)
    assert not folder.exists()


def test_what_is_no_store_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"this is no database, but long enough to look like one" * 20)
    with pytest.raises(StoreError, match="catalogue"):
        Store(tmp_path)


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    with Store(tmp_path / "a" / "store", writable=True) as store:
        store.seal(numbered(0, 3), {})
    assert (tmp_path / "a" / "store").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "store" / "segments").stat().st_mode & 0o777 == 0o700


def test_the_source_goes_by_the_name_that_it_has_now(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(numbered(0, 3), {})
    with Store(tmp_path, source="moved.log") as store:
        segment = store.segments()[0]
        assert segment.lazy().collect()["source"].unique().to_list() == ["moved.log"]
        assert list(segment.sources) == ["moved.log"]


def test_rollups_count_the_records(tmp_path: Path) -> None:
    frame = numbered(0, 20).with_columns(service=pl.Series(["api", "web"] * 10))
    with Store(tmp_path, writable=True) as store:
        store.seal(frame, {})
        rollup = store.rollups(store.segments())[0]
    counted = rollup.patterns.group_by("service").agg(pl.col("count").sum()).sort("service")
    assert_frame_equal(counted, pl.DataFrame({"service": ["api", "web"], "count": [10, 10]}), check_dtypes=False)
    assert rollup.table["pattern"].to_list() == ["record \ue000"]


def test_rollups_and_outlines_in_memory_are_bounded_and_come_back_from_the_disk(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        for first in range(8):
            store.outline(store.seal(numbered(first, first + 1), {}))
        segments = store.segments()
        sizes = [rollup.size for rollup in store.rollups(segments)]
        outlined = [outlines.size for outlines in store.outlines(segments) if outlines]
    with (
        patch.object(storing, "_ROLLUP_BYTES", 3 * max(sizes)),
        patch.object(storing, "_OUTLINE_BYTES", 3 * max(outlined)),
        Store(tmp_path) as store,
    ):
        for _ in range(2):
            counts = [rollup.minutes["count"].sum() for rollup in store.rollups(segments)]
            assert counts == [1, 2, 3, 4, 5, 6, 7, 8]
            assert None not in store.outlines(segments)
            assert 0 < store._rollups.total <= 3 * max(sizes)
            assert 0 < store._outlines.total <= 3 * max(outlined)


def test_a_replaced_segment_is_not_kept_in_memory(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        for count in range(1, 20):
            store.seal(numbered(0, count), {}, replaces=store.segments())
            assert len(store.segments()) == len(store._known) == 1


def test_segments_that_stay_are_the_same_objects(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(numbered(0, 3), {})
        before = store.segments()
        store.seal(numbered(3, 3), {})
        assert store.segments()[0] is before[0]
