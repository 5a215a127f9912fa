"""A fingerprint tells what has become of a file, through growth, truncation, renaming, and files in its place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.sources import Change, FileFingerprint
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["append", "edit", "truncate", "refill", "rename", "replace", "recreate"]),
        st.binary(min_size=1, max_size=9000),
        st.integers(0, 9000),
    ),
    max_size=6,
)


class History:
    """A log that is written, cut and rotated as programs do, and what it holds."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.path = folder / "app.log"
        self.path.write_bytes(data)
        self._folder = folder
        self._rotated = 0

    def step(self, name: str, data: bytes, place: int) -> None:
        match name:
            case "append":
                with self.path.open("ab") as file:
                    file.write(data)
            case "edit":
                with self.path.open("r+b") as file:
                    file.seek(min(place, self.path.stat().st_size))
                    file.write(data)
            case "truncate":
                os.truncate(self.path, min(place, self.path.stat().st_size))
            case "refill":
                self.path.write_bytes(data)
            case "rename":
                self.path = self.path.rename(self._another())
            case "replace":
                draft = self._another()
                draft.write_bytes(data)
                draft.replace(self.path)
            case "recreate":
                self.path.unlink()
                self.path.write_bytes(data)

    def _another(self) -> Path:
        self._rotated += 1
        return self._folder / f"app.log.{self._rotated}"


@settings(deadline=None, max_examples=examples(200))
@given(st.binary(max_size=9000), st.integers(0, 9000), STEPS)
def test_reading_goes_on_exactly_where_the_file_and_the_end_of_what_was_read_are_the_same(
    data: bytes, read: int, steps: list[tuple[str, bytes, int]]
) -> None:
    read = min(read, len(data))
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder), data)
        inode = history.path.stat().st_ino
        fingerprint = FileFingerprint.of(history.path, read)
        for step in steps:
            history.step(*step)
        now, change = history.path.read_bytes(), fingerprint.change_of(history.path)
        edge = slice(max(0, read - 4096), read)
        begins_alike = len(now) >= read and now[edge] == data[edge]
        assert (
            fingerprint.is_at(history.path) == (history.path.stat().st_ino == inode) == (change is not Change.ANOTHER)
        )
        assert fingerprint.begins(history.path) == begins_alike
        assert change.keeps_what_was_read == (fingerprint.is_at(history.path) and begins_alike)
        assert (change is Change.GROWN) == (change.keeps_what_was_read and len(now) > len(data))
        assert (change is Change.CUT) == (fingerprint.is_at(history.path) and len(now) < read)


@given(st.binary(max_size=9000), st.integers(0, 9000), st.binary(max_size=9000))
@settings(deadline=None)
def test_reading_on_gives_the_fingerprint_of_one_reading(data: bytes, read: int, more: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.log"
        path.write_bytes(data)
        started = FileFingerprint.of(path, min(read, len(data)))
        whole = FileFingerprint.of(path, len(data))
        assert started.read_to(path, len(data)) == whole
        with path.open("a+b") as file:
            file.write(more)
            file.flush()
            assert FileFingerprint.of(file.fileno(), len(data)) == FileFingerprint.of(path, len(data))
        assert whole.read_to(path, len(data) + len(more)).size == len(data)


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more\n")


def _rewrite(path: Path) -> None:
    path.write_bytes(b"other bytes, and more of them than there were\n")


def _replace(path: Path) -> None:
    path.with_suffix(".new").write_bytes(path.read_bytes())
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize(
    ("become", "change"),
    [
        (lambda _path: None, Change.NONE),
        (_append, Change.GROWN),
        (lambda path: os.utime(path, ns=(1, 1)), Change.TOUCHED),
        (lambda path: os.truncate(path, 3), Change.CUT),
        (_rewrite, Change.REWRITTEN),
        (_replace, Change.ANOTHER),
    ],
)
def test_every_change_has_its_name(tmp_path: Path, become: Callable[[Path], None], change: Change) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"one line\n")
    fingerprint = FileFingerprint.of(path, 9)
    become(path)
    assert fingerprint.change_of(path) is change


def test_a_rename_changes_nothing_and_a_copy_is_recognised_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"line\n" * 2000)
    fingerprint = FileFingerprint.of(path, 10_000)
    renamed = path.rename(tmp_path / "app.log.1")
    assert fingerprint.change_of(renamed) is Change.NONE
    path.write_bytes(renamed.read_bytes())
    assert fingerprint.change_of(path) is Change.ANOTHER
    assert fingerprint.begins(path)


def test_a_file_is_covered_once_it_was_read_whole_until_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"one line\n")
    assert not FileFingerprint.of(path, 3).covers(path.stat())
    fingerprint = FileFingerprint.of(path, 9)
    assert fingerprint.covers(path.stat())
    os.utime(path, ns=(1, 1))
    assert not fingerprint.covers(path.stat())


@pytest.mark.parametrize(("size", "is_same"), [(4095, False), (4096, True), (9000, True)])
def test_the_start_of_a_file_stays_when_it_grows_beyond_4096_bytes(tmp_path: Path, size: int, is_same: bool) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(os.urandom(size))
    before = FileFingerprint.of_start(path).identity
    _append(path)
    assert (FileFingerprint.of_start(path).identity == before) == is_same


def test_a_path_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"one line\n")
    fingerprint = FileFingerprint.of(path, 9)
    path.unlink()
    for question in (fingerprint.is_at, fingerprint.begins, fingerprint.change_of):
        with pytest.raises(FileNotFoundError):
            question(path)
