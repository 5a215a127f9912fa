"""Letting go of what is stored, again and again, in a thread."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from logtui.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS: Final = 0.5


class Trimming:
    """Trims a journal.

    Args:
        trim: Lets go of what is in the store.
    """

    def __init__(self, trim: Callable[[], None]) -> None:
        self._trim = trim
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logtui-trim", daemon=True)

    def start(self) -> Self:
        """Begin to trim."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Trim no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_SECONDS):
            # Also when the position has not moved: a journal that has become full since may let go of more.
            with suppress(StoreError):  # What is not trimmed now is trimmed the next time; a full journal says so.
                self._trim()
