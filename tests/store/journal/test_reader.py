"""Readers in this and in other processes see every durable frame, and no byte that is not durable."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from logtui.store.journal import FileJournal, FileJournalReader
from logtui.store.journal.mark import NOTHING, read_mark
from tests.store.journal.batches import batch, segments, texts

if TYPE_CHECKING:
    from pathlib import Path

READER: Final = """
import pathlib, sys, time
from logtui.store.journal import LOST, FileJournalReader

reader, after = FileJournalReader(pathlib.Path(sys.argv[1])), 0
print("ready", flush=True)
while after < int(sys.argv[2]):
    for frame in reader.read(after):
        assert frame.first_seq == after + 1, (frame.first_seq, after)
        assert frame.kind != LOST
        after = frame.last_seq
        print(frame.payload.decode(), flush=True)
"""


def test_another_process_follows_the_writer(tmp_path: Path) -> None:
    command = [sys.executable, "-c", READER, str(tmp_path), "600"]
    with (
        FileJournal(tmp_path, segment_bytes=1000) as journal,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader,
    ):
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(200):
            journal.append(batch(str(number), 3))
        assert reader.stdout.read().split() == [str(number) for number in range(200)]
    assert reader.returncode == 0


def test_bytes_that_are_not_synced_are_not_read(tmp_path: Path) -> None:
    seen: list[str] = []
    sync = os.fdatasync

    def read_then_sync(file: int) -> None:
        assert segments(tmp_path)[0].stat().st_size > 16
        seen.append("".join(texts(FileJournalReader(tmp_path).read(0))))
        sync(file)

    with FileJournal(tmp_path) as journal, patch("os.fdatasync", read_then_sync):
        for text in "abc":
            journal.append(batch(text))
    assert seen == ["", "a", "ab"]


def test_a_folder_without_a_journal_is_an_empty_one(tmp_path: Path) -> None:
    reader = FileJournalReader(tmp_path)
    assert (list(reader.read(0)), reader.size, reader.oldest) == ([], 0, None)


def test_reading_on_does_not_begin_at_the_head_of_the_segment(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        reader = FileJournalReader(tmp_path)
        for number in range(100):
            journal.append(batch(str(number)))
        assert len(list(reader.read(0))) == 100
        journal.append(batch("new"))
        with patch("os.pread", wraps=os.pread) as pread:
            assert texts(reader.read(100)) == ["new"]
        assert pread.call_count == 3


def test_a_damaged_mark_hides_everything_until_the_writer_sets_it_again(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        journal.append(batch("a"))
        mark = tmp_path / "durable"
        data = bytearray(mark.read_bytes())
        data[3] ^= 1
        mark.write_bytes(data)
        assert read_mark(tmp_path) == NOTHING
        assert list(FileJournalReader(tmp_path).read(0)) == []
        journal.append(batch("b"))
        assert texts(FileJournalReader(tmp_path).read(0)) == ["a", "b"]


def test_damage_since_the_journal_was_opened_is_read_as_lost_records(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        for text in "abc":
            journal.append(batch(text, 5))
        path = segments(tmp_path)[0]
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        frames = list(journal.read(0))
        assert texts(frames) == ["a", "LOST", "c"]
        assert (frames[1].first_seq, frames[1].count) == (6, 5)
