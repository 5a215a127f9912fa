"""The threads that search, and the short queue before them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request

T = TypeVar("T")


class SearchQueue:
    """Runs so many searches at once; a few more wait, others are refused.

    Args:
        at_once: How many run at once.
        waiting: How many may wait.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="logtui-search")
        self._room = at_once + waiting
        self._ending = Event()

    async def run(self, search: Callable[[Callable[[], bool]], T], gone: Coroutine[None, None, None]) -> T:
        """Run a search in a thread.

        Args:
            search: The search; it should end when the function that it is given returns true.
            gone: Returns when nobody waits for the answer any more.

        Raises:
            ProblemError: 429 if too many wait.
        """
        left = Event()
        leaving = asyncio.ensure_future(gone)
        leaving.add_done_callback(lambda _: left.set())
        try:
            return await asyncio.shield(self._begun(search, lambda: left.is_set() or self._ending.is_set()))
        finally:
            left.set()
            leaving.cancel()

    def close(self) -> None:
        """End the searches that run, and begin no other."""
        self._ending.set()
        self._threads.shutdown(cancel_futures=True)

    def _begun(self, search: Callable[[Callable[[], bool]], T], cancelled: Callable[[], bool]) -> asyncio.Future[T]:
        if self._room <= 0:
            detail = "too many searches run or wait (--searches, --search-queue); send it again"
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, reason="search overload")
        self._room -= 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, search, cancelled)
        running.add_done_callback(self._leave)
        return running

    def _leave(self, _: object) -> None:
        self._room += 1


async def gone(request: Request) -> None:
    """Return when the client of a request, whose body has been read, closes its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
