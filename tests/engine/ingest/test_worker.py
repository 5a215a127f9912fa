"""What a worker does beside writing: merging and retention go on, and a failure shows and heals."""

from __future__ import annotations

import shutil
import threading
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest

from logtui.engine.ingest import embedded_storage
from logtui.engine.ingest import worker as working
from logtui.engine.ingest.embedded_storage import EmbeddedStorage, Upkeep
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.position import position_of
from logtui.engine.ingest.worker import Worker
from logtui.errors import StoreBusyError, StoreError
from logtui.store import Budget, Retention, Store, compaction, expire, opened_archive, tiers
from logtui.store.archive import is_archive
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournal
from tests.engine.ingest.batches import ARRIVED, DAY, json_batch, numbered, stored_numbers, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AT_ONCE = Budget(1.0)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[FileJournal]:
    with FileJournal(tmp_path / "journal") as made:
        yield made


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Merge few segments, and rest shortly."""
    with (
        patch.object(tiers, "FAN_IN", 3),
        patch.object(compaction, "_IDLE_SECONDS", 0.02),
        patch.object(working, "_RETRY_SECONDS", 0.02),
        patch.object(embedded_storage, "_RETENTION_SECONDS", 0.02),
    ):
        yield


def worker_of(journal: FileJournal, upkeep: Upkeep | None = None) -> Worker:
    folder = journal.folder.parent
    storage = EmbeddedStorage(folder / "store", upkeep)
    return Worker(Gatherer(journal, storage), storage, DeadLetters(folder / "letters.sqlite"))


def store_of(worker: Worker) -> Store:
    assert isinstance(worker.storage, EmbeddedStorage)
    return worker.storage.store


def store_one_by_one(worker: Worker, journal: FileJournal, count: int) -> None:
    """Let each batch become a segment of its own."""
    for number in range(count):
        journal.append(numbered(number, 1, ARRIVED + number * timedelta(seconds=1)))
        wait_until(lambda at=number: worker.writer.written.records > at)  # type: ignore[misc]


@pytest.mark.slow
def test_segments_are_merged_while_records_come(journal: FileJournal) -> None:
    with worker_of(journal, Upkeep(budget=AT_ONCE)) as worker:
        store_one_by_one(worker, journal, 6)
        wait_until(lambda: len(store_of(worker).segments()) <= 3)
        assert stored_numbers(store_of(worker)) == list(range(6))
        assert worker.problems == {}


def test_it_stores_what_the_journal_holds_when_it_is_closed(journal: FileJournal) -> None:
    with worker_of(journal):
        for first in range(0, 30, 3):
            journal.append(numbered(first))
    with Store(journal.folder.parent / "store") as store:
        assert stored_numbers(store) == list(range(30))


@pytest.mark.parametrize("error", [StoreError("no room"), OSError("no room"), RuntimeError("no room")])
@pytest.mark.parametrize(("name", "call"), [("merging", "compact"), ("retention", "expire")])
def test_what_fails_shows_as_a_problem_until_it_is_done(
    journal: FileJournal, name: str, call: str, error: Exception
) -> None:
    with worker_of(journal) as worker:
        with patch.object(embedded_storage, call, side_effect=error):
            wait_until(lambda: worker.problems == {name: "no room"})
            journal.append(numbered(0))
            wait_until(lambda: worker.writer.written.records == 3)
        wait_until(lambda: worker.problems == {})


def test_a_problem_of_merging_is_gone_once_it_works_again(journal: FileJournal) -> None:
    with worker_of(journal, Upkeep(budget=AT_ONCE)) as worker:
        with patch.object(Store, "merge", side_effect=StoreError("no room")):
            store_one_by_one(worker, journal, 4)
            wait_until(lambda: worker.problems == {"merging": "no room"})
        wait_until(lambda: worker.problems == {})
        assert stored_numbers(store_of(worker)) == list(range(4))


def test_a_problem_of_retention_is_gone_before_its_next_turn(journal: FileJournal) -> None:
    with (
        patch.object(embedded_storage, "_RETENTION_SECONDS", 3_600.0),
        patch.object(embedded_storage, "expire", side_effect=[StoreError("no room"), None]) as expired,
        worker_of(journal) as worker,
    ):
        wait_until(lambda: expired.call_count == 2 and worker.problems == {})


def test_a_problem_of_writing_is_among_them(journal: FileJournal) -> None:
    with worker_of(journal) as worker:
        with patch.object(Store, "seal", side_effect=StoreError("no room")):
            journal.append(numbered(0))
            wait_until(lambda: worker.problems == {"writing": "no room"})
        wait_until(lambda: worker.problems == {})


def test_records_go_by_the_age_of_their_arrival_not_by_their_time(journal: FileJournal) -> None:
    upkeep = Upkeep(Retention(age=timedelta(hours=1)))
    with patch("time.time_ns", lambda: int((ARRIVED + DAY).timestamp()) * 10**9), worker_of(journal, upkeep) as worker:
        old = {"timestamp": "2013-01-01T00:00:00Z", "message": "record 1"}
        journal.append(json_batch([old], ARRIVED + DAY))
        wait_until(lambda: worker.writer.written.records == 1)
        journal.append(json_batch([{**old, "message": "record 2"}], ARRIVED))
        wait_until(lambda: worker.writer.written.records == 2 and len(store_of(worker).segments()) == 1)
        assert stored_numbers(store_of(worker)) == [1]


@pytest.mark.slow
def test_what_is_archived_while_segments_are_merged_is_archived_once(journal: FileJournal, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    upkeep = Upkeep(Retention(size=1), archive, AT_ONCE)
    with patch.object(embedded_storage, "_RETENTION_SECONDS", 1.0), worker_of(journal, upkeep) as worker:
        store_one_by_one(worker, journal, 12)
        wait_until(lambda: is_archive(archive) and len(store_of(worker).segments()) <= 1)
        kept = stored_numbers(store_of(worker))
    with opened_archive(archive, tmp_path / "copy").store as restored:
        assert sorted([*stored_numbers(restored), *kept]) == list(range(12))


@pytest.mark.parametrize(
    "rewrite",
    [compaction.merge_once, lambda store: expire(store, Retention(size=0), 0)],
    ids=["merging", "retention"],
)
def test_merging_and_retention_never_choose_segments_at_once(
    tmp_path: Path, rewrite: Callable[[Store], object]
) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        thread = threading.Thread(target=rewrite, args=(store,))
        with store.rewriting:
            thread.start()
            thread.join(0.2)
            assert thread.is_alive()
        thread.join()


def test_an_archive_that_cannot_be_read_leaves_the_store_free(journal: FileJournal, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "manifest.json").write_text("{")
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            worker_of(journal, Upkeep(archive=archive))
        assert not isinstance(caught.value, StoreBusyError)
    shutil.rmtree(archive)
    worker_of(journal, Upkeep(archive=archive)).close()


def test_a_second_worker_is_refused(journal: FileJournal) -> None:
    with worker_of(journal), pytest.raises(StoreBusyError, match="another process writes to this store"):
        worker_of(journal)


def test_a_panic_in_decoding_does_not_end_the_writer(journal: FileJournal) -> None:
    panic = pl.exceptions.PanicException("index out of bounds")
    with worker_of(journal) as worker:
        with patch("logtui.engine.ingest.writer.Decoder.decode", side_effect=panic):
            journal.append(numbered(0))
            wait_until(lambda: worker.writer.written.buried == 3)
        journal.append(numbered(3))
        wait_until(lambda: worker.writer.written.records == 3)
        assert stored_numbers(store_of(worker)) == [3, 4, 5]


def test_a_worker_that_has_no_time_leaves_the_rest_in_the_journal(journal: FileJournal) -> None:
    for first in range(6):
        journal.append(numbered(first * 33_000, 33_000))
    worker = worker_of(journal).start()
    worker.close(seconds=0)
    with Store(journal.folder.parent / "store") as store:
        assert position_of(store) < 6 * 33_000
    worker_of(journal).start().close()
    with Store(journal.folder.parent / "store") as store:
        assert position_of(store) == 6 * 33_000
