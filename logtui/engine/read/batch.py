"""What a reader brings: final records, and the provisional ones behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are ready, in the order in which they are shown.

    Attributes:
        records: A record frame; these rows are final.
        open: A record frame of those that may still grow; the next batch replaces it.
        is_quiet: Whether there is no more for now.
    """

    records: pl.DataFrame
    open: pl.DataFrame = field(default_factory=lambda: NO_RECORDS)
    is_quiet: bool = False
