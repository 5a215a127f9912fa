"""A cache of which records of segments match: a segment never changes, so they are looked for once per condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.lru import Lru

if TYPE_CHECKING:
    from collections.abc import Container

    from logtui.engine.search.planner import SegmentPlan

_MOST_BYTES: Final = 32 * 1024 * 1024
_ROW_BITS: Final = 32
_BYTES: Final = 256
"""Approximate bytes of an entry without its rows."""


class FoundRows:
    """Caches the row numbers of the matches of plans."""

    def __init__(self) -> None:
        self._known: Final = Lru[tuple[str, int], _Rows](_MOST_BYTES, lambda rows: rows.size)

    def get(self, plan: SegmentPlan) -> pl.Series | None:
        """The ascending row numbers, UInt32, of the matches of a plan; None if they are not known."""
        known = self._rows_of(plan)
        return None if known is None else known.numbers()

    def count(self, plan: SegmentPlan) -> int | None:
        """How many records match a plan; None if it is not known."""
        known = self._rows_of(plan)
        return None if known is None else known.count

    def _rows_of(self, plan: SegmentPlan) -> _Rows | None:
        return self._known.get((plan.matches, plan.segment.number))

    def forget(self, gone: Container[int]) -> None:
        """Forget what is known of segments with these numbers."""
        self._known.drop(lambda key: key[1] in gone)

    def put(self, plan: SegmentPlan, numbers: pl.Series) -> None:
        """Keep the row numbers, UInt32, of all matches of a plan."""
        self._known.put((plan.matches, plan.segment.number), _Rows.of(numbers, plan.segment.facts.rows))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Row numbers as they are, or as one bit per row if there are many.

    Attributes:
        kept: UInt32, row numbers; or Boolean, whether each row is meant.
        count: How many rows are meant.
    """

    kept: pl.Series
    count: int

    @classmethod
    def of(cls, numbers: pl.Series, rows: int) -> _Rows:
        if len(numbers) * _ROW_BITS < rows:
            return cls(numbers, len(numbers))
        return cls(pl.repeat(False, rows, dtype=pl.Boolean, eager=True).scatter(numbers, True), len(numbers))

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        bits = 1 if self.kept.dtype == pl.Boolean else _ROW_BITS
        return _BYTES + len(self.kept) * bits // 8

    def numbers(self) -> pl.Series:
        """The ascending row numbers, UInt32."""
        return self.kept.arg_true() if self.kept.dtype == pl.Boolean else self.kept
