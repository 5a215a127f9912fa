"""The count: a number that is typed before a key, which says how often to perform it or which row to go to."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 9


class Count:
    """Collects digits until a command uses the number."""

    def __init__(self) -> None:
        self._digits = ""

    @property
    def is_typed(self) -> bool:
        """Whether a digit has been typed."""
        return bool(self._digits)

    def add(self, digit: str) -> None:
        """Add a digit; digits after the ninth are ignored."""
        self._digits = (self._digits + digit)[:_DIGITS]

    def take(self) -> int:
        """Return the number, or 1 if none was typed, and reset it."""
        number = int(self._digits or 1)
        self.clear()
        return number

    def clear(self) -> None:
        """Reset the number."""
        self._digits = ""
