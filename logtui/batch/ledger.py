"""The ledger: how far each file has been counted, and its findings.

A SQLite database. Findings and the place where reading resumes are written in one transaction, so that each record is
counted once, wherever the process is killed.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from logtui.errors import StoreError
from logtui.sources import FileFingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LEDGER_NAME: Final = ".logtui-ledger.sqlite"
"""The file name of the ledger in the folder of the reports."""

_VERSION: Final = 4
_SCHEMA: Final = """
CREATE TABLE file (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, read INTEGER NOT NULL, tail TEXT NOT NULL,
    checkpoint BLOB, sure BLOB, rest BLOB, format TEXT, problem TEXT, is_past INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX file_by_inode ON file (device, inode) WHERE NOT is_past;
CREATE INDEX file_by_path ON file (path);
"""
_STEPS: Final = {
    1: f"DROP TABLE file; {_SCHEMA}",
    2: f"DROP TABLE file; {_SCHEMA}",
    3: "ALTER TABLE file ADD COLUMN read INTEGER NOT NULL DEFAULT 0; UPDATE file SET read = size;",
}
"""SQL that brings an older version to this one. Findings were packed differently before version 3, so those ledgers are
emptied and their files counted anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows about one file.

    Attributes:
        path: Where it was last seen.
        fingerprint: The file as it was when reading it began, and how far it was read.
        checkpoint: The state from which a reader resumes behind the sure findings, None to read the file anew.
        sure: Packed findings of the records before the checkpoint, which are final; None if there are none.
        rest: Packed findings of the records behind the checkpoint, which are replaced when the file grows.
        format: The format that read most of it.
        problem: Why it could not be read, or not to its end.
        number: Its number in the ledger, None before it is saved.
    """

    path: str
    fingerprint: FileFingerprint
    checkpoint: bytes | None = None
    sure: bytes | None = None
    rest: bytes | None = None
    format: str | None = None
    problem: str | None = None
    number: int | None = None


_FINGERPRINT: Final = ("device", "inode", "size", "modified", "read", "tail")
_OTHERS: Final = ("path", "checkpoint", "sure", "rest", "format", "problem", "number")
_COLUMNS: Final = (*_FINGERPRINT, *_OTHERS)


class Ledger:
    """The entries of all files, in a database that only this process may open.

    Args:
        path: The database; made if it does not exist. None for a temporary one, which is deleted on `close`.

    Raises:
        StoreError: If the file cannot be written, is not a ledger, or is in use by another process.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
        except sqlite3.OperationalError as error:
            hint = "another `logtui summarize --watch` may be writing there" if "locked" in str(error) else None
            raise StoreError(f"{path}: {error}", hint=hint) from error
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {error}") from error

    @staticmethod
    def refuse_if_used(path: Path) -> None:
        """Make sure that no other process has the ledger open, since it would overwrite the reports beside it.

        Args:
            path: The ledger; it need not exist.

        Raises:
            StoreError: If a process has it open.
        """
        if not path.exists():
            return
        with closing(sqlite3.connect(path, timeout=1)) as database, suppress(sqlite3.DatabaseError):
            try:
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    hint = "a `logtui summarize --watch` writes its reports there; choose another folder"
                    raise StoreError(f"{path.parent}: these reports are in use", hint=hint) from error

    def close(self) -> None:
        """Close the database and unlock it for other processes."""
        self._database.close()

    def entries(self) -> Iterator[Entry]:
        """Read all entries, ordered by path, those of replaced files included; each is read when it is asked for."""
        with self._lock:
            numbers = self._database.execute("SELECT number FROM file ORDER BY path, number").fetchall()
        for (number,) in numbers:
            yield from self._select("WHERE number=?", number)

    def find(self, device: int, inode: int) -> Entry | None:
        """Find the entry of a file by its device and inode; None if there is none."""
        found = self._select("WHERE device=? AND inode=? AND NOT is_past", device, inode)
        return found[0] if found else None

    def save(self, entry: Entry) -> Entry:
        """Write the entry of a file over its older one.

        Returns:
            The entry with its number.
        """
        places = ", ".join("?" * len(_COLUMNS))
        insert = f"INSERT OR REPLACE INTO file ({', '.join(_COLUMNS)}) VALUES ({places})"
        with self._lock:
            cursor = self._database.execute(insert, _row(entry))
        return replace(entry, number=cursor.lastrowid)

    def find_at(self, path: str) -> Entry | None:
        """Find the entry of the file that was last seen at a path; None if there is none."""
        found = self._select("WHERE path=? AND NOT is_past ORDER BY number DESC LIMIT 1", path)
        return found[0] if found else None

    def retire(self, entry: Entry) -> None:
        """Mark an entry as past: its file was replaced, but its findings stay in the sums."""
        with self._lock:
            self._database.execute("UPDATE file SET is_past=1 WHERE number=?", (entry.number,))

    def _select(self, condition: str, *values: object) -> list[Entry]:
        query = f"SELECT {', '.join(_COLUMNS)} FROM file {condition}"
        with self._lock:
            return [_entry(row) for row in self._database.execute(query, values)]


def _opened(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or "", isolation_level=None, check_same_thread=False, timeout=1)
    try:
        _prepare(database)
    except sqlite3.Error:
        database.close()  # else the file would stay locked until garbage collection
        raise
    return database


def _prepare(database: sqlite3.Connection) -> None:
    """Lock a ledger for this process and migrate it to the present version."""
    run = database.execute
    run("PRAGMA locking_mode=EXCLUSIVE")
    run("PRAGMA journal_mode=WAL")
    run("PRAGMA synchronous=NORMAL")
    is_new = not run("SELECT count(*) FROM sqlite_master").fetchone()[0]
    version = run("PRAGMA user_version").fetchone()[0]
    if not is_new and version != _VERSION and version not in _STEPS:
        raise sqlite3.DatabaseError("made by a newer logtui, or something else; remove it to count everything anew")
    step = _SCHEMA if is_new else _STEPS.get(version, "")
    database.executescript(f"BEGIN EXCLUSIVE; {step} PRAGMA user_version={_VERSION}; COMMIT;")


def _row(entry: Entry) -> list[object]:
    fingerprint = [getattr(entry.fingerprint, name) for name in _FINGERPRINT]
    return fingerprint + [getattr(entry, name) for name in _OTHERS]


def _entry(row: Sequence[Any]) -> Entry:
    fingerprint = FileFingerprint(*row[: len(_FINGERPRINT)])
    path, *others = row[len(_FINGERPRINT) :]
    return Entry(path, fingerprint, *others)
