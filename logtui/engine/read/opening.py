"""Opens inputs for reading; modules outside `read` and `index` use these functions and never name a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from logtui.engine.read.reader import Reader
from logtui.engine.read.source_reader import SourceReader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Executor

    from logtui.engine.read.batch import Batch
    from logtui.engine.read.options import ReadOptions
    from logtui.engine.read.reader import Progress
    from logtui.formats.sieve import Sieve
    from logtui.sources import Resolved, Source


OpenSource: TypeAlias = SourceReader
"""A source that is open for one reading."""


class Opened(Protocol):
    """Inputs that are open for one reading."""

    @property
    def sources(self) -> Sequence[OpenSource]:
        """One reader per source."""

    @property
    def notices(self) -> list[str]:
        """One line for each input that could not be read, or not to its end."""

    @property
    def guesses(self) -> list[str]:
        """One line for each source with lines that are not in its encoding."""

    @property
    def has_failed(self) -> bool:
        """Whether an input could not be read, or not to its end."""

    @property
    def progress(self) -> Progress:
        """How far reading has come."""

    def leave_out(self, is_outside: Callable[[tuple[int, int]], bool]) -> bool:
        """Leave out large files by the times of their first and last lines; returns whether any were.

        Args:
            is_outside: Tells of a file's earliest and latest time, epoch nanoseconds, whether none of its records can
                be wanted.
        """

    def batches(
        self, *, in_order: bool = True, columns: Collection[str] | None = None, sieve: Sieve | None = None
    ) -> Iterator[Batch]:
        """Read all records: one source in its own order, several merged by time if `in_order`.

        Args:
            in_order: Whether to merge several sources by `order_time`, which `columns` then include.
            columns: The core columns that are needed, None for all columns; records may lack the other ones.
            sieve: What every wanted record meets; other records may be left out, and `seq` of merged records does not
                count them.
        """

    def close(self) -> None:
        """Make `batches` end soon."""


def open_inputs(found: Resolved, options: ReadOptions) -> Opened:
    """Open resolved inputs together."""
    return Reader(found, options, at_once=True)


def open_source(source: Source, options: ReadOptions, pool: Executor) -> OpenSource:
    """Open one source; its blocks are parsed one at a time, so that many sources can share the pool."""
    return SourceReader(source, options, pool, lookahead=1)
