"""A disk that refuses: nothing is acknowledged that is not durable, and the journal goes on once there is room."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.errors import JournalError
from logtui.store.journal import FileJournal
from tests.store.journal.batches import assert_without_gap, batch, segments, texts
from tests.store.test_failing_writes import largest_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEGABYTE = "x" * (1 << 20)


@contextmanager
def refusing(*calls: str, code: int = errno.EIO) -> Iterator[None]:
    """Let calls of `os` fail."""
    patches = [patch(f"os.{call}", side_effect=OSError(code, os.strerror(code))) for call in calls]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def assert_found_after_restart(folder: Path, expected: list[str]) -> None:
    with FileJournal(folder) as journal:
        frames = list(journal.read(0))
        assert texts(frames) == expected
        assert_without_gap(frames, 1, len(expected) + 1)
        assert (journal.recovery.cut_bytes, journal.recovery.damages) == (0, [])


def test_what_does_not_fit_on_the_disk_is_not_acknowledged_and_room_heals(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        journal.append(batch("before"))
        with largest_file(1 << 19):
            for _ in range(3):
                with pytest.raises(JournalError, match="cannot be written"):
                    journal.append(batch(MEGABYTE))
                assert texts(journal.read(0)) == ["before"]
        assert journal.append(batch("after")) == 2
        assert texts(journal.read(0)) == ["before", "after"]
    assert_found_after_restart(tmp_path, ["before", "after"])


def test_small_batches_still_fit_where_a_large_one_did_not(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal, largest_file(1 << 19):
        with pytest.raises(JournalError):
            journal.append(batch(MEGABYTE))
        assert journal.append(batch("small")) == 1
    assert_found_after_restart(tmp_path, ["small"])


def test_a_write_that_ends_early_is_gone_on_with(tmp_path: Path) -> None:
    write = os.writev
    with (
        patch("os.writev", lambda file, parts: write(file, [b"".join(parts)[:7]])),
        patch("os.write", lambda file, data: write(file, [data[:5]])),
        FileJournal(tmp_path) as journal,
    ):
        assert journal.append(batch("in pieces")) == 1
    assert_found_after_restart(tmp_path, ["in pieces"])


def test_a_failed_sync_acknowledges_nothing_and_its_segment_is_not_written_again(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        journal.append(batch("before"))
        (old,) = segments(tmp_path)
        durable = old.read_bytes()
        with refusing("fdatasync"), pytest.raises(JournalError, match="Input/output error"):
            journal.append(batch("refused"))
        assert texts(journal.read(0)) == ["before"]
        assert journal.append(batch("after")) == 2
        assert old.read_bytes() == durable
        assert len(segments(tmp_path)) == 2
    assert_found_after_restart(tmp_path, ["before", "after"])


def test_a_refused_batch_is_not_found_by_a_restart(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        journal.append(batch("before"))
        with refusing("fdatasync"), pytest.raises(JournalError):
            journal.append(batch("refused"))
    assert_found_after_restart(tmp_path, ["before"])


def test_a_segment_whose_first_batch_was_refused_vanishes(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        with refusing("fdatasync"), pytest.raises(JournalError):
            journal.append(batch("refused"))
        assert journal.append(batch("first")) == 1
        assert len(segments(tmp_path)) == 1
    assert_found_after_restart(tmp_path, ["first"])


@pytest.mark.parametrize("calls", [("fdatasync", "fsync"), ("fdatasync", "ftruncate"), ("writev",), ("open",)])
def test_a_disk_that_refuses_everything_for_a_while_heals_without_a_restart(
    calls: tuple[str, ...], tmp_path: Path
) -> None:
    with FileJournal(tmp_path, segment_bytes=1) as journal:
        journal.append(batch("before"))
        with refusing(*calls, code=errno.ENOSPC):
            for _ in range(3):
                with pytest.raises(JournalError, match="No space left"):
                    journal.append(batch("refused"))
        assert journal.append(batch("after")) == 2
    assert_found_after_restart(tmp_path, ["before", "after"])
    assert not list(tmp_path.glob("*.tmp"))


def test_everybody_in_a_refused_group_hears_of_it(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal, refusing("fdatasync"):
        appends = [journal._submit(batch(str(number))) for number in range(20)]
        errors = [append.exception(10) for append in appends]
        assert all(isinstance(error, JournalError) for error in errors)
        assert len(set(map(id, errors))) == 20


def test_an_unexpected_error_leaves_nobody_waiting(tmp_path: Path) -> None:
    with FileJournal(tmp_path) as journal:
        with (
            patch("os.fdatasync", side_effect=MemoryError("none left")),
            pytest.raises(JournalError, match="none left"),
        ):
            journal.append(batch("refused"))
        assert journal.append(batch("after")) == 1
        assert texts(journal.read(0)) == ["after"]
    assert_found_after_restart(tmp_path, ["after"])


def test_a_trim_that_is_refused_keeps_everything_and_can_be_repeated(tmp_path: Path) -> None:
    with FileJournal(tmp_path, segment_bytes=1) as journal:
        for text in "abc":
            journal.append(batch(text))
        with refusing("fdatasync"), pytest.raises(JournalError, match="cannot be trimmed"):
            journal.trim(2)
        assert texts(journal.read(0)) == ["a", "b", "c"]
        journal.trim(2)
        assert texts(journal.read(0)) == ["c"]


def test_a_close_that_is_refused_lets_go_of_the_lock(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    journal.append(batch("before"))
    with refusing("fdatasync", "ftruncate"):
        with pytest.raises(JournalError):
            journal.append(batch("refused"))
        with pytest.raises(JournalError, match="cannot be closed"):
            journal.close()
    with FileJournal(tmp_path) as again:
        assert texts(again.read(0))[0] == "before"


def test_a_folder_that_vanishes_is_an_error_that_says_so(tmp_path: Path) -> None:
    with FileJournal(tmp_path / "journal", segment_bytes=1) as journal:
        journal.append(batch("a"))
        shutil.rmtree(tmp_path / "journal")
        with pytest.raises(JournalError, match="No such file"):
            journal.append(batch("b"))
