"""Whatever happens to the writer, a record of the journal is in the store once, or in the dead letters."""

from __future__ import annotations

import errno
import itertools
import os
import secrets
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest

from logtui.engine.ingest import gatherer
from logtui.engine.ingest.embedded_storage import EmbeddedStorage
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.payloads import Kind, packed
from logtui.engine.ingest.position import lost_of, position_of
from logtui.engine.ingest.writer import Writer
from logtui.errors import StoreError
from logtui.store import Store
from logtui.store.catalogue import Catalogue
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import LOST, Batch, FileJournal, Frame
from tests.engine.ingest.batches import (
    ARRIVED,
    DAY,
    batch_of_two,
    json_batch,
    nanoseconds,
    numbered,
    stored_numbers,
    undecodable,
    wait_until,
)
from tests.store.journal.batches import segments
from tests.store.test_failing_writes import largest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from logtui.store.catalogue import Publication


class Parts:
    """A journal, a store and the dead letters in one folder; the writer is made anew by each `writer`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = FileJournal(folder / "journal")
        self.storage = EmbeddedStorage(folder / "store")
        self.store = self.storage.store
        self.letters = DeadLetters(folder / "letters.sqlite")

    def writer(self) -> Writer:
        return Writer(Gatherer(self.journal, self.storage), self.storage, self.letters)

    def drain(self) -> Writer:
        """Write what is in the journal, as when it is closed."""
        writer, stop = self.writer(), threading.Event()
        stop.set()
        writer.run(stop, threading.Event())
        return writer


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = Parts(tmp_path)
    yield made
    made.store.close()
    made.journal.close()


@contextmanager
def running(writer: Writer) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=writer.run, args=(stop, threading.Event()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def fsync_refusing(folder: Path) -> Callable[[int], None]:
    """`fsync` on a disk that is full for the files of one folder."""
    fsync = os.fsync

    def refusing(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(folder):
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    return refusing


def test_everything_that_is_appended_is_stored_once_as_one_segment(parts: Parts) -> None:
    for first in range(0, 30, 3):
        parts.journal.append(numbered(first))
    written = parts.drain().written
    assert stored_numbers(parts.store) == list(range(30))
    assert (written.records, written.segments, written.lost, written.buried) == (30, 1, 0, 0)
    assert written.arrived == nanoseconds(ARRIVED)
    assert position_of(parts.store) == parts.journal.last == 30


def test_a_new_writer_goes_on_behind_the_last_one(parts: Parts) -> None:
    for first in (0, 3, 6):
        parts.journal.append(numbered(first))
        assert parts.drain().written.records == 3
    assert parts.drain().written.segments == 0
    assert stored_numbers(parts.store) == list(range(9))


def test_records_that_come_while_it_runs_are_stored_together(parts: Parts) -> None:
    writer = parts.writer()
    with running(writer):
        for first in range(0, 60, 3):
            parts.journal.append(numbered(first))
        wait_until(lambda: writer.written.records == 60)
    assert stored_numbers(parts.store) == list(range(60))
    assert writer.written.segments < 10


def test_what_is_appended_between_a_reading_and_the_request_to_stop_is_stored(parts: Parts) -> None:
    writer, stop = parts.writer(), threading.Event()
    read = parts.journal.read

    def late(after: int) -> Iterator[Frame]:
        yield from read(after)
        if not stop.is_set():
            parts.journal.append(numbered(0))
            stop.set()

    with patch.object(FileJournal, "read", side_effect=late):
        writer.run(stop, threading.Event())
    assert stored_numbers(parts.store) == [0, 1, 2]


@pytest.mark.parametrize(("name", "limit"), [("_MOST_ROWS", 6), ("_MOST_BYTES", 400)])
def test_a_segment_is_bounded_in_records_and_in_bytes(parts: Parts, name: str, limit: int) -> None:
    for first in range(0, 30, 3):
        parts.journal.append(numbered(first))
    with patch.object(gatherer, name, limit):
        assert parts.drain().written.segments == 5
    assert stored_numbers(parts.store) == list(range(30))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (undecodable(), "holds 1 records, not 2"),
        (batch_of_two(99, b"?"), "unknown kind 99"),
        (batch_of_two(Kind.TEXT, b"\xc1"), "MessagePack"),
        (batch_of_two(Kind.JSON, b"\xff\n\xff"), "decode"),
    ],
    ids=["miscounted", "of an unknown kind", "not packed", "not UTF-8"],
)
def test_a_frame_that_cannot_be_decoded_becomes_a_dead_letter_and_holds_up_nothing(
    parts: Parts, bad: Batch, reason: str
) -> None:
    for first in range(0, 9, 3):
        parts.journal.append(numbered(first))
    position = parts.journal.append(bad)
    for first in range(9, 15, 3):
        parts.journal.append(numbered(first))
    written = parts.drain().written
    assert stored_numbers(parts.store) == list(range(15))
    assert (written.records, written.buried, written.problem) == (15, 2, None)
    assert position_of(parts.store) == 17
    (kept,) = parts.letters.page()
    assert (kept.letter.raw, kept.letter.position, kept.letter.peer) == (bad.payload, position, "p")
    assert reason in kept.letter.reason
    assert "\n" not in kept.letter.reason


def test_one_bad_frame_among_many_leaves_few_segments(parts: Parts) -> None:
    for first in range(64):
        parts.journal.append(undecodable() if first == 17 else numbered(first, 1))
    parts.drain()
    assert stored_numbers(parts.store) == [number for number in range(64) if number != 17]
    assert len(parts.store.segments()) <= 7


@pytest.mark.parametrize("fault", [pl.exceptions.PanicException("index out of bounds"), MemoryError("none left")])
def test_a_frame_whose_records_cannot_be_sealed_becomes_a_dead_letter(parts: Parts, fault: BaseException) -> None:
    for first in range(5):
        parts.journal.append(numbered(first, 1))
    seal = Store.seal

    def sealed(store: Store, records: pl.DataFrame, state: Mapping[str, bytes], *, arrived: int) -> object:
        if "record 3" in records["message"]:
            raise fault
        return seal(store, records, state, arrived=arrived)

    with patch.object(Store, "seal", sealed):
        written = parts.drain().written
    assert stored_numbers(parts.store) == [0, 1, 2, 4]
    assert (written.records, written.buried) == (4, 1)
    assert [kept.letter.reason for kept in parts.letters.page()] == [f"cannot be stored: {fault}"]


def test_records_lost_in_the_journal_are_counted_across_restarts(parts: Parts) -> None:
    for first in (0, 3, 6):
        parts.journal.append(numbered(first))
    parts.journal.close()
    (path,) = segments(parts.folder / "journal")
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    parts.journal = FileJournal(parts.folder / "journal")
    parts.journal.append(numbered(9))
    assert parts.drain().written.lost == 3
    assert stored_numbers(parts.store) == [*range(6), *range(9, 12)]
    assert lost_of(parts.store) == 3
    parts.drain()
    assert lost_of(parts.store) == 3


def test_frames_that_are_all_lost_move_the_position_and_no_arrival(parts: Parts) -> None:
    writer = parts.writer()
    writer.write([Frame(kind=LOST, first_seq=1, count=4, arrival=0, payload=b"")])
    assert (position_of(parts.store), lost_of(parts.store), writer.written.arrived) == (4, 4, None)
    assert parts.store.segments() == ()


def test_a_full_disk_is_a_problem_that_shows_and_heals(parts: Parts) -> None:
    records = ({"timestamp": 1, "message": f"record {number}", "key": secrets.token_hex(200)} for number in range(800))
    parts.journal.append(json_batch(records))
    writer = parts.writer()
    with running(writer):
        with largest_file(100_000):
            wait_until(lambda: writer.written.problem)
            assert "File too large" in (writer.written.problem or "")
            assert "\n" not in (writer.written.problem or "")
            assert (writer.written.records, stored_numbers(parts.store)) == (0, [])
        wait_until(lambda: writer.written.problem is None)
    assert stored_numbers(parts.store) == list(range(800))
    assert len(list(parts.store.folder.iterdir())) == 1


def test_a_full_disk_is_tried_again_while_it_runs(parts: Parts) -> None:
    writer = parts.writer()
    with running(writer):
        with patch.object(os, "fsync", side_effect=fsync_refusing(parts.store.folder)):
            parts.journal.append(numbered(0))
            wait_until(lambda: writer.written.problem)
        wait_until(lambda: writer.written.records == 3)
        assert writer.written.problem is None
    assert stored_numbers(parts.store) == [0, 1, 2]


def test_a_journal_that_cannot_be_read_for_a_while_is_read_again(parts: Parts) -> None:
    parts.journal.append(numbered(0))
    writer = parts.writer()
    with patch.object(FileJournal, "read", side_effect=OSError(errno.EIO, "Input/output error")), running(writer):
        wait_until(lambda: writer.written.problem)
    with running(writer):
        wait_until(lambda: writer.written.records == 3)
    assert writer.written.problem is None


def test_a_problem_is_over_once_the_journal_can_be_read_also_if_no_record_comes(parts: Parts) -> None:
    writer = parts.writer()
    with running(writer):
        with patch.object(FileJournal, "read", side_effect=OSError(errno.EIO, "Input/output error")):
            wait_until(lambda: writer.written.problem)
        wait_until(lambda: writer.written.problem is None)
        parts.journal.append(numbered(0))
        wait_until(lambda: writer.written.records == 3)


@pytest.mark.parametrize("error", [StoreError("disk I/O error"), MemoryError("none left")])
@pytest.mark.parametrize("batches", [1, 2])
def test_a_transaction_that_reached_the_disk_although_it_failed_doubles_nothing(
    parts: Parts, error: Exception, batches: int
) -> None:
    for number in range(batches):
        parts.journal.append(numbered(3 * number))
    publish, writer = Catalogue.publish, parts.writer()

    def published(
        catalogue: Catalogue, made: Sequence[Publication], state: Mapping[str, bytes], *, replaces: Sequence[int]
    ) -> None:
        publish(catalogue, made, state, replaces=replaces)
        raise error

    with running(writer):
        with patch.object(Catalogue, "publish", published):
            wait_until(lambda: position_of(parts.store) == 3 * batches)
        wait_until(lambda: writer.written.problem is None)
    assert stored_numbers(parts.store) == list(range(3 * batches))
    assert parts.letters.totals.letters == 0


def test_dead_letters_that_the_disk_refuses_are_kept_later_and_once(parts: Parts) -> None:
    parts.journal.append(numbered(0))
    parts.journal.append(undecodable())
    parts.journal.append(numbered(3))
    writer = parts.writer()
    with running(writer):
        with patch.object(DeadLetters, "add", side_effect=StoreError("disk full")):
            wait_until(lambda: writer.written.problem)
        wait_until(lambda: writer.written.records == 6)
    assert parts.letters.totals.letters == 1
    assert stored_numbers(parts.store) == list(range(6))


def test_a_frame_that_was_buried_before_the_process_ended_is_buried_once(parts: Parts) -> None:
    for batch in (undecodable(), numbered(0), undecodable()):
        parts.journal.append(batch)
    with patch.object(Store, "note", side_effect=StoreError("disk full")):
        assert parts.drain().written.buried == 0
    assert parts.letters.totals.letters == 1
    assert parts.drain().written.buried == 4
    assert [kept.letter.position for kept in parts.letters.page()] == [1, 6]
    assert stored_numbers(parts.store) == [0, 1, 2]


def test_it_ends_when_it_is_asked_to_while_the_disk_refuses(parts: Parts) -> None:
    parts.journal.append(numbered(0))
    with patch.object(Store, "seal", side_effect=StoreError("disk full")):
        assert parts.drain().written.problem == "disk full"
    assert parts.drain().written.records == 3


def test_equal_times_and_texts_are_found_as_often_as_they_came(parts: Parts) -> None:
    twin = {"timestamp": ARRIVED.isoformat(), "message": "record 7"}
    parts.journal.append(json_batch([twin, twin]))
    parts.drain()
    parts.journal.append(json_batch([twin]))
    parts.drain()
    assert stored_numbers(parts.store) == [7, 7, 7]


def test_texts_and_objects_keep_the_order_of_their_arrival(parts: Parts) -> None:
    parts.journal.append(numbered(0, 1))
    texts = packed([b"record 1", b"record 2"])
    parts.journal.append(Batch(kind=Kind.TEXT, count=2, arrival=nanoseconds(ARRIVED + DAY), payload=texts))
    parts.journal.append(numbered(3, 1))
    parts.drain()
    assert stored_numbers(parts.store) == [0, 1, 2, 3]


def test_a_clock_that_jumps_back_and_forth_by_a_day_loses_no_record(parts: Parts) -> None:
    writer = parts.writer()
    for number, days in enumerate([0, 1, -1, 2, 0]):
        parts.journal.append(numbered(number, 1, ARRIVED + days * DAY))
    clock = itertools.cycle(nanoseconds(ARRIVED + days * DAY) for days in (5, -5, 1, 2, 3))
    with patch("time.time_ns", lambda: next(clock)), running(writer):
        wait_until(lambda: writer.written.records == 5)
    assert stored_numbers(parts.store) == [0, 1, 2, 3, 4]
