"""The UDP server: real datagrams, each of which is a message or is counted."""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
import socket
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING

from logtui.server.sockets.peers import Peers
from logtui.server.sockets.udp import WAITING_BYTES, UdpServer
from tests.server.sockets.receiving import Receiving, receiving, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def serving(
    folder: Path, *, peers: Peers | None = None, waiting_bytes: int = WAITING_BYTES, cap_bytes: int = 1 << 30
) -> AsyncIterator[tuple[Receiving, UdpServer]]:
    with receiving(folder, cap_bytes=cap_bytes) as here:
        server = await UdpServer(here.keeper, peers, waiting_bytes).start("127.0.0.1", 0)
        try:
            yield here, server
        finally:
            await server.close(0.1)


def send(server: UdpServer, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for datagram in datagrams:
            client.sendto(datagram, ("127.0.0.1", server.port))


async def test_each_datagram_is_a_record(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        send(server, b"<14>a\n", b'{"message":"b"}', b"c\nd\0", b"\n", b"")
        await until(lambda: here.counters.records == 3)
        assert sorted(here.messages()) == ["a", "b", "c\nd"]
        assert set(here.records()["source"]) == {"127.0.0.1"}


async def test_a_broken_object_is_a_dead_letter(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        send(server, b'{"message":')
        await until(lambda: here.counters.rejected == 1)
        assert [letter.raw for letter in here.letters()] == [b'{"message":']


async def test_the_handler_of_python_comes_through(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        handler = logging.handlers.SysLogHandler(("127.0.0.1", server.port))
        logger = logging.Logger("app")
        logger.addHandler(handler)
        logger.error("failed")
        handler.close()
        await until(lambda: here.counters.records == 1)
        (row,) = here.records().to_dicts()
        assert (row["message"], row["level"]) == ("failed", "error")


async def test_peers_that_are_not_allowed_are_counted(tmp_path: Path) -> None:
    async with serving(tmp_path, peers=Peers([ip_network("10.0.0.0/8")])) as (here, server):
        send(server, b"a")
        await until(lambda: here.counters.refused == 1)
        assert here.counters.records == 0


async def test_every_datagram_is_kept_or_counted_as_dropped(tmp_path: Path) -> None:
    async with serving(tmp_path, waiting_bytes=100_000) as (here, server):
        await asyncio.sleep(0)
        for _ in range(20):  # The event loop does not run meanwhile, so that the system has to drop some.
            send(server, *[b"<14>" + b"x" * 1000] * 1000)
        sent = 20_000

        def is_all() -> bool:
            send(server, b"<14>again")  # A datagram tells how many were dropped before it.
            nonlocal sent
            sent += 1
            return here.counters.records + here.counters.dropped >= sent - 5

        await until(is_all)
        await until(lambda: here.counters.records + here.counters.dropped == sent)
        assert here.counters.dropped > 0


async def test_datagrams_are_not_read_while_too_many_wait(tmp_path: Path) -> None:
    async with serving(tmp_path, waiting_bytes=10_000) as (here, server):
        here.journal.close()
        send(server, b"first")
        await until(lambda: here.counters.waiting == 1)
        send(server, *[b"x" * 1000] * 100)
        await asyncio.sleep(0.3)
        assert 10_000 <= here.counters.bytes < 12_000


async def test_closing_keeps_what_has_arrived(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        send(server, *[b"a"] * 100)
        await server.close()
        assert here.counters.records == 100


async def test_what_cannot_be_kept_when_it_closes_is_counted(tmp_path: Path) -> None:
    async with serving(tmp_path) as (here, server):
        here.journal.close()
        send(server, b"a")
        await until(lambda: here.counters.waiting == 1)
        send(server, b"b", b"c")
        await server.close(0.1)
        assert here.counters.lost == 3
