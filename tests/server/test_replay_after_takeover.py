"""What could not be stored may be a dead letter of two workers; replayed from both folders, it is stored once."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.queue_intake import QueueIntake
from logtui.engine.ingest.shared_queue import SharedQueue
from logtui.engine.ingest.writer import Writer
from logtui.server.replay import replay
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal.redis import RedisJournal
from logtui.store.journal.redis_shares import RedisShares
from tests.engine.ingest.batches import json_batch
from tests.engine.ingest.test_shared_queue import Positions
from tests.store.journal.conftest import redis_server

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from logtui.store.seq_range import SeqRange
    from tests.redis_server import RedisServer

__all__ = ["redis_server"]

pytestmark = pytest.mark.system


class Refusing(Positions):
    """A shared storage that can store no record."""

    def seal(self, records: pl.DataFrame, batch: SeqRange, *, lost: int, arrived: int) -> None:  # noqa: ARG002
        if len(records):
            raise ValueError("a fault of this version")


class Worker:
    """A worker with a folder of its own."""

    def __init__(self, folder: Path, journal: RedisJournal) -> None:
        folder.mkdir()
        self.folder = DataFolder(folder)
        self.letters = DeadLetters(self.folder.dead_letters)
        self.shares = RedisShares(journal)
        storage: Any = Refusing()  # all of a storage that is needed here
        self.queue = SharedQueue(journal, self.shares, storage)
        self.writer = Writer(self.queue, storage, self.letters)

    def drain(self) -> None:
        stop = threading.Event()
        stop.set()
        self.writer.run(stop, threading.Event())

    def stop_before_it_is_noted(self) -> None:
        """Bury what there is; the share is another's before this worker says that it is done."""
        stop = threading.Event()
        stop.set()
        self.writer.write(self.queue.take(stop))
        self.shares.leave()

    async def replay(self, url: str) -> None:
        """Replay all letters, as a front with this folder does."""
        self.letters.want([kept.number for kept in self.letters.page()])
        with closing(QueueIntake(url, self.folder)) as intake:
            await replay(self.letters, intake)


async def test_a_letter_of_two_workers_is_stored_once(redis_server: RedisServer, tmp_path: Path) -> None:
    url = redis_server.url_for(tmp_path)
    with RedisJournal(url) as journal:
        first, second = Worker(tmp_path / "first", journal), Worker(tmp_path / "second", journal)
        journal.append(json_batch([{"message": "of the second alone"}]))
        second.drain()
        journal.append(json_batch([{"message": "a"}, {"message": "b"}]))
        first.stop_before_it_is_noted()
        second.drain()
        (one,), (_, other) = first.letters.page(), second.letters.page()
        assert (one.letter, one.number, other.number) == (other.letter, 1, 2)
        assert journal.last == 3
        await first.replay(url)
        await second.replay(url)
        assert (first.letters.totals.letters, second.letters.totals.letters) == (0, 0)
        assert journal.last == 6


async def test_letters_of_one_worker_are_all_replayed(redis_server: RedisServer, tmp_path: Path) -> None:
    url = redis_server.url_for(tmp_path)
    with RedisJournal(url) as journal:
        for text in "aab":
            journal.append(json_batch([{"message": text}]))
        worker = Worker(tmp_path / "worker", journal)
        worker.drain()
        assert worker.letters.totals.letters == 3
        await worker.replay(url)
        assert journal.last == 6
