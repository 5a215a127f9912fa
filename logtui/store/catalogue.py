"""The catalogue: which segments there are, in one SQLite file; a segment exists once its transaction is done."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.errors import StoreError
from logtui.store.segment import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

VERSION: Final = 1
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS segment(
    number INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, rows INTEGER NOT NULL,
    first_time INTEGER, last_time INTEGER, first_order INTEGER, last_order INTEGER, facts BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sidecar(
    segment INTEGER NOT NULL REFERENCES segment(number) ON DELETE CASCADE, kind TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY(segment, kind));
CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value BLOB NOT NULL);
PRAGMA user_version = {VERSION};
"""
_BUSY_SECONDS: Final = 10.0


class Catalogue:
    """The SQLite file of one store; connections are opened for each call, so any thread may use it.

    Args:
        path: The file; it is made if it is missing.

    Raises:
        StoreError: If the file is no catalogue, of another version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connected() as database:
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version not in (0, VERSION):
                raise StoreError(f"{path}: catalogue of version {version}, this logtui reads {VERSION}")
            if version == 0:
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(_SCHEMA)

    def segments(self) -> list[tuple[int, str, Facts]]:
        """Number, file name and facts of all segments, in order."""
        with self._connected() as database:
            rows = database.execute("SELECT number, file, facts FROM segment ORDER BY number").fetchall()
        return [(number, file, msgspec.msgpack.decode(facts, type=Facts)) for number, file, facts in rows]

    def next_number(self) -> int:
        """A number above those of all segments, past ones included."""
        with self._connected() as database:
            newest = database.execute("SELECT max(number) FROM segment").fetchone()[0] or 0
            used = database.execute("SELECT value FROM state WHERE key = 'last_number'").fetchone()
        return 1 + max(newest, int(used[0]) if used else 0)

    def publish(
        self,
        number: int,
        file: str,
        facts: Facts,
        sidecars: Mapping[str, bytes],
        state: Mapping[str, bytes],
        *,
        replaces: Sequence[int] = (),
    ) -> None:
        """Make a segment exist, in one transaction.

        Args:
            number: Its number.
            file: Its file's name.
            facts: Its facts.
            sidecars: What is kept beside it, by kind.
            state: The store's state after it, by key.
            replaces: Segments that it takes the place of.
        """
        groups = facts.groups
        first, last = facts.times or (None, None)
        with self._connected() as database:
            database.executemany("DELETE FROM segment WHERE number = ?", [(old,) for old in replaces])
            database.execute(
                "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    file,
                    facts.rows,
                    first,
                    last,
                    min(group.first_order for group in groups),
                    max(group.last_order for group in groups),
                    msgspec.msgpack.encode(facts),
                ),
            )
            database.executemany(
                "INSERT INTO sidecar VALUES (?, ?, ?)", [(number, kind, data) for kind, data in sidecars.items()]
            )
            _put(database, {**state, "last_number": str(number).encode()})

    def sidecars(self, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
        """What is kept of one kind beside some segments, by their numbers; those that have none are left out."""
        wanted = set(numbers)
        query = "SELECT segment, data FROM sidecar WHERE kind = ? AND segment BETWEEN ? AND ?"
        with self._connected() as database:
            rows = database.execute(query, (kind, min(wanted, default=0), max(wanted, default=0)))
            return {number: data for number, data in rows if number in wanted}

    def add_sidecars(self, number: int, found: Mapping[str, bytes]) -> None:
        """Keep something, by kind, beside a segment that exists already."""
        rows = [(number, kind, data) for kind, data in found.items()]
        with self._connected() as database:
            database.executemany("INSERT OR REPLACE INTO sidecar VALUES (?, ?, ?)", rows)

    def state(self, key: str) -> bytes | None:
        """The store's state under a key, None if there is none."""
        with self._connected() as database:
            row = database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_state(self, state: Mapping[str, bytes]) -> None:
        """Change the store's state."""
        with self._connected() as database:
            _put(database, state)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One transaction; SQLite's errors become `StoreError`s."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error


def _put(database: sqlite3.Connection, state: Mapping[str, bytes]) -> None:
    database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(state.items()))
