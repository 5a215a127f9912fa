"""What waits for a journal is bounded in bytes; a full journal is waited for, and then the batch is refused."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.engine.ingest.admission import Admission
from logtui.errors import JournalError, JournalFullError
from logtui.store.journal import FileJournal
from tests.engine.ingest.batches import wait_until
from tests.store.journal.batches import batch, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from logtui.store.journal.file import _Append

LARGE = "x" * 400


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[FileJournal]:
    """A journal with room for two large batches, each in a segment of its own."""
    with FileJournal(tmp_path, cap_bytes=1_300, segment_bytes=1) as made:
        yield made


def filled(journal: FileJournal) -> FileJournal:
    for _ in range(2):
        journal.append(batch(LARGE))
    with pytest.raises(JournalFullError):
        journal.append(batch(LARGE))
    return journal


def append(admission: Admission, text: str) -> int:
    return admission.append(batch(text))


def append_in_loop(admission: Admission, text: str) -> int:
    return asyncio.run(admission.append_async(batch(text)))


CALLERS = pytest.mark.parametrize("call", [append, append_in_loop])


@CALLERS
def test_a_batch_is_durable_when_the_call_returns(journal: FileJournal, call: Callable[[Admission, str], int]) -> None:
    admission = Admission(journal)
    assert [call(admission, text) for text in "ab"] == [1, 2]
    assert texts(journal.read(0)) == ["a", "b"]
    assert admission.waiting == 0


@CALLERS
def test_a_full_journal_is_waited_for_until_it_is_trimmed(
    journal: FileJournal, call: Callable[[Admission, str], int]
) -> None:
    admission = Admission(filled(journal), hold_seconds=20)
    trimming = threading.Timer(0.3, journal.trim, [1])
    trimming.start()
    assert call(admission, LARGE) == 3
    trimming.join()
    assert admission.waiting == 0


@CALLERS
def test_after_the_hold_the_batch_is_refused_with_the_time_to_wait(
    journal: FileJournal, call: Callable[[Admission, str], int]
) -> None:
    admission = Admission(filled(journal), hold_seconds=0.25)
    began = time.monotonic()
    with pytest.raises(JournalFullError, match="has reached its cap of 1,300 bytes") as caught:
        call(admission, LARGE)
    assert time.monotonic() - began >= 0.25
    assert caught.value.retry_after == 0.25
    assert admission.waiting == 0
    assert len(list(journal.read(0))) == 2


def test_what_is_held_is_bounded_in_bytes_and_the_rest_is_refused_at_once(journal: FileJournal) -> None:
    admission = Admission(filled(journal), waiting_bytes=1_000, hold_seconds=20)
    held = [threading.Thread(target=append, args=(admission, LARGE)) for _ in range(2)]
    for thread in held:
        thread.start()
    wait_until(lambda: admission.waiting == 800)
    began = time.monotonic()
    with pytest.raises(JournalFullError, match="800 bytes wait for the journal, of at most 1,000") as caught:
        append(admission, LARGE)
    assert (caught.value.retry_after, time.monotonic() - began < 10) == (20, True)
    journal.trim(2)
    for thread in held:
        thread.join()
    assert admission.waiting == 0
    assert len(list(journal.read(2))) == 2


def test_a_batch_above_the_bound_is_taken_when_nothing_waits(journal: FileJournal) -> None:
    assert append(Admission(journal, waiting_bytes=10), LARGE) == 1


def test_a_batch_that_can_never_fit_is_refused_at_once_and_is_not_called_full(journal: FileJournal) -> None:
    admission = Admission(journal)
    with pytest.raises(JournalError, match="larger than the cap") as caught:
        append(admission, "x" * 2_000)
    assert not isinstance(caught.value, JournalFullError)
    assert admission.waiting == 0


async def test_the_event_loop_goes_on_while_batches_are_held(journal: FileJournal) -> None:
    admission = Admission(filled(journal), hold_seconds=20)
    appends = [asyncio.create_task(admission.append_async(batch(LARGE))) for _ in range(2)]
    await asyncio.sleep(0.2)
    assert admission.waiting == 800
    journal.trim(2)
    assert sorted(await asyncio.gather(*appends)) == [3, 4]


async def test_a_caller_that_is_cancelled_waits_no_more(journal: FileJournal) -> None:
    admission = Admission(filled(journal), hold_seconds=20)
    task = asyncio.create_task(admission.append_async(batch(LARGE)))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert admission.waiting == 0


@contextmanager
def stalled() -> Iterator[None]:
    """Let no sync come to its end meanwhile."""
    sync, released = os.fdatasync, threading.Event()

    def waiting(descriptor: int) -> None:
        released.wait()
        sync(descriptor)

    with patch.object(os, "fdatasync", waiting):
        try:
            yield
        finally:
            released.set()


async def test_a_journal_that_stalls_takes_what_it_writes_and_refuses_what_waits_behind_it(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        admission = Admission(journal, hold_seconds=0.25)
        with stalled():
            written = asyncio.create_task(admission.append_async(batch("written")))
            await asyncio.sleep(0.1)
            with pytest.raises(JournalFullError, match="does not become durable in time") as caught:
                await admission.append_async(batch("behind it"))
            await asyncio.sleep(0.25)
            assert (caught.value.retry_after, written.done()) == (0.25, False)
        assert await written == 1
        assert await admission.append_async(batch("afterwards")) == 2
        assert texts(journal.read(0)) == ["written", "afterwards"]
        assert admission.waiting == 0


async def test_a_journal_that_says_after_the_hold_that_it_is_full_is_not_asked_again(journal: FileJournal) -> None:
    admission = Admission(filled(journal), hold_seconds=0.25)
    answering = asyncio.create_task(admission.append_async(batch(LARGE)))
    admitted = journal._admitted

    def slow(group: Sequence[_Append]) -> list[_Append]:
        time.sleep(0.5)
        return admitted(group)

    with (
        patch.object(journal, "_admitted", slow),
        pytest.raises(JournalFullError, match="has reached its cap"),
    ):
        await asyncio.wait_for(answering, 5)


def test_callers_in_many_threads_lose_and_double_nothing(tmp_path: Path) -> None:
    with FileJournal(tmp_path, cap_bytes=6_000, segment_bytes=500) as journal:
        admission = Admission(journal, hold_seconds=60)

        def send(name: str) -> None:
            for number in range(40):
                append(admission, f"{name} {number} {LARGE}")

        threads = [threading.Thread(target=send, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        seen: list[str] = []
        position = 0
        while len(seen) < 120:
            for frame in journal.read(position):
                seen.append(frame.payload.decode().rsplit(" ", 1)[0])
                position = frame.last_seq
            journal.trim(position)
            time.sleep(0.01)
        for thread in threads:
            thread.join()
    assert sorted(seen) == sorted(f"{name} {number}" for name in "abc" for number in range(40))
