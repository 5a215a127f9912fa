"""What a pipe becomes: a stage that frames go through, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl


class Stage(Protocol):
    """Takes frames and gives frames; what it has to see the end for, it gives at the end.

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
