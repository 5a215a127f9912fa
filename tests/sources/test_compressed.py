"""Compressed files: which they are, a look at their first bytes, and what is behind them."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from logtui.errors import SourceError
from logtui.sources.base import GLANCE_BYTES
from logtui.sources.compressed import CompressedSource, compression_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x1f", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_compression(head: bytes, name: str | None) -> None:
    assert compression_of(head) == name


def test_a_look_gives_the_first_bytes_and_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "app.gz"
    path.write_bytes(gzip.compress(b"0123456789abcdef" * (GLANCE_BYTES // 16 + 1_000)))
    source = CompressedSource(path)
    (look,) = source.glances()
    assert len(look) == GLANCE_BYTES
    assert look.startswith(b"0123456789abcdef0")
    assert source.position() == 0


def test_a_look_at_a_damaged_file_gives_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "app.gz"
    path.write_bytes(gzip.compress(b"one\n" * 10)[:-8])
    assert list(CompressedSource(path).glances()) == [b"one\n" * 10]


def test_closing_ends_the_blocks(tmp_path: Path) -> None:
    path = tmp_path / "app.gz"
    path.write_bytes(gzip.compress(b"one\n" * 100))
    source = CompressedSource(path)
    blocks = source.blocks(10)
    assert next(blocks) == b"one\none\non"
    source.close()
    assert b"".join(blocks) != b"one\n" * 100


def test_a_broken_middle_is_said_with_the_bytes_before_it(tmp_path: Path) -> None:
    path = tmp_path / "app.gz"
    path.write_bytes(gzip.compress(b"one\n") + b"no archive at all")
    blocks = CompressedSource(path).blocks(100)
    assert next(blocks) == b"one\n"
    with pytest.raises(SourceError, match="damaged after 4 bytes: what is behind its end is not compressed"):
        next(blocks)
