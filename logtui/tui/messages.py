"""What tells the user what an action came to."""

from __future__ import annotations

from typing import Protocol


class Messages(Protocol):
    """A line for one message at a time."""

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a message until the next action, or for some seconds.

        Args:
            message: One line.
            error: Whether something went wrong.
        """
