"""The queue between fronts and worker: the journal in the data folder, or one in Redis."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.errors import ConfigError
from logtui.server.logs import log

if TYPE_CHECKING:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.queue_intake import QueueIntake
    from logtui.server.settings import ServerSettings
    from logtui.store.journal.redis import RedisJournal


def intake_of(settings: ServerSettings, folder: DataFolder) -> FolderIntake | QueueIntake:
    """Where a front puts records.

    Args:
        settings: What is set.
        folder: The data folder.

    Raises:
        ConfigError: If a Redis is set, and what is needed for it is not installed.
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
        JournalError: If Redis cannot be reached, or is not to be trusted with records.
    """
    if not settings.queue:
        return FolderIntake(folder, settings.journal_bytes, settings.hold_seconds)
    _require_redis()
    from logtui.engine.ingest.queue_intake import QueueIntake  # here, since the client of Redis is an extra

    return QueueIntake(settings.queue, folder, settings.journal_bytes, settings.hold_seconds)


def queue_of_worker(url: str, folder: DataFolder) -> RedisJournal:
    """The queue that a worker reads and trims.

    Args:
        url: The Redis and its database.
        folder: The data folder, which its store is in.

    Raises:
        ConfigError: If what is needed for Redis is not installed.
        JournalError: If Redis cannot be reached, or holds the records of another store.
    """
    _require_redis()
    from logtui.store.journal.redis import RedisJournal  # here, since the client of Redis is an extra

    return RedisJournal(url, above=folder.position)


def claim(queue: RedisJournal, name: str, position: int) -> None:
    """Have a store be the one that gets the records of a queue.

    Args:
        queue: The queue.
        name: The name of the store.
        position: All records up to this number are in it.

    Raises:
        JournalError: If another store gets them, or Redis cannot be reached.
    """
    queue.claim(name)
    if (missing := queue.trimmed - position) > 0:
        log.warning("the store lacks records that were taken from the queue", records=missing)


def _require_redis() -> None:
    if not find_spec("redis"):
        raise ConfigError("redis is not installed", hint="pip install 'logtui[redis]'")
