"""A live store: records go in at one end, are durable at once, and are found in its dataset within a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.idempotency import Idempotency
from logtui.engine.ingest.worker import Worker
from logtui.engine.ingest.writer import POSITION, position_of
from logtui.engine.search.datasets import dataset_of_store
from logtui.errors import StoreError
from logtui.store import Store, peek
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournal
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.worker import Upkeep
    from logtui.store.journal import Batch

_TRIM_SECONDS: Final = 0.5


class DataFolder:
    """Where the parts of a live store are.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.store: Final = path / "store"
        self.journal: Final = path / "journal"
        self.dead_letters: Final = path / "dead-letters.sqlite"
        self.idempotency: Final = path / "idempotency.sqlite"


class Intake:
    """The receiving half of a live store: what is appended to its journal, and when that may go.

    Args:
        folder: Where it is.
        cap_bytes: What the journal may take until the worker has come after.

    Attributes:
        journal: The journal, open for appending.

    Raises:
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
    """

    def __init__(self, folder: DataFolder, cap_bytes: int = CAP_BYTES) -> None:
        self._folder = folder
        self.journal: Final = FileJournal(folder.journal, cap_bytes=cap_bytes, above=self.position)
        try:
            self._idempotency = Idempotency(folder.idempotency, self.journal)
        except StoreError:
            self.journal.close()
            raise
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._trim, name="logtui-trim", daemon=True)
        self._thread.start()

    @property
    def position(self) -> int:
        """The number of the last record that the worker has put into the store."""
        return int(peek(self._folder.store, POSITION) or 0)

    async def append(self, batch: Batch) -> bool:
        """Append a batch to the journal, unless a batch of the same key has been; see `Idempotency.append`."""
        return await self._idempotency.append(batch)

    def close(self) -> None:
        """Make durable what still waits, then let another process receive."""
        self._stop.set()
        self._thread.join()
        self.journal.close()

    def _trim(self) -> None:
        """Let go of what is in the store, again and again."""
        trimmed = 0
        while not self._stop.wait(_TRIM_SECONDS):
            try:
                position = self.position
                if position > trimmed:
                    self.journal.trim(self._idempotency.save(position))
                    trimmed = position
            except StoreError:
                continue  # What is not trimmed now is trimmed the next time; a full journal says so itself.


class LiveStore:
    """A live store in one process: both halves and the dataset of what they have stored.

    Args:
        path: Its folder; it is made if it is missing.
        cap_bytes: What the journal may take until the worker has come after.
        enrichment: What is added to each record.
        upkeep: What becomes of the records later.

    Attributes:
        intake: Where records go in.
        worker: What stores them.
        dead_letters: Records that were not taken.
        dataset: The records that are stored.

    Raises:
        StoreBusyError: If another process has it open.
        StoreError: If the disk refuses.
    """

    def __init__(
        self,
        path: Path,
        *,
        cap_bytes: int = CAP_BYTES,
        enrichment: Enrichment | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        folder = DataFolder(path)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.dead_letters: Final = DeadLetters(folder.dead_letters)
        self.intake: Final = Intake(folder, cap_bytes)
        try:
            self.worker: Final = Worker(self.intake.journal, folder.store, self.dead_letters, enrichment, upkeep)
        except StoreError:
            self.intake.close()
            raise
        self._reader = Store(folder.store)
        self.dataset: Final = dataset_of_store(self._reader)
        self.worker.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def behind(self) -> int:
        """Records that are durable and not yet stored."""
        return max(0, self.intake.journal.last - position_of(self._reader))

    def close(self) -> None:
        """Store what is in the journal, and let go of the folder."""
        self.intake.close()
        self.worker.close()
        self._reader.close()
