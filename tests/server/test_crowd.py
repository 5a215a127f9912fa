"""Thousands of idle connections and hundreds of slow ones: ingest goes on beside them."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import pytest

from tests.server.running import Server, record, stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDLE: Final = 5_000
SLOW: Final = 100
"""Of each kind: heads of requests byte by byte, and lines over TCP."""

ROUNDS: Final = 25
"""Seconds, more than the head of a request may take."""

MOST_SECONDS: Final = 3.0
HEAD: Final = b"POST /api/v1/logs HTTP/1.1\r\nX-Slow: " + b"a" * ROUNDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@contextmanager
def many_files() -> Iterator[int]:
    """Let this process have many files open; how many idle connections fit, here and in a server like it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else 20_000
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), hard))
    try:
        yield min(IDLE, (most - 1_024) // 2 - 2 * SLOW)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """Connections that send nothing, or hardly anything."""

    def __init__(self, server: Server, held: ExitStack, idle: int) -> None:
        self.tcp = int(server.line_with("tcp")["tcp"].rpartition(":")[2])
        self.idle = [held.enter_context(self._connected(self.tcp)) for _ in range(idle)]
        self.lines = [held.enter_context(self._connected(self.tcp)) for _ in range(SLOW)]
        self.heads = [held.enter_context(self._connected(server.port)) for _ in range(SLOW)]

    def drip(self, number: int) -> None:
        """Send a byte on each slow connection."""
        for each in self.heads:
            with suppress(ConnectionError):  # The server may have ended it.
                each.sendall(HEAD[number : number + 1])
        for each in self.lines:
            each.sendall(b"x")

    def _connected(self, port: int) -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), timeout=10)


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True


def was_given_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(1_024).startswith(b"HTTP/1.1 408 ")
    except ConnectionError:
        return True


def test_ingest_goes_on_beside_idle_and_slow_connections(tmp_path: Path) -> None:
    with many_files() as idle, Server(tmp_path / "data") as server, ExitStack() as held:
        crowd = Crowd(server, held, idle)
        took = []
        with socket.create_connection(("127.0.0.1", crowd.tcp)) as messages:
            for number in range(ROUNDS):
                began = time.monotonic()
                crowd.drip(number)
                messages.sendall(b"over tcp\n")
                posted = time.monotonic()
                assert server.post([record(each) for each in range(100)]).status == 202
                took.append(time.monotonic() - posted)
                time.sleep(max(0.0, began + 1.0 - time.monotonic()))
        assert max(took) < MOST_SECONDS
        assert all(map(was_given_up, crowd.heads))
        assert all(map(is_open, crowd.idle))
        assert (
            f'ingestion_errors_total{{reason="slow sender"}} {SLOW}.0'
            in server.request("GET", "/metrics").body.decode()
        )
        for each in crowd.lines:
            each.sendall(b"\n")
        assert server.stop() == 0
    found = stored(server.folder)
    assert len(found) == ROUNDS * 101 + SLOW
    assert (found.count("over tcp"), found.count("x" * ROUNDS)) == (ROUNDS, SLOW)
