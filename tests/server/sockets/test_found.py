"""From a socket to the store: what senders write is found while their connection stays open."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.search.request import Request
from logtui.server.sockets.counters import SocketCounters
from logtui.server.sockets.keeper import MessageKeeper
from logtui.server.sockets.tcp import TcpServer
from logtui.server.sockets.udp import UdpServer
from tests.server.sockets.receiving import receiving, until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from logtui.store.dead_letters import DeadLetter

NC = """import socket, sys
with socket.create_connection(('localhost', int(sys.argv[1]))) as connection:
    connection.sendall(sys.stdin.buffer.read())
    print('sent', flush=True)
    connection.recv(1)
"""
"""What `nc localhost PORT` does, and like it, it leaves the connection open."""

CHALLENGE = """
echo '<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed' | nc localhost 5514
echo '{"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Hello"}' | nc localhost 5514
""".strip().splitlines()


def keeper_of(store: LiveStore) -> MessageKeeper:
    async def bury(letters: Sequence[DeadLetter]) -> None:
        await asyncio.to_thread(store.dead_letters.add, letters)

    return MessageKeeper(store.intake.journal.append_async, bury, "tcp", SocketCounters())


def started(line: str, port: int) -> subprocess.Popen[bytes]:
    """Run a line of a shell, with a stand-in for `nc` and another port."""
    client = f'"{sys.executable}" -c "{NC}" {port}'
    return subprocess.Popen(line.replace("nc localhost 5514", client), shell=True, stdout=subprocess.PIPE)


async def test_the_lines_of_the_challenge_are_found_within_seconds(tmp_path: Path) -> None:
    with LiveStore(tmp_path / "data") as store:
        server = await TcpServer(keeper_of(store)).start("127.0.0.1", 0)
        clients = [started(line, server.port) for line in CHALLENGE]
        try:
            for client in clients:
                assert client.stdout is not None
                assert await asyncio.to_thread(client.stdout.readline) == b"sent\n"
            sent = time.monotonic()
            await until(lambda: store.dataset.count(Request.of("level:info")).count == 2)
            took = time.monotonic() - sent
            assert [store.dataset.count(Request.of(text)).count for text in ("processed", "Hello", "host:myhost")] == [
                1,
                1,
                1,
            ]
            assert [client.poll() for client in clients] == [None, None]
            assert took < 5
        finally:
            await server.close()
            for client in clients:
                client.communicate(timeout=20)


@pytest.mark.skipif(shutil.which("logger") is None, reason="util-linux is not installed")
@pytest.mark.parametrize("options", [["--rfc5424"], ["--rfc5424", "--octet-count"], ["--rfc3164"]])
@pytest.mark.parametrize("protocol", ["--tcp", "--udp"])
async def test_what_logger_sends_is_found(tmp_path: Path, protocol: str, options: list[str]) -> None:
    with receiving(tmp_path) as here:
        server = TcpServer(here.keeper) if protocol == "--tcp" else UdpServer(here.keeper)
        await server.start("127.0.0.1", 0)
        command = [
            "logger",
            "-n",
            "127.0.0.1",
            "-P",
            str(server.port),
            protocol,
            *options,
            "-p",
            "user.err",
            "-t",
            "api",
        ]
        client = await asyncio.create_subprocess_exec(*command, "timed out")
        assert await client.wait() == 0
        await until(lambda: here.counters.records == 1)
        await server.close()
        (row,) = here.records().to_dicts()
        assert (row["message"], row["level"], row["service"]) == ("timed out", "error", "api")
