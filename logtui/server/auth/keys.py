"""API keys: made once, shown once, kept as hashes in the data folder."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from logtui.errors import ConfigError, StoreError
from logtui.server.auth.rates import parsed_rate
from logtui.server.auth.scopes import Scope
from logtui.store.disk import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BOOTSTRAP: Final = "LOGTUI_BOOTSTRAP_KEY"
"""The environment variable with the first key, for containers."""

_FIRST: Final = "first"
_BOOTSTRAPPED: Final = "bootstrap"
_LEAST_LENGTH: Final = 16
_BUSY_SECONDS: Final = 10.0
_ADDED: Final = "ALTER TABLE key ADD COLUMN rate TEXT NOT NULL DEFAULT ''"
"""What the first servers' files lack."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS key (
    name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, tenants TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER, rate TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key.

    Attributes:
        name: Its name.
        scopes: What it may be used for.
        tenants: Whose records it may send; any if empty.
        created: When it was made, seconds since 1970.
        expires: When it ends, seconds since 1970; None if it does not.
        rate: How many requests it may be used for in a time, such as `1000/second`; empty for any number.
    """

    name: str
    scopes: frozenset[Scope]
    tenants: frozenset[str] = frozenset()
    created: int = 0
    expires: int | None = None
    rate: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether it has not ended."""
        return self.expires is None or time.time() < self.expires


class KeyRing:
    """The keys of a data folder. Any process may change them; a server sees that at the next request.

    Args:
        folder: The data folder; it must exist.

    Raises:
        StoreError: If the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "keys.sqlite"
        self._lock = Lock()
        self._version = -1
        self._keys: dict[bytes, ApiKey] = {}
        self._path.touch(mode=0o600)
        self._database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
        with self._changing() as database:
            database.executescript(_SCHEMA)
            if not database.execute("SELECT 1 FROM pragma_table_info('key') WHERE name = 'rate'").fetchone():
                database.execute(_ADDED)

    def find(self, text: str) -> ApiKey | None:
        """Find a key that is valid.

        Args:
            text: The key as it was sent.

        Returns:
            What is known of it; None if it is wrong, revoked or has ended.
        """
        with self._lock:
            self._refresh()
        # The comparison is of hashes: how long it takes says nothing about a key.
        found = self._keys.get(_hashed(text))
        return found if found and found.is_valid else None

    def create(
        self,
        scopes: Iterable[Scope],
        *,
        name: str = "",
        tenants: Iterable[str] = (),
        expires: int | None = None,
        rate: str = "",
    ) -> str:
        """Make a key.

        Args:
            scopes: What it may be used for.
            name: Its name; one is made up if it is empty.
            tenants: Whose records it may send; any if there are none.
            expires: When it ends, seconds since 1970.
            rate: How many requests it may be used for in a time, such as `1000/second`; any number if it is empty.

        Returns:
            The key, which is kept nowhere.

        Raises:
            ConfigError: If another key has the name, or the rate is none.
            StoreError: If the disk refuses.
        """
        if rate:
            parsed_rate(rate)
        key = f"logtui_{secrets.token_urlsafe(32)}"
        name = name or f"key-{secrets.token_hex(3)}"
        known = ApiKey(
            name=name,
            scopes=frozenset(scopes),
            tenants=frozenset(tenants),
            created=int(time.time()),
            expires=expires,
            rate=rate,
        )
        self._add(key, known)
        return key

    def known(self) -> list[ApiKey]:
        """All keys, by name."""
        with self._lock:
            self._refresh()
        return sorted(self._keys.values(), key=lambda key: key.name)

    def revoke(self, name: str) -> bool:
        """End a key; whether there was one of this name."""
        with self._changing() as database:
            return database.execute("DELETE FROM key WHERE name = ?", (name,)).rowcount > 0

    def first_key(self) -> str | None:
        """Make the first key if there is none, and write it to the file `first-key`, which its owner alone may read.

        `LOGTUI_BOOTSTRAP_KEY` takes its place, and is written nowhere.

        Returns:
            The key if it was made now.

        Raises:
            ConfigError: If the key in the environment is too short.
            StoreError: If the disk refuses.
        """
        if given := os.environ.get(BOOTSTRAP):
            self._bootstrap(given)
            return None
        if self.known():
            return None
        key = self.create(Scope, name=_FIRST)
        try:
            self.first_key_file.unlink(missing_ok=True)
            with whole_file(self.first_key_file) as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(f"{key}\n".encode())
        except OSError as error:
            self.revoke(_FIRST)
            raise StoreError(f"{self.first_key_file} cannot be written: {error}") from error
        return key

    @property
    def first_key_file(self) -> Path:
        """Where the first key is."""
        return self._folder / "first-key"

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _bootstrap(self, key: str) -> None:
        """Let a key of the environment be valid, and none that was there before."""
        if len(key) < _LEAST_LENGTH:
            raise ConfigError(f"{BOOTSTRAP} is too short: expected {_LEAST_LENGTH} characters or more")
        if not self.find(key):
            self.revoke(_BOOTSTRAPPED)
            self._add(key, ApiKey(name=_BOOTSTRAPPED, scopes=frozenset(Scope), created=int(time.time())))

    def _add(self, key: str, known: ApiKey) -> None:
        texts = ",".join(sorted(known.scopes)), "\n".join(sorted(known.tenants))
        row = (known.name, _hashed(key), *texts, known.created, known.expires, known.rate)
        try:
            with self._changing() as database:
                database.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            raise ConfigError(f"a key named {known.name!r} is there already", hint="revoke it first") from error

    def _refresh(self) -> None:
        """Read the keys again if another process has changed them; to ask for that takes microseconds."""
        try:
            (version,) = self._database.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                rows = self._database.execute("SELECT hash, name, scopes, tenants, created, expires, rate FROM key")
                self._keys = {digest: _known(*rest) for digest, *rest in rows}
                self._version = version
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction in a connection of its own, so that the one that reads hears of it as of any other's."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                yield database
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error


def _hashed(key: str) -> bytes:
    """The hash of a key: 256 random bits need no slow one."""
    return hashlib.sha256(key.encode()).digest()


def _known(name: str, scopes: str, tenants: str, created: int, expires: int | None, rate: str) -> ApiKey:
    return ApiKey(
        name=name,
        scopes=frozenset(map(Scope, scopes.split(","))),
        tenants=frozenset(tenants.split("\n")) - {""},
        created=created,
        expires=expires,
        rate=rate,
    )
