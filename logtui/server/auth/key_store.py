"""Where keys are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.server.auth.api_key import ApiKey

    KnownKeys = Mapping[bytes, ApiKey]


class KeyStore(Protocol):
    """Keeps keys as hashes; any process may change them."""

    def keys(self) -> KnownKeys:
        """What is known of all keys, by their hashes.

        Raises:
            StoreError: If they cannot be read.
        """
        ...

    def add(self, digest: bytes, key: ApiKey) -> bool:
        """Add a key durably; whether no other one has its name or its hash.

        Raises:
            StoreError: If it cannot be kept.
        """
        ...

    def remove(self, name: str) -> bool:
        """Remove a key; whether there was one of this name.

        Raises:
            StoreError: If it cannot be removed.
        """
        ...

    @property
    def warning(self) -> str | None:
        """Why changes of others may not be seen now, although keys are taken; None if they are."""
        ...

    @property
    def problem(self) -> str | None:
        """Why no key is taken; None if they are."""
        ...

    def close(self) -> None:
        """Let go of the file or the database."""
        ...
