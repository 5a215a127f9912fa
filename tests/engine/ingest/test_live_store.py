"""A live store finds what was appended, once, whatever happened between; one process at a time has it open."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import pytest

from logtui.engine.ingest import folder_intake
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.search.request import Request
from logtui.errors import JournalError, JournalFullError, StoreBusyError, StoreError
from logtui.store import Store
from logtui.store.journal import FileJournal
from tests.engine.ingest.batches import ARRIVED, DAY, found_numbers, json_batch, numbered, undecodable, wait_until
from tests.store.journal.batches import segments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with patch.object(folder_intake, "TRIM_SECONDS", 0.02):
        yield


def settled(store: LiveStore) -> LiveStore:
    wait_until(lambda: not store.behind)
    return store


def test_what_is_appended_is_found_once(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store:
        assert [store.intake.append(numbered(first)) for first in range(0, 30, 3)] == list(range(1, 31, 3))
        assert found_numbers(settled(store).dataset) == list(range(30))


def test_callers_in_threads_and_in_an_event_loop_append_side_by_side(tmp_path: Path) -> None:
    async def send(store: LiveStore) -> None:
        await asyncio.gather(*(store.intake.append_async(numbered(100 + each, 1)) for each in range(20)))

    with LiveStore(tmp_path) as store:
        threads = [threading.Thread(target=store.intake.append, args=(numbered(each, 1),)) for each in range(20)]
        for thread in threads:
            thread.start()
        asyncio.run(send(store))
        for thread in threads:
            thread.join()
        assert sorted(found_numbers(settled(store).dataset)) == [*range(20), *range(100, 120)]


def test_closing_stores_what_is_there_and_a_restart_goes_on(tmp_path: Path) -> None:
    for first in range(0, 90, 30):
        with LiveStore(tmp_path) as store:
            assert store.notices == ()
            for number in range(first, first + 30, 3):
                store.intake.append(numbered(number))
        with Store(DataFolder(tmp_path).store) as closed:
            assert sum(each.facts.rows for each in closed.segments()) == first + 30
    with LiveStore(tmp_path) as store:
        assert store.behind == 0
        assert found_numbers(store.dataset) == list(range(90))


def test_what_a_killed_worker_left_in_the_journal_is_stored_by_the_next(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with LiveStore(tmp_path) as store:
        store.intake.append(numbered(0))
    with FileJournal(folder.journal, above=3) as journal:
        journal.append(numbered(3))
    with LiveStore(tmp_path) as store:
        assert found_numbers(settled(store).dataset) == list(range(6))


def test_a_start_says_what_it_has_cut_and_what_is_damaged(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    tmp_path.mkdir(exist_ok=True)
    with FileJournal(folder.journal) as journal:
        for first in (0, 3):
            journal.append(numbered(first))
    (path,) = segments(folder.journal)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(bytes(data) + b"torn")
    with LiveStore(tmp_path) as store:
        cut, damaged = store.notices
        assert cut == "4 bytes of a batch that was not acknowledged were cut"
        assert "damaged, 3 records from number 1 on are lost; copied to" in damaged
        assert found_numbers(settled(store).dataset) == [3, 4, 5]
        assert store.worker.writer.written.lost == 3


def test_the_journal_is_trimmed_up_to_the_position(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    tmp_path.mkdir(exist_ok=True)
    with FileJournal(folder.journal, segment_bytes=1) as journal:
        for first in range(0, 9, 3):
            journal.append(numbered(first))
    with LiveStore(tmp_path) as store:
        settled(store)
        wait_until(lambda: store.intake.journal.size == 0)
        store.intake.append(numbered(9))
        assert found_numbers(settled(store).dataset) == list(range(12))


@pytest.mark.slow
def test_a_journal_that_one_segment_fills_is_trimmed_though_the_position_does_not_move(tmp_path: Path) -> None:
    with LiveStore(tmp_path, cap_bytes=1_500) as store:
        for first in range(0, 60, 3):
            store.intake.append(numbered(first))
            settled(store)
            time.sleep(0.1)  # until the journal is trimmed up to the position
        assert found_numbers(store.dataset) == list(range(60))


def fill(store: LiveStore) -> int:
    """Append records until the journal has no room; how many it has taken."""
    for number in range(100):
        try:
            store.intake.append(numbered(number, 1))
        except JournalFullError:
            return number
    raise AssertionError("the journal has no cap")


def test_while_nothing_can_be_stored_a_full_journal_holds_and_refuses_and_then_goes_on(tmp_path: Path) -> None:
    with LiveStore(tmp_path, cap_bytes=3_000) as store, patch.object(store.intake.admission, "_hold", 0.1):
        with patch.object(Store, "seal", side_effect=StoreError("no room")):
            taken = fill(store)
            wait_until(lambda: store.worker.problems == {"writing": "no room"})
        settled(store)
        store.intake.append(numbered(taken, 1))
        assert found_numbers(settled(store).dataset) == list(range(taken + 1))
        wait_until(lambda: store.worker.problems == {})


def test_dead_letters_hold_up_nothing(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store:
        for batch in (numbered(0), undecodable(), numbered(3)):
            store.intake.append(batch)
        assert found_numbers(settled(store).dataset) == list(range(6))
        assert store.dead_letters.totals.letters == 1


OTHER: Final = """
import pathlib, sys
from logtui.engine.ingest.live_store import LiveStore
from logtui.errors import StoreBusyError
try:
    LiveStore(pathlib.Path(sys.argv[1]))
