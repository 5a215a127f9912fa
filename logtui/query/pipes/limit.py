"""`limit`: the first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.limit import Limit


class LimitStage:
    """Lets the first rows through.

    Args:
        pipe: How many.
        _scope: Nothing of the surroundings matters.
    """

    def __init__(self, pipe: Limit, _scope: PipeScope) -> None:
        self._left = pipe.count
        self.done = pipe.count == 0

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that are still wanted."""
        wanted = frame.head(self._left)
        self._left -= wanted.height
        self.done = self._left == 0
        return wanted

    def finish(self) -> None:
        """No rows are held back."""
