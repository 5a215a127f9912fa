"""A large file shows its first rows at once, is indexed beside the screen, and goes on as it grows."""

from __future__ import annotations

import os
import random
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from logtui.engine.live import file_feed
from logtui.engine.live.file_feed import FileFeed, feeds_of
from logtui.engine.live.folder_watcher import Watching
from logtui.engine.live.session import Session
from logtui.engine.live.snapshot import Snapshot
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.request import Request
from logtui.engine.search.stored_part import StoredPart
from logtui.engine.window.row_window import RowWindow
from logtui.sources import resolve
from logtui.store import Cache
from tests.bench.datasets import SHAPES
from tests.tui.fakes import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPTIONS = ReadOptions()


def lines(count: int, seed: int = 1) -> str:
    return "".join(islice(SHAPES["service"](random.Random(seed)), count))


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_feed, "INDEXED_BYTES", 100_000)
    monkeypatch.setattr(file_feed, "_OVERVIEW_BYTES", 100_000)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit=10**9)


@pytest.fixture
def opened(cache: Cache) -> Iterator[Opener]:
    opener = Opener(cache)
    yield opener
    opener.close()


class Opener:
    """Opens inputs as the screen does."""

    def __init__(self, cache: Cache) -> None:
        self._cache: Cache | None = cache
        self._open: list[Session | Watching] = []

    def __call__(self, *paths: Path) -> Session:
        found = resolve([str(path) for path in paths], follow=True)
        session = Session(*feeds_of(found, OPTIONS, self._cache))
        watching = Watching(session, [str(path) for path in paths], found, OPTIONS, self._cache)
        self._open += [session, watching]
        session.start()
        watching.start()
        return session

    def close(self) -> None:
        for each in self._open:
            each.close()


def messages(session: Session) -> list[str]:
    window = RowWindow.of_all(session.snapshot)
    return window.page(0, window.count)["message"].to_list()


def has(session: Session, rows: int) -> None:
    wait_for(lambda: session.snapshot.caught_up and session.snapshot.rows == rows)


def test_an_index_is_made_once_and_used_again(tmp_path: Path, cache: Cache, opened: Opener) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(3000))
    first = opened(path)
    has(first, 3000)
    assert first.snapshot.notices == ()
    assert isinstance(first.snapshot.parts[0], StoredPart)
    expected = messages(first)
    assert len(cache.entries()) == 1
    again = opened(path)
    has(again, 3000)
    assert messages(again) == expected
    assert expected == [line.split(" ", 4)[4] for line in path.read_text().splitlines()]


def test_growth_and_rotation_come_behind_the_segments(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(2000))
    session = opened(path)
    has(session, 2000)
    with path.open("a") as file:
        file.write(lines(5, seed=2))
    has(session, 2005)
    path.rename(tmp_path / "app.log.1")
    path.write_text(lines(7, seed=3))
    has(session, 2012)
    written = (tmp_path / "app.log.1").read_text() + path.read_text()
    assert messages(session) == [line.split(" ", 4)[4] for line in written.splitlines()]


def test_a_folder_gains_files_and_rotated_ones_do_not_come_twice(tmp_path: Path, opened: Opener) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "app.log").write_text(lines(50))
    session = opened(folder)
    has(session, 50)
    (folder / "web.log").write_text(lines(20, seed=2))
    has(session, 70)
    (folder / "app.log").rename(folder / "app.log.1")
    (folder / "app.log").write_text(lines(9, seed=3))
    has(session, 79)
    (folder / "late.log").write_text(lines(4000, seed=4))
    has(session, 4079)
    keys = RowWindow.of_all(session.snapshot).page(0, 5000).select("source", "offset")
    assert keys.unique().height == 4079


