"""The receiving half of a live store whose journal is in Redis: any number of processes have one at once."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.admission import HOLD_SECONDS, Admission
from logtui.errors import JournalError, StoreError
from logtui.store.journal.file import CAP_BYTES, lock_journal
from logtui.store.journal.redis import RedisJournal

if TYPE_CHECKING:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.store.journal import Batch


class QueueIntake:
    """An `Intake` that appends to a journal in Redis, which the worker trims.

    Args:
        url: The server and its database, such as `redis://HOST:6379/0`.
        folder: The data folder of this process. Nobody appends to a journal of files in it meanwhile.
        cap_bytes: What the journal may take until the worker has come after.
        hold_seconds: How long a batch waits while the journal is full.

    Attributes:
        journal: The journal.
        admission: What bounds the batches that wait.

    Raises:
        StoreBusyError: If another process receives for this folder, without Redis.
        StoreError: If the disk refuses, or records wait in a journal of files.
        JournalError: If Redis cannot be reached, or is not to be trusted with records.
    """

    def __init__(
        self, url: str, folder: DataFolder, cap_bytes: int = CAP_BYTES, hold_seconds: float = HOLD_SECONDS
    ) -> None:
        self._lock = _lock(folder)
        try:
            _check_stored(folder)
            self.journal: Final = RedisJournal(url, cap_bytes=cap_bytes, above=folder.position)
        except StoreError:
            os.close(self._lock)
            raise
        self.admission: Final = Admission(self.journal, hold_seconds=hold_seconds)

    @property
    def position(self) -> int:
        """The number of the last record that the worker has let go of, soon after it was stored."""
        return self.journal.trimmed

    @property
    def problem(self) -> str | None:
        """Why Redis cannot be used now; None if it can."""
        try:
            self.journal.last  # noqa: B018 -- Redis is asked, so that a front that nobody sends to is well again, too
        except JournalError as error:
            return str(error)
        return None

    @property
    def published(self) -> list[bytes]:
        """What each worker has published of itself lately."""
        return self.journal.published

    def append(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""
        return self.admission.append(batch)

    async def append_async(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""
        return await self.admission.append_async(batch)

    async def append_once(self, batch: Batch) -> bool:
        """Keep a batch, unless one of the same key has been kept by any process; see `RedisJournal.append_once`."""
        return await self.admission.held(batch, self.journal.append_once)

    def close(self) -> None:
        """Make durable what still waits."""
        self.journal.close()
        os.close(self._lock)


def _lock(folder: DataFolder) -> int:
    try:
        folder.journal.mkdir(mode=0o700, parents=True, exist_ok=True)
        return lock_journal(folder.journal, fcntl.LOCK_SH)
    except OSError as error:
        raise StoreError(f"{folder.journal}: {error.strerror}") from error


def _check_stored(folder: DataFolder) -> None:
    """Records that were received without Redis would not be read any more."""
    if waiting := folder.waiting:
        raise StoreError(
            f"{waiting:,} records wait in the journal of {folder.path}",
            hint="serve without --queue until they are stored",
        )
