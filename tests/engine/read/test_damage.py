"""Holes, damage and odd encodings: columns and rows give the same records, and every byte is told."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.engine.read.row_reader import Losses, read_rows
from logtui.errors import SourceError
from tests.examples import examples

LINES = [f"2025-01-01 00:00:{second:02} INFO app: line {second}\n".encode() for second in range(60)]

Found = list[tuple[str, int, int]]


def by_columns(path: Path, block: int) -> tuple[Found, Reader]:
    reader = Reader([str(path)], ReadOptions(block_bytes=block))
    frames = [frame.select("raw", "line", "offset") for frame in final_frames(reader.batches())]
    return [row for frame in frames for row in frame.iter_rows()], reader


def by_rows(path: Path, block: int, losses: Losses) -> Found:
    return [(each.raw, each.line, each.offset) for each in read_rows(path, block_bytes=block, losses=losses)]


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(16, 9000)), min_size=1, max_size=4),
    st.integers(500, 20_000),
)
def test_records_around_holes_are_those_of_the_log_without_them(holes: list[tuple[int, int]], block: int) -> None:
    pieces = list(LINES)
    for at, size in sorted(holes, reverse=True):
        pieces.insert(at, bytes(size))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.log"
        path.write_bytes(b"".join(pieces))
        found, reader = by_columns(path, block)
        losses = Losses()
        assert by_rows(path, block, losses) == found
        assert [raw for raw, _, _ in found] == [line.decode().rstrip() for line in LINES]
        assert [line for _, line, _ in found] == list(range(1, 61))
        skipped = sum(size for _, size in holes)
        assert dict(reader.sources[0].skipped) == {"nul_bytes": skipped}
        assert losses.cut_bytes == skipped


def test_rows_of_a_damaged_archive_come_before_its_error_as_in_columns(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress(b"".join(LINES)) + b"left over")
    found, reader = by_columns(path, 4096)
    rows: Found = []
    with pytest.raises(SourceError, match="damaged after"):
        rows.extend((each.raw, each.line, each.offset) for each in read_rows(path))
    assert rows == found
    assert len(rows) == len(LINES)
    assert reader.sources[0].problem is not None


def test_a_stated_encoding_is_read_and_a_guess_is_said(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"".join(LINES) + "2025-01-01 00:01:00 INFO app: Größe 5 €\n".encode("iso8859-15"))
    guessed, reader = by_columns(path, 4096)
    assert guessed[-1][0].endswith("Größe 5 ¤")
    assert by_rows(path, 4096, Losses()) == guessed
    assert "Windows-1252" in reader.sources[0].assumptions[-1]
    stated = Reader([str(path)], ReadOptions(encoding="iso8859-15"))
    raws = [raw for frame in final_frames(stated.batches()) for raw in frame["raw"]]
    assert raws[-1].endswith("Größe 5 €")
    assert stated.guesses == []
