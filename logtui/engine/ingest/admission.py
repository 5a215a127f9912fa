"""Overload: a batch for which the journal has no room is held for a moment, then refused."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from logtui.errors import JournalFullError

if TYPE_CHECKING:
    from logtui.engine.ingest.live_store import Intake
    from logtui.store.journal import Batch

HOLD_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 0.05
_MOST_WAITING: Final = 32
"""Each that waits holds a body of up to 64 MiB in memory, though most are below one."""


class Admission:
    """Lets batches into an intake.

    Args:
        intake: Where they go.
        hold_seconds: How long a batch waits for room.

    Attributes:
        waiting: Batches that wait now.
    """

    def __init__(self, intake: Intake, hold_seconds: float = HOLD_SECONDS) -> None:
        self.waiting = 0
        self._intake = intake
        self._hold_seconds = hold_seconds

    async def append(self, batch: Batch) -> bool:
        """See `Intake.append`.

        Raises:
            JournalFullError: If there is no room after a wait, or too many wait.
            JournalError: If the disk refuses.
            KeyReuseError: If other records have come under the batch's key.
        """
        until = time.monotonic() + self._hold_seconds
        while True:
            try:
                return await self._intake.append(batch)
            except JournalFullError:
                if self.waiting >= _MOST_WAITING or time.monotonic() >= until:
                    raise
            await self._wait()

    async def _wait(self) -> None:
        self.waiting += 1
        try:
            await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self.waiting -= 1
