"""The context in which stages run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from logtui.errors import MemoryBudgetError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


@dataclass(frozen=True, slots=True)
class PipeScope:
    """The context of one query.

    Attributes:
        zone: Whose days and hours intervals begin with.
        text: The query text, for the caret of errors.
        most: How many of a stage's rows the next pipe takes, None for all.
        most_values: How many groups of a table, and how many different values in them, are kept exactly; None for all.
        memory: Bytes that a stage may hold; None for all that it needs.
    """

    zone: tzinfo = UTC
    text: str = ""
    most: int | None = None
    most_values: int | None = None
    memory: int | None = None

    def check_held(self, frames: Iterable[pl.DataFrame]) -> None:
        """Refuse to hold more rows than the memory allows.

        Raises:
            MemoryBudgetError: If the frames take more.
        """
        if self.memory is not None and (size := sum(frame.estimated_size() for frame in frames)) > self.memory:
            raise MemoryBudgetError(
                f"the pipes of this query would hold more than {self.memory:,} bytes ({size:,} so far)",
                hint="a filter, a shorter time, `| head 1000` behind `| sort`, or fewer groups",
            )
