"""Threads that send records to a server as clients do: each batch again and again until it is acknowledged."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Final, Self

from tests.server.running import record


class Senders(ABC):
    """Some threads that send numbered records.

    Args:
        count: How many threads.
        batch: The records of a batch.
        padding: What each message ends with.

    Attributes:
        acknowledged: The messages that are said to be durable; at the end, all that were sent.
    """

    def __init__(self, count: int, batch: int, padding: str = "") -> None:
        self.acknowledged: Final[list[str]] = []
        self._batch = batch
        self._padding = padding
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @abstractmethod
    def is_acknowledged(self, records: list[dict[str, object]], key: str) -> bool:
        """Send a batch, which has a key of its own; if it is not acknowledged, wait a little."""

    def _run(self, number: int) -> None:
        batch = 0
        while not self._stop.is_set():
            messages = [f"{number} {batch} {place}{self._padding}" for place in range(self._batch)]
            records = [record(0, message=each) for each in messages]
            while not self.is_acknowledged(records, f"{number} {batch}"):
                pass
            self.acknowledged.extend(messages)
            batch += 1
