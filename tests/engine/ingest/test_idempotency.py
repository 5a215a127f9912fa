from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.idempotency import REMEMBERED_SECONDS, Idempotency
from logtui.errors import JournalFullError, KeyReuseError, StoreError
from logtui.store.journal import Batch, FileJournal

if TYPE_CHECKING:
    from pathlib import Path


def batch(key: str = "", text: bytes = b"x", ago: float = 0.0) -> Batch:
    return Batch(kind=1, count=1, arrival=time.time_ns() - int(ago * 1e9), payload=text, key=key)


async def test_a_batch_without_a_key_is_always_appended(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        assert [await batches.append(batch()) for _ in range(2)] == [True, True]
        assert journal.last == 2


async def test_the_same_key_at_the_same_time_is_appended_once(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        appended = await asyncio.gather(*(batches.append(batch("k")) for _ in range(20)))
        assert sum(appended) == 1
        assert journal.last == 1


async def test_a_key_of_other_records_is_refused(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        await batches.append(batch("k"))
        with pytest.raises(KeyReuseError, match="use a new key"):
            await batches.append(batch("k", b"other"))


async def test_a_batch_that_was_refused_may_come_again(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal", cap_bytes=400) as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        await batches.append(batch(text=bytes(200)))
        with pytest.raises(JournalFullError):
            await batches.append(batch("k", bytes(100)))
        journal.trim(1)
        assert await batches.append(batch("k", bytes(100)))


async def test_keys_are_known_after_a_crash_and_after_their_frames_are_gone(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal", segment_bytes=1) as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        await batches.append(batch("trimmed"))
        journal.trim(batches.save(journal.last))
        await batches.append(batch("kept"))
        journal.trim(1)
        assert journal.oldest == 2
        after_a_crash = Idempotency(tmp_path / "keys", journal, journal.append_async)
        assert [await after_a_crash.append(batch(key)) for key in ("trimmed", "kept", "new")] == [False, False, True]


async def test_keys_are_forgotten_after_an_hour(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        assert await batches.append(batch("k", ago=REMEMBERED_SECONDS + 1))
        assert await batches.append(batch("k"))
        batches.save(journal.last)
        assert not await Idempotency(tmp_path / "keys", journal, journal.append_async).append(batch("k"))


async def test_nothing_may_be_trimmed_when_keys_cannot_be_saved(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        await batches.append(batch("k"))
        (tmp_path / "keys").unlink()
        (tmp_path / "keys").mkdir()
        with pytest.raises(StoreError):
            batches.save(journal.last)
        (tmp_path / "keys").rmdir()
        with pytest.raises(StoreError, match="no such table"):
            batches.save(journal.last)


async def test_batches_without_keys_cost_the_table_nothing(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal") as journal:
        batches = Idempotency(tmp_path / "keys", journal, journal.append_async)
        before = (tmp_path / "keys").read_bytes()
        await batches.append(batch())
        assert batches.save(journal.last) == 1
        assert (tmp_path / "keys").read_bytes() == before
