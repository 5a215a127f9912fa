"""The writing half of a live store: journal -> segments, merging, retention, restoring, each in its own thread."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.chores import Chores
from logtui.engine.ingest.restores import Restores
from logtui.engine.ingest.writer import Writer
from logtui.store import Budget, Retention, Store, compact, drop_archived, expire

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.writer import Readable
    from logtui.store.dead_letters import DeadLetters

_RETRY_SECONDS: Final = 1.0
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


class Worker:
    """Fills a store from a journal and keeps it in order. There is one for each store.

    Args:
        journal: Where records come from.
        folder: The folder of the store.
        dead_letters: Where frames go that cannot be decoded.
        enrichment: What is added to each record.
        upkeep: What becomes of the records later.

    Attributes:
        store: The store.
        writer: What fills it.

    Raises:
        StoreBusyError: If another process works on the store.
        StoreError: If the disk refuses.
    """

    def __init__(
        self,
        journal: Readable,
        folder: Path,
        dead_letters: DeadLetters,
        enrichment: Enrichment | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        self._upkeep = upkeep or Upkeep()
        self.store: Final = Store(folder, writable=True, by_day=True, rebuilds_raw=self._upkeep.rebuilds_raw)
        with ExitStack() as on_failure:
            on_failure.callback(self.store.close)
            if self._upkeep.archive:
                drop_archived(self.store, self._upkeep.archive)
            self.writer: Final = Writer(journal, self.store, dead_letters, enrichment)
            on_failure.pop_all()
        self._stop = threading.Event()
        self._give_up = threading.Event()
        self._writing = threading.Thread(
            target=self.writer.run, args=(self._stop, self._give_up), name="logtui-writer", daemon=True
        )
        self._chores = Chores(self._stop, _RETRY_SECONDS)
        self._chores.add("merging", self._merge)
        self._chores.add("retention", self._retain, _RETENTION_SECONDS)
        self._chores.add("restoring", self._restore, _RESTORE_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def problems(self) -> dict[str, str]:
        """Why writing, merging, retention or restoring could not do its work the last time; empty if all could."""
        problem = self.writer.written.problem
        return {**({"writing": problem} if problem else {}), **self._chores.problems}

    @property
    def merging_seconds(self) -> float:
        """How long it has been merging and outlining since it began."""
        return self._upkeep.budget.seconds

    def start(self) -> Self:
        """Begin to work, once."""
        self._writing.start()
        self._chores.start()
        return self

    def close(self, seconds: float | None = None) -> None:
        """Write what the journal holds at this moment, and let go of the store.

        Args:
            seconds: How long that may take; what is not written then stays in the journal. None for as long as needed.
        """
        self._stop.set()
        if self._writing.ident is not None:
            self._writing.join(seconds)
            self._give_up.set()
            self._writing.join()
        self._chores.join()
        self.store.close()

    def _merge(self) -> None:
        compact(self.store, self._stop, self._upkeep.budget)

    def _retain(self) -> None:
        expire(self.store, self._upkeep.retention, time.time_ns(), self._upkeep.archive)

    def _restore(self) -> None:
        Restores(self.store.path).grant(self.store, self._stop.is_set)
