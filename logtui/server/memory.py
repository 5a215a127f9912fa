"""The memory that bodies take: however many senders there are, it has a bound."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_BYTES: Final = 192 << 20
"""One body of 64 MiB as sent and unpacked, and one more; what is made of bodies takes as much again."""


class BodyMemory:
    """Counts the bytes of the bodies that are being worked on, in one event loop.

    Args:
        most_bytes: What they may take together.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._used = 0

    @contextmanager
    def counted(self) -> Iterator[Callable[[int], None]]:
        """Count the bytes of one request until it is answered.

        Yields:
            A function that counts further bytes, and raises a `ProblemError` of 429 if there is no room for them.
        """
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if self._used + size > self._most_bytes:
                detail = "too many large requests at once; send it again"
                raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, reason="memory")
            taken += size
            self._used += size

        try:
            yield take
        finally:
            self._used -= taken
