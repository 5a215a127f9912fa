"""The tails that run: so many at once, and none any more once the server ends."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tails:
    """Counts tails.

    Args:
        most: How many run at once.
    """

    def __init__(self, most: int) -> None:
        self._room = most
        self._ending = asyncio.Event()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Let one run.

        Raises:
            ProblemError: 429 if too many run.
        """
        if self._room <= 0:
            detail = "too many tails run (--tails); end one, or try again later"
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, reason="tail overload")
        self._room -= 1
        try:
            yield
        finally:
            self._room += 1

    async def ended(self, seconds: float) -> bool:
        """Wait; returns whether the server ends."""
        try:
            async with asyncio.timeout(seconds):
                return await self._ending.wait()
        except TimeoutError:
            return False

    def end(self) -> None:
        """Let all end, so that the server does not wait for them."""
        self._ending.set()
