"""Older catalogues are brought up to date whole or not at all; newer ones are left alone."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.errors import StoreError, StoreVersionError
from logtui.store import Store, migrations
from logtui.store.catalogue import Catalogue
from tests.store.test_store import messages, numbered

if TYPE_CHECKING:
    from pathlib import Path


def as_version_1(folder: Path) -> None:
    """Take a store back to what version 1 kept of it."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as database:
        database.executescript(
            "DROP INDEX place; ALTER TABLE segment DROP COLUMN day; ALTER TABLE segment DROP COLUMN first;"
            "ALTER TABLE segment DROP COLUMN is_replaced; ALTER TABLE segment DROP COLUMN tier;"
            "ALTER TABLE segment DROP COLUMN arrived;"
            "PRAGMA user_version = 1;"
        )


def version_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def old_store(folder: Path) -> None:
    with Store(folder, writable=True) as store:
        for first in (0, 5, 9):
            store.outline(store.seal(numbered(first, 3), {"last": str(first).encode()}))
    as_version_1(folder)


def test_an_older_catalogue_is_migrated_with_all_that_it_holds(tmp_path: Path) -> None:
    old_store(tmp_path)
    with Store(tmp_path, writable=True) as store:
        assert messages(store) == [f"record {number}" for first in (0, 5, 9) for number in range(first, first + 3)]
        assert store.state("last") == b"9"
        assert all(abs(arrived - time.time_ns()) < 60 * 10**9 for arrived in store.arrivals().values())
        assert None not in store.outlines(store.segments())
        assert len(store.rollups(store.segments())) == 3
        store.seal(numbered(5, 4), {}, replaces=[store.segments()[1]])
        assert [segment.number for segment in store.segments()] == [1, 4, 3]
    assert version_of(tmp_path) == migrations.VERSION


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    old_store(tmp_path)

    def failing(database: sqlite3.Connection) -> None:
        database.execute("UPDATE segment SET first = 7")
        raise sqlite3.OperationalError("disk I/O error")

    steps = (*migrations._STEPS, failing)
    with (
        patch.object(migrations, "_STEPS", steps),
        patch.object(migrations, "VERSION", len(steps)),
        pytest.raises(StoreError, match=r"catalogue\.sqlite: disk I/O error"),
    ):
        Store(tmp_path)
    assert version_of(tmp_path) == 1
    with Store(tmp_path) as store:
        assert len(messages(store)) == 9


def _open(folder: Path) -> int:
    with Store(folder) as store:
        return len(store.segments())


@pytest.mark.slow
def test_processes_that_open_an_older_store_together_migrate_it_once(tmp_path: Path) -> None:
    old_store(tmp_path)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_open, [tmp_path] * 6) == [3] * 6


def test_a_newer_catalogue_is_left_alone(tmp_path: Path) -> None:
    old_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    for writable in (False, True):
        with pytest.raises(StoreVersionError) as caught:
            Store(tmp_path, writable=writable)
        assert "written by a newer logtui (version 99" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert version_of(tmp_path) == 99
    assert len(list((tmp_path / "segments").iterdir())) == 3


@pytest.mark.parametrize("damage", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_damaged_catalogue_is_one_clear_line(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(damage)
    with pytest.raises(StoreError) as caught:
        Catalogue(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
