"""The receiving half of a live store whose journal is in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.admission import HOLD_SECONDS, Admission
from logtui.engine.ingest.chores import begun
from logtui.engine.ingest.idempotency import Idempotency
from logtui.engine.ingest.intake import TRIM_SECONDS
from logtui.errors import StoreError
from logtui.store.journal import FileJournal
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.store.journal import Batch


class FolderIntake:
    """An `Intake` that appends to the journal of a folder, and trims what is stored.

    Args:
        folder: Where it is.
        cap_bytes: What the journal may take until the worker has come after.
        hold_seconds: How long a batch waits while the journal is full.

    Attributes:
        journal: The journal, for those who read it.
        admission: What bounds the batches that wait.
        problem: None, since whoever watches the disk knows.
        published: Empty, since the worker has the same folder.

    Raises:
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
    """

    problem: Final = None
    published: Final = ()

    def __init__(self, folder: DataFolder, cap_bytes: int = CAP_BYTES, hold_seconds: float = HOLD_SECONDS) -> None:
        self._folder = folder
        self.journal: Final = FileJournal(folder.journal, cap_bytes=cap_bytes, above=self.position)
        self.admission: Final = Admission(self.journal, hold_seconds=hold_seconds)
        try:
            self._idempotency = Idempotency(folder.idempotency, self.journal, self.admission.append_async)
        except StoreError:
            self.journal.close()
            raise
        self._trimming = begun("trim", self._trim, TRIM_SECONDS)

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
        self._trimming.close()
        self.journal.close()

    def _trim(self) -> None:
        """Let go of what is stored, also when no more is: a journal that has become full since may let go of more."""
        self.journal.trim(self._idempotency.save(self.position))
