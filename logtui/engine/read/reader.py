"""Reads any number of inputs as one stream of batches; every front end reads through it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from logtui.engine.read.merge import merged
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.source_reader import SourceReader
from logtui.engine.read.span import span_of
from logtui.sources import Problem, Resolved, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from logtui.engine.read.batch import Batch
    from logtui.formats.sieve import Sieve


_BLOCKS_IN_FLIGHT: Final = 16 * 1024 * 1024
"""Bytes of the blocks of all sources together, if there are several; bounds memory."""

_LEAST_BLOCK: Final = 64 * 1024


@dataclass(slots=True)
class Progress:
    """How far reading has come.

    Attributes:
        bytes_read: Bytes consumed of all sources, before decompression.
        bytes_total: The size of all sources; None if one is a pipe.
        done: Whether all sources have ended.
    """

    bytes_read: int = 0
    bytes_total: int | None = None
    done: bool = False


class Reader:
    """Reads any number of inputs as one ordered stream of records.

    Args:
        inputs: Paths, folders, globs, or `-` for standard input; or these inputs already resolved.
        options: How to read them.
        stdin: The file descriptor that `-` stands for.
        at_once: Whether small files among several are read at once, without counting the bytes that are in no record.

    Attributes:
        problems: Inputs that cannot be read or are empty.
        sources: One reader per source.
    """

    def __init__(
        self,
        inputs: Sequence[str] | Resolved,
        options: ReadOptions | None = None,
        *,
        stdin: int = 0,
        at_once: bool = False,
    ) -> None:
        options = options or ReadOptions()
        found = inputs if isinstance(inputs, Resolved) else resolve(inputs, force=options.force, stdin=stdin)
        self.problems: tuple[Problem, ...] = found.problems
        workers = min(4, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="logtui-parse")
        options = _sized(options, len(found.sources))
        lookahead = workers if len(found.sources) == 1 else 1
        is_one_of_many = at_once and len(found.sources) > 1
        self.sources = [
            SourceReader(source, options, self._pool, lookahead, is_one_of_many=is_one_of_many)
            for source in found.sources
        ]
        self._options = options
        self._left_out = 0
        self._done = False

    @property
    def notices(self) -> list[str]:
        """One line for each input that could not be read, or not to its end, and one for those that were left out."""
        found = [problem.text for problem in self.problems]
        found += [reader.problem for reader in self.sources if reader.problem]
        if self._left_out:
            found.append(f"not read, as their first and last lines are outside of the times: {self._left_out:,} files")
        return found

    @property
    def has_failed(self) -> bool:
        """Whether an input could not be read, or not to its end."""
        is_missing = any(problem.reason != "empty" for problem in self.problems)
        return is_missing or any(reader.problem for reader in self.sources)

    @property
    def guesses(self) -> list[str]:
        """One line for each source with lines that are not in its encoding."""
        return [f"{reader.source.name}: {text}" for reader in self.sources if (text := reader.guessed_encoding)]

    @property
    def progress(self) -> Progress:
        """How far reading has come."""
        sizes = [reader.source.size for reader in self.sources]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        read = sum(reader.source.position() for reader in self.sources)
        caught_up = all(getattr(reader.source, "caught_up", False) for reader in self.sources)
        return Progress(read, total, self._done or caught_up)

    def leave_out(self, is_outside: Callable[[tuple[int, int]], bool]) -> bool:
        """Leave out large files by the times of their first and last lines; one file alone is read in any case.

        Args:
            is_outside: Tells of a file's earliest and latest time, epoch nanoseconds, whether none of its records can
                be wanted.

        Returns:
            Whether files were left out.
        """
        if len(self.sources) < 2:
            return False
        spans = ((reader, span_of(reader.source, self._options)) for reader in self.sources)
        kept = [reader for reader, span in spans if span is None or not is_outside(span)]
        self._left_out, self.sources = len(self.sources) - len(kept), kept
        return bool(self._left_out)

    def batches(
        self, *, in_order: bool = True, columns: Collection[str] | None = None, sieve: Sieve | None = None
    ) -> Iterator[Batch]:
        """Read all records: one source in its own order, several merged by time.

        Args:
            in_order: Whether to merge several sources by time; if not, they are read one after the other.
            columns: The core columns that are needed, None for all columns; records may lack the other ones.
            sieve: What every wanted record meets; other records may be left out, and `seq` of merged records does not
                count them.

        Yields:
            Batches; the first ones are small, so that they come early.
        """
        try:
            is_merged = in_order and len(self.sources) > 1
            streams = [reader.batches(columns, sieve, is_merged=is_merged) for reader in self.sources]
            if not is_merged:
                yield from chain.from_iterable(streams)
            else:
                yield from merged([(each, reader.due) for each, reader in zip(streams, self.sources, strict=True)])
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
