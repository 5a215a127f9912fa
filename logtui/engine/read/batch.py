"""Batches, which readers yield: final records, or provisional ones that may still grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl


@dataclass(frozen=True, slots=True)
class Records:
    """Final records; they replace the provisional ones of their sources.

    Attributes:
        frame: A record frame in display order; it may be empty.
    """

    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Provisional:
    """The last records of quiet inputs, which more lines may still be added to; they replace all provisional ones.

    Attributes:
        frame: A record frame; it may be empty.
    """

    frame: pl.DataFrame


Batch: TypeAlias = Records | Provisional
"""What a reader yields."""


def final_frames(batches: Iterable[Batch]) -> Iterator[pl.DataFrame]:
    """Yield the frames of final records, skipping provisional ones."""
    return (batch.frame for batch in batches if isinstance(batch, Records))
