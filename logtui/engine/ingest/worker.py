"""The writing half of a live store: journal -> storage, and what keeps that in order, each in its own thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.chores import Chores
from logtui.engine.ingest.writer import Writer

if TYPE_CHECKING:
    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.source import Source
    from logtui.engine.ingest.storage import Storage
    from logtui.store.dead_letters import DeadLetters

_RETRY_SECONDS: Final = 1.0


class Worker:
    """Fills a storage from a journal and keeps it in order.

    Args:
        source: Where records come from.
        storage: Where they go; it is closed with the worker.
        dead_letters: Where frames go that cannot be decoded.
        enrichment: What is added to each record.

    Attributes:
        storage: The storage.
        source: Where its records come from.
        writer: What fills it.
    """

    def __init__(
        self, source: Source, storage: Storage, dead_letters: DeadLetters, enrichment: Enrichment | None = None
    ) -> None:
        self.storage: Final = storage
        self.source: Final = source
        self.writer: Final = Writer(source, storage, dead_letters, enrichment)
        self._stop = threading.Event()
        self._give_up = threading.Event()
        self._writing = threading.Thread(
            target=self.writer.run, args=(self._stop, self._give_up), name="logtui-writer", daemon=True
        )
        self._chores = Chores(self._stop, _RETRY_SECONDS)
        storage.upkeep(self._chores)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def problems(self) -> dict[str, str]:
        """Why writing or what keeps the storage in order could not be done the last time; empty if all could."""
        problem = self.writer.written.problem
        return {**({"writing": problem} if problem else {}), **self._chores.problems}

    def start(self) -> Self:
        """Begin to work, once."""
        self._writing.start()
        self._chores.start()
        return self

    def close(self, seconds: float | None = None) -> None:
        """Write what the journal holds at this moment, and let go of the storage.

        Args:
            seconds: How long that may take; what is not written then stays in the journal. None for as long as needed.
        """
        self._stop.set()
        if self._writing.ident is not None:
            self._writing.join(seconds)
            self._give_up.set()
            self._writing.join()
        self._chores.join()
        self.storage.close()
