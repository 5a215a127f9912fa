"""A live store: records go in at one end, are durable at once, and are found in its dataset within a second."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.admission import HOLD_SECONDS, Admission
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.idempotency import Idempotency
from logtui.engine.ingest.worker import Worker
from logtui.engine.ingest.writer import position_of
from logtui.engine.search.datasets import dataset_of_store
from logtui.errors import StoreError
from logtui.store import Store
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournal
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.engine.ingest.enrich import Enrichment
    from logtui.engine.ingest.worker import Upkeep
    from logtui.store.journal import Batch

_TRIM_SECONDS: Final = 0.5


class Intake:
    """The receiving half of a live store: appends to its journal, and trims what is stored.

    Args:
        folder: Where it is.
        cap_bytes: What the journal may take until the worker has come after.
        hold_seconds: How long a batch waits while the journal is full.

    Attributes:
        journal: The journal, for those who read it.
        admission: What bounds the batches that wait.

    Raises:
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
    """

    def __init__(self, folder: DataFolder, cap_bytes: int = CAP_BYTES, hold_seconds: float = HOLD_SECONDS) -> None:
        self._folder = folder
        self.journal: Final = FileJournal(folder.journal, cap_bytes=cap_bytes, above=self.position)
        self.admission: Final = Admission(self.journal, hold_seconds=hold_seconds)
        try:
            self._idempotency = Idempotency(folder.idempotency, self.journal, self.admission.append_async)
        except StoreError:
            self.journal.close()
            raise
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._trim, name="logtui-trim", daemon=True)
        self._thread.start()

    @property
    def position(self) -> int:
        """The number of the last record that the worker has put into the store."""
        return self._folder.position

    def append(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""
        return self.admission.append(batch)

    async def append_async(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""
        return await self.admission.append_async(batch)

    async def append_once(self, batch: Batch) -> bool:
        """Keep a batch, unless one of the same key has been kept; see `Idempotency.append`."""
        return await self._idempotency.append(batch)

    def close(self) -> None:
        """Make durable what still waits, then let another process receive.

        Raises:
            JournalError: If the disk refuses to remove what it had refused to keep.
        """
        self._stop.set()
        self._thread.join()
        self.journal.close()

    def _trim(self) -> None:
        """Let go of what is in the store, again and again."""
        while not self._stop.wait(_TRIM_SECONDS):
            # Also when the position has not moved: a journal that has become full since may let go of more.
            with suppress(StoreError):  # What is not trimmed now is trimmed the next time; a full journal says so.
                self.journal.trim(self._idempotency.save(self.position))


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
        _make(path)
        self.dead_letters: Final = DeadLetters(folder.dead_letters)
        with ExitStack() as on_failure:
            self.intake: Final = Intake(folder, cap_bytes)
            on_failure.callback(self.intake.close)
            self.worker: Final = Worker(self.intake.journal, folder.store, self.dead_letters, enrichment, upkeep)
            on_failure.callback(self.worker.close)
            self._reader = Store(folder.store)
            on_failure.pop_all()
        self.dataset: Final = dataset_of_store(self._reader)
        self.worker.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def notices(self) -> tuple[str, ...]:
        """What was cut from the journal and what was damaged in it when it was opened, a line for each."""
        return self.intake.journal.recovery.notices

    @property
    def behind(self) -> int:
        """Records that are durable and not yet stored."""
        return max(0, self.intake.journal.last - position_of(self._reader))

    def close(self) -> None:
        """Store what is in the journal, and let go of the folder.

        Raises:
            JournalError: If the disk refuses to remove what it had refused to keep; everything is closed then, too.
        """
        with ExitStack() as parts:
            parts.callback(self._reader.close)
            parts.callback(self.worker.close)
            parts.callback(self.intake.close)  # the first to be closed: then nothing comes any more


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot make the folder: {error.strerror}") from error
