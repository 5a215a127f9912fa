"""A load of numbered records on a live store, which remembers what was acknowledged and what was refused."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from logtui.engine.ingest import folder_intake as receiving
from logtui.engine.ingest import gatherer as gathering
from logtui.engine.ingest import worker as working
from logtui.engine.ingest import writer as writing
from logtui.engine.ingest.embedded_storage import Upkeep
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.ingest.payloads import Kind
from logtui.errors import JournalError
from logtui.store import Budget, compaction, tiers
from logtui.store.journal import Batch, FileJournal
from tests.engine.ingest.batches import found_numbers, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_THREADS: Final = 3
_LARGEST_BATCH: Final = 60
_SETTLED_SECONDS: Final = 60.0


@contextmanager
def hasty() -> Iterator[None]:
    """Let journal segments be small, seal often, merge all the time and retry soon, so that a fault meets all of it."""
    settings = [
        (receiving, "FileJournal", partial(FileJournal, segment_bytes=40_000)),
        (receiving, "TRIM_SECONDS", 0.03),
        (gathering, "_MOST_SECONDS", 0.03),
        (gathering, "POLL_SECONDS", 0.01),
        (writing, "_LAST_RETRY_SECONDS", 0.2),
        (working, "_RETRY_SECONDS", 0.05),
        (tiers, "FAN_IN", 3),
        (tiers, "STALE", 6),
        (compaction, "_IDLE_SECONDS", 0.01),
    ]
    with ExitStack() as stack:
        for owner, name, value in settings:
            stack.enter_context(patch.object(owner, name, value))
        yield


def opened(folder: Path) -> LiveStore:
    """A live store that merges without rests."""
    return LiveStore(folder, upkeep=Upkeep(budget=Budget(1.0)))


def numbered(first: int, size: int) -> Batch:
    """Records from a number on, which do not compress."""
    now = time.time_ns()
    records = [
        {"timestamp": now // 10**6, "message": f"record {number}", "key": secrets.token_hex(60)}
        for number in range(first, first + size)
    ]
    lines = [json.dumps(record).encode() for record in records]
    return Batch(kind=Kind.JSON, count=size, arrival=now, payload=b"\n".join(lines))


@dataclass
class Load:
    """Threads that append until they are stopped.

    Attributes:
        first: The number of the first record.
        acknowledged: The numbers of records that are said to be durable.
        refused: The numbers of the others.
        said: Called with each batch that is acknowledged.
    """

    first: int = 0
    acknowledged: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    said: Callable[[range], None] = lambda _: None

    @contextmanager
    def on(self, store: LiveStore) -> Iterator[None]:
        """Append to a store meanwhile."""
        stop, blocks = threading.Event(), count(self.first, _LARGEST_BATCH)
        threads = [threading.Thread(target=self._send, args=(store, stop, blocks)) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _send(self, store: LiveStore, stop: threading.Event, blocks: count[int]) -> None:
        while not stop.is_set():
            first = next(blocks)
            numbers = range(first, first + random.randint(1, _LARGEST_BATCH))
            try:
                store.intake.append(numbered(first, len(numbers)))
            except JournalError:
                self.refused.update(numbers)
            else:
                self.acknowledged.update(numbers)
                self.said(numbers)


def check_found(store: LiveStore, acknowledged: set[int], refused: set[int] | None = None) -> None:
    """Every acknowledged record is found once, no refused one is, and nothing went anywhere else."""
    wait_until(lambda: not store.behind, _SETTLED_SECONDS)
    found = found_numbers(store.dataset)
    assert len(found) == len(set(found)), "a record is found twice"
    assert acknowledged <= set(found), "an acknowledged record is lost"
    assert not set(found) & (refused or set()), "a refused record is found"
    assert store.dead_letters.totals.letters == 0
    assert store.worker.writer.written.lost == 0
    wait_until(lambda: not store.worker.problems)
