from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError
from logtui.server.auth.keys import BOOTSTRAP, KeyRing
from logtui.server.auth.scopes import Scope
from tests.cli.helpers import logtui
from tests.server.running import Server, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(tmp_path)
    yield ring
    ring.close()


def test_a_key_is_known_by_what_it_was_made_with(ring: KeyRing) -> None:
    key = ring.create([Scope.READ, Scope.ALERTS], name="grafana", tenants=["acme", "b"])
    found = ring.find(key)
    assert found
    assert found.name == "grafana"
    assert (set(found.scopes), set(found.tenants)) == ({Scope.READ, Scope.ALERTS}, {"acme", "b"})
    assert ring.find(key[:-1]) is None
    assert ring.find("") is None


def test_the_folder_holds_no_key_but_the_first(tmp_path: Path, ring: KeyRing) -> None:
    key = ring.create([Scope.READ])
    assert [path for path in tmp_path.iterdir() if key.encode() in path.read_bytes()] == []
    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_key_ends(ring: KeyRing) -> None:
    assert ring.find(ring.create([Scope.READ], expires=int(time.time()) - 1)) is None
    assert ring.find(ring.create([Scope.READ], expires=int(time.time()) + 60))


def test_a_name_is_given_once(ring: KeyRing) -> None:
    ring.create([Scope.READ], name="x")
    with pytest.raises(ConfigError, match="'x' is there already"):
        ring.create([Scope.READ], name="x")


def test_what_another_process_changes_is_seen_at_once(tmp_path: Path, ring: KeyRing) -> None:
    other = KeyRing(tmp_path)
    key = other.create([Scope.READ], name="x")
    assert ring.find(key)
    assert other.revoke("x")
    assert ring.find(key) is None
    assert not other.revoke("x")
    other.close()


def test_the_first_key_is_made_once_and_only_its_owner_reads_it(ring: KeyRing) -> None:
    key = ring.first_key()
    assert key
    assert ring.first_key_file.read_text() == f"{key}\n"
    assert ring.first_key_file.stat().st_mode & 0o777 == 0o600
    found = ring.find(key)
    assert found
    assert found.scopes == set(Scope)
    assert ring.first_key() is None


def test_the_first_key_comes_from_the_environment(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BOOTSTRAP, "one-that-is-long-enough")
    assert ring.first_key() is None
    assert ring.find("one-that-is-long-enough")
    assert not ring.first_key_file.exists()
    monkeypatch.setenv(BOOTSTRAP, "another-that-is-long-enough")
    ring.first_key()
    assert ring.find("one-that-is-long-enough") is None
    assert ring.find("another-that-is-long-enough")
    monkeypatch.setenv(BOOTSTRAP, "short")
    with pytest.raises(ConfigError, match="too short"):
        ring.first_key()


def test_keys_create_prints_the_key_alone_and_a_running_server_knows_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Server(folder) as server:
        made = logtui("keys", "create", "--data", folder, "--scope", "ingest", "--name", "shipper")
        assert (made.returncode, made.stderr) == (0, b"")
        server.key = made.stdout.decode().strip()
        assert server.post([record()]).status == 202
        assert server.request("GET", "/metrics", b"", {"X-API-Key": server.key}).status == 403
        listed = logtui("keys", "list", "--data", folder).stdout.decode().splitlines()
        assert [line.split("\t")[:2] for line in listed] == [
            ["first", "admin,alerts,ingest,read"],
            ["shipper", "ingest"],
        ]
        assert logtui("keys", "revoke", "shipper", "--data", folder).returncode == 0
        assert server.post([record()]).status == 401


def test_wrong_uses_of_keys_are_explained(tmp_path: Path) -> None:
    unknown = logtui("keys", "create", "--data", tmp_path, "--scope", "everything")
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert b"unknown scope 'everything'" in unknown.stderr
    assert b"no key is named 'x'" in logtui("keys", "revoke", "x", "--data", tmp_path).stderr


def test_a_server_of_a_container_takes_the_key_of_its_environment(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--require-key", env={BOOTSTRAP: "k" * 20}) as server:
        server.key = "k" * 20
        assert server.post([record()]).status == 202
        assert server.request("GET", "/ready").status == 401
        assert not (tmp_path / "data" / "first-key").exists()


def test_beyond_loopback_every_request_needs_a_key(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--http", "0.0.0.0:0", "--insecure") as server:
        assert server.request("GET", "/health").status == 401
        assert server.request("GET", "/no/such/path").status == 401
        assert server.post([record()]).status == 202


def test_a_file_of_keys_without_rates_is_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys.sqlite")) as database, database:
        database.execute(
            "CREATE TABLE key (name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL,"
            " tenants TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER)"
        )
        database.execute("INSERT INTO key VALUES ('old', x'00', 'read', '', 1, NULL)")
    ring = KeyRing(tmp_path)
    assert [(key.name, key.rate) for key in ring.known()] == [("old", "")]
    assert ring.find(ring.create([Scope.READ], name="new", rate="5/second"))
    ring.close()
