"""A SQLite file is read in a folder that cannot be written, and never as something that it was at no moment."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.errors import StoreError
from logtui.store.database import connected

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "with ? and #.sqlite"
    execute(path, "PRAGMA journal_mode = WAL", "CREATE TABLE number(value INTEGER)", "INSERT INTO number VALUES (1)")
    monkeypatch.setattr(os, "access", lambda *_: False)
    return path


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


def numbers(database: sqlite3.Connection) -> list[int]:
    return [value for (value,) in database.execute("SELECT value FROM number")]


def test_it_is_read_and_cannot_be_written(unwritable: Path) -> None:
    with connected(unwritable) as database:
        assert numbers(database) == [1]
    with pytest.raises(StoreError, match="readonly"), connected(unwritable) as database:
        database.execute("DELETE FROM number")


def test_what_its_log_holds_is_read_too(unwritable: Path) -> None:
    with closing(sqlite3.connect(unwritable)) as other:
        other.execute("INSERT INTO number VALUES (2)")
        other.commit()
        with connected(unwritable) as database:
            assert numbers(database) == [1, 2]


def test_what_is_written_during_a_reading_without_locks_is_said(unwritable: Path) -> None:
    reading = connected(unwritable)
    assert numbers(reading.__enter__()) == [1]
    execute(unwritable, "INSERT INTO number VALUES (2)")
    with pytest.raises(StoreError, match="written while it was read"):
        reading.__exit__(None, None, None)


def test_a_missing_file_is_one_clear_line(unwritable: Path) -> None:
    unwritable.unlink()
    with pytest.raises(StoreError, match="unable to open"), connected(unwritable):
        pass
