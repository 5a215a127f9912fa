from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.errors import StoreError
from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path


def test_the_folder_holds_no_key(tmp_path: Path) -> None:
    with closing(KeyRing(FileKeys(tmp_path))) as ring:
        key = ring.create([Scope.READ])
        assert [path for path in tmp_path.iterdir() if key.encode() in path.read_bytes()] == []
    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_file_of_keys_without_rates_is_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys.sqlite")) as database, database:
        database.execute(
            "CREATE TABLE key (name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL,"
            " tenants TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER)"
        )
        database.execute("INSERT INTO key VALUES ('old', x'00', 'read', '', 1, NULL)")
    with closing(KeyRing(FileKeys(tmp_path))) as ring:
        assert [(key.name, key.rate) for key in ring.known()] == [("old", "")]
        assert ring.find(ring.create([Scope.READ], name="new", rate="5/second"))


def test_a_file_that_is_no_database_is_an_error_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite").write_text("no database at all, only a text that is longer than a header" * 20)
    with pytest.raises(StoreError, match=r"keys\.sqlite: file is not a database"):
        FileKeys(tmp_path)
