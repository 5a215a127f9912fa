"""Inputs -> batches of records: what every front end reads through."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from logtui.engine.merge import merged
from logtui.engine.source_reader import Batch, ReadOptions, SourceReader
from logtui.sources import Problem, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLOCKS_IN_FLIGHT: Final = 16 * 1024 * 1024
_LEAST_BLOCK: Final = 64 * 1024


@dataclass(slots=True)
class Progress:
    """How far reading has come.

    Attributes:
        bytes_read: Bytes consumed of all sources, compressed ones as they lie on disk.
        bytes_total: Their size; None if a pipe is among them.
        done: Whether all sources have ended.
    """

    bytes_read: int = 0
    bytes_total: int | None = None
    done: bool = False


class Reader:
    """Reads any number of inputs as one ordered stream of records.

    Args:
        inputs: Paths, folders, globs, or `-` for standard input.
        options: How to read them.
        stdin: The descriptor that `-` stands for.

    Attributes:
        problems: Inputs that hold nothing to read.
        sources: One reader per source.
    """

    def __init__(self, inputs: Sequence[str], options: ReadOptions | None = None, *, stdin: int = 0) -> None:
        options = options or ReadOptions()
        found = resolve(inputs, force=options.force, stdin=stdin)
        self.problems: tuple[Problem, ...] = found.problems
        workers = min(4, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="logtui-parse")
        options = _sized(options, len(found.sources))
        lookahead = workers if len(found.sources) == 1 else 1
        self.sources = [SourceReader(source, options, self._pool, lookahead) for source in found.sources]
        self._done = False

    @property
    def notices(self) -> list[str]:
        """One line for each input that could not be read, or not to its end."""
        return [problem.text for problem in self.problems] + [
            reader.problem for reader in self.sources if reader.problem
        ]

    @property
    def progress(self) -> Progress:
        """How far reading has come."""
        sizes = [reader.source.size for reader in self.sources]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        read = sum(reader.source.position() for reader in self.sources)
        return Progress(read, total, self._done)

    def batches(self) -> Iterator[Batch]:
        """All records, one source in its own order, several merged by time.

        Yields:
            Batches as the sources bring them; the first ones are small and early.
        """
        try:
            if len(self.sources) == 1:
                yield from self.sources[0].batches()
            else:
                yield from merged([reader.batches() for reader in self.sources])
        finally:
            self._done = True
            self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Make `batches` end soon."""
        for reader in self.sources:
            reader.source.close()


def _sized(options: ReadOptions, sources: int) -> ReadOptions:
    """Smaller blocks for many sources, so that the memory for them stays bounded."""
    if sources <= 1:
        return options
    block = max(_LEAST_BLOCK, min(options.block_bytes, _BLOCKS_IN_FLIGHT // sources))
    return replace(options, block_bytes=block)
