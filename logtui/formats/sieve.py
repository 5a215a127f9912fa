"""A condition by which records that a query cannot match are left out before they are read in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Sieve:
    """What every wanted record meets.

    Attributes:
        texts: Boolean expressions on `raw`, all of which hold for a wanted record; a null is no.
        heads: The same on `columns`.
        columns: The core columns that `heads` reads, out of `SIEVED`.
    """

    texts: tuple[pl.Expr, ...] = ()
    heads: tuple[pl.Expr, ...] = ()
    columns: frozenset[str] = field(default=frozenset())


SIEVED: Final = ("level", "severity_text", "service", "host", "logger", "format", "raw")
"""The columns that a sieve may read: those in the head of a line, and those that are known without reading it."""
