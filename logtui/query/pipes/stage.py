"""A stage executes one pipe on frames, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl


class Stage(Protocol):
    """Takes frames and returns frames; rows that depend on later frames are held back until the end.

    Attributes:
        done: Whether no further frame can change the answer.
    """

    done: bool

    def push(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Take one frame.

        Args:
            frame: Records, or rows of the table so far; frames may differ in their columns.

        Returns:
            What goes on to the next stage, None for nothing yet.
        """

    def finish(self) -> pl.DataFrame | None:
        """Give what was held back; called once, after the last frame.

        Returns:
            What goes on to the next stage, None for nothing more.
        """
