"""`logtui listen`: a server under the screen."""

from __future__ import annotations

import json
import signal
import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from tests.cli.helpers import logtui
from tests.server.running import record, stored
from tests.tui.terminal.helpers import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # each starts a server and a screen


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def options(port: int) -> list[str]:
    address = f"127.0.0.1:{port}"
    return ["--http", address, "--tcp", address.replace(str(port), "0"), "--udp", "none", "--min-free-bytes", "0"]


def post(port: int, *records: dict[str, object]) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("POST", "/api/v1/logs", json.dumps(records))
        return connection.getresponse().status


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionRefusedError:
        return True
    return False


def quit_and(shown: Terminal, answer: str = "") -> None:
    shown.press("q")
    if answer:
        shown.until("Keep the records")
        shown.press(answer, "enter")
    assert shown.exit_code() == 0
    shown.until(shown.is_alone)


def test_records_are_on_the_screen_as_they_arrive_and_stay_in_the_folder(tmp_path: Path) -> None:
    port = free_port()
    with terminal(tmp_path, "listen", "--data", tmp_path / "data", *options(port), columns=120) as shown:
        shown.until("waiting for records")
        assert post(port, record(1), {"message": "without a time"}) == 202
        began = time.monotonic()
        shown.until("record 1")
        assert time.monotonic() - began < 3, "a second and what a busy machine adds"
        shown.until(lambda: "dead letters 1" in shown.status)
        quit_and(shown)
    assert stored(tmp_path / "data") == ["record 1"]


@pytest.mark.parametrize(("answer", "is_kept"), [("n", False), ("y", True)])
def test_the_records_of_a_temporary_folder_are_kept_if_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, *, is_kept: bool
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    port = free_port()
    with terminal(tmp_path, "listen", *options(port), columns=120) as shown:
        shown.until("waiting for records")
        assert post(port, record(1)) == 202
        shown.until("record 1")
        quit_and(shown, answer)
    kept = [*(tmp_path / "tmp").glob("logtui-*/store")]
    assert bool(kept) is is_kept
    assert all(stored(each.parent) == ["record 1"] for each in kept)


def test_the_records_of_a_temporary_folder_are_kept_when_the_terminal_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    port = free_port()
    with terminal(tmp_path, "listen", *options(port), columns=120) as shown:
        shown.until("waiting for records")
        assert post(port, record(1)) == 202
        shown.hang_up()
        shown.exit_code()
        shown.until(lambda: is_refused(port))
    (kept,) = (tmp_path / "tmp").glob("logtui-*/store")
    assert stored(kept.parent) == ["record 1"]


def test_what_keeps_the_server_from_starting_is_told_before_the_screen_opens(tmp_path: Path) -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as taken,
        terminal(tmp_path, "listen", *options(taken.getsockname()[1]), columns=120) as shown,
    ):
        shown.until("choose another with --http")
        assert shown.exit_code() == 2
        shown.until(shown.is_alone)


def test_the_server_ends_with_a_screen_that_is_killed(tmp_path: Path) -> None:
    port = free_port()
    with terminal(tmp_path, "listen", "--data", tmp_path / "data", *options(port), columns=120) as shown:
        shown.until("waiting for records")
        assert post(port, record(1)) == 202
        shown.process.kill()
        assert shown.exit_code() == -signal.SIGKILL
        shown.until(lambda: is_refused(port))
        shown.until(lambda: stored(tmp_path / "data") == ["record 1"])


def test_without_a_terminal_the_other_command_is_named() -> None:
    done = logtui("listen")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"logtui: listen needs a terminal; `logtui serve` takes logs without a screen\n"
