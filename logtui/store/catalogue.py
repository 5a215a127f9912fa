"""The catalogue: the list of segments, in one SQLite file; a segment exists once its transaction is committed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from logtui.errors import StoreError
from logtui.store.database import connected
from logtui.store.migrations import migrate
from logtui.store.segment import Facts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

Place: TypeAlias = tuple[int, int]
"""The sort key of a segment: the day of its first time (days since 1970; 0 if the store is ordered by rows alone), then
its first `seq` or row. Segments with the same key are ordered by their numbers."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A segment that is to exist.

    Attributes:
        file: Its file's name.
        facts: Its facts.
        place: Its place among the segments; None for that of the first segment that it replaces, or behind all.
        sidecars: What is kept beside it, by kind.
        arrived: When the last of its records arrived; epoch nanoseconds.
        tier: How many merges its records have behind them.
    """

    file: str
    facts: Facts
    place: Place | None
    sidecars: Mapping[str, bytes]
    arrived: int
    tier: int = 0


class Standing(NamedTuple):
    """Where a segment stands among the others.

    Attributes:
        place: Its place.
        tier: How many merges its records have behind them.
        arrived: When the last of its records arrived; epoch nanoseconds.
    """

    place: Place
    tier: int
    arrived: int


_INSERT: Final = (
    "INSERT INTO segment(number, file, rows, first_time, last_time, first_order, last_order, facts, day, first, tier,"
    " arrived) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EXISTING: Final = "SELECT number, file FROM segment WHERE NOT is_replaced ORDER BY day, first, number"
_LAST_NUMBER: Final = "last_number"
_CHANGES: Final = "changes"
"""How often the list of segments has changed."""


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

    def segments(self, known: Container[int] = ()) -> list[tuple[int, str, Facts | None]]:
        """The number, the file name and the facts of each segment that exists, in order.

        Args:
            known: The numbers of segments whose facts are not wanted, since facts never change.
        """
        with self._connected() as database:
            database.execute("BEGIN")  # a segment that the first query finds must still be there for the second
            files = database.execute(_EXISTING).fetchall()
            facts = _facts_of(database, {number for number, _ in files if number not in known})
        return [(number, file, facts.get(number)) for number, file in files]

    def standings(self) -> dict[int, Standing]:
        """Where all segments stand, by their numbers."""
        with self._connected() as database:
            rows = database.execute("SELECT number, day, first, tier, arrived FROM segment WHERE NOT is_replaced")
            return {number: Standing((day, first), tier, arrived) for number, day, first, tier, arrived in rows}

    def last_number(self) -> int:
        """The number that was given last, 0 if none was."""
        with self._connected() as database:
            return _last_number(database)

    def publish(
        self, segments: Sequence[Publication], state: Mapping[str, bytes], *, replaces: Sequence[int] = ()
    ) -> list[int]:
        """Make segments exist, in one transaction.

        Args:
            segments: The segments.
            state: The store's state after it, by key.
            replaces: Segments that they take the place of. They do not exist any more, but what is kept beside them
                stays until they are forgotten, for those who still read them.

        Returns:
            Their numbers, which are above those of all segments, past ones included.

        Raises:
            StoreError: If the disk refuses, or one that is to be replaced does not exist; nothing has changed then.
        """
        with self._connected() as database:
            # A number that was read before the transaction could be taken by another writer meanwhile.
            database.execute("BEGIN IMMEDIATE")
            first = 1 + _last_number(database)
            old = _place_of(database, replaces)
            self._replace(database, replaces)
            for number, segment in enumerate(segments, first):
                place = segment.place or old or (0, _rows_so_far(database))
                database.execute(_INSERT, _row_of(number, segment, place))
                sidecars = [(number, kind, data) for kind, data in segment.sidecars.items()]
                database.executemany("INSERT INTO sidecar VALUES (?, ?, ?)", sidecars)
            last = first + len(segments) - 1
            changes = int(_value(database, _CHANGES) or 0) + 1
            _put(database, {**state, _LAST_NUMBER: str(last).encode(), _CHANGES: str(changes).encode()})
        return list(range(first, last + 1))

    def _replace(self, database: sqlite3.Connection, numbers: Sequence[int]) -> None:
        query = "UPDATE segment SET is_replaced = 1 WHERE number = ? AND NOT is_replaced"
        if database.executemany(query, [(number,) for number in numbers]).rowcount < len(numbers):
            raise StoreError(f"{self._path}: a segment that is to be replaced does not exist any more")

    def replaced(self) -> dict[str, int]:
        """The files of replaced segments that have not been forgotten, and the numbers of the segments."""
        with self._connected() as database:
            return dict(database.execute("SELECT file, number FROM segment WHERE is_replaced").fetchall())

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

    def without(self, kind: str) -> set[int]:
        """The numbers of segments beside which nothing of a kind is kept."""
        query = "SELECT number FROM segment WHERE NOT is_replaced EXCEPT SELECT segment FROM sidecar WHERE kind = ?"
        with self._connected() as database:
            return {number for (number,) in database.execute(query, (kind,))}

    def add_sidecars(self, number: int, found: Mapping[str, bytes]) -> None:
        """Add sidecars, by kind, to a published segment."""
        rows = [(number, kind, data) for kind, data in found.items()]
        with self._connected() as database:
            database.executemany("INSERT OR REPLACE INTO sidecar VALUES (?, ?, ?)", rows)

    def state(self, key: str) -> bytes | None:
        """The value under a key, None if there is none."""
        with self._connected() as database:
            return _value(database, key)

    def changes(self) -> bytes | None:
        """What differs once segments have been published or dropped; None if none have been since version 6."""
        return self.state(_CHANGES)

    def put_state(self, state: Mapping[str, bytes]) -> None:
        """Store values under keys."""
        with self._connected() as database:
            _put(database, state)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for one transaction."""
        with connected(self._path) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("PRAGMA synchronous = FULL")
            yield database


