"""The catalogue: the list of segments, in one SQLite file; a segment exists once its transaction is committed."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from logtui.errors import StoreError
from logtui.store.migrations import migrate
from logtui.store.segment import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Place: TypeAlias = tuple[int, int]
"""The sort key of a segment: the day of its first time (days since 1970; 0 if the store is ordered by rows alone), then
its first `seq` or row. Segments with the same key are ordered by their numbers."""

_INSERT: Final = (
    "INSERT INTO segment(number, file, rows, first_time, last_time, first_order, last_order, facts, day, first)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EXISTING: Final = "SELECT number, file, facts FROM segment WHERE NOT is_replaced ORDER BY day, first, number"
_LAST_NUMBER: Final = "last_number"
_BUSY_SECONDS: Final = 10.0


class Catalogue:
    """The SQLite file of one store; connections are opened for each call, so any thread may use it.

    Args:
        path: The file; it is made if it is missing.

    Raises:
        StoreVersionError: If a newer logtui has written it.
        StoreError: If the file is not a catalogue or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connected() as database:
            migrate(database, str(path))

    def segments(self) -> list[tuple[int, str, Facts]]:
        """List number, file name and facts of all segments, in order."""
        with self._connected() as database:
            rows = database.execute(_EXISTING).fetchall()
        return [(number, file, msgspec.msgpack.decode(facts, type=Facts)) for number, file, facts in rows]

    def publish(
        self,
        file: str,
        facts: Facts,
        place: Place | None,
        sidecars: Mapping[str, bytes],
        state: Mapping[str, bytes],
        *,
        replaces: Sequence[int] = (),
    ) -> int:
        """Publish a segment, in one transaction.

        Args:
            file: The name of its file.
            facts: Its facts.
            place: Its place among the segments; None puts it behind all others.
            sidecars: Data that belongs to the segment, such as its rollup, by kind.
            state: Values to store with it, by key.
            replaces: Segments that it replaces; it takes the place of the first. They are no longer listed, but their
                sidecars stay until `forget`, for readers that still use them.

        Returns:
            Its number, which is higher than that of any segment before, replaced ones included.
        """
        with self._connected() as database:
            # A number that was read before the transaction could be taken by another writer meanwhile.
            database.execute("BEGIN IMMEDIATE")
            number = _next_number(database)
            place = _place_of(database, replaces) or place or (0, _rows_so_far(database))
            database.executemany("UPDATE segment SET is_replaced = 1 WHERE number = ?", [(old,) for old in replaces])
            database.execute(_INSERT, _row_of(number, file, facts, place))
            database.executemany(
                "INSERT INTO sidecar VALUES (?, ?, ?)", [(number, kind, data) for kind, data in sidecars.items()]
            )
            _put(database, {**state, _LAST_NUMBER: str(number).encode()})
        return number

    def replaced(self) -> list[str]:
        """The files of replaced segments that are still in the catalogue."""
        with self._connected() as database:
            return [file for (file,) in database.execute("SELECT file FROM segment WHERE is_replaced")]

    def forget(self, files: Sequence[str]) -> None:
        """Delete replaced segments and their sidecars, once their files are removed."""
        with self._connected() as database:
            database.executemany("DELETE FROM segment WHERE is_replaced AND file = ?", [(file,) for file in files])

    def sidecars(self, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
        """Read the sidecars of one kind of some segments, by segment number; segments without one are left out."""
        wanted = set(numbers)
        query = "SELECT segment, data FROM sidecar WHERE kind = ? AND segment BETWEEN ? AND ?"
        with self._connected() as database:
            rows = database.execute(query, (kind, min(wanted, default=0), max(wanted, default=0)))
            return {number: data for number, data in rows if number in wanted}

    def add_sidecars(self, number: int, found: Mapping[str, bytes]) -> None:
        """Add sidecars, by kind, to a published segment."""
        rows = [(number, kind, data) for kind, data in found.items()]
        with self._connected() as database:
            database.executemany("INSERT OR REPLACE INTO sidecar VALUES (?, ?, ?)", rows)

    def state(self, key: str) -> bytes | None:
        """The value under a key, None if there is none."""
        with self._connected() as database:
            row = database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_state(self, state: Mapping[str, bytes]) -> None:
        """Store values under keys."""
        with self._connected() as database:
            _put(database, state)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for one transaction; errors of SQLite become `StoreError`s."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error


def _put(database: sqlite3.Connection, state: Mapping[str, bytes]) -> None:
    database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(state.items()))


def _next_number(database: sqlite3.Connection) -> int:
    newest = database.execute("SELECT max(number) FROM segment").fetchone()[0] or 0
    used = database.execute("SELECT value FROM state WHERE key = ?", (_LAST_NUMBER,)).fetchone()
    return 1 + max(newest, int(used[0]) if used else 0)


def _place_of(database: sqlite3.Connection, numbers: Sequence[int]) -> Place | None:
    """The smallest place of some segments, None if none of them exists."""
    query = "SELECT day, first FROM segment WHERE number = ?"
    return min((row for number in numbers for row in database.execute(query, (number,))), default=None)


def _rows_so_far(database: sqlite3.Connection) -> int:
    return int(
        database.execute("SELECT coalesce(max(first + rows), 0) FROM segment WHERE NOT is_replaced").fetchone()[0]
    )


def _row_of(number: int, file: str, facts: Facts, place: Place) -> tuple[object, ...]:
    groups = facts.groups
    first_order, last_order = min(one.first_order for one in groups), max(one.last_order for one in groups)
    times = facts.times or (None, None)
    return (number, file, facts.rows, *times, first_order, last_order, msgspec.msgpack.encode(facts), *place)
