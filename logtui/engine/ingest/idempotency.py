"""Batches that come twice: a sender that got no answer sends again, and the batch is stored once.

The key of a batch is in its frame, so that one sync makes both durable: a crash cannot part them, as it could if the
keys had a file of their own. Frames go once their records are stored; before that, their keys move into a small table.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakValueDictionary
from zlib import crc32

from logtui.errors import KeyReuseError, StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from logtui.store.journal import Batch, Journal

REMEMBERED_SECONDS: Final = 3600
_MOST_KEYS: Final = 500_000
"""An hour of 100 batches a second, and about 100 MB."""

_BUSY_SECONDS: Final = 10.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batch (key TEXT PRIMARY KEY, arrival INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS saved (position INTEGER NOT NULL);
"""


class _Kept(NamedTuple):
    arrival: int
    checksum: int


class Idempotency:
    """The batches with a key that are in a journal or have been in it within the last hour.

    Args:
        path: The file of the table; it is made if it is missing.
        journal: The journal, whose frames hold the newest keys.
        append: Appends a batch to it, once there is room.

    Raises:
        StoreError: If the disk refuses.
    """

    def __init__(self, path: Path, journal: Journal, append: Callable[[Batch], Awaitable[int]]) -> None:
        self._path = path
        self._journal = journal
        self._append = append
        self._lock = Lock()
        self._unsaved: dict[str, _Kept] = {}
        self._floors: dict[str, int] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        with self._connected() as database:
            database.executescript(_SCHEMA)
            self._kept = {key: _Kept(*kept) for key, *kept in database.execute("SELECT * FROM batch ORDER BY arrival")}
            (position,) = database.execute("SELECT coalesce(max(position), 0) FROM saved").fetchone()
        for frame in journal.read(position):
            if frame.key:
                self._keep(frame)

    async def append(self, batch: Batch) -> bool:
        """Append a batch to the journal, unless a batch of the same key has been appended.

        Args:
            batch: The batch; without a key it is always appended.

        Returns:
            Whether it was appended now.

        Raises:
            KeyReuseError: If other records have come under the same key.
            JournalError: See `Journal.append`.
        """
        if not batch.key:
            await self._append(batch)
            return True
        turn = self._turns.setdefault(batch.key, asyncio.Lock())
        async with turn:
            return await self._append_keyed(batch)

    async def _append_keyed(self, batch: Batch) -> bool:
        kept = self._kept.get(batch.key)
        if kept and kept.arrival > batch.arrival - REMEMBERED_SECONDS * 10**9:
            if kept.checksum != crc32(batch.payload):
                raise KeyReuseError("other records have come under this Idempotency-Key", hint="use a new key")
            return False
        # Until the key is kept here, its frame must not be trimmed; it gets numbers above this one.
        self._floors[batch.key] = self._journal.last
        try:
            await self._append(batch)
            self._keep(batch)
        finally:
            del self._floors[batch.key]
        return True

    def save(self, position: int) -> int:
        """Move keys of frames into the table, so that the frames may go.

        Args:
            position: Number of the last record that is not needed in the journal.

        Returns:
            Up to which number the journal may be trimmed now.

        Raises:
            StoreError: If the disk refuses; nothing may be trimmed then.
        """
        upto = min([position, *self._floors.copy().values()])
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        if not unsaved:
            return upto  # A commit each time would cost those who send no keys a sync twice a second.
        try:
            self._write(unsaved, upto)
        except StoreError:
            with self._lock:
                self._unsaved = unsaved | self._unsaved
            raise
        return upto

    def _write(self, unsaved: dict[str, _Kept], upto: int) -> None:
        rows = [(key, *kept) for key, kept in unsaved.items()]
        with self._connected() as database:
            database.executemany("INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", rows)
            database.execute("DELETE FROM batch WHERE arrival < ?", (time.time_ns() - REMEMBERED_SECONDS * 10**9,))
            database.execute("DELETE FROM saved")
            database.execute("INSERT INTO saved VALUES (?)", (upto,))

    def _keep(self, batch: Batch) -> None:
        kept = _Kept(batch.arrival, crc32(batch.payload))
        with self._lock:
            self._unsaved[batch.key] = kept
            self._kept.pop(batch.key, None)
            self._kept[batch.key] = kept
            while len(self._kept) > _MOST_KEYS or self._is_oldest_past(batch.arrival):
                del self._kept[next(iter(self._kept))]

    def _is_oldest_past(self, now: int) -> bool:
        oldest = next(iter(self._kept.values()))
        return oldest.arrival <= now - REMEMBERED_SECONDS * 10**9

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One transaction; SQLite's errors become `StoreError`s."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error
