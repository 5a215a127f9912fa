"""Dead letters of many requests, made durable together: a commit of SQLite takes as long for one as for many."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.store.dead_letters import DeadLetter, DeadLetters


class LetterBox:
    """Collects letters in one event loop.

    Args:
        dead_letters: Where they are kept.
    """

    def __init__(self, dead_letters: DeadLetters) -> None:
        self._dead_letters = dead_letters
        self._waiting: list[DeadLetter] = []
        self._next: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def add(self, letters: Sequence[DeadLetter]) -> None:
        """Keep letters; they are durable when this returns.

        Args:
            letters: The letters.

        Raises:
            StoreError: If the disk refuses; none of them is kept then.
        """
        self._waiting += letters
        if self._next is None:
            self._next = asyncio.create_task(self._write())
        # A sender that goes away must not take the letters of the others with it.
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        """Write what waits once the group before is written; those who come until then are part of it."""
        async with self._turn:
            letters, self._waiting, self._next = self._waiting, [], None
            await asyncio.to_thread(self._dead_letters.add, letters)
