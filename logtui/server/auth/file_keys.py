"""Keys in a file of the data folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from logtui.errors import StoreError
from logtui.server.auth.api_key import ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.server.auth.key_store import KnownKeys

_BUSY_SECONDS: Final = 10.0
_ADDED: Final = "ALTER TABLE key ADD COLUMN rate TEXT NOT NULL DEFAULT ''"
"""What the first servers' files lack."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS key (
    name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, tenants TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER, rate TEXT NOT NULL
);
"""
_INSERT: Final = (
    "INSERT OR IGNORE INTO key (hash, name, scopes, tenants, created, expires, rate)"
    " VALUES (:hash, :name, :scopes, :tenants, :created, :expires, :rate)"
)


class FileKeys:
    """Keeps keys as `KeyStore` says; what another process changes is seen at once.

    Args:
        folder: The data folder; it must exist.

    Attributes:
        warning: See `KeyStore`; a file is always read.
        problem: See `KeyStore`; a file that cannot be read is an error of the request.

    Raises:
        StoreError: If the disk refuses.
    """

    warning: Final = None
    problem: Final = None

    def __init__(self, folder: Path) -> None:
        self._path = folder / "keys.sqlite"
        self._lock = Lock()
        self._version = -1
        self._keys: KnownKeys = {}
        self._path.touch(mode=0o600)
        self._database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
        with self._changing() as database:
            database.executescript(_SCHEMA)
            if not database.execute("SELECT 1 FROM pragma_table_info('key') WHERE name = 'rate'").fetchone():
                database.execute(_ADDED)

    def keys(self) -> KnownKeys:
        """See `KeyStore`."""
        with self._lock:
            self._refresh()
            return self._keys

    def add(self, digest: bytes, key: ApiKey) -> bool:
        """See `KeyStore`."""
        with self._changing() as database:
            return database.execute(_INSERT, {"hash": digest, **key.row}).rowcount > 0

    def remove(self, name: str) -> bool:
        """See `KeyStore`."""
        with self._changing() as database:
            return database.execute("DELETE FROM key WHERE name = ?", (name,)).rowcount > 0

    def close(self) -> None:
        """See `KeyStore`."""
        self._database.close()

    def _refresh(self) -> None:
        """Read the keys again if another process has changed them; to ask for that takes microseconds."""
        try:
            (version,) = self._database.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                rows = self._database.execute("SELECT hash, name, scopes, tenants, created, expires, rate FROM key")
                self._keys = {digest: ApiKey.of_row(*rest) for digest, *rest in rows}
                self._version = version
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction in a connection of its own, so that the one that reads hears of it as of any other's."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error
