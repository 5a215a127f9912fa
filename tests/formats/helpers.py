"""Reading texts through the whole path from bytes to records, without files."""

from __future__ import annotations

import itertools
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.source_reader import SourceReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class MemorySource:
    """Bytes cut into blocks at will."""

    name = "memory"
    modified: datetime | None = datetime(2025, 12, 1, tzinfo=UTC)

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self._blocks = blocks
        self.size: int | None = sum(map(len, blocks))

    def position(self) -> int:
        return self.size or 0

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        assert block_bytes > 0
        yield from self._blocks

    def glances(self) -> Iterator[bytes]:
        yield b"".join(self._blocks)

    def close(self) -> None:
        pass


@cache
def pool() -> Executor:
    return ThreadPoolExecutor(2)


def cut(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The data in blocks that end at the given places."""
    borders = sorted({0, len(data), *(place for place in cuts if 0 < place < len(data))})
    return [data[start:end] for start, end in itertools.pairwise(borders)]


def reader_of(blocks: Sequence[bytes], options: ReadOptions | None = None) -> SourceReader:
    return SourceReader(MemorySource(blocks), options or ReadOptions(message_fields=True), pool())


def records_of(blocks: Sequence[bytes], options: ReadOptions | None = None) -> pl.DataFrame:
    """The records of a source whose blocks are given."""
    return pl.concat(list(final_frames(reader_of(blocks, options).batches())), how="diagonal")
