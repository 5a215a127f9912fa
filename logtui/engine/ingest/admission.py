"""Admission: how many bytes may wait for the journal, and how long a batch waits for a full one."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from logtui.errors import JournalFullError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from logtui.store.journal import Batch, Journal

WAITING_BYTES: Final = 64 << 20
HOLD_SECONDS: Final = 20.0
"""Shippers wait 30 s and longer for an answer; each that is refused sends all its bytes again."""

_POLL_SECONDS: Final = 0.1

T = TypeVar("T")


class Admission:
    """Appends batches to a journal, and bounds what waits for it. Any thread and any event loop may append.

    While the journal is full batches are held, as long as those that wait together are not too large; a batch that
    finds nobody waiting may have any size.

    Args:
        journal: Where the batches go.
        waiting_bytes: Bytes of payloads that may wait, those that are just being written among them.
        hold_seconds: How long a batch waits for a journal that is full, and in an event loop also for one that stalls.
    """

    def __init__(
        self, journal: Journal, *, waiting_bytes: int = WAITING_BYTES, hold_seconds: float = HOLD_SECONDS
    ) -> None:
        self._journal = journal
        self._most = waiting_bytes
        self._hold = hold_seconds
        self._lock = Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Bytes of payloads that wait now."""
        return self._waiting

    def append(self, batch: Batch) -> int:
        """Keep a batch; it is durable when this returns.

        Args:
            batch: The records.

        Returns:
            The number of its first record.

        Raises:
            JournalFullError: If too much waits, or the journal was full all the time; it says when to try again.
            JournalError: If the batch could not be made durable.
        """
        with self._admitted(batch):
            until = time.monotonic() + self._hold
            while True:
                try:
                    return self._journal.append(batch)
                except JournalFullError as full:
                    self._check_time(until, full)
                time.sleep(_POLL_SECONDS)
                batch = _arriving_now(batch)

    async def append_async(self, batch: Batch) -> int:
        """`append`, for callers in an event loop, which goes on meanwhile."""
        return await self.held(batch, self._journal.append_async)

    async def held(self, batch: Batch, append: Callable[[Batch], Awaitable[T]]) -> T:
        """Append a batch to the journal in some way, and take it back if it has to wait too long.

        Args:
            batch: The records.
            append: How they are appended, tried again while the journal is full; it keeps nothing if it is cancelled.

        Returns:
            What `append` returns.

        Raises:
            JournalFullError: See `append`.
            JournalError: See `append`.
        """
        reason = "the journal does not become durable in time"
        with self._admitted(batch):
            with suppress(TimeoutError):
                async with asyncio.timeout(self._hold) as hold:
                    while not hold.expired():  # as it may be here already: what is being committed is waited for
                        try:
                            return await append(batch)
                        except JournalFullError as full:
                            reason = full.message
                        await asyncio.sleep(_POLL_SECONDS)
                        batch = _arriving_now(batch)
            raise JournalFullError(reason, retry_after=self._hold)

    @contextmanager
    def _admitted(self, batch: Batch) -> Iterator[None]:
        size = len(batch.payload)
        with self._lock:
            if self._waiting and self._waiting + size > self._most:
                message = f"{self._waiting:,} bytes wait for the journal, of at most {self._most:,}"
                raise JournalFullError(message, retry_after=self._hold)
            self._waiting += size
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= size

    def _check_time(self, until: float, full: JournalFullError) -> None:
        if time.monotonic() >= until:
            raise JournalFullError(full.message, retry_after=self._hold) from full


def _arriving_now(batch: Batch) -> Batch:
    """A batch that was held, as one that arrives now: alerts have looked at the time in which it waited."""
    return replace(batch, arrival=time.time_ns())
