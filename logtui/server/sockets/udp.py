"""The UDP server: each datagram is a message; those that come while others are made durable wait for the next batch."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from logtui.server.sockets.framing import Framed, message_of
from logtui.server.sockets.peers import Peers, plain_address

if TYPE_CHECKING:
    from logtui.server.sockets.keeper import MessageKeeper

WAITING_BYTES: Final = 16 << 20
_DATAGRAM_BYTES: Final = 65_536
_DATAGRAM_COST: Final = 64
"""What a datagram takes besides its bytes, about: without it, empty ones would not be bounded."""

_RECEIVE_BYTES: Final = 8 << 20
_AT_ONCE: Final = 512
"""Datagrams that are read before the event loop goes on with other things."""

_SO_RXQ_OVFL: Final = 40
"""Linux's option by which a datagram tells how many were dropped before it; Python has no name for it."""

_DROPPED: Final = struct.Struct("=I")
_ANCILLARY_BYTES: Final = socket.CMSG_SPACE(_DROPPED.size)
_CLOSE_SECONDS: Final = 10.0


class UdpServer:
    """Takes messages over UDP.

    Datagrams wait in memory up to a bound. Then they are not read any more until those that wait are durable; what the
    system lets go meanwhile is counted.

    Args:
        keeper: Keeps the messages.
        peers: Who may send.
        waiting_bytes: How many bytes of datagrams may wait.
    """

    def __init__(self, keeper: MessageKeeper, peers: Peers | None = None, waiting_bytes: int = WAITING_BYTES) -> None:
        self._keeper = keeper
        self._peers = peers or Peers()
        self._bound = waiting_bytes
        self._waiting: defaultdict[str, list[bytes]] = defaultdict(list)
        self._waiting_bytes = 0
        self._has_news = asyncio.Event()
        self._is_closing = False
        self._drops = 0
        self._socket: socket.socket | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> Self:
        """Begin to receive.

        Args:
            host: The address to listen on.
            port: Its port; 0 for any that is free.

        Raises:
            OSError: If the address cannot be had.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        self._socket = _bound_socket(socket.AddressFamily(family), address)
        self._task = asyncio.create_task(self._keep_on(self._socket))
        loop.add_reader(self._socket, self._receive, self._socket)
        return self

    @property
    def port(self) -> int:
        """The port on which it listens."""
        assert self._socket is not None
        return int(self._socket.getsockname()[1])

    async def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Receive nothing more, and keep what has been received.

        Args:
            seconds: How long that may take before what could not be kept is given up and counted as lost.
        """
        if self._task is None or self._socket is None or self._is_closing:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._receive(self._socket)
        self._is_closing = True
        self._has_news.set()
        await asyncio.wait([self._task], timeout=seconds)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._keeper.counters.lost += sum(map(len, self._waiting.values()))
        self._socket.close()

    def _receive(self, receiver: socket.socket) -> None:
        """Read datagrams; not those for which there is no room, so that the system counts what it drops."""
        with suppress(BlockingIOError):
            for _ in range(_AT_ONCE):
                if self._waiting_bytes >= self._bound:
                    asyncio.get_running_loop().remove_reader(receiver)
                    break
                self._take(*receiver.recvmsg(_DATAGRAM_BYTES, _ANCILLARY_BYTES))
        self._has_news.set()

    def _take(
        self, data: bytes, ancillary: list[tuple[int, int, bytes]], _flags: int, address: tuple[str, int]
    ) -> None:
        """Let a datagram wait."""
        for level, kind, value in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                self._count_drops(_DROPPED.unpack_from(value)[0])
        peer = plain_address(address[0])
        if not self._peers.allow(peer):
            self._keeper.counters.refused += 1
        elif text := message_of(data):
            self._waiting[peer].append(text)
            self._waiting_bytes += len(text) + _DATAGRAM_COST
            self._keeper.counters.bytes += len(data)

    def _count_drops(self, drops: int) -> None:
        """Count what the system has dropped since the last time; it counts from the start, in 32 bits."""
        self._keeper.counters.dropped += (drops - self._drops) & 0xFFFF_FFFF
        self._drops = drops

    async def _keep_on(self, receiver: socket.socket) -> None:
        """Keep what waits, again and again."""
        while self._waiting or not self._is_closing:
            await self._has_news.wait()
            self._has_news.clear()
            taken, self._waiting, self._waiting_bytes = self._waiting, defaultdict(list), 0
            if not self._is_closing:
                asyncio.get_running_loop().add_reader(receiver, self._receive, receiver)
            await asyncio.gather(*(self._keeper.keep(Framed(texts), peer) for peer, texts in taken.items()))


def _bound_socket(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        bound.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
