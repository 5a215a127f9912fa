"""The TCP server: connections are read, cut into messages and kept; a connection is read on once that is durable."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from logtui.server.sockets.framing import MAX_BYTES, Framer
from logtui.server.sockets.peers import Peers, plain_address

if TYPE_CHECKING:
    import ssl
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Sequence

    from logtui.server.sockets.framing import Framed
    from logtui.server.sockets.keeper import MessageKeeper

_READ_BYTES: Final = 1 << 18
_BUFFER_BYTES: Final = 1 << 16
"""What a connection may have received without being read, half of the real bound."""

_QUIET_SECONDS: Final = 0.25
_DRAIN_SECONDS: Final = 1.0
"""How long a sender that does not stop is read when the server closes."""

_CLOSE_SECONDS: Final = 10.0
_KEEPALIVE: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 6),
)
"""A peer that has vanished without a word is noticed after two minutes."""


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """What connections may take.

    Attributes:
        connections: How many may be open.
        message_bytes: How long a message may be.
        held_bytes: How much of messages that are not complete all connections together may hold; the connection that
            exceeds it is closed. Without it, senders that never end their messages could take all memory.
        idle_seconds: After which time without a byte a connection is closed. It is long, because many senders notice
            that only by losing their next message.
        message_seconds: How long the rest of a message that has begun may take. Then what has come of it is kept, and
            the connection is closed, which a sender of one byte now and then would otherwise hold for ever.
    """

    connections: int = 8_000
    message_bytes: int = MAX_BYTES
    held_bytes: int = 256 << 20
    idle_seconds: float = 86_400.0
    message_seconds: float = 600.0


class TcpServer:
    """Takes messages over TCP.

    Args:
        keeper: Keeps the messages.
        peers: Who may connect.
        limits: What connections may take.
        tls: Encrypts connections, and asks for certificates if it is made to; None for plain connections.
    """

    def __init__(
        self,
        keeper: MessageKeeper,
        peers: Peers | None = None,
        limits: TcpLimits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._keeper = keeper
        self._counters = keeper.counters
        self._peers = peers or Peers()
        self._limits = limits or TcpLimits()
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()

    async def start(self, host: str, port: int) -> Self:
        """Begin to accept connections.

        Args:
            host: The address to listen on.
            port: Its port; 0 for any that is free.

        Raises:
            OSError: If the address cannot be had.
        """
        self._server = await asyncio.start_server(
            self._serve, host, port, limit=_BUFFER_BYTES, ssl=self._tls, backlog=1024
        )
        return self

    @property
    def port(self) -> int:
        """The port on which it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Accept and read nothing more, and keep what has been read.

        Args:
            seconds: How long that may take before what could not be kept is given up and counted as lost.
        """
        if self._server is None:
            return
        self._server.close()
        open_ones = tuple(self._connections)
        for connection in open_ones:
            connection.end()
        late = await _ended(open_ones, _DRAIN_SECONDS)
        for connection in late:
            connection.stop()
        for connection in await _ended(late, seconds):
            connection.task.cancel()
        await asyncio.gather(*(connection.task for connection in open_ones), return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        peer = plain_address(writer.get_extra_info("peername")[0])
        if self._counters.connections >= self._limits.connections or not self._peers.allow(peer):
            self._counters.refused += 1
            writer.transport.abort()
            return
        _keep_alive(writer)
        connection = _Connection(reader, writer, peer, self._keeper, self._limits)
        self._connections.add(connection)
        self._counters.connections += 1
        try:
            await connection.run()
        finally:
            self._counters.held -= connection.held
            self._counters.connections -= 1
            self._connections.discard(connection)
            writer.close()


class _Connection:
    """One connection, read by the task that makes it."""

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, peer: str, keeper: MessageKeeper, limits: TcpLimits
    ) -> None:
        self._reader = reader
        self._socket = writer.get_extra_info("socket")
        self._peer = peer
        self._keeper = keeper
        self._counters = keeper.counters
        self._limits = limits
        self._framer = Framer(limits.message_bytes)
        self._waited = 0.0
        self._is_stopping = False
        task = asyncio.current_task()
        assert task is not None
        self.task: Final = task

    async def run(self) -> None:
        """Read until the end; what has come is durable before more is read."""
        while not self._is_stopping and (framed := await self._next()) is not None:
            await self._keeper.keep(framed, self._peer)
            if self._counters.held > self._limits.held_bytes and self._framer.held:
                self._counters.refused += 1
                break
        await self._keeper.keep(self._taken(b""), self._peer)

    @property
    def held(self) -> int:
        """Bytes of a message that is not complete yet."""
        return self._framer.held

    def end(self) -> None:
        """Read what has arrived and nothing more."""
        with suppress(OSError):  # The peer may have gone.
            self._socket.shutdown(socket.SHUT_RD)

    def stop(self) -> None:
        """Read nothing more, whatever has arrived."""
        self._is_stopping = True

    async def _next(self) -> Framed | None:
        """What becomes complete with the next bytes, or because no more come for a while; None at the end."""
        may_be_whole = self._framer.ends_if_quiet
        began = time.monotonic()
        try:
            async with asyncio.timeout(_QUIET_SECONDS if may_be_whole else self._patience):
                data = await self._reader.read(_READ_BYTES)
        except OSError:  # Among them TimeoutError. Of a broken connection, the next read says it again.
            return self._taken(b"") if may_be_whole else None
        self._waited += time.monotonic() - began
        return self._taken(data) if data else None

    @property
    def _patience(self) -> float:
        """Seconds to wait for the next bytes."""
        idle = self._limits.idle_seconds
        return min(idle, max(0.0, self._limits.message_seconds - self._waited)) if self._framer.held else idle

    def _taken(self, data: bytes) -> Framed:
        """What becomes complete with bytes, or without any more; what is held meanwhile is counted."""
        self._counters.bytes += len(data)
        before = self._framer.held
        framed = self._framer.feed(data) if data else self._framer.finish()
        self._counters.held += self._framer.held - before
        if framed.messages or framed.oversize or not before:
            self._waited = 0.0
        return framed


async def _ended(connections: Sequence[_Connection], seconds: float) -> list[_Connection]:
    """Wait until connections have ended; those that have not in time."""
    if connections:
        await asyncio.wait([connection.task for connection in connections], timeout=seconds)
    return [connection for connection in connections if not connection.task.done()]


def _keep_alive(writer: StreamWriter) -> None:
    connected = writer.get_extra_info("socket")
    for level, option, value in _KEEPALIVE:
        connected.setsockopt(level, option, value)
