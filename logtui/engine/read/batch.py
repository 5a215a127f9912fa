"""What a reader brings: records that are final, and records that may still grow."""

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
        frame: A record frame in the order in which it is shown; it may be empty.
    """

    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Provisional:
    """The last records of inputs that bring nothing for now; they may still grow, and replace all provisional ones.

    Attributes:
        frame: A record frame; it may be empty.
    """

    frame: pl.DataFrame


Batch: TypeAlias = Records | Provisional
"""What a reader brings at once."""


def final_frames(batches: Iterable[Batch]) -> Iterator[pl.DataFrame]:
    """The frames of the final records among batches, as they come."""
    return (batch.frame for batch in batches if isinstance(batch, Records))
