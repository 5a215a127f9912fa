"""Any ASGI server runs the application: here uvicorn's own command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple

import pytest

from logtui.errors import ConfigError
from logtui.server.asgi import create_app
from tests.server.running import WAIT_SECONDS, record, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UVICORN = (sys.executable, "-m", "uvicorn", "--factory", "logtui.server.asgi:create_app")
NO_SOCKETS = {"LOGTUI_TCP": "none", "LOGTUI_UDP": "none", "LOGTUI_MIN_FREE_BYTES": "0"}


class Hosted(NamedTuple):
    """An application that uvicorn runs."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def answer(self, method: str, path: str, body: str = "", key: str = "") -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)) as connection:
            connection.request(method, path, body, {"Authorization": f"Bearer {key}"} if key else {})
            found = connection.getresponse()
            return found.status, found.read()

    @property
    def key(self) -> str:
        first = self.folder / "first-key"
        wait_for(lambda: first.exists() and first.read_text().endswith("\n"))
        return first.read_text().strip()

    def stop(self) -> str:
        """End it; its log."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stderr
        return self.process.stderr.read().decode()


@contextmanager
def hosted(folder: Path, **variables: str) -> Iterator[Hosted]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environment = {**os.environ, **NO_SOCKETS, "LOGTUI_DATA": str(folder), **variables}
        command = [*UVICORN, "--fd", str(listener.fileno())]
        with subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=[listener.fileno()]
        ) as process:
            yield Hosted(process, listener.getsockname()[1], folder)
            process.kill()


@pytest.mark.slow
def test_uvicorn_runs_the_application_with_its_worker(tmp_path: Path) -> None:
    with hosted(tmp_path / "data") as server:
        status, body = server.answer("POST", "/api/v1/logs", json.dumps([record(1)]), server.key)
        assert (status, body) == (202, b'{"ingested": 1}')
        wait_for(lambda: server.answer("GET", "/ready", key=server.key)[0] == 200)
        wait_for(lambda: stored(server.folder) == ["record 1"])
        log = server.stop()
    assert server.key not in log
    assert all(line.startswith("{") for line in log.splitlines())


@pytest.mark.slow
def test_what_was_acknowledged_is_stored_when_the_server_has_ended(tmp_path: Path) -> None:
    with hosted(tmp_path / "data") as server:
        assert server.answer("POST", "/api/v1/logs", json.dumps([record(2)]), server.key)[0] == 202
        server.stop()
    assert stored(server.folder) == ["record 2"]


@pytest.mark.slow
def test_every_request_needs_a_key_wherever_the_server_listens(tmp_path: Path) -> None:
    with hosted(tmp_path / "data") as server:
        assert server.answer("GET", "/ready", key=server.key)[0] in (200, 503)
        assert server.answer("GET", "/api/v1/search?q=*")[0] == 401


@pytest.mark.slow
def test_a_front_leaves_the_worker_to_another_process(tmp_path: Path) -> None:
    with hosted(tmp_path / "data", LOGTUI_ROLE="front") as server:
        status, body = server.answer("GET", "/ready", key=server.key)
    assert status == 503
    assert b"the worker is not running" in body


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LOGTUI_ROLE", "worker", "a worker answers nobody"),
        ("LOGTUI_INSECURE", "true", "every request needs a key"),
        ("LOGTUI_SERVER_CONFIG", "/nowhere.toml", "/nowhere.toml: No such file"),
    ],
)
def test_settings_that_an_application_cannot_have_are_errors(
    name: str, value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGTUI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=message):
        create_app()
    assert not (tmp_path / "data").exists()
