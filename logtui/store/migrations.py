"""Migrations of the catalogue: one step from each version to the next.

A step, once released, never changes; a new version is a new step at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import StoreVersionError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def _create(database: sqlite3.Connection) -> None:
    """0 -> 1: an empty catalogue."""
    database.execute(
        "CREATE TABLE segment(number INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, rows INTEGER NOT NULL,"
        " first_time INTEGER, last_time INTEGER, first_order INTEGER, last_order INTEGER, facts BLOB NOT NULL)"
    )
    database.execute(
        "CREATE TABLE sidecar(segment INTEGER NOT NULL REFERENCES segment(number) ON DELETE CASCADE,"
        " kind TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(segment, kind))"
    )
    database.execute("CREATE TABLE state(key TEXT PRIMARY KEY, value BLOB NOT NULL)")


def _add_places(database: sqlite3.Connection) -> None:
    """1 -> 2: the place of a segment among the others, which was its number before, and whether it is replaced."""
    database.execute("ALTER TABLE segment ADD COLUMN day INTEGER NOT NULL DEFAULT 0")
    database.execute("ALTER TABLE segment ADD COLUMN first INTEGER NOT NULL DEFAULT 0")
    database.execute("ALTER TABLE segment ADD COLUMN is_replaced INTEGER NOT NULL DEFAULT 0")
    database.execute(
        "UPDATE segment SET first ="
        " (SELECT coalesce(sum(rows), 0) FROM segment AS earlier WHERE earlier.number < segment.number)"
    )
    database.execute("CREATE INDEX place ON segment(day, first, number)")


def _add_merging(database: sqlite3.Connection) -> None:
    """2 -> 3: how often a segment's records have been merged, and when the last of them arrived: by now, surely."""
    database.execute("ALTER TABLE segment ADD COLUMN tier INTEGER NOT NULL DEFAULT 0")
    database.execute("ALTER TABLE segment ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0")
    database.execute("UPDATE segment SET arrived = CAST(strftime('%s', 'now') AS INTEGER) * 1000000000")


def _add_shapes(_database: sqlite3.Connection) -> None:
    """3 -> 4: segment files may have shapes in place of raw texts, which older versions would take for missing."""


def _add_objects(_database: sqlite3.Connection) -> None:
    """4 -> 5: segment files may have raw texts in a second column, which older versions would not look for."""


def _add_streams(_database: sqlite3.Connection) -> None:
    """5 -> 6: sidecars are Arrow streams, which older versions would take for damaged files."""


_STEPS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (
    _create,
    _add_places,
    _add_merging,
    _add_shapes,
    _add_objects,
    _add_streams,
)
VERSION: Final = len(_STEPS)


def migrate(database: sqlite3.Connection, name: str) -> None:
    """Migrate a catalogue to the present version, in one transaction.

    Args:
        database: A connection without a transaction.
        name: The catalogue's name, for errors.

    Raises:
        StoreVersionError: If a newer logtui has written it; it is left as it is.
        sqlite3.Error: If it is damaged or cannot be written.
    """
    if _version(database, name) == VERSION:
        return
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN IMMEDIATE")
    # Another process may have migrated it while this one waited for the transaction.
    for step in _STEPS[_version(database, name) :]:
        step(database)
    database.execute(f"PRAGMA user_version = {VERSION}")
    database.commit()


def _version(database: sqlite3.Connection, name: str) -> int:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise StoreVersionError(f"{name}: written by a newer logtui (version {version}, this one reads {VERSION})")
    return version
