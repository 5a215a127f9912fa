"""Servers are inputs of `logtui query` and `logtui open`, as files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.helpers import logtui, printed_records
from tests.server.running import Server
from tests.server.search.asking import put
from tests.server.search.conftest import day
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("remote") / "data", "--require-key") as running:
        put(running, day(), 50)
        yield running


@pytest.fixture
def address(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LOGTUI_API_KEY", server.key)
    return f"http://127.0.0.1:{server.port}"


def test_a_server_and_a_file_are_one_timeline(address: str, tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("2024-01-15T01:30:00Z ERROR web failed\n")
    done = logtui("query", "level:error", address, tmp_path / "web.log", "--output", "jsonl", "--limit", "2")
    assert done.returncode == 0, done.stderr
    assert [each["message"] for each in printed_records(done)] == ["Database Timeout 0", "web failed"]


def test_a_table_and_an_explanation_come_from_the_server(address: str) -> None:
    done = logtui("query", "* | stats count() by level | sort level", address, "--output", "csv")
    assert b"error,12" in done.stdout
    explained = logtui("query", "timeout", address, "--explain").stdout.decode()
    assert f"{address}: 50 records in" in explained


def test_what_probably_was_meant_is_told(address: str) -> None:
    done = logtui("query", "level:error service:nowhere", address)
    assert done.returncode == 1
    assert b"12  level:error" in done.stderr


def test_the_key_may_stand_in_the_settings(server: Server, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[remote]\napi_key = "{server.key}"\n')
    url = f"http://127.0.0.1:{server.port}"
    assert logtui("query", "level:fatal", url, "--config", tmp_path / "config.toml").returncode == 0
    refused = logtui("query", "level:fatal", url)
    assert refused.returncode == 3
    assert b"LOGTUI_API_KEY" in refused.stderr


def test_what_other_inputs_hold_is_printed_when_a_server_fails(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("2024-01-15T01:30:00Z ERROR web failed\n")
    done = logtui("query", "level:error", "http://127.0.0.1:1", tmp_path / "web.log")
    assert done.returncode == 3
    assert b"web failed" in done.stdout
    assert b"http://127.0.0.1:1: cannot connect" in done.stderr


def test_a_server_that_cannot_be_reached_is_told_without_a_hint_about_its_fields() -> None:
    done = logtui("query", "pod:x", "http://127.0.0.1:1")
    assert done.returncode == 3
    assert b"cannot connect" in done.stderr
    assert b"hint" not in done.stderr


def test_a_server_is_opened_on_the_screen(address: str, tmp_path: Path) -> None:
    with terminal(tmp_path, "open", address, columns=120) as shown:
        shown.until("Database Timeout 0")
        shown.until("50 records")


def test_a_server_that_is_not_there_is_told_before_the_screen_opens(tmp_path: Path) -> None:
    with terminal(tmp_path, "open", "http://127.0.0.1:1", columns=150) as shown:
        shown.until("cannot connect")
        assert shown.exit_code() == 3
