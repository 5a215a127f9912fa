"""Keeps messages: those that are taken in the journal, the others among the dead letters, all of them durably."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from logtui.engine.ingest.accept import Rejection
from logtui.errors import StoreError
from logtui.server.sockets.sorting import sort_messages
from logtui.store.dead_letters import DeadLetter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from logtui.server.sockets.counters import SocketCounters
    from logtui.server.sockets.framing import Framed, Oversize
    from logtui.store.journal import Batch

_FIRST_RETRY_SECONDS: Final = 0.05
_LAST_RETRY_SECONDS: Final = 1.0
T = TypeVar("T")


class MessageKeeper:
    """Keeps the messages of one protocol. One event loop may use it.

    Nothing tells a sender on a socket to send again. So while the journal is full or the disk refuses, messages are
    tried again and again, and whoever has read them waits before reading on.

    Args:
        append: Makes a batch of records durable, or raises a `StoreError`.
        bury: Makes dead letters durable, or raises a `StoreError`.
        protocol: Its name in the dead letters, such as `tcp`.
        counters: Counts what is kept.

    Attributes:
        counters: The same.
    """

    def __init__(
        self,
        append: Callable[[Batch], Awaitable[object]],
        bury: Callable[[Sequence[DeadLetter]], Awaitable[object]],
        protocol: str,
        counters: SocketCounters,
    ) -> None:
        self.counters: Final = counters
        self._append = append
        self._bury = bury
        self._protocol = protocol

    async def keep(self, framed: Framed, peer: str) -> None:
        """Keep messages that came together; they are durable when this returns.

        Args:
            framed: The messages.
            peer: Who sent them.
        """
        if not (framed.messages or framed.oversize):
            return
        arrival = time.time_ns()
        found = sort_messages(framed.messages)
        letters = [
            *(self._letter(arrival, peer, rejection) for rejection in found.objects.rejections),
            *(self._letter(arrival, peer, _rejection_of(each)) for each in framed.oversize),
        ]
        # Together, because the journal makes durable with one sync what waits at the same time.
        await asyncio.gather(
            *(self._keep_records(batch) for batch in found.batches(arrival, peer)), self._keep_letters(letters)
        )

    async def _keep_records(self, batch: Batch) -> None:
        with self._waiting(batch.count):
            await _until_kept(self._append, batch)
        self.counters.records += batch.count

    async def _keep_letters(self, letters: Sequence[DeadLetter]) -> None:
        if letters:
            with self._waiting(len(letters)):
                await _until_kept(self._bury, letters)
            self.counters.rejected += len(letters)

    @contextmanager
    def _waiting(self, count: int) -> Iterator[None]:
        """Count what waits to be kept, and what is given up."""
        self.counters.waiting += count
        try:
            yield
        except asyncio.CancelledError:
            self.counters.lost += count
            raise
        finally:
            self.counters.waiting -= count

    def _letter(self, arrival: int, peer: str, rejection: Rejection) -> DeadLetter:
        return DeadLetter(arrival=arrival, protocol=self._protocol, peer=peer, tenant="", **rejection._asdict())


def _rejection_of(oversize: Oversize) -> Rejection:
    limit = len(oversize.head)
    reason = f"expected a message of at most {limit} bytes, got {oversize.length} bytes, of which the first are kept"
    return Rejection(0, reason, oversize.head)


async def _until_kept(keep: Callable[[T], Awaitable[object]], what: T) -> None:
    """Try until the store takes it."""
    seconds = _FIRST_RETRY_SECONDS
    while True:
        try:
            await keep(what)
        except StoreError:
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, _LAST_RETRY_SECONDS)
        else:
            return
