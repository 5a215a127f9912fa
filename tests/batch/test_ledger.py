"""The ledger keeps what it is told, and takes over what older versions have written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pytest

from logtui.batch import Ledger, Summarizer
from logtui.batch.ledger import Entry
from logtui.engine.read.options import ReadOptions
from logtui.errors import StoreError
from logtui.sources import FileFingerprint
from tests.batch.service_logs import lines

if TYPE_CHECKING:
    from pathlib import Path

VERSION_3: Final = """
CREATE TABLE file (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, tail TEXT NOT NULL, checkpoint BLOB, sure BLOB, rest BLOB,
    format TEXT, problem TEXT, is_past INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX file_by_inode ON file (device, inode) WHERE NOT is_past;
CREATE INDEX file_by_path ON file (path);
"""
COLUMNS: Final = "number, path, device, inode, size, modified, tail, checkpoint, sure, rest, format, problem, is_past"


def counted(data: Path, ledger: Path) -> int:
    known = Ledger(ledger)
    summarizer = Summarizer([str(data)], data.parent / "out", known, ReadOptions(), workers=2)
    summarizer.count(summarizer.changed())
    records = summarizer.report()["records"]
    known.close()
    assert isinstance(records, int)
    return records


def as_of_version(ledger: Path, version: int) -> None:
    """Make a ledger what an older version would have written."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        rows = database.execute(f"SELECT {COLUMNS.replace('size', 'read')} FROM file").fetchall()
        database.executescript(f"DROP TABLE file; {VERSION_3}")
        database.executemany(f"INSERT INTO file ({COLUMNS}) VALUES ({', '.join('?' * 13)})", rows)
        if version < 3:
            database.execute("UPDATE file SET sure = x'00', rest = x'00', checkpoint = x'00'")
        database.execute(f"PRAGMA user_version = {version}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    (path / "a.log").write_text("\n".join(lines(3, 2_500)) + "\n")
    return path


def test_what_is_saved_is_found_by_place_and_by_path(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    fingerprint = FileFingerprint(device=1, inode=2, size=30, modified=4, read=25, tail="ab")
    saved = ledger.save(Entry("a.log", fingerprint, b"c", b"s", b"r", "json", "cut short"))
    assert saved == Entry("a.log", fingerprint, b"c", b"s", b"r", "json", "cut short", saved.number)
    assert ledger.find(1, 2) == ledger.find_at("a.log") == saved
    assert ledger.find(2, 1) is None
    ledger.retire(saved)
    assert ledger.find(1, 2) is None
    assert list(ledger.entries()) == [saved]
    ledger.close()


def test_counting_goes_on_with_a_ledger_of_version_3(data: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    before = counted(data, ledger)
    (data / "a.log").rename(data / "a.log.1")
    (tmp_path / "kept").mkdir()
    (data / "a.log.1").rename(tmp_path / "kept" / "a.log.1")
    as_of_version(ledger, 3)
    assert counted(data, ledger) == before  # a file that is gone stays counted
    (tmp_path / "kept" / "a.log.1").rename(data / "a.log.1")
    with (data / "a.log.1").open("a") as file:
        file.write("\n".join(lines(9, 40)) + "\n")
    assert counted(data, ledger) == counted(data, tmp_path / "fresh") > before


@pytest.mark.parametrize("version", [1, 2])
def test_ledgers_before_version_3_are_counted_anew(data: Path, tmp_path: Path, version: int) -> None:
    ledger = tmp_path / "ledger"
    before = counted(data, ledger)
    as_of_version(ledger, version)
    assert counted(data, ledger) == before


@pytest.mark.parametrize("version", [0, 99])
def test_a_ledger_of_a_newer_version_is_refused_in_one_line_and_left_alone(
    data: Path, tmp_path: Path, version: int
) -> None:
    ledger = tmp_path / "ledger"
    counted(data, ledger)
    with closing(sqlite3.connect(ledger)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(StoreError, match="made by a newer logtui, or something else"):
        Ledger(ledger)
    with closing(sqlite3.connect(ledger)) as database:
        assert database.execute("SELECT count(*) FROM file").fetchone() == (1,)
