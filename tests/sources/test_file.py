"""A file is read from any place in blocks of a bounded size, and its faults are one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import SourceError
from logtui.sources.base import GLANCE_BYTES, SAMPLE_BYTES, name_of
from logtui.sources.file import FileSource

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(256)) * 1_024


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "app.log"
    path.write_bytes(DATA)
    return path


@given(st.integers(0, len(DATA) + 10), st.integers(1_000, 200_000))
def test_blocks_are_the_bytes_from_a_place_on(path: Path, offset: int, block: int) -> None:
    source = FileSource(path)
    source.seek(offset)
    blocks = list(source.blocks(block))
    assert b"".join(blocks) == DATA[offset:]
    assert [len(each) for each in blocks[:1]] <= [min(block, SAMPLE_BYTES)]
    assert all(0 < len(each) <= block for each in blocks)
    assert source.position() == max(offset, len(DATA))


def test_closing_ends_the_blocks_and_the_head_moves_nothing(path: Path) -> None:
    source = FileSource(path)
    blocks = source.blocks(1_000)
    assert next(blocks) == DATA[:1_000]
    assert (source.head(10), source.position(), source.size) == (DATA[:10], 1_000, len(DATA))
    source.close()
    assert list(blocks) == []


def test_a_file_that_vanishes_or_is_a_folder_is_one_line(tmp_path: Path) -> None:
    gone, folder = tmp_path / "gone.log", tmp_path / "folder"
    gone.write_bytes(b"x")
    folder.mkdir()
    source = FileSource(gone)
    gone.unlink()
    with pytest.raises(SourceError, match=r"gone\.log: cannot read: No such file"):
        list(source.blocks(10))
    with pytest.raises(SourceError, match="folder: cannot read at byte 0: Is a directory"):
        list(FileSource(folder).blocks(10))


@pytest.mark.parametrize(("size", "pieces"), [(GLANCE_BYTES, 1), (GLANCE_BYTES + 1, 64)])
def test_a_file_is_looked_at_whole_up_to_the_limit(tmp_path: Path, size: int, pieces: int) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"x" * 99 + b"\n" + b"y" * (size - 101) + b"\n")
    glances = list(FileSource(path).glances())
    assert len(glances) == pieces
    assert glances[0].startswith(b"x" * 99 + b"\n")
    assert sum(map(len, glances)) <= GLANCE_BYTES


def test_the_bytes_of_a_name_that_are_no_text_are_shown_as_such(tmp_path: Path) -> None:
    assert name_of(tmp_path / "caf\udce9") == f"{tmp_path}/caf�"
