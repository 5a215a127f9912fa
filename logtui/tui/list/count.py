"""The number that is typed before a key and says how often, or which row."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 9


class Count:
    """Collects digits until a command takes the number."""

    def __init__(self) -> None:
        self._digits = ""

    @property
    def is_typed(self) -> bool:
        """Whether there are digits."""
        return bool(self._digits)

    def add(self, digit: str) -> None:
        """Add a digit; those beyond the ninth are ignored."""
        self._digits = (self._digits + digit)[:_DIGITS]

    def take(self) -> int:
        """The number, 1 if none was typed; it is gone then."""
        number = int(self._digits or 1)
        self.clear()
        return number

    def clear(self) -> None:
        """Forget the digits."""
        self._digits = ""
