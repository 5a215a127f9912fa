"""Brings what a server has stored to the present versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.ingest.data_folder import DataFolder
from logtui.errors import StoreError
from logtui.server.alerts.database import database_of
from logtui.server.storing import check_named, connect
from logtui.store import Store
from logtui.store.clickhouse import schema
from logtui.store.migrations import VERSION
from logtui.store.store import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.server.settings import ServerSettings


def migrations(settings: ServerSettings) -> Iterator[str]:
    """Migrate the records and the alerts of a server; what is not there yet is made by the server itself.

    Args:
        settings: What is set.

    Yields:
        What has been done, a line for each.

    Raises:
        StoreBusyError: If a server runs on the data folder.
        StoreVersionError: If a newer program has written the records.
        StoreError: If these cannot be reached.
        AlertError: If the alerts cannot be reached, or a newer program has written them.
    """
    if not settings.data.is_dir():
        raise StoreError(f"{settings.data}: no such folder")
    folder = DataFolder(settings.data)
    check_named(settings, folder)
    yield _records(settings, folder)
    yield _alerts(settings, folder)


def _records(settings: ServerSettings, folder: DataFolder) -> str:
    if settings.store:
        with connect(settings) as connection:
            schema.migrate(connection)
            return f"{connection.name}: records have version {schema.VERSION}"
    if not (folder.store / CATALOGUE).is_file():
        return f"{folder.store}: no records yet"
    with Store(folder.store, writable=True, by_day=True):
        return f"{folder.store}: records have version {VERSION}"


def _alerts(settings: ServerSettings, folder: DataFolder) -> str:
    database, place = database_of(settings), "--alerts-url" if settings.alerts_url else folder.alerts
    if not database.exists:
        return f"{place}: no alerts yet"
    try:
        database.store()
    finally:
        database.close()
    return f"{place}: alerts have the newest version"
