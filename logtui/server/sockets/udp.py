"""The UDP server: each datagram is a message; those that come while others are made durable wait for the next batch."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Self

from logtui.server.sockets.framing import Framed
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
_DROPPED: Final = struct.Struct("=I")
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
        self._arrived = asyncio.Event()
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
        self._socket = _bound_socket(found[0][0], found[0][4])
        self._task = asyncio.create_task(self._keep_on())
        loop.add_reader(self._socket, self._receive)
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
        if self._socket is None or self._task is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._receive_some(_AT_ONCE)
        ...
