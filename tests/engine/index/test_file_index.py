"""An index holds what reading the whole file gives, however it came to be."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from logtui.engine.index import file_index as indexing
from logtui.engine.index.file_index import FileIndex, cached_files
from logtui.engine.read.batch import final_frames
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.engine.read.source_reader import SourceReader
from logtui.errors import StoreVersionError
from logtui.formats import with_message_fields
from logtui.model.record import CORE_SCHEMA
from logtui.query import WEIGHT
from logtui.sources import FileSource
from logtui.store import Cache, Store
from tests.bench.datasets import SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.engine.search.overview import Overview

OPTIONS = ReadOptions(block_bytes=40_000)


def lines(shape: str, count: int, seed: int = 1) -> str:
    return "".join(islice(SHAPES[shape](random.Random(seed)), count))


def whole(path: Path) -> pl.DataFrame:
    """All records of a file, fields in messages included."""
    frames = [with_message_fields(frame) for frame in final_frames(Reader([str(path)], OPTIONS).batches())]
    return pl.concat(frames, how="diagonal_relaxed")


def indexed(index: FileIndex) -> pl.DataFrame:
    """The indexed records, and behind them those of the rest of the file."""
    segments = [segment.lazy().select(segment.columns).collect() for segment in index.segments()]
    with ThreadPoolExecutor(2) as pool:
        reader = SourceReader(FileSource(index.path), OPTIONS, pool)
        checkpoint = index.checkpoint(reader)
        if checkpoint is not None:
            reader.resume(checkpoint)
        rest = [with_message_fields(frame) for frame in final_frames(reader.batches())]
    return pl.concat([*segments, *rest], how="diagonal_relaxed")


def assert_same_records(one: pl.DataFrame, other: pl.DataFrame) -> None:
    assert_frame_equal(one.select(list(CORE_SCHEMA)), other.select(list(CORE_SCHEMA)))
    assert_frame_equal(one, other, check_column_order=False)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit=10**9)


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SEGMENT_ROWS", 700)
    monkeypatch.setattr(indexing, "_SMALL_SEGMENT", 350)


def test_an_index_is_current_until_its_file_has_grown_by_much(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 2000))
    assert not FileIndex(path, OPTIONS, cache).is_current()
    FileIndex(path, OPTIONS, cache).build()
    assert FileIndex(path, OPTIONS, cache).is_current()
    with path.open("a") as file:
        file.write("x" * 1024 * 1024)
    assert not FileIndex(path, OPTIONS, cache).is_current()


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.usefixtures("small_segments")
def test_an_index_and_the_rest_behind_it_are_the_whole_file(tmp_path: Path, cache: Cache, shape: str) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(shape, 3000) + "the last line has no end")
    index = FileIndex(path, OPTIONS, cache)
    assert not index.exists()
    index.build()
    assert index.exists()
    assert len(index.segments()) > 1
    assert_same_records(indexed(index), whole(path))


@pytest.mark.usefixtures("small_segments")
def test_growth_extends_an_index_and_leaves_its_segments_alone(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 2000))
    FileIndex(path, OPTIONS, cache).build()
    before = FileIndex(path, OPTIONS, cache).segments()
    for seed in (2, 3):
        with path.open("a") as file:
            file.write("Traceback (most recent call last):\n  continued\n" + lines("service", 900, seed))
        index = FileIndex(path, OPTIONS, cache)
        assert index.exists()
        assert_same_records(indexed(index), whole(path))
        index.close()
        index.build()
        assert_same_records(indexed(index), whole(path))
        index.close()
    after = {segment.path for segment in FileIndex(path, OPTIONS, cache).segments()}
    assert {segment.path for segment in before[:-1]} <= after


@pytest.mark.parametrize(
    "change", ["edit", *(pytest.param(change, marks=pytest.mark.slow) for change in ("truncate", "replace"))]
)
def test_any_other_change_makes_an_index_void(tmp_path: Path, cache: Cache, change: str) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 2000))
    FileIndex(path, OPTIONS, cache).build()
    text = path.read_text()
    match change:
        case "edit":
            path.write_text(text.replace("Heartbeat ok", "Heartbeat KO"))
            os.utime(path, ns=(1, 1))
        case "truncate":
            path.write_text(text[: len(text) // 2])
        case "replace":
            (tmp_path / "draft").write_text(text[::-1])
            (tmp_path / "draft").replace(path)
    index = FileIndex(path, OPTIONS, cache)
    assert not index.exists()
    index.build()
    assert_same_records(indexed(index), whole(path))


def test_an_index_of_a_newer_logtui_is_neither_read_nor_removed(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 2000))
    index = FileIndex(path, OPTIONS, cache)
    index.build()
    index.close()
    with closing(sqlite3.connect(index.folder / "catalogue.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    for use in (index.exists, index.is_current, index.prepare, index.build):
        with pytest.raises(StoreVersionError, match="written by a newer logtui"):
            use()
    assert [file.path for file in cached_files(cache)] == [""]
    assert list((index.folder / "segments").iterdir())


@pytest.mark.parametrize(
    "damage", ["segment", *(pytest.param(damage, marks=pytest.mark.slow) for damage in ("catalogue", "missing"))]
)
def test_a_damaged_index_is_made_anew(tmp_path: Path, cache: Cache, damage: str) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 2000))
    index = FileIndex(path, OPTIONS, cache)
    index.build()
    segment = index.segments()[0].path
    index.close()
    match damage:
        case "catalogue":
            for part in index.folder.glob("catalogue.sqlite*"):
                part.write_bytes(b"no database" * 1000)
        case "segment":
            os.truncate(segment, 100)
        case "missing":
            segment.unlink()
    index = FileIndex(path, OPTIONS, cache)
    assert not index.exists()
    index.build()
    assert index.exists()
    assert_same_records(indexed(index), whole(path))


def build_counted(index: FileIndex) -> list[Overview | None]:
    """Build an index with an overview; returns the overviews that were there as it came about."""
    found: list[Overview | None] = []
    index.build(lambda _bytes: found.append(index.overview()), lambda _bytes: None)
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.usefixtures("small_segments")
def test_an_overview_counts_before_all_what_the_index_counts_after_it(tmp_path: Path, cache: Cache, shape: str) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(shape, 3000) + "Traceback (most recent call last):\n  continued\nno time")
    index = FileIndex(path, OPTIONS, cache)
    first, *_ = build_counted(index)
    assert first is not None
    keys = ["start", "level", "severity_text", "service"]
    time = pl.col("timestamp").cast(pl.Int64)
    counts = indexed(index).group_by((time // first.step * first.step).alias("start"), *keys[1:]).len(WEIGHT)
    assert_frame_equal(first.groups, counts.sort(keys), check_dtypes=False)
    assert index.overview() is None, "the index answers for itself"


def test_an_overview_is_used_again_unless_the_file_has_changed(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 3000))

    def interrupted(_bytes: int) -> None:
        raise KeyboardInterrupt

    index, passes = FileIndex(path, OPTIONS, cache), list[int]()
    with pytest.raises(KeyboardInterrupt):
        index.build(interrupted, passes.append)
    assert passes
    kept = index.overview()
    assert kept is not None
    assert kept.rows == 3000
    with pytest.raises(KeyboardInterrupt):
        FileIndex(path, OPTIONS, cache).build(interrupted, lambda _bytes: pytest.fail("counted again"))
    path.write_text(path.read_text()[:-500] + "x" * 500)
    assert FileIndex(path, OPTIONS, cache).overview() is None


def test_how_a_file_is_read_is_part_of_the_key(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 100))
    keys = {
        FileIndex(path, options, cache).folder
        for options in (OPTIONS, ReadOptions(format="plain"), ReadOptions(year=2020), ReadOptions(force=True))
    }
    assert len(keys) == 4
    path.rename(tmp_path / "app.log.1")
    assert FileIndex(tmp_path / "app.log.1", OPTIONS, cache).folder in keys


def test_an_index_of_an_older_logtui_is_listed_by_its_path_and_no_longer_used(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 100))
    old = {"path": str(path), "size": 1, "modified": 1, "indexed": 1, "tail": ""}
    with closing(Store(cache.folder("0" * 32), writable=True)) as store:
        store.note({"file": msgspec.msgpack.encode(old)})
    assert [file.path for file in cached_files(cache)] == [str(path)]
    index = FileIndex(path, OPTIONS, cache)
    assert not index.exists()
    index.build()
    assert_same_records(indexed(index), whole(path))


@pytest.mark.slow
def test_many_at_once_make_one_index(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 5000))
    threads = [threading.Thread(target=FileIndex(path, OPTIONS, cache).build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index = FileIndex(path, OPTIONS, cache)
    assert_same_records(indexed(index), whole(path))
    assert [each.path for each in cached_files(cache)] == [str(path)]


@pytest.mark.slow
@pytest.mark.parametrize("blocks", [1, 3, 6])
@pytest.mark.usefixtures("small_segments")
def test_an_indexer_that_is_killed_leaves_an_index_that_goes_on(tmp_path: Path, cache: Cache, blocks: int) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("service", 20_000))
    script = (
        "import os, pathlib, sys\n"
        "from logtui.engine.index import file_index as indexing\n"
        "from logtui.engine.read.options import ReadOptions\n"
        "from logtui.store import Cache\n"
        "indexing.SEGMENT_ROWS = 700\n"
        "cache = Cache(pathlib.Path(sys.argv[2]))\n"
        "index = indexing.FileIndex(pathlib.Path(sys.argv[1]), ReadOptions(block_bytes=40_000), cache)\n"
        "index.build(lambda count: count > 64_000 * int(sys.argv[3]) and os.kill(os.getpid(), 9))\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, path, cache.root, str(blocks)], check=False)
    assert killed.returncode == -9
    index = FileIndex(path, OPTIONS, cache)
    if index.folder.is_dir():
        assert_same_records(indexed(index), whole(path))
    index.close()
    index.build()
    assert_same_records(indexed(index), whole(path))


def test_a_checkpoint_survives_being_written_down(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines("cloudwatch", 2000))
    with ThreadPoolExecutor(2) as pool:
        reader = SourceReader(FileSource(path), OPTIONS, pool)
        for _ in islice(reader.batches(), 5):
            pass
        assert reader.checkpoint is not None
        again = Checkpoint.unpacked(reader.checkpoint.packed(), reader.fresh_clock)
    assert (again.place, again.records, again.skipped, again.clock) == (
        reader.checkpoint.place,
        reader.checkpoint.records,
        reader.checkpoint.skipped,
        reader.checkpoint.clock,
    )
