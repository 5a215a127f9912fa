"""Keys that are remembered, so that no request waits for a database and its short absence is bridged."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from logtui.errors import StoreConnectionError, line_of_error

if TYPE_CHECKING:
    from logtui.server.auth.api_key import ApiKey
    from logtui.server.auth.key_store import KeyStore, KnownKeys

READ_SECONDS: Final = 1.0
"""The pause between two readings: what another front changes is seen after it."""

TRUSTED_SECONDS: Final = 120.0
"""How long keys are taken without a reading: longer than a PostgreSQL takes to start again or to be replaced."""

_LATE_SECONDS: Final = 5.0
"""After that, a reading that takes so long is said."""

_CLOSE_SECONDS: Final = 2.0
_NEVER: Final = float("-inf")


class RememberedKeys:
    """Keeps keys as `KeyStore` says, and reads those of another store again and again in a thread.

    The first reading is done at once. A database that stands still holds the thread and nobody else.

    Args:
        store: The other one, which is closed with this one.
        read_seconds: The pause between two readings.
        trusted_seconds: How long keys are taken after the last reading.
    """

    def __init__(
        self, store: KeyStore, *, read_seconds: float = READ_SECONDS, trusted_seconds: float = TRUSTED_SECONDS
    ) -> None:
        self._store = store
        self._read_seconds = read_seconds
        self._trusted_seconds = trusted_seconds
        self._known: KnownKeys = {}
        self._read_at = _NEVER
        self._failure: str | None = None
        self._stop = Event()
        self._read()
        self._thread = Thread(target=self._read_again, name="logtui-keys", daemon=True)
        self._thread.start()

    def keys(self) -> KnownKeys:
        """See `KeyStore`."""
        if problem := self.problem:
            raise StoreConnectionError(problem)
        return self._known

    def add(self, digest: bytes, key: ApiKey) -> bool:
        """See `KeyStore`."""
        is_added = self._store.add(digest, key)
        self._read()
        return is_added

    def remove(self, name: str) -> bool:
        """See `KeyStore`."""
        is_removed = self._store.remove(name)
        self._read()
        return is_removed

    @property
    def warning(self) -> str | None:
        """See `KeyStore`."""
        left = self._trusted_seconds - self._age
        if left < 0 or (self._failure is None and self._age <= _LATE_SECONDS):
            return None
        return f"{self._reason}; those known are taken for {left:.0f} s more"

    @property
    def problem(self) -> str | None:
        """See `KeyStore`."""
        return self._reason if self._age > self._trusted_seconds else None

    def close(self) -> None:
        """See `KeyStore`."""
        self._stop.set()
        self._thread.join(_CLOSE_SECONDS)
        self._store.close()

    @property
    def _age(self) -> float:
        """Seconds since the last reading began."""
        return time.monotonic() - self._read_at

    @property
    def _reason(self) -> str:
        return f"keys cannot be read: {self._failure or 'the database does not answer'}"

    def _read_again(self) -> None:
        while not self._stop.wait(self._read_seconds):
            self._read()

    def _read(self) -> None:
        began = time.monotonic()
        try:
            self._known = self._store.keys()
        except Exception as error:  # Whatever it is, a thread that ended would not be missed by anybody.
            self._failure = line_of_error(error)
        else:
            self._read_at, self._failure = began, None
