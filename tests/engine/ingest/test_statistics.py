from __future__ import annotations

import time
from typing import TYPE_CHECKING

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.embedded_storage import EmbeddedStorage
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.payloads import Kind
from logtui.engine.ingest.statistics import StatisticsFile, read_statistics, statistics_of
from logtui.engine.ingest.worker import Worker
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import Batch, FileJournalReader

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: DataFolder, count: int, arrival: int) -> None:
    payload = b'{"timestamp": "2026-01-15T10:00:00Z", "message": "m"}\n' * count
    intake = FolderIntake(folder)
    intake.append(Batch(kind=Kind.JSON, count=count, arrival=arrival, payload=payload.rstrip()))
    intake.close()


def worker_of(folder: DataFolder) -> Worker:
    storage = EmbeddedStorage(folder.store)
    return Worker(Gatherer(FileJournalReader(folder.journal), storage), storage, DeadLetters(folder.dead_letters))


def test_statistics_tell_what_waits_and_then_what_is_stored(tmp_path: Path) -> None:
    folder, journal = DataFolder(tmp_path), FileJournalReader(tmp_path / "journal")
    fill(folder, 3, time.time_ns() - 5_000_000_000)
    worker = worker_of(folder)
    before = statistics_of(worker, journal)
    assert (before.rows, before.segments, before.position, before.lag_records) == (0, 0, 0, 3)
    assert 5 <= before.lag_seconds < 60
    worker.writer.write(list(journal.read(0)))
    after = statistics_of(worker, journal)
    worker.close()
    assert (after.rows, after.segments, after.unmerged, after.position) == (3, 1, 1, 3)
    assert (after.lag_records, after.lag_seconds, after.merging_seconds, after.problems) == (0, 0.0, 0.0, {})


def test_the_file_is_there_at_once_and_gone_at_the_end(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    fill(folder, 1, time.time_ns())
    worker = worker_of(folder).start()
    file = StatisticsFile(worker, FileJournalReader(folder.journal), folder.statistics).start()
    first = read_statistics(folder.statistics)
    assert first is not None
    until = time.monotonic() + 30
    while (found := read_statistics(folder.statistics)) is None or found.written == first.written or not found.rows:
        assert time.monotonic() < until, "it was not written again"
        time.sleep(0.05)
    file.close()
    worker.close()
    assert read_statistics(folder.statistics) is None


def test_a_file_that_holds_something_else_is_no_statistics(tmp_path: Path) -> None:
    path = tmp_path / "worker-statistics.json"
    assert read_statistics(path) is None
    for text in ("", "{", "[]", '{"written": 1}'):
        path.write_text(text)
        assert read_statistics(path) is None
