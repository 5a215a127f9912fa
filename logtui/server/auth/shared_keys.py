"""Keys in the database of the alerts, for fronts on several machines."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from logtui.alerts.keeping.database import Database
from logtui.alerts.keeping.tables import API_KEYS
from logtui.errors import AlertError, StoreConnectionError
from logtui.server.auth.api_key import ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.server.auth.key_store import KnownKeys

_COLUMNS: Final = [API_KEYS.c[name] for name in ("hash", "name", "scopes", "tenants", "created", "expires", "rate")]


class SharedKeys:
    """Keeps keys as `KeyStore` says. The database is opened by the first call, and by the next one if that fails.

    Args:
        url: `postgresql://USER:PASSWORD@HOST/NAME`, or `sqlite:///PATH`.

    Attributes:
        warning: See `KeyStore`; each call asks the database.
        problem: See `KeyStore`; a database that cannot be reached is an error of the call.
    """

    warning: Final = None
    problem: Final = None

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Database | None = None
        self._lock = Lock()

    def keys(self) -> KnownKeys:
        """See `KeyStore`."""
        with self._explained(), self._database().reading() as connection:
            return {digest: ApiKey.of_row(*rest) for digest, *rest in connection.execute(select(*_COLUMNS))}

    def add(self, digest: bytes, key: ApiKey) -> bool:
        """See `KeyStore`."""
        with self._explained(), (database := self._database()).writing() as connection:
            row = database.insert(API_KEYS).values({"hash": digest, **key.row}).on_conflict_do_nothing()
            return connection.execute(row.returning(API_KEYS.c.name)).first() is not None

    def remove(self, name: str) -> bool:
        """See `KeyStore`."""
        with self._explained(), self._database().writing() as connection:
            return connection.execute(delete(API_KEYS).where(API_KEYS.c.name == name)).rowcount > 0

    def close(self) -> None:
        """See `KeyStore`."""
        # Without the lock: whoever opens a database that stands still must not hold up the end.
        if self._opened:
            self._opened.close()

    def _database(self) -> Database:
        with self._lock:
            if self._opened is None:
                self._opened = Database(self._url)
            return self._opened

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except AlertError as error:
            raise StoreConnectionError(error.message, hint=error.hint) from error
