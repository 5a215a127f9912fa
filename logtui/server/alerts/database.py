"""The store of alerts, opened when it is first needed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

from logtui.engine.ingest.data_folder import DataFolder

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.alerts.keeping.base import AlertStore
    from logtui.server.settings import ServerSettings


class AlertDatabase:
    """Opens the store of alerts once, so that records are taken also while its database cannot be reached.

    Args:
        url: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`; empty for the file.
        file: The file of SQLite that is used without a URL.
    """

    def __init__(self, url: str, file: Path) -> None:
        self._url = url or f"sqlite:///{quote(str(file))}"
        self._file = None if url else file
        self._store: AlertStore | None = None
        self._lock = Lock()

    @property
    def exists(self) -> bool:
        """Whether there may be alerts: a file that nobody has made yet holds none."""
        return self._file is None or self._file.is_file()

    def store(self) -> AlertStore:
        """The store; the next call tries again if it cannot be opened.

        Raises:
            AlertError: If it cannot be opened.
        """
        with self._lock:
            if self._store is None:
                # SQLAlchemy and Alembic take 0.5 s to load, which a server that takes records does not wait for.
                from logtui.alerts.keeping.sql import SqlStore

                self._store = SqlStore(self._url)
            return self._store

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def database_of(settings: ServerSettings) -> AlertDatabase:
    """The store of alerts that is set; that of the data folder if none is."""
    return AlertDatabase(settings.alerts_url or "", DataFolder(settings.data).alerts)
