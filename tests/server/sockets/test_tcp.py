"""The TCP server: real connections, whose messages are in the journal before more is read."""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
import socket
import ssl
import subprocess
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from logtui.server.sockets.peers import Peers
from logtui.server.sockets.tcp import TcpLimits, TcpServer
from tests.server.sockets.receiving import Receiving, receiving, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SYSLOG = b"<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed"
JSON = b'{"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Hello"}'


@asynccontextmanager
async def serving(
    folder: Path,
    *,
    peers: Peers | None = None,
    limits: TcpLimits | None = None,
    tls: ssl.SSLContext | None = None,
    cap_bytes: int = 1 << 30,
) -> AsyncIterator[tuple[Receiving, TcpServer]]:
    with receiving(folder, cap_bytes=cap_bytes, segment_bytes=1 << 20) as here:
        server = await TcpServer(here.keeper, peers, limits, tls).start("127.0.0.1", 0)
        try:
            yield here, server
        finally:
            await server.close()


def connected(server: TcpServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port))


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS with a certificate of its own, and a client's that trusts it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    return tls, ssl.create_default_context(cafile=certificate)


async def send(server: TcpServer, *chunks: bytes) -> None:
    """Send on a connection of its own, end it, and wait until the server ends it too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()


async def test_the_lines_of_the_challenge_are_records_while_the_connection_is_open(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        with connected(server) as first, connected(server) as second:
            first.sendall(SYSLOG + b"\n")
            second.sendall(JSON + b"\n")
            await until(lambda: here.counters.records == 2, 1.0)
            assert here.counters.connections == 2
        found = {row["message"]: row for row in here.records().to_dicts()}
        assert set(found) == {"Request processed", "Hello"}
        assert {row["source"] for row in found.values()} == {"127.0.0.1"}
        assert (found["Request processed"]["host"], found["Request processed"]["service"]) == ("myhost", "api")
        assert [row["level"] for row in found.values()] == ["info", "info"]
        await until(lambda: here.counters.connections == 0)


async def test_all_framings_come_through_on_one_connection(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        stream = [b"%d %b" % (len(SYSLOG), SYSLOG), JSON, b"\nplain\n", b"<14>a\nb\0", b'{"message":\n', b"end"]
        await send(server, *stream)
        assert sorted(here.messages()) == ["Hello", "Request processed", "a\nb", "end", "plain"]
        assert [letter.raw for letter in here.letters()] == [b'{"message":']


async def test_the_handler_of_python_sends_a_traceback_as_one_record(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):

        def log() -> None:
            handler = logging.handlers.SysLogHandler(("127.0.0.1", server.port), socktype=socket.SOCK_STREAM)
            logger = logging.Logger("app")
            logger.addHandler(handler)
            try:
                int("seven")
            except ValueError:
                logger.exception("failed")
            logger.warning("next")
            handler.close()

        await asyncio.to_thread(log)
        await until(lambda: here.counters.records == 2)
        first, second = here.records().sort("seq").to_dicts()
        assert first["message"].startswith("failed\nTraceback")
        assert first["message"].endswith("with base 10: 'seven'")
        assert (first["level"], second["level"], second["message"]) == ("error", "warn", "next")


async def test_a_line_behind_a_nul_is_found_while_the_connection_stays_open(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        with connected(server) as client:
            client.sendall(b"<14>a\0<14>b\n")
            await until(lambda: here.counters.records == 2, 2.0)
            client.sendall(b"<14>c\0")
            await until(lambda: here.counters.records == 3, 2.0)
        assert here.messages() == ["a", "b", "c"]


async def test_a_hundred_thousand_messages_are_kept_once_and_in_order(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        lines = [b"<14>1 2024-01-15T10:00:00Z h api - - - %d" % number for number in range(100_000)]
        await send(server, b"\n".join(lines))
        assert here.counters.records == 100_000
        assert here.counters.bytes == len(b"\n".join(lines))
        assert here.journal.last == 100_000


async def test_reading_stops_while_the_journal_is_full(tmp_path: Path) -> None:
    async with serving(tmp_path, cap_bytes=3 << 20) as (here, server):
        line = b"<14>" + b"x" * 995 + b"\n"
        task = asyncio.create_task(send(server, *[line * 100] * 200))
        await until(lambda: here.counters.waiting > 0)
        await asyncio.sleep(0.5)
        read = here.counters.bytes
        await asyncio.sleep(0.5)
        assert here.counters.bytes == read < 10_000_000
        while not task.done():
            await asyncio.to_thread(here.journal.trim, here.journal.last)
            await asyncio.sleep(0.01)
        await task
        assert (here.counters.records, here.counters.lost) == (20_000, 0)


async def test_a_message_above_the_bound_is_a_dead_letter_and_the_connection_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(message_bytes=100)) as (here, server):
        await send(server, b"a" * 1000 + b"\nnext\n")
        assert here.messages() == ["next"]
        assert [(each.raw, each.reason) for each in here.letters()] == [
            (b"a" * 100, "expected a message of at most 100 bytes, got 1000 bytes, of which the first are kept")
        ]


async def test_connections_above_the_limit_are_refused_until_one_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(connections=1)) as (here, server):
        with connected(server) as first:
            first.sendall(b"a\n")
            await until(lambda: here.counters.records == 1)
            with pytest.raises(ConnectionError):
                await send(server, b"b\n")
        await until(lambda: here.counters.connections == 0)
        await send(server, b"c\n")
        assert (here.messages(), here.counters.refused) == (["a", "c"], 1)


async def test_peers_that_are_not_allowed_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, peers=Peers([ip_network("10.0.0.0/8")])) as (here, server):
        with pytest.raises(ConnectionError):
            await send(server, b"a\n")
        assert (here.counters.records, here.counters.refused) == (0, 1)


async def test_a_connection_is_closed_once_it_has_been_idle_too_long(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(idle_seconds=0.3)) as (here, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"half a line")
        assert await reader.read() == b""
        writer.close()
        assert here.messages() == ["half a line"]


async def test_a_message_that_comes_too_slowly_is_kept_as_far_as_it_has_come(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(message_seconds=0.5)) as (here, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        ended = asyncio.create_task(reader.read())
        while not ended.done():
            writer.write(b"a")
            await asyncio.sleep(0.05)
        writer.close()
        (message,) = here.messages()
        assert set(message) == {"a"}
        assert here.counters.held == 0


async def test_a_sender_of_whole_messages_is_never_too_slow(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(message_seconds=0.4)) as (here, server):
        with connected(server) as client:
            for _ in range(12):
                client.sendall(b"a\nhalf ")
                await asyncio.sleep(0.05)
            await until(lambda: here.counters.records == 12)
            assert here.counters.connections == 1


async def test_a_connection_that_breaks_leaves_what_it_has_sent(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        client = connected(server)
        client.sendall(b"a\nb")
        await until(lambda: here.counters.records == 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        await until(lambda: here.counters.connections == 0)
        assert here.messages() == ["a", "b"]


async def test_closing_keeps_what_has_arrived(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        with connected(server) as client:
            await until(lambda: here.counters.connections == 1)
            client.sendall(b"line\n" * 10_000 + b"half a line")
            port = server.port
            await server.close()
            assert (here.counters.records, here.counters.connections) == (10_001, 0)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))


async def test_closing_does_not_wait_for_ever_for_a_journal_that_refuses(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        here.journal.close()
        with connected(server) as client:
            client.sendall(b"a\nb\nhalf a line")
            await until(lambda: here.counters.waiting == 2)
            await server.close(0.1)
        assert (here.counters.lost, here.counters.connections, here.counters.held) == (2, 0, 0)


async def test_many_idle_connections_do_not_keep_messages_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        idle = [connected(server) for _ in range(200)]
        try:
            await send(server, b"a\n")
            assert (here.messages(), here.counters.connections) == (["a"], 200)
        finally:
            for each in idle:
                each.close()


async def test_messages_that_never_end_do_not_take_all_memory(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=TcpLimits(held_bytes=2_000)) as (here, server):
        with connected(server) as first, connected(server) as second:
            first.sendall(b"a" * 1500)
            await until(lambda: here.counters.held == 1500)
            second.sendall(b"b" * 1500)
            await until(lambda: here.counters.records == 1)
            assert (here.messages(), here.counters.refused) == (["b" * 1500], 1)
            first.sendall(b"\nnext\n")
            await until(lambda: here.counters.records == 3)
            assert here.counters.held == 0


async def test_messages_come_encrypted_where_a_certificate_is_given(tmp_path: Path) -> None:
    tls, trusting = contexts(tmp_path)
    async with serving(tmp_path, tls=tls) as (here, server):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting, server_hostname="localhost")
        writer.write(b"%d %b" % (len(SYSLOG), SYSLOG))
        await until(lambda: here.counters.records == 1)
        writer.close()
        await writer.wait_closed()
        assert here.messages() == ["Request processed"]