def _facts_of(database: sqlite3.Connection, numbers: set[int]) -> dict[int, Facts]:
    query = "SELECT number, facts FROM segment WHERE number BETWEEN ? AND ?"
    rows = database.execute(query, (min(numbers, default=0), max(numbers, default=0)))
    return {number: msgspec.msgpack.decode(facts, type=Facts) for number, facts in rows if number in numbers}


def _value(database: sqlite3.Connection, key: str) -> bytes | None:
    row = database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _put(database: sqlite3.Connection, state: Mapping[str, bytes]) -> None:
    database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(state.items()))


def _last_number(database: sqlite3.Connection) -> int:
    newest = database.execute("SELECT max(number) FROM segment").fetchone()[0] or 0
    used = database.execute("SELECT value FROM state WHERE key = ?", (_LAST_NUMBER,)).fetchone()
    return max(newest, int(used[0]) if used else 0)


def _place_of(database: sqlite3.Connection, numbers: Sequence[int]) -> Place | None:
    """The smallest place of some segments, None if none of them exists."""
    query = "SELECT day, first FROM segment WHERE number = ?"
    return min((row for number in numbers for row in database.execute(query, (number,))), default=None)


def _rows_so_far(database: sqlite3.Connection) -> int:
    return int(
        database.execute("SELECT coalesce(max(first + rows), 0) FROM segment WHERE NOT is_replaced").fetchone()[0]
    )


def _row_of(number: int, segment: Publication, place: Place) -> tuple[object, ...]:
    facts = segment.facts
    first_order = min(group.first_order for group in facts.groups)
    last_order = max(group.last_order for group in facts.groups)
    orders, times = (first_order, last_order), facts.times or (None, None)
    packed = msgspec.msgpack.encode(facts)
    return (number, segment.file, facts.rows, *times, *orders, packed, *place, segment.tier, segment.arrived)
