"""What is peculiar to a journal of files: its segments, its lock, one sync for all who wait."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.errors import JournalError, StoreBusyError
from logtui.store.journal import FileJournal
from tests.store.journal.batches import batch, segments, texts, written

if TYPE_CHECKING:
    from pathlib import Path

OPEN = "import sys, pathlib, logtui.store.journal as j; j.FileJournal(pathlib.Path(sys.argv[1]))"


def test_all_that_wait_become_durable_with_one_sync(tmp_path: Path) -> None:
    may_go_on, begun, syncs = threading.Event(), threading.Event(), 0
    sync = os.fdatasync

    def slow_sync(file: int) -> None:
        nonlocal syncs
        syncs += 1
        begun.set()
        may_go_on.wait(10)
        sync(file)

    with FileJournal(tmp_path) as journal, patch("os.fdatasync", slow_sync), ThreadPoolExecutor(41) as threads:
        first = threads.submit(journal.append, batch("first"))
        assert begun.wait(10)
        others = [threads.submit(journal.append, batch(str(number))) for number in range(40)]
        while len(journal._committer._waiting) < 40:
            time.sleep(0.001)
        assert not first.done()
        may_go_on.set()
        assert sorted(other.result() for other in others) == list(range(2, 42))
        assert syncs == 2


def test_one_process_writes(tmp_path: Path) -> None:
    with FileJournal(tmp_path):
        with pytest.raises(StoreBusyError, match="another process"):
            FileJournal(tmp_path)
        other = subprocess.run([sys.executable, "-c", OPEN, tmp_path], capture_output=True, text=True, check=False)
        assert "StoreBusyError" in other.stderr
    with FileJournal(tmp_path) as journal:
        assert journal.append(batch("a")) == 1


def test_a_journal_that_could_not_be_opened_holds_no_lock(tmp_path: Path) -> None:
    with patch("logtui.store.journal.file.recover", side_effect=OSError("broken")), pytest.raises(JournalError):
        FileJournal(tmp_path)
    FileJournal(tmp_path).close()


def test_segments_end_at_their_size(tmp_path: Path) -> None:
    with FileJournal(tmp_path, segment_bytes=1000) as journal:
        for _ in range(20):
            journal.append(batch("x" * 300))
    sizes = [path.stat().st_size for path in segments(tmp_path)]
    assert all(1000 <= size < 1400 for size in sizes[:-1])
    assert len(sizes) > 4


def test_the_size_is_that_of_the_files(tmp_path: Path) -> None:
    with FileJournal(tmp_path, segment_bytes=100) as journal:
        for text in "abcdefg":
            journal.append(batch(text, 3))
        journal.trim(7)
        assert journal.size == sum(path.stat().st_size for path in segments(tmp_path))
    with FileJournal(tmp_path) as journal:
        assert journal.size == sum(path.stat().st_size for path in segments(tmp_path))


def test_trimming_removes_whole_segments_below_the_position(tmp_path: Path) -> None:
    with FileJournal(tmp_path, segment_bytes=100) as journal:
        for text in "abcdef":
            journal.append(batch(text, 3))
        assert len(segments(tmp_path)) == 3
        journal.trim(5)
        assert (len(segments(tmp_path)), journal.oldest) == (3, 1)
        journal.trim(6)
        assert (len(segments(tmp_path)), journal.oldest) == (2, 7)
        journal.trim(18)
        assert (len(segments(tmp_path)), journal.oldest) == (1, 13)


def test_what_is_read_while_it_is_trimmed_can_be_read_to_the_end_of_its_segment(tmp_path: Path) -> None:
    with FileJournal(tmp_path, segment_bytes=100) as journal:
        for text in "abcdef":
            journal.append(batch(text, 3))
        frames = journal.read(0)
        assert texts([next(frames)]) == ["a"]
        journal.trim(12)
        assert texts(frames) == ["b", "e", "f"]


def test_only_its_user_may_read_a_journal(tmp_path: Path) -> None:
    written(tmp_path / "journal", "a")
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "journal").iterdir()} == {0o600}


def test_closing_waits_for_those_who_append(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    appends = [journal._submit(batch(str(number))) for number in range(10)]
    journal.close()
    journal.close()
    assert [append.result(0) for append in appends] == list(range(1, 11))
    with FileJournal(tmp_path) as journal:
        assert journal.recovery.frames == 10


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"cannot be opened: .*file"):
        FileJournal(tmp_path / "file" / "journal")
