"""Inputs -> batches of records: what every front end reads through."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.read.merge import merged
from logtui.engine.read.source_reader import Batch, ReadOptions, SourceReader
from logtui.engine.search.streaming import Answer
from logtui.query import count_keys
from logtui.sources import Problem, Resolved, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.engine.index.indexed_source import IndexedSource
    from logtui.engine.search.streaming import Search

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
        inputs: Paths, folders, globs, or `-` for standard input; or what these were resolved to.
        options: How to read them.
        stdin: The descriptor that `-` stands for.
        indexed: Gives the index through which a source is to be read, if there is one.

    Attributes:
        problems: Inputs that hold nothing to read.
        sources: One reader per source.
        indexed: Those of them that are read through an index.
    """

    def __init__(
        self,
        inputs: Sequence[str] | Resolved,
        options: ReadOptions | None = None,
        *,
        stdin: int = 0,
        indexed: Callable[[SourceReader], IndexedSource | None] | None = None,
    ) -> None:
        options = options or ReadOptions()
        found = inputs if isinstance(inputs, Resolved) else resolve(inputs, force=options.force, stdin=stdin)
        self.problems: tuple[Problem, ...] = found.problems
        workers = min(4, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="logtui-parse")
        options = _sized(options, len(found.sources))
        lookahead = workers if len(found.sources) == 1 else 1
        self.sources = [SourceReader(source, options, self._pool, lookahead) for source in found.sources]
        self.indexed = [index for reader in self.sources if indexed and (index := indexed(reader))]
        self._done = False

    @property
    def notices(self) -> list[str]:
        """One line for each input that could not be read, or not to its end."""
        return [problem.text for problem in self.problems] + [
            reader.problem for reader in self.sources if reader.problem
        ]

    @property
    def guesses(self) -> list[str]:
        """One line for each source that is not in the encoding that it was to be in."""
        return [f"{reader.source.name}: {text}" for reader in self.sources if (text := reader.guessed_encoding)]

    @property
    def progress(self) -> Progress:
        """How far reading has come."""
        sizes = [reader.source.size for reader in self.sources]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        read = sum(reader.source.position() for reader in self.sources)
        caught_up = all(getattr(reader.source, "caught_up", False) for reader in self.sources)
        return Progress(read, total, self._done or caught_up)

    def batches(self, *, in_order: bool = True) -> Iterator[Batch]:
        """All records, one source in its own order, several merged by time.

        Args:
            in_order: Whether the order of several sources matters; otherwise one comes behind the other.

        Yields:
            Batches as the sources bring them; the first ones are small and early.
        """
        try:
            streams = self._streams()
            if len(streams) == 1 or not in_order:
                yield from chain.from_iterable(streams)
            else:
                yield from merged(streams)
        finally:
            self._done = True
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _streams(self) -> list[Iterator[Batch]]:
        indexes = {id(each.source): each for each in self.indexed}
        return [indexes.get(id(reader.source), reader).batches() for reader in self.sources]

    def close(self) -> None:
        """Make `batches` end soon."""
        for reader in self.sources:
            reader.source.close()


def answer_of(search: Search, reader: Reader) -> Answer:
    """The answer to a search over a reader's inputs.

    Args:
        search: What is wanted.
        reader: A reader that has not begun.

    Returns:
        The answer, which reads when it is asked for frames.
    """
    samples = [each.sample() for each in reader.indexed]
    newest = max((time for each in reader.indexed if (time := each.newest())), default=None)
    return Answer(
        search,
        reader.batches(in_order=count_keys(search.predicate.pipes) is None),
        sample=pl.concat(samples, how="diagonal_relaxed") if samples else None,
        newest=newest,
    )


def _sized(options: ReadOptions, sources: int) -> ReadOptions:
    """Smaller blocks for many sources, so that the memory for them stays bounded."""
    if sources <= 1:
        return options
    block = max(_LEAST_BLOCK, min(options.block_bytes, _BLOCKS_IN_FLIGHT // sources))
    return replace(options, block_bytes=block)
