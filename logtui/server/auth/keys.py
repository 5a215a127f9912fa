"""API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final

from logtui.errors import ConfigError
from logtui.server.auth.api_key import ApiKey, hashed
from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.rates import parsed_rate
from logtui.server.auth.remembered_keys import RememberedKeys
from logtui.server.auth.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.server.auth.key_store import KeyStore
    from logtui.server.settings import ServerSettings

_OF_ENVIRONMENT: Final = "bootstrap"


class KeyRing:
    """The keys of a server, or of several that share them.

    Args:
        store: Where they are kept, which is closed with the ring.
    """

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._granted: dict[bytes, ApiKey] = {}

    def find(self, text: str) -> ApiKey | None:
        """Find a key that is valid.

        Args:
            text: The key as it was sent.

        Returns:
            What is known of it; None if it is wrong, revoked or has ended.

        Raises:
            StoreError: If the keys cannot be read.
        """
        # The comparison is of hashes: how long it takes says nothing about a key.
        digest = hashed(text)
        found = self._granted.get(digest) or self._store.keys().get(digest)
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
            StoreError: If it cannot be kept.
        """
        if rate:
            parsed_rate(rate)
        text = f"logtui_{secrets.token_urlsafe(32)}"
        key = ApiKey(
            name=name or f"key-{secrets.token_hex(3)}",
            scopes=frozenset(scopes),
            tenants=frozenset(tenants),
            created=int(time.time()),
            expires=expires,
            rate=rate,
        )
        if not self._store.add(hashed(text), key):
            raise ConfigError(f"a key named {key.name!r} is there already", hint="revoke it first")
        return text

    def grant(self, text: str) -> None:
        """Take a key with all scopes for as long as this process runs; it is kept nowhere, and needs no store."""
        key = ApiKey(name=_OF_ENVIRONMENT, scopes=frozenset(Scope), created=int(time.time()))
        self._granted[hashed(text)] = key

    def known(self) -> list[ApiKey]:
        """All keys that are kept, by name.

        Raises:
            StoreError: If they cannot be read.
        """
        return sorted(self._store.keys().values(), key=lambda key: key.name)

    def revoke(self, name: str) -> bool:
        """End a key; whether there was one of this name.

        Raises:
            StoreError: If that cannot be kept.
        """
        return self._store.remove(name)

    @property
    def warning(self) -> str | None:
        """Why changes by others may not be seen now, although keys are taken; None if they are."""
        return self._store.warning

    @property
    def problem(self) -> str | None:
        """Why no key is taken; None if they are."""
        return self._store.problem

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()


def kept_keys(settings: ServerSettings) -> KeyStore:
    """Where the keys of a server are: in the PostgreSQL of its alerts, else in its data folder, which must exist.

    Raises:
        StoreError: If the disk refuses.
    """
    url = settings.alerts_url or ""
    if not url.startswith(("postgresql:", "postgres:")):
        return FileKeys(settings.data)
    from logtui.server.auth.shared_keys import SharedKeys  # SQLAlchemy, of which a server without it has no need

    return SharedKeys(url)


def key_ring_of(settings: ServerSettings) -> KeyRing:
    """The keys as a front has them, for whose requests a database is not asked.

    Raises:
        StoreError: If the disk refuses.
    """
    kept = kept_keys(settings)
    return KeyRing(kept if isinstance(kept, FileKeys) else RememberedKeys(kept))
