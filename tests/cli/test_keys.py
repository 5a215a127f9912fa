"""`logtui keys`, and what a running server makes of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.server.auth.first_key import BOOTSTRAP
from tests.cli.helpers import logtui
from tests.server.running import Server, record

if TYPE_CHECKING:
    from pathlib import Path


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


def test_beyond_loopback_every_request_needs_a_key(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--http", "0.0.0.0:0", "--insecure") as server:
        assert server.request("GET", "/health").status == 401
        assert server.request("GET", "/no/such/path").status == 401
        assert server.post([record()]).status == 202


def test_a_server_of_a_container_takes_the_key_of_its_environment(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--require-key", env={BOOTSTRAP: "k" * 20}) as server:
        server.key = "k" * 20
        assert server.post([record()]).status == 202
        assert server.request("GET", "/ready").status == 401
        assert not (tmp_path / "data" / "first-key").exists()
