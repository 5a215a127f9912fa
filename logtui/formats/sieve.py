"""A condition by which records that a query cannot match are left out before they are read in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

SIEVED: Final = ("level", "severity_text", "service", "host", "logger", "format", "raw")
"""The columns that a sieve may read: those in the head of a line, and those that are known without reading it."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """What every wanted record meets.

    Attributes:
        texts: Boolean expressions on `raw`, all of which hold for a wanted record; a null is no.
        heads: The same on `columns`.
        columns: The core columns that `heads` reads, out of `SIEVED`.
        needles: Clauses that say the same as `texts`: the text of a wanted record holds at least one needle of each, in
            any case.
    """

    texts: tuple[pl.Expr, ...] = ()
    heads: tuple[pl.Expr, ...] = ()
    columns: frozenset[str] = field(default=frozenset())
    needles: tuple[tuple[str, ...], ...] = ()

    def holding(self, records: pl.DataFrame) -> pl.Series:
        """Whether records may be wanted by their texts.

        Args:
            records: A frame with `raw`.

        Returns:
            Boolean, same height.
        """
        return _all_of(records, self.texts)

    def holding_heads(self, records: pl.DataFrame) -> pl.Series:
        """Whether records may be wanted.

        Args:
            records: A frame with `raw` and `columns`.

        Returns:
            Boolean, same height.
        """
        return _all_of(records, (*self.texts, *self.heads))


def _all_of(records: pl.DataFrame, conditions: Sequence[pl.Expr]) -> pl.Series:
    return records.select(found=pl.all_horizontal(*conditions).fill_null(value=False))["found"]
