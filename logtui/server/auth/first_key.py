"""The key by which a server is used before anybody has made one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from logtui.errors import ConfigError, StoreConnectionError, StoreError
from logtui.server.auth.scopes import Scope
from logtui.server.logs import log
from logtui.store.disk import whole_file

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.server.auth.keys import KeyRing

BOOTSTRAP: Final = "LOGTUI_BOOTSTRAP_KEY"
"""The environment variable with the first key, for containers."""

_FIRST: Final = "first"
_LEAST_LENGTH: Final = 16


def first_key(ring: KeyRing, folder: Path) -> str | None:
    """Make the first key if there is none, and write it to the file `first-key`, which its owner alone may read.

    `LOGTUI_BOOTSTRAP_KEY` takes its place: it is a key of this process, and is written nowhere.

    Args:
        ring: The keys.
        folder: The data folder, for the file.

    Returns:
        The key if it was made now.

    Raises:
        ConfigError: If the key in the environment is too short.
        StoreError: If the disk refuses.
    """
    if given := os.environ.get(BOOTSTRAP):
        _grant(ring, given)
        return None
    try:
        if ring.known():
            return None
        key = ring.create(Scope, name=_FIRST)
    except StoreConnectionError as error:
        log.warning("no first key was made", problem=str(error))
        return None
    except ConfigError:
        return None  # another front has made it at this moment
    _write(ring, folder / "first-key", key)
    log.info("a first key was made", file=str(folder / "first-key"))
    return key


def _grant(ring: KeyRing, key: str) -> None:
    if len(key) < _LEAST_LENGTH:
        raise ConfigError(f"{BOOTSTRAP} is too short: expected {_LEAST_LENGTH} characters or more")
    ring.grant(key)


def _write(ring: KeyRing, file: Path, key: str) -> None:
    """Write the key, or revoke it, since nobody would know it."""
    try:
        file.unlink(missing_ok=True)
        with whole_file(file) as opened:
            os.fchmod(opened.fileno(), 0o600)
            opened.write(f"{key}\n".encode())
    except OSError as error:
        ring.revoke(_FIRST)
        raise StoreError(f"{file} cannot be written: {error}") from error
