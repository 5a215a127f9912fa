"""The interface through which parts of the screen show messages."""

from __future__ import annotations

from typing import Protocol


class Messages(Protocol):
    """Shows one message at a time."""

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a message until the next action, or for some seconds.

        Args:
            message: The text, one line.
            error: Whether to show it in the style of an error.
        """