except StoreBusyError as error:
    print(error)
"""


def test_a_second_process_is_refused_in_one_line_and_disturbs_nothing(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store:
        store.intake.append(numbered(0))
        run = subprocess.run([sys.executable, "-c", OTHER, tmp_path], capture_output=True, text=True, check=True)
        assert run.stdout.splitlines() == [f"another process writes to the journal in {tmp_path / 'journal'}"]
        store.intake.append(numbered(3))
        assert found_numbers(settled(store).dataset) == list(range(6))


def test_a_store_that_is_busy_leaves_the_journal_free(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with Store(folder.store, writable=True), pytest.raises(StoreBusyError, match="this store"):
        LiveStore(tmp_path)
    FolderIntake(folder).close()


def test_a_folder_that_cannot_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the folder: Not a directory"):
        LiveStore(tmp_path / "file" / "data")


def test_whatever_fails_in_closing_the_rest_is_closed(tmp_path: Path) -> None:
    store = LiveStore(tmp_path)
    store.intake.append(numbered(0))
    with patch.object(FileJournal, "close", side_effect=JournalError("no room")), pytest.raises(JournalError):
        store.close()
    with Store(DataFolder(tmp_path).store, writable=True) as free:
        assert sum(each.facts.rows for each in free.segments()) == 3
    store.intake.journal.close()


def test_late_future_and_ancient_records_and_twins_are_all_counted(tmp_path: Path) -> None:
    moments = [
        *[ARRIVED + seconds * timedelta(seconds=1) for seconds in (0, 0, 0, 1, -3_600)],
        *[ARRIVED + days * DAY for days in (-1, -40, 1, 2, 400)],
        *[datetime(2013, 1, 1, 0, 0, second, tzinfo=UTC) for second in (0, 0, 1)],
    ]
    batches = [[{"timestamp": each.isoformat(), "level": "warn", "message": "same"} for each in moments]] * 3
    with LiveStore(tmp_path) as store:
        for batch in batches:
            store.intake.append(json_batch(batch))
            settled(store)
        assert store.dataset.count(Request.everything()).count == 3 * len(moments)
        for since, until in [(moments[-1], ARRIVED), (moments[0], moments[3]), (ARRIVED - 2 * DAY, ARRIVED + 2 * DAY)]:
            everything = Request.everything()
            ranged = Request(everything.query, since=since, until=until)
            expected = 3 * sum(since <= each < until for each in moments)
            assert store.dataset.count(ranged).count == expected
            assert sum(map(len, store.dataset.records(ranged))) == expected
        histogram = store.dataset.histogram(Request.everything(), 86_400 * 10**9)
        assert (histogram.records, histogram.undated) == (3 * len(moments), 0)
