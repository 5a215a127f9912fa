"""`logtui seed` fills a data folder, or a server that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.helpers import logtui
from tests.server.running import Server, stored, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_data_folder_is_filled_with_records_to_search(tmp_path: Path) -> None:
    done = logtui("seed", "--data", tmp_path / "data", "--records", "3000", "--hours", "2")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"3,000 records of the last 2 hours are in {tmp_path / 'data'}\n"
    assert len(stored(tmp_path / "data")) == 3_000
    found = logtui(
        "query", 'service:payments "connection pool" last:2h | stats count()', tmp_path / "data", "--output", "jsonl"
    )
    assert found.returncode == 0, found.stderr
    assert b": 0}" not in found.stdout


def test_a_server_is_filled_and_its_folder_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(tmp_path / "data") as server:
        monkeypatch.setenv("LOGTUI_API_KEY", server.key)
        address = f"http://127.0.0.1:{server.port}"
        assert logtui("seed", "--server", address, "--records", "1500").returncode == 0
        wait_for(lambda: len(stored(tmp_path / "data")) == 1_500)
        busy = logtui("seed", "--data", tmp_path / "data")
        assert (busy.returncode, busy.stdout) == (2, b"")
        assert b"--server URL sends to the server" in busy.stderr


def test_one_place_must_be_named(tmp_path: Path) -> None:
    for options in ([], ["--data", str(tmp_path), "--server", "http://127.0.0.1:1"]):
        assert logtui("seed", *options).returncode == 2
