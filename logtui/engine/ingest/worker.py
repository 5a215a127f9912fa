"""The writing half of a live store: journal -> segments, merging, retention, restoring, each in its own thread."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.restores import Restores
from logtui.engine.ingest.writer import Writer, line_of
from logtui.store import Budget, Retention, Store, compact, drop_archived, expire

if TYPE_CHECKING:
    from collections.abc import Callable
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
        self._problems: Final[dict[str, str]] = {}
        self._stop = threading.Event()
        self._give_up = threading.Event()
        self._threads = [
            threading.Thread(
                target=self.writer.run, args=(self._stop, self._give_up), name="logtui-writer", daemon=True
            ),
            threading.Thread(target=self._repeat, args=("merging", self._merge), name="logtui-merging", daemon=True),
            threading.Thread(
                target=self._repeat,
                args=("retention", self._retain, _RETENTION_SECONDS),
                name="logtui-retention",
                daemon=True,
            ),
            threading.Thread(
                target=self._repeat,
                args=("restoring", self._restore, _RESTORE_SECONDS),
                name="logtui-restoring",
                daemon=True,
            ),
        ]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def problems(self) -> dict[str, str]:
        """Why writing, merging, retention or restoring could not do its work the last time; empty if all could."""
        problem = self.writer.written.problem
        return {**({"writing": problem} if problem else {}), **self._problems}

    @property
    def merging_seconds(self) -> float:
        """How long it has been merging and outlining since it began."""
        return self._upkeep.budget.seconds

    def start(self) -> Self:
        """Begin to work, once."""
        for thread in self._threads:
            thread.start()
        return self

    def close(self, seconds: float | None = None) -> None:
        """Write what the journal holds at this moment, and let go of the store.

        Args:
            seconds: How long that may take; what is not written then stays in the journal. None for as long as needed.
        """
        self._stop.set()
        if self._threads[0].ident is not None:
            self._threads[0].join(seconds)
        self._give_up.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        self.store.close()

    def _repeat(self, name: str, work: Callable[[], None], pause_seconds: float = 0.0) -> None:
        """Do work until it is asked to stop, with a pause behind it; soon again after a failure."""
        while not self._stop.is_set():
            try:
                work()
                self._problems.pop(name, None)  # before the pause: what was done again is no problem any more
                self._stop.wait(pause_seconds)
            except Exception as error:  # Whatever it is, a thread that ended would not be missed by anybody.
                self._problems[name] = line_of(error)
                self._stop.wait(_RETRY_SECONDS)

    def _merge(self) -> None:
        compact(self.store, self._stop, self._upkeep.budget)

    def _retain(self) -> None:
        expire(self.store, self._upkeep.retention, time.time_ns(), self._upkeep.archive)

    def _restore(self) -> None:
        Restores(self.store.path).grant(self.store, self._stop.is_set)
