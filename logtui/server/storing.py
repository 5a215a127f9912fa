"""Where the records of a server are kept: in its data folder, or in ClickHouse."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from logtui.alerts.news import NewsOfParts
from logtui.alerts.notify.secrets import resolve_secret
from logtui.engine.ingest.embedded_storage import EmbeddedStorage, Upkeep
from logtui.engine.ingest.position import position_of
from logtui.engine.search.datasets import (
    dataset_of_connection,
    dataset_of_store,
    news_of_connection,
    parts_of_store,
)
from logtui.errors import ConfigError, StoreConnectionError, StoreError
from logtui.server.search.searched_store import SearchedStore
from logtui.server.settings import Raw
from logtui.store import Retention
from logtui.store.clickhouse.address import ServerAddress, connected, parsed
from logtui.store.clickhouse.claim import journals_of, reached_in
from logtui.store.clickhouse.schema import migrate

if TYPE_CHECKING:
    from logtui.alerts.news import News
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.storage import Storage
    from logtui.engine.search.dataset import Dataset
    from logtui.server.search.searched import Searched
    from logtui.server.settings import ServerSettings
    from logtui.store.clickhouse.connection import Connection
    from logtui.store.journal.redis import RedisJournal

_DAY: Final = timedelta(days=1)


def join_store(settings: ServerSettings, folder: DataFolder) -> None:
    """Make sure that the store that is set is that of the data folder, from the first start on.

    Args:
        settings: What is set.
        folder: The data folder.

    Raises:
        StoreError: If the folder belongs to another store, or the store to another server, or cannot be reached at the
            first start.
        LogtuiError: If a library for it is not installed.
    """
    check_named(settings, folder)
    # With a queue its workers do that, who have one name for all their folders.
    if settings.store and not settings.queue:
        from logtui.engine.ingest.clickhouse_storage import join  # here, since others do without it

        join(partial(connect, settings), folder, partial(secrets.token_hex, 8))


def join_shared_store(settings: ServerSettings, folder: DataFolder, queue: RedisJournal) -> None:
    """Make sure that the store that is set is that of the queue, and of the data folder, from the first start on.

    Args:
        settings: What is set.
        folder: The data folder.
        queue: The queue.

    Raises:
        StoreError: If the records of the queue go to another store, those of another server come to this one, or it
            cannot be reached at the first start.
        JournalError: If Redis cannot be reached.
    """
    from logtui.engine.ingest.clickhouse_storage import join  # here, since others do without it

    join(partial(connect, settings), folder, partial(_name_of, settings, queue))


def reached_of(settings: ServerSettings, folder: DataFolder) -> int:
    """A number above which no record is in the store, nor has been sent to it.

    Args:
        settings: What is set.
        folder: The data folder. What it knows counts while the store cannot be reached.

    Raises:
        StoreError: If the store refuses, or cannot be reached at the first start.
    """
    if settings.store is None:
        return folder.position
    try:
        with connect(settings) as connection:
            migrate(connection)
            return reached_in(connection)
    except StoreConnectionError:
        if not folder.clickhouse.exists():
            raise
        return folder.position


def _name_of(settings: ServerSettings, queue: RedisJournal) -> str:
    """The name by which a store knows a queue: the one that the first worker has given it."""
    name = queue.store
    if name is None:
        return queue.name
    with connect(settings) as connection:
        if name not in journals_of(connection):
            raise StoreError(f"the records in {queue.place} go to another store than {connection.name}")
    return name


def check_named(settings: ServerSettings, folder: DataFolder) -> None:
    """Make sure that a store elsewhere, to which the records of a data folder have gone, is not forgotten.

    Raises:
        StoreError: If it is.
    """
    if settings.store is None and folder.clickhouse.exists():
        hint = "name it with --store, or use another data folder"
        raise StoreError(f"the records of {folder.path} are in ClickHouse", hint=hint)


def storage_of(settings: ServerSettings, folder: DataFolder) -> Storage:
    """Open what a worker fills.

    Args:
        settings: What is set.
        folder: The data folder.

    Raises:
        StoreBusyError: If another worker runs on the data folder.
        StoreError: If the disk or the database refuses.
    """
    if settings.store is None:
        retention = Retention(settings.retention_age, settings.retention_size)
        upkeep = Upkeep(retention, settings.archive, rebuilds_raw=settings.raw == Raw.REBUILT)
        return EmbeddedStorage(folder.store, upkeep)
    # Here, since others do without it.
    from logtui.engine.ingest.clickhouse_storage import ClickHouseStorage, SharedClickHouseStorage

    kind = SharedClickHouseStorage if settings.queue else ClickHouseStorage
    return kind(partial(connect, settings), folder, _days(settings.retention_age))


def searched_of(settings: ServerSettings, folder: DataFolder) -> Searched:
    """What a front searches; it is opened when it is first needed.

    Args:
        settings: What is set.
        folder: The data folder.
    """
    if settings.store is None:
        return SearchedStore(folder.store)
    from logtui.server.search.searched_clickhouse import SearchedClickHouse  # here, since others do without it

    return SearchedClickHouse(partial(connect, settings))


def watched_of(settings: ServerSettings, storage: Storage) -> tuple[Dataset, News]:
    """The records that a worker stores and those that are new, as alerts see them.

    Args:
        settings: What is set.
        storage: What the worker fills.

    Raises:
        StoreError: If the store cannot be reached.
    """
    if isinstance(storage, EmbeddedStorage):
        store = storage.store
        return dataset_of_store(store), NewsOfParts(parts_of_store(store), lambda: position_of(store))
    connection = connect(settings)
    return dataset_of_connection(connection), news_of_connection(connection)


def connect(settings: ServerSettings) -> Connection:
    """Connect to the ClickHouse that is set.

    Raises:
        ConfigError: If none is set.
        LogtuiError: If its password is not where it should be, or a library for it is not installed.
        StoreError: If it refuses, or cannot be reached.
    """
    if settings.store is None:
        raise ConfigError("no store is set", hint="--store clickhouse://USER@HOST:8123/DATABASE")
    address = parsed(settings.store)
    if settings.store_password and isinstance(address, ServerAddress):
        address = replace(address, password=resolve_secret(settings.store_password))
    return connected(address)


def _days(age: timedelta | None) -> int | None:
    """Whole days, since ClickHouse lets go of whole parts; never fewer than asked for."""
    return None if age is None else -(-age // _DAY)
