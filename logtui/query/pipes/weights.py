"""Weighed frames: rows that stand for several records, so that counts can come from rollups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_ALIASES
from logtui.query.pipes.buckets import nanoseconds_of
from logtui.query.syntax.pipes.keys import Bucket, Field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from logtui.query.syntax.pipes import Pipe
    from logtui.query.syntax.pipes.keys import Key

WEIGHT: Final = "\0weight"
"""Column of a weighed frame: how many records a row stands for."""

_SHARED: Final = frozenset({"level", "severity_text", "service"})
_MINUTE: Final = 60_000_000_000


@dataclass(frozen=True, slots=True)
class CountKeys:
    """The keys by which a query only counts records, so that rollups can answer it.

    Attributes:
        width: Length of the time intervals, nanoseconds; None if it does not count by time.
    """

    width: int | None = None

    def fits(self, step: int, zone: tzinfo) -> bool:
        """Whether counts by spans of `step` nanoseconds, which are aligned to UTC, can be added up to the intervals."""
        if self.width is None:
            return True
        return self.width % step == 0 and (step <= _MINUTE or str(zone) == "UTC")


def weight_of(frame: pl.DataFrame) -> pl.Expr:
    """Expression for the number of records that each row stands for, Int64; 1 in a frame without weights."""
    weight = pl.col(WEIGHT).cast(pl.Int64) if WEIGHT in frame.columns else pl.repeat(1, pl.len(), dtype=pl.Int64)
    return weight.alias(WEIGHT)


def count_keys(pipes: Sequence[Pipe]) -> CountKeys | None:
    """Find the keys by which the first pipe counts records, if it does nothing else with them.

    Args:
        pipes: The pipes of a query.

    Returns:
        The keys; None if the first pipe needs more than the times, levels and services of records.
    """
    by = pipes[0].counted_by if pipes else None
    return None if by is None else _keys(by)


def _keys(by: Sequence[Key]) -> CountKeys | None:
    names = [key.name for key in by if isinstance(key, Field)]
    widths = [nanoseconds_of(key.width) for key in by if isinstance(key, Bucket)]
    if len(widths) > 1 or not all(CORE_ALIASES.get(name, name) in _SHARED for name in names):
        return None
    return CountKeys(widths[0] if widths else None)
