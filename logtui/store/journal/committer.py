"""Group commit: what comes while others are made durable waits, and becomes durable together."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from logtui.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.store.journal.base import Batch


class Awaited(Protocol):
    """Something that somebody waits for."""

    @property
    def answer(self) -> Future[int]:
        """What they wait for."""


Item = TypeVar("Item", bound=Awaited)


class Committer(Generic[Item]):
    """The one thread that changes a journal.

    Args:
        commit: Makes a group durable and answers each of it; what it raises is told to those that have no answer.
        name: The journal's, for messages.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], None], name: str) -> None:
        self._commit = commit
        self._name = name
        self._lock = Lock()
        self._waiting: list[Item] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def add(self, item: Item) -> None:
        """Have an item committed with those that come until the thread is free.

        Raises:
            JournalError: If this is closed.
        """
        with self._lock:
            # Whoever finds nobody waiting asks for the commit; those who come until it begins are part of it.
            if not self._waiting:
                self.run(self._commit_waiting)
            self._waiting.append(item)

    def run(self, action: Callable[[], None]) -> Future[None]:
        """Do something in the thread.

        Raises:
            JournalError: If this is closed.
        """
        try:
            return self._thread.submit(action)
        except RuntimeError as error:
            raise JournalError(f"the journal in {self._name} is closed") from error

    def close(self) -> None:
        """Commit what still waits, and take no more."""
        self._thread.shutdown()

    def _commit_waiting(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        group = [item for item in group if item.answer.set_running_or_notify_cancel()]
        try:
            self._commit(group)
        except Exception as error:  # Whatever it is, those who wait must hear of it.
            _fail([item for item in group if not item.answer.done()], self._name, error)


class Appends(ABC):
    """How batches are appended to a journal in which they wait for a commit, from threads and from an event loop."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, batch: Batch) -> int:
        """See `Journal.append`."""
        return self._submit(batch).result()

    async def append_async(self, batch: Batch) -> int:
        """See `Journal.append_async`."""
        return await answer_to(self._submit(batch))

    @abstractmethod
    def close(self) -> None:
        """Commit what still waits, and let go of the journal."""

    @abstractmethod
    def _submit(self, batch: Batch) -> Future[int]:
        """Have a batch committed; the future is the number of its first record."""


async def answer_to(item: Future[int]) -> int:
    """Wait in an event loop for the answer to an item.

    A caller that is cancelled takes the item back; one that is being committed it waits for all the same, since it
    may not be told that a batch is not kept which then is.
    """
    answer = asyncio.wrap_future(item)
    try:
        return await asyncio.shield(answer)
    except asyncio.CancelledError:
        if item.cancel():
            raise
        return await answer


def _fail(items: Sequence[Awaited], name: str, cause: Exception) -> None:
    """Each of those who wait gets an error of its own: raising one in several threads would mix their tracebacks."""
    for item in items:
        error = JournalError(f"the journal in {name} cannot be written: {cause}")
        error.__cause__ = cause
        item.answer.set_exception(error)
