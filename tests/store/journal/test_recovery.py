"""Opening a journal after a crash: the torn tail is cut, damage is set aside with its records, the rest is served."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import StoreVersionError
from logtui.store.journal import LOST, FileJournal, Frame
from logtui.store.journal.segment import HEAD_BYTES, segment_head
from tests.store.journal.batches import assert_without_gap, batch, segments, texts, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def quick_disk() -> Iterator[None]:
    """Nothing is synced, for tests that open hundreds of journals and whose machine stays on."""
    with patch("os.fsync"), patch("os.fdatasync"):
        yield


def copied(folder: Path, copy: Path, change: Callable[[bytearray], None], *, number: int = -1) -> Path:
    """A copy of a journal in which one segment is changed."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    path = segments(copy)[number]
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return copy


def flip(place: int, mask: int = 1) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        data[place] ^= mask

    return change


def cut(length: int) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        del data[length:]

    return change


def unmarked(folder: Path) -> Path:
    """As after a power cut that came before the mark was written back."""
    (folder / "durable").unlink()
    return folder


def assert_goes_on(folder: Path, frames: list[Frame]) -> None:
    """The journal reads these frames, takes new ones behind them, and reads the same when it is opened again."""
    with FileJournal(folder) as journal:
        assert list(journal.read(0)) == frames
        first_seq = journal.append(batch("new"))
        assert first_seq == frames[-1].last_seq + 1 if frames else 1
    with FileJournal(folder) as journal:
        assert texts(journal.read(0)) == [*texts(frames), "new"]


def test_a_sound_journal_is_reported_as_sound(tmp_path: Path) -> None:
    written(tmp_path, "a", "b", "c")
    with FileJournal(tmp_path) as journal:
        found = journal.recovery
    assert (found.frames, found.records, found.cut_bytes, found.damages) == (3, 9, 0, [])


