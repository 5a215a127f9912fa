from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Final

import pytest

from logtui.errors import StoreConnectionError
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.remembered_keys import RememberedKeys
from logtui.server.auth.scopes import Scope
from logtui.server.auth.shared_keys import SharedKeys
from tests.server.running import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.server.auth.key_store import KnownKeys

READ_SECONDS: Final = 0.05


class StandingKeys(SharedKeys):
    """Keys in a database that stands still while `goes_on` is not set."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.goes_on = Event()
        self.goes_on.set()

    def keys(self) -> KnownKeys:
        self.goes_on.wait()
        return super().keys()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shared.sqlite"


@pytest.fixture
def other(file: Path) -> Iterator[KeyRing]:
    """The keys in another process."""
    with closing(KeyRing(SharedKeys(f"sqlite:///{file}"))) as ring:
        yield ring


def rename_table(file: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_what_another_process_changes_is_seen_by_the_next_reading(file: Path, other: KeyRing) -> None:
    remembered = RememberedKeys(SharedKeys(f"sqlite:///{file}"), read_seconds=READ_SECONDS)
    with closing(KeyRing(remembered)) as ring:
        key = other.create([Scope.READ], name="x")
        wait_for(lambda: ring.find(key) is not None)
        other.revoke("x")
        wait_for(lambda: ring.find(key) is None)
        own = ring.create([Scope.READ], name="y")
        assert ring.find(own)
        assert ring.revoke("y")
        assert ring.find(own) is None


def test_known_keys_are_taken_for_a_while_if_they_cannot_be_read(file: Path, other: KeyRing) -> None:
    key = other.create([Scope.READ])
    remembered = RememberedKeys(SharedKeys(f"sqlite:///{file}"), read_seconds=READ_SECONDS, trusted_seconds=1.0)
    with closing(KeyRing(remembered)) as ring:
        rename_table(file, "api_keys", "gone")
        wait_for(lambda: ring.warning is not None)
        assert "no such table: api_keys; those known are taken for " in str(ring.warning)
        assert ring.find(key)
        wait_for(lambda: ring.problem is not None)
        assert ring.warning is None
        with pytest.raises(StoreConnectionError, match=r"keys cannot be read: .*shared\.sqlite: "):
            ring.find(key)
        rename_table(file, "gone", "api_keys")
        wait_for(lambda: ring.problem is None)
        assert ring.find(key)
        assert ring.warning is None


def test_a_database_that_stands_still_holds_up_no_request_and_not_the_end(file: Path, other: KeyRing) -> None:
    key = other.create([Scope.READ])
    store = StandingKeys(f"sqlite:///{file}")
    remembered = RememberedKeys(store, read_seconds=READ_SECONDS, trusted_seconds=1.0)
    ring = KeyRing(remembered)
    store.goes_on.clear()
    assert ring.find(key)
    wait_for(lambda: ring.problem == "keys cannot be read: the database does not answer")
    with pytest.raises(StoreConnectionError, match="does not answer"):
        ring.find(key)
    began = time.monotonic()
    ring.close()
    assert time.monotonic() - began < 4
    store.goes_on.set()
