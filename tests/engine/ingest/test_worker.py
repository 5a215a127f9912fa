from __future__ import annotations

import json
from typing import TYPE_CHECKING

from logtui.engine.ingest.payloads import Kind
from logtui.engine.ingest.worker import Worker
from logtui.engine.ingest.writer import position_of
from logtui.store import Store
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import Batch, FileJournal, FileJournalReader

if TYPE_CHECKING:
    from pathlib import Path

LINE = json.dumps({"timestamp": "2026-01-15T10:00:00Z", "message": "x" * 100}).encode()
ROWS = 33_000


def test_a_worker_that_has_no_time_leaves_the_rest_in_the_journal(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        for _ in range(6):
            journal.append(Batch(kind=Kind.JSON, count=ROWS, arrival=1, payload=b"\n".join([LINE] * ROWS)))
        assert _stored_by_a_worker(tmp_path, seconds=0) < 6 * ROWS
        assert _stored_by_a_worker(tmp_path, seconds=None) == 6 * ROWS


def _stored_by_a_worker(folder: Path, seconds: float | None) -> int:
    letters = DeadLetters(folder / "letters")
    worker = Worker(FileJournalReader(folder / "journal"), folder / "store", letters).start()
    worker.close(seconds)
    store = Store(folder / "store")
    position = position_of(store)
    store.close()
    return position
