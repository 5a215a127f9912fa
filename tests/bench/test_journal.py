"""What an append costs beside a bare write and sync: `pytest -m bench -n 0 -s tests/bench/test_journal.py`."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import pytest

from logtui.store.journal import Batch, FileJournal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

RECORDS: Final = 1000
BATCH: Final = Batch(kind=1, count=RECORDS, arrival=1, payload=os.urandom(150 * RECORDS), peer="10.0.0.1")
APPENDS: Final = 512


def in_threads(journal: FileJournal, callers: int) -> None:
    with ThreadPoolExecutor(callers) as threads:
        list(threads.map(journal.append, [BATCH] * APPENDS))


def in_coroutines(journal: FileJournal, callers: int) -> None:
    async def caller() -> None:
        for _ in range(APPENDS // callers):
            await journal.append_async(BATCH)

    async def all_callers() -> None:
        await asyncio.gather(*(caller() for _ in range(callers)))

    asyncio.run(all_callers())


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Print what the appends within cost."""
    with patch("os.fdatasync", wraps=os.fdatasync) as sync:
        started, cpu = time.perf_counter(), time.process_time()
        yield
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    megabytes = APPENDS * len(BATCH.payload) / 1e6
    print(
        f"\n{name:24} {APPENDS / seconds:6.0f} appends/s, CPU {cpu / APPENDS / RECORDS * 1e6:.2f} us a record,"
        f" {cpu / megabytes * 1e3:.2f} ms a MB, {sync.call_count / APPENDS:.3f} syncs an append",
        end="",
    )


def test_bare_writes_each_synced(tmp_path: Path) -> None:
    with (tmp_path / "bare").open("wb", buffering=0) as file, measured("bare write and sync"):
        for _ in range(APPENDS):
            file.write(BATCH.payload)
            os.fdatasync(file.fileno())


@pytest.mark.parametrize("callers", [1, 8, 64])
@pytest.mark.parametrize("append", [in_threads, in_coroutines], ids=["threads", "coroutines"])
def test_appends(append: Callable[[FileJournal, int], None], callers: int, tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        with measured(f"{callers} {append.__name__[3:]}"):
            append(journal, callers)
        assert journal.append(BATCH) == APPENDS * RECORDS + 1


def test_reading(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        in_coroutines(journal, 64)
        with measured("reading, no append"):
            assert sum(frame.count for frame in journal.read(0)) == APPENDS * RECORDS
