"""The storage of a data folder: segments, which this process seals, merges, archives and restores."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.position import LOST, POSITION, lost_of, position_of
from logtui.engine.ingest.restores import Restores
from logtui.engine.ingest.storage import Extent
from logtui.store import Budget, Retention, Store, compact, drop_archived, expire

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from logtui.engine.ingest.chores import Chores
    from logtui.store.seq_range import SeqRange

_NAME: Final = "name for queues"
"""The key of the store's state under which its name is."""

_RETENTION_SECONDS: Final = 60.0
_RESTORE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What becomes of records that are in the store.

    Attributes:
        retention: How long they are kept.
        archive: The folder of the archive that gets those that are not kept; None if they are not wanted any more.
        budget: How much CPU merging may take.
        rebuilds_raw: Whether the raw texts of JSON records are rebuilt when they are asked for, and not stored.
    """

    retention: Retention = field(default_factory=Retention)
    archive: Path | None = None
    budget: Budget = field(default_factory=Budget)
    rebuilds_raw: bool = False


class EmbeddedStorage:
    """A `Storage` in a folder, which belongs to one process.

    Args:
        folder: The folder of the store.
        upkeep: What becomes of the records later.

    Attributes:
        store: The store.
        pending: None: a segment and the position are published in one transaction.

    Raises:
        StoreBusyError: If another process works on the store.
        StoreError: If the disk refuses.
    """

    pending: Final[SeqRange | None] = None

    def __init__(self, folder: Path, upkeep: Upkeep | None = None) -> None:
        self._upkeep = upkeep or Upkeep()
        self.store: Final = Store(folder, writable=True, by_day=True, rebuilds_raw=self._upkeep.rebuilds_raw)
        try:
            if self._upkeep.archive:
                drop_archived(self.store, self._upkeep.archive)
        except BaseException:
            self.store.close()
            raise

    def ready(self) -> None:
        """Do nothing: it is open."""

    @property
    def name(self) -> str:
        """A name that tells it from other stores, which it keeps."""
        name = self.store.state(_NAME)
        if name is None:
            name = secrets.token_hex(8).encode()
            self.store.note({_NAME: name})
        return name.decode()

    @property
    def position(self) -> int:
        """All records of the journal up to this number are stored."""
        return position_of(self.store)

    @property
    def extent(self) -> Extent:
        """How much it holds."""
        sealed = self.store.sealed()
        return Extent(len(sealed), sum(not each.tier for each in sealed), sum(each.rows for each in sealed))

    @property
    def merging_seconds(self) -> float:
        """How long it has been merging and outlining since it began."""
        return self._upkeep.budget.seconds

    def seal(self, records: pl.DataFrame, batch: SeqRange, *, lost: int, arrived: int) -> None:
        """Store the records of a batch as one segment; see `Storage`."""
        state = {POSITION: str(batch.last_seq).encode(), LOST: str(lost_of(self.store) + lost).encode()}
        if len(records):
            self.store.seal(records, state, arrived=arrived)
        else:
            self.store.note(state)

    def upkeep(self, chores: Chores) -> None:
        """Add merging, retention and restoring."""
        chores.add("merging", lambda: compact(self.store, chores.stop, self._upkeep.budget))
        chores.add("retention", self._retain, _RETENTION_SECONDS)
        restores = Restores(self.store.path)
        chores.add("restoring", lambda: restores.grant(self.store, chores.stop.is_set), _RESTORE_SECONDS)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _retain(self) -> None:
        expire(self.store, self._upkeep.retention, time.time_ns(), self._upkeep.archive)
