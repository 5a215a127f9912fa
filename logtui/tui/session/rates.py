"""How fast records arrive."""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW_SECONDS: Final = 5.0
"""How far back arrivals are looked at."""


class Rate:
    """Keeps the totals of the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._is_live = True

    def note(self, now: float, total: int, *, is_live: bool = True) -> None:
        """Take note of how many records there are.

        Args:
            now: Seconds on any steady clock.
            total: Records so far.
            is_live: Whether what was there at first has been read; only what comes then arrives.
        """
        if not is_live or not self._is_live:
            self._seen.clear()
        self._is_live = is_live
        self._seen.append((now, total))
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Records per second, over the last five seconds or as long as is known."""
        if not self._seen:
            return 0.0
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else 0.0
