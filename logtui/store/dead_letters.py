"""Dead letters: records that were received and not taken, kept with the reason until somebody has dealt with them.

They are in one SQLite file, which the front and the worker of a server write at once. It is bounded in bytes and age:
the oldest letters make room for new ones, and how many did is counted for ever.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.errors import StoreError, StoreVersionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_BYTES: Final = 1 << 30
MAX_AGE_SECONDS: Final = 30 * 86_400
_VERSION: Final = 1
_REMEMBERED_SECONDS: Final = 3600
"""As long as the key of a batch is known."""

_BUSY_SECONDS: Final = 10.0
_LETTER_BYTES: Final = 128
"""What a letter takes besides its texts, about: without it, empty records would not be bounded."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    arrival INTEGER NOT NULL, protocol TEXT NOT NULL, peer TEXT NOT NULL, tenant TEXT NOT NULL,
    position INTEGER NOT NULL, reason TEXT NOT NULL, raw BLOB NOT NULL, bytes INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS wanted (number INTEGER PRIMARY KEY);
CREATE TRIGGER IF NOT EXISTS gone AFTER DELETE ON letter
    BEGIN DELETE FROM wanted WHERE number = old.number; END;
CREATE TABLE IF NOT EXISTS sent (digest BLOB PRIMARY KEY, arrival INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_arrival ON sent(arrival);
CREATE TABLE IF NOT EXISTS total (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT OR IGNORE INTO total VALUES ('letters', 0), ('bytes', 0), ('dropped', 0);
"""
_COLUMNS: Final = "arrival, protocol, peer, tenant, position, reason, raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that was not taken.

    Attributes:
        arrival: When it came, nanoseconds since 1970 in UTC.
        protocol: How it came, such as `http` or `syslog`; a replay reads it in the same way.
        peer: Who sent it.
        tenant: Whose it is.
        position: Its place in what was sent together, from 0.
        reason: What was expected and what came.
        raw: The record as received.
        key: Names the batch that brought it, if its sender may send it again; not kept with the letter.
    """

    arrival: int
    protocol: str
    peer: str
    tenant: str
    position: int
    reason: str
    raw: bytes
    key: str = ""


class KeptLetter(NamedTuple):
    """A letter and the number under which it is kept."""

    number: int
    letter: DeadLetter


class Totals(NamedTuple):
    """What is kept, and what is not any more.

    Attributes:
        letters: Letters that are kept.
        bytes: Bytes that they take.
        dropped: Letters that have made room for others or have become too old, since the file was made.
    """

    letters: int
    bytes: int
    dropped: int


class DeadLetters:
    """The dead letters of one data folder; any thread and any process may use them at once.

    Args:
        path: The file; it is made if it is missing.
        max_bytes: What the letters may take; the oldest make room.
        max_age_seconds: How long a letter is kept.

    Raises:
        StoreVersionError: If a newer logtui has written it.
        StoreError: If the file is something else, or the disk refuses.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, max_age_seconds: float = MAX_AGE_SECONDS) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._max_age = int(max_age_seconds * 1e9)
        with self._connected() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise StoreVersionError(f"a newer logtui has written {path}", hint="use that version")
            if version < _VERSION:  # a file that may only be read has been made already
                database.executescript(_SCHEMA)
                database.execute(f"PRAGMA user_version = {_VERSION}")

    def add(self, letters: Sequence[DeadLetter], *, now: int | None = None) -> None:
        """Keep letters; they are durable when this returns. One whose batch is sent again is kept once.

        Args:
            letters: The letters.
            now: The present in nanoseconds since 1970, by which letters are too old.

        Raises:
            StoreError: If the disk refuses; none of them is kept then.
        """
        now = time.time_ns() if now is None else now
        with self._connected() as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM sent WHERE arrival < ?", (now - _REMEMBERED_SECONDS * 10**9,))
            rows = [_row_of(letter) for letter in letters if not letter.key or _is_new(database, letter)]
            database.executemany(
                f"INSERT INTO letter({_COLUMNS}, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            _count(database, "letters", len(rows))
            _count(database, "bytes", sum(row[-1] for row in rows))
            self._make_room(database, now)

    def page(self, after: int = 0, limit: int = 100) -> list[KeptLetter]:
        """Letters in the order in which they came.

        Args:
            after: The number of the last letter that is not wanted.
            limit: At most so many.
        """
        query = f"SELECT number, {_COLUMNS} FROM letter WHERE number > ? ORDER BY number LIMIT ?"
        with self._connected() as database:
            return [_kept(row) for row in database.execute(query, (after, limit))]

    def newest(self, protocol: str) -> DeadLetter | None:
        """The last letter that came by a protocol, None if none of it is kept."""
        query = f"SELECT number, {_COLUMNS} FROM letter WHERE protocol = ? ORDER BY number DESC LIMIT 1"
        with self._connected() as database:
            row = database.execute(query, (protocol,)).fetchone()
        return _kept(row).letter if row else None

    def find(self, number: int) -> KeptLetter | None:
        """The letter of a number, None if it is not kept."""
        with self._connected() as database:
            row = database.execute(f"SELECT number, {_COLUMNS} FROM letter WHERE number = ?", (number,)).fetchone()
        return _kept(row) if row else None

    def remove(self, numbers: Sequence[int]) -> int:
        """Let go of letters that somebody has dealt with; how many of them were kept."""
        with self._connected() as database:
            database.execute("BEGIN IMMEDIATE")
            return sum(_remove(database, "number = ?", number) for number in numbers)

    @property
    def last(self) -> int:
        """The number of the letter that came last, 0 if none is kept."""
        with self._connected() as database:
            return int(database.execute("SELECT coalesce(max(number), 0) FROM letter").fetchone()[0])

    def numbers(self, upto: int, size: int = 10_000) -> Iterator[list[int]]:
        """The numbers of letters in the order in which they came, page by page; letters may go meanwhile.

        Args:
            upto: The last number that is wanted.
            size: Numbers on a page.
        """
        query, after = "SELECT number FROM letter WHERE number > ? AND number <= ? ORDER BY number LIMIT ?", 0
        while True:
            with self._connected() as database:
                page = [number for (number,) in database.execute(query, (after, upto, size))]
            if not page:
                return
            yield page
            after = page[-1]

    def reasons(self, numbers: Sequence[int]) -> dict[int, str]:
        """The reasons of those letters of some numbers that are kept, without their records, by number."""
        query = "SELECT reason FROM letter WHERE number = ?"
        with self._connected() as database:
            found = {number: database.execute(query, (number,)).fetchone() for number in numbers}
        return {number: row[0] for number, row in found.items() if row}

    def want(self, numbers: Sequence[int]) -> None:
        """Note that letters are to be tried again, by whoever receives for the folder."""
        with self._connected() as database:
            database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [(number,) for number in numbers])

    def wanted(self, limit: int = 8) -> list[KeptLetter]:
        """Letters that are to be tried again, at most so many: each may be as large as a body, 64 MiB."""
        query = f"SELECT number, {_COLUMNS} FROM letter NATURAL JOIN wanted ORDER BY number LIMIT ?"
        with self._connected() as database:
            return [_kept(row) for row in database.execute(query, (limit,))]

    def refuse(self, number: int, reason: str) -> None:
        """Keep a letter that was tried again, with the reason why it was not taken now."""
        with self._connected() as database:
            database.execute("UPDATE letter SET reason = ? WHERE number = ?", (reason, number))
            database.execute("DELETE FROM wanted WHERE number = ?", (number,))

    @property
    def totals(self) -> Totals:
        """What is kept, and what is not any more."""
        with self._connected() as database:
            found = dict(database.execute("SELECT name, value FROM total").fetchall())
        return Totals(found["letters"], found["bytes"], found["dropped"])

    def _make_room(self, database: sqlite3.Connection, now: int) -> None:
        dropped = _remove(database, "arrival < ?", now - self._max_age)
        (excess,) = database.execute("SELECT value - ? FROM total WHERE name = 'bytes'", (self._max_bytes,)).fetchone()
        if excess > 0:
            dropped += _remove(database, "number <= ?", _last_to_drop(database, excess))
        _count(database, "dropped", dropped)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One transaction; SQLite's errors become `StoreError`s."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error


def _is_new(database: sqlite3.Connection, letter: DeadLetter) -> bool:
    """Note a letter of a batch with a key; whether it has not come before."""
    digest = hashlib.blake2b(f"{letter.key}\0{letter.position}\0".encode() + letter.raw, digest_size=16).digest()
    return database.execute("INSERT OR IGNORE INTO sent VALUES (?, ?)", (digest, letter.arrival)).rowcount > 0


def _row_of(letter: DeadLetter) -> tuple[int, str, str, str, int, str, bytes, int]:
    size = _LETTER_BYTES + len(letter.raw) + len(letter.reason.encode())
    return (
        letter.arrival,
        letter.protocol,
        letter.peer,
        letter.tenant,
        letter.position,
        letter.reason,
        letter.raw,
        size,
    )


def _kept(row: tuple[int, int, str, str, str, int, str, bytes]) -> KeptLetter:
    number, arrival, protocol, peer, tenant, position, reason, raw = row
    letter = DeadLetter(
        arrival=arrival, protocol=protocol, peer=peer, tenant=tenant, position=position, reason=reason, raw=raw
    )
    return KeptLetter(number, letter)


def _remove(database: sqlite3.Connection, condition: str, value: int) -> int:
    """Delete the letters that meet a condition, and count them out; how many they were."""
    found = database.execute(f"SELECT count(*), coalesce(sum(bytes), 0) FROM letter WHERE {condition}", (value,))
    letters, size = found.fetchone()
    if letters:
        database.execute(f"DELETE FROM letter WHERE {condition}", (value,))
        _count(database, "letters", -letters)
        _count(database, "bytes", -size)
    return int(letters)


def _last_to_drop(database: sqlite3.Connection, excess: int) -> int:
    """The number of the last of the oldest letters that have to go to free some bytes."""
    freed = "SELECT number, sum(bytes) OVER (ORDER BY number) AS freed FROM letter"
    found = database.execute(f"SELECT number FROM ({freed}) WHERE freed >= ? ORDER BY number LIMIT 1", (excess,))
    return int(found.fetchone()[0])


def _count(database: sqlite3.Connection, name: str, change: int) -> None:
    database.execute("UPDATE total SET value = value + ? WHERE name = ?", (change, name))
