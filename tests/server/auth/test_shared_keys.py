"""Fronts with folders of their own and one PostgreSQL: their keys are the same."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.errors import StoreConnectionError
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope
from logtui.server.auth.shared_keys import SharedKeys
from tests.cli.helpers import logtui
from tests.server.running import Server, record, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.system


def status(server: Server, key: str) -> int:
    server.key = key
    return server.post([record()]).status


def test_a_database_that_is_away_is_an_error_in_a_line_without_the_password(tmp_path: Path) -> None:
    with (
        closing(KeyRing(SharedKeys(f"postgresql://ann:s3cret@/alerts?host={tmp_path}"))) as ring,
        pytest.raises(StoreConnectionError, match="No such file or directory") as caught,
    ):
        ring.create([Scope.READ])
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_fronts_share_their_keys_and_a_revoked_one_ends_at_all_within_seconds(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    shared = ("--alerts-url", postgres.url)
    with Server(tmp_path / "a", *shared) as first, Server(tmp_path / "b", *shared) as second:
        assert (bool(first.key), second.key) == (True, "")
        assert status(second, first.key) == 202
        named = ("--data", tmp_path / "cli", *shared)
        made = logtui("keys", "create", *named, "--scope", "ingest", "--name", "shipper")
        key = made.stdout.decode().strip()
        wait_for(lambda: status(first, key) == status(second, key) == 202, 5)
        listed = logtui("keys", "list", *named).stdout.decode().splitlines()
        assert [line.split("\t")[0] for line in listed] == ["first", "shipper"]
        began = time.monotonic()
        assert logtui("keys", "revoke", "shipper", *named).returncode == 0
        wait_for(lambda: status(first, key) == status(second, key) == 401, 5)
        print("revoked everywhere", round(time.monotonic() - began, 1), "s after the command began")
    assert not list(tmp_path.rglob("keys.sqlite"))


@pytest.mark.slow
def test_known_keys_go_on_while_the_database_is_away(postgres: PostgresServer, tmp_path: Path) -> None:
    with Server(tmp_path / "a", "--alerts-url", postgres.url) as server:
        key = server.key
        postgres.kill()
        try:
            wait_for(lambda: "keys" in server.request("GET", "/ready").json)
            ready = server.request("GET", "/ready")
            assert (ready.status, ready.json["status"]) == (200, "ready")
            assert "those known are taken for 1" in ready.json["keys"][0]
            assert status(server, key) == 202
            assert status(server, "another") == 401
            with Server(tmp_path / "b", "--alerts-url", postgres.url) as late:
                assert status(late, key) == 503
                (reason,) = late.request("GET", "/ready").json["reasons"]
                assert reason.startswith("keys cannot be read: postgresql")
                postgres.start()
                wait_for(lambda: status(late, key) == 202)
        finally:
            if not postgres.is_running:
                postgres.start()
        wait_for(lambda: "keys" not in server.request("GET", "/ready").json)
