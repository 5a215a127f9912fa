"""A live store: records go in at one end, are durable at once, and are found in its dataset within a second."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.embedded_storage import EmbeddedStorage
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.position import position_of
from logtui.engine.ingest.worker import Worker
from logtui.engine.search.datasets import dataset_of_store
from logtui.errors import StoreError
from logtui.store import Store
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.engine.ingest.embedded_storage import Upkeep
    from logtui.engine.ingest.enrich import Enrichment


class LiveStore:
    """A live store in one process: both halves and the dataset of what they have stored.

    Args:
        path: Its folder; it is made if it is missing.
        cap_bytes: What the journal may take until the worker has come after.
        enrichment: What is added to each record.
        upkeep: What becomes of the records later.

    Attributes:
        intake: Where records go in.
        storage: Where they are stored.
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
            self.intake: Final = FolderIntake(folder, cap_bytes)
            on_failure.callback(self.intake.close)
            self.storage: Final = EmbeddedStorage(folder.store, upkeep)
            on_failure.callback(self.storage.close)
            source = Gatherer(self.intake.journal, self.storage)
            self.worker: Final = Worker(source, self.storage, self.dead_letters, enrichment)
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
