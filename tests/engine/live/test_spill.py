"""Chunks on disk live as long as what reads them, and a disk that refuses is no error."""

from __future__ import annotations

import gc
import tempfile
from typing import TYPE_CHECKING

import pytest

from logtui.engine.live.spill import LARGEST, Spill

if TYPE_CHECKING:
    from pathlib import Path


class Owner:
    """What reads a chunk."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_chunk_is_gone_with_its_owner_and_the_folder_with_the_spill(tmp_path: Path) -> None:
    spill, first, second = Spill(), Owner(), Owner()
    paths = [spill.keep(data, owner) for data, owner in ((b"one", first), (b"two", second))]
    assert [path.read_bytes() for path in paths if path] == [b"one", b"two"]
    del first
    gc.collect()
    assert [path.exists() for path in paths if path] == [False, True]
    del spill
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert Spill().keep(b"one", Owner()) is None


def test_a_folder_that_vanished_takes_no_more_chunks(tmp_path: Path) -> None:
    spill, owner = Spill(), Owner()
    assert spill.keep(b"one", owner) is not None
    for path in (*tmp_path.glob("*/*"), *tmp_path.iterdir()):
        path.rmdir() if path.is_dir() else path.unlink()
    assert spill.keep(b"two", owner) is None


def test_the_limit_is_the_one_given_or_a_part_of_what_is_free() -> None:
    assert Spill(7).limit == 7
    assert 0 < Spill().limit <= LARGEST
