"""The rate at which records arrive."""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW_SECONDS: Final = 5.0
"""The time over which the rate is averaged."""


class Rate:
    """Averages the number of arriving records over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._is_live = True

    def note(self, now: float, total: int, *, is_live: bool = True) -> None:
        """Add a measurement of the number of records.

        Args:
            now: Seconds on a monotonic clock.
            total: The number of records so far.
            is_live: Whether all records that existed at the start have been read; only later ones count.
        """
        if not is_live or not self._is_live:
            self._seen.clear()
        self._is_live = is_live
        self._seen.append((now, total))
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Records per second, averaged over the last five seconds, or over less if less has been measured."""
        if not self._seen:
            return 0.0
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else 0.0
