"""A real server in a process of its own, and plain HTTP to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import polars as pl

from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.cli.helpers import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Records = Sequence[Mapping[str, object]] | bytes

WAIT_SECONDS = 30.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Server:
    """A server that runs on a folder until it is stopped, on any free port.

    Args:
        folder: Its data folder.
        options: Further ones of `logtui serve`.
        env: Further variables of its environment.
        program: What is started in the place of logtui.
        wait_seconds: How long a request waits for its answer.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        env: Mapping[str, str] | None = None,
        program: Sequence[str] = PROGRAM,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.folder = folder
        self.wait_seconds = wait_seconds
        self.log: list[dict[str, Any]] = []
        command = [*program, "serve", "--data", str(folder), "--min-free-bytes", "0", *options]
        if "--role" not in options:
            command += ["--role", "all"]  # one process, which a test can end as a crash does
        for option in ("--http", "--tcp", "--udp"):
            if option not in options:
                command += [option, "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        self.port = int(self._line("listening")["http"].rpartition(":")[2])
        if "front" in options or "worker" not in options:
            while not {"tcp", "udp"} <= {name for line in self.log for name in line}:
                self._line("listening for messages")
        first = folder / "first-key"
        self.key = first.read_text().strip() if first.exists() else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def request(
        self, method: str, path: str, body: bytes | str = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request without a key."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=self.wait_seconds)) as connection:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())

    def post(self, records: Records, path: str = "/api/v1/logs", **headers: str) -> Answer:
        """Send records with the first key; bytes go as they are."""
        body = records if isinstance(records, bytes) else json.dumps(records).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.request("POST", path, body, {"Authorization": f"Bearer {self.key}", **named})

    def stop(self) -> int:
        """End it as an orchestrator does, and read its log to the end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stderr
        self.log += [json.loads(line) for line in self.process.stderr]
        return self.process.wait(WAIT_SECONDS)

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait(WAIT_SECONDS)
        assert self.process.stderr
        self.process.stderr.close()

    def line_with(self, name: str) -> dict[str, Any]:
        """The line of its log so far that has a member of this name."""
        return next(line for line in self.log if name in line)

    def _line(self, message: str) -> dict[str, Any]:
        """Read its log up to a message."""
        assert self.process.stderr
        for line in self.process.stderr:
            assert line.startswith(b"{"), line
            self.log.append(json.loads(line))
            if self.log[-1]["message"] == message:
                return self.log[-1]
        raise AssertionError(f"the server ended: {self.log}")


def record(number: int = 0, **fields: object) -> dict[str, object]:
    """A record that can be recognised."""
    return {"timestamp": "2026-01-15T10:00:00Z", "level": "info", "message": f"record {number}", **fields}


def stored(folder: Path, column: str = "message") -> list[Any]:
    """A column of all records in the store of a data folder, in the order of their arrival."""
    with closing(Store(folder / "store")) as store:
        frames = list(dataset_of_store(store).records(Request.everything()))
    found = pl.concat(frames, how="diagonal_relaxed").sort("seq") if frames else pl.DataFrame()
    return found[column].to_list() if column in found.columns else [None] * len(found)


def wait_for(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
