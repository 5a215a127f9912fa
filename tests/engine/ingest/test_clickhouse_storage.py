"""The storage in ClickHouse: a folder and a database belong together, and what was under way is sealed as it was."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.clickhouse_mark import ClickHouseMark, named_mark, read_mark, write_mark
from logtui.engine.ingest.clickhouse_storage import ClickHouseStorage, join
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.writer import Writer
from logtui.errors import StoreBusyError, StoreConnectionError, StoreError
from logtui.store.clickhouse.address import opened
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournal
from tests.engine.ingest.batches import json_batch
from tests.store.clickhouse.conftest import empty, server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from logtui.store.clickhouse.connection import Connection
    from tests.clickhouse_server import ClickHouse

__all__ = ["empty", "server"]


@pytest.fixture
def connect(server: ClickHouse, empty: Connection) -> Callable[[], Connection]:
    return partial(opened, server.address_of(empty.name.rpartition("/")[2]))


@pytest.fixture
def folder(tmp_path: Path, connect: Callable[[], Connection]) -> DataFolder:
    """A data folder that belongs to the database."""
    found = DataFolder(tmp_path)
    join(connect, found, lambda: "mine")
    return found


def numbers(connect: Callable[[], Connection]) -> list[int]:
    with connect() as connection:
        found: list[int] = connection.query_arrow("SELECT seq FROM logs ORDER BY seq")["seq"].to_list()
    return found


def drain(journal: FileJournal, storage: ClickHouseStorage, folder: DataFolder) -> Writer:
    writer, stop = Writer(Gatherer(journal, storage), storage, DeadLetters(folder.dead_letters)), threading.Event()
    stop.set()
    writer.run(stop, threading.Event())
    return writer


def test_a_batch_that_was_under_way_is_sealed_with_the_same_range(
    server: ClickHouse, connect: Callable[[], Connection], folder: DataFolder
) -> None:
    with FileJournal(folder.journal) as journal:
        for number in range(3):
            journal.append(json_batch([{"message": str(number)}]))
        storage = ClickHouseStorage(connect, folder, None)
        server.fault("lose", 10, "INSERT INTO logs")  # they are stored, and nobody learns it
        assert "connection failed" in str(drain(journal, storage, folder).written.problem)
        server.mend()
        storage.close()
        journal.append(json_batch([{"message": "3"}]))
        again = ClickHouseStorage(connect, folder, None)
        assert (again.position, again.pending) == (0, (1, 3))
        assert drain(journal, again, folder).written.segments == 2
        assert (again.position, again.pending) == (4, None)
        again.close()
    assert numbers(connect) == [1, 2, 3, 4]
    assert (folder.position, folder.waiting) == (4, 0)


def test_a_journal_that_lacks_what_was_under_way_stops_with_the_reason(
    server: ClickHouse, connect: Callable[[], Connection], folder: DataFolder
) -> None:
    with FileJournal(folder.journal) as journal:
        journal.append(json_batch([{"message": "1"}]))
        storage = ClickHouseStorage(connect, folder, None)
        server.fault("fail", 10, "INSERT INTO logs")
        drain(journal, storage, folder)
        server.mend()
        storage.close()
    storage = ClickHouseStorage(connect, folder, None)
    with FileJournal(folder.path / "another") as journal:
        assert drain(journal, storage, folder).written.problem == (
            "the journal lacks records 1 to 1, which were being stored"
        )
    storage.close()


def test_a_database_that_is_away_is_reached_later(
    server: ClickHouse, connect: Callable[[], Connection], folder: DataFolder
) -> None:
    server.fault("drop", 100)
    storage = ClickHouseStorage(connect, folder, None)
    with pytest.raises(StoreConnectionError):
        storage.ready()
    server.mend()
    storage.ready()
    storage.close()


def test_one_worker_runs_on_a_folder(connect: Callable[[], Connection], folder: DataFolder) -> None:
    storage = ClickHouseStorage(connect, folder, None)
    with pytest.raises(StoreBusyError, match="another worker runs on"):
        ClickHouseStorage(connect, folder, None)
    storage.close()
    ClickHouseStorage(connect, folder, None).close()


def test_a_database_gets_the_records_of_one_journal(
    connect: Callable[[], Connection], folder: DataFolder, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    for _ in range(2):
        with pytest.raises(StoreError, match="gets the records of another server"):
            join(connect, DataFolder(tmp_path / "other"), lambda: "other")
    join(connect, folder, lambda: "not asked")
    assert read_mark(folder.clickhouse) == ClickHouseMark("mine", 0)


def test_processes_that_start_at_once_name_a_journal_alike(tmp_path: Path) -> None:
    names, start = list[str](), threading.Barrier(8)

    def name(number: int) -> None:
        start.wait()
        names.append(named_mark(tmp_path / "mark.json", lambda: str(number)).name)

    threads = [threading.Thread(target=name, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert len(set(names)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mark.json"]


def test_a_mark_that_is_something_else_is_said(tmp_path: Path) -> None:
    write_mark(tmp_path / "mark.json", ClickHouseMark("a", 7))
    assert read_mark(tmp_path / "mark.json") == ClickHouseMark("a", 7)
    (tmp_path / "mark.json").write_text("[]")
    with pytest.raises(StoreError, match=r"mark\.json"):
        read_mark(tmp_path / "mark.json")