@quick_disk()
def test_a_tail_that_was_never_acknowledged_is_cut_at_whichever_byte_it_is_torn(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    written(whole, "a", "b", "c")
    size = segments(whole)[0].stat().st_size
    frame = (size - HEAD_BYTES) // 3
    for length in range(HEAD_BYTES, size):
        torn = unmarked(copied(whole, tmp_path / "torn", cut(length)))
        kept, rest = divmod(length - HEAD_BYTES, frame)
        with FileJournal(torn) as journal:
            assert texts(journal.read(0)) == ["a", "b", "c"][:kept]
            assert journal.recovery.cut_bytes == rest
            assert journal.recovery.damages == []
            assert journal.append(batch("new")) == 3 * kept + 1


def test_acknowledged_frames_that_are_missing_are_lost_loudly(tmp_path: Path) -> None:
    written(tmp_path / "whole", "a", "b", "c")
    torn = copied(tmp_path / "whole", tmp_path / "torn", lambda data: data.__delitem__(slice(-5, None)))
    with FileJournal(torn) as journal:
        (damage,) = journal.recovery.damages
        assert (damage.first_seq, damage.count) == (7, 3)
        assert texts(journal.read(0)) == ["a", "b", "LOST"]
        assert journal.append(batch("new")) == 10


@quick_disk()
def test_every_flipped_byte_costs_its_frame_and_no_other(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    written(whole, "a", "b", "c", segment_bytes=150)
    written(whole, "d", segment_bytes=150)
    assert len(segments(whole)) == 2
    size = segments(whole)[0].stat().st_size
    frame = (size - HEAD_BYTES) // 3
    for place in range(size):
        with FileJournal(copied(whole, tmp_path / "damaged", flip(place), number=0)) as journal:
            expected = ["a", "b", "c", "d"]
            (damage,) = journal.recovery.damages
            if place >= HEAD_BYTES:
                hit = (place - HEAD_BYTES) // frame
                expected[hit] = "LOST"
                assert (damage.first_seq, damage.count, damage.size) == (3 * hit + 1, 3, frame)
            else:
                assert (damage.first_seq, damage.count, damage.size) == (1, 0, HEAD_BYTES)
            assert texts(journal.read(0)) == expected
            assert_without_gap(list(journal.read(0)), 1, 13)


def test_damaged_bytes_are_kept_in_a_file_named_by_their_records(tmp_path: Path) -> None:
    written(tmp_path, "a", "b", "c")
    path = segments(tmp_path)[0]
    copied(tmp_path, tmp_path / "copy", flip(path.stat().st_size - 100))
    with FileJournal(tmp_path / "copy") as journal:
        (damage,) = journal.recovery.damages
    assert damage.copy is not None
    assert damage.copy.parent.name == "damaged"
    assert damage.copy.name.startswith(f"{4:020d}-{6:020d}-")
    assert damage.copy.read_bytes()[-1:] == b"b"
    assert damage.copy.stat().st_size == damage.size


def test_damage_is_set_aside_once_however_often_the_journal_is_opened(tmp_path: Path) -> None:
    written(tmp_path, "a", "b", "c")
    copy = copied(tmp_path, tmp_path / "copy", flip(HEAD_BYTES + 5))
    for _ in range(3):
        with FileJournal(copy) as journal:
            assert len(journal.recovery.damages) == 1
    assert len(list((copy / "damaged").iterdir())) == 1


def test_a_journal_opens_though_the_disk_refuses_the_copy_of_damaged_bytes(tmp_path: Path) -> None:
    written(tmp_path, "a", "b", "c")
    copy = copied(tmp_path, tmp_path / "copy", flip(HEAD_BYTES + 5))
    (copy / "damaged").write_text("a file in the place of the folder")
    with FileJournal(copy) as journal:
        assert [damage.copy for damage in journal.recovery.damages] == [None]
        assert texts(journal.read(0)) == ["LOST", "b", "c"]


@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=6),
    length=st.integers(0, 10**6),
    is_marked=st.booleans(),
)
@quick_disk()
def test_whatever_is_damaged_the_rest_is_served_once_and_the_journal_goes_on(
    changes: list[tuple[int, int]], length: int, is_marked: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    names = [f"batch {number}" for number in range(12)]
    written(folder, *names, segment_bytes=200)
    with FileJournal(folder) as journal:
        original = {frame.first_seq: frame for frame in journal.read(0)}
    sizes = [path.stat().st_size for path in segments(folder)]
    damaged = set()
    for place, mask in changes:
        path = segments(folder)[place % len(sizes)]
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= mask
        path.write_bytes(data)
        damaged.add((path.name, place % len(data)))
    last = segments(folder)[-1]
    os.truncate(last, min(length % (2 * sizes[-1]), sizes[-1]))
    if not is_marked:
        unmarked(folder)
    with FileJournal(folder) as journal:
        frames = list(journal.read(0))
        served = [frame for frame in frames if frame.kind != LOST]
        assert all(frame == original[frame.first_seq] for frame in served)
        assert len(served) == journal.recovery.frames
        assert sum(damage.count for damage in journal.recovery.damages) == sum(
            frame.count for frame in frames if frame.kind == LOST
        )
    next_seq = frames[-1].last_seq + 1 if frames else 1
    assert_without_gap(frames, 1, next_seq)
    assert next_seq == 37 or not is_marked
    # Four frames are in the segment that is cut.
    assert len(served) >= 12 - len(damaged) - 4
    assert_goes_on(folder, frames)


def test_what_was_written_but_not_synced_is_found_or_cut_but_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """The folder as a power cut leaves it at each length that the unsynced part of the file may have reached."""
    folder, image = tmp_path / "journal", tmp_path / "image"
    with FileJournal(folder) as journal:
        journal.append(batch("acknowledged"))
        durable = segments(folder)[0].stat().st_size

        def copy_instead_of_syncing(file: int) -> None:
            shutil.copytree(folder, image)
            os.fsync(file)

        with patch("os.fdatasync", copy_instead_of_syncing):
            journal.append(batch("on its way"))
    size = segments(image)[0].stat().st_size
    assert size > durable
    for length in range(durable, size + 1):
        with FileJournal(copied(image, tmp_path / "cut", cut(length))) as journal:
            assert texts(journal.read(0)) == ["acknowledged", *(["on its way"] if length == size else [])]
            assert journal.recovery.damages == []


def test_numbers_of_lost_records_are_not_given_again_to_a_reader_that_has_read_them(tmp_path: Path) -> None:
    written(tmp_path / "whole", "a", "b", "c")
    copy = unmarked(copied(tmp_path / "whole", tmp_path / "copy", cut(HEAD_BYTES)))
    with FileJournal(copy, above=9) as journal:
        assert journal.append(batch("new")) == 10
        assert texts(journal.read(9)) == ["new"]


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "a")
    path = segments(tmp_path)[0]
    data = segment_head(2) + b"what only the newer version understands"
    path.write_bytes(data)
    with pytest.raises(StoreVersionError, match="newer logtui"):
        FileJournal(tmp_path)
    assert path.read_bytes() == data


def test_a_segment_that_was_not_begun_completely_is_removed(tmp_path: Path) -> None:
    written(tmp_path, "a")
    leftover = tmp_path / "00000000000000000004-0000000000000000.tmp"
    leftover.write_bytes(b"LOG")
    with FileJournal(tmp_path) as journal:
        assert texts(journal.read(0)) == ["a"]
    assert not leftover.exists()


def test_a_segment_without_a_frame_does_not_stay(tmp_path: Path) -> None:
    written(tmp_path, "a", "b", segment_bytes=1)
    os.truncate(segments(tmp_path)[1], HEAD_BYTES)
    unmarked(tmp_path)
    with FileJournal(tmp_path) as journal:
        assert len(segments(tmp_path)) == 1
        assert journal.append(batch("b")) == 4
        assert texts(journal.read(0)) == ["a", "b"]
