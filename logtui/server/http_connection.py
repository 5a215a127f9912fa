"""A connection over HTTP: uvicorn's, with bounds for senders that take their time over the head of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from logtui.server.open_files import most_connections

if TYPE_CHECKING:
    import asyncio

    from prometheus_client import Counter

_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_PROBE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_PROBE_SECONDS: Final = 0.5


class HttpConnection(HttpToolsProtocol):
    """A connection that is closed if the head of a request does not come in time, or if too many are open.

    uvicorn itself waits for a head for ever, and its bound for idle connections begins with the first answer.

    Attributes:
        head_seconds: How long a new connection may take for the head of its first request, and any connection from
            the first byte behind an answer to the end of the next head.
    """

    head_seconds: ClassVar[float] = 20.0

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 -- uvicorn's own
        super().__init__(*arguments, **named)
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            self.count("connections")
            transport.abort()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; while they belong to no request that is being answered, a head has to follow."""
        super().data_received(data)
        if self._head_timer is None and self.cycle.response_complete:
            self._await_head()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it
        """Answer a client that only ends its sending, as `nc -N` does; one that has left shows by the probes."""
        cycle = self.cycle
        is_waiting = bool(cycle) and not cycle.more_body and not cycle.response_started
        # TLS has no half-closed connections, and HTTP/1.0 no answer that could probe one.
        if not is_waiting or self.scheme == "https" or cycle.scope["http_version"] == "1.0":
            return False
        cycle.keep_alive = False
        self._probe()
        return True

    def on_headers_complete(self) -> None:
        """Begin to answer a request."""
        super().on_headers_complete()
        self._stop_waiting()

    def _probe(self) -> None:
        """Write what every client skips until the answer begins: after a reset by one that has left, writing fails."""
        if self.transport.is_closing() or self.cycle.response_started:
            return
        if not self.pipeline:
            self.transport.write(_PROBE)
        self.loop.call_later(_PROBE_SECONDS, self._probe)

    def count(self, reason: str) -> None:
        """Count a connection that is refused or given up; nobody counts them by default."""

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.count("slow sender")
            self.transport.write(_TOO_SLOW)
            self.transport.close()


def counted_connections(errors: Counter) -> type[HttpConnection]:
    """The class of connections of a server that counts those that are refused or given up, by `reason`."""

    class CountedConnection(HttpConnection):
        def count(self, reason: str) -> None:
            errors.labels(reason=reason).inc()

    return CountedConnection
