"""The queue between fronts and workers: the journal in the data folder, or one in Redis."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from logtui.engine.ingest.chores import begun
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.shared_queue import SharedQueue
from logtui.errors import ConfigError, JournalError
from logtui.server.logs import log

if TYPE_CHECKING:
    from contextlib import ExitStack

    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.queue_intake import QueueIntake
    from logtui.engine.ingest.source import Source
    from logtui.engine.ingest.storage import Storage
    from logtui.server.settings import ServerSettings
    from logtui.store.journal.redis import RedisJournal
    from logtui.store.journal.redis_shares import RedisShares


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


def queue_of_worker(url: str, above: int) -> RedisJournal:
    """The queue that a worker reads and trims.

    Args:
        url: The Redis and its database.
        above: A number above which no record is in the store, nor has been sent to it.

    Raises:
        ConfigError: If what is needed for Redis is not installed.
        JournalError: If Redis cannot be reached, or holds the records of another store.
    """
    _require_redis()
    from logtui.store.journal.redis import RedisJournal  # here, since the client of Redis is an extra

    return RedisJournal(url, above=above)


def source_in(queue: RedisJournal, storage: Storage, parts: ExitStack) -> Source:
    """Where a worker gets what it stores, whether others store records of the same queue or not.

    Args:
        queue: The queue.
        storage: What the worker fills.
        parts: Lets others have at the end what this one does not store.
    """
    # Here, since the client of Redis is an extra.
    from logtui.engine.ingest.clickhouse_storage import SharedClickHouseStorage
    from logtui.store.journal.redis_shares import HOLD_SECONDS, RedisShares

    if not isinstance(storage, SharedClickHouseStorage):
        return Gatherer(queue, storage)
    shares = RedisShares(queue)
    parts.callback(_leave, shares)
    parts.callback(begun("hold", shares.hold, HOLD_SECONDS).close)
    return SharedQueue(queue, shares, storage)


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


def _leave(shares: RedisShares) -> None:
    with suppress(JournalError):  # others get it some seconds later
        shares.leave()


def _require_redis() -> None:
    if not find_spec("redis"):
        raise ConfigError("redis is not installed", hint="pip install 'logtui[redis]'")
