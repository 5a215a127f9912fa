"""Front and worker run in processes of their own: one that ends is started again, both end with their supervisor."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

import pytest

from logtui.server import supervisor
from logtui.server.settings import Role
from logtui.server.supervisor import Supervisor
from tests.cli.helpers import PROGRAM
from tests.server.running import record, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Supervised:
    """A server of two processes; its log goes to a file, which both may write to after the supervisor has gone."""

    def __init__(self, folder: Path, *, start_new_session: bool = False) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder.with_suffix(".log")
        anywhere = ("--http", f"127.0.0.1:{self.port}", "--tcp", "127.0.0.1:0", "--udp", "127.0.0.1:0")
        command = [*PROGRAM, "serve", "--data", str(folder), *anywhere, "--min-free-bytes", "0"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, start_new_session=start_new_session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def lines(self, message: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.log.read_bytes().splitlines()]
        return [line for line in found if line["message"] == message]

    def pid(self, role: str) -> int:
        """The number of the newest process of a role."""
        pids = [line["pid"] for line in self.lines("started") if line["role"] == role]
        return int(pids[-1]) if pids else 0

    def wait_until_it_works(self) -> None:
        """Wait for both processes, one of which may be up long before the other."""
        wait_for(lambda: self.send(0))
        wait_for(lambda: bool(self.lines("working")))

    def send(self, number: int) -> bool:
        """Whether a record was acknowledged."""
        key = (self.folder / "first-key").read_text().strip() if (self.folder / "first-key").exists() else ""
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            headers = {"Authorization": f"Bearer {key}"}
            connection.request("POST", "/api/v1/logs", json.dumps([record(number)]), headers)
            return connection.getresponse().status == 202
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Supervised]:
    with Supervised(tmp_path / "data") as running:
        running.wait_until_it_works()
        yield running


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_supervised_server_ends_in_order_and_stores_what_it_acknowledged(server: Supervised) -> None:
    assert server.send(1)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    assert time.monotonic() - began < 20
    assert stored(server.folder) == ["record 0", "record 1"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_server_that_its_terminal_ends_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with Supervised(tmp_path / "data", start_new_session=True) as server:
        server.wait_until_it_works()
        os.killpg(server.process.pid, number)  # as the system does, all that the terminal knows at once
        assert server.process.wait(30) == 0
        assert server.lines("ended unexpectedly") == []
        assert [line["role"] for line in server.lines("ended")] == ["front", "worker"]


def test_a_terminal_that_is_closed_while_the_server_starts_ends_it_in_order(tmp_path: Path) -> None:
    with Supervised(tmp_path / "data", start_new_session=True) as server:
        wait_for(lambda: len(server.lines("started")) == 2)
        os.killpg(server.process.pid, signal.SIGHUP)
        assert server.process.wait(30) == 0
        assert server.lines("ended unexpectedly") == []


def test_front_and_worker_give_memory_back_soon(server: Supervised) -> None:
    for role in ("front", "worker"):
        environment = Path(f"/proc/{server.pid(role)}/environ").read_bytes().split(b"\0")
        assert any(each.startswith(b"_RJEM_MALLOC_CONF=") for each in environment)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["front", "worker"])
def test_a_process_that_is_killed_is_started_again_and_nothing_is_lost(server: Supervised, role: str) -> None:
    before = server.pid(role)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: server.pid(role) not in (0, before))
    wait_for(lambda: server.send(1))
    wait_for(lambda: stored(server.folder) == ["record 0", "record 1"])
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    assert [line["role"] for line in server.lines("ended unexpectedly")] == [role]


@pytest.mark.slow
def test_front_and_worker_end_with_their_supervisor_and_the_next_start_succeeds(server: Supervised) -> None:
    pids = [server.pid("front"), server.pid("worker")]
    server.process.kill()
    server.process.wait()
    wait_for(lambda: not any(map(is_alive, pids)))
    with Supervised(server.folder) as again:
        wait_for(lambda: again.send(1))
        # A worker that is asked to end before it has begun leaves what it finds to the next start.
        wait_for(lambda: stored(server.folder) == ["record 0", "record 1"])
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(30) == 0
    assert stored(server.folder) == ["record 0", "record 1"]


@pytest.mark.slow
def test_a_server_that_cannot_start_says_so_once_and_ends(server: Supervised) -> None:
    anywhere = ("--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--udp", "127.0.0.1:0")
    command = [*PROGRAM, "serve", "--data", str(server.folder), *anywhere]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    (refusal,) = [line for line in second.stderr.splitlines() if line.startswith("logtui: ")]
    assert "another process" in refusal
    assert server.send(1)


def test_a_process_that_has_worked_may_refuse_to_start_for_a_while(tmp_path: Path) -> None:
    """As with a disk that is full for a minute: exit code 2 ends the server at its first start alone."""
    starts = tmp_path / "starts"
    script = f"""
import pathlib, sys, time
starts = pathlib.Path({str(starts)!r})
number = len(starts.read_text()) if starts.exists() else 0
starts.write_text("x" * (number + 1))
time.sleep([0.6, 0, 0][number] if number < 3 else 60)
sys.exit([1, 2, 2][number])
"""
    sleeping = "import time; time.sleep(60)"
    commands = {role: [sys.executable, "-c", text] for role, text in ((Role.FRONT, sleeping), (Role.WORKER, script))}
    until = threading.Event()

    def end() -> None:
        wait_for(lambda: starts.exists() and len(starts.read_text()) == 4)
        os.kill(os.getpid(), signal.SIGTERM)
        until.set()

    with patch.object(supervisor, "_STEADY_SECONDS", 0.3), patch.object(supervisor, "_FIRST_RESTART_SECONDS", 0.05):
        threading.Thread(target=end).start()
        assert Supervisor(commands, 5).run() == 0
    assert until.wait(5)
