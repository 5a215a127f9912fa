"""Connections to a SQLite file with a write-ahead log, also in a folder that cannot be written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from logtui.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUSY_SECONDS: Final = 10.0
_TRIES: Final = 5


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a connection for one transaction; errors of SQLite become `StoreError`s.

    Args:
        path: The file; it is made if it is missing.

    Raises:
        StoreError: If SQLite refuses, or what was read without its locks was written meanwhile.
    """
    try:
        if os.access(path.parent, os.W_OK):
            with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database, database:
                yield database
        else:
            yield from _read_only(path)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from error


def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    before = _state(path)
    database, is_locked = _opened(path)
    with closing(database):
        yield database
    if not is_locked and _state(path) != before:
        raise StoreError(f"{path}: written while it was read, in a folder in which no lock can be made; ask again")


def _opened(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection, and whether it takes locks.

    SQLite needs the write-ahead log and its index, which it cannot make here. The last one who closes the file removes
    them; without them all is in the file, which is read as one that never changes.
    """
    for _ in range(_TRIES):
        is_locked = path.with_name(f"{path.name}-wal").exists()
        options = "mode=ro" if is_locked else "mode=ro&immutable=1"
        database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?{options}", uri=True, timeout=_BUSY_SECONDS)
        try:
            database.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:  # the log may have gone between the question and the opening
            database.close()
            refused = error
        else:
            return database, is_locked
    raise refused


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
