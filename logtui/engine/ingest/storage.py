"""`Storage`: where the worker puts records, whatever keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import polars as pl

    from logtui.engine.ingest.chores import Chores
    from logtui.store.seq_range import SeqRange


class Extent(NamedTuple):
    """How much a store holds.

    Attributes:
        segments: The files, or parts, that its records are in.
        unmerged: Those of them that no merge has been over.
        rows: Its records.
    """

    segments: int
    unmerged: int
    rows: int


class Storage(Protocol):
    """A store that is filled from one journal. One thread seals; any thread may read the attributes."""

    def ready(self) -> None:
        """Reach the store; the position and what is pending are known then.

        Raises:
            StoreError: If it cannot be reached now; it is tried again then.
        """

    @property
    def name(self) -> str:
        """A name that tells it from other stores, by which a queue knows it."""

    @property
    def position(self) -> int:
        """All records of the journal up to this number are stored."""

    @property
    def pending(self) -> SeqRange | None:
        """The batch that was under way when a process ended, to be sealed before any other; None if there is none."""

    @property
    def extent(self) -> Extent | None:
        """How much it holds; None if that is not known yet."""

    @property
    def merging_seconds(self) -> float:
        """How long this process has been merging since it began."""

    def seal(self, records: pl.DataFrame, batch: SeqRange, *, lost: int, arrived: int) -> None:
        """Store the records of a batch and move the position to its end, both or neither, whenever the process ends.

        Args:
            records: A record frame; it may have no rows.
            batch: The range of their numbers, behind the position.
            lost: Records of the batch that were damaged in the journal.
            arrived: When the last of the records arrived, epoch nanoseconds.

        Raises:
            StoreError: If it cannot be stored now; it is tried again then.
            OSError: Likewise.
        """

    def upkeep(self, chores: Chores) -> None:
        """Add the work that keeps it in order."""

    def close(self) -> None:
        """Let go of it."""