@pytest.mark.parametrize("count", [0, 3, 2000])
def test_a_last_line_without_an_end_is_shown_and_grows(tmp_path: Path, opened: Opener, count: int) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(count) + "2025-07-22T02:00:00.000Z ERROR SearchService user1 half a")
    session = opened(path)
    has(session, count + 1)
    assert messages(session)[-1] == "half a"
    with path.open("a") as file:
        file.write(" line and more\n2025-07-22T02:00:01.000Z INFO SearchService user1 the next")
    has(session, count + 2)
    wait_for(lambda: messages(session)[-2:] == ["half a line and more", "the next"])
    assert session.snapshot.parts[-1].read()["level"].to_list()[-1] == "info"


def test_all_records_are_counted_before_they_are_indexed(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(120_000))  # more than the first blocks, which are shown at once
    session, snapshots = opened(path), list[Snapshot]()
    session.listen(lambda: snapshots.append(session.snapshot))
    has(session, 120_000)
    partial = next(each for each in snapshots if each.counted > each.rows)
    assert partial.phase == "index"
    assert partial.counted == 120_000
    assert [each.phase for each in snapshots].index("overview") < snapshots.index(partial)
    for query in ("*", "level:error", "level:info service:SearchService"):
        early, late = (RowWindow.of(each, Request.of(query)) for each in (partial, session.snapshot))
        assert early.counts.is_exact
        assert early.counts.total == late.counts.total == late.count
        assert_frame_equal(early.histogram(200).frame, late.histogram(200).frame)
    undecided = RowWindow.of(partial, Request.of("timeout"))
    assert not undecided.counts.is_exact
    assert undecided.evaluated < 1


def test_an_overview_of_a_file_that_is_replaced_meanwhile_is_forgotten(tmp_path: Path, opened: Opener) -> None:
    path, other = tmp_path / "app.log", tmp_path / "other"
    path.write_text(lines(120_000))
    other.write_text(lines(3_000, seed=2))
    session = opened(path)
    wait_for(lambda: session.snapshot.counted == 120_000)
    other.replace(path)
    wait_for(lambda: session.snapshot.caught_up)
    assert session.snapshot.counted == session.snapshot.rows


def test_two_large_files_are_merged_by_time(tmp_path: Path, opened: Opener) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for seed, path in enumerate(paths):
        path.write_text(lines(2500, seed))
    session = opened(*paths)
    has(session, 5000)
    page = RowWindow.of_all(session.snapshot).page(0, 5000)
    assert page["order_time"].is_sorted()
    assert page["source"].n_unique() == 2


def test_without_room_for_an_index_the_file_is_read_and_that_is_told(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(2500))
    (tmp_path / "cache").write_text("a file where the folder should be")
    session = opened(path)
    has(session, 2500)
    assert "without an index" in session.snapshot.notices[0]


def test_closing_ends_the_indexer(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "app.log"
    path.write_text(lines(40_000))
    feed = FileFeed(resolve([str(path)]).sources[0], OPTIONS, cache)  # type: ignore[arg-type]  # a plain file
    feed.start(lambda: None)
    wait_for(lambda: feed._indexer is not None)
    feed.close()
    wait_for(lambda: feed._indexer is not None and feed._indexer.poll() is not None)


def test_many_small_files_are_read_in_groups_that_show_and_grow_one_by_one(tmp_path: Path, opened: Opener) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(file_feed._GROUP * 2 + 3):
        path = folder / f"{number:03}.log"
        path.write_text(f"2025-07-22T12:{number // 60:02}:{number % 60:02}Z INFO OrderService user1 file {number}\n")
        os.utime(path, (1_753_200_000 - number,) * 2)
    session = opened(folder)
    counts = {session.snapshot.rows}
    session.listen(lambda: counts.add(session.snapshot.rows))
    has(session, file_feed._GROUP * 2 + 3)
    assert len(counts) > 2, "some files are shown while others are still to be read"
    assert messages(session) == [f"file {number}" for number in range(file_feed._GROUP * 2 + 3)]
    with (folder / "000.log").open("a") as file:
        file.write("2025-07-22T13:00:00Z INFO OrderService user1 grown\n")
    has(session, file_feed._GROUP * 2 + 4)
    assert messages(session)[-1] == "grown"
